"""A request in a few words: "red dresses under ¥500", "500 元以内的红色连衣裙"."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Mapping, Sequence

from actions.replies.money import format_amount
from actions.request.apply import PURPOSES
from actions.request.types import (
    ABOUT,
    AT_LEAST,
    AT_MOST,
    BETWEEN,
    CONTAINS,
    IS,
    IS_NOT,
    Constraint,
    Request,
)
from catalog.vocabulary import Vocabulary

#: English nouns that have no plural.
MASS = frozenset(
    "tea coffee milk bread meat jerky rice honey fruit seafood food alcohol seasoning zongzi "
    "bedding linen luggage furniture cutlery decor lighting storage stationery art audio "
    "jewellery jewelry makeup skincare care gloss lingerie clothing sunscreen shampoo toothpaste "
    "perfume beauty health grooming feeding gardening cleaning equipment gear".split()
)
#: Heads of compounds that have none either: footwear, cookware.
MASS_ENDINGS = ("wear", "ware")
IRREGULAR = {"knife": "knives", "scarf": "scarves", "shelf": "shelves", "mouse": "mice"}

#: Attributes that read well before the noun, in this order.
BEFORE = ("feature", "style", "pattern", "color", "material")
#: Who a thing is for, as it reads in a list of conditions.
FOR_WHOM_ZH = {
    "female": "女款",
    "male": "男款",
    "unisex": "男女通用",
    "kids": "儿童款",
    "adult": "成人款",
    "toddler": "幼儿款",
    "infant": "婴儿款",
    "newborn": "新生儿款",
    "girls": "女童款",
    "boys": "男童款",
}


#: (gender, age group) → both in one.
CHILDREN: Mapping[tuple[str, str], str] = {("female", "kids"): "girls", ("male", "kids"): "boys"}


def plural(noun: str) -> str:
    """The plural of an English product type.

    >>> plural("dress"), plural("running shoes"), plural("tea"), plural("toy")
    ('dresses', 'running shoes', 'tea', 'toys')
    """
    head = noun.split()[-1] if noun else noun
    if _has_no_plural(head):
        return noun
    stem = noun[: len(noun) - len(head)]
    if head in IRREGULAR:
        return stem + IRREGULAR[head]
    if head.endswith(("ss", "x", "ch", "sh")):
        return noun + "es"
    if head.endswith("y") and head[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


_MEASURES = {
    "en": {
        AT_MOST: "up to {0}",
        AT_LEAST: "from {0}",
        BETWEEN: "{0} to {1}",
        ABOUT: "{0}",
    },
    "zh": {AT_MOST: "{0}以内", AT_LEAST: "{0}以上", BETWEEN: "{0}–{1}", ABOUT: "{0}"},
}
#: Attribute → language → (less, more).
COMPARATIVES = {
    "weight": {"en": ("lighter", "heavier"), "zh": ("更轻", "更重")},
    "size": {"en": ("smaller", "bigger"), "zh": ("更小", "更大")},
    "length": {"en": ("shorter", "longer"), "zh": ("更短", "更长")},
    "width": {"en": ("narrower", "wider"), "zh": ("更窄", "更宽")},
    "height": {"en": ("lower", "taller"), "zh": ("更矮", "更高")},
    "thickness": {"en": ("thinner", "thicker"), "zh": ("更薄", "更厚")},
    "rating": {"en": ("rated lower", "rated better"), "zh": ("评分更低", "评分更高")},
    "added": {"en": ("older", "newer"), "zh": ("更早", "更新")},
}
COMPARATIVE = {"en": ("with less {0}", "with more {0}"), "zh": ("{0}更小", "{0}更大")}
UNITS_EN = {"in": "inches", "gb": "GB", "tb": "TB", "mah": "mAh", "w": "W", "l": "L", "h": "hours"}
UNITS_ZH = {
    "in": "英寸",
    "cm": "厘米",
    "m": "米",
    "mm": "毫米",
    "kg": "公斤",
    "g": "克",
    "l": "升",
    "ml": "毫升",
    "w": "瓦",
    "mah": "毫安时",
    "gb": "GB",
    "h": "小时",
    "star": "星",
}
#: Soft wishes about who it is for are guesses, and better not said.
UNSAID = ("gender", "age_group")


def _has_no_plural(head: str) -> bool:
    """Whether the last word of a noun is plural already, or stands for no single thing."""
    return _is_mass(head) or (head.endswith("s") and not head.endswith("ss"))


def _is_mass(head: str) -> bool:
    return head in MASS or head.endswith(MASS_ENDINGS)


class Describer:
    """Puts requests and values of one shop into words."""

    def __init__(self, vocabulary: Vocabulary, currency: str) -> None:
        self.vocabulary = vocabulary
        self.currency = currency

    def value(self, attribute: str, value: object, language: str) -> str:
        """One attribute value in the language; a feed's own words are taken for what they mean."""
        return self.vocabulary.display(attribute, str(value), language) or str(value)

    def one(self, attribute: str, value: object, language: str) -> str:
        """A value as the predicate of "it is …": a product type has an article in English."""
        text = self.value(attribute, value, language)
        if attribute != "product_type" or language == "zh":
            return text
        noun = text.lower()
        head = noun.split()[-1] if noun else noun
        if _has_no_plural(head):
            return noun
        return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"

    def attribute(self, attribute: str, language: str) -> str:
        """An attribute's name in the language."""
        return self.vocabulary.attribute_name(attribute, language)

    def request(self, request: Request, language: str) -> str:
        """What is asked for, as a noun phrase (English in the plural)."""
        return self._zh(request) if language == "zh" else self._en(request)

    def counted(self, count: int, request: Request, language: str) -> str:
        """How many, as it stands before what is asked for: "31", or "31 kinds of" footwear."""
        heads = [self.value("product_type", v, "en").lower().split()[-1] for v in request.category]
        if language == "en" and heads and all(map(_is_mass, heads)):
            return f"{count} kinds of"
        return str(count)

    def noun(self, request: Request, language: str) -> str:
        """The product type asked for, or "products"."""
        names = [self.value("product_type", v, language) for v in request.category]
        if language == "zh":
            return "或".join(names) or "商品"
        return " or ".join(plural(n.lower()) for n in names) or "products"

    def nouns(self, product_types: Sequence[str], language: str) -> str:
        """Several product types together: "running shoes and shorts"; empty where there is none."""
        names = [self.value("product_type", v, language) for v in product_types]
        if language == "zh":
            return "和".join(names)
        return " and ".join(plural(name.lower()) for name in names)

    def constraint(self, constraint: Constraint, language: str) -> str:
        """One constraint in words: "under ¥500", "红色", "without polyester"."""
        if not constraint.hard:
            words = self.constraint(replace(constraint, hard=True), language)
            if constraint.attribute in PURPOSES:
                return words
            return f"最好{words}" if language == "zh" else f"ideally {words}"
        if constraint.attribute == "price":
            return self.price(constraint, language)
        names = [self.value(constraint.attribute, v, language) for v in constraint.values]
        zh = language == "zh"
        if constraint.op in (AT_MOST, AT_LEAST, BETWEEN, ABOUT):
            return self._measure(constraint, language)
        words = "或".join(names) if zh else " or ".join(names)
        if constraint.op == IS_NOT:
            if constraint.attribute in ("material", "feature"):
                return f"不含{words}" if zh else f"without {words.lower()}"
            return f"不要{words}" if zh else f"not {words}"
        if constraint.attribute in ("gender", "age_group"):
            if zh:
                return "或".join(FOR_WHOM_ZH.get(str(v), str(v)) for v in constraint.values)
            return _for_whom(constraint)
        if constraint.attribute == "brand":
            return words if zh else f"from {words}"
        if constraint.attribute == "size":
            code = " 码" if words.isdigit() else ""
            return f"{words}{code}" if zh else f"in size {words}"
        if constraint.attribute == "occasion":
            if "gift" in constraint.values:
                return "适合送礼" if zh else "as a gift"
            return f"适合{words}" if zh else f"for {words.lower()}"
        if constraint.op == CONTAINS:
            return f"“{words}”"
        return words if zh else words.lower()

    def price(self, constraint: Constraint, language: str) -> str:
        """A price constraint in words."""
        currency = constraint.currency or self.currency

        def money(x: object) -> str:
            amount = float(x)  # type: ignore[arg-type]
            if constraint.words == "relative":
                # "Cheaper than 399" is kept as "at most 398.99".
                amount = round(amount + (0.01 if constraint.op == AT_MOST else -0.01), 2)
            if language == "zh" and currency == "CNY":
                return format_amount(amount, "CNY").removeprefix("¥") + " 元"
            return format_amount(amount, currency) + (" " if language == "zh" else "")

        low = money(constraint.values[0])
        high = money(constraint.values[-1])
        zh = language == "zh"
        strict = constraint.words == "relative"
        if constraint.op == AT_MOST:
            return (f"低于 {high}" if strict else f"{high}以内") if zh else f"under {high}"
        if constraint.op == AT_LEAST:
            return f"{low}以上" if zh else (f"over {low}" if strict else f"from {low} up")
        if constraint.op == BETWEEN:
            return f"{low.removesuffix(' 元').strip()}–{high}" if zh else f"from {low} to {high}"
        return f"{low}左右" if zh else f"around {low}"

    def _measure(self, constraint: Constraint, language: str) -> str:
        name = self.attribute(constraint.attribute, language)
        if constraint.words == "relative":
            return _relative(name, constraint.attribute, constraint.op, language)
        if constraint.attribute == "seats":
            numbers = [f"{float(v):g}" for v in constraint.values]
            phrase = _MEASURES[language][constraint.op].format(*numbers, *numbers)
            people = "person" if constraint.value == 1 else "people"
            return f"{phrase}人用" if language == "zh" else f"for {phrase} {people}"
        units = UNITS_ZH if language == "zh" else UNITS_EN
        unit = units.get(constraint.unit or "", constraint.unit or "")
        numbers = [f"{float(v):g} {unit}".strip() for v in constraint.values]
        phrase = _MEASURES[language][constraint.op].format(*numbers, *numbers)
        return f"{name} {phrase}" if language == "zh" else f"with {name} {phrase}"

    def _split(self, request: Request) -> tuple[list[Constraint], list[Constraint]]:
        rest = [
            c
            for c in request.constraints
            if not (c.attribute == "product_type" and c.op == IS)
            and (c.hard or c.attribute not in UNSAID)
        ]
        rest = _children(rest)
        before = [c for c in rest if c.attribute in BEFORE and c.op == IS and c.hard]
        before.sort(key=lambda c: BEFORE.index(c.attribute))
        return before, [c for c in rest if c not in before]

    def _en(self, request: Request) -> str:
        before, after = self._split(request)
        after.sort(key=lambda c: (c.attribute == "price", c.op == IS_NOT))
        parts = [self.constraint(c, "en") for c in before]
        parts.append(self.noun(request, "en"))
        firm = [c for c in after if c.hard or c.attribute in PURPOSES]
        parts += _joined_negations([self.constraint(c, "en") for c in firm])
        if request.text:
            parts.append(f"“{request.text}”")
        wishes = [self.constraint(c, "en") for c in after if c not in firm]
        return ", ".join([" ".join(parts), *wishes])

    def _zh(self, request: Request) -> str:
        before, after = self._split(request)
        price: Callable[[Constraint], bool] = lambda c: c.attribute == "price"  # noqa: E731
        phrases = [self.constraint(c, "zh") for c in after if price(c)]
        phrases += [self.constraint(c, "zh") for c in after if not price(c)]
        lead = "、".join(phrases)
        body = "".join(self.constraint(c, "zh") for c in before) + self.noun(request, "zh")
        text = f"{lead}的{body}" if lead else body
        if text[:1].isascii():
            # Figures and Latin letters stand apart from the characters before them.
            text = " " + text
        return f"{text}（“{request.text}”）" if request.text else text


def _joined_negations(phrases: list[str]) -> list[str]:
    """ "not black", "not red" → "not black", "and not red"; read in one breath."""
    out: list[str] = []
    for phrase in phrases:
        if (
            phrase.startswith(("not ", "without "))
            and out
            and out[-1].startswith(("not ", "without "))
        ):
            phrase = "and " + phrase
        out.append(phrase)
    return out


def _children(constraints: list[Constraint]) -> list[Constraint]:
    """ "For women" and "for kids" together are for girls."""
    said = {c.attribute: c for c in constraints if c.attribute in UNSAID and c.op == IS and c.hard}
    if len(said) < len(UNSAID):
        return constraints
    gender, age = said["gender"], said["age_group"]
    child = CHILDREN.get((str(gender.value), str(age.value)))
    if child is None:
        return constraints
    return [replace(c, value=child) if c is gender else c for c in constraints if c is not age]


def _for_whom(constraint: Constraint) -> str:
    words = {
        "girls": "for girls",
        "boys": "for boys",
        "female": "for women",
        "male": "for men",
        "unisex": "unisex",
        "kids": "for kids",
        "adult": "for adults",
        "toddler": "for toddlers",
        "infant": "for babies",
        "newborn": "for newborns",
    }
    return " or ".join(words.get(str(v), f"for {v}") for v in constraint.values)


def _relative(name: str, attribute: str, op: str, language: str) -> str:
    """A wish relative to what was shown: "lighter", "更轻"."""
    less, more = COMPARATIVES.get(attribute, COMPARATIVE)[language]
    return (less if op == AT_MOST else more).format(name)
