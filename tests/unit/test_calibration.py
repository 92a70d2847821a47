"""Confidences that mean what they say."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.calibration import (
    FOREIGN,
    USUAL,
    expected_calibration_error,
    familiarity,
    softmax,
    temperature,
    threshold,
)

LABELS = 5


def drawn(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and labels drawn with exactly the probabilities that the logits say."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 2, (count, LABELS))
    chances = softmax(logits).cumsum(-1)
    targets = (random.random((count, 1)) > chances).sum(-1)
    return logits, np.minimum(targets, LABELS - 1)


def test_what_is_near_to_what_was_trained_on_is_in_scope():
    random = np.random.default_rng(0)
    near = np.concatenate([random.normal(0.9, 0.03, 900), random.normal(0.7, 0.05, 30)])
    noise = random.normal(0.5, 0.1, 930)
    foreign = np.arange(930) >= 900
    similar = np.stack([near, noise], axis=1).astype(np.float32)
    slopes, offset = familiarity(similar, foreign)
    assert slopes[0] * 0.03 > 10 * slopes[1] * 0.1
    odds = 1 / (1 + np.exp(-(similar @ slopes + offset)))
    assert (odds[~foreign] > 0.5).mean() > 0.95
    assert (odds[foreign] < 0.5).mean() > 0.9
    # As many are said to be in scope as there are.
    assert odds.mean() == pytest.approx(900 / 930, abs=0.01)


def test_softmax_of_large_numbers_is_a_distribution() -> None:
    assert softmax(np.array([[1000.0, 1000.0], [0.0, np.log(3)]])) == pytest.approx(
        np.array([[0.5, 0.5], [0.25, 0.75]])
    )


@pytest.mark.parametrize("scale", [0.25, 1.0, 4.0])
def test_temperature_finds_how_much_too_sure_logits_are(scale: float) -> None:
    logits, targets = drawn(4000)
    assert temperature(logits * scale, targets) == pytest.approx(scale, rel=0.08)


def test_temperature_makes_confidences_true() -> None:
    logits, targets = drawn(4000, seed=1)
    loud = logits * 5

    def error(values: np.ndarray) -> float:
        probabilities = softmax(values)
        return expected_calibration_error(
            probabilities.max(-1), probabilities.argmax(-1) == targets
        )

    assert error(loud) > 0.1
    assert error(loud / temperature(loud, targets)) < 0.03


def test_temperature_of_nothing_is_one() -> None:
    assert temperature(np.zeros((0, 3)), np.zeros(0, int)) == 1.0


def test_threshold_lies_between_what_is_known_and_what_is_foreign() -> None:
    scores = np.array([0.9] * 30 + [0.5] * 25)
    targets = np.array([0] * 30 + [FOREIGN] * 25)
    assert 0.5 < threshold(np.zeros(55, int), scores, targets) <= 0.9


def test_foreign_texts_that_land_in_their_own_label_need_no_threshold() -> None:
    scores = np.array([0.5] * 30 + [0.51] * 30)
    targets = np.array([0] * 30 + [1] * 30)
    assert threshold(targets, scores, targets, out_of_scope=1) <= 0.5


def test_few_foreign_texts_leave_the_threshold_to_the_known_ones() -> None:
    targets = np.array([0] * 100 + [FOREIGN] * 3)
    scores = np.array([0.45] + [0.9] * 99 + [0.95] * 3)
    guesses = np.zeros(103, int)
    chosen = threshold(guesses, scores, targets)
    assert chosen == threshold(guesses[:100], scores[:100], targets[:100])
    assert 0.2 <= chosen <= 0.6


@pytest.mark.parametrize("targets", [np.zeros(0, int), np.array([2, 2, 2])])
def test_threshold_is_the_usual_one_where_nothing_is_right(targets: np.ndarray) -> None:
    guesses, scores = np.zeros(len(targets), int), np.full(len(targets), 0.9)
    assert threshold(guesses, scores, targets) == USUAL


@pytest.mark.parametrize(
    ("confidences", "right", "error"),
    [
        ([1.0, 1.0], [True, True], 0.0),
        ([1.0, 1.0], [True, False], 0.5),
        ([0.8, 0.8, 0.8, 0.8, 0.8], [True, True, True, True, False], 0.0),
        # One bin of two texts is 0.1 off, another of two is 0.5 off.
        ([0.6, 0.6, 1.0, 1.0], [True, False, True, False], 0.3),
        ([], [], 0.0),
    ],
)
def test_calibration_error_by_hand(
    confidences: list[float], right: list[bool], error: float
) -> None:
    found = expected_calibration_error(np.array(confidences), np.array(right, bool))
    assert found == pytest.approx(error, abs=1e-9)
