"""Plays a scripted conversation against the assistant and says which expectations it broke.

A script is a YAML file:

    about: what the conversation shows
    shop: demo                      # demo, myntra or yanxuan
    desk: true                      # where a person can take over; false where it is left out
    turns:
      - say: 想买一条红色的连衣裙
        expect:
          type: products
          language: zh
          every_item: {type: dress, color: red, price_at_most: 500}

``every_item`` and its kin hold predicates of `facts.violations`. A place in an earlier list is
``{turn: 1, item: 2}`` (turns and items from 1, ``item: -1`` is the last). What can be expected:

=====================  ========================================================================
type                   type of the reply (or a list of types, any of which will do)
language               language of the reply's own words, ``zh`` or ``en``
every_item, no_item,   predicates on the shown products; where the shop has nothing that meets
some_item              ``every_item``, the reply must name what it relaxed instead
at_least_items,        how many products are shown; fewer are right where the shop has fewer
at_most_items, items   that meet ``every_item``
cheaper_than,          a place; every shown product costs less, or more
dearer_than
cheaper_list_than      a turn; no product as dear as that list's dearest, and cheaper on average
same_items_as          a turn; exactly its products in its order
none_of, includes      places, or turns (all of their products): not shown now, shown now
focus_on               a place; the reply is about this product and no other
compares               places; the compared products
mentions_price_of,     places; the price (the title) stands in the text
mentions_title_of
list_contains,         places; what is, and is not, on the shopper's list now
list_lacks
list_size              number of products on the shopper's list
liked, rejected        places; what the request says was liked, rejected
relaxed                attributes; at least one is named as relaxed, or nothing is shown
constraint             ``{attribute, op, value?, currency?}`` that the request holds
no_constraint          ``{attribute, value?}`` that it does not
sorted_by              ``price asc``, ``price desc``, ``rating desc``
says                   a pattern of the text — only for facts of the catalogue, such as a material
buttons                true: something to press
no_products            true: no product is shown
plan                   what is wanted together: see ``plans``
drifted, strategy      whether a change of interest is told with the list; how it was chosen
says_not               a pattern that the text has not
faq                    the id of one of the shop's answers that is quoted
handoff                why a person is asked for; ``false`` where none is
summary                a pattern of what that person is told
order                  the state of the order that is told
knows, knows_not       values that are, and are not, among what the reply says it knows
=====================  ========================================================================

Some things are asked of every reply: it is not empty, shows no traceback, and every product in
it exists, is shown once, carries the price of the catalogue, and was not rejected before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, Mapping

import yaml

from .expectations import CHECKS
from .facts import Catalogue, Facts
from .played import Broken, Played, Reply, Seen, price_in

Say = Callable[[str], Reply]


@dataclass(frozen=True)
class Turn:
    """One message and what its reply must be like."""

    say: str
    expect: Mapping[str, Any]


@dataclass(frozen=True)
class Script:
    """A scripted conversation."""

    name: str
    shop: str
    about: str
    turns: tuple[Turn, ...]
    desk: bool = False
    """Whether a person can take over."""


def load(path: Path) -> Script:
    """Read one script; ``ValueError`` names a key that does not exist."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    turns = tuple(Turn(str(t["say"]), t.get("expect") or {}) for t in data["turns"])
    for number, turn in enumerate(turns, 1):
        for key in turn.expect:
            if key not in CHECKS and key != "at_least_items":
                raise ValueError(f"{path.name}, turn {number}: there is no expectation {key!r}.")
    desk = bool(data.get("desk", False))
    return Script(path.stem, data["shop"], data["about"], turns, desk)


def play(script: Script, say: Say, catalogue: Catalogue) -> list[str]:
    """Say every line of a script; one sentence for each expectation that was not met."""
    failures: list[str] = []
    played = Played(catalogue)
    for number, turn in enumerate(script.turns, 1):
        gone = played.rejected if played.turns else set()
        played.turns.append(Seen.of(say(turn.say)))
        played.expect = turn.expect
        broken = _always(played, gone)
        for key, value in turn.expect.items():
            try:
                broken += CHECKS[key](played, value)
            except Broken as error:
                broken.append(f"{key}: {error}")
        where = f"{script.name}, turn {number} {turn.say!r}: "
        failures += [where + b for b in broken]
    return failures


def _always(p: Played, gone: set[str]) -> list[str]:
    now, broken = p.now, []
    if now.error:
        broken.append(f"the turn failed: {now.error}")
    if "error" in now.types:
        broken.append(f"the turn failed: {now.text[:160]!r}")
    if not now.text.strip():
        broken.append("the reply has no text")
    if re.search(r"Traceback \(most recent|\bNone\b(?! of\b)|\bnan\b|\{[a-z_]+\}", now.text):
        broken.append(f"the text shows the inside of the program: {now.text[:200]!r}")
    if len(set(now.ids)) < len(now.ids):
        broken.append("a product is shown twice")
    for item in now.items:
        facts = p.catalogue.products.get(str(item["id"]))
        if facts is None:
            broken.append(f"there is no product {item['id']!r} in the catalogue")
            continue
        broken += _honest(item, facts, now.text)
        if facts.id in gone:
            broken.append(f"{facts.titles[0]!r} was rejected before and is back")
    return broken


def _honest(item: Mapping[str, Any], facts: Facts, text: str) -> list[str]:
    broken = []
    price = item.get("price") or {}
    if facts.price is not None:
        if Decimal(str(price.get("amount", "-1"))) != facts.price:
            broken.append(f"{facts.titles[0]!r} is shown for {price} and costs {facts.price}")
        if price.get("currency") != facts.currency:
            broken.append(f"{facts.titles[0]!r} is priced in {price.get('currency')}")
        if not price_in(facts, text):
            broken.append(f"the text does not give the price {facts.price} of {facts.titles[0]!r}")
    if not any(_same(str(item.get("title", "")), title) for title in facts.titles):
        broken.append(f"{facts.titles[0]!r} is shown as {item.get('title')!r}")
    return broken


def _same(a: str, b: str) -> bool:
    return re.sub(r"\s+", "", a).lower() == re.sub(r"\s+", "", b).lower()
