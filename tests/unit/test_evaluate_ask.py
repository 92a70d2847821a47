"""Conversations by the rules of the multi-round papers: how they are had and counted."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.cli.evaluate_ask import lines
from bot.cli.main import build
from bot.evaluate.ask.data import read_ask_data
from bot.evaluate.ask.evaluation import SETUPS, Setup, Trial, evaluate_ask, policy_of
from bot.evaluate.ask.policies import Rule
from bot.evaluate.ask.prior import PRIORS, prior_of
from bot.evaluate.ask.session import Condition, Outcome, figures, play
from bot.evaluate.ask.shopper import SimulatedShopper
from bot.evaluate.ask.speed import evaluate_speed
from bot.evaluate.kept import BEGIN, END, keep
from catalog.errors import ShoptalkError
from tests.real_data import real_data


def write(folder, items: int = 480, users: int = 60, seed: int = 5):
    """Items with one of four genres, all with attribute 0, and some of twelve further ones; users
    keep to a genre."""
    rng = np.random.default_rng(seed)
    own = {
        i: [0, 1 + i % 4, *(5 + np.flatnonzero(rng.random(12) < 0.4)).tolist()]
        for i in range(items)
    }
    split: dict[str, dict[int, list[int]]] = {"train": {}, "valid": {}, "test": {}}
    for user in range(users):
        liked = rng.permutation([i for i in range(items) if i % 4 == user % 4]).tolist()
        split["train"][user] = liked[:30]
        split["valid"][user], split["test"][user] = liked[30:34], liked[34:40]
    (folder / "item_attributes.json").write_text(json.dumps(own))
    for name, taken in split.items():
        (folder / f"{name}.json").write_text(json.dumps(taken))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write(tmp_path_factory.mktemp("ask"))


def test_turns_are_counted_as_the_docstring_says():
    told = figures([Outcome(1, 1), Outcome(14, 10), Outcome(15, 0), Outcome(5, 2)])
    assert told["sr@5"] == 0.5
    assert told["sr@10"] == 0.5
    assert told["sr@15"] == 0.75
    assert told["turns"] == pytest.approx((1 + 14 + 15 + 5) / 4)
    assert told["turns_as_published"] == pytest.approx((2 + 15 + 15 + 6) / 4)
    assert 0 < told["hdcg"] < 1
    assert figures([Outcome(1, 1)])["hdcg"] == 1


def test_users_are_the_same_for_every_policy_and_err_as_often_as_said():
    user = SimulatedShopper([1, 2], case=7, seed=0, noise=0.2, unknown=0.1)
    again = SimulatedShopper([1, 2], case=7, seed=0, noise=0.2, unknown=0.1)
    asked = range(4000)
    answers = [user.answer(c) for c in asked]
    assert [again.answer(c) for c in reversed(asked)][::-1] == answers
    unknown = sum(a is None for a in answers) / 4000
    wrong = sum(a is True for a in answers[3:]) / 4000
    assert unknown == pytest.approx(0.1, abs=0.02)
    assert wrong == pytest.approx(0.9 * 0.2, abs=0.02)
    sure = SimulatedShopper([1, 2], case=7, seed=0, noise=0, unknown=0)
    assert [sure.answer(c) for c in range(4)] == [False, True, True, False]


def test_cases_begin_with_an_attribute_of_their_target(folder):
    data = read_ask_data(folder)
    cases = data.cases("test", 2000, seed=1)
    assert len(cases) == 360
    for case in cases:
        assert data.attributes.has(case.revealed)[case.target] == 1
    assert data.cases("test", 10, seed=1) == cases[:10]
    assert data.cases("test", 2000, seed=2) != cases


def test_asking_finds_more_than_going_through_the_list(folder):
    found = evaluate_ask(read_ask_data(folder), "test", 80, seed=0)
    assert list(found["conditions"]) == ["clean", "wrong_5", "wrong_10", "unknown_20"]
    clean = found["conditions"]["clean"]
    assert clean["ours"]["sr@15"] == found["sr@15"] >= 0.99
    assert clean["ours"]["turns"] < clean["abs_greedy"]["turns"]
    assert clean["ours"]["turns"] < clean["ours_without_no"]["turns"]
    assert clean["ours"]["turns"] <= clean["max_entropy_with_no"]["turns"]
    wrong = found["conditions"]["wrong_10"]["ours"]
    assert clean["ours"]["turns"] < wrong["turns"] < 15


def test_going_through_the_list_takes_a_turn_for_ten_items(folder):
    """The candidates' order is the prior's; the target's place in it says when it comes."""
    data = read_ask_data(folder)
    cases = data.cases("test", 30, seed=0)
    prior = prior_of("content", data, [case.user for case in cases])
    outcomes = play(data, cases, prior, Rule("abs_greedy", 10), Condition(), 0)
    for case, outcome in zip(cases, outcomes, strict=True):
        items = np.flatnonzero(data.attributes.has(case.revealed))
        scores = prior[case.user][items]
        order = items[np.lexsort((items, -scores))]
        place = int(np.flatnonzero(order == case.target)[0])
        assert (outcome.actions, outcome.rank) == (place // 10 + 1, place % 10 + 1)


@pytest.mark.parametrize("name", PRIORS)
def test_priors_are_scores_of_all_items(folder, name):
    data = read_ask_data(folder)
    prior = prior_of(name, data, [3, 1, 3])
    assert sorted(prior) == [1, 3]
    assert prior[3].shape == (480,) and prior[3].min() >= 0
    genre = np.arange(480) % 4 == 3
    if name != "uniform":
        assert prior[3][genre].mean() > prior[3][~genre].mean()


def test_an_unknown_prior_is_refused(folder):
    with pytest.raises(ShoptalkError, match="content"):
        prior_of("nothing", read_ask_data(folder), [0])


def test_tuning_tries_setups_on_valid_and_never_does_worse(folder):
    data = read_ask_data(folder)
    found = evaluate_ask(data, "test", 20, 0, conditions=[Condition()], trials=2, tuned_on=40)
    assert found["setups"]["ours"].keys() >= {"prior", "floor", "noise", "turns_per_bit"}
    assert found["setups"]["abs_greedy"].keys() == {"prior"}
    trial = Trial(data, data.cases("valid", 40, 0), 0)
    tuned = Setup(found["setups"]["abs_greedy"]["prior"])
    before = trial.run("abs_greedy", Setup(), Condition())["turns"]
    assert trial.run("abs_greedy", tuned, Condition())["turns"] <= before


def test_the_command_prints_the_same_figures_each_time(folder):
    arguments = ["evaluate", "ask", "--data", str(folder), "--pairs", "20", "--json"]
    arguments += ["--noise", "0.1", "--unknown", "0.1", "--seed", "3", "--split", "valid"]
    told = [CliRunner().invoke(build(), arguments) for _ in range(2)]
    assert told[0].exit_code == 0, told[0].output
    assert told[0].stdout == told[1].stdout
    found = json.loads(told[0].stdout)
    assert list(found["conditions"]) == ["wrong_10_unknown_10"]
    assert found["pairs"] == 20 and found["split"] == "valid"
    assert found["published"]["UNICORN"] == {"sr@15": 0.788, "turns": 7.58}


def test_a_line_is_kept_for_each_policy_and_for_what_only_papers_measured(folder, tmp_path):
    found = evaluate_ask(read_ask_data(folder), "test", 5, 0)
    document = tmp_path / "BENCHMARKS.md"
    document.write_text(f"{BEGIN.format(what='ask')}\n{END.format(what='ask')}\n")
    for line, told in lines("Made", found).items():
        keep("ask", line, told, document, ["evaluate", "ask"])
    rows = {
        cells[0]: cells[1:]
        for cells in (
            [cell.strip() for cell in row.strip("|").split("|")]
            for row in document.read_text().splitlines()
            if row.startswith("|")
        )
    }
    assert all(rows["Made: abs_greedy"][:8])
    assert rows["Made: UNICORN, published"][0] == ""
    assert rows["Made: UNICORN, published"][6:8] == ["78.8%", "7.58"]


@pytest.mark.parametrize(
    "broken",
    ["", "[]", '{"0": 5}', '{"x": [1]}', '{"0": [-1]}', '{"0": [1.5]}', '{"0": [99999999999]}'],
)
def test_broken_files_are_named(tmp_path, broken):
    write(tmp_path)
    (tmp_path / "valid.json").write_text(broken)
    with pytest.raises(ShoptalkError, match=r"valid\.json"):
        read_ask_data(tmp_path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ShoptalkError, match=r"item_attributes\.json is missing"):
        read_ask_data(tmp_path)


def test_items_without_attributes_and_users_without_history(tmp_path):
    write(tmp_path)
    (tmp_path / "train.json").write_text("{}")
    (tmp_path / "test.json").write_text('{"0": [3, 500], "40": [7]}')
    data = read_ask_data(tmp_path)
    assert [case.target for case in sorted(data.cases("test", 9, 0), key=lambda c: c.target)] == [
        3,
        7,
    ]
    found = evaluate_ask(data, "test", 9, 0, conditions=[Condition()])
    assert found["pairs"] == 2 and found["sr@15"] == 1


def test_moves_over_a_made_catalogue_are_timed():
    found = evaluate_speed(500, seed=1)
    assert 8 <= found["values_per_product"] <= 14
    assert found["attributes"] == 20
    assert 0 < found["p50_ms"] <= found["p95_ms"]


def test_lastfm_star():
    """Loose: the figures are in BENCHMARKS.md."""
    data = read_ask_data(real_data("ask/lastfm_star"))
    cases = data.cases("valid", 100, seed=0)
    prior = prior_of("content", data, [case.user for case in cases])
    told = {
        (name, condition.name): figures(
            play(data, cases, prior, policy_of(name, SETUPS[name]), condition, 0)
        )
        for name in ("ours", "ours_without_no")
        for condition in (Condition(), Condition(noise=0.1))
    }
    assert told["ours", "clean"]["sr@15"] >= 0.95
    assert told["ours", "clean"]["turns_as_published"] <= 6
    assert told["ours", "wrong_10"]["sr@15"] >= 0.8
    assert told["ours_without_no", "clean"]["sr@15"] < told["ours", "clean"]["sr@15"]
