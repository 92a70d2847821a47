"""What is to be learned and scored: the texts of a task, read and brought together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Optional, Sequence

import numpy as np

from bot.evaluate.intent_metrics import Truth
from bot.evaluate.labelled import Columns, Example, read_labelled, read_texts
from bot.evaluate.labels import meeting
from bot.evaluate.places import split
from bot.nlu.training.config import TrainConfig
from catalog.errors import ShoptalkError


@dataclass(frozen=True)
class Task:
    """What to train on, what to score, and how."""

    train: str
    """Paths as in `bot.evaluate.labelled`."""
    test: str
    valid: str = ""
    """Texts that training is stopped and the threshold chosen by; the classifier holds out some of
    those it is given where there are none."""
    unlabelled: str = ""
    """Texts for the training options that learn from such."""
    columns: Columns = field(default_factory=Columns)
    out_of_scope: str = ""
    """The label of texts that are out of scope."""
    shots: Optional[int] = None
    """So many training texts a label, drawn with the seed; all where it is not given."""
    threshold: Optional[float] = None
    """The confidence below which a text is rejected; the classifier's own where not given."""
    config: TrainConfig = field(default_factory=TrainConfig)
    exact: bool = False
    """Classify in single precision, not in int8."""
    ours: bool = True
    """Whether our own classifier is trained."""
    peer_epochs: Optional[int] = None
    """Train Rasa's default pipeline, too, for so many epochs."""
    report: bool = False
    """Whether the figures of each label are wanted."""
    save: Optional[Path] = None
    """Folder to keep the trained classifier in; one below it a seed where there are several."""


@dataclass(frozen=True)
class Data:
    """The texts of a task, with the labels of all of them written as they were trained."""

    train: Sequence[Example]
    valid: Sequence[Example]
    test: Sequence[Example]
    unlabelled: Sequence[str]
    out_of_scope: str

    @property
    def truth(self) -> Truth:
        """What is right for the test texts."""
        return self.truth_of(self.test)

    def truth_of(self, examples: Sequence[Example]) -> Truth:
        """What is right for some texts."""
        trained = {e.label for e in self.train}
        return Truth.of([e.label for e in examples], trained, self.out_of_scope)

    def drawn(self, shots: Optional[int], seed: int) -> Data:
        """The same with at most so many training texts a label."""
        return self if shots is None else replace(self, train=draw(self.train, shots, seed))


def read_data(task: Task) -> Data:
    """Read and check what a task names.

    Raises
    ------
    ShoptalkError
        Where something cannot be read, fewer than two labels are trained, or no test text, or none
        of the texts to choose by, has a label that is.
    """
    train: list[Example] = []
    for path in split(task.train):
        train += _aligned(read_labelled(path, task.columns), train)
    trained = {e.label for e in train}
    if len(trained) < 2:
        raise ShoptalkError(
            f"All texts of {task.train} have the label {next(iter(trained))!r}: "
            f"at least two are needed."
        )
    test = _aligned(read_labelled(task.test, task.columns), train)
    valid = _aligned(read_labelled(task.valid, task.columns), train) if task.valid else []
    unlabelled = read_texts(task.unlabelled, task.columns) if task.unlabelled else []
    asked = task.out_of_scope
    known = {e.label for e in (*train, *valid, *test)}
    out_of_scope = meeting({asked}, known).get(asked, asked) if asked else ""
    data = Data(train, valid, test, unlabelled, out_of_scope)
    for path, examples in ((task.test, test), (task.valid, valid)):
        if examples and data.truth_of(examples).foreign.all():
            raise ShoptalkError(
                f"No text of {path} has a label that is trained: its first is "
                f"{examples[0].label!r}, the first of {task.train} is {train[0].label!r}."
            )
    return data


def draw(examples: Sequence[Example], shots: int, seed: int) -> list[Example]:
    """At most ``shots`` examples of each label, in the order they have."""
    random = np.random.default_rng(seed)
    rows: dict[str, list[int]] = {}
    for row, example in enumerate(examples):
        rows.setdefault(example.label, []).append(row)
    kept: list[int] = []
    for label in sorted(rows):
        kept.extend(random.permutation(rows[label])[:shots].tolist())
    return [examples[row] for row in sorted(kept)]


def _aligned(examples: Sequence[Example], train: Sequence[Example]) -> list[Example]:
    met = meeting({e.label for e in examples}, {e.label for e in train})
    return [replace(e, label=met.get(e.label, e.label)) for e in examples]
