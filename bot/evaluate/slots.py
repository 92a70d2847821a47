"""How well spans are found: by the slot tagger on tagged texts, by the role tagger on our own.

A span is right where its borders and its label are, as conlleval and seqeval count.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Optional, Sequence

import numpy as np

from bot.nlu.tagging.config import TaggerConfig
from bot.nlu.tagging.data import Tagged, read_tagged
from bot.nlu.tagging.spans import SpanScore, Stretch, score_spans, spans_of
from catalog.settings import Settings

Progress = Callable[[str], None]
DIGITS = 4


@dataclass(frozen=True)
class SlotTask:
    """What is trained on and scored, and how."""

    train: Path
    test: Optional[Path] = None
    valid: Optional[Path] = None
    config: TaggerConfig = field(default_factory=TaggerConfig)
    unseen: Optional[float] = None
    """This share of the words is kept from training; scored are texts of ``train`` and ``valid``
    that are made of them, and ``test`` is not read."""
    ours: bool = True
    peer_epochs: Optional[int] = None
    """Train Rasa's default pipeline, too, for so many epochs."""
    report: bool = False
    """Scores of each label, too."""
    save: Optional[Path] = None
    """Where the trained tagger is kept."""


def evaluate_slots(task: SlotTask, settings: Settings, progress: Progress) -> dict[str, Any]:
    """Train and score.

    Returns
    -------
    f1, precision, recall
        Micro-averaged over spans.
    valid_f1
        Of each epoch, where there is a valid file.
    train_seconds, ms_per_text
        Wall time, the latter in batches.
    peer
        The same of Rasa's default pipeline, where it was asked for.

    and how many texts, spans and labels there were.

    Raises
    ------
    ShoptalkError
        Where a file cannot be read as tagged texts.
    """
    train, test, valid = _data(task)
    figures: dict[str, Any] = {}
    if task.ours:
        figures.update(_ours(task, train, test, valid, settings, progress))
    if task.peer_epochs:
        from bot.evaluate.diet_slots import run_diet

        seed = task.config.encoder.seed
        peer = run_diet(train, test, epochs=task.peer_epochs, seed=seed, progress=progress)
        figures["peer"] = {
            "name": peer.name,
            **_scores(_wanted(test), peer.spans, task.report),
            "train_seconds": round(peer.train_seconds, 1),
        }
    labels = {label for text in train for _begin, _end, label in spans_of(text.tags)}
    counts = {"train": len(train), "valid": len(valid), "test": len(test), "labels": len(labels)}
    return {**figures, **counts, "seed": task.config.encoder.seed}


def _data(task: SlotTask) -> tuple[list[Tagged], list[Tagged], list[Tagged]]:
    train = read_tagged(task.train)
    valid = read_tagged(task.valid) if task.valid else []
    if task.unseen is None:
        assert task.test is not None
        return train, read_tagged(task.test), valid
    from bot.nlu.tagging.unseen import apart

    return (*apart([*train, *valid], task.unseen, task.config.encoder.seed), [])


def _ours(
    task: SlotTask,
    train: Sequence[Tagged],
    test: Sequence[Tagged],
    valid: Sequence[Tagged],
    settings: Settings,
    progress: Progress,
) -> dict[str, Any]:
    from bot.nlu.tagger import SlotTagger

    tagger = SlotTagger(settings, task.config)
    began = time.perf_counter()
    tagger.fit(train, valid=valid, progress=progress)
    trained = time.perf_counter() - began
    tagger.predict([text.tokens for text in test[:8]])
    began = time.perf_counter()
    tags = tagger.predict([text.tokens for text in test])
    tagged = time.perf_counter() - began
    if task.save is not None:
        tagger.save(task.save)
    return {
        **_scores(_wanted(test), [spans_of(some) for some in tags], task.report),
        "valid_f1": [round(score, DIGITS) for score in tagger.held_out],
        "train_seconds": round(trained, 1),
        "ms_per_text": round(1000 * tagged / max(1, len(test)), 2),
    }


def _wanted(texts: Sequence[Tagged]) -> list[list[Stretch]]:
    return [spans_of(text.tags) for text in texts]


def _scores(
    wanted: Sequence[Sequence[Stretch]], found: Sequence[Sequence[Stretch]], report: bool
) -> dict[str, Any]:
    whole = _figures(score_spans(wanted, found))
    return {**whole, "report": by_label(wanted, found)} if report else whole


def by_label(
    wanted: Sequence[Sequence[Stretch]], found: Sequence[Sequence[Stretch]]
) -> dict[str, dict[str, Any]]:
    """Scores of each label by itself, the most frequent one first."""
    counts = Counter(label for some in wanted for _begin, _end, label in some)
    return {
        label: {**_figures(score_spans(_only(wanted, label), _only(found, label))), "spans": count}
        for label, count in counts.most_common()
    }


def evaluate_roles(folder: Path, settings: Settings, seed: int, progress: Progress) -> dict:
    """Cross-validate the role tagger on ``<language>/spans.yml`` and the base encoder's states.

    A fifth of the sentences at a time is tagged by what was trained on the others and on texts
    composed from the templates.

    Returns
    -------
    f1, precision, recall
        Over all sentences; ``languages`` and, in them, ``roles`` have those of parts.
    ms_p50
        Median time to tag a message that the encoder has read, in milliseconds.

    Raises
    ------
    ShoptalkError
        Where a file is damaged, or there is none.
    """
    from bot.nlu.tagging.roles_cross import cross_validate

    folds = cross_validate(folder, settings, seed, progress)
    figures = _figures(score_spans(folds.wanted, folds.found))
    languages = {}
    for language in sorted(set(folds.languages)):
        mine = np.flatnonzero(np.array(folds.languages) == language)
        wanted, found = [folds.wanted[i] for i in mine], [folds.found[i] for i in mine]
        whole = _figures(score_spans(wanted, found))
        languages[language] = {**whole, "texts": len(mine), "roles": by_label(wanted, found)}
    milliseconds = round(float(np.median(folds.milliseconds)), 3)
    return {**figures, "ms_p50": milliseconds, "languages": languages, "seed": seed}


def _only(texts: Sequence[Sequence[Stretch]], label: str) -> list[list[Stretch]]:
    return [[span for span in some if span[2] == label] for some in texts]


def _figures(score: SpanScore) -> dict[str, Any]:
    return {
        "f1": round(score.f1, DIGITS),
        "precision": round(score.precision, DIGITS),
        "recall": round(score.recall, DIGITS),
    }
