"""Figures of benchmarks that take minutes, and the table that they go into."""

from __future__ import annotations

import pytest

from bot.evaluate.kept import BEGIN, END, keep
from catalog.errors import ShoptalkError


@pytest.fixture
def document(tmp_path):
    file = tmp_path / "BENCHMARKS.md"
    file.write_text(
        f"# Figures\n\n{BEGIN.format(what='slots')}\n{END.format(what='slots')}\n\nend\n"
    )
    return file


def rows(document):
    lines = [line for line in document.read_text().splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_a_measurement_becomes_a_line_with_the_command_that_repeats_it(document, monkeypatch):
    monkeypatch.setenv("SHOPTALK_TEST_DATA", "/somewhere/data")
    arguments = ["evaluate", "slots", "--test", "/somewhere/data/a b", "--keep", "A set", "--json"]
    arguments += ["--save", "a/folder"]
    figures = {"f1": 0.5, "precision": 0.25, "recall": 1, "peer": {"f1": 0.125}}
    keep("slots", "A set", figures, document, arguments)
    names, _, row = rows(document)
    assert dict(zip(names, row, strict=True)) | {"machine": ""} == {
        "data": "A set",
        "F1": "50.00%",
        "precision": "25.00%",
        "recall": "100.00%",
        "training": "",
        "one text": "",
        "DIET F1": "12.50%",
        "command": "`shoptalk evaluate slots --test '$DATA/a b'`",
        "machine": "",
    }
    assert document.read_text().startswith("# Figures\n")
    assert document.read_text().endswith("\n\nend\n")


def test_measuring_again_replaces_one_line_and_leaves_the_others(document):
    for title, f1 in (("A", 0.1), ("B", 0.2), ("A", 0.3)):
        keep("slots", title, {"f1": f1}, document, ["evaluate", "slots"])
    assert [row[:2] for row in rows(document)[2:]] == [["A", "30.00%"], ["B", "20.00%"]]


def test_a_document_without_the_table_is_named(tmp_path):
    with pytest.raises(ShoptalkError, match="no place"):
        keep("nlu", "A", {}, tmp_path / "none.md", [])


def test_a_peer_measured_by_itself_joins_the_line(document):
    keep("slots", "A", {"f1": 0.5}, document, ["evaluate", "slots"])
    keep("slots", "A", {"peer": {"f1": 0.25}}, document, ["evaluate", "slots", "--peer-only"])
    names, _, row = rows(document)
    cells = dict(zip(names, row, strict=True))
    assert (cells["F1"], cells["DIET F1"]) == ("50.00%", "25.00%")
    assert cells["command"] == "`shoptalk evaluate slots` and `shoptalk evaluate slots --peer-only`"
    keep("slots", "A", {"f1": 0.6}, document, ["evaluate", "slots", "--seed", "1"])
    cells = dict(zip(*rows(document)[::2], strict=True))
    assert (cells["F1"], cells["DIET F1"]) == ("60.00%", "")
    assert cells["command"] == "`shoptalk evaluate slots --seed 1`"


def test_columns_that_are_new_are_empty_in_old_lines(document):
    text = document.read_text().replace(
        END.format(what="slots"),
        "| data | F1 |\n| --- | --- |\n| A | 1.00% |\n" + END.format(what="slots"),
    )
    document.write_text(text)
    keep("slots", "B", {"f1": 0.5}, document, ["evaluate", "slots"])
    names, _, old, new = rows(document)
    assert dict(zip(names, old, strict=True))["F1"] == "1.00%"
    assert dict(zip(names, old, strict=True))["recall"] == ""
    assert new[0] == "B"
