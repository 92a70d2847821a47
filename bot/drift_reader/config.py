"""How the reader of windows is trained."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReaderConfig:
    """Options, and what they are where nothing is said."""

    pairs: int = 5_000
    """Pairs of windows composed to learn from, each read once."""
    batch: int = 32
    rank: int = 16
    """Of the LoRA adapters in attention and feed-forward layers."""
    first_layer: int = 6
    """Layers below this one, counted from 0, stay as they are."""
    learning_rate: float = 1.5e-3
    head_learning_rate: float = 2e-3
    hidden: int = 128
    """Width of the head's one hidden layer."""
    dropout: float = 0.1
    label_smoothing: float = 0.05
    weight_decay: float = 0.01
    average: float = 0.0
    """Decay of a running average of the weights; 0 keeps the last."""
    warm_up: float = 0.1
    """Share of the steps in which the rate rises."""
    compared_pairs: int = 6_000
    """Pairs that the comparison of windows by the vectors of their texts learns from."""
    compared_epochs: int = 12
    compared_heads: int = 5
    """So many heads of the comparison even out each other's chance."""
    precision: str = "auto"
    """``bf16``, ``fp32``, or ``auto``: bf16 where the machine is faster with it."""
    held_out: int = 300
    """Pairs by which the probabilities are calibrated."""
    seed: int = 0
