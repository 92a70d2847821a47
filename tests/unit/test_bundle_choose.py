"""The combination of one candidate for each part: the best within a budget, or the cheapest."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest

from actions.recommend.bundle.choose import TOGETHER, cheapest, choose


def _all(prices, scores, together, low, high):
    """Every combination within the limits, with its score: the plain way."""
    pair = TOGETHER * 2.0 / max(1, len(prices) - 1)
    for picks in itertools.product(*(range(len(p)) for p in prices)):
        cost = sum(p[k] for p, k in zip(prices, picks, strict=True))
        if low <= cost <= high:
            score = sum(s[k] for s, k in zip(scores, picks, strict=True))
            score += pair * sum(fit[picks[i], picks[j]] for (i, j), fit in together.items())
            yield score, picks


def _random(rng, parts, m):
    prices = [rng.uniform(5, 100, m).round(2) for _ in range(parts)]
    scores = [rng.normal(size=m) for _ in range(parts)]
    together = {
        (i, j): rng.uniform(0, 2, (m, m)) for i, j in itertools.combinations(range(parts), 2)
    }
    return prices, scores, together


@pytest.mark.parametrize("seed", range(20))
def test_it_finds_what_trying_all_combinations_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    prices, scores, together = _random(rng, 3, 6)
    high = float(rng.uniform(40, 200))
    best = max(_all(prices, scores, together, 0.0, high), default=None)
    found = choose(prices, scores, together, 0.0, high)
    if best is None:
        assert found is None
    else:
        assert found is not None and found.picks == best[1]
        assert found.score == pytest.approx(best[0])
        assert found.total <= high + 1e-6


@pytest.mark.parametrize("seed", range(10))
def test_a_narrow_beam_still_finds_something_within_a_budget_that_can_just_be_met(seed) -> None:
    rng = np.random.default_rng(seed)
    prices, scores, together = _random(rng, 6, 30)
    high = sum(float(p.min()) for p in prices)
    found = choose(prices, scores, together, 0.0, high, width=5)
    assert found is not None and found.total == pytest.approx(high)


def test_the_least_that_is_to_be_spent_is_kept_too() -> None:
    prices = [np.array([10.0, 40.0]), np.array([10.0, 50.0])]
    scores = [np.array([1.0, 0.0]), np.array([1.0, 0.0])]
    assert choose(prices, scores, {}, 0.0, 100.0).picks == (0, 0)  # type: ignore[union-attr]
    assert choose(prices, scores, {}, 80.0, 100.0).picks == (1, 1)  # type: ignore[union-attr]
    assert choose(prices, scores, {}, 95.0, 100.0) is None


def test_what_goes_together_outweighs_a_little_more_of_one_part() -> None:
    prices = [np.array([10.0, 10.0]), np.array([10.0])]
    scores = [np.array([0.5, 0.4]), np.array([0.0])]
    fits = {(0, 1): np.array([[0.0], [1.0]])}
    assert choose(prices, scores, {}).picks == (0, 0)  # type: ignore[union-attr]
    assert choose(prices, scores, fits).picks == (1, 0)  # type: ignore[union-attr]


def test_nothing_for_one_part_is_nothing_at_all() -> None:
    assert choose([], [], {}) is None
    assert choose([np.array([1.0]), np.zeros(0)], [np.array([1.0]), np.zeros(0)], {}) is None
    assert cheapest([np.zeros(0)], {}) is None


def test_the_cheapest_of_each_unless_it_is_the_same_thing_twice() -> None:
    prices = [np.array([5.0, 3.0]), np.array([2.0, 4.0])]
    found = cheapest(prices, {})
    assert found is not None and found.picks == (1, 0) and found.total == 5.0
    twice = {(0, 1): np.array([[0.0, 0.0], [-1e4, 0.0]])}
    found = cheapest(prices, twice)
    assert found is not None and found.total == 7.0


def test_eight_parts_of_forty_candidates_take_no_more_than_a_moment() -> None:
    prices, scores, together = _random(np.random.default_rng(0), 8, 40)
    choose(prices, scores, together, 0.0, 200.0)
    start = time.process_time()
    assert choose(prices, scores, together, 0.0, 200.0) is not None
    assert time.process_time() - start < 0.2
