"""Which interactions a recommender learns from, and which it is scored on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Optional

import numpy as np
import numpy.typing as npt

from catalog.collaborative.interactions import Interactions
from catalog.errors import ShoptalkError


class Protocol(str, Enum):
    """How interactions are split."""

    random = "random"
    """Every pair is drawn by itself; 75 % are learned from (as Microsoft Recommenders does)."""
    chronological = "chronological"
    """Each shopper's first 80 % are learned from, the rest is to be told."""
    cold = "cold"
    """10 % of the products are never seen, and ranked among themselves."""


#: Share that is learned from.
SHARES = {Protocol.random: 0.75, Protocol.chronological: 0.8, Protocol.cold: 0.9}


@dataclass(frozen=True)
class Split:
    """Two parts of one log, over the same shoppers and products."""

    train: Interactions
    test: Interactions
    candidates: npt.NDArray[np.bool_]
    """Which products are ranked, shape (products,)."""
    ties: npt.NDArray[np.int64]
    """The products in the random order in which equal scores are listed: the order of the log,
    in which popular products come early, is to tell nothing."""
    protocol: Protocol


def split(
    data: Interactions, protocol: Protocol, seed: int, share: Optional[float] = None
) -> Split:
    """Split interactions by a protocol. Splitting ``train`` again gives a validation part.

    Parameters
    ----------
    share
        That is learned from; by default the protocol's.

    Raises
    ------
    ShoptalkError
        Where a part would be empty, or a chronological split has no times to go by.
    """
    share = SHARES[protocol] if share is None else share
    random = np.random.default_rng(seed)
    candidates = np.ones(data.shape[1], bool)
    if protocol is Protocol.random:
        learned = random.random(len(data)) < share
    elif protocol is Protocol.chronological:
        if not data.at.any():
            raise ShoptalkError("The events have no times: a chronological split needs them.")
        counts = np.bincount(data.shopper, minlength=data.shape[0])
        rank = np.arange(len(data)) - (np.cumsum(counts) - counts)[data.shopper]
        learned = rank < np.floor(share * counts)[data.shopper]
    else:
        known = np.flatnonzero(data.popularity())
        held = random.permutation(known)[: max(1, round((1 - share) * len(known)))]
        candidates = np.isin(np.arange(data.shape[1]), held)
        learned = ~candidates[data.product]
    if learned.all() or not learned.any():
        raise ShoptalkError(f"There are too few events for a {protocol.value} split.")
    ties = random.permutation(data.shape[1])
    return Split(data.where(learned), data.where(~learned), candidates, ties, protocol)
