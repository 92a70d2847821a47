"""Fine-tunes the encoder and its head on composed pairs of windows. Needs torch."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Callable, Sequence

import numpy as np
import torch
from torch.nn import functional

from actions.interest.reading.rows import PARTS, Read, RowWriter, shares
from actions.interest.reading.windows import KINDS
from bot.drift_reader.compose import Pair
from bot.drift_reader.config import ReaderConfig
from bot.drift_reader.network import LearningHead
from bot.nlu.training.batches import PADDING
from bot.nlu.training.config import TrainConfig
from bot.nlu.training.encoder import Trainable
from bot.nlu.training.optimiser import Optimiser
from catalog.encoders.base import BaseEncoder

Tell = Callable[[str], None]
Example = tuple[Read, int]
#: Rows of so many batches are put in order of their length together: little padding.
SORTED_BATCHES = 16
TOLD_EVERY = 20


@dataclass(frozen=True)
class Fitted:
    """What training gave."""

    changed: dict[str, np.ndarray]
    """See ``bot.nlu.training.encoder.apply``."""
    head: dict[str, np.ndarray]
    logits: np.ndarray
    """Of the held-out pairs, float32 (pairs, kinds)."""
    targets: np.ndarray
    """int64 (pairs,)."""


def fit(
    base: BaseEncoder,
    pairs: Sequence[Pair],
    held_out: Sequence[Pair],
    config: ReaderConfig,
    tell: Tell,
) -> Fitted:
    """Train on each pair once."""
    torch.manual_seed(config.seed)
    writer = RowWriter(base.tokenizer, base.max_tokens)
    batches = _batches(_examples(pairs, writer), config)
    options = _options(config)
    encoder = Trainable(base, options, len(batches))
    head = LearningHead(base.dim, config.hidden, config.dropout).to(encoder.device)
    groups = [(config.learning_rate, encoder.parameters())]
    groups.append((config.head_learning_rate, list(head.parameters())))
    optimiser = Optimiser(groups, options, len(batches))
    encoder.train()
    head.train()
    mean = 0.0
    for step, batch in enumerate(batches):
        targets = torch.tensor([target for _row, target in batch], device=encoder.device)
        logits = _logits(encoder, head, [row for row, _target in batch])
        loss = functional.cross_entropy(logits, targets, label_smoothing=config.label_smoothing)
        optimiser.clear()
        loss.backward()
        optimiser.step()
        mean = float(loss.detach()) if not step else 0.9 * mean + 0.1 * float(loss.detach())
        if (step + 1) % TOLD_EVERY == 0:
            tell(f"Training the reader: step {step + 1} of {len(batches)}, loss {mean:.3f}")
    encoder.train(False)
    head.eval()
    found, targets_held = _held_out(encoder, head, _examples(held_out, writer), config.batch)
    return Fitted(encoder.changed(), head.tensors(), found, targets_held)


def _options(config: ReaderConfig) -> TrainConfig:
    return TrainConfig(
        rank=config.rank,
        alpha=2 * config.rank,
        first_layer=config.first_layer,
        dropout=config.dropout,
        weight_decay=config.weight_decay,
        warm_up=config.warm_up,
        average=config.average,
        precision=config.precision,
        seed=config.seed,
    )


def _examples(pairs: Sequence[Pair], writer: RowWriter) -> list[Example]:
    return [
        (writer.row(pair.before, pair.after, pair.earlier), KINDS.index(pair.kind))
        for pair in pairs
    ]


def _batches(examples: Sequence[Example], config: ReaderConfig) -> list[list[Example]]:
    """Batches of rows of like length, in random order among their neighbours."""
    draw = random.Random(config.seed)
    out: list[list[Example]] = []
    size = config.batch
    for start in range(0, len(examples), size * SORTED_BATCHES):
        near = sorted(examples[start : start + size * SORTED_BATCHES], key=lambda e: len(e[0].ids))
        found = [near[i : i + size] for i in range(0, len(near), size)]
        draw.shuffle(found)
        out += found
    return out


def _logits(encoder: Trainable, head: LearningHead, rows: Sequence[Read]) -> torch.Tensor:
    length = max(len(row.ids) for row in rows)
    ids = np.full((len(rows), length), PADDING, np.int64)
    mask = np.zeros((len(rows), length), np.int64)
    means = np.zeros((len(rows), PARTS + 1, length), np.float32)
    for i, row in enumerate(rows):
        ids[i, : len(row.ids)], mask[i, : len(row.ids)] = row.ids, 1
        means[i] = shares(row.parts, length)
    tensors = (torch.from_numpy(array).to(encoder.device) for array in (ids, mask, means))
    numbers, there, weights = tensors
    return head(torch.einsum("npt,ntd->npd", weights, encoder.hidden(numbers, there)))


@torch.no_grad()
def _held_out(
    encoder: Trainable, head: LearningHead, examples: Sequence[Example], size: int
) -> tuple[np.ndarray, np.ndarray]:
    found = [
        _logits(encoder, head, [row for row, _target in examples[i : i + size]]).cpu().numpy()
        for i in range(0, len(examples), size)
    ]
    logits = np.concatenate(found) if found else np.zeros((0, len(KINDS)), np.float32)
    return logits, np.array([target for _row, target in examples], np.int64)
