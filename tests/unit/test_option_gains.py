"""``shoptalk evaluate options``: every variant against the base, once all are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluate.option_gains import BASE, evaluate_options
from bot.evaluate.options import train_config
from bot.evaluate.task import Task
from catalog.errors import ShoptalkError
from tests.toy_encoder import CHECK, TEXTS, toy_settings

BEFORE = ["epochs=1", "precision=fp32", "threads=1", "hold_out=0"]


def csv(path: Path, texts: dict[str, list[str]]) -> str:
    rows = [f'"{text}",{label}' for label, said in texts.items() for text in said]
    path.write_text("\n".join(["text,label", *rows]) + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def task(tmp_path: Path) -> Task:
    return Task(
        train=csv(tmp_path / "train.csv", TEXTS),
        test=csv(tmp_path / "test.csv", CHECK),
        config=train_config(BEFORE),
    )


def test_gains_are_over_the_base_and_told_at_once(task: Task, tmp_path: Path) -> None:
    told: list[str] = []
    found = evaluate_options(
        task,
        BEFORE,
        ["label_smoothing=0", "method=lora,rank=2", "self_train=1"],
        toy_settings(tmp_path / "home"),
        range(2),
        lambda variant, figures: told.append(f"{variant} {figures['seeds']}"),
        lambda said: None,
    )
    # Without unlabelled texts nothing is self-trained.
    assert list(found) == [BASE, "label_smoothing=0", "method=lora,rank=2"]
    assert told == [f"{variant} 2" for variant in found]
    assert found[BASE]["gained"] == 0
    for figures in found.values():
        gained = figures["accuracy"] - found[BASE]["accuracy"]
        assert figures["gained"] == pytest.approx(gained, abs=1e-4)


def test_an_option_that_there_is_not_stops_before_training(task: Task, tmp_path: Path) -> None:
    told: list[str] = []
    with pytest.raises(ShoptalkError, match="no training option 'fmg'"):
        evaluate_options(
            task,
            BEFORE,
            ["fgm=1.0", "fmg=1.0"],
            toy_settings(tmp_path / "home"),
            range(1),
            lambda variant, figures: told.append(variant),
            told.append,
        )
    assert told == []
