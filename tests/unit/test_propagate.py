"""Labels that spread over texts near each other."""

from __future__ import annotations

import numpy as np

from bot.nlu.training.propagate import propagate


def arcs(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Two arcs of a circle with gaps between, each from its known end, and their two labels."""
    one = np.linspace(0, 0.75 * np.pi, count)
    angles = np.concatenate([one, one + np.pi])
    vectors = np.stack([np.cos(angles), np.sin(angles)], 1)
    return vectors.astype(np.float32), np.repeat([0, 1], count)


def test_the_far_end_of_a_cloud_gets_its_label_from_those_between() -> None:
    vectors, labels = arcs(40)
    known = np.array([0, 40])
    others = np.setdiff1d(np.arange(80), known)
    guesses = np.full((78, 2), 0.5, np.float32)
    order = np.concatenate([known, others])
    taken = propagate([vectors[order]], np.eye(2, dtype=np.float32), guesses)
    nearest = (vectors[others] @ vectors[known].T).argmax(1)
    assert (nearest == labels[others]).mean() < 0.8
    assert (taken.argmax(1) == labels[others]).all()


def test_shares_sum_to_one_and_guesses_count() -> None:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(30, 8)).astype(np.float32)
    known = np.eye(3, dtype=np.float32)
    guesses = random.dirichlet([1, 1, 1], 27).astype(np.float32)
    taken = propagate([vectors], known, guesses)
    assert taken.shape == (27, 3)
    assert np.allclose(taken.sum(1), 1, atol=1e-5)
    sure = np.tile(np.float32([0, 0, 1]), (27, 1))
    assert propagate([vectors], known, sure)[:, 2].mean() > taken[:, 2].mean()


def test_views_count_the_same() -> None:
    vectors, _labels = arcs(40)
    known, guesses = np.eye(2, dtype=np.float32), np.full((78, 2), 0.5, np.float32)
    once = propagate([vectors], known, guesses)
    assert np.allclose(propagate([vectors, vectors], known, guesses), once, atol=1e-4)


def test_fewer_texts_than_neighbours_are_looked_at() -> None:
    taken = propagate(
        [np.eye(3, dtype=np.float32)], np.eye(2, dtype=np.float32), np.float32([[0.9, 0.1]])
    )
    assert taken.argmax(1).tolist() == [0]
