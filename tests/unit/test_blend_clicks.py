"""What a part counts is told apart from where products stood."""

from __future__ import annotations

import numpy as np
import pytest

from actions.recommend.blend.clicks import ClicksConfig, Rows, calibrated, fit, rows_of

TRUE = np.array([2.0, 1.0, 0.0])
EXPONENT, PLACES = 1.0, 8
FREE = ClicksConfig(spread=5.0, places=PLACES, temperature=1.0)


def simulated(lists: int, seed: int = 0) -> Rows:
    """Lists ordered by the last part, which shoppers do not care for, with much chance in it."""
    rng = np.random.default_rng(seed)
    parts = rng.random((lists, PLACES, 3))
    order = np.argsort(-(parts[..., 2] + rng.normal(0, 0.15, parts.shape[:2])), axis=1)
    parts = np.take_along_axis(parts, order[..., None], axis=1)
    place = np.tile(np.arange(1, PLACES + 1), (lists, 1))
    attraction = 1 / (1 + np.exp(-(parts @ TRUE - 2.0)))
    taken = rng.random(place.shape) < attraction * place**-EXPONENT
    group = np.zeros(place.size, np.int64)
    return Rows(parts.reshape(-1, 3), place.ravel(), group, taken.ravel())


def test_weights_and_examination_are_recovered_under_position_bias() -> None:
    found = fit(simulated(6000), np.zeros(3), FREE)
    assert found.temperature * found.weights == pytest.approx(TRUE, abs=0.25)
    truth = np.arange(1, PLACES + 1) ** -EXPONENT
    assert found.examination[0] == pytest.approx(truth, abs=0.05)


def test_whoever_ignores_places_takes_what_stood_high_for_good() -> None:
    rows = simulated(6000)
    naive = fit(rows, np.zeros(3), ClicksConfig(spread=5.0, by_place=False, temperature=1.0))
    freed = fit(rows, np.zeros(3), FREE)
    assert naive.temperature * naive.weights[2] > 1.0
    assert freed.temperature * freed.weights[2] < 0.3
    assert (naive.examination == 1).all()


@pytest.mark.parametrize("lists, within", [(3, 0.2), (30, 0.6)])
def test_few_lists_leave_the_weights_near_where_they_were(lists: int, within: float) -> None:
    prior = np.array([0.3, 0.3, 1.5])
    found = fit(simulated(lists), prior, ClicksConfig(places=PLACES))
    assert found.weights == pytest.approx(prior, abs=within)
    many = fit(simulated(6000), prior, ClicksConfig(places=PLACES))
    assert np.abs(many.weights - prior).max() > np.abs(found.weights - prior).max()


def test_a_part_that_shoppers_are_put_off_by_counts_nothing() -> None:
    rows = simulated(2000)
    against = Rows(1 - rows.parts, rows.place, rows.group, rows.taken)
    assert fit(against, np.zeros(3), FREE).weights[:2] == pytest.approx([0, 0], abs=0.05)


def test_where_nothing_was_taken_there_is_nothing_to_learn() -> None:
    rows = simulated(20)
    with pytest.raises(ValueError, match="nothing to learn"):
        fit(Rows(rows.parts, rows.place, rows.group, rows.taken & False), TRUE, FREE)


def test_probabilities_fit_what_was_taken_on_another_footing() -> None:
    rows = simulated(4000)
    found = fit(rows, np.zeros(3), FREE)
    total = rows.parts @ found.weights - 7.0
    again = calibrated(found, total, rows)
    expected = again.attraction(total) * again.looked_at(rows.place, rows.group)
    assert expected.mean() == pytest.approx(rows.taken.mean(), rel=0.02)


def test_each_language_has_a_curve_of_its_own() -> None:
    parts, places = np.ones((3, 2)), np.array([1, 2, 40])
    taken = np.array([True, False, False])
    rows = rows_of([(parts, places, "en", taken), (parts, places, "zh", taken)], {"en": 0, "zh": 1})
    assert rows.group.tolist() == [0, 0, 0, 1, 1, 1]
    assert fit(rows, np.ones(2), ClicksConfig()).examination.shape == (2, 20)
