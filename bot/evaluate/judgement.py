"""Which products a query is about, by a rule over the columns of the feed.

A rule is judged by the words of this file and of the rule, and never by the lexicon or the index:
what a search believes must not decide whether the search is right. The rules are told in
``tests/search/README.md``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Callable, Iterable, Mapping

from catalog.errors import ShoptalkError
from catalog.product import Product

#: Grades: all that was asked for; all but what would have been nice.
FULL, PARTLY = 2, 1

#: Colour → the words for it. A word may stand for several colours: olive is a green.
COLORS: Mapping[str, str] = {
    "black": "black|jet",
    "white": "white|ivory|off-?hite",
    "grey": "gr[ea]y|charcoal|slate",
    "red": "red|crimson|scarlet|vermilion",
    "maroon": "maroon",
    "burgundy": "burgundy|wine|maroon|oxblood",
    "blue": "blue|navy|indigo|teal|turquoise|aqua|cobalt",
    "navy": "navy",
    "green": "green|olive|mint|emerald|lime",
    "olive": "olive",
    "yellow": "yellow|mustard|lemon",
    "mustard": "mustard",
    "orange": "orange|rust|tangerine",
    "pink": "pink|magenta|fuchsia|blush|rose(?!.gold)",
    "peach": "peach|coral",
    "purple": "purple|violet|lavender|mauve|lilac|plum",
    "brown": "brown|tan|camel|chocolate|coffee|taupe",
    "tan": "tan|camel",
    "beige": "beige|cream|ecru|nude|sand|skin",
    "khaki": "khaki",
    "gold": "gold|golden",
    "silver": "silver",
    "multi": "multi|multicolou?red|assorted",
}
_ENDING = r"(?:[- ]?(?:toned|colou?red|plated|tone|ish))?"
_ANY_COLOR = re.compile(rf"\b(?:{'|'.join(COLORS.values())}){_ENDING}\b")
#: Characters of a description in which its product's own colour is told.
BEGINNING = 120

GENDERS: Mapping[str, frozenset[str]] = {
    "men": frozenset({"men", "unisex"}),
    "women": frozenset({"women", "unisex"}),
    "boys": frozenset({"boys", "unisex kids"}),
    "girls": frozenset({"girls", "unisex kids"}),
    "kids": frozenset({"boys", "girls", "unisex kids"}),
}


@dataclass(frozen=True)
class Row:
    """The columns of one product that rules speak of, in lower case."""

    id: str
    name: str
    """Without the brand that it begins with: "Pepe Jeans Men Shirt" is no pair of jeans."""
    description: str
    brand: str
    gender: str
    color: str
    price: float
    """NaN where there is none."""

    @classmethod
    def of(cls, product: Product) -> Row:
        """A product as it was imported, before anything was read out of it."""
        brand = product.brand.strip().lower()
        name = " ".join(product.title.values()).strip().lower()
        price = product.asking_price

        def only(attribute: str) -> str:
            return " ".join(product.attributes.get(attribute, ())).strip().lower()

        return cls(
            id=product.id,
            name=name[len(brand) :].strip() if brand and name.startswith(brand) else name,
            description=" ".join(product.description.values()).lower(),
            brand=brand,
            gender=only("gender"),
            color=only("color"),
            price=float("nan") if price is None else float(price.amount),
        )


Part = Callable[[Row], bool]


def grades(rule: Mapping[str, Any], rows: Iterable[Row]) -> dict[str, int]:
    """Product id → grade, of those above 0.

    Raises
    ------
    ShoptalkError
        Where the rule is not one.
    """
    judge = judge_of(rule)
    return {row.id: grade for row in rows if (grade := judge(row))}


def judge_of(rule: Mapping[str, Any]) -> Callable[[Row], int]:
    """A rule ``{"all": [part, …], "nice": [part, …]}`` as a function from product to grade."""
    if not isinstance(rule, Mapping) or not rule.get("all") or set(rule) - {"all", "nice"}:
        raise ShoptalkError(f"A rule is {{'all': [parts], 'nice': [parts]}}, and this is {rule!r}.")
    wanted = [_part(part) for part in rule["all"]]
    nice = [_part(part) for part in rule.get("nice", ())]

    def judge(row: Row) -> int:
        if not all(part(row) for part in wanted):
            return 0
        return FULL if all(part(row) for part in nice) else PARTLY

    return judge


def _part(part: Any) -> Part:
    if not isinstance(part, Mapping) or len(part) != 1:
        raise ShoptalkError(f"A part of a rule names one thing, and this does not: {part!r}.")
    kind, value = next(iter(part.items()))
    if kind not in _KINDS:
        raise ShoptalkError(f"A rule knows {', '.join(_KINDS)}, and not {kind!r}.")
    return _KINDS[kind](value)


def _not(value: Any) -> Part:
    inner = _part(value)
    return lambda row: not inner(row)


def _any(value: Any) -> Part:
    if not isinstance(value, list) or not value:
        raise ShoptalkError(f"'any' takes a list of parts, and this is {value!r}.")
    inner = [_part(part) for part in value]
    return lambda row: any(part(row) for part in inner)


def _name(value: Any) -> Part:
    pattern = _pattern(value)
    return lambda row: pattern.search(row.name) is not None


def _text(value: Any) -> Part:
    pattern = _pattern(value)
    return lambda row: (
        pattern.search(row.name) is not None or pattern.search(row.description) is not None
    )


def _brand(value: Any) -> Part:
    pattern = _pattern(rf"^(?:{value})(?:'?s)?(?!\w)")
    return lambda row: pattern.search(row.brand) is not None


def _gender(value: Any) -> Part:
    if value not in GENDERS:
        raise ShoptalkError(f"A gender is one of {', '.join(GENDERS)}, and not {value!r}.")
    return lambda row: row.gender in GENDERS[value]


def _color(value: Any) -> Part:
    if value not in COLORS:
        raise ShoptalkError(f"A color is one of {', '.join(COLORS)}, and not {value!r}.")
    return lambda row: value in colors(row)


def _price(value: Any) -> Part:
    known = {"at_most", "at_least"}
    if not isinstance(value, Mapping) or not value or set(value) - known:
        raise ShoptalkError(f"A price has at_most, at_least or both, and this is {value!r}.")
    low, high = float(value.get("at_least", 0)), float(value.get("at_most", "inf"))
    return lambda row: low <= row.price <= high


_KINDS: Mapping[str, Callable[[Any], Part]] = {
    "name": _name,
    "text": _text,
    "brand": _brand,
    "gender": _gender,
    "color": _color,
    "price": _price,
    "not": _not,
    "any": _any,
}


@lru_cache(maxsize=50_000)
def colors(row: Row) -> frozenset[str]:
    """The colours of a product: by its name, else its description's beginning, else the column.

    A column that says red is not believed where the text only has it in "coloured".
    """
    for text in (row.name, row.description[:BEGINNING]):
        if _ANY_COLOR.search(text):
            return _colors_in(text)
    if row.color == "red" and "coloured" in row.name + row.description:
        return frozenset()
    return _colors_in(row.color)


def _colors_in(text: str) -> frozenset[str]:
    return frozenset(c for c, pattern in _COLOR_PATTERNS.items() if pattern.search(text))


_COLOR_PATTERNS = {c: re.compile(rf"\b(?:{words}){_ENDING}\b") for c, words in COLORS.items()}


@lru_cache(maxsize=5_000)
def _pattern(value: Any) -> re.Pattern[str]:
    if not isinstance(value, str) or not value.strip():
        raise ShoptalkError(f"A rule's pattern is a text, and this is {value!r}.")
    try:
        return re.compile(value, re.IGNORECASE)
    except re.error as error:
        raise ShoptalkError(f"{value!r} is no regular expression: {error}.") from error
