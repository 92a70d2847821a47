"""AdamW over full-precision copies of what is trained, with warm-up, decay and averaging."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator, Sequence

import torch
from torch import nn

from bot.nlu.training.config import TrainConfig

CLIP = 1.0


class Optimiser:
    """Steps of AdamW.

    Parameters in half precision are learned in copies of single precision: steps smaller than a
    half-precision number can tell are not lost (Micikevicius et al. 2018).

    Parameters
    ----------
    groups
        Peak rate and parameters.
    steps
        The rate rises over a share of them and falls to zero over the rest.
    """

    def __init__(
        self, groups: Sequence[tuple[float, list[nn.Parameter]]], config: TrainConfig, steps: int
    ) -> None:
        self._pairs: list[tuple[nn.Parameter, torch.Tensor]] = []
        settings = []
        for rate, parameters in groups:
            copies = []
            for parameter in parameters:
                copy = parameter
                if parameter.dtype != torch.float32:
                    copy = nn.Parameter(parameter.detach().float())
                copies.append(copy)
                self._pairs.append((parameter, copy))
            settings.append({"params": copies, "lr": rate})
        self._copies = [copy for _parameter, copy in self._pairs]
        self._adam = torch.optim.AdamW(settings, weight_decay=config.weight_decay, fused=True)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._adam, lambda step: rate_at(step, steps, config.warm_up)
        )
        self._decay = config.average
        self._steps = 0
        self._averages = [copy.detach().clone() for copy in self._copies] if self._decay else []

    def step(self) -> float:
        """Use the gradients that are there; the rate of the first group."""
        for parameter, copy in self._pairs:
            if copy is not parameter:
                copy.grad = None if parameter.grad is None else parameter.grad.float()
        torch.nn.utils.clip_grad_norm_(self._copies, CLIP)
        rate = float(self._schedule.get_last_lr()[0])
        self._adam.step()
        self._schedule.step()
        self._steps += 1
        with torch.no_grad():
            for parameter, copy in self._pairs:
                if copy is not parameter:
                    parameter.copy_(copy)
            if self._decay:
                keep = min(self._decay, (1 + self._steps) / (10 + self._steps))
                torch._foreach_lerp_(self._averages, self._copies, 1 - keep)
        return rate

    def clear(self) -> None:
        """Forget the gradients."""
        for parameter, copy in self._pairs:
            parameter.grad = copy.grad = None

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """The running averages stand in for the parameters."""
        if not self._decay:
            yield
            return
        before = [parameter.detach().clone() for parameter, _copy in self._pairs]
        try:
            self._put(self._averages)
            yield
        finally:
            self._put(before)

    @torch.no_grad()
    def _put(self, values: Sequence[torch.Tensor]) -> None:
        for (parameter, _copy), value in zip(self._pairs, values, strict=True):
            parameter.copy_(value)


def rate_at(step: int, steps: int, warm_up: float) -> float:
    """Linear warm-up, then linear decay to zero, as a share of the peak."""
    rise = max(1, int(steps * warm_up))
    return (step + 1) / rise if step < rise else max(0.0, (steps - step) / max(1, steps - rise))
