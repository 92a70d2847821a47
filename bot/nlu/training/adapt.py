"""Adaptation of the encoder to how people here talk, from texts without labels."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Callable, Protocol, Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bot.nlu.training.batches import PADDING, Batches, Row, Tokens
from bot.nlu.training.config import TrainConfig
from bot.nlu.training.encoder import Trainable
from bot.nlu.training.loss import same_text
from bot.nlu.training.optimiser import Optimiser
from bot.nlu.training.reconstruct import Decoder
from catalog.encoders.base import BaseEncoder

Progress = Callable[[str], None]

#: The encoder learns at this share of the rate that it learns labels with.
RATE = 0.1
DECODER_RATE = 1e-3
#: Two passes of one text must differ.
DROPOUT = 0.1
#: The share of a text's tokens that is deleted before it is to be written anew.
DELETED = 0.6


class Objective(Protocol):
    """What texts without labels are to make small."""

    def parameters(self) -> list[nn.Parameter]:
        """What is trained beside the encoder."""

    def loss(self, chosen: Sequence[int]) -> torch.Tensor:
        """The mean loss of some texts, by their numbers."""


def adapt_to(
    trainable: Trainable,
    base: BaseEncoder,
    texts: Sequence[str],
    config: TrainConfig,
    progress: Progress,
) -> list[float]:
    """Train the encoder, with the method it was prepared for, on unlabelled texts.

    ``config.adapt`` is ``simcse`` (Gao et al. 2021): two passes of a text, with different
    dropout, are to be nearer to each other than to other texts; or ``tsdae`` (Wang et al. 2021):
    a text is to be written anew from the vector of what is left of it when most of its tokens
    are deleted.

    Returns
    -------
    The mean loss of each epoch; none where there are no two different texts.
    """
    torch.manual_seed(config.seed)
    random = np.random.default_rng(config.seed)
    rows = [Row(text, ((0, 1.0),)) for text in dict.fromkeys(texts) if text.strip()]
    data = Batches(base, rows, 1, config.max_tokens)
    groups = [g for g in data.by_length(config.batch, random) if len(g) > 1]
    if not groups:
        return []
    objective: Objective = SimCSE(trainable, data)
    if config.adapt == "tsdae":
        objective = TSDAE(trainable, data.tokens, random)
    encoder = [(RATE * config.rate * factor, ps) for factor, ps in trainable.groups()]
    beside = [(DECODER_RATE, ps) for ps in [objective.parameters()] if ps]
    steps = len(groups) * config.adapt_epochs
    optimiser = Optimiser(encoder + beside, replace(config, average=0.0), steps)
    began, losses = time.monotonic(), []
    for epoch in range(config.adapt_epochs):
        if config.seconds and time.monotonic() - began > config.seconds:
            break
        told = f"{config.adapt} {epoch + 1}/{config.adapt_epochs}"
        losses.append(_epoch(trainable, objective, groups, optimiser, told, progress))
        progress(f"{told}: loss {losses[-1]:.3f}, {time.monotonic() - began:.0f} s")
        groups = [g for g in data.by_length(config.batch, random) if len(g) > 1]
    return losses


def _epoch(
    trainable: Trainable,
    objective: Objective,
    groups: Sequence[np.ndarray],
    optimiser: Optimiser,
    told: str,
    progress: Progress,
) -> float:
    trainable.train()
    total = 0.0
    with trainable.dropping(DROPOUT):
        for number, chosen in enumerate(groups, 1):
            loss = objective.loss(chosen.tolist())
            extra = trainable.extra_loss()
            (loss if extra is None else loss + extra).backward()
            optimiser.step()
            optimiser.clear()
            total += float(loss.detach())
            if number % 20 == 0:
                progress(f"{told}, {number}/{len(groups)}")
    return total / len(groups)


class SimCSE:
    """Two passes of each text, and the others of the batch to tell them from."""

    def __init__(self, trainable: Trainable, data: Batches) -> None:
        self._trainable = trainable
        self._data = data

    def parameters(self) -> list[nn.Parameter]:
        return []

    def loss(self, chosen: Sequence[int]) -> torch.Tensor:
        batch = self._data.make(chosen)
        device = self._trainable.device
        ids, mask = batch.ids.to(device), batch.mask.to(device)
        return same_text(_vectors(self._trainable, ids, mask), _vectors(self._trainable, ids, mask))


class TSDAE:
    """A decoder that sees of a text only the vector of its remains."""

    def __init__(
        self, trainable: Trainable, tokens: Sequence[Tokens], random: np.random.Generator
    ) -> None:
        self._trainable = trainable
        self._tokens = tokens
        self._random = random
        occurring = sorted({i for text in tokens for i in text.ids})
        self._decoder = Decoder(trainable.words, trainable.positions, occurring, trainable.heads)
        self._decoder.to(trainable.device)

    def parameters(self) -> list[nn.Parameter]:
        return list(self._decoder.parameters())

    def loss(self, chosen: Sequence[int]) -> torch.Tensor:
        device = self._trainable.device
        texts = [self._tokens[i] for i in chosen]
        remains, mask = padded([remaining(text, self._random) for text in texts])
        vectors = _vectors(self._trainable, remains.to(device), mask.to(device))
        whole, there = padded([[text.ids[0], *_own(text), text.ids[-1]] for text in texts])
        return self._decoder.loss(vectors, whole.to(device), there.to(device))


def remaining(tokens: Tokens, random: np.random.Generator, share: float = DELETED) -> list[int]:
    """Token numbers without about ``share`` of those of the text itself; one of them stays."""
    own = np.array([end > begin for begin, end in tokens.offsets])
    places = np.flatnonzero(own)
    if len(places) < 2:
        return tokens.ids
    gone = random.random(len(places)) < share
    gone[random.integers(len(places))] = False
    left = set(places[gone].tolist())
    return [number for place, number in enumerate(tokens.ids) if place not in left]


def padded(rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Token numbers of the longest row's length, and where there are any: int64 (rows, tokens)."""
    ids = np.full((len(rows), max(map(len, rows))), PADDING, np.int64)
    mask = np.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
        mask[i, : len(row)] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask)


def _own(tokens: Tokens) -> list[int]:
    return [
        number
        for number, (begin, end) in zip(tokens.ids, tokens.offsets, strict=True)
        if end > begin
    ]


def _vectors(trainable: Trainable, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Unit vectors of texts: float32 (texts, dim)."""
    hidden = trainable.hidden(ids, mask)
    return functional.normalize((hidden * mask[..., None]).sum(1), dim=-1)
