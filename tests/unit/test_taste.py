"""A shopper's taste: scores of some products, of all, and the best of very many."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.collaborative.als import Als, AlsConfig
from catalog.collaborative.learned import Learned
from catalog.collaborative.longest import CHUNK, LongestFirst
from catalog.graph.together import Together

N = 300
ONE_KIND = Together(
    np.zeros(N, np.int64), np.zeros(N, np.int64), sp.csr_matrix((N, N)),
    np.zeros(1, np.int64), np.zeros((1, 1), np.int64), 0,
)  # fmt: skip


def learned(shares: tuple[float, float, float], links: bool, seed: int = 0) -> Learned:
    rng = np.random.default_rng(seed)
    factors = (rng.normal(size=(N, 8)) * rng.exponential(size=(N, 1))).astype(np.float32)
    told = factors + rng.normal(size=(N, 8)).astype(np.float32) if shares[2] else factors
    linked = sp.random(N, N, 0.1, "csr", np.float32, rng) if links else None
    als = Als(AlsConfig(factors=8)).use(factors)
    return Learned(np.ones(N, np.int64), als, told, linked, shares, ONE_KIND)


def standardised(scores: np.ndarray) -> np.ndarray:
    return (scores - scores.mean()) / scores.std()


@pytest.mark.parametrize(("shares", "links"), [((0.0, 1.0, 0.0), False), ((0.3, 0.5, 0.2), True)])
def test_scores_are_the_shares_of_standardised_parts(
    shares: tuple[float, float, float], links: bool
) -> None:
    model = learned(shares, links)
    history = {3: 1.0, 70: 0.5, 9: -1.0}
    row = sp.csr_matrix(([1.0, 0.5], ([0, 0], [3, 70])), (1, N))
    factor = model.als.fold_in(row)[0]
    expected = shares[1] * standardised(model.als.products @ factor)
    if links:
        expected = expected + shares[2] * standardised(model.told @ factor)
        expected = expected + shares[0] * standardised((row @ model.links).toarray().ravel())
    found = model.scores(history)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    some = np.array([5, 0, 299])
    taste = model.taste(history)
    assert taste is not None
    np.testing.assert_allclose(taste.scores(some), found[some], atol=1e-5)


def test_nothing_liked_is_no_taste() -> None:
    assert learned((0.0, 1.0, 0.0), False).taste({3: -1.0}) is None


@pytest.mark.parametrize("large", [False, True])
def test_the_best_are_those_of_the_highest_scores(
    large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether all are scored, or the longest first."""
    if large:
        for module in ("taste", "learned"):
            monkeypatch.setattr(f"catalog.collaborative.{module}.FEW", 10)
        monkeypatch.setattr("catalog.collaborative.longest.CHUNK", 16)
    model = learned((0.0, 1.0, 0.0), False)
    taste = model.taste({3: 1.0, 70: 0.5})
    assert taste is not None and (taste.longest is not None) is large
    rng = np.random.default_rng(1)
    for share in (1.0, 0.4, 0.02, 0.0):
        allowed = rng.random(N) < share
        scores = np.where(allowed & (model.scores({3: 1.0, 70: 0.5}) > 0), taste.scores(), -np.inf)
        wanted = [p for p in np.argsort(-scores)[:20].tolist() if np.isfinite(scores[p])]
        assert sorted(taste.best(20, allowed).tolist()) == sorted(wanted)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), k=st.integers(1, 40), flat=st.booleans())
def test_the_longest_first_find_what_comparing_with_all_finds(
    seed: int, k: int, flat: bool
) -> None:
    rng = np.random.default_rng(seed)
    n = CHUNK + 500
    factors = rng.normal(size=(n, 4)).astype(np.float32)
    if not flat:
        factors *= rng.pareto(1, size=(n, 1)).astype(np.float32)
    weights = rng.normal(size=4).astype(np.float32)
    allowed = rng.random(n) < 0.5
    scores = np.where(allowed, factors @ weights, -np.inf)
    found = LongestFirst(factors).best(weights, k, allowed)
    np.testing.assert_allclose(np.sort(scores[found]), np.sort(scores)[-k:], rtol=1e-4)


def test_of_a_shopper_without_a_direction_nothing_is_best() -> None:
    factors = np.zeros((20, 3), np.float32)
    found = LongestFirst(factors).best(np.ones(3, np.float32), 5, np.ones(20, bool), above=0.0)
    assert len(found) == 0
