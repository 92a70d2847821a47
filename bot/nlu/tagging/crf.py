"""A linear-chain conditional random field (Lafferty, McCallum & Pereira 2001) in torch."""

from __future__ import annotations

from typing import Optional

import numpy as np
import torch
from torch import nn

from bot.nlu.tagging.viterbi import FORBIDDEN

#: No probability is smaller: its logarithm stays a number.
TINY = 1e-35


class Crf(nn.Module):
    """Scores of tag sequences, for training; ``viterbi.decode`` finds the best one.

    A sequence scores the sum of its emissions, of the transitions between its neighbours, and of
    where it starts and ends.

    Parameters
    ----------
    allowed
        bool (tags + 1, tags): which tag may follow which; the last row is the start.
    """

    def __init__(self, tags: int, allowed: Optional[np.ndarray] = None) -> None:
        super().__init__()
        self.starts = nn.Parameter(torch.zeros(tags))
        self.ends = nn.Parameter(torch.zeros(tags))
        self.transitions = nn.Parameter(torch.zeros(tags, tags))
        closed = torch.zeros(tags + 1, tags)
        if allowed is not None:
            closed[torch.from_numpy(~allowed)] = FORBIDDEN
        self.register_buffer("closed", closed)

    def tables(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Starts (tags,), transitions from row to column (tags, tags) and ends (tags,)."""
        closed: torch.Tensor = self.closed  # type: ignore[assignment]
        return self.starts + closed[-1], self.transitions + closed[:-1], self.ends

    def loss(self, emissions: torch.Tensor, tags: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Negative log-likelihood of each text: float32 (texts,).

        Parameters
        ----------
        emissions
            float32 (texts, tokens, tags).
        tags
            int64 (texts, tokens); anything where there is no token.
        mask
            bool (texts, tokens): where there are tokens, from the left without gaps.
        """
        return self.total(emissions, mask) - self.score(emissions, tags, mask)

    def score(
        self, emissions: torch.Tensor, tags: torch.Tensor, mask: torch.Tensor
    ) -> torch.Tensor:
        """What the given sequences score: float32 (texts,)."""
        starts, transitions, ends = self.tables()
        there = mask.to(emissions.dtype)
        own = emissions.gather(2, tags[..., None]).squeeze(2) * there
        moves = transitions[tags[:, :-1], tags[:, 1:]] * there[:, 1:]
        last = tags.gather(1, mask.sum(1, keepdim=True) - 1).squeeze(1)
        return starts[tags[:, 0]] + own.sum(1) + moves.sum(1) + ends[last]

    def total(self, emissions: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Log of the sum over all sequences (the forward algorithm): float32 (texts,)."""
        starts, transitions, ends = self.tables()
        moves = transitions.exp()
        reached = starts + emissions[:, 0]
        for i in range(1, emissions.shape[1]):
            # A matrix product of exponents is many times faster than a sum of logarithms.
            top = reached.max(dim=1, keepdim=True).values.detach()
            step = ((reached - top).exp() @ moves).clamp_min(TINY).log() + top + emissions[:, i]
            reached = torch.where(mask[:, i, None], step, reached)
        return torch.logsumexp(reached + ends, dim=1)

    def marginals(self, emissions: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Probability of each tag of each token: float32 (texts, tokens, tags).

        The derivative of the log of the sum by an emission is its tag's probability.
        """
        with torch.enable_grad():
            leaves = emissions.detach().requires_grad_(True)
            (found,) = torch.autograd.grad(self.total(leaves, mask).sum(), leaves)
        return found
