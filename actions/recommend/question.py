"""Which question helps most now: the attribute whose answer splits the candidates best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy as np

from actions.recommend.filters import MEETS, Filters, Mask
from actions.request.types import Request

#: What may be asked, in words a shopper has; the merchant's own attributes are not guessed at.
ASKABLE = (
    "occasion",
    "style",
    "gender",
    "material",
    "color",
    "season",
    "age_group",
    "pattern",
    "sleeve_length",
    "length",
    "fit",
)
#: A question is worth its turn from this many products on …
WORTH_ASKING = 12
#: … when this share of them says something about the attribute …
COVERAGE = 0.5
#: … and the answer is worth this many bits.
MIN_BITS = 0.8


@dataclass(frozen=True)
class Question:
    """An attribute to ask about, and the likeliest answers, most frequent first."""

    attribute: str
    values: tuple[str, ...]
    bits: float


def best_question(
    request: Request, filters: Filters, mask: Mask, asked: Sequence[str], options: int = 4
) -> Question | None:
    """The most informative question about the products in ``mask``, or None.

    The gain is the entropy of the attribute's values over the candidates, times the share of
    candidates that have one: what is not known of a product cannot narrow the search.
    """
    n = int(mask.sum())
    if n < WORTH_ASKING:
        return None
    if not request.category:
        return _what_kind(filters, mask, asked, options)
    stated = {c.attribute for c in request.constraints}
    best: Question | None = None
    for attribute in ASKABLE:
        if attribute in stated or attribute in asked:
            continue
        counts = filters.index.facets.values(attribute, mask)
        question = _question(attribute, counts, n, options)
        if question and question.bits >= MIN_BITS and (best is None or question.bits > best.bits):
            best = question
    return best


def _what_kind(filters: Filters, mask: Mask, asked: Sequence[str], options: int) -> Question | None:
    if "product_type" in asked:
        return None
    counts = narrowest(filters, mask)
    return _question("product_type", counts, int(mask.sum()), options)


def narrowest(filters: Filters, mask: Mask) -> dict[str, int]:
    """Product types of the masked products, without those that have narrower ones among them."""
    counts = filters.index.facets.values("product_type", mask)
    narrower = filters.index.vocabulary.narrower
    return {
        value: n
        for value, n in counts.items()
        if not any(w != value and w in counts for w in narrower("product_type", value))
    }


def _question(attribute: str, counts: dict[str, int], n: int, options: int) -> Question | None:
    frequent = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if len(frequent) < 2:
        return None
    weights = np.array([c for _v, c in frequent], dtype=np.float64)
    coverage = min(1.0, float(weights.sum()) / n)
    if coverage < COVERAGE:
        return None
    share = weights / weights.sum()
    bits = float(-(share * np.log2(share)).sum()) * coverage
    values = tuple(v for v, c in frequent[:options] if c >= max(1, MEETS * 0.02 * n))
    return Question(attribute, values, bits) if len(values) >= 2 else None
