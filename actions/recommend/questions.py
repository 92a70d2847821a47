"""Which question helps most now: what the answer tells, and how likely there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from random import Random
from typing import Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt
import yaml

from actions.recommend.asking.attributes import Attributes
from actions.recommend.asking.belief import Belief
from actions.recommend.asking.catalogue import attributes_of
from actions.recommend.asking.config import AskConfig
from actions.recommend.asking.likely import Likely
from actions.recommend.asking.naming import Amounts
from actions.recommend.filters import Filters, Mask
from actions.recommend.inquiry import Question, questions
from actions.recommend.scoring import Scored
from actions.request.types import IS, Constraint, Request
from catalog.index import CatalogueIndex

KIND = "product_type"
#: How often shoppers answer a question about each attribute: see ``rates.yml``.
RATES = Path(__file__).parent / "asking" / "rates.yml"
#: What nobody is asked for: yes or no, answered by a product's page, or of no use in a shop.
NOT_ASKED = frozenset({KIND, "availability", "condition", "size", "feature", "warranty"})
#: The kind is asked for first, also where one was named that leaves so many bits open.
WIDE = 2.0
YES_OR_NO = frozenset({"yes", "no"})
#: A question is worth its turn from this many products on.
WORTH_ASKING = 12


@lru_cache(maxsize=1)
def usual() -> AskConfig:
    """How shops ask: rates as they were measured, the rest chosen with simulated shoppers."""
    found = yaml.safe_load(RATES.read_text(encoding="utf-8"))
    return AskConfig(
        k=3,
        floor=0.3,
        answer_rate=found.pop("other"),
        rates={name: float(rate) for name, rate in found.items()},
        least_bits=0.3,
        options=4,
        naming=0.25,
    )


@dataclass
class Questions:
    """The questions that can be asked about one index."""

    index: CatalogueIndex
    config: AskConfig = field(default_factory=usual)

    @cached_property
    def attributes(self) -> Attributes:
        """Which products have which values of what may be asked for."""
        return attributes_of(self.index, askable(self.index))

    @cached_property
    def prices(self) -> Amounts:
        """What the products cost."""
        return Amounts.of(self.index.price)

    def best(
        self,
        request: Request,
        filters: Filters,
        mask: Mask,
        scored: Optional[Scored],
        asked: Sequence[str],
        at_random: Optional[Random] = None,
    ) -> Optional[Question]:
        """The question that brings most bits, or None where none is worth its turn.

        Parameters
        ----------
        mask
            Products that may yet be shown.
        scored
            What the search thought of them; without it all are alike.
        asked
            Attributes asked about since the search began; those that nothing is wished of were
            not answered.
        at_random
            Draw one of all that can be asked instead: this is how rates are measured.
        """
        if int(mask.sum()) < WORTH_ASKING:
            return None
        belief = self._belief(mask, scored)
        likely = Likely(belief)
        kind = None if KIND in asked else self._what_kind(request, filters, likely.weights, mask)
        if not request.category or (kind is not None and kind.bits >= WIDE):
            return kind
        stated = {c.attribute for c in request.constraints}
        first = at_random is None
        found = questions(belief, likely, stated, asked, self.prices, best=first)
        if at_random is not None:
            place = {name: number for number, name in enumerate(self.attributes.names)}
            found.sort(key=lambda question: place.get(question.attribute, len(place)))
            return at_random.choice(found) if found else None
        return found[0] if found and found[0].worth >= self.config.least_bits else None

    def _belief(self, mask: Mask, scored: Optional[Scored]) -> Belief:
        scores = np.zeros(len(self.index))
        if scored is not None and len(scored.pool):
            total = scored.parts["total"].astype(np.float64)
            scores[scored.pool] = np.exp(total - total.max())
        return Belief.of(self.attributes, scores, self.config, mask)

    def _what_kind(
        self, request: Request, filters: Filters, weights: npt.NDArray[np.float32], mask: Mask
    ) -> Optional[Question]:
        """Of which kind it is to be, the likeliest ones offered: of those sought, if any is."""
        facets = self.index.facets
        counts = narrowest(filters, mask)
        if request.category:
            wide = set(map(str, request.category))
            narrower = self.index.vocabulary.narrower
            sought = {kind for own in wide for kind in narrower(KIND, own)} - wide
            counts = {kind: n for kind, n in counts.items() if kind in sought}
        mass = {kind: float(weights[facets.evidence(KIND, kind) > 0].sum()) for kind in counts}
        likeliest = sorted(counts, key=lambda kind: (-mass[kind], -counts[kind], kind))
        if len(likeliest) < 2:
            return None
        shares = np.array([max(mass[k], 1e-9) for k in likeliest])
        shares /= max(1.0, float(shares.sum()))
        bits = float(-(shares * np.log2(shares)).sum())
        wishes = tuple(Constraint(KIND, IS, k) for k in likeliest[: self.config.options])
        rate = self.config.rates.get(KIND, self.config.answer_rate)
        return Question(KIND, wishes, bits, rate)


def askable(index: CatalogueIndex) -> list[str]:
    """The attributes of a catalogue that shoppers can be asked for by naming values."""
    facets = index.facets
    closed = NOT_ASKED.union(facets.measured())
    values = {
        name: {value for value, products, _ in facets.entries(name) if len(products)}
        for name in facets.attributes()
        if name not in closed
    }
    return [name for name, own in values.items() if len(own - YES_OR_NO) > 1]


def narrowest(filters: Filters, mask: Mask) -> Mapping[str, int]:
    """Product types of the masked products, without those that have narrower ones among them."""
    counts = filters.index.facets.values(KIND, mask)
    narrower = filters.index.vocabulary.narrower
    return {
        value: n
        for value, n in counts.items()
        if not any(w != value and w in counts for w in narrower(KIND, value))
    }
