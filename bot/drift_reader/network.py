"""The head of the reader while it learns; ``actions.interest.reading.head`` runs it afterwards."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from actions.interest.reading.head import (
    APART,
    CHANNEL_SCALE,
    COMPARED,
    COSINE_SCALE,
    NAMES,
    SEEN,
)
from actions.interest.reading.windows import KINDS


class LearningHead(nn.Module):
    """One hidden layer over the means of the parts and how they differ."""

    def __init__(self, dim: int, hidden: int, dropout: float) -> None:
        super().__init__()
        width = (len(SEEN) + len(APART)) * dim + len(COMPARED)
        self.wide = nn.Linear(width, hidden)
        self.drop = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, len(KINDS))

    def forward(self, means: torch.Tensor) -> torch.Tensor:
        """Logits (rows, kinds) of means (rows, parts + 1, dim)."""
        return self.out(self.drop(torch.relu(self.wide(self.drop(features(means))))))

    def tensors(self) -> dict[str, np.ndarray]:
        """What is served."""
        state = self.state_dict()
        return {name: state[name].detach().float().cpu().numpy() for name in NAMES}


def features(means: torch.Tensor) -> torch.Tensor:
    """What the head sees: float32 (rows, width), as ``actions.interest.reading.head`` has it."""
    unit = nn.functional.normalize(means, dim=-1)
    cosines = [COSINE_SCALE * (unit[:, a] * unit[:, b]).sum(-1, keepdim=True) for a, b in COMPARED]
    apart = [CHANNEL_SCALE * (unit[:, a] - unit[:, b]).abs() * 4 for a, b in APART]
    return torch.cat([CHANNEL_SCALE * unit[:, list(SEEN)].flatten(1), *apart, *cosines], dim=1)
