"""The reader while it learns: the encoder and a head over the means of the parts of a row."""

from __future__ import annotations

import torch
from torch import nn

from actions.interest.reading.rows import PARTS
from actions.interest.reading.windows import KINDS

#: Pairs of parts whose means are compared: words and titles of now with those of before and of
#: earlier, across.
COMPARED = ((0, 2), (0, 3), (1, 2), (1, 3), (0, 4), (0, 5), (1, 4), (1, 5))


class Head(nn.Module):
    """Means of parts, their differences and cosines, through one hidden layer to the kinds."""

    def __init__(self, dim: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.wide = nn.Linear(width(dim), hidden)
        self.drop = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, len(KINDS))

    def forward(self, means: torch.Tensor) -> torch.Tensor:
        """Logits (rows, kinds) of means (rows, ``PARTS`` + 1, dim)."""
        return self.out(self.drop(torch.relu(self.wide(self.drop(features(means))))))


def width(dim: int) -> int:
    """How many features there are."""
    return (PARTS + 1 + 2) * dim + len(COMPARED)


def features(means: torch.Tensor) -> torch.Tensor:
    """What the head sees: float32 (rows, width)."""
    unit = nn.functional.normalize(means, dim=-1)
    cosines = torch.stack([(unit[:, a] * unit[:, b]).sum(-1) for a, b in COMPARED], dim=1)
    apart = (unit[:, 1] - unit[:, 3]).abs() * 4
    away = (unit[:, 1] - unit[:, 5]).abs() * 4
    flat = (unit * unit.shape[-1] ** 0.5 / 4).flatten(1)
    scale = unit.shape[-1] ** 0.5 / 4
    return torch.cat([flat, apart * scale, away * scale, cosines * 4], dim=1)
