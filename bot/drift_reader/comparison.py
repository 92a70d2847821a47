"""Trains the head that compares windows by the vectors of their texts. Needs torch."""

from __future__ import annotations

from typing import Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from actions.interest.reading.comparison import Vectors, compare, parts_of, unit
from actions.interest.reading.head import NAMES
from actions.interest.reading.kinds import Kinds
from actions.interest.reading.windows import KINDS
from bot.drift_reader.compose import Pair
from bot.drift_reader.config import ReaderConfig

MIDDLE = "middle"
BATCH = 256
DROPPED, HIDDEN_DROPPED = 0.3, 0.3
LEARNING_RATE, WEIGHT_DECAY = 1e-3, 0.1


def fit_comparison(
    encoder: Vectors, kinds: Kinds, pairs: Sequence[Pair], config: ReaderConfig
) -> dict[str, np.ndarray]:
    """Learn from pairs; the tensors of the head, and the ``middle`` of all texts (dim,).

    Several heads are trained and stand side by side in one, whose logits are their means: what a
    single one makes of chance is evened out.
    """
    found = [parts_of(pair.before, pair.after, pair.earlier) for pair in pairs]
    texts = list(dict.fromkeys(text for parts in found for part in parts for text in part))
    raw = encoder.encode_queries(texts)
    middle = raw.mean(axis=0).astype(np.float32)
    known = {text: unit(vector - middle) for text, vector in zip(texts, raw, strict=True)}
    seen = [
        np.concatenate([compare(parts, known, len(middle)), kinds.between(parts)])
        for parts in found
    ]
    inputs = torch.from_numpy(np.stack(seen))
    targets = torch.tensor([KINDS.index(pair.kind) for pair in pairs])
    heads = [_head(inputs, targets, config, config.seed + i) for i in range(config.compared_heads)]
    wide, wide_bias, out, out_bias = (np.array([head[name] for head in heads]) for name in NAMES)
    tensors = (
        wide.reshape(-1, wide.shape[-1]),
        wide_bias.ravel(),
        np.concatenate(out, axis=1) / len(heads),
        out_bias.mean(axis=0),
    )
    return {MIDDLE: middle, **dict(zip(NAMES, map(np.ascontiguousarray, tensors), strict=True))}


def _head(
    inputs: torch.Tensor, targets: torch.Tensor, config: ReaderConfig, seed: int
) -> dict[str, np.ndarray]:
    torch.manual_seed(seed)
    head = nn.ModuleDict(
        {"wide": nn.Linear(inputs.shape[1], config.hidden)}
        | {"out": nn.Linear(config.hidden, len(KINDS))}
    )
    optimiser = torch.optim.AdamW(head.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    for _epoch in range(config.compared_epochs):
        for chosen in torch.randperm(len(inputs)).split(BATCH):
            hidden = head["wide"](functional.dropout(inputs[chosen], DROPPED))
            hidden = functional.dropout(torch.relu(hidden), HIDDEN_DROPPED)
            loss = functional.cross_entropy(
                head["out"](hidden), targets[chosen], label_smoothing=config.label_smoothing
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    state = head.state_dict()
    return {name: state[name].detach().numpy() for name in NAMES}
