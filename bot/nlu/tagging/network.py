"""What stands on the encoder: emissions of tags from the vectors of tokens, and the field."""

from __future__ import annotations

from typing import Mapping

import numpy as np
import torch
from torch import nn

from bot.nlu.tagging.crf import Crf

EPSILON = 1e-5


class Head(nn.Module):
    """Emissions of tags, and a conditional random field.

    Parameters
    ----------
    width
        Length of the vector of a token.
    allowed
        Which tag may follow which, see ``viterbi.allowed_steps``.
    """

    def __init__(self, width: int, tags: int, dropout: float, allowed: np.ndarray) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width, eps=EPSILON)
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(width, tags)
        nn.init.normal_(self.linear.weight, std=0.02)
        nn.init.zeros_(self.linear.bias)
        self.crf = Crf(tags, allowed)

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        """Emissions (texts, tokens, tags) of vectors (texts, tokens, width)."""
        return self.linear(self.dropout(self.norm(vectors)))

    def arrays(self) -> dict[str, np.ndarray]:
        """A copy of what was learned, for ``emissions`` and ``viterbi.decode``."""
        starts, transitions, ends = self.crf.tables()
        tensors = {
            "norm.weight": self.norm.weight,
            "norm.bias": self.norm.bias,
            "weight": self.linear.weight,
            "bias": self.linear.bias,
            "starts": starts,
            "transitions": transitions,
            "ends": ends,
        }
        return {name: t.detach().float().cpu().numpy().copy() for name, t in tensors.items()}


def emissions(vectors: np.ndarray, head: Mapping[str, np.ndarray]) -> np.ndarray:
    """What ``Head`` gives, in numpy: float32 (…, tags) of vectors (…, width)."""
    centred = vectors - vectors.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
    normed = centred / spread * head["norm.weight"] + head["norm.bias"]
    return normed @ head["weight"].T + head["bias"]
