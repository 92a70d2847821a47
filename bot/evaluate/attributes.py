"""How well a column of a feed is read from the titles of its products, by cross-validation.

Rows are shuffled by the seed and cut into folds, without regard to names that are alike. Every
choice — how strongly the classifier is trained, how evidence is weighed, calibration, threshold —
is made within the rows that are trained on, see ``catalog.attributes.reader``.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Optional, Sequence

import numpy as np

from bot.nlu.calibration import expected_calibration_error
from catalog.attributes.reader import ColumnReader, Guess
from catalog.attributes.words import Words, read_words, stem
from catalog.errors import ShoptalkError
from catalog.feeds.mapfile import read_map
from catalog.feeds.table import Table, read_table
from catalog.lexicon import Lexicon
from catalog.lexicon.matcher import tokenize
from catalog.text import fold

Progress = Callable[[str], None]
DIGITS = 4


@dataclass(frozen=True)
class AttributeTask:
    """What is read from what."""

    products: Path
    title: str
    """Column with the titles."""
    columns: tuple[str, ...]
    """Columns to be read from them."""
    description: str = ""
    map: Optional[Path] = None
    """A map file: its encoding and delimiter are used."""
    folds: int = 5
    seed: int = 0


@dataclass
class _Scored:
    """What each row was taken for, in the order in which rows were scored."""

    truth: list[str] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)
    lookup: list[str] = field(default_factory=list)
    new: list[bool] = field(default_factory=list)
    """Whether the truth is a value that training did not have."""
    seconds: list[float] = field(default_factory=list)
    thresholds: list[float] = field(default_factory=list)


def evaluate_attributes(task: AttributeTask, progress: Progress) -> dict[str, Any]:
    """Cross-validate every column.

    Returns
    -------
    columns
        Column → ``accuracy`` and ``macro_f1`` over all rows that have it; ``coverage`` and
        ``precision`` of what would be inferred, ``ece`` of its probabilities; ``ablation`` with
        the tagger and the classifier alone, and how many values that no training row had were
        read; ``peer``, the longest value of the column that stands in the title or else the most
        frequent one; ``fit_seconds`` of one fold.
    accuracy
        Column → accuracy, once more.

    Raises
    ------
    ShoptalkError
        Where the file has no such column, or too few rows with it.
    """
    if task.folds < 2:
        raise ShoptalkError("Cross-validation takes two folds or more: raise --folds.")
    table = _table(task)
    lexicon = Lexicon.load()
    columns = {column: _column(task, table, column, lexicon, progress) for column in task.columns}
    return {
        "accuracy": {column: figures["accuracy"] for column, figures in columns.items()},
        "columns": columns,
        "rows": len(table.rows),
        "folds": task.folds,
        "split": "shuffled",
        "seed": task.seed,
    }


def _table(task: AttributeTask) -> Table:
    feed = read_map(task.map) if task.map else None
    encoding, delimiter = (feed.encoding, feed.delimiter) if feed else (None, None)
    table = read_table(task.products, encoding=encoding, delimiter=delimiter)
    wanted = [task.title, *task.columns, *([task.description] if task.description else [])]
    for column in wanted:
        if column not in table.columns:
            raise ShoptalkError(
                f"{table.source} has no column {column!r}; it has {', '.join(table.columns)}."
            )
    return table


def _column(
    task: AttributeTask, table: Table, column: str, lexicon: Lexicon, progress: Progress
) -> dict[str, Any]:
    texts: list[Words] = []
    titles: list[str] = []
    values: list[str] = []
    for row in table:
        if truth := " / ".join(row.values(column)):
            titles.append(" ".join(row.values(task.title)))
            more = " ".join(row.values(task.description)) if task.description else ""
            texts.append(read_words(titles[-1], more))
            values.append(truth)
    if len(texts) < 2 * task.folds:
        raise ShoptalkError(
            f"Only {len(texts)} rows of {table.source} have a {column!r}: "
            f"{task.folds} folds take {2 * task.folds} or more."
        )
    parts = np.random.default_rng(task.seed).permutation(len(texts)) % task.folds
    scored = _Scored()
    for fold_ in range(task.folds):
        progress(f"{column}: fold {fold_ + 1} of {task.folds}")
        train, test = np.flatnonzero(parts != fold_), np.flatnonzero(parts == fold_)
        known = [values[i] for i in train]
        began = time.perf_counter()
        reader = ColumnReader.learn(column, [texts[i] for i in train], known, lexicon, task.seed)
        scored.seconds.append(time.perf_counter() - began)
        scored.thresholds.append(reader.weighing.threshold)
        scored.guesses += reader.read([texts[i] for i in test], lexicon)
        scored.lookup += substring_lookup(known, [titles[i] for i in test])
        scored.truth += [values[i] for i in test]
        scored.new += [values[i] not in set(known) for i in test]
    return _figures(scored)


def _figures(scored: _Scored) -> dict[str, Any]:
    truth, guesses = scored.truth, scored.guesses
    together = [guess.value for guess in guesses]
    right = np.array([value == t for value, t in zip(together, truth, strict=True)])
    sure = np.array([guess.inferred for guess in guesses])
    probabilities = np.array([guess.probability for guess in guesses])
    told = probabilities > 0
    new = np.array(scored.new)
    by_tagger = [guess.by_tagger for guess in guesses]
    by_classifier = [guess.by_classifier for guess in guesses]
    return {
        **_score(truth, together),
        "coverage": round(float(sure.mean()), DIGITS),
        "precision": round(float(right[sure].mean()), DIGITS) if sure.any() else None,
        "threshold": [round(threshold, DIGITS) for threshold in scored.thresholds],
        "ece": round(expected_calibration_error(probabilities[told], right[told]), DIGITS),
        "ablation": {
            "tagger": {**_score(truth, by_tagger), **_of_new(truth, by_tagger, new)},
            "classifier": {**_score(truth, by_classifier), **_of_new(truth, by_classifier, new)},
            "together": {**_score(truth, together), **_of_new(truth, together, new)},
        },
        "peer": {"name": "substring lookup", **_score(truth, scored.lookup)},
        "values": len(set(truth)),
        "new_values": int(new.sum()),
        "rows": len(truth),
        "fit_seconds": round(float(np.mean(scored.seconds)), 2),
    }


def _of_new(truth: Sequence[str], guesses: Sequence[str], new: np.ndarray) -> dict[str, int]:
    """Rows whose value no training row had, that were read all the same."""
    pairs = zip(truth, guesses, new, strict=True)
    return {"new_right": sum(bool(n) and t == g for t, g, n in pairs)}


def _score(truth: Sequence[str], guesses: Sequence[str]) -> dict[str, float]:
    hits = sum(t == g for t, g in zip(truth, guesses, strict=True))
    return {
        "accuracy": round(hits / len(truth), DIGITS),
        "macro_f1": round(macro_f1(truth, guesses), DIGITS),
    }


def macro_f1(truth: Sequence[str], guesses: Sequence[str]) -> float:
    """Mean F1 over all values that occur in the truth, the rare ones counting as much.

    >>> macro_f1(["a", "a", "b"], ["a", "b", "b"])
    0.6666666666666666
    """
    wanted, found = Counter(truth), Counter(guesses)
    right = Counter(t for t, g in zip(truth, guesses, strict=True) if t == g)
    scores = [2 * right[value] / (wanted[value] + found[value]) for value in wanted]
    return sum(scores) / len(scores)


def substring_lookup(known: Sequence[str], titles: Sequence[str]) -> list[str]:
    """The longest known value that stands in each title, else the most frequent value.

    Case, hyphens and the plural do not count; words are whole, or "women" would be men.

    >>> substring_lookup(["Casual Shoes", "Shirts", "Shirts"], ["Blue casual shoe", "Sneaker"])
    ['Casual Shoes', 'Shirts']
    """
    counts = Counter(known)
    usual = max(sorted(counts), key=counts.__getitem__)
    plain = {value: _plain(value) for value in counts}
    ordered = sorted(plain, key=lambda value: (-len(plain[value]), value))
    found = []
    for title in titles:
        text = _plain(title)
        found.append(next((value for value in ordered if plain[value] in text), usual))
    return found


def _plain(text: str) -> str:
    tokens = [stem(token.text) for token in tokenize(fold(text))]
    # Chinese does not part its words.
    return f" {' '.join(tokens)} "
