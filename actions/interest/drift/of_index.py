"""A detector for a shop whose log has not taught one yet: departments stand for interests."""

from __future__ import annotations

import numpy as np

from actions.interest.drift.model import DriftModel
from actions.interest.drift.same_shopper import TwoCovariance, TwoCovarianceConfig
from catalog.index import CatalogueIndex

#: A department has no more than this share of all products; what has more tells nothing apart.
LARGEST = 0.5
#: Products that a department is learned from at most.
MOST = 400


def untrained(index: CatalogueIndex) -> DriftModel:
    """What can be told of interests from the catalogue alone.

    The widest kinds of products stand for what one shopper is interested in. Where a catalogue
    has no two of them, no change is ever seen.
    """
    items = index.vectors.vectors(np.arange(len(index)))
    least = TwoCovarianceConfig().least
    found = [group for group in _departments(index) if len(group) >= least]
    if len(found) < 2:
        return DriftModel(items, (_nothing(items.shape[1]),), about={"of": "nothing"})
    rng = np.random.default_rng(0)
    groups = [items[rng.permutation(group)[:MOST]] for group in found]
    return DriftModel(items, (TwoCovariance.fit(groups),), about={"of": "departments"})


def _departments(index: CatalogueIndex) -> list[np.ndarray]:
    """Positions of the products of each of the widest kinds."""
    kinds: dict[str, list[int]] = {}
    for position in range(len(index)):
        for value, _confidence, _source in index.facets.of(position).get("product_type", []):
            kinds.setdefault(str(value), []).append(position)
    most = LARGEST * len(index)
    of: dict[int, str] = {}
    for kind, positions in sorted(kinds.items(), key=lambda one: (len(one[1]), one[0])):
        if len(positions) <= most:
            of.update(dict.fromkeys(positions, kind))
    groups: dict[str, list[int]] = {}
    for position, kind in sorted(of.items()):
        groups.setdefault(kind, []).append(position)
    return [np.array(positions) for _kind, positions in sorted(groups.items())]


def _nothing(dim: int) -> TwoCovariance:
    """A space in which no two likes are apart."""
    none = np.zeros((dim, 1), np.float32)
    return TwoCovariance(
        np.zeros(dim, np.float32), none, np.zeros(1, np.float32), np.ones(1, np.float32)
    )
