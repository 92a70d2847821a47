"""Figures are written once, by a command: JSON files, and a table made from them."""

from __future__ import annotations

import json

import pytest

from bot.evaluate.report import BEGIN, END, Result, this_machine, update
from catalog.errors import ShoptalkError
from catalog.settings import ROOT

MACHINE = {"cpu": "Abacus", "cores": 2, "memory_gb": 4}
TURN = Result(
    what="turn",
    command="shoptalk evaluate turn --turns 20 --seed 7",
    data="shop demo, 20 turns",
    seed=7,
    machine=MACHINE,
    figures={"p50_ms": 41.2, "stages": {"rasa": 12.0}, "turns": 20},
)


@pytest.fixture
def document(tmp_path):
    file = tmp_path / "BENCHMARKS.md"
    file.write_text(f"# Benchmarks\n\n{BEGIN}\nold\n{END}\n\nAfterwards.\n", encoding="utf-8")
    return file


def test_a_row_says_all_it_takes_to_measure_again(tmp_path, document):
    TURN.save(tmp_path / "results")
    update(document, tmp_path / "results")
    assert (
        "| median time of a turn over REST | 41 ms | `shoptalk evaluate turn --turns 20 --seed 7` "
        "| shop demo, 20 turns | 7 | Abacus, 2 cores, 4 GB |"
    ) in document.read_text(encoding="utf-8")


def test_only_what_was_measured_has_a_row(tmp_path, document):
    TURN.save(tmp_path)
    update(document, tmp_path)
    table = document.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    assert len([line for line in table.splitlines() if line.startswith("|")]) == 2 + 2


def test_only_the_table_changes_and_twice_is_once(tmp_path, document):
    TURN.save(tmp_path)
    update(document, tmp_path)
    once = document.read_text(encoding="utf-8")
    update(document, tmp_path)
    assert document.read_text(encoding="utf-8") == once
    assert once.startswith(f"# Benchmarks\n\n{BEGIN}\n")
    assert once.endswith(f"{END}\n\nAfterwards.\n")
    assert "old" not in once


def test_a_result_reads_back(tmp_path):
    file = TURN.save(tmp_path)
    assert Result.load(file) == TURN
    assert json.loads(file.read_text())["machine"] == MACHINE


def test_a_file_without_figures_is_named(tmp_path, document):
    (tmp_path / "turn.json").write_text("{}")
    with pytest.raises(ShoptalkError, match=r"turn\.json holds no figures"):
        update(document, tmp_path)


def test_a_document_without_a_place_for_figures_is_left_alone(tmp_path):
    document = tmp_path / "BENCHMARKS.md"
    document.write_text(f"# Mine\n{BEGIN}\n")
    with pytest.raises(ShoptalkError, match="no place for figures"):
        update(document, tmp_path)
    assert document.read_text() == f"# Mine\n{BEGIN}\n"


def test_this_machine_is_described():
    machine = this_machine()
    assert machine["cpu"]
    assert machine["cores"] >= 1
    assert machine["memory_gb"] >= 1


def test_the_projects_own_document_has_a_place_for_figures():
    text = (ROOT / "BENCHMARKS.md").read_text(encoding="utf-8")
    assert text.index(BEGIN) < text.index(END)
