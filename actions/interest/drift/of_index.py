"""A detector for a shop whose log has not taught one yet: departments stand for interests."""

from __future__ import annotations

import numpy as np

from actions.interest.drift.content import untrained
from actions.interest.drift.model import DriftModel
from actions.interest.drift.same_shopper import TwoCovariance
from catalog.index import CatalogueIndex

#: A department has no more than this share of all products; what has more tells nothing apart.
LARGEST = 0.5


def by_departments(index: CatalogueIndex) -> DriftModel:
    """What can be told of interests from the catalogue alone.

    The widest kinds of products stand for what one shopper is interested in. Where a catalogue
    has no two of them, no change is ever seen.
    """
    texts = index.vectors.vectors(np.arange(len(index)))
    model = untrained(texts, _departments(index), index.ids)
    return model or DriftModel(np.zeros((1, 1), np.float32), (_nothing(),))


def _departments(index: CatalogueIndex) -> list[str]:
    """The widest kind of each product, by position; empty where it has none."""
    kinds: dict[str, list[int]] = {}
    for position in range(len(index)):
        for value, _confidence, _source in index.facets.of(position).get("product_type", []):
            kinds.setdefault(str(value), []).append(position)
    found = [""] * len(index)
    for kind, positions in sorted(kinds.items(), key=lambda one: (len(one[1]), one[0])):
        if len(positions) <= LARGEST * len(index):
            for position in positions:
                found[position] = kind
    return found


def _nothing() -> TwoCovariance:
    """A space in which nothing is apart."""
    none = np.zeros(1, np.float32)
    return TwoCovariance(none, np.zeros((1, 1), np.float32), none, np.ones(1, np.float32))
