"""Dropout of hidden states that costs less than drawing a mask each time."""

from __future__ import annotations

import torch
from torch import nn

#: Masks are cut from this many random numbers: drawing each anew is a sixth of a training step.
POOL = 1 << 22


class Masks:
    """What all dropouts of one encoder share: the share ``p`` that is dropped, and the numbers."""

    def __init__(self, p: float) -> None:
        self.p = p
        self._pools: dict[tuple[float, torch.dtype], torch.Tensor] = {}

    def on(self, values: torch.Tensor) -> torch.Tensor:
        """Values with some dropped and the others scaled up, of the same shape."""
        if self.p == 0.0:
            return values
        size, kind = values.numel(), (self.p, values.dtype)
        pool = self._pools.get(kind)
        if pool is None or pool.numel() < 2 * size:
            keep = torch.rand(max(POOL, 2 * size), device=values.device) >= self.p
            pool = self._pools[kind] = keep.to(values.dtype) / (1 - self.p)
        begin = int(torch.randint(0, pool.numel() - size + 1, ()))
        return values * pool[begin : begin + size].view(values.shape)


class PooledDropout(nn.Module):
    """Dropout whose masks are slices, at random places, of what ``masks`` holds."""

    def __init__(self, masks: Masks) -> None:
        super().__init__()
        self.masks = masks

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return self.masks.on(values) if self.training else values


def with_masks(module: nn.Module, masks: Masks) -> None:
    """Let all hidden states of an encoder be dropped by ``masks``, and its attention by none."""
    for name, child in module.named_children():
        if isinstance(child, nn.Dropout):
            # Attention reads only the share of its own: any but none takes the slow path.
            own = nn.Dropout(0.0) if hasattr(module, "query") else PooledDropout(masks)
            setattr(module, name, own)
        else:
            with_masks(child, masks)
