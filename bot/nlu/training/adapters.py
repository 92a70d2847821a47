"""Small trained parts beside a frozen encoder (PEFT), and what they come to."""

from __future__ import annotations

import math
import re
from typing import Any, Iterator, Sequence

import torch

from bot.nlu.training.config import ADALORA, IA3, LORA, TrainConfig

#: AdaLoRA begins with so much more rank than it ends with.
ADALORA_START = 1.5
#: What IA³ scales.
SCALED = ["key", "value", "intermediate.dense"]


def with_adapters(encoder: Any, config: TrainConfig, steps: int) -> Any:
    """The encoder, frozen, with the adapters of ``config.method`` in it.

    Parameters
    ----------
    steps
        Optimiser steps that are to come: AdaLoRA prunes its ranks by them.
    """
    import peft

    wanted: Any
    layers = range(config.first_layer, encoder.config.num_hidden_layers)
    if config.method == LORA:
        wanted = peft.LoraConfig(
            r=config.rank,
            lora_alpha=config.alpha,
            target_modules=_named(config.targets, layers),
        )
    elif config.method == ADALORA:
        wanted = peft.AdaLoraConfig(
            init_r=math.ceil(ADALORA_START * config.rank),
            target_r=config.rank,
            lora_alpha=config.alpha,
            target_modules=_named(config.targets, layers),
            tinit=max(1, steps // 10),
            tfinal=max(1, steps // 3),
            deltaT=5,
            total_step=max(steps, 10),
        )
    else:
        wanted = peft.IA3Config(target_modules=_named(SCALED, layers), feedforward_modules=[])
    return peft.get_peft_model(encoder, wanted)


def _named(ends: Sequence[str], layers: Sequence[int]) -> str:
    """A pattern of the modules in some layers whose names end so."""
    numbers = "|".join(map(str, layers))
    return rf".*\.layer\.({numbers})\..*({'|'.join(map(re.escape, ends))})"


def learned(model: Any, method: str) -> Iterator[tuple[str, torch.Tensor]]:
    """What adapters come to, under the name of their layer.

    ``<layer>.A`` (rank, in) and ``<layer>.B`` (out, rank): their product ``B @ A`` is added to
    the layer's weights. ``<layer>.scale`` (out,): its output is multiplied by it.
    """
    for name, module in model.named_modules():
        layer = name.removeprefix("base_model.model.")
        if method == IA3 and hasattr(module, "ia3_l") and "default" in module.ia3_l:
            yield f"{layer}.scale", module.ia3_l["default"].reshape(-1)
        if method == LORA and hasattr(module, "lora_A") and "default" in module.lora_A:
            yield f"{layer}.A", module.lora_A["default"].weight
            yield f"{layer}.B", module.scaling["default"] * module.lora_B["default"].weight
        if method == ADALORA and hasattr(module, "lora_E") and "default" in module.lora_E:
            scale = module.scaling["default"] / (float(module.ranknum["default"]) + 1e-5)
            yield f"{layer}.A", module.lora_A["default"] * module.lora_E["default"]
            yield f"{layer}.B", scale * module.lora_B["default"]


def orthogonality(model: Any) -> torch.Tensor:
    """How far the matrices of AdaLoRA are from orthogonal ones, as a loss."""
    total, count = torch.zeros((), device=next(model.parameters()).device), 0
    for name, p in model.named_parameters():
        if "lora_A" in name or "lora_B" in name:
            cover = p @ p.T if "lora_A" in name else p.T @ p
            eye = torch.eye(*cover.shape, device=cover.device)
            total, count = total + (cover - eye).norm(), count + 1
    return 0.5 * total / max(1, count)
