"""A linear head on what the encoder knew before it was trained."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.probe import Probe


def around(middles: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors near some others, and which of them each is near."""
    random = np.random.default_rng(0)
    targets = np.arange(count) % len(middles)
    vectors = middles[targets] + random.normal(0, 0.2, (count, middles.shape[1]))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), targets


@pytest.mark.parametrize("labels", [[0, 1], [0, 1, 2], [1, 3]])
def test_learns_labels_and_keeps_away_from_those_without_texts(labels: list[int]) -> None:
    vectors, places = around(np.eye(4)[: len(labels)], 60)
    targets = np.array(labels)[places]
    probe = Probe.learn(vectors, targets, 5)
    logits = probe.logits(vectors)
    assert logits.shape == (60, 5)
    assert (logits.argmax(1) == targets).all()
    for other in set(range(5)) - set(labels):
        assert (logits[:, other] < logits[:, labels].max(axis=1) - 5).all()


def test_is_the_same_when_it_is_read_again() -> None:
    vectors, targets = around(np.eye(3), 30)
    probe = Probe.learn(vectors, targets, 3)
    tensors = {**probe.tensors(), "other": np.zeros(1)}
    again = Probe.out_of(tensors)
    assert list(tensors) == ["other"]
    assert (again.logits(vectors) == probe.logits(vectors)).all()
    with pytest.raises(KeyError):
        Probe.out_of(tensors)
