"""``shoptalk evaluate slots``: figures, options, and what is said of wrong ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import evaluate_slots
from bot.cli.evaluate_slots import tagger_config
from bot.evaluate.diet_slots import entities_of, spans_from
from bot.evaluate.slots import SlotTask, by_label
from bot.evaluate.slots import evaluate_slots as evaluate
from bot.nlu.tagging.data import Tagged
from bot.nlu.tagging.spans import spans_of
from catalog.errors import ShoptalkError
from catalog.settings import Settings
from tests.unit.test_tagger import toy_texts

FAST = ["sample=1", "compose=0", "mask=0", "batch=16", "epochs=2", "threads=1"]


def write(path: Path, texts: list[Tagged]) -> Path:
    lines = [
        " ".join(f"{token}:{tag}" for token, tag in zip(text.tokens, text.tags, strict=True))
        for text in texts
    ]
    path.write_text("".join(f"{line} <=> <NULL>\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("tagged")
    return {
        "train": write(folder / "train", toy_texts(160)),
        "valid": write(folder / "valid", toy_texts(20, seed=1)),
        "test": write(folder / "test", toy_texts(30, seed=2)),
    }


@pytest.fixture
def group() -> typer.Typer:
    app = typer.Typer()
    evaluate_slots.register(app)
    return app


def test_one_object_of_figures_is_printed(files: dict[str, Path], group: typer.Typer) -> None:
    options = [part for option in FAST for part in ("--option", option)]
    paths = [part for name, path in files.items() for part in (f"--{name}", str(path))]
    done = CliRunner().invoke(group, ["slots", *paths, *options, "--report", "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout.splitlines()[-1])
    assert {"f1", "precision", "recall"} <= set(figures)
    assert figures["f1"] > 0.95
    assert set(figures["report"]) == {"color", "type"}
    assert (figures["train"], figures["valid"], figures["test"]) == (160, 20, 30)


def test_either_a_test_or_unseen_words_are_scored(
    files: dict[str, Path], group: typer.Typer
) -> None:
    for wrong in ([], ["--test", str(files["test"]), "--unseen-words", "0.3"]):
        done = CliRunner().invoke(group, ["slots", "--train", str(files["train"]), *wrong])
        assert isinstance(done.exception, ShoptalkError)


def test_a_file_that_cannot_be_read_is_told_before_anything_is_trained(
    files: dict[str, Path], tmp_path: Path
) -> None:
    task = SlotTask(train=files["train"], test=tmp_path / "none")
    with pytest.raises(ShoptalkError, match="cannot be read"):
        evaluate(task, Settings.from_env(), lambda _message: None)


def test_options_are_taken_by_name() -> None:
    config = tagger_config(["mask=0.3", "epochs=7", "fgm=0.1", "targets=query,key"], seed=5)
    assert (config.mask, config.encoder.epochs, config.encoder.seed) == (0.3, 7, 5)
    assert config.encoder.targets == ("query", "key")


@pytest.mark.parametrize("wrong", ["mask", "maks=0.1", "mask=much", "epochs=1.5", "words=maybe"])
def test_a_wrong_option_is_told_in_one_sentence(wrong: str) -> None:
    with pytest.raises(ShoptalkError):
        tagger_config([wrong], seed=0)


def test_each_label_is_scored_by_itself() -> None:
    figures = by_label([[(0, 1, "a"), (1, 2, "b")], [(0, 1, "a")]], [[(0, 1, "a")], []])
    assert list(figures) == ["a", "b"]
    assert figures["a"] == {"f1": 0.6667, "precision": 1.0, "recall": 0.5, "spans": 2}
    assert figures["b"]["f1"] == 0.0


def test_spans_go_to_rasa_and_come_back() -> None:
    for text in toy_texts(10):
        entities = entities_of(text)
        assert spans_from(entities, text.tokens) == spans_of(text.tags)
    first = Tagged(("红", "色", "裙"), ("B-color", "I-color", "B-type"))
    assert entities_of(first)[0] == {"start": 0, "end": 3, "value": "红 色", "entity": "color"}


def test_the_peer_is_trained_in_its_own_process(files: dict[str, Path]) -> None:
    task = SlotTask(train=files["train"], test=files["test"], ours=False, peer_epochs=3)
    figures = evaluate(task, Settings.from_env(), lambda _message: None)
    assert 0.0 <= figures["peer"]["f1"] <= 1.0
    assert "3 epochs" in figures["peer"]["name"]
    assert "f1" not in figures
