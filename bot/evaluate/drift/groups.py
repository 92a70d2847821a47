"""Whose likes serve what: groups of shoppers that share nobody, drawn by a seeded hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Mapping, Optional

import numpy as np
import numpy.typing as npt

from bot.drift_detector.config import DriftTrainConfig
from catalog.errors import ShoptalkError
from catalog.event_table import EventTable

Items = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Histories = Mapping[int, Items]

#: From this rating on something was liked, on a scale of five.
LIKED = 4.0
#: What says that something was liked where the log has no ratings.
POSITIVE = ("clicked", "liked", "chosen", "carted", "bought")


@dataclass(frozen=True)
class Groups:
    """Shopper → items liked, in order of time, for each purpose."""

    vectors: Histories
    """Item vectors are made of these likes."""
    training: Histories
    """Detectors learn from these."""
    thresholds: Histories
    """Thresholds and settings are chosen on these."""
    test: Histories
    """Looked at only to report."""
    items: int
    """How many items there are; codes are below it."""
    space: Optional[Floats] = None
    """Vectors of the items, shape (items, d), where they come from elsewhere."""
    config: DriftTrainConfig = field(default_factory=DriftTrainConfig)
    """How ours is trained, and how far apart interests are that are far apart."""
    calm: Histories = field(default_factory=dict)
    """Likes that hang together more loosely, for training."""


def liked(table: EventTable) -> dict[str, Items]:
    """Shopper → codes of the items liked, in order of time, each once.

    Ratings of at least ``LIKED`` where the log has ratings, else events of ``POSITIVE`` kinds.

    Raises
    ------
    ShoptalkError
        Where nothing was liked.
    """
    rated = table.of_kinds("rated") & ~np.isnan(table.value)
    likes = (rated & (table.value >= LIKED)) if rated.any() else table.of_kinds(*POSITIVE)
    likes &= table.product >= 0
    if not likes.any():
        raise ShoptalkError(
            f"Nothing in this log was liked: it needs ratings from {LIKED:g}, or events of the "
            f"kinds {', '.join(POSITIVE)}."
        )
    own = table.where(likes)
    order = np.lexsort((np.arange(len(own)), own.at, own.shopper))
    shoppers, products = own.shopper[order], own.product[order].astype(np.int64)
    starts = np.flatnonzero(np.diff(shoppers, prepend=-1))
    parts = np.split(products, starts[1:])
    return {
        table.shopper_ids[shopper]: part[np.sort(np.unique(part, return_index=True)[1])]
        for shopper, part in zip(shoppers[starts], parts, strict=True)
    }


def share(shopper: str, seed: int) -> float:
    """Where a shopper stands between 0 and 1: the same for the same seed, whoever else there is."""
    digest = hashlib.blake2b(f"{seed}:{shopper}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def divided(likes: Mapping[str, Items], seed: int) -> list[dict[int, Items]]:
    """40 % of the shoppers for vectors, 20 % each for training, thresholds and test."""
    parts: list[dict[int, Items]] = [{}, {}, {}, {}]
    for code, shopper in enumerate(sorted(likes)):
        place = int(np.searchsorted((0.4, 0.6, 0.8), share(shopper, seed), "right"))
        parts[place][code] = likes[shopper]
    return parts


def grouped(likes: Mapping[str, Items], items: int, seed: int) -> Groups:
    """The groups of ``divided``."""
    vectors, training, thresholds, test = divided(likes, seed)
    return Groups(vectors, training, thresholds, test, items)
