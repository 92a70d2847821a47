"""From labelled texts to a trained encoder: what the options of ``TrainConfig`` add to the loop."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Sequence

import numpy as np

from bot.nlu.calibration import FOREIGN, softmax
from bot.nlu.training.augment import Augmenter
from bot.nlu.training.batches import Row
from bot.nlu.training.board import open_board
from bot.nlu.training.config import TrainConfig
from bot.nlu.training.context import Contexts
from bot.nlu.training.encoder import Trainable
from bot.nlu.training.loop import Trained, train
from bot.nlu.training.predict import logits_of, vectors_of
from bot.nlu.training.propagate import propagate
from catalog.encoders.base import BaseEncoder

Progress = Callable[[str], None]
#: Texts, label numbers, and what was before each.
Texts = tuple[Sequence[str], np.ndarray, Sequence[str]]

#: In self-training the labelled texts are repeated until there are this many others for each.
KNOWN_SHARE = 3
#: A label that a text has less of than this does not count.
LEAST = 0.02


def fit(
    base: BaseEncoder,
    texts: Texts,
    labels: int,
    held_out: Texts,
    unlabelled: Sequence[str],
    config: TrainConfig,
    progress: Progress,
) -> Trained:
    """Train as the configuration says.

    Parameters
    ----------
    held_out
        Texts that decide when to stop; those of label ``FOREIGN`` are not looked at.
    unlabelled
        Texts for adaptation and self-training.
    """
    rows = [
        Row(text, ((int(target), 1.0),), after=before)
        for text, target, before in zip(*texts, strict=True)
    ]
    check = [
        Row(text, ((int(target), 1.0),), after=before)
        for text, target, before in zip(*held_out, strict=True)
        if target != FOREIGN
    ]
    learner = _Fit(base, labels, check, list(unlabelled), progress)
    if config.ensemble > 1:
        return learner.distilled(rows, config)
    return learner.with_self_training(rows, config)


class _Fit:
    def __init__(
        self,
        base: BaseEncoder,
        labels: int,
        check: list[Row],
        unlabelled: list[str],
        progress: Progress,
    ) -> None:
        self._base = base
        self._labels = labels
        self._check = check
        self._unlabelled = unlabelled
        self._progress = progress

    def once(self, rows: Sequence[Row], config: TrainConfig) -> Trained:
        augmenter = Augmenter(config)
        contexts = Contexts(rows, config.seed)
        board = open_board(config.board)

        def prepare(encoder: Trainable) -> None:
            if config.adapt:
                from bot.nlu.training.adapt import adapt_to

                own = self._unlabelled or [row.text for row in rows]
                adapt_to(encoder, self._base, own, config, self._progress)

        try:
            trained = train(
                self._base,
                lambda epoch: contexts.rows(augmenter.rows(rows, epoch), epoch),
                self._labels,
                self._check,
                config,
                self._progress,
                words=self._occurring(rows) if config.words else (),
                board=board,
                prepare=prepare,
            )
        finally:
            if board is not None:
                board.close()
        return replace(trained, rows=tuple(dict.fromkeys(rows)))

    def with_self_training(self, rows: list[Row], config: TrainConfig) -> Trained:
        """Label the unlabelled with what was learned, and learn again from the surest of them."""
        trained = self.once(rows, config)
        known = {row.text for row in rows}
        others = [text for text in dict.fromkeys(self._unlabelled) if text not in known]
        # What labels have spread to is as unsure as it is: smoothing would make it more so.
        again = replace(config, epochs=config.self_train_epochs, label_smoothing=0.0)
        for turn in range(config.self_train if others else 0):
            self._progress(f"self-training {turn + 1}/{config.self_train}")
            taken = self._spread(rows, others, trained, config)
            added = [Row(text, _shares(taken[i])) for i, text in enumerate(others)]
            repeats = max(1, round(len(added) / len(rows) / KNOWN_SHARE))
            trained = self.once([*rows * repeats, *added], again)
        return trained

    def _spread(
        self, rows: Sequence[Row], others: Sequence[str], trained: Trained, config: TrainConfig
    ) -> np.ndarray:
        """What unlabelled texts are taken for: float32 (others, labels)."""
        texts = [*(row.text for row in rows), *others]
        befores = [*(row.after for row in rows), *[""] * len(others)]
        vectors = vectors_of(self._base, trained, texts, config, befores)
        guesses = softmax(vectors[len(rows) :] @ trained.weights.T + trained.bias)
        plain = vectors_of(self._base, replace(trained, changed={}), texts, config)
        known = np.zeros((len(rows), self._labels), np.float32)
        for number, row in enumerate(rows):
            for label, share in row.targets:
                known[number, label] += share
        return propagate((vectors, plain), known, guesses)

    def distilled(self, rows: list[Row], config: TrainConfig) -> Trained:
        """Teachers of several seeds; their mean prediction is what the one that is kept learns."""
        alone = replace(config, ensemble=1)
        texts = [row.text for row in rows] + self._unlabelled
        befores = [row.after for row in rows] + [""] * len(self._unlabelled)
        total = np.zeros((len(texts), self._labels), np.float32)
        for member in range(config.ensemble):
            self._progress(f"teacher {member + 1}/{config.ensemble}")
            own = replace(alone, seed=config.seed + 1000 * (member + 1), board="")
            teacher = self.with_self_training(rows, own)
            total += softmax(logits_of(self._base, teacher, texts, config, befores))
        total /= config.ensemble
        own_rows = [
            replace(row, targets=_mixed(row.targets, total[i])) for i, row in enumerate(rows)
        ]
        more = [
            Row(text, _mixed((), total[len(rows) + i])) for i, text in enumerate(self._unlabelled)
        ]
        return self.once([*own_rows, *more], replace(alone, label_smoothing=0.0))

    def _occurring(self, rows: Sequence[Row]) -> list[int]:
        encodings = self._base.tokenizer.encode_batch([row.text for row in rows])
        return sorted({i for encoding in encodings for i in encoding.ids})


def _shares(taken: np.ndarray) -> tuple[tuple[int, float], ...]:
    """The labels that a text is taken to have, without those that hardly count."""
    kept = np.flatnonzero(taken >= min(LEAST, taken.max()))
    whole = float(taken[kept].sum())
    return tuple((int(label), float(taken[label]) / whole) for label in kept)


def _mixed(
    targets: tuple[tuple[int, float], ...], taught: np.ndarray
) -> tuple[tuple[int, float], ...]:
    """Half what is known, half what the teachers say; all of it where nothing is known."""
    weight = 0.5 if targets else 1.0
    said = [(int(i), weight * float(taught[i])) for i in np.flatnonzero(taught > 1e-3)]
    return (*((label, 0.5 * share) for label, share in targets), *said)
