"""Exchanges for the long tail: bought where they cost least, and never above their price."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.recommend.long_tail import LongTailPolicy, with_long_tail
from bot.evaluate.baselines.xquad import xquad
from bot.evaluate.long_tail import evaluate_long_tail
from bot.evaluate.long_tail_repeats import averaged
from bot.evaluate.splits import Protocol, split
from catalog.collaborative.als import Als, AlsConfig
from catalog.collaborative.relevance import Offers, Relevance
from tests.unit.test_splits import log

TAIL = np.array([False] * 6 + [True] * 6)
NONE_SHOWN = np.zeros(12, int)


def listed(probabilities: list[float], price: float, spread: float = 0.0) -> list[int]:
    policy = LongTailPolicy(price, spread)
    return with_long_tail(np.array(probabilities), TAIL, NONE_SHOWN, 5, policy)


def test_without_a_price_lists_stay_as_they_are() -> None:
    assert listed([0.5] * 12, 0.0) == [0, 1, 2, 3, 4]


def test_exchanges_are_made_at_the_end_of_the_list() -> None:
    sure = [0.9, 0.8, 0.7, 0.12, 0.11, 0.1, 0.1, 0.09, 0.001, 0.001, 0.001, 0.001]
    assert listed(sure, 0.02) == [0, 1, 2, 6, 7]


def test_what_is_nearly_as_likely_goes_first_whoever_it_is_for() -> None:
    sure = [0.9] * 6 + [0.05] * 6
    unsure = [0.1] * 6 + [0.05] * 6
    assert listed(sure, 0.02) == [0, 1, 2, 3, 4]
    assert any(i >= 6 for i in listed(unsure, 0.02))


def test_what_was_not_shown_yet_has_a_discount() -> None:
    likely = np.array([0.2] * 6 + [0.15] * 6)
    shown = NONE_SHOWN.copy()
    shown[6:9] = 50
    chosen = with_long_tail(likely, TAIL, shown, 5, LongTailPolicy(0.05, 0.9))
    assert set(chosen) & {9, 10, 11} and not set(chosen) & {6, 7, 8}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=40),
    st.integers(0, 2**32 - 1),
    st.floats(0, 0.2),
    st.floats(0, 1),
    st.integers(1, 10),
)
def test_a_list_has_k_different_candidates(
    likely: list[float], seed: int, price: float, spread: float, k: int
) -> None:
    random = np.random.default_rng(seed)
    tail = random.random(len(likely)) < 0.5
    shown = random.integers(0, 9, len(likely))
    chosen = with_long_tail(np.array(likely), tail, shown, k, LongTailPolicy(price, spread))
    assert len(chosen) == len(set(chosen)) == min(k, len(likely))
    kept = [i for i in chosen if i < k]
    assert kept == sorted(kept)
    assert all(tail[i] for i in chosen if i >= k)


def offers(seed: int, n: int = 400, width: int = 30) -> tuple[Offers, np.ndarray]:
    random = np.random.default_rng(seed)
    scores = -np.sort(-random.normal(size=(n, width)), axis=1).astype(np.float32)
    products = np.stack([random.permutation(100)[:width] for _ in range(n)])
    popularity = random.integers(1, 500, 100)
    histories = sp.csr_matrix((random.random((n, 100)) < 0.2).astype(np.float32))
    ranks = np.tile(np.arange(1, width + 1), (n, 1))
    tail = popularity < 100
    found = Offers.of(products, scores, ranks, histories, popularity, tail)
    return found, random.random((n, width)) < 1 / (1 + np.exp(2 - scores))


def test_probabilities_are_calibrated_on_others() -> None:
    learned, taken = offers(0)
    model = Relevance.fit(learned, taken)
    other, truth = offers(1)
    told = model.probabilities(other)
    edges = np.quantile(told, [0.2, 0.4, 0.6, 0.8])
    for part in range(5):
        inside = np.digitize(told, edges) == part
        assert told[inside].mean() == pytest.approx(truth[inside].mean(), abs=0.03)


def test_there_is_nothing_to_learn_where_nothing_was_taken() -> None:
    learned, taken = offers(0)
    with pytest.raises(ValueError, match="nothing to learn"):
        Relevance.fit(learned, np.zeros_like(taken))


def test_xquad_with_no_weight_is_the_ranking_and_with_much_reaches_into_the_tail() -> None:
    candidates = np.tile(np.arange(12), (2, 1))
    scores = np.tile(np.linspace(1, 0, 12, dtype=np.float32), (2, 1))
    tail = np.tile(TAIL, (2, 1))
    share = np.array([0.5, 0.0])
    assert xquad(candidates, scores, tail, share, 0.0, 5).tolist() == [[0, 1, 2, 3, 4]] * 2
    varied = xquad(candidates, scores, tail, share, 0.9, 5)
    assert (varied[0] >= 6).sum() > (varied[1] >= 6).sum()


def test_more_budget_buys_more_of_the_tail() -> None:
    parts = split(log(shoppers=200, products=80), Protocol.random, 0)
    found = evaluate_long_tail(lambda: Als(AlsConfig(factors=8)), parts, 0, (0.01, 0.2))
    base, dear = found["base"], found["at_20.0%"]["policy"]
    assert dear["aplt"] > base["aplt"]
    assert dear["ndcg@10"] == pytest.approx(base["ndcg@10"] * (1 - dear["cost"]), abs=1e-3)
    if "policy" in found["at_1.0%"]:
        assert found["at_1.0%"]["policy"]["aplt"] <= dear["aplt"]


def test_figures_of_several_splits_are_averaged_and_what_was_chosen_is_not() -> None:
    runs = [
        {
            "base": {"aplt": 0.01},
            "at_1.0%": {"policy": {"cost": cost, "price": 0.005}, **xquad},
            "curves": {},
        }
        for cost, xquad in ((0.01, {"xquad": {"cost": 0.01, "weight": 0.2}}), (0.02, {}))
    ]
    found = averaged(runs)
    policy = found["at_1.0%"]["policy"]
    assert policy["cost"] == pytest.approx(0.015) and policy["sd"]["cost"] > 0
    assert "price" not in policy and "xquad" not in found["at_1.0%"]
    assert averaged(runs[:1]) is runs[0]
