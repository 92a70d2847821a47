"""Plays a scripted conversation against the assistant and says which expectations it broke.

A script is a YAML file:

    about: what the conversation shows
    shop: demo                      # demo, myntra or yanxuan
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
=====================  ========================================================================

Some things are asked of every reply: it is not empty, shows no traceback, and every product in
it exists, is shown once, carries the price of the catalogue, and was not rejected before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, Mapping, Optional, Sequence

import yaml

from .facts import ATTRIBUTES, Catalogue, Facts, violations

Reply = Mapping[str, Any]
Say = Callable[[str], Reply]

_CJK = re.compile(r"[㐀-鿿]")
_WORD = re.compile(r"[A-Za-z]{2,}")
_ITEM_LINE = re.compile(r"^\s*[#(]?\d+\s*[.、)：:]")


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


def load(path: Path) -> Script:
    """Read one script; ``ValueError`` names a key that does not exist."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    turns = tuple(Turn(str(t["say"]), t.get("expect") or {}) for t in data["turns"])
    for number, turn in enumerate(turns, 1):
        for key in turn.expect:
            if key not in CHECKS and key != "at_least_items":
                raise ValueError(f"{path.name}, turn {number}: there is no expectation {key!r}.")
    return Script(path.stem, data["shop"], data["about"], turns)


@dataclass
class Seen:
    """One reply, flattened."""

    text: str
    customs: list[Mapping[str, Any]]
    buttons: list[Any]
    error: str = ""

    @classmethod
    def of(cls, reply: Reply) -> Seen:
        messages = reply.get("messages") or []
        customs = [m["custom"] for m in messages if m.get("custom")]
        buttons = [b for m in messages for b in m.get("buttons") or []]
        for custom in customs:
            buttons += (custom.get("question") or {}).get("options") or []
        text = "\n".join(m["text"] for m in messages if m.get("text"))
        return cls(text, customs, buttons, str(reply.get("error") or ""))

    @property
    def types(self) -> list[str]:
        return [str(c.get("type", "message")) for c in self.customs] or ["message"]

    def custom(self, kind: str) -> Mapping[str, Any]:
        return next((c for c in self.customs if c.get("type") == kind), {})

    @property
    def items(self) -> list[Mapping[str, Any]]:
        return list(self.custom("products").get("items") or [])

    @property
    def ids(self) -> list[str]:
        return [str(i["id"]) for i in self.items]

    @property
    def about(self) -> set[str]:
        """Ids of the products that the custom messages of this reply are about."""
        found: set[str] = set()
        for custom in self.customs:
            item = custom.get("item") or {}
            found |= {str(custom["id"])} if custom.get("id") else set()
            found |= {str(item["id"])} if item.get("id") else set()
            found |= {str(i["id"]) for i in custom.get("items") or []}
        return found

    @property
    def request(self) -> Optional[Mapping[str, Any]]:
        return next((c["request"] for c in reversed(self.customs) if "request" in c), None)


@dataclass
class Played:
    """A conversation so far: the catalogue it is about and every reply."""

    catalogue: Catalogue
    turns: list[Seen] = field(default_factory=list)
    expect: Mapping[str, Any] = field(default_factory=dict)

    @property
    def now(self) -> Seen:
        return self.turns[-1]

    def shown(self, turn: int) -> list[str]:
        """Ids shown in a turn."""
        ids = self.turns[turn - 1].ids
        if not ids:
            raise Broken(f"turn {turn} showed no products to refer to")
        return ids

    def place(self, where: Mapping[str, int]) -> Facts:
        """The product at a place in an earlier list."""
        ids, item = self.shown(where["turn"]), where["item"]
        if abs(item) > len(ids):
            raise Broken(f"turn {where['turn']} showed {len(ids)} products, not {abs(item)}")
        return self.fact(ids[item - 1 if item > 0 else item])

    def fact(self, id_: str) -> Facts:
        if id_ not in self.catalogue.products:
            raise Broken(f"there is no product {id_!r} in the catalogue")
        return self.catalogue.products[id_]

    def places(self, value: Any) -> list[Facts]:
        """Products named by a place, a turn, or a list of either."""
        found: list[Facts] = []
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, int):
                found += [self.fact(i) for i in self.shown(one)]
            else:
                found.append(self.place(one))
        return found

    @property
    def rejected(self) -> set[str]:
        request = next((t.request for t in reversed(self.turns) if t.request is not None), {})
        return {str(i) for i in (request or {}).get("rejected", ())}

    @property
    def chosen(self) -> list[str]:
        """The shopper's list, as the last reply that tells it has it."""
        for turn in reversed(self.turns):
            if turn.custom("list"):
                return [str(i["id"]) for i in turn.custom("list").get("items") or []]
            if turn.request is not None:
                return [str(i) for i in turn.request.get("chosen", ())]
        return []


class Broken(Exception):
    """An expectation that cannot even be looked at."""


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
    if not now.text.strip():
        broken.append("the reply has no text")
    if re.search(r"Traceback \(most recent|\bNone\b|\bnan\b|\{[a-z_]+\}", now.text):
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
        if not _price_in(facts, text):
            broken.append(f"the text does not give the price {facts.price} of {facts.titles[0]!r}")
    if not any(_same(str(item.get("title", "")), title) for title in facts.titles):
        broken.append(f"{facts.titles[0]!r} is shown as {item.get('title')!r}")
    return broken


def _same(a: str, b: str) -> bool:
    return re.sub(r"\s+", "", a).lower() == re.sub(r"\s+", "", b).lower()


def _price_in(facts: Facts, text: str) -> bool:
    if facts.price is None:
        return False
    plain = re.sub(r"(?<=\d)[,，](?=\d)", "", text)
    numbers = {Decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", plain)}
    return facts.price in numbers


def _title_in(facts: Facts, text: str) -> bool:
    packed = re.sub(r"\s+", "", text).lower()
    return any(re.sub(r"\s+", "", t).lower() in packed for t in facts.titles)


def _type(p: Played, value: Any) -> list[str]:
    wanted = value if isinstance(value, list) else [value]
    if set(wanted) & set(p.now.types):
        return []
    return [f"the reply is of type {p.now.types}, not {wanted}: {p.now.text[:160]!r}"]


def _language(p: Played, value: str) -> list[str]:
    """Language of the words that are not the catalogue's: no item lines, no titles."""
    text = "\n".join(line for line in p.now.text.split("\n") if not _ITEM_LINE.match(line))
    for id_ in {i for t in p.turns for i in (*t.ids, *t.about)}:
        facts = p.catalogue.products.get(id_)
        for word in (*facts.titles, facts.brand) if facts else ():
            text = text.replace(word, " ") if word else text
    chinese, english = len(_CJK.findall(text)), len(_WORD.findall(text))
    right = chinese >= 2 if value == "zh" else english >= 2 and chinese <= english
    return [] if right else [f"the reply is not in {value}: {p.now.text[:160]!r}"]


def _every_item(p: Played, wanted: Mapping[str, Any]) -> list[str]:
    if not p.now.items:
        if p.now.custom("products") and not p.catalogue.satisfying(wanted, p.rejected):
            return []
        return [f"nothing is shown: {p.now.text[:160]!r}"]
    relaxed = {str(r.get("attribute")) for r in p.now.custom("products").get("relaxed") or ()}
    if relaxed and not _attainable(p, wanted):
        wanted = {k: v for k, v in wanted.items() if ATTRIBUTES.get(_bare(k), k) not in relaxed}
    broken = []
    for rank, id_ in enumerate(p.now.ids, 1):
        facts = p.fact(id_)
        broken += [
            f"item {rank} {facts.titles[0]!r}: {v}"
            + (" (though something was relaxed, the shop has what was asked for)" * bool(relaxed))
            for v in violations(facts, wanted)
        ]
    return broken


def _attainable(p: Played, wanted: Mapping[str, Any]) -> bool:
    """Whether the shop has something else that meets all that this turn expects of an item."""
    wanted = dict(wanted)
    without = set(p.rejected)
    if "none_of" in p.expect:
        without |= {f.id for f in p.places(p.expect["none_of"])}
    found = p.catalogue.satisfying(wanted, without)
    if "cheaper_than" in p.expect:
        limit = p.place(p.expect["cheaper_than"]).price
        found = [f for f in found if f.price is not None and limit is not None and f.price < limit]
    return bool(found)


def _bare(key: str) -> str:
    return key[4:] if key.startswith("not_") else key


def _no_item(p: Played, wanted: Mapping[str, Any]) -> list[str]:
    return [
        f"{p.fact(i).titles[0]!r} should not be shown: it is {dict(wanted)}"
        for i in p.now.ids
        if not violations(p.fact(i), wanted)
    ]


def _some_item(p: Played, wanted: Mapping[str, Any]) -> list[str]:
    if any(not violations(p.fact(i), wanted) for i in p.now.ids):
        return []
    return [f"no item is {dict(wanted)}"]


def _at_least(p: Played, value: int) -> list[str]:
    there = len(p.now.ids)
    if there >= value:
        return []
    if "every_item" in p.expect:
        without = p.rejected
        if "none_of" in p.expect:
            without = without | {f.id for f in p.places(p.expect["none_of"])}
        fitting = p.catalogue.satisfying(p.expect["every_item"], without)
        for key, sign in (("cheaper_than", 1), ("dearer_than", -1)):
            if key in p.expect:
                bound = p.place(p.expect[key]).price or Decimal(0)
                fitting = [f for f in fitting if f.price and sign * (bound - f.price) > 0]
        value = min(value, len(fitting))
    return [] if there >= value else [f"{there} products are shown, not {value} or more"]


def _at_most(p: Played, value: int) -> list[str]:
    there = len(p.now.ids)
    return [] if there <= value else [f"{there} products are shown, not {value} or fewer"]


def _items(p: Played, value: int) -> list[str]:
    return _at_least(p, value) + _at_most(p, value)


def _price_against(sign: int) -> Check:
    def check(p: Played, where: Mapping[str, int]) -> list[str]:
        bound = p.place(where).price
        if p.now.custom("products").get("relaxed") and not _attainable(
            p, p.expect.get("every_item", {})
        ):
            return []
        if not p.now.ids:
            return _none_left(p, where, sign)
        return [
            f"{f.titles[0]!r} at {f.price} is not {'below' if sign > 0 else 'above'} {bound}"
            for f in map(p.fact, p.now.ids)
            if f.price is not None and bound is not None and sign * (bound - f.price) <= 0
        ]

    return check


def _none_left(p: Played, where: Mapping[str, int], sign: int) -> list[str]:
    bound = p.place(where).price or Decimal(0)
    fitting = p.catalogue.satisfying(p.expect.get("every_item", {}), p.rejected)
    if any(f.price and sign * (bound - f.price) > 0 for f in fitting):
        return [f"nothing is shown: {p.now.text[:160]!r}"]
    return []


def _cheaper_list_than(p: Played, turn: int) -> list[str]:
    before = [f.price for f in map(p.fact, p.shown(turn)) if f.price is not None]
    after = [f.price for f in map(p.fact, p.now.ids) if f.price is not None]
    if not after:
        return [f"nothing is shown: {p.now.text[:160]!r}"]
    if max(after) < max(before) and sum(after) / len(after) < sum(before) / len(before):
        return []
    return [f"prices {list(map(str, after))} are not cheaper than {list(map(str, before))}"]


def _same_items_as(p: Played, turn: int) -> list[str]:
    if p.now.ids == p.shown(turn):
        return []
    return [f"the products {p.now.ids} are not those of turn {turn}, {p.shown(turn)}"]


def _none_of(p: Played, value: Any) -> list[str]:
    return [f"{f.titles[0]!r} is shown again" for f in p.places(value) if f.id in p.now.ids]


def _includes(p: Played, value: Any) -> list[str]:
    return [f"{f.titles[0]!r} is not shown" for f in p.places(value) if f.id not in p.now.ids]


def _focus_on(p: Played, value: Mapping[str, int]) -> list[str]:
    facts = p.place(value)
    about = p.now.about
    if about == {facts.id} or (not about and _title_in(facts, p.now.text)):
        return []
    return [f"the reply is not about {facts.titles[0]!r} alone: {sorted(about)} {p.now.text[:160]!r}"]


def _compares(p: Played, value: Any) -> list[str]:
    custom = p.now.custom("comparison")
    if not custom:
        return [f"the reply is no comparison: {p.now.text[:160]!r}"]
    wanted = {f.id for f in p.places(value)}
    about = {str(i["id"]) for i in custom.get("items") or []}
    return [] if about == wanted else [f"compared are {sorted(about)}, not {sorted(wanted)}"]


def _mentions_price_of(p: Played, value: Any) -> list[str]:
    return [
        f"the text does not give the price {f.price} of {f.titles[0]!r}"
        for f in p.places(value)
        if not _price_in(f, p.now.text)
    ]


def _mentions_title_of(p: Played, value: Any) -> list[str]:
    return [
        f"the text does not name {f.titles[0]!r}"
        for f in p.places(value)
        if not _title_in(f, p.now.text)
    ]


def _list_contains(p: Played, value: Any) -> list[str]:
    wanted = p.places(value)
    return [f"{f.titles[0]!r} is not on the list" for f in wanted if f.id not in p.chosen]


def _list_lacks(p: Played, value: Any) -> list[str]:
    return [f"{f.titles[0]!r} is on the list" for f in p.places(value) if f.id in p.chosen]


def _list_size(p: Played, value: int) -> list[str]:
    return [] if len(p.chosen) == value else [f"{len(p.chosen)} are on the list, not {value}"]


def _in_request(key: str) -> Check:
    def check(p: Played, value: Any) -> list[str]:
        request = next((t.request for t in reversed(p.turns) if t.request is not None), None)
        held = {str(i) for i in (request or {}).get(key, ())}
        return [f"{f.titles[0]!r} is not {key}" for f in p.places(value) if f.id not in held]

    return check


def _relaxed(p: Played, value: Sequence[str]) -> list[str]:
    if not p.now.items:
        return []
    named = {str(r.get("attribute")) for r in p.now.custom("products").get("relaxed") or ()}
    if named & set(value):
        return []
    return [f"relaxed is {sorted(named)}, and none of {list(value)} is named"]


def _holds(p: Played, wanted: Mapping[str, Any]) -> bool:
    for held in (p.now.request or {}).get("constraints", ()):
        if all(_alike(held.get(k), v) for k, v in wanted.items()):
            return True
    return False


def _alike(held: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return isinstance(held, list) and all(_alike(h, w) for h, w in zip(held, wanted))
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
        return isinstance(held, (int, float)) and abs(held - wanted) < 0.005 * max(1, abs(wanted))
    values = held if isinstance(held, list) else [held]
    return str(wanted).lower() in [str(v).lower() for v in values]


def _constraint(p: Played, value: Any) -> list[str]:
    wanted = value if isinstance(value, list) else [value]
    held = (p.now.request or {}).get("constraints", ())
    return [f"the request has no {w}: {list(held)}" for w in wanted if not _holds(p, w)]


def _no_constraint(p: Played, value: Any) -> list[str]:
    unwanted = value if isinstance(value, list) else [value]
    return [f"the request still has {u}" for u in unwanted if _holds(p, u)]


def _sorted_by(p: Played, value: str) -> list[str]:
    attribute, direction = value.split()
    found = [getattr(p.fact(i), attribute) for i in p.now.ids]
    numbers = [float(n) if n is not None else 0.0 for n in found]
    ordered = sorted(numbers, reverse=direction == "desc")
    if len(numbers) < 2:
        return [f"{len(numbers)} products show no order"]
    return [] if numbers == ordered else [f"{attribute} {numbers} is not in order ({direction})"]


def _says(p: Played, pattern: str) -> list[str]:
    found = re.search(pattern, p.now.text, re.IGNORECASE)
    return [] if found else [f"the text does not say {pattern!r}: {p.now.text[:200]!r}"]


def _buttons(p: Played, value: bool) -> list[str]:
    return [] if bool(p.now.buttons) is value else ["there is nothing to press"]


def _no_products(p: Played, value: bool) -> list[str]:
    return [f"{len(p.now.items)} products are shown"] if value and p.now.items else []


Check = Callable[[Played, Any], "list[str]"]

CHECKS: dict[str, Check] = {
    "type": _type,
    "language": _language,
    "every_item": _every_item,
    "no_item": _no_item,
    "some_item": _some_item,
    "at_least_items": _at_least,
    "at_most_items": _at_most,
    "items": _items,
    "cheaper_than": _price_against(1),
    "dearer_than": _price_against(-1),
    "cheaper_list_than": _cheaper_list_than,
    "same_items_as": _same_items_as,
    "none_of": _none_of,
    "includes": _includes,
    "focus_on": _focus_on,
    "compares": _compares,
    "mentions_price_of": _mentions_price_of,
    "mentions_title_of": _mentions_title_of,
    "list_contains": _list_contains,
    "list_lacks": _list_lacks,
    "list_size": _list_size,
    "liked": _in_request("liked"),
    "rejected": _in_request("rejected"),
    "relaxed": _relaxed,
    "constraint": _constraint,
    "no_constraint": _no_constraint,
    "sorted_by": _sorted_by,
    "says": _says,
    "buttons": _buttons,
    "no_products": _no_products,
}
