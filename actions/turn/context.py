"""Everything a turn works with: one shop, open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Optional

import numpy as np

from actions.recommend.blend.stored import Blend
from actions.recommend.bundle.harmony import Harmony
from actions.recommend.companions import Companions
from actions.recommend.facts import IndexFacts
from actions.recommend.filters import MEETS
from actions.recommend.money import Rates
from actions.recommend.questions import Questions, narrowest
from actions.recommend.rules import RuledFilters
from actions.recommend.rules.active import Today
from actions.recommend.scoring import QueryEncoder
from actions.recommend.search import Searcher
from actions.replies.cards import Cards
from actions.replies.describe import Describer
from actions.replies.texts import Texts
from actions.request.types import Constraint, Request
from actions.service.ports import Faq, Now, utc_now
from actions.turn.knowledge import Shoppers
from catalog.index import CatalogueIndex
from catalog.product import Product
from catalog.rules import NO_RULES, RuleSet
from catalog.settings import ON
from catalog.shop import Shop

#: A kind of product is for women or men from this share of such products on.
GENDERED = 0.5


@dataclass(frozen=True)
class Context:
    """One open shop and the parts that search it and talk about it."""

    shop: Shop
    index: CatalogueIndex
    filters: RuledFilters
    facts: IndexFacts
    searcher: Searcher
    describer: Describer
    cards: Cards
    texts: Texts
    rates: Rates
    harmony: Harmony
    """How well products go together."""
    questions: Questions
    asks: str = ON
    """Whether questions are put that would narrow a search: as in the settings."""
    shoppers: Optional[Shoppers] = None
    """What is known of shoppers over time; without it everybody is new."""
    faq: Optional[Faq] = None
    """The shop's own answers; None where it has none."""
    now: Now = utc_now

    @classmethod
    def of(
        cls,
        shop: Shop,
        index: CatalogueIndex,
        encoder: QueryEncoder,
        texts: Texts,
        rules: RuleSet = NO_RULES,
        today: Today = date.today,
        asks: str = ON,
        shoppers: Optional[Shoppers] = None,
        faq: Optional[Faq] = None,
        now: Now = utc_now,
    ) -> Context:
        """Wire the parts for one shop."""
        settings = shop.settings
        rates = Rates(settings.currency, shop.rates)
        filters = RuledFilters(index, rates, rules, today)
        describer = Describer(index.vocabulary, settings.currency)
        facts = IndexFacts(filters)
        blend = Blend.read(index)
        companions = Companions(index)
        searcher = Searcher(filters, encoder, rules=filters.rules, companions=companions)
        if blend is not None and blend.in_force:
            searcher.weights = blend.weights
            searcher.exposure = blend.exposure(index, settings.long_tail)
        return cls(
            shop=shop,
            index=index,
            filters=filters,
            facts=facts,
            searcher=searcher,
            describer=describer,
            cards=Cards(texts, describer, facts, filters.rules.internal),
            texts=texts,
            rates=rates,
            questions=Questions(index),
            harmony=Harmony(index),
            asks=asks,
            shoppers=shoppers,
            faq=faq,
            now=now,
        )

    def of_age(self, age: int) -> Context:
        """The same for a shopper known to be at least ``age`` years old."""
        filters = self.filters.of_age(age)
        if filters is self.filters:
            return self
        return replace(self, filters=filters, searcher=replace(self.searcher, filters=filters))

    def kin(self, a: str, b: str) -> bool:
        """Whether of two product types one is the other, or broader or narrower."""
        vocabulary = self.index.vocabulary
        return b in vocabulary.narrower("product_type", a) or a in vocabulary.narrower(
            "product_type", b
        )

    def covers(self, attribute: str, wide: str, narrow: str) -> bool:
        """Whether a value is another one, or a kind of it."""
        return wide == narrow or narrow in self.index.vocabulary.narrower(attribute, wide)

    def gendered(self, product_types: tuple[object, ...], gender: Constraint) -> bool:
        """Whether products of a type tend to be for women or men, and some are for ``gender``."""
        facets = self.index.facets
        mask = np.zeros(len(self.filters), dtype=bool)
        for value in product_types:
            mask |= facets.evidence("product_type", str(value)) >= MEETS
        if not mask.any():
            return True
        stated = np.maximum(facets.evidence("gender", "male"), facets.evidence("gender", "female"))
        unisex = facets.evidence("gender", "unisex")
        share = float(((stated >= MEETS) & (unisex < MEETS))[mask].mean())
        return share >= GENDERED and bool(self.filters.mask(gender)[mask].any())

    def departments(self, language: str, n: int = 4) -> list[str]:
        """What the shop has most of, as the names of product types."""
        counts = narrowest(self.filters, self.filters.base(Request()))
        top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:n]
        return [self.describer.value("product_type", value, language) for value, _n in top]

    def variants(self, product_id: str) -> list[str]:
        """Ids of all variants of a product, itself included; none where it is not indexed."""
        position = self.index.position.get(product_id)
        if position is None:
            return []
        found = np.flatnonzero(self.index.group == self.index.group[position])
        return [self.index.ids[p] for p in found]

    def product(self, product_id: str) -> Optional[Product]:
        """One product as the store has it now."""
        found = self.shop.store.products([product_id])
        return found[0] if found else None

    def titles(self, ids: tuple[str, ...], language: str) -> str:
        """Titles of several products in one text."""
        names = [p.title_in(language) for p in self.shop.store.products(ids)]
        if language == "zh":
            return "、".join(f"《{n}》" for n in names)
        return ", ".join(names)
