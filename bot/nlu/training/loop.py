"""The training loop: an encoder and a linear head on the vectors of texts and their parts."""

from __future__ import annotations

import math
import os
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Callable, Optional, Protocol, Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bot.nlu.training.batches import Batch, Batches, Row, in_turn
from bot.nlu.training.config import TrainConfig
from bot.nlu.training.encoder import Trainable
from bot.nlu.training.loss import contrastive, cross_entropy, divergence, smoothed
from bot.nlu.training.optimiser import Optimiser
from catalog.encoders.base import BaseEncoder

Progress = Callable[[str], None]
#: Gives the rows of one epoch.
RowsOf = Callable[[int], Sequence[Row]]

#: Logits are this many times the inner product of a unit vector and the weights of the head.
SCALE = 20.0
#: As many texts of a label make its first weights.
PROTOTYPE_TEXTS = 16


class Board(Protocol):
    """Where the figures of a run go."""

    def scalar(self, name: str, value: float, step: int) -> None:
        """Keep one figure."""

    def close(self) -> None:
        """No more figures come."""


@dataclass(frozen=True)
class Trained:
    """What training changed; everything else is the base encoder's."""

    changed: dict[str, np.ndarray]
    """See ``bot.nlu.training.encoder.apply``."""
    weights: np.ndarray
    """Head, float32 (labels, dim): logits are ``weights @ unit vector + bias``."""
    bias: np.ndarray
    held_out: list[float] = field(default_factory=list)
    """Accuracy on the held-out texts after each epoch."""
    rows: tuple[Row, ...] = ()
    """What it learned from, each text once, as far as that is known."""


def train(
    base: BaseEncoder,
    rows_of: RowsOf,
    labels: int,
    held_out: Sequence[Row],
    config: TrainConfig,
    progress: Progress,
    *,
    words: Sequence[int] = (),
    board: Optional[Board] = None,
    prepare: Optional[Callable[[Trainable], None]] = None,
) -> Trained:
    """Train on the rows that ``rows_of`` gives for each epoch.

    Parameters
    ----------
    held_out
        Rows that decide when to stop; without them all epochs are run.
    words
        Token numbers whose vectors may be trained.
    prepare
        Called with the encoder before anything else is trained.
    """
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads or len(os.sched_getaffinity(0)))
    began = time.monotonic()
    first = Batches(base, rows_of(0), labels, config.max_tokens)
    batches = math.ceil(len(first) / config.batch)
    per_epoch = math.ceil(batches / config.accumulate)
    steps = per_epoch * config.epochs + batches * config.contrastive_epochs
    encoder = Trainable(base, config, steps, words)
    if prepare is not None:
        prepare(encoder)
    learner = _Learner(encoder, labels, config, board)
    check = Batches(base, held_out, labels, config.max_tokens)
    random = np.random.default_rng(config.seed)
    if config.contrastive_epochs:
        learner.begin(batches * config.contrastive_epochs, config.rate)
        for epoch in range(config.contrastive_epochs):
            loss = learner.pull(first.in_pairs(config.batch, random), first)
            progress(f"contrastive {epoch + 1}/{config.contrastive_epochs}: loss {loss:.3f}")
    if config.prototypes:
        learner.start_from_means(first)
    learner.begin(per_epoch * config.epochs, config.rate)
    best, kept, waited, scores = (-1.0, 0.0), learner.state(), 0, []
    for epoch in range(config.epochs):
        data = first if epoch == 0 else Batches(base, rows_of(epoch), labels, config.max_tokens)
        groups = data.by_length(config.batch, random)
        title = f"epoch {epoch + 1}/{config.epochs}"
        loss = learner.learn(groups, data, partial(_tell, progress, title))
        accuracy, cost = learner.score(check) if len(check) else (float(epoch), 0.0)
        spent = time.monotonic() - began
        known = f", {accuracy:.1%} of the held-out texts right" if len(check) else ""
        progress(f"{title}: loss {loss:.3f}{known}, {spent:.0f} s")
        if board is not None and len(check):
            board.scalar("held_out/accuracy", accuracy, learner.step)
            board.scalar("held_out/loss", cost, learner.step)
        scores.append(accuracy)
        if (accuracy, -cost) > best:
            best, kept, waited = (accuracy, -cost), learner.state(), 0
        else:
            waited += 1
        if waited >= config.patience or (config.seconds and spent > config.seconds):
            break
    changed, weights, bias = kept
    return Trained(changed, weights, bias, scores if len(check) else [])


class _Learner:
    """An encoder and a head, and one step after another."""

    def __init__(
        self, encoder: Trainable, labels: int, config: TrainConfig, board: Optional[Board]
    ) -> None:
        self.encoder = encoder
        self.config = config
        self.step = 0
        self._board = board
        self._head = nn.Linear(encoder.dim, labels, device=encoder.device)
        nn.init.normal_(self._head.weight, std=0.02)
        nn.init.zeros_(self._head.bias)
        self._optimiser: Optimiser

    def begin(self, steps: int, rate: float) -> None:
        """A new stage of so many optimiser steps."""
        groups = [(rate * factor, ps) for factor, ps in self.encoder.groups()]
        head = [(self.config.head_learning_rate, list(self._head.parameters()))]
        self._optimiser = Optimiser(groups + head, self.config, steps)

    def start_from_means(self, data: Batches) -> None:
        """Set each label's weights to the mean vector of some of its texts."""
        self.encoder.train(False)
        sums = torch.zeros_like(self._head.weight)
        with torch.no_grad():
            few = data.few_of_each(PROTOTYPE_TEXTS)
            for places in in_turn(len(few), self.config.batch):
                batch = data.make(few[i] for i in places)
                sums += batch.targets.to(sums.device).T @ self._vectors(batch)
            means = functional.normalize(sums, dim=-1)
            centre = means.mean(0, keepdim=True)
            self._head.weight.copy_(means - centre)

    def pull(self, groups: Sequence[np.ndarray], data: Batches) -> float:
        """One contrastive pass; its mean loss."""
        self.encoder.train()
        losses = []
        for chosen in groups:
            batch = data.make(chosen)
            loss = contrastive(self._vectors(batch), batch.targets.to(self.encoder.device))
            if loss is not None:
                loss.backward()
                losses.append(float(loss.detach()))
                self._move("contrastive", losses[-1])
        return float(np.mean(losses)) if losses else 0.0

    def learn(
        self, groups: Sequence[np.ndarray], data: Batches, told: Callable[[str], None]
    ) -> float:
        """One pass over the batches; its mean loss."""
        self.encoder.train()
        losses = []
        for number, chosen in enumerate(groups):
            losses.append(self._backward(data.make(chosen)))
            if (number + 1) % self.config.accumulate == 0 or number + 1 == len(groups):
                self._move("train", losses[-1])
            if number % 20 == 19:
                told(f"{number + 1}/{len(groups)}")
        return float(np.mean(losses))

    def score(self, check: Batches) -> tuple[float, float]:
        """Share of whole texts that are labelled rightly, and the mean loss."""
        self.encoder.train(False)
        right, cost = 0, 0.0
        with torch.no_grad(), self._optimiser.averaged():
            for chosen in in_turn(len(check), self.config.batch):
                batch = check.make(chosen)
                logits, targets = self._logits(batch), batch.targets.to(self.encoder.device)
                firsts = [
                    i
                    for i, row in enumerate(batch.rows.tolist())
                    if i == 0 or batch.rows[i - 1] != row
                ]
                right += int((logits.argmax(-1) == targets.argmax(-1))[firsts].sum())
                cost += float(cross_entropy(logits[firsts], targets[firsts])) * len(firsts)
        return right / len(check), cost / len(check)

    def state(self) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
        """A copy of everything that is trained."""
        with torch.no_grad(), self._optimiser.averaged():
            weights = (SCALE * self._head.weight).cpu().numpy().copy()
            bias = (SCALE * self._head.bias).cpu().numpy().copy()
            return self.encoder.changed(), weights, bias

    def _backward(self, batch: Batch) -> float:
        config = self.config
        targets = smoothed(batch.targets.to(self.encoder.device), config.label_smoothing)
        noise = None
        if config.fgm:
            shape = (*batch.ids.shape, self.encoder.dim)
            noise = torch.zeros(shape, device=self.encoder.device, requires_grad=True)
        vectors = self._vectors(batch, noise)
        logits = SCALE * self._head(vectors)
        loss = cross_entropy(logits, targets)
        if config.contrastive:
            pulled = contrastive(vectors, targets)
            loss = loss if pulled is None else loss + config.contrastive * pulled
        if config.rdrop:
            again = SCALE * self._head(self._vectors(batch))
            loss = 0.5 * (loss + cross_entropy(again, targets))
            loss = loss + config.rdrop * divergence(logits, again)
        extra = self.encoder.extra_loss()
        (loss if extra is None else loss + extra).div(config.accumulate).backward()
        if noise is not None and noise.grad is not None:
            size = noise.grad.norm(dim=(1, 2), keepdim=True) + 1e-12
            away = config.fgm * noise.grad / size
            worse = cross_entropy(SCALE * self._head(self._vectors(batch, away)), targets)
            worse.div(config.accumulate).backward()
        return float(loss.detach())

    def _move(self, name: str, loss: float) -> None:
        self.step += 1
        rate = self._optimiser.step()
        self.encoder.after_step(self.step)
        self._optimiser.clear()
        if self._board is not None:
            self._board.scalar(f"{name}/loss", loss, self.step)
            self._board.scalar(f"{name}/rate", rate, self.step)

    def _vectors(self, batch: Batch, noise: Optional[torch.Tensor] = None) -> torch.Tensor:
        device = self.encoder.device
        hidden = self.encoder.hidden(batch.ids.to(device), batch.mask.to(device), noise)
        shares = batch.shares.to(device)
        pooled = torch.einsum("vt,vtd->vd", shares, hidden[batch.rows.to(device)])
        return functional.normalize(pooled, dim=-1)

    def _logits(self, batch: Batch) -> torch.Tensor:
        return SCALE * self._head(self._vectors(batch))


def _tell(progress: Progress, title: str, at: str) -> None:
    progress(f"{title}, {at}")


def to_stderr(message: str) -> None:
    """Report progress where logs go."""
    print(message, file=sys.stderr, flush=True)
