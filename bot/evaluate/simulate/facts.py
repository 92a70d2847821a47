"""What a feed says about a product, read with the simulator's own few words.

The assistant is judged by this. So nothing here comes from the lexicon or the index: what the
assistant believes of a product must not decide whether it was right. Colours and rows are read by
``bot.evaluate.judgement``, which is as independent; the rest is in ``values.yml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Iterable, Mapping, Optional

import yaml

from bot.evaluate.judgement import COLORS, GENDERS, Row, colors
from catalog.product import Product

VALUES = Path(__file__).parent / "values.yml"

KIND, WHOM, COLOR, BRAND, PRICE = "kind", "whom", "color", "brand", "price"
#: Read from titles and descriptions by the patterns of the table.
TRAITS = ("pattern", "material", "sleeve", "neck", "fit", "occasion", "closure")
ATTRIBUTES = (KIND, WHOM, COLOR, BRAND, PRICE, *TRAITS)
#: What an attribute is called in requests and questions of the assistant.
ASSISTANTS: Mapping[str, tuple[str, ...]] = {
    KIND: ("product_type",),
    WHOM: ("gender", "age_group"),
    COLOR: ("color",),
    BRAND: ("brand",),
    PRICE: ("price",),
    "pattern": ("pattern",),
    "material": ("material",),
    "sleeve": ("sleeve_length",),
    "neck": ("neckline",),
    "fit": ("fit",),
    "occasion": ("occasion",),
    "closure": ("closure",),
}
#: Traits that descriptions tell reliably; of the others only titles speak.
_DESCRIBED = frozenset({"material", "sleeve", "neck", "closure"})
#: What follows tells what comes with a product, not what it is.
_TAIL = re.compile(r"\s(?:with|for)\s|\s*[,(|]")
#: A dark grey, whatever colour the feed files it under.
_GUNMETAL = re.compile(r"gun[ -]?metal", re.IGNORECASE)
_CHILD = re.compile(r"kids?|child|toddler|infant|newborn|baby")


@dataclass(frozen=True)
class Named:
    """One value of an attribute: how it is read, what it is called, what does not contradict it."""

    value: str
    names: Mapping[str, tuple[str, ...]]
    near: frozenset[str]
    never: bool
    pattern: Optional[re.Pattern[str]]


@dataclass(frozen=True)
class Sheet:
    """The raw facts of one product."""

    id: str
    group: str
    title: str
    brand: str
    price: float
    """NaN where there is none."""
    available: bool
    popularity: float
    values: Mapping[str, frozenset[str]]
    """Attribute → the values that it surely has; an attribute that nothing is said of is absent."""
    product: Product

    def meets(self, attribute: str, value: Any) -> bool:
        """Whether the feed says that the product is so."""
        if attribute == PRICE:
            return self.price <= float(value)
        return value in self.values.get(attribute, ())

    def contradicts(self, attribute: str, value: Any) -> bool:
        """Whether the feed says that it is otherwise; silence and neighbours contradict nothing."""
        if attribute == PRICE:
            return self.price > float(value) + 0.005
        said = self.perhaps(attribute)
        if not said or value in said or (attribute == COLOR and "multi" in said):
            return False
        return not said & near(attribute, str(value))

    def perhaps(self, attribute: str) -> frozenset[str]:
        """Every value that any part of its row names."""
        row = Row.of(self.product)
        if attribute == COLOR:
            return _any_color(row)
        if attribute in TRAITS:
            texts = (row.name, _stated(self.product, attribute), row.description)
            return frozenset().union(*(_found(attribute, text) for text in texts))
        return self.values.get(attribute, frozenset())


@lru_cache(maxsize=1)
def table() -> Mapping[str, Mapping[str, Named]]:
    """Attribute → value → what is known of it."""
    data = yaml.safe_load(VALUES.read_text(encoding="utf-8"))
    return {
        attribute: {str(value): _named(str(value), about) for value, about in values.items()}
        for attribute, values in data.items()
    }


def near(attribute: str, value: str) -> frozenset[str]:
    """Values that may be the same thing under another name, in either direction."""
    values = table().get(attribute, {})
    own = values[value].near if value in values else frozenset()
    return own | {v for v, named in values.items() if value in named.near}


def names(attribute: str, value: str, language: str) -> tuple[str, ...]:
    """What shoppers call a value; a brand is called what the feed calls it."""
    known = table().get(attribute, {}).get(value)
    return known.names.get(language, (value,)) if known else (value,)


def sayable(attribute: str, value: str) -> bool:
    """Whether a shopper may care about it."""
    if attribute in (BRAND, PRICE):
        return True
    known = table().get(attribute, {}).get(value)
    return known is not None and not known.never


def read(product: Product) -> Sheet:
    """The facts of a product as it was imported."""
    row = Row.of(product)
    head = _TAIL.split(row.name, maxsplit=1)[0]
    values = {KIND: _kind(head), WHOM: _whom(row, product), COLOR: colors(row)}
    values[BRAND] = frozenset({product.brand.strip()} - {""})
    for trait in TRAITS:
        values[trait] = (
            _found(trait, row.name)
            or _found(trait, _stated(product, trait))
            or (_found(trait, row.description) if trait in _DESCRIBED else frozenset())
        )
    return Sheet(
        id=product.id,
        group=product.item_group_id or product.id,
        title=product.title.get("en") or next(iter(product.title.values())),
        brand=product.brand.strip(),
        price=row.price,
        available=product.available,
        popularity=(product.rating or 0.0) * float(product.rating_count),
        values={a: v for a, v in values.items() if v},
        product=product,
    )


def sheets(products: Iterable[Product]) -> dict[str, Sheet]:
    """Product id → facts, in the order of the feed."""
    return {product.id: read(product) for product in products}


def value_in(attribute: str, text: str) -> Optional[str]:
    """The value that a short text of the assistant's means, as the text of an option."""
    folded = text.strip().casefold()
    for value, named in table().get(attribute, {}).items():
        called = (name.casefold() for names in named.names.values() for name in names)
        if value == folded or folded in called:
            return value
    if attribute in TRAITS or attribute == KIND:
        found = _found(attribute, folded) if attribute != KIND else _kind(folded)
        return next(iter(sorted(found)), None)
    return None


def _kind(head: str) -> frozenset[str]:
    ends = []
    for value, named in table()[KIND].items():
        found = list(named.pattern.finditer(head)) if named.pattern else []
        if found:
            ends.append((found[-1].end(), found[-1].end() - found[-1].start(), value))
    return frozenset({max(ends)[2]}) if ends else frozenset()


def _whom(row: Row, product: Product) -> frozenset[str]:
    gender = {"male": "men", "female": "women"}.get(row.gender, row.gender)
    ages = " ".join(product.attributes.get("age_group", ())).lower()
    if _CHILD.search(ages):
        gender = {"men": "boys", "women": "girls", "unisex": "unisex kids"}.get(gender, gender)
    return frozenset(w for w in ("men", "women", "boys", "girls") if gender in GENDERS[w])


def _any_color(row: Row) -> frozenset[str]:
    texts = (row.name, row.description, row.color)
    parts = (Row("", text, "", "", "", "", 0.0) for text in texts if text)
    found = frozenset(c for part in parts for c in colors(part) if c in COLORS)
    return found | {"grey"} if any(map(_GUNMETAL.search, texts)) else found


def _stated(product: Product, trait: str) -> str:
    """What the feed's own column for a trait says."""
    return " ".join(product.attributes.get(ASSISTANTS[trait][0], ())).lower()


def _found(trait: str, text: str) -> frozenset[str]:
    return frozenset(
        value
        for value, named in table()[trait].items()
        if text and named.pattern and named.pattern.search(text)
    )


def _named(value: str, about: Mapping[str, Any]) -> Named:
    read_as = about.get("read")
    return Named(
        value=value,
        names={k: tuple(map(str, about[k])) for k in ("en", "zh") if k in about},
        near=frozenset(about.get("near") or ()),
        never=bool(about.get("never")),
        pattern=re.compile(read_as, re.IGNORECASE) if read_as else None,
    )
