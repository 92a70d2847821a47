"""A world with known interests: four groups of items, and shoppers who like one group's."""

from __future__ import annotations

from functools import lru_cache
from typing import Dict

import numpy as np
import numpy.typing as npt

GROUPS, EACH, DIM, LIKED = 4, 100, 8, 60
SHOPPERS = 16


@lru_cache(maxsize=1)
def space() -> npt.NDArray[np.float32]:
    """Item vectors scattered around their group's centre."""
    rng = np.random.default_rng(5)
    centres = np.eye(DIM)[:GROUPS] * 1.5
    items = np.repeat(centres, EACH, 0) + 0.6 * rng.standard_normal((GROUPS * EACH, DIM))
    return items.astype(np.float32)


@lru_cache(maxsize=1)
def likes() -> Dict[int, npt.NDArray[np.int64]]:
    """Shopper → items of the shopper's group in some order."""
    rng = np.random.default_rng(6)
    return {user: user % GROUPS * EACH + rng.permutation(EACH)[:LIKED] for user in range(SHOPPERS)}


def owner(item: int) -> int:
    """The group of an item."""
    return int(item) // EACH
