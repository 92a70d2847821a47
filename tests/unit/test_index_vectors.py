"""One contract for every vector index, checked against a brute-force fake."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Optional

import numpy as np
import pytest

from catalog.index import vectors as module
from catalog.index.vectors import FaissVectorIndex, VectorIndex, build_codes, write_vectors

DIM = 32


class BruteForce:
    """The fake: compares with everything."""

    def __init__(self, vectors: np.ndarray, text_of: np.ndarray):
        self.products = vectors[text_of]

    def search(
        self, query: np.ndarray, k: int, allowed: Optional[np.ndarray] = None
    ) -> tuple[np.ndarray, np.ndarray]:
        scores = self.products @ query
        order = np.argsort(-scores, kind="stable").astype(np.int64)
        if allowed is not None:
            order = order[allowed[order]]
        return order[:k], scores[order[:k]]

    def vector(self, position: int) -> np.ndarray:
        return self.products[position]


def with_codes(vectors: np.ndarray, text_of: np.ndarray) -> VectorIndex:
    return FaissVectorIndex(vectors, text_of, build_codes(vectors))


Make = Callable[[np.ndarray, np.ndarray], VectorIndex]


@pytest.fixture(params=[BruteForce, FaissVectorIndex, with_codes], ids=["fake", "flat", "codes"])
def make(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Make:
    monkeypatch.setattr(module, "EXACT_BELOW", 2)  # so that the codes are used, as over many
    return request.param


def some_vectors(texts: int = 300, seed: int = 1) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(texts, DIM)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_finds_the_nearest_best_first(make: Make) -> None:
    vectors = some_vectors()
    positions, scores = make(vectors, np.arange(300)).search(vectors[7], 5)
    assert positions[0] == 7
    assert scores[0] == pytest.approx(1, abs=2e-3)
    assert (np.diff(scores) <= 0).all()
    assert positions.tolist() == np.argsort(-(vectors @ vectors[7]))[:5].tolist()


def test_finds_only_what_is_allowed(make: Make) -> None:
    vectors, allowed = some_vectors(), np.zeros(300, bool)
    allowed[[3, 50, 299]] = True
    positions, _ = make(vectors, np.arange(300)).search(vectors[7], 10, allowed)
    assert sorted(positions.tolist()) == [3, 50, 299]


def test_nothing_allowed_finds_nothing(make: Make) -> None:
    index = make(some_vectors(), np.arange(300))
    positions, scores = index.search(some_vectors()[0], 10, np.zeros(300, bool))
    assert (len(positions), len(scores)) == (0, 0)
    assert len(index.search(some_vectors()[0], 0)[0]) == 0


def test_more_asked_for_than_there_is_gives_all(make: Make) -> None:
    positions, _ = make(some_vectors(), np.arange(300)).search(some_vectors()[0], 1000)
    assert sorted(positions.tolist()) == list(range(300))


def test_products_that_share_a_text_are_all_found(make: Make) -> None:
    vectors = some_vectors()
    text_of = np.concatenate([np.arange(300), [7, 7]])
    index = make(vectors, text_of)
    positions, scores = index.search(vectors[7], 3)
    assert sorted(positions.tolist()) == [7, 300, 301]
    assert scores.tolist() == pytest.approx([1, 1, 1], abs=2e-3)
    allowed = np.ones(302, bool)
    allowed[[7, 300]] = False
    assert index.search(vectors[7], 1, allowed)[0].tolist() == [301]
    assert index.vector(301) == pytest.approx(vectors[7])


def test_files_give_the_same_index(tmp_path: Path) -> None:
    vectors, text_of = some_vectors(), np.arange(300)[::-1].copy()
    write_vectors(tmp_path, vectors, text_of)
    found = FaissVectorIndex.open(tmp_path).search(vectors[7], 4)
    assert found[0].tolist() == FaissVectorIndex(vectors, text_of).search(vectors[7], 4)[0].tolist()


def test_many_vectors_get_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FLAT_LIMIT", 250)
    monkeypatch.setattr(module, "EXACT_BELOW", 100)
    vectors = some_vectors(2000)
    write_vectors(tmp_path, vectors, np.arange(2000))
    assert (tmp_path / "codes.faiss").is_file()
    index = FaissVectorIndex.open(tmp_path)
    hits = sum(int(index.search(vectors[i], 1)[0][0] == i) for i in range(100))
    assert hits == 100
    few = np.arange(2000) % 40 == 0
    positions, _ = index.search(vectors[1], 5, few)
    exact = np.flatnonzero(few)[np.argsort(-(vectors[few] @ vectors[1]))[:5]]
    assert positions.tolist() == exact.tolist()


def test_a_filter_over_many_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXACT_BELOW", 10)
    monkeypatch.setattr(module, "FIRST_PASS", 50)
    vectors = some_vectors(3000)
    allowed = np.arange(3000) % 3 == 0
    coded, exact = with_codes(vectors, np.arange(3000)), BruteForce(vectors, np.arange(3000))
    for i in range(20):
        found, wanted = (index.search(vectors[i], 200, allowed)[0] for index in (coded, exact))
        assert len(found) == 200
        assert allowed[found].all()
        assert len({*found[:50]} & {*wanted[:50]}) >= 49


def test_what_the_first_pass_does_not_find_is_looked_for_everywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "EXACT_BELOW", 1)
    monkeypatch.setattr(module, "FIRST_PASS", 1)
    monkeypatch.setattr(module, "FOR_EACH", 1)
    vectors = some_vectors(2000)
    farthest = np.zeros(2000, bool)
    farthest[np.argsort(vectors @ vectors[0])[:30]] = True
    positions, _ = with_codes(vectors, np.arange(2000)).search(vectors[0], 20, farthest)
    wanted, _ = BruteForce(vectors, np.arange(2000)).search(vectors[0], 20, farthest)
    assert positions.tolist() == wanted.tolist()
