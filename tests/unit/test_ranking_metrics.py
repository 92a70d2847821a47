"""Metrics over shoppers × products, beside those of trec_eval."""

from __future__ import annotations

import numpy as np
import pytest
import pytrec_eval
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from bot.evaluate import ranking_metrics as metrics

SHOPPERS, PRODUCTS = 30, 60


def drawn(seed: int) -> tuple[np.ndarray, sp.csr_matrix]:
    random = np.random.default_rng(seed)
    relevant = random.random((SHOPPERS, PRODUCTS)) < 0.1
    relevant[np.arange(SHOPPERS), random.integers(0, PRODUCTS, SHOPPERS)] = True
    scores = random.normal(size=(SHOPPERS, PRODUCTS)) + relevant * random.random()
    return scores.astype(np.float32), sp.csr_matrix(relevant.astype(np.float32))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_figures_are_those_of_trec_eval(seed: int) -> None:
    scores, relevant = drawn(seed)
    runs = {
        str(row): {str(i): float(score) for i, score in enumerate(scores[row])}
        for row in range(SHOPPERS)
    }
    truth = {str(row): {str(i): 1 for i in relevant[row].indices} for row in range(SHOPPERS)}
    names = {"ndcg_cut.10", "P.10", "recall.20"}
    theirs = pytrec_eval.RelevanceEvaluator(truth, names).evaluate(runs)
    lists = metrics.top(scores, 20)
    found, counts = metrics.hits(lists, relevant), np.diff(relevant.indptr)
    ours = {
        "ndcg_cut_10": metrics.ndcg(found, counts, 10),
        "P_10": metrics.precision(found, 10),
        "recall_20": metrics.recall(found, counts, 20),
    }
    for name, values in ours.items():
        expected = [theirs[str(row)][name] for row in range(SHOPPERS)]
        np.testing.assert_allclose(values, expected, atol=1e-6)


def test_auc_is_that_of_scikit_learn_over_candidates_only() -> None:
    scores, relevant = drawn(3)
    scores = np.round(scores, 1)
    candidate = np.random.default_rng(4).random(scores.shape) < 0.7
    ours = metrics.auc(scores, relevant, candidate)
    for row in range(SHOPPERS):
        pool, right = candidate[row], relevant[row].toarray()[0] > 0
        if right[pool].any():
            assert ours[row] == pytest.approx(roc_auc_score(right[pool], scores[row, pool]))
        else:
            assert np.isnan(ours[row])


def test_a_short_list_of_all_that_is_relevant_is_perfect() -> None:
    found = np.array([[True, True, False]])
    assert metrics.ndcg(found, np.array([2]), 10)[0] == pytest.approx(1.0)


def test_top_is_a_stable_sort() -> None:
    scores = np.array([[0.0, 2.0, 2.0, 1.0, 2.0], [5.0, 5.0, 5.0, 5.0, 5.0]], np.float32)
    assert metrics.top(scores, 4).tolist() == [[1, 2, 4, 3], [0, 1, 2, 3]]
    assert metrics.top(scores, 9).tolist()[0] == [1, 2, 4, 3, 0]


def test_what_is_no_candidate_comes_last() -> None:
    scores = np.array([[-np.inf, 1.0, -np.inf, 0.5]], np.float32)
    assert metrics.top(scores, 4).tolist() == [[1, 3, 0, 2]]


def test_exposure_and_its_concentration() -> None:
    counts = metrics.exposure(np.array([[0, 1], [0, 2], [0, 1]]), 5)
    assert counts.tolist() == [3, 2, 1, 0, 0]
    assert metrics.gini(np.zeros(4, int)) == 0.0
    assert 0.5 < metrics.gini(counts) < 0.6


def test_the_head_is_the_most_popular_fifth() -> None:
    tail = metrics.long_tail(np.arange(10))
    assert np.flatnonzero(~tail).tolist() == [8, 9]
