"""What training makes small."""

from __future__ import annotations

from typing import Optional

import torch
from torch.nn import functional


def smoothed(targets: torch.Tensor, smoothing: float) -> torch.Tensor:
    """Targets (vectors, labels) with a share given to all labels alike."""
    return targets * (1 - smoothing) + smoothing / targets.shape[-1]


def cross_entropy(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy against target distributions (vectors, labels)."""
    return -(targets * functional.log_softmax(logits, dim=-1)).sum(-1).mean()


def divergence(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Symmetric Kullback–Leibler divergence of two passes' predictions (R-Drop)."""
    log_a, log_b = functional.log_softmax(a, dim=-1), functional.log_softmax(b, dim=-1)
    both = (log_a.exp() - log_b.exp()) * (log_a - log_b)
    return 0.5 * both.sum(-1).mean()


def contrastive(
    vectors: torch.Tensor, targets: torch.Tensor, temperature: float = 0.1
) -> Optional[torch.Tensor]:
    """Supervised contrastive loss (Khosla et al. 2020) of unit vectors (vectors, dim).

    Vectors are of one kind where their most probable label is the same. None where no two are.
    """
    labels = targets.argmax(-1)
    alike = labels[:, None] == labels[None, :]
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    alike &= ~itself
    anchors = alike.any(-1)
    if not bool(anchors.any()):
        return None
    scores = vectors @ vectors.T / temperature
    scores = scores.masked_fill(itself, float("-inf"))
    logs = functional.log_softmax(scores, dim=-1).masked_fill(itself, 0.0)
    return -((logs * alike).sum(-1)[anchors] / alike.sum(-1)[anchors]).mean()


def same_text(first: torch.Tensor, second: torch.Tensor, temperature: float = 0.05) -> torch.Tensor:
    """Contrastive loss of two passes of the same texts (SimCSE, Gao et al. 2021).

    Unit vectors (texts, dim); row ``i`` of both is of text ``i``, all others are other texts.
    """
    own = torch.arange(len(first), device=first.device)
    return functional.cross_entropy(first @ second.T / temperature, own)
