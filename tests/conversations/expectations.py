"""What a script can expect of a reply; each check gives one sentence for each thing wrong."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Callable, Mapping, Optional, Sequence

from .facts import ATTRIBUTES, Facts, violations
from .plans import planned
from .played import Played, price_in, title_in

Check = Callable[[Played, Any], "list[str]"]

_CJK = re.compile(r"[㐀-鿿]")
_WORD = re.compile(r"[A-Za-z]{2,}")
_ITEM_LINE = re.compile(r"^\s*[#(]?\d+\s*[.、)：:]")


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


def _converted(p: Played, wanted: Mapping[str, Any]) -> Optional[dict[str, Any]]:
    """Predicates with prices such as ``60 USD`` in the shop's currency; None without a rate."""
    found = dict(wanted)
    for key, value in wanted.items():
        if key.startswith("price") and isinstance(value, str):
            amount, currency = value.split()
            if currency not in p.catalogue.rates:
                return None
            found[key] = Decimal(amount) * p.catalogue.rates[currency]
    return found


def _every_item(p: Played, expected: Mapping[str, Any]) -> list[str]:
    wanted = _converted(p, expected)
    if wanted is None:
        return _no_products(p, True)
    if not p.now.items:
        if not _attainable(p, wanted):
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
    return bool(_fitting(p, wanted))


def _fitting(p: Played, expected: Mapping[str, Any]) -> list[Facts]:
    """The products of the shop that this turn could show."""
    wanted = _converted(p, expected)
    if wanted is None:
        return []
    without = set(p.rejected)
    if "none_of" in p.expect:
        without |= {f.id for f in p.places(p.expect["none_of"])}
    found = p.catalogue.satisfying(wanted, without)
    for key, sign in (("cheaper_than", 1), ("dearer_than", -1)):
        if key in p.expect:
            bound = p.place(p.expect[key]).price or Decimal(0)
            found = [f for f in found if f.price is not None and sign * (bound - f.price) > 0]
    return found


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
        fitting = _fitting(p, p.expect["every_item"])
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
        relaxed = p.now.custom("products").get("relaxed")
        if (relaxed or not p.now.ids) and not _attainable(p, p.expect.get("every_item", {})):
            return []
        if not p.now.ids:
            return [f"nothing is shown: {p.now.text[:160]!r}"]
        return [
            f"{f.titles[0]!r} at {f.price} is not {'below' if sign > 0 else 'above'} {bound}"
            for f in map(p.fact, p.now.ids)
            if f.price is not None and bound is not None and sign * (bound - f.price) <= 0
        ]

    return check


def _cheaper_list_than(p: Played, turn: int) -> list[str]:
    before = [f.price for f in map(p.fact, p.shown(turn)) if f.price is not None]
    after = [f.price for f in map(p.fact, p.now.ids) if f.price is not None]
    if not after or p.now.custom("products").get("relaxed"):
        fitting = _fitting(p, p.expect.get("every_item", {}))
        if not any(f.price is not None and f.price < min(before) for f in fitting):
            return []
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
    if about == {facts.id} or (not about and title_in(facts, p.now.text)):
        return []
    return [
        f"the reply is not about {facts.titles[0]!r} alone: {sorted(about)} {p.now.text[:160]!r}"
    ]


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
        if not price_in(f, p.now.text)
    ]


def _mentions_title_of(p: Played, value: Any) -> list[str]:
    return [
        f"the text does not name {f.titles[0]!r}"
        for f in p.places(value)
        if not title_in(f, p.now.text)
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
        alike = isinstance(held, list) and len(held) == len(wanted)
        return alike and all(map(_alike, held, wanted))
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


def _says_not(p: Played, pattern: str) -> list[str]:
    found = re.search(pattern, p.now.text, re.IGNORECASE)
    return [f"the text says {found[0]!r}: {p.now.text[:200]!r}"] if found else []


def _told(p: Played, key: str) -> list[Any]:
    return [custom[key] for custom in p.now.customs if custom.get(key)]


def _faq(p: Played, value: str) -> list[str]:
    quoted = [entry["id"] for entries in _told(p, "faq") for entry in entries]
    return [] if value in quoted else [f"quoted is {quoted}, not {value!r}: {p.now.text[:160]!r}"]


def _handoff(p: Played, value: Any) -> list[str]:
    reason = p.now.custom("handoff").get("reason", False)
    if reason == value:
        return []
    return [f"a person is asked for because of {reason!r}, not {value!r}: {p.now.text[:160]!r}"]


def _summary(p: Played, pattern: str) -> list[str]:
    summary = str(p.now.custom("handoff").get("summary", ""))
    if re.search(pattern, summary, re.IGNORECASE):
        return []
    return [f"the person is not told {pattern!r}: {summary!r}"]


def _order(p: Played, value: str) -> list[str]:
    told = [order["status"] for order in _told(p, "order")]
    return [] if told == [value] else [f"told is {told}, not {value!r}: {p.now.text[:160]!r}"]


def _buttons(p: Played, value: bool) -> list[str]:
    return [] if bool(p.now.buttons) is value else ["there is nothing to press"]


def _no_products(p: Played, value: bool) -> list[str]:
    return [f"{len(p.now.items)} products are shown"] if value and p.now.items else []


def _drifted(p: Played, value: bool) -> list[str]:
    drift = p.now.custom("products").get("drift") or {}
    if bool(drift.get("drifted")) == value:
        return []
    return [f"a drift is {'not ' if value else ''}told: {drift} {p.now.text[-160:]!r}"]


def _strategy(p: Played, value: str) -> list[str]:
    found = p.now.custom("products").get("strategy")
    return [] if found == value else [f"the strategy is {found!r}, not {value!r}"]


def _knows(p: Played, values: list[str]) -> list[str]:
    told = [str(line["value"]) for line in p.now.custom("profile").get("lines") or ()]
    return [f"{v!r} is not among what is known: {told}" for v in values if v not in told]


def _knows_not(p: Played, values: list[str]) -> list[str]:
    told = [str(line["value"]) for line in p.now.custom("profile").get("lines") or ()]
    return [f"{v!r} is among what is known: {told}" for v in values if v in told]


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
    "says_not": _says_not,
    "faq": _faq,
    "handoff": _handoff,
    "summary": _summary,
    "order": _order,
    "buttons": _buttons,
    "no_products": _no_products,
    "plan": planned,
    "drifted": _drifted,
    "strategy": _strategy,
    "knows": _knows,
    "knows_not": _knows_not,
}
