"""How well intents are learned from labelled texts: train, choose on valid, score on test.

Labels of the files are brought together first (`bot.evaluate.labels`). A test text is out of scope
where its label is ``out_of_scope`` or was not trained; what the figures are is said in
`bot.evaluate.intent_metrics`.
"""

from __future__ import annotations

import importlib
import shutil
import statistics
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Callable, Iterator, Sequence

import numpy as np

from bot.evaluate import diet
from bot.evaluate.intent_metrics import Answers, figures, per_label
from bot.evaluate.labelled import Example
from bot.evaluate.repeats import rounded, summary
from bot.evaluate.task import Data, Task, read_data
from bot.nlu.calibration import FOREIGN, threshold
from catalog.settings import Settings

Progress = Callable[[str], None]

#: So many test texts are timed, one by one.
TIMED = 200
WARM_UP = 5


def evaluate_nlu(
    task: Task, settings: Settings, seeds: Sequence[int], progress: Progress
) -> dict[str, Any]:
    """Train and score once for every seed.

    Returns
    -------
    The figures of `bot.evaluate.intent_metrics` and

    threshold
        The one in use.
    train_seconds
        Wall time from labelled texts to a classifier that is ready, on the cores that this process
        may use; imports and unpacking the encoder do not count.
    ms_p50
        Median wall time in milliseconds from one text to its label, tokenising included, over up
        to 200 test texts; one thread, as in the bot.
    report
        With ``task.report``: label → precision, recall, f1, support.
    peer
        With ``task.peer_epochs``: the same of Rasa's default pipeline. Its threshold is the one
        asked for, else chosen on valid as ours is, else that of ``rasa init``.

    and how many texts and labels there were. With several seeds the figures are means, ``sd`` has
    their sample standard deviations, and ``runs`` those of every seed.

    Raises
    ------
    ShoptalkError
        Where data cannot be read or does not do, or there is no encoder.
    """
    data = read_data(task)
    if task.out_of_scope and not any(e.label == data.out_of_scope for e in data.test):
        progress(f"No test text has the label {task.out_of_scope!r}.")
    if task.ours:
        _load_encoder(settings, progress)
    runs: list[dict[str, Any]] = []
    for seed in seeds:
        if len(seeds) > 1:
            progress(f"Seed {seed}, the {len(runs) + 1}. of {len(seeds)}")
        folder = task.save and (task.save / f"seed-{seed}" if len(seeds) > 1 else task.save)
        runs.append(_run(replace(task, save=folder), data, settings, seed, progress))
    found = runs[0] if len(runs) == 1 else summary(runs)
    return {**rounded(found), **_about(task, data), "seed": seeds[0]}


def _run(
    task: Task, data: Data, settings: Settings, seed: int, progress: Progress
) -> dict[str, Any]:
    data = data.drawn(task.shots, seed)
    found: dict[str, Any] = {}
    if task.ours:
        found = _ours(task, data, settings, seed, progress)
    if task.peer_epochs is not None:
        found["peer"] = _peer(task, data, seed, progress)
    return {**found, "seed": seed}


def _ours(
    task: Task, data: Data, settings: Settings, seed: int, progress: Progress
) -> dict[str, Any]:
    from bot.nlu.classifier import IntentClassifier

    config = replace(task.config, seed=seed)
    classifier = IntentClassifier(settings, config, exact=task.exact)
    with _exports_removed(settings, classifier, keep=task.save is not None):
        began = time.perf_counter()
        classifier.fit(
            [e.text for e in data.train],
            [e.label for e in data.train],
            after=_after(data.train),
            valid=([e.text for e in data.valid], [e.label for e in data.valid])
            if data.valid
            else None,
            unlabelled=data.unlabelled,
            out_of_scope=data.truth.rejecting,
            progress=progress,
        )
        seconds = time.perf_counter() - began
        if task.save is not None:
            classifier.save(task.save)
        progress(f"Classifying {len(data.test)} texts …")
        texts = [e.text for e in data.test]
        after = _after(data.test) if _after(data.train) else []
        said = classifier.predict(texts, after)
        spent = _milliseconds(lambda i: classifier.predict([texts[i]], after[i : i + 1]), texts)
    answers = Answers(said.best, said.confidences, said.scores)
    chosen = classifier.threshold if task.threshold is None else task.threshold
    return _figures(task, data, answers, chosen, seconds, spent)


def _peer(task: Task, data: Data, seed: int, progress: Progress) -> dict[str, Any]:
    assert task.peer_epochs is not None
    peer = diet.run_peer(
        [e.text for e in data.train],
        [e.label for e in data.train],
        [e.text for e in data.valid],
        [e.text for e in data.test],
        epochs=task.peer_epochs,
        seed=seed,
        progress=progress,
    )
    chosen = task.threshold
    if chosen is None:
        chosen = choose_threshold(data, peer.valid) if data.valid else diet.THRESHOLD
    spent = [peer.milliseconds[i] for i in _timed(len(data.test))]
    found = _figures(task, data, peer.test, chosen, peer.train_seconds, spent)
    return {"name": peer.name, **found}


def _figures(
    task: Task,
    data: Data,
    answers: Answers,
    chosen: float,
    seconds: float,
    milliseconds: Sequence[float],
) -> dict[str, Any]:
    found: dict[str, Any] = {
        **figures(data.truth, answers, chosen),
        "threshold": float(chosen),
        "train_seconds": seconds,
        "ms_p50": statistics.median(milliseconds),
    }
    return {**found, "report": per_label(data.truth, answers)} if task.report else found


def choose_threshold(data: Data, answers: Answers) -> float:
    """The threshold by the rule of our own classifier, from best labels and their scores."""
    labels = sorted({e.label for e in data.train})
    number = {label: i for i, label in enumerate(labels)}
    guesses = np.array([number.get(label, len(labels)) for label in answers.best])
    targets = np.array([number.get(e.label, FOREIGN) for e in data.valid])
    rejecting = data.truth.rejecting
    sink = None if rejecting is None else number[rejecting]
    return threshold(guesses, answers.scores, targets, sink)


def _milliseconds(classify: Callable[[int], Any], texts: Sequence[str]) -> list[float]:
    places = _timed(len(texts))
    for place in places[:WARM_UP]:
        classify(place)
    spent = []
    for place in places:
        began = time.perf_counter()
        classify(place)
        spent.append(1000 * (time.perf_counter() - began))
    return spent


def _timed(texts: int) -> list[int]:
    """Places of the texts that are timed: spread evenly, because labels often come in order."""
    return sorted(set(np.linspace(0, texts - 1, min(TIMED, texts)).round().astype(int).tolist()))


def _after(examples: Sequence[Example]) -> list[str]:
    """What was before each; nothing where it is not known of any."""
    return [e.after for e in examples] if any(e.after for e in examples) else []


def _about(task: Task, data: Data) -> dict[str, Any]:
    drawn = data.drawn(task.shots, 0)
    truth = data.truth
    trained = {e.label for e in data.train}
    unknown = {e.label for e in data.test} - trained - {data.out_of_scope}
    return {
        "train_texts": len(drawn.train),
        "valid_texts": len(data.valid),
        "test_texts": len(data.test),
        "out_of_scope_texts": int(truth.foreign.sum()),
        "labels": len(trained - {data.out_of_scope}),
        "labels_not_trained": sorted(unknown),
    }


def _load_encoder(settings: Settings, progress: Progress) -> None:
    """Everything that is done once, or at import, and is no part of training."""
    from catalog.encoders.base import load_base

    load_base(settings, progress)
    importlib.import_module("bot.nlu.training.fit")


@contextmanager
def _exports_removed(settings: Settings, classifier: Any, keep: bool) -> Iterator[None]:
    """The exported encoder of a classifier that nobody needs again takes 100 MB of the cache."""
    before = set(settings.encoder_dir.glob("intents-*"))
    try:
        yield
    finally:
        folder = settings.encoder_dir / f"intents-{classifier.fingerprint}"
        if not keep and folder not in before:
            shutil.rmtree(folder, ignore_errors=True)
