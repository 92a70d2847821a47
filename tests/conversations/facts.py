"""What is true of a product, decided from its raw texts by short word lists of the tests' own.

Nothing of the project's lexicon, facets or index is used: a wrong lexicon must not be able to
agree with itself. Every question has three answers: True, False, and None for "nothing says".
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Optional, Sequence

from .words import COLORS, FEATURES, MATERIALS, PATTERNS, TYPES

Truth = Optional[bool]

_NEGATED = re.compile(
    r"(?:\b(?:no|not|non|without|free (?:of|from)|never)[\s-]+(?:any\s+)?|不含|无|非|不是|零)$"
)
_FREE = re.compile(r"^[\s-]*free\b")


@dataclass(frozen=True)
class Facts:
    """One product as its seller wrote it down."""

    id: str
    titles: tuple[str, ...]
    description: str = ""
    price: Optional[Decimal] = None
    currency: str = ""
    brand: str = ""
    path: tuple[str, ...] = ()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Attribute name in lower case → values, as in the feed."""
    available: bool = True
    rating: Optional[float] = None

    @property
    def title_text(self) -> str:
        return " | ".join(self.titles).lower()

    @property
    def texts(self) -> str:
        """Everything written about the product, in lower case."""
        labels = " | ".join(v for values in self.labels.values() for v in values)
        return f"{self.title_text} | {self.description.lower()} | {labels.lower()}"

    def label(self, *names: str) -> str:
        """The values of the first of these attributes that the product has."""
        for name in names:
            if self.labels.get(name):
                return " | ".join(self.labels[name]).lower()
        return ""


def colors_in(text: str) -> set[str]:
    """The colours that a short text names."""
    found = set()
    for name, (english, hanzi) in COLORS.items():
        if (
            re.search(rf"(?<![\w]){_group(english)}(?![\w-])", text)
            or re.search(rf"(?<![\w]){_group(english)}-colou?red", text)
            or re.search(hanzi, text)
        ):
            found.add(name)
    return found


def has_color(facts: Facts, color: str) -> Truth:
    """Whether a product has a colour: the title decides, then the label, then the description.

    A label is a guess of the feed. ``Red`` was found inside "Peach-Coloured" more than once, so
    a red label counts only where the word red stands somewhere by itself.
    """
    named = colors_in(re.sub(r"multi-?colou?red", "multi", facts.title_text))
    label = facts.label("color", "colour", "颜色")
    labelled = colors_in(label) if label else set()
    if named - {"multi"}:
        return color in named
    if labelled:
        return color in labelled and (color != "red" or "red" in colors_in(_spoken(facts)))
    stated = re.search(r"colou?rs?\s*:\s*([^.:]{1,60})", facts.description.lower())
    if stated and colors_in(stated[1]):
        return color in colors_in(stated[1])
    return None


def _spoken(facts: Facts) -> str:
    text = f"{facts.title_text} {facts.description.lower()}"
    own = [v for name, vs in facts.labels.items() if name in ("颜色", "color") for v in vs]
    return text + " " + " ".join(v.lower() for v in own if v.strip().lower() != "red")


def has_material(facts: Facts, material: str) -> Truth:
    """Whether any part of a product is of a material; words after a negation do not count.

    Where the seller filled in the material, that and the title decide: a description may speak
    of the wooden floor that slippers are quiet on.
    """
    named = [k for k in facts.labels if re.search("material|filling|lining|composition", k)]
    if "material" in named:
        stated_in = " | ".join(v.lower() for k in named for v in facts.labels[k])
        text = f"{facts.title_text} | {stated_in}"
    else:
        text = facts.texts
    if _mentioned(text, *MATERIALS[material]):
        return True
    stated = any(_mentioned(text, *words) for name, words in MATERIALS.items() if name != material)
    return False if stated else None


def _mentioned(text: str, english: str, hanzi: str) -> bool:
    pattern = rf"(?<![\w]){_group(english)}(?![\w])|{_group(hanzi)}"
    for hit in re.finditer(pattern, text):
        negated = _NEGATED.search(text[: hit.start()]) or _FREE.match(text[hit.end() :])
        if not negated:
            return True
    return False


def is_type(facts: Facts, kind: str) -> Truth:
    """Whether a product is of a type, from its titles (up to "with …") and its category path."""
    wanted, against = TYPES[kind]
    text = " | ".join(re.split(r"(?<=\w)\s+(?:with|for)\b", t.lower())[0] for t in facts.titles)
    if re.search(against, text):
        return False
    if re.search(wanted, text):
        return True
    path = " > ".join(facts.path).lower()
    return bool(re.search(wanted, path)) and not re.search(against, path)


def has_gender(facts: Facts, gender: str) -> Truth:
    """Whether a product is made for women (``female``), men (``male``); unisex is for both.

    Girls' and boys' things are not for women or men.
    """
    label = facts.label("gender", "性别")
    text = label or facts.title_text
    if re.search(r"\bunisex\b|中性|男女|情侣", text):
        return not re.search(r"\bkids?\b|童", text)
    women = bool(re.search(r"\b(?:women|woman|ladies|female)(?:'?s)?\b|女", text))
    men = bool(re.search(r"\b(?:men|man|gents|male)(?:'?s)?\b|男", text))
    child = bool(re.search(r"\b(?:girls?|boys?|kids?|baby|infants?)\b|童|婴", text))
    if not (women or men or child):
        return None
    if child and not (women or men):
        return False
    return women if gender == "female" else men


def _one(table: Mapping[str, str]) -> Callable[[Facts, str], Truth]:
    def decide(facts: Facts, value: str) -> Truth:
        return True if re.search(table[value], facts.texts) else None

    return decide


def has_brand(facts: Facts, brand: str) -> Truth:
    """Whether the feed's brand is this one."""
    return facts.brand.strip().lower() == brand.strip().lower() if facts.brand else None


def says(facts: Facts, pattern: str) -> Truth:
    """Whether any text of the product matches a pattern."""
    return True if re.search(pattern, facts.texts) else None


QUESTIONS: dict[str, Callable[[Facts, str], Truth]] = {
    "type": is_type,
    "color": has_color,
    "material": has_material,
    "gender": has_gender,
    "brand": has_brand,
    "pattern": _one(PATTERNS),
    "feature": _one(FEATURES),
    "says": says,
}

#: How the attributes of requests are called here.
ATTRIBUTES = {
    "type": "product_type",
    "color": "color",
    "material": "material",
    "gender": "gender",
    "brand": "brand",
    "pattern": "pattern",
    "feature": "feature",
    "price_at_most": "price",
    "price_at_least": "price",
    "price_about": "price",
    "rating_at_least": "rating",
    "available": "availability",
}


def violations(facts: Facts, wanted: Mapping[str, Any]) -> list[str]:
    """What speaks against ``facts`` meeting every predicate of ``wanted``; empty when it does.

    ``color: red`` or ``color: [red, pink]`` needs evidence for one of them, ``not_color: red``
    only that nothing says so; prices are in the shop's currency and both ends count.
    """
    return [v for key, value in wanted.items() for v in violations_of(facts, key, value)]


def violations_of(facts: Facts, key: str, value: Any) -> list[str]:
    """What speaks against one predicate."""
    values = value if isinstance(value, list) else [value]
    if key.startswith("not_"):
        question = QUESTIONS[key[4:]]
        return [f"{key[4:]} is {v}" for v in values if question(facts, v) is True]
    if key in QUESTIONS:
        answers = [QUESTIONS[key](facts, v) for v in values]
        if True in answers:
            return []
        how = "is not" if False in answers else "is not known to be"
        return [f"{key} {how} {' or '.join(map(str, values))}"]
    if key == "available":
        return [] if facts.available is value else [f"available is {facts.available}"]
    if key == "rating_at_least":
        enough = facts.rating is not None and facts.rating >= value
        return [] if enough else [f"rating {facts.rating} is under {value}"]
    return _price_violations(facts.price, key, value)


def _price_violations(price: Optional[Decimal], key: str, value: Any) -> list[str]:
    if price is None:
        return ["no price"]
    bound = Decimal(str(value))
    if key == "price_at_most" and price > bound:
        return [f"price {price} is over {bound}"]
    if key == "price_at_least" and price < bound:
        return [f"price {price} is under {bound}"]
    if key == "price_below" and price >= bound:
        return [f"price {price} is not below {bound}"]
    if key == "price_about" and abs(price - bound) > bound * Decimal("0.3"):
        return [f"price {price} is not about {bound}"]
    if key not in ("price_at_most", "price_at_least", "price_below", "price_about"):
        raise KeyError(f"There is no predicate {key!r}.")
    return []


def _group(pattern: str) -> str:
    return f"(?:{pattern})"


@dataclass(frozen=True)
class Catalogue:
    """All products of one shop, as raw facts."""

    products: Mapping[str, Facts]
    currency: str
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    """Units of the shop's currency for one of another."""

    def satisfying(self, wanted: Mapping[str, Any], without: Iterable[str] = ()) -> list[Facts]:
        """The products that meet every predicate and can be bought."""
        left_out = set(without)
        found = [f for f in self.products.values() if f.available and f.id not in left_out]
        # Prices and types are quick to decide and leave few.
        for key in sorted(wanted, key=lambda k: (not k.startswith("price"), k != "type")):
            found = [f for f in found if not violations_of(f, key, wanted[key])]
        return found


def myntra(path: Path) -> Catalogue:
    """The facts of the Myntra table, read without any of the project's importers."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {
        row["ProductID"].strip(): Facts(
            id=row["ProductID"].strip(),
            titles=(row["ProductName"].strip(),),
            description=row["Description"],
            price=Decimal(row["Price (INR)"].strip()),
            currency="INR",
            brand=row["ProductBrand"],
            labels={"gender": (row["Gender"],), "color": _nonempty([row["PrimaryColor"]])},
        )
        for row in rows
    }
    return Catalogue(found, "INR")


def yanxuan(path: Path) -> Catalogue:
    """The facts of the Yanxuan table, read without any of the project's importers."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for row in rows:
        labels: dict[str, tuple[str, ...]] = {}
        for pair in row["attributes"].split("|"):
            name, colon, value = pair.partition(":")
            # A note on how to air a duvet says nothing about what it is.
            if colon and value.strip() and "提示" not in name:
                labels[name.strip().lower()] = (value.strip(),)
        found[row["id"]] = Facts(
            id=row["id"],
            titles=(row["name"],),
            description=row["brief"],
            price=Decimal(row["retail_price"]),
            currency="CNY",
            brand=row["brand"] or "",
            labels=labels,
        )
    return Catalogue(found, "CNY")


def stored(products: Iterable[Any], currency: str, rates: Mapping[str, Any]) -> Catalogue:
    """The facts of products that only exist in a store (`catalog.product.Product`)."""
    found = {}
    for product in products:
        price = product.asking_price
        found[product.id] = Facts(
            id=product.id,
            titles=tuple(product.title.values()),
            description=" | ".join(product.description.values()),
            price=price.amount if price else None,
            currency=price.currency if price else currency,
            brand=product.brand,
            path=product.product_type,
            labels={k.lower(): tuple(v) for k, v in product.attributes.items()},
            available=product.available,
            rating=product.rating,
        )
    return Catalogue(found, currency, {k: Decimal(str(v)) for k, v in rates.items()})


def _nonempty(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(v.strip() for v in values if v and v.strip())
