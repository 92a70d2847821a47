"""The command, end to end, over a little log."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.cli.main import build

FIGURES = {"f1@10", "tpr@5", "tpr@10", "tpr@20", "mtd", "far", "us_per_event"}
KINDS = {"far_splice", "random_splice", "cluster_switch", "gradual", "return", "blip"}


@pytest.fixture(scope="module")
def events(tmp_path_factory) -> Path:
    """80 shoppers, each of whom likes 30 things of one of four kinds, and dislikes others."""
    rng = np.random.default_rng(0)
    rows = ["user_id:token\titem_id:token\trating:float\ttimestamp:float"]
    for shopper in range(80):
        chance = np.where(np.arange(160) % 4 == shopper % 4, 0.9, 0.1 / 3)
        for time, item in enumerate(rng.choice(160, 30, replace=False, p=chance / chance.sum())):
            rows.append(f"u{shopper}\ti{item}\t5\t{time}")
        rows.append(f"u{shopper}\ti{(shopper + 1) % 4}\t1\t99")
    path = tmp_path_factory.mktemp("log") / "made.inter"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def run(*arguments: str) -> dict:
    found = CliRunner().invoke(build(), ["evaluate", "drift", *arguments, "--json"])
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout.splitlines()[-1])


def test_tells_every_kind_of_stream_for_every_detector(events):
    found = run(
        "--events", str(events), "--length", "20", "--detectors", "glr,page_hinkley", "--each", "2"
    )  # fmt: skip
    assert set(found["detectors"]) == {"glr", "page_hinkley"}
    for figures in found["detectors"].values():
        assert set(figures) >= KINDS
        assert all(set(figures[kind]) >= FIGURES for kind in KINDS)
    assert set(found["recovery"]) == {"far_splice", "return"}
    assert found["harm"]["triggered"]["mean"] is not None
    # Four kinds far apart are told apart soon.
    assert found["detectors"]["glr"]["far_splice"]["tpr@10"] > 0.8


def test_seeds_are_averaged_where_several_are_asked_for(events):
    arguments = ("--events", str(events), "--length", "20", "--detectors", "glr", "--each", "1")
    found = run(*arguments, "--repeat", "2", "--seed", "3")
    one, two = (run["detectors"]["glr"]["far_splice"]["tpr@10"] for run in found["runs"])
    mean = found["detectors"]["glr"]["far_splice"]["tpr@10"]
    assert mean == pytest.approx((one + two) / 2, abs=1e-4)
    assert [run["seed"] for run in found["runs"]] == [3, 4]


def test_an_unknown_detector_is_refused_in_words(events):
    found = CliRunner().invoke(
        build(), ["evaluate", "drift", "--events", str(events), "--detectors", "crystal_ball"]
    )
    assert found.exit_code != 0
    assert "crystal_ball" in (found.output + str(found.exception))
