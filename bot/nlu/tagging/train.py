"""Training of the encoder, the head and the field together."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass, field, replace
from typing import Callable, Optional, Sequence

import numpy as np
import torch
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from bot.nlu.tagging.config import TaggerConfig
from bot.nlu.tagging.data import Tagged
from bot.nlu.tagging.network import Head
from bot.nlu.tagging.spans import OUTSIDE, score_tags
from bot.nlu.tagging.variants import Shown, Variants
from bot.nlu.tagging.views import View, Viewer, in_order, padded
from bot.nlu.tagging.viterbi import allowed_steps, decode
from bot.nlu.training.encoder import Trainable
from bot.nlu.training.optimiser import Optimiser
from catalog.encoders.base import BaseEncoder

Progress = Callable[[str], None]

#: Texts whose lengths differ by less, in pieces, may share a batch.
LENGTH_NOISE = 2.0
TOLD_EVERY = 50
#: Seeds of the members of a mean are so far apart.
MEMBERS_APART = 1000


@dataclass(frozen=True)
class Learned:
    """What training made."""

    labels: tuple[str, ...]
    """Tags, in the order of the head's rows."""
    changed: dict[str, np.ndarray]
    """Of the encoder, see ``bot.nlu.training.encoder.apply``."""
    head: dict[str, np.ndarray]
    """See ``Head.arrays``."""
    held_out: list[float] = field(default_factory=list)
    """Span F1 on the held-out texts after each epoch, of each member in turn."""


def train(
    base: BaseEncoder,
    texts: Sequence[Tagged],
    held_out: Sequence[Tagged],
    config: TaggerConfig,
    progress: Progress,
) -> Learned:
    """Train on texts; the held-out ones, where there are some, decide which epoch is kept.

    With ``config.members`` above one, so many are trained from different seeds, and what comes
    out has the mean of their weights ("model soup", Wortsman et al. 2022): as fast as one of them,
    and better with words that training did not have.
    """
    torch.set_num_threads(config.encoder.threads or len(os.sched_getaffinity(0)))
    labels = tuple(sorted({OUTSIDE, *(tag for text in texts for tag in text.tags)}))
    members = []
    for number in range(config.members):
        encoder = replace(config.encoder, seed=config.encoder.seed + MEMBERS_APART * number)
        title = f"{number + 1}/{config.members}: " if config.members > 1 else ""
        own = replace(config, encoder=encoder)
        members.append(_once(base, labels, texts, held_out, own, _titled(progress, title)))
    return mean(members)


def mean(members: Sequence[Learned]) -> Learned:
    """The member whose weights are the mean of all."""
    first = members[0]
    if len(members) == 1:
        return first

    def middle(name: str, arrays: Sequence[dict[str, np.ndarray]]) -> np.ndarray:
        total = np.mean([array[name].astype(np.float32) for array in arrays], axis=0)
        return total.astype(arrays[0][name].dtype)

    changed, heads = [m.changed for m in members], [m.head for m in members]
    return Learned(
        first.labels,
        {name: middle(name, changed) for name in first.changed},
        {name: middle(name, heads) for name in first.head},
        [score for member in members for score in member.held_out],
    )


def _once(
    base: BaseEncoder,
    labels: tuple[str, ...],
    texts: Sequence[Tagged],
    held_out: Sequence[Tagged],
    config: TaggerConfig,
    progress: Progress,
) -> Learned:
    options = config.encoder
    random = np.random.default_rng(options.seed)
    variants = Variants(texts, config, random)
    steps = math.ceil(len(variants) / options.batch) * options.epochs
    learner = _Learner(base, labels, texts, config, steps)
    best, kept, waited, scores = -1.0, learner.state(), 0, []
    began = time.monotonic()
    for epoch in range(options.epochs):
        title = f"epoch {epoch + 1}/{options.epochs}"
        loss = learner.learn(variants.epoch(), random, _titled(progress, f"{title}, "))
        score = float(epoch)
        known = ""
        if held_out:
            found = learner.tag([text.tokens for text in held_out])
            score = score_tags([text.tags for text in held_out], found).f1
            scores.append(score)
            known = f", F1 {score:.2%} on the held-out texts"
        spent = time.monotonic() - began
        progress(f"{title}: loss {loss:.3f}{known}, {spent:.0f} s")
        waited = 0 if score > best else waited + 1
        if score > best:
            best, kept = score, learner.state()
        if waited >= options.patience or (options.seconds and spent > options.seconds):
            break
    changed, head = kept
    return Learned(labels, changed, head, scores)


class _Learner:
    """An encoder and a head, and one step after another."""

    def __init__(
        self,
        base: BaseEncoder,
        labels: Sequence[str],
        texts: Sequence[Tagged],
        config: TaggerConfig,
        steps: int,
    ) -> None:
        options = config.encoder
        self._config = config
        self._labels = labels
        self._number = {label: i for i, label in enumerate(labels)}
        self._viewer = Viewer(base, options.max_tokens)
        self._encoder = Trainable(base, options, steps)
        # All members of a mean begin as the same network; only what they read differs.
        torch.manual_seed(0)
        allowed = allowed_steps(labels, [text.tags for text in texts])
        self._head = Head(base.dim, len(labels), config.head_dropout, allowed).to(
            self._encoder.device
        )
        torch.manual_seed(options.seed)
        groups = [(options.rate * factor, ps) for factor, ps in self._encoder.groups()]
        groups.append((options.head_learning_rate, list(self._head.parameters())))
        self._optimiser = Optimiser(groups, options, steps)

    def learn(self, shown: Sequence[Shown], random: np.random.Generator, told: Progress) -> float:
        """One pass over the texts; its mean loss."""
        self._encoder.train()
        self._head.train()
        views = [self._viewer.view(one.text.tokens, one.covered) for one in shown]
        groups = by_length(views, self._config.encoder.batch, random)
        losses = []
        for number, chosen in enumerate(groups, 1):
            batch = self._batch([views[i] for i in chosen], [shown[i].text for i in chosen])
            losses.append(self._step(batch))
            if number % TOLD_EVERY == 0:
                told(f"{number}/{len(groups)}")
        return float(np.mean(losses))

    def tag(self, texts: Sequence[Sequence[str]]) -> list[list[str]]:
        """Tags of tokens."""
        self._encoder.train(False)
        self._head.train(False)
        views = [self._viewer.view(tokens) for tokens in texts]
        found: list[list[str]] = [[] for _ in texts]
        with torch.no_grad(), self._optimiser.averaged():
            tables = [table.cpu().numpy() for table in self._head.crf.tables()]
            for chosen in in_order(views, self._config.encoder.batch):
                ids, mask, shares = self._tensors([views[i] for i in chosen])
                emissions = self._emissions(ids, mask, shares).cpu().numpy()
                for row, i in enumerate(chosen):
                    best = decode(emissions[row, : views[i].tokens], *tables)
                    missing = len(texts[i]) - len(best)
                    found[i] = [*(self._labels[n] for n in best), *[OUTSIDE] * missing]
        return found

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """A copy of everything that is trained: of the encoder, of the head."""
        with torch.no_grad(), self._optimiser.averaged():
            return self._encoder.changed(), self._head.arrays()

    def _step(self, batch: _Batch) -> float:
        fgm = self._config.encoder.fgm
        noise = None
        if fgm:
            shape = (*batch.ids.shape, self._encoder.dim)
            noise = torch.zeros(shape, device=self._encoder.device, requires_grad=True)
        loss = self._loss(batch, noise)
        loss.backward()
        if noise is not None and noise.grad is not None:
            size = noise.grad.norm(dim=(1, 2), keepdim=True) + 1e-12
            self._loss(batch, fgm * noise.grad / size).backward()
        self._optimiser.step()
        self._optimiser.clear()
        return float(loss.detach())

    def _loss(self, batch: _Batch, noise: Optional[torch.Tensor]) -> torch.Tensor:
        emissions = self._emissions(batch.ids, batch.mask, batch.shares, noise)
        loss = self._head.crf.loss(emissions, batch.tags, batch.there).mean()
        smoothing = self._config.encoder.label_smoothing
        if smoothing:
            own = functional.cross_entropy(
                emissions[batch.there], batch.tags[batch.there], label_smoothing=smoothing
            )
            loss = loss + own
        return loss

    def _emissions(
        self,
        ids: torch.Tensor,
        mask: torch.Tensor,
        shares: torch.Tensor,
        noise: Optional[torch.Tensor] = None,
    ) -> torch.Tensor:
        # The fused attention of CPUs is several times slower backwards on texts this short.
        with sdpa_kernel(SDPBackend.MATH):
            hidden = self._encoder.hidden(ids, mask, noise)
        return self._head(torch.bmm(shares, hidden))

    def _tensors(self, views: Sequence[View]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        ids, mask, shares = padded(views)
        device = self._encoder.device
        return (
            torch.from_numpy(ids).to(device),
            torch.from_numpy(mask).to(device),
            torch.from_numpy(shares).to(device),
        )

    def _batch(self, views: Sequence[View], texts: Sequence[Tagged]) -> _Batch:
        ids, mask, shares = self._tensors(views)
        tags = np.zeros(shares.shape[:2], np.int64)
        there = np.zeros(shares.shape[:2], bool)
        for row, (view, text) in enumerate(zip(views, texts, strict=True)):
            tags[row, : view.tokens] = [self._number[tag] for tag in text.tags[: view.tokens]]
            there[row, : view.tokens] = True
        device = self._encoder.device
        goals, places = torch.from_numpy(tags).to(device), torch.from_numpy(there).to(device)
        return _Batch(ids, mask, shares, goals, places)


@dataclass(frozen=True)
class _Batch:
    ids: torch.Tensor
    """int64 (texts, pieces)."""
    mask: torch.Tensor
    shares: torch.Tensor
    """float32 (texts, tokens, pieces)."""
    tags: torch.Tensor
    """int64 (texts, tokens)."""
    there: torch.Tensor
    """bool (texts, tokens)."""


def by_length(views: Sequence[View], size: int, random: np.random.Generator) -> list[np.ndarray]:
    """Texts of about the same length together, the groups in random order: little padding."""
    lengths = np.array([len(view.ids) for view in views], float)
    order = np.argsort(lengths + random.uniform(0, LENGTH_NOISE, len(views)), kind="stable")
    parts = [order[i : i + size] for i in range(0, len(order), size)]
    return [parts[i] for i in random.permutation(len(parts))]


def _titled(progress: Progress, title: str) -> Progress:
    return lambda message: progress(f"{title}{message}")
