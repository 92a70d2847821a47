"""Interest measured act by act: questions, ranks, the search for settings, and the baselines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from actions.interest.config import RATED_HIGH, RATED_LOW, USUAL, InterestConfig
from actions.interest.learn import changed, learn
from actions.interest.space import Space
from actions.interest.streams import Stream, streams_of
from actions.interest.walk import gains, mean_ndcg, ndcg, questions, rank
from bot.evaluate.interest.baselines import Baseline
from bot.evaluate.interest.baselines import ndcg as baseline_ndcg
from bot.evaluate.interest.data import parts_of, share_of
from bot.evaluate.interest.evaluation import evaluate_interest, interval
from catalog.event_table import EventTable
from catalog.events import EVENT_KINDS

KINDS, EACH = 4, 15


def table(shoppers: int = 60, seed: int = 0) -> EventTable:
    """Each shopper takes products of one kind, then of another, and rates some low elsewhere."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, int, float]] = []
    for shopper in range(shoppers):
        first, second, other = rng.permutation(KINDS)[:3]
        for kind in (first, second):
            for item in rng.permutation(EACH)[:8]:
                rows.append((shopper, int(kind * EACH + item), 5.0))
                if rng.random() < 0.2:
                    rows.append((shopper, int(other * EACH + rng.integers(EACH)), 1.0))
    shoppers_of, products_of, values = map(np.array, zip(*rows, strict=True))
    return EventTable(
        shopper_ids=tuple(f"s{i}" for i in range(shoppers)),
        product_ids=tuple(f"p{i}" for i in range(KINDS * EACH)),
        shopper=shoppers_of.astype(np.int32),
        product=products_of.astype(np.int32),
        kind=np.full(len(rows), EVENT_KINDS.index("rated"), np.uint8),
        value=values.astype(np.float32),
        at=np.arange(len(rows), dtype=np.int64) * 60_000,
    )


def stream(*items: int, acts: tuple[str, ...] = ()) -> Stream:
    wanted = [item not in items[:i] for i, item in enumerate(items)]
    n = len(items)
    return Stream(
        "s",
        acts or (RATED_HIGH,) * n,
        np.array(items),
        np.arange(n, dtype=np.int64) * 1000,
        np.array(wanted),
        np.ones(n, bool),
    )


def line(n: int = 12) -> Space:
    """Products on an arc: neighbours are alike."""
    angles = np.linspace(0, np.pi / 2, n)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    return Space.of([f"p{i}" for i in range(n)], [(vectors, 1.0)])


def test_ratings_become_acts_and_only_the_first_like_of_a_product_is_a_question() -> None:
    log = table(3)
    found = streams_of(log, np.arange(len(log.product_ids)), USUAL)
    assert [s.shopper for s in found] == ["s0", "s1", "s2"]
    assert {act for s in found for act in s.acts} == {RATED_HIGH, RATED_LOW}
    assert sum(len(s) for s in found) == len(log)
    twice = stream(1, 2, 2, 3, 4, 5, 6, 7)
    assert questions(twice).tolist() == [6, 7]


def test_products_that_the_space_has_not_are_left_out() -> None:
    log = table(3)
    positions = np.where(np.arange(len(log.product_ids)) < EACH, np.arange(60), -1)
    assert all((s.items < EACH).all() for s in streams_of(log, positions, USUAL))
    assert streams_of(log, np.full(60, -1), USUAL) == []


def test_a_rank_counts_free_products_before_and_half_of_the_equals() -> None:
    scores = np.array([3.0, 2.0, 2.0, 2.0, 1.0])
    free = np.array([True, True, True, False, True])
    assert rank(scores, 1, free) == 1.5
    assert rank(scores, 4, free) == 3.0
    assert gains(np.array([0.0, 1.0, 9.0, 10.0])).round(4).tolist() == [1.0, 0.6309, 0.2891, 0.0]


def test_a_way_along_neighbours_is_told_better_than_a_jump() -> None:
    space = line(30)
    config = InterestConfig(popularity=0.0)
    along, jump = stream(*range(9)), stream(*range(8), 29)
    near, far = ndcg(along, space, config), ndcg(jump, space, config)
    assert near is not None and far is not None and near > far
    assert ndcg(stream(1, 2, 3, 4, 5), space, config) is None


@pytest.mark.parametrize("model", [Baseline(last=2), Baseline(half_life=2.0), Baseline()])
def test_baselines_answer_the_same_questions(model: Baseline) -> None:
    space = line(30)
    near = baseline_ndcg(stream(*range(9)), space, model)
    far = baseline_ndcg(stream(*range(8), 29), space, model)
    assert near is not None and far is not None and near > far
    assert baseline_ndcg(stream(1, 2, 3, 4, 5), space, model) is None


def test_what_is_learned_is_no_worse_on_what_it_was_learned_from() -> None:
    parts = parts_of(table(), 0)
    poor = replace(USUAL, session_share=1.0, session_half_life=0.1, popularity=5.0)
    found = learn(parts.settings, parts.space, poor, trials=25, seed=0)
    assert found.trials == 25 and found.score > found.before
    assert found.score == mean_ndcg(parts.settings, parts.space, found.config)
    assert found == learn(parts.settings, parts.space, poor, trials=25, seed=0)


def test_weights_are_options_like_others() -> None:
    assert changed(USUAL, "weight of clicked", (2.0, 2.0)).weights["clicked"] == (2.0, 2.0)
    assert changed(USUAL, "half_life", 7.0).half_life == 7.0


def test_no_shopper_is_in_two_parts() -> None:
    log = table(100)
    parts = parts_of(log, 3)
    of_settings = {s.shopper for s in parts.settings}
    of_test = {s.shopper for s in parts.test}
    learned = {s for s in log.shopper_ids if share_of(s, 3) < 0.4}
    assert not of_settings & of_test and not learned & (of_settings | of_test)
    assert parts.learned_from + len(of_settings) + len(of_test) == 100
    fewer = parts_of(log, 3, users=50)
    assert fewer.learned_from + len(fewer.settings) + len(fewer.test) == 50


def test_an_evaluation_tells_every_model_and_how_far_ours_is_ahead() -> None:
    found = evaluate_interest(parts_of(table(), 1), 1, trials=4)
    assert set(found["models"]) == {
        "ours", "shipped", "last-k", "decay", "single", "popularity",
    }  # fmt: skip
    for name in ("last-k", "decay", "single", "popularity"):
        ahead = found["ahead"][name]
        assert ahead["low"] <= ahead["mean"] <= ahead["high"]
        difference = found["models"]["ours"]["ndcg@10"] - found["models"][name]["ndcg@10"]
        assert ahead["mean"] == pytest.approx(difference, abs=2e-5)
    assert found["ahead"]["popularity"]["low"] > 0
    assert 0 < found["update"]["p50_us"] <= found["update"]["p95_us"] <= found["update"]["max_us"]


def test_an_interval_holds_the_mean_and_closes_where_nothing_varies() -> None:
    assert interval(np.full(20, 0.25), 0) == {"mean": 0.25, "low": 0.25, "high": 0.25}
    wide = interval(np.array([0.0, 1.0] * 10), 0)
    assert wide["low"] < wide["mean"] == 0.5 < wide["high"]
