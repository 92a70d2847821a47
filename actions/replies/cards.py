"""Products as lines of text and as data, read from the store when the reply is made."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any, Mapping, Optional, Sequence

from actions.recommend.companions import Bond
from actions.recommend.reasons import Reason
from actions.recommend.rules.order import EARNS_MORE, PICKED
from actions.replies.describe import Describer
from actions.replies.money import format_money
from actions.replies.texts import Texts
from actions.request.apply import NUMERIC
from actions.request.resolve import EVIDENCE, ShownFacts
from actions.request.types import IS_NOT
from catalog.product import BACKORDER, PREORDER, Product

LOW_STOCK = 5
#: Attributes whose labels are wrong often enough to be checked against the texts.
DOUBTED = frozenset({"color", "material", "pattern", "gender"})
#: Attributes that a list line does not repeat: they stand in it or in the title.
OBVIOUS = frozenset({"price", "product_type", "gender", "age_group", "brand"})
#: Ways of a merchant rule that a list line tells: never unsaid where one put a product first.
LIFTED = (PICKED, EARNS_MORE)
#: Of whom it is for is said "for women", not "women".
FOR_WHOM = frozenset({"gender", "age_group"})
#: What a product is known by in a card; the other attributes come when asked about.
CARD_ATTRIBUTES = ("color", "material", "size", "gender", "pattern", "style")


class Cards:
    """Renders products in one shop's words."""

    def __init__(
        self,
        texts: Texts,
        describer: Describer,
        facts: ShownFacts,
        internal: frozenset[str] = frozenset(),
    ) -> None:
        self.internal = internal
        """Attributes that are the shop's own business, such as its margin."""
        self.texts = texts
        self.describer = describer
        self.facts = facts

    def stated(self, product: Product, attribute: str) -> tuple[str, ...]:
        """A product's values of an attribute, less those that its own title contradicts."""
        if attribute in self.internal:
            return ()
        values = tuple(product.attributes.get(attribute, ()))
        if attribute not in DOUBTED:
            return values
        resolve = self.describer.vocabulary.resolve
        return tuple(
            v
            for v in values
            if self.facts.evidence(product.id, attribute, resolve(attribute, v) or v) >= EVIDENCE
        )

    def price(self, product: Product, language: str) -> str:
        """The asking price, or the words for having none."""
        return format_money(product.asking_price) or self.texts.say(language, "no_price")

    def stock(self, product: Product, language: str) -> str:
        """Availability in words."""
        say = self.texts.say
        if product.availability == PREORDER:
            return say(language, "stock_preorder")
        if product.availability == BACKORDER:
            return say(language, "stock_backorder")
        if not product.available:
            return say(language, "stock_out")
        if product.stock is not None and product.stock <= LOW_STOCK:
            return say(language, "stock_low", n=product.stock)
        return say(language, "stock_in")

    def line(self, rank: int, product: Product, reasons: Sequence[Reason], language: str) -> str:
        """``1. title ¥399 · in stock — red; rated 4.7``."""
        notes = self._notes(product, reasons, language)
        head = (
            f"{rank}. {product.title_in(language)} {self.price(product, language)}"
            f" · {self.stock(product, language)}"
        )
        separator = "；" if language == "zh" else "; "
        return f"{head} — {separator.join(notes)}" if notes else head

    def card(
        self,
        rank: int,
        product: Product,
        reasons: Sequence[Reason],
        scores: Mapping[str, float],
        language: str,
        others: Mapping[str, Product] = MappingProxyType({}),
    ) -> dict[str, Any]:
        """One of ``items`` of a reply; ``others`` are the products that reasons name, by id."""
        price = product.asking_price
        return {
            "rank": rank,
            "id": product.id,
            "title": product.title_in(language),
            "price": None
            if price is None
            else {"amount": f"{price.amount:.2f}", "currency": price.currency},
            "regular_price": None
            if price is None or product.price in (None, price)
            else {"amount": f"{product.price.amount:.2f}", "currency": product.price.currency},
            "availability": product.availability,
            "stock": product.stock,
            "rating": product.rating,
            "url": product.link or None,
            "image": product.image_link or None,
            "attributes": self.attributes(product, language),
            "reasons": [
                {
                    "kind": r.kind,
                    "text": self.reason(r, product, language, others.get(r.product_id)),
                }
                for r in reasons
            ],
            "scores": dict(scores),
        }

    def attributes(self, product: Product, language: str) -> dict[str, str]:
        """The main attributes, named and valued for people."""
        out = {}
        for name in CARD_ATTRIBUTES:
            if values := self.stated(product, name):
                out[name] = self.values(name, values, language)
        if product.brand:
            out["brand"] = product.brand
        return out

    def values(self, attribute: str, values: Sequence[str], language: str) -> str:
        """Several values of an attribute in one text."""
        separator = "、" if language == "zh" else ", "
        return separator.join(self.describer.value(attribute, v, language) for v in values)

    def reason(
        self, reason: Reason, product: Product, language: str, other: Optional[Product] = None
    ) -> str:
        """One reason as a clause."""
        say = self.texts.say
        constraint = reason.constraint
        if constraint is not None:
            # That it would only be nice is said by the sentence around it.
            words = self.describer.constraint(replace(constraint, hard=True), language)
            if constraint.attribute == "price":
                price = self.price(product, language)
                return say(language, "why_price", price=price, limit=words)
            if constraint.op == IS_NOT:
                return say(language, "why_not", constraint=words)
            key = "why_constraint" if reason.kind == "constraint" else "why_soft"
            if reason.value:
                value = self.describer.one(constraint.attribute, reason.value, language)
                asked = [
                    self.describer.one(constraint.attribute, v, language) for v in constraint.values
                ]
                if reason.value not in constraint.values and len(asked) == 1:
                    # A midi dress where a dress was asked for: both are said.
                    return say(language, "why_narrower", value=value, asked=asked[0])
                words = words if constraint.attribute in FOR_WHOM else value
            return say(language, key, value=words)
        if reason.bond is not None:
            return self._bond(reason.bond, language, other)
        if reason.kind in ("similar", "liked", "alike", "taste", "graph"):
            title = other.title_in(language) if other else reason.product_id
            return say(language, f"why_{reason.kind}", title=title)
        if reason.kind == "rating":
            return say(
                language, "why_rating", rating=f"{reason.number:.1f}", n=product.rating_count
            )
        if reason.kind == "rule":
            return say(language, f"why_rule_{reason.value}")
        if reason.kind == "words":
            return say(language, "why_words", words=reason.value)
        return say(language, f"why_{reason.kind}")

    def _bond(self, bond: Bond, language: str, other: Optional[Product]) -> str:
        """Why a product goes with another one."""

        def kind(value: str) -> str:
            return self.describer.one("product_type", value, language)

        return self.texts.say(
            language,
            f"why_{bond.how}",
            title=other.title_in(language) if other else bond.with_id,
            n=bond.n,
            kind=kind(bond.kind),
            own=kind(bond.own),
            value=self.describer.value(bond.attribute, bond.value, language),
        )

    def _beside(self, bond: Bond, language: str) -> str:
        """The same as a note beside a product, where what it goes with was named before."""
        if bond.how == "complement":
            return ""
        value = self.describer.value(bond.attribute, bond.value, language)
        return self.texts.say(language, f"note_{bond.how}", n=bond.n, value=value)

    def _notes(self, product: Product, reasons: Sequence[Reason], language: str) -> list[str]:
        """What a list line says besides price and stock: met wishes, old price, rating."""
        notes: list[str] = []
        rules = [r for r in reasons if r.kind == "rule" and r.value in LIFTED]
        for reason in reasons:
            constraint = reason.constraint
            if constraint is None or constraint.attribute in OBVIOUS:
                continue
            if constraint.op == IS_NOT or constraint.op in NUMERIC:
                continue
            value = reason.value or str(constraint.values[0])
            notes.append(self.describer.value(constraint.attribute, value, language))
        beside = [self._beside(r.bond, language) for r in reasons if r.bond is not None][:2]
        if not any((*notes, *beside)) and (colors := self.stated(product, "color")):
            notes.append(self.values("color", colors[:2], language))
        if product.sale_price is not None and product.price is not None:
            notes.append(self.texts.say(language, "was", price=format_money(product.price)))
        if product.rating is not None and product.rating_count > 0:
            notes.append(self.texts.say(language, "rating", rating=f"{product.rating:.1f}"))
        told = [self.reason(reason, product, language) for reason in rules]
        told += [note for note in beside if note]
        return [*told, *notes[: max(0, 3 - len(told))]]
