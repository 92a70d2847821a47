"""Trains the head that compares windows by the vectors of their texts. Needs torch."""

from __future__ import annotations

from typing import Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from actions.interest.reading.comparison import TextVectors, Vectors, compare, parts_of
from actions.interest.reading.head import NAMES
from actions.interest.reading.windows import KINDS
from bot.drift_reader.compose import Pair
from bot.drift_reader.config import ReaderConfig

MIDDLE = "middle"
BATCH = 256
DROPPED, HIDDEN_DROPPED = 0.3, 0.3
LEARNING_RATE, WEIGHT_DECAY = 1e-3, 0.1


def fit_comparison(
    encoder: Vectors, pairs: Sequence[Pair], config: ReaderConfig
) -> dict[str, np.ndarray]:
    """Learn from pairs; the tensors of the head, and the ``middle`` of all texts (dim,)."""
    torch.manual_seed(config.seed)
    found = [parts_of(pair.before, pair.after, pair.earlier) for pair in pairs]
    texts = list(dict.fromkeys(text for parts in found for part in parts for text in part))
    raw = encoder.encode_queries(texts)
    middle = raw.mean(axis=0).astype(np.float32)
    by_text = dict(zip(texts, raw, strict=True))
    known = {text: TextVectors(_Known(by_text), middle).of([text])[text] for text in texts}
    seen = np.stack([compare(parts, known, len(middle)) for parts in found])
    inputs = torch.from_numpy(seen)
    targets = torch.tensor([KINDS.index(pair.kind) for pair in pairs])
    head = nn.ModuleDict(
        {"wide": nn.Linear(inputs.shape[1], config.hidden), "out": nn.Linear(config.hidden, 4)}
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
    return {MIDDLE: middle, **{name: state[name].detach().numpy() for name in NAMES}}


class _Known:
    """Gives vectors that were computed before."""

    def __init__(self, vectors: dict[str, np.ndarray]) -> None:
        self._vectors = vectors

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self._vectors[text] for text in texts])
