"""Vectors and logits of a trained encoder in torch: for training on what was learned before."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np
import torch
from torch.nn import functional

from bot.nlu.training.batches import Batches, Row, in_turn
from bot.nlu.training.config import TrainConfig
from bot.nlu.training.encoder import apply, bfloat16_is_fast
from bot.nlu.training.loop import Trained
from catalog.encoders.base import BaseEncoder

BATCH = 32


def logits_of(
    base: BaseEncoder,
    trained: Trained,
    texts: Sequence[str],
    config: TrainConfig,
    after: Sequence[str] = (),
) -> np.ndarray:
    """Logits of whole texts: float32 (texts, labels)."""
    return vectors_of(base, trained, texts, config, after) @ trained.weights.T + trained.bias


def vectors_of(
    base: BaseEncoder,
    trained: Trained,
    texts: Sequence[str],
    config: TrainConfig,
    after: Sequence[str] = (),
) -> np.ndarray:
    """Unit vectors of whole texts: float32 (texts, dim)."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model: Any = apply(base.model(), trained.changed)
    model.to(device)
    if device.type == "cuda" or bfloat16_is_fast():
        model.to(torch.bfloat16)
    befores = list(after) or [""] * len(texts)
    rows = [Row(text, ((0, 1.0),), after=b) for text, b in zip(texts, befores, strict=True)]
    data = Batches(base, rows, 1, config.max_tokens)
    out = np.zeros((len(texts), trained.weights.shape[1]), np.float32)
    order = np.argsort(data.lengths, kind="stable")
    with torch.no_grad():
        for places in in_turn(len(order), BATCH):
            chosen = order[list(places)]
            batch = data.make(chosen)
            hidden = model(
                input_ids=batch.ids.to(device), attention_mask=batch.mask.to(device)
            ).last_hidden_state.float()
            pooled = torch.einsum("vt,vtd->vd", batch.shares.to(device), hidden)
            out[chosen] = functional.normalize(pooled, dim=-1).cpu().numpy()
    return out
