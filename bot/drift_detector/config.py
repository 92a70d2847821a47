"""What can be chosen about training the drift detector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple


@dataclass(frozen=True)
class DriftTrainConfig:
    """Chosen on shoppers for thresholds, on three divisions of ML-100K."""

    streams: int = 6000
    """That are cut from shoppers' likes …"""
    kinds: Tuple[Tuple[str, float], ...] = (
        ("far_splice", 0.25),
        ("random_splice", 0.2),
        ("cluster_switch", 0.05),
        ("gradual", 0.08),
        ("return_", 0.05),
        ("shuffled", 0.2),
        ("blip", 0.17),
    )
    """… and what share of them is of which kind."""
    lengths: Tuple[int, ...] = (50, 20)
    """Likes in a stream; each length has the same number of likes in all."""
    earliest: float = 0.12
    """Changes come from this share of a stream on …"""
    before: float = 0.9
    """… to this, so that nothing is learned from where they are."""
    far: float = 0.25
    """The share of shoppers that are far; see ``SpliceConfig``."""
    calm: float = 0.12
    """Streams of likes that hang together loosely, where there are such, beside all others."""
    evenness: Tuple[float, ...] = (0.9, 0.6)
    """Of the spaces that likes are compared in; see ``TwoCovarianceConfig``."""
    surprise_hidden: int = 24
    """Numbers in the state of the model that expects the next like …"""
    surprise_epochs: int = 10
    """… and times it sees every shopper's likes, in a new order each time."""
    hidden: int = 24
    """Numbers in the state of a member of the learned stage."""
    members: int = 4
    """Models whose log odds are averaged."""
    epochs: int = 10
    rate: float = 4e-3
    """Learning rate at its highest."""
    decay: float = 1e-3
    """Weight decay."""
    batch: int = 128
    dropout: float = 0.2
    """Share of the statistics that are left out of a stream in training."""
    late: float = 0.3
    """What a like counts that comes more than ``soon`` after a change."""
    soon: int = 15
    gift: float = 2.0
    """What the likes of a stream with a gift count, beside one without."""
    beside: float = 0.25
    """See ``DriftModel``."""
    worst: float = 0.3
    """Weight of the highest log odds of a stream without a change, beside its mean."""


#: Where interests are short: what is bought of a kind before the shopper turns to another.
SPELLS = DriftTrainConfig(
    streams=3000,
    kinds=(
        ("far_splice", 0.4),
        ("gradual", 0.08),
        ("return_", 0.05),
        ("shuffled", 0.2),
        ("blip", 0.2),
    ),
    lengths=(24, 12),
    earliest=0.25,
    far=0.6,
    members=3,
    beside=0.0,
)
