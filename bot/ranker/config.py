"""How the text ranker is trained."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.encoders.context import RECENT


@dataclass(frozen=True)
class RankerConfig:
    """Options, and what they are where nothing is said."""

    epochs: int = 1
    batch: int = 48
    """Examples a step; the others' products are negatives of each."""
    learning_rate: float = 1e-3
    warm_up: float = 0.1
    """Share of the steps in which the rate rises."""
    rank: int = 16
    """Of the LoRA adapters in the attention and the feed-forward layers."""
    first_layer: int = 6
    """Layers below this one, counted from 0, stay as they are, which saves a third of the time;
    of a smaller encoder the lower half."""
    scale: float = 30.0
    """Inverse temperature of the softmax over cosines."""
    recent: int = RECENT
    """Titles of products taken before that belong to a context."""
    most: int = 6_000
    """Most examples to learn from, the latest; more take longer and add little."""
    without_history: float = 0.3
    """Share of the examples with words that are learned without the titles, too: most shoppers
    come without a history."""
    tokens: int = 48
    checkpoints: int = 40
    """Steps between checkpoints, from which an interrupted training goes on."""
    seed: int = 0
