import numpy as np
import pytest

from bot.evaluate.drift.alarms import Alarms
from bot.evaluate.drift.metrics import delays, difference, f1, false_alarms, figures


def alarms(at, drift, place=None, user=None) -> Alarms:
    n = len(at)
    return Alarms(
        np.array(at, np.int64),
        np.array(at if place is None else place, np.int64),
        np.full(n, -1, np.int64) if drift is None else np.array(drift, np.int64),
        np.arange(n, dtype=np.int64) if user is None else np.array(user, np.int64),
    )


def calm(n: int, alarmed: int = 0) -> Alarms:
    return alarms([7] * alarmed + [-1] * (n - alarmed), None)


def test_an_alarm_at_each_first_event_of_a_new_interest_is_perfect():
    found = figures(alarms([20, 25, 30], [20, 25, 30]), calm(3), seed=0)
    assert found["f1@5"] == found["f1@10"] == found["tpr@5"] == found["tpr@20"] == 1
    assert found["mtd"] == 1 and found["far"] == 0 and found["early"] == 0
    assert found["localisation"] == 0
    assert found["interval"]["f1@10"] == [1, 1]


def test_who_never_raises_an_alarm_finds_nothing_and_has_no_delay():
    found = figures(alarms([-1, -1], [20, 25]), calm(2), seed=0)
    assert found["f1@10"] == 0 and found["tpr@20"] == 0 and found["far"] == 0
    assert found["mtd"] is None and found["localisation"] is None


def test_an_alarm_before_the_drift_is_false_however_near():
    found = figures(alarms([19, 24], [20, 25]), calm(2, alarmed=2), seed=0)
    assert found["f1@10"] == 0 and found["tpr@20"] == 0
    assert found["early"] == 1 and found["far"] == 1


def test_f1_counts_equally_many_controls_however_many_there_are():
    drifted = alarms([24, 24, 24, 10], [20, 20, 20, 20])  # three at a delay of 5, one too early
    few, many = calm(4, alarmed=1), calm(40, alarmed=10)
    # tp 3, fn 1, fp 1 early + 1 control of 4.
    assert f1(drifted, few, 10) == pytest.approx(6 / 9)
    assert f1(drifted, many, 10) == pytest.approx(6 / 9)


def test_delays_count_the_events_of_the_new_interest():
    at_the_edge = alarms([24, 25, 29, 30, -1, 3], [20] * 6)
    assert delays(at_the_edge).tolist() == [5, 6, 10, 11, 0, 0]
    found = figures(at_the_edge, calm(6), seed=0)
    assert found["tpr@5"] == pytest.approx(1 / 6, abs=1e-4)
    assert found["tpr@10"] == pytest.approx(3 / 6)
    assert found["tpr@20"] == pytest.approx(4 / 6, abs=1e-4)
    assert found["mtd"] == 8


def test_a_late_alarm_is_missed_but_not_false():
    found = figures(alarms([24, 40], [20, 20]), calm(2), seed=0)
    assert found["f1@10"] == pytest.approx(2 / 3, abs=1e-4)


def test_localisation_is_told_of_what_was_found():
    found = figures(alarms([24, 26, 5], [20, 20, 20], place=[18, 21, 2]), calm(3), seed=0)
    assert found["localisation"] == 1.5


def test_streams_of_a_shopper_are_drawn_together():
    at, drift = [24] * 10 + [-1] * 10, [20] * 20
    alone = figures(alarms(at, drift), calm(20), seed=0)["interval"]["tpr@10"]
    two = alarms(at, drift, user=[0] * 10 + [1] * 10)
    together = figures(two, alarms([-1] * 2, None, user=[0, 1]), seed=0)["interval"]["tpr@10"]
    assert together == [0, 1]
    assert 0.2 < alone[0] < 0.5 < alone[1] < 0.8


def test_a_detector_is_not_ahead_of_itself_and_ahead_of_none_by_all():
    drifted, none = alarms([24] * 5, [20] * 5), alarms([-1] * 5, [20] * 5)
    itself = difference((drifted, calm(5)), (drifted, calm(5)), seed=0)
    assert itself["f1@10"] == {"mean": 0, "low": 0, "high": 0}
    ahead = difference((drifted, calm(5)), (none, calm(5)), seed=0)
    assert ahead["f1@10"] == {"mean": 1, "low": 1, "high": 1}


def test_of_streams_without_drift_only_false_alarms_are_told():
    found = false_alarms(calm(8, alarmed=2), seed=0)
    assert found["far"] == 0.25
    assert found["f1@10"] is None and found["tpr@20"] is None and found["mtd"] is None
