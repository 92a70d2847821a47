"""The loop that trains an encoder: what its options do, when it stops, what it leaves behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Callable

import numpy as np
import pytest
import torch

from bot.nlu.training.batches import Batches, Row
from bot.nlu.training.config import TrainConfig
from bot.nlu.training.encoder import Trainable
from bot.nlu.training.loop import Trained, _Learner, train
from bot.nlu.training.predict import logits_of
from catalog.encoders.base import BaseEncoder, load_base
from catalog.errors import ShoptalkError
from catalog.settings import ROOT, Settings
from tests.toy_encoder import CHECK, TEXTS, examples, toy_encoder

LABELS = sorted(TEXTS)
#: With these the toy learns its messages within three epochs.
FAST = {
    "method": "full",
    "precision": "fp32",
    "threads": 1,
    "batch": 3,
    "epochs": 3,
    "patience": 9,
    "learning_rate": 3e-3,
    "head_learning_rate": 1e-2,
    "label_smoothing": 0.0,
    "prototypes": False,
}


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> BaseEncoder:
    return toy_encoder(tmp_path_factory.mktemp("toy"))


def rows_of(texts: dict[str, list[str]], shift: int = 0) -> list[Row]:
    """Rows with their labels' numbers; ``shift`` gives all of them a wrong one."""
    numbers = [(LABELS.index(label) + shift) % len(LABELS) for label in examples(texts)[1]]
    return [Row(t, ((n, 1.0),)) for t, n in zip(examples(texts)[0], numbers, strict=True)]


class Figures:
    """A board that keeps what it is told."""

    def __init__(self) -> None:
        self.told: dict[str, list[float]] = {}

    def scalar(self, name: str, value: float, step: int) -> None:
        self.told.setdefault(name, []).append(value)

    def close(self) -> None:
        pass


def run(base: BaseEncoder, rows: Callable[[int], list[Row]], **options: object) -> tuple:
    """Train; what was learned and the figures of the run."""
    board = Figures()
    config = TrainConfig.of({**FAST, **options})
    check = rows_of(CHECK)
    return train(base, rows, 3, check, config, lambda _said: None, board=board), board.told


def accuracy(base: BaseEncoder, trained: Trained) -> float:
    texts, labels = examples(CHECK)
    guesses = logits_of(base, trained, texts, TrainConfig()).argmax(-1)
    return float(
        np.mean([LABELS[guess] == label for guess, label in zip(guesses, labels, strict=True)])
    )


def test_accumulated_gradients_are_those_of_a_bigger_batch(toy: BaseEncoder) -> None:
    def gradients(size: int) -> list[torch.Tensor]:
        config = TrainConfig(
            method="full", dropout=0.0, precision="fp32", accumulate=8 // size, batch=size
        )
        torch.manual_seed(0)
        learner = _Learner(Trainable(toy, config, 1), 3, config, None)
        learner.begin(1, 0.0)
        learner.encoder.train()
        data = Batches(toy, rows_of(TEXTS)[:8], 3, 64)
        for begin in range(0, 8, size):
            learner._backward(data.make(range(begin, begin + size)))
        return [p.grad for p in learner.encoder.parameters() if p.grad is not None]

    whole, parts = gradients(8), gradients(4)
    assert max(float(g.abs().max()) for g in whole) > 1e-3
    for one, other in zip(whole, parts, strict=True):
        assert torch.allclose(one, other, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"fgm": 0.5},
        {"rdrop": 1.0},
        {"contrastive": 0.5, "contrastive_epochs": 1},
        {"accumulate": 2},
        {"average": 0.5},
        {"layer_decay": 0.8, "words": True},
    ],
    ids=lambda options: "-".join(options) or "plain",
)
def test_loss_falls_with_every_option(toy: BaseEncoder, options: dict) -> None:
    rows = rows_of(TEXTS)
    trained, told = run(toy, lambda _epoch: rows * 2, **options)
    losses = told["train/loss"]
    epoch = len(losses) // 3
    assert np.mean(losses[-epoch:]) < 0.75 * np.mean(losses[:epoch])
    assert len(trained.held_out) == 3
    assert accuracy(toy, trained) == max(trained.held_out) >= 8 / 9


def test_same_seed_learns_the_same(toy: BaseEncoder) -> None:
    rows = rows_of(TEXTS)
    once, again = (run(toy, lambda _epoch: rows, epochs=1)[0] for _ in range(2))
    other = run(toy, lambda _epoch: rows, epochs=1, seed=1)[0]
    assert all((once.changed[name] == again.changed[name]).all() for name in once.changed)
    assert (once.weights == again.weights).all()
    assert not (once.weights == other.weights).all()


def test_the_best_state_is_kept_and_training_stops_when_it_gets_worse(toy: BaseEncoder) -> None:
    def right_then_wrong(epoch: int) -> list[Row]:
        return rows_of(TEXTS, shift=0 if epoch < 2 else 1) * 3

    trained, _told = run(toy, right_then_wrong, epochs=9, patience=2)
    assert len(trained.held_out) < 9
    assert trained.held_out[-1] < max(trained.held_out)
    assert accuracy(toy, trained) == max(trained.held_out)


def test_without_held_out_texts_all_epochs_are_run_and_the_last_is_kept(toy: BaseEncoder) -> None:
    config = TrainConfig(precision="fp32", threads=1, epochs=3, patience=1)
    said: list[str] = []
    trained = train(toy, lambda _epoch: rows_of(TEXTS), 3, [], config, said.append)
    assert trained.held_out == []
    assert [line.split(":")[0] for line in said] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]


@pytest.fixture(scope="module")
def real() -> BaseEncoder:
    return load_base(Settings.from_env())


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_both_precisions_learn(real: BaseEncoder, precision: str) -> None:
    rows = rows_of(TEXTS)
    trained, told = run(
        real, lambda _epoch: rows, precision=precision, epochs=2, learning_rate=2e-4
    )
    assert told["train/loss"][-1] < 0.8 * told["train/loss"][0]
    assert trained.held_out[-1] >= 7 / 9
    assert accuracy(real, trained) >= 7 / 9


READ_BOARD = """
import sys
from pathlib import Path
from bot.nlu.training.config import TrainConfig
from bot.nlu.training.fit import fit
from tests.toy_encoder import TEXTS, examples, toy_encoder
import numpy as np
folder = Path(sys.argv[1])
texts, labels = examples(TEXTS)
numbers = np.array([sorted(TEXTS).index(label) for label in labels])
known = (texts, numbers, [""] * len(texts))
config = TrainConfig(epochs=2, batch=5, threads=1, precision="fp32", board=str(folder / "board"))
fit(toy_encoder(folder), known, 3, known, [], config, lambda said: None)
print("tensorflow" in sys.modules)
sys.modules["tensorboard.compat.notf"] = sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(str(folder / "board")).Reload()
for name in ("train/loss", "train/rate", "held_out/accuracy", "held_out/loss"):
    print(name, [event.step for event in events.Scalars(name)])
"""


def test_tensorboard_reads_the_figures_of_a_run_without_tensorflow(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    done = subprocess.run(
        [sys.executable, "-c", READ_BOARD, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "False",
        "train/loss [1, 2, 3, 4, 5, 6]",
        "train/rate [1, 2, 3, 4, 5, 6]",
        "held_out/accuracy [3, 6]",
        "held_out/loss [3, 6]",
    ]


@pytest.mark.parametrize(
    "wrong", [{"method": "loar"}, {"adapt": "mlm"}, {"precision": "int8"}], ids=str
)
def test_an_unknown_choice_is_one_sentence(wrong: dict[str, str]) -> None:
    with pytest.raises(ShoptalkError, match="choose"):
        TrainConfig.of(wrong)
