"""What the texts that were learned from say of new ones."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu import memory
from bot.nlu.memory import Memory

RIGHT, UP, BACK = np.eye(3, dtype=np.float32)


def test_tells_how_near_the_nearest_is() -> None:
    known = Memory(np.stack([RIGHT, UP]), np.array([0, 1]))
    between = (RIGHT + BACK) / np.float32(2**0.5)
    asked = np.stack([UP, UP, between, -BACK, UP])
    told = known.nearest(asked, np.array([1, 0, 0, 1, 2]))
    assert told == pytest.approx([1, 0, 0.5**0.5, 0, -1])  # of label 2 nothing is known


def test_the_nearest_votes_count_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "NEIGHBOURS", 2)
    known = Memory(np.stack([RIGHT, UP, BACK]), np.array([2, 0, 0]))
    asked = (3 * RIGHT + UP + BACK / 2) / np.float32(10.25**0.5)
    (votes,) = known.votes(asked[None], 4)
    # exp((cosine - 1) / WIDTH) of 3 / √10.25 and of 1 / √10.25; the third is not asked.
    weight = np.exp(-2 / 10.25**0.5 / memory.WIDTH)
    assert votes == pytest.approx([weight / (1 + weight), 0, 1 / (1 + weight), 0], abs=1e-3)


def test_many_are_compared_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(60, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    known = Memory(vectors[:50], random.integers(0, 5, 50))
    labels = np.arange(10) % 5
    votes, nearest = known.votes(vectors[50:], 5), known.nearest(vectors[50:], labels)
    monkeypatch.setattr(memory, "TOGETHER", 3)
    assert known.votes(vectors[50:], 5) == pytest.approx(votes, abs=1e-6)
    assert known.nearest(vectors[50:], labels) == pytest.approx(nearest, abs=1e-6)


def test_is_the_same_when_it_is_read_again() -> None:
    vectors = np.array([[0.6, 0.8, 0], [0, 0.28, 0.96]], np.float32)
    known = Memory(vectors, np.array([1, 0]))
    again = Memory.out_of(known.tensors("then"), "then")
    labels = np.array([0, 1])
    assert (again.nearest(vectors, labels) == known.nearest(vectors, labels)).all()
    assert (again.votes(vectors, 2) == known.votes(vectors, 2)).all()
    assert again.votes(np.zeros((0, 3), np.float32), 2).shape == (0, 2)
    with pytest.raises(KeyError):
        Memory.out_of(known.tensors("then"), "now")
