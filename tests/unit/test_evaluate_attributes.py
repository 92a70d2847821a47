"""``shoptalk evaluate attributes``: on a table made here, and on real labels where they are."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.main import build
from bot.evaluate.attributes import (
    AttributeTask,
    evaluate_attributes,
    macro_f1,
    substring_lookup,
)
from catalog.errors import ShoptalkError
from tests.real_data import real_data

NOUNS = {"Sneaker": "Shoes", "Loafer": "Shoes", "Kurta": "Ethnic", "Tee": "Tops"}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    draw = random.Random(0)
    lines = ["id,name,color,kind,empty"]
    for i in range(150):
        colour, noun = draw.choice(("Red", "Blue", "Green")), draw.choice(sorted(NOUNS))
        lines.append(f"{i},Red Tape {colour} {noun},{colour},{NOUNS[noun]},")
    file = tmp_path / "products.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def silent(_message: str) -> None:
    pass


def test_columns_are_read_better_than_by_looking_up(table: Path) -> None:
    figures = evaluate_attributes(AttributeTask(table, "name", ("color", "kind"), folds=3), silent)
    for column in ("color", "kind"):
        one = figures["columns"][column]
        assert one["accuracy"] == figures["accuracy"][column] >= 0.97
        assert one["rows"] == 150
        assert one["precision"] >= 0.95
        assert set(one["ablation"]) == {"tagger", "classifier", "together"}
    assert figures["columns"]["kind"]["peer"]["accuracy"] < 0.7


def test_the_command_prints_one_object(table: Path) -> None:
    arguments = ["evaluate", "attributes", "--products", str(table), "--title", "name"]
    done = CliRunner().invoke(
        build(), [*arguments, "--columns", "color", "--folds", "2", "--seed", "3", "--json"]
    )
    assert done.exit_code == 0
    figures = json.loads(done.stdout)
    assert (figures["seed"], figures["folds"], figures["split"]) == (3, 2, "shuffled")
    assert {"accuracy", "macro_f1", "coverage", "precision", "fit_seconds"} <= set(
        figures["columns"]["color"]
    )


@pytest.mark.parametrize("column", ["nowhere", "empty"])
def test_a_column_that_cannot_be_read_is_named(table: Path, column: str) -> None:
    with pytest.raises(ShoptalkError, match=column):
        evaluate_attributes(AttributeTask(table, "name", (column,)), silent)


def test_lookup_takes_the_longest_value_and_whole_words() -> None:
    known = ["Men", "Women", "Men", "Navy Blue", "Blue"]
    assert substring_lookup(known, ["Women Navy-Blue tee", "navy blues", "Kids tee"]) == [
        "Navy Blue",
        "Navy Blue",
        "Men",
    ]


def test_rare_values_count_as_much_in_macro_f1() -> None:
    assert macro_f1(["a"] * 9 + ["b"], ["a"] * 10) == pytest.approx((18 / 19) / 2)


def test_real_names_tell_type_and_gender() -> None:
    labels = real_data("images/fashion_labels.csv")
    task = AttributeTask(
        labels, "productDisplayName", ("articleType", "baseColour", "gender"), folds=2
    )
    columns = evaluate_attributes(task, silent)["columns"]
    for column, least in (("articleType", 0.93), ("baseColour", 0.93), ("gender", 0.985)):
        one = columns[column]
        assert one["rows"] == 1200
        assert one["accuracy"] >= max(least, one["peer"]["accuracy"])
        assert one["precision"] >= 0.95
        assert one["coverage"] >= 0.8
