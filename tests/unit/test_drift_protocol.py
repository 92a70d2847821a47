"""DriftSplice itself: who is measured on whom, and what every detector must do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bot.drift_detector.config import DriftTrainConfig
from bot.drift_detector.training import learn
from bot.evaluate.drift.detector import Detector, Known, Scores, first_alarms
from bot.evaluate.drift.evaluation import evaluate_drift
from bot.evaluate.drift.families import BASELINES, families
from bot.evaluate.drift.groups import Groups, grouped, liked
from bot.evaluate.drift.mean_shift import whitened
from bot.evaluate.drift.protocol import Protocol
from bot.evaluate.drift.river_detectors import ADWIN_DELTAS, Adwin, Kswin, PageHinkley, river_drift
from bot.evaluate.drift.shipped import Shipped, statistics_alone
from bot.evaluate.drift.thresholds import LEAST, choose, threshold_for
from catalog.errors import ShoptalkError
from catalog.event_table import EventTable
from catalog.events import EVENT_KINDS

WORLDS, ITEMS = 4, 200


def histories(shoppers: int, likes: int = 60, seed: int = 0) -> dict[str, Any]:
    """Shoppers each of whom likes things of one of four kinds, nine times of ten."""
    rng = np.random.default_rng(seed)
    found = {}
    for shopper in range(shoppers):
        chance = np.where(np.arange(ITEMS) % WORLDS == shopper % WORLDS, 0.9, 0.1 / (WORLDS - 1))
        chance /= chance.sum()
        found[f"s{shopper}"] = rng.choice(ITEMS, likes, replace=False, p=chance)
    return found


@pytest.fixture(scope="module")
def groups() -> Groups:
    return grouped(histories(120, likes=30), ITEMS, seed=0)


@pytest.fixture(scope="module")
def known(groups) -> Known:
    vectors = np.zeros((ITEMS, 6))
    vectors[np.arange(ITEMS), np.arange(ITEMS) % WORLDS] = 1
    vectors += np.random.default_rng(0).normal(0, 0.2, vectors.shape)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Known(vectors, groups.training, 0, 50)


def streams(changes_at: int | None, n: int = 12, length: int = 50) -> np.ndarray:
    """Items of one kind, and from a place on of another."""
    rng = np.random.default_rng(1)
    rows = np.stack([rng.permutation(ITEMS // WORLDS)[:length] * WORLDS for _ in range(n)])
    if changes_at is not None:
        rows[:, changes_at:] += 1
    return rows


#: Ours with little training: enough for what every detector must do.
SMALL = DriftTrainConfig(streams=600, epochs=4, members=1, hidden=8, surprise_hidden=4)


_LEARNED: list[Detector] = []


def learned_once(known: Known) -> Detector:
    if not _LEARNED:
        _LEARNED.append(Shipped(learn(known.vectors, known.likes, SMALL, known.seed)))
    return _LEARNED[0]


FAMILIES = {
    **BASELINES,
    "statistics": statistics_alone,
    "default": lambda known: [learned_once(known)],
}


@pytest.mark.parametrize("name", FAMILIES)
class TestEveryDetector:
    def test_tells_a_score_and_a_place_for_every_event(self, name, known):
        for detector in FAMILIES[name](known):
            found = detector.score(streams(25, n=3))
            assert found.values.shape == found.places.shape == (3, 50)
            assert not np.isnan(found.values).any()
            assert (found.places <= np.arange(50)).all() and (found.places >= 0).all()

    def test_says_nothing_in_the_warm_up(self, name, known):
        for detector in FAMILIES[name](known):
            assert (detector.score(streams(25, n=3)).values[:, :5] == -np.inf).all()

    def test_does_not_look_ahead(self, name, known):
        for detector in FAMILIES[name](known)[:2]:
            whole, begun = (
                detector.score(streams(25, n=3)),
                detector.score(streams(25, n=3)[:, :30]),
            )
            np.testing.assert_allclose(whole.values[:, :30], begun.values, rtol=1e-4, atol=1e-4)

    def test_a_stream_is_scored_as_it_is_among_others(self, name, known):
        for detector in FAMILIES[name](known)[:2]:
            many, one = detector.score(streams(25, n=3)), detector.score(streams(25, n=3)[1:2])
            np.testing.assert_allclose(many.values[1:2], one.values, rtol=1e-4, atol=1e-4)

    def test_scores_the_same_twice(self, name, known):
        detector = FAMILIES[name](known)[0]
        first, again = detector.score(streams(25, n=3)), detector.score(streams(25, n=3))
        np.testing.assert_array_equal(first.values, again.values)

    def test_a_change_that_cannot_be_missed_scores_higher_than_none(self, name, known):
        rises = []
        for detector in FAMILIES[name](known):
            moved = detector.score(streams(25)).values.max(1)
            calm = detector.score(streams(None)).values.max(1)
            rises.append((moved > calm).mean())
        assert max(rises) >= (0.5 if name == "adwin" else 0.9)

    def test_gives_the_same_alarms_when_used_at_its_threshold(self, name, known):
        for detector in FAMILIES[name](known)[:3]:
            threshold = threshold_for(detector.score(streams(None)), 0.25)
            whole = first_alarms(detector.score(streams(25)), threshold)
            lean = first_alarms(detector.at(threshold).score(streams(25)), threshold)
            np.testing.assert_array_equal(whole, lean)

    def test_tells_its_settings(self, name, known):
        assert all(detector.settings for detector in FAMILIES[name](known))


def test_whitening_gives_every_shopper_the_same_scatter(known, groups):
    white = whitened(known.vectors, groups.training)
    scatter = np.concatenate(
        [white[items] - white[items].mean(0) for items in groups.training.values()]
    )
    np.testing.assert_allclose(np.cov(scatter.T), np.eye(6), atol=0.05)


def test_our_times_are_those_of_acts_one_by_one(known):
    took = Shipped(learned_once(known).model).times(streams(25, n=2)[:, :20])
    assert took.shape == (40,) and (took > 0).all()


class TestRiver:
    """An alarm at a threshold is the alarm that river raises with that setting."""

    numbers = (
        np.random.default_rng(3).normal(0.3, 0.1, (20, 50)) + 0.4 * (np.arange(50) >= 25)
    ).tolist()

    def first(self, detector, numbers):
        for place, number in enumerate(numbers):
            detector.update(number)
            if detector.drift_detected:
                return place
        return -1

    def ours(self, detector, numbers, threshold):
        scores = np.array([list(detector.watch(numbers))])
        return int(first_alarms(Scores(scores, np.zeros(scores.shape, int)), threshold)[0])

    def test_page_hinkley(self):
        found = []
        for numbers in self.numbers:
            own = PageHinkley(np.zeros((1, 2)))
            river = river_drift().PageHinkley(
                min_instances=5, delta=0.005, threshold=0.8, alpha=0.9999, mode="up"
            )
            found.append(self.first(river, numbers))
            assert self.ours(own, numbers, np.nextafter(0.8, 1)) == found[-1]
        assert max(found) > 0

    def test_kswin(self):
        found = []
        for numbers in self.numbers:
            river = river_drift().KSWIN(alpha=0.02, seed=0, window_size=20, stat_size=7)
            found.append(self.first(river, numbers))
            assert self.ours(Kswin(np.zeros((1, 2))), numbers, -np.log(0.02)) == found[-1]
        assert max(found) > 0

    def test_adwin(self):
        found = []
        for numbers in (3 * np.array(self.numbers)).tolist():
            own = Adwin(np.zeros((1, 2)))
            for level in (3, 5):
                river = river_drift().ADWIN(
                    delta=ADWIN_DELTAS[level - 1], clock=1, min_window_length=3, grace_period=5
                )
                found.append(self.first(river, numbers))
                scores = np.array([list(own.watch(numbers))])[0]
                assert self.ours(own, numbers, level) == found[-1], scores
        assert max(found) > 0


class TestThresholds:
    def scores(self, highest):
        return Scores(np.array([[0.0, one] for one in highest]), np.zeros((len(highest), 2), int))

    def test_at_most_the_share_that_is_allowed_reaches_it(self):
        rng = np.random.default_rng(0)
        for n in (1, 7, 20, 99, 400):
            scores = self.scores(rng.random(n))
            reached = first_alarms(scores, threshold_for(scores, 0.05)) >= 0
            assert reached.sum() == int(0.05 * n)

    def test_ties_do_not_let_more_through(self):
        scores = self.scores([1.0] * 50 + [2.0] * 50)
        assert (first_alarms(scores, threshold_for(scores, 0.05)) >= 0).sum() == 0

    def test_where_nothing_is_ever_scored_every_score_is_an_alarm(self):
        never = Scores(np.full((4, 3), -np.inf), np.zeros((4, 3), int))
        assert threshold_for(never, 0.05) == LEAST
        assert (first_alarms(never, LEAST) == -1).all()


class Spy(Detector):
    """Remembers what it was shown; scores by chance."""

    name = "spy"

    def __init__(self) -> None:
        self.seen: list[np.ndarray] = []

    def score(self, streams):
        self.seen.append(streams)
        values = np.random.default_rng(len(self.seen)).random(streams.shape)
        return Scores(values, np.zeros(streams.shape, np.int64))


class TestGroups:
    def test_share_nobody(self):
        likes = histories(300)
        one = grouped(likes, ITEMS, seed=0)
        parts = [set(part) for part in (one.vectors, one.training, one.thresholds, one.test)]
        assert sum(map(len, parts)) == len(set().union(*parts)) == 300
        assert 90 < len(one.vectors) < 150
        assert all(35 < len(part) < 90 for part in parts[1:])

    def test_another_seed_draws_others(self):
        likes = histories(100)
        assert set(grouped(likes, ITEMS, 0).test) != set(grouped(likes, ITEMS, 1).test)

    def test_a_shopper_stays_where_others_come(self):
        few, many = histories(50), histories(100)
        names = {name: code for code, name in enumerate(sorted(few))}
        later = {name: code for code, name in enumerate(sorted(many))}
        before, after = grouped(few, ITEMS, 0), grouped(many, ITEMS, 0)
        for name in few:
            assert (names[name] in before.test) == (later[name] in after.test)

    def test_likes_are_high_ratings_where_the_log_has_ratings(self):
        table = log([("a", 0, "rated", 5), ("a", 1, "rated", 3), ("a", 2, "clicked", None)])
        assert {k: v.tolist() for k, v in liked(table).items()} == {"a": [0]}

    def test_likes_are_what_was_taken_where_it_has_none(self):
        rows = [("a", 2, "bought", None), ("a", 1, "shown", None), ("b", 0, "rejected", None)]
        assert {k: v.tolist() for k, v in liked(log(rows)).items()} == {"a": [2]}

    def test_likes_are_in_order_of_time_each_once(self):
        rows = [("a", i, "clicked", None) for i in (3, 1, 3, 2)]
        assert liked(log(rows))["a"].tolist() == [3, 1, 2]

    def test_a_log_without_likes_is_refused_in_words(self):
        with pytest.raises(ShoptalkError, match="liked"):
            liked(log([("a", 1, "shown", None)]))


def test_settings_are_chosen_before_anyone_of_the_test_is_seen(groups, monkeypatch):
    from bot.evaluate.drift import evaluation

    spy = Spy()
    shown: dict[str, int] = {}
    cut_of: dict[str, set[int]] = {}
    true_cut = evaluation.cut

    def watching(likes, vectors, protocol, what, kinds):
        shown[what] = len(spy.seen)
        made = true_cut(likes, vectors, protocol, what, kinds)
        cut_of[what] = {stream.user for part in made.streams.values() for stream in part}
        return made

    monkeypatch.setattr(evaluation, "cut", watching)
    given: list[Known] = []
    found = evaluate_drift(
        groups,
        {"spy": lambda known: given.append(known) or [spy]},
        Protocol(length=20, per_shopper=1, recommended=12),
    )
    assert found["detectors"]["spy"]["far_splice"]["streams"] > 0
    # All three sorts of stream that choose were scored when nothing of the test had been cut.
    assert shown == {"thresholds": 0, "test": 3}
    assert cut_of["thresholds"] <= set(groups.thresholds) and cut_of["test"] <= set(groups.test)
    assert set(given[0].likes) == set(groups.training)


def test_a_threshold_depends_on_nobody_of_the_test(groups):
    def threshold(one: Groups) -> float:
        found = evaluate_drift(
            one, families(["glr"]), Protocol(length=20, per_shopper=1, recommended=12)
        )
        return found["detectors"]["glr"]["threshold"]

    others = grouped(histories(120, likes=30, seed=9), ITEMS, seed=0).test
    swapped = Groups(groups.vectors, groups.training, groups.thresholds, others, ITEMS)
    assert threshold(groups) == threshold(swapped)


def test_the_same_seed_gives_the_same_figures(groups):
    def run() -> dict[str, Any]:
        protocol = Protocol(length=20, per_shopper=1, recommended=12)
        found = evaluate_drift(groups, families(["window_cosine"]), protocol)
        far = found["detectors"]["window_cosine"]["far_splice"]
        return {key: value for key, value in far.items() if not key.startswith("us_")}

    assert run() == run()


def test_a_log_of_short_histories_is_refused_in_words():
    small = grouped(histories(40, likes=12), ITEMS, seed=0)
    with pytest.raises(ShoptalkError, match="shorter --length"):
        evaluate_drift(small, families(["glr"]), Protocol(length=50))


def test_an_unknown_detector_is_refused_in_words():
    with pytest.raises(ShoptalkError, match="'magic'"):
        families(["magic"])


def test_the_variant_that_does_best_is_chosen(groups, known):
    from actions.interest.drift.splices import Stream

    class Blind(Detector):
        def score(self, streams):
            return Scores(np.zeros(streams.shape), np.zeros(streams.shape, np.int64))

    drifted = [Stream(row, 25, "far_splice", 0) for row in streams(25)]
    controls = [Stream(row, None, "shuffled", 0) for row in streams(None)]
    sighted = BASELINES["glr_plain"](known)[-1]
    assert choose([Blind(), sighted], drifted, [controls], 0.05, 10).detector is sighted


def log(rows) -> EventTable:
    shoppers = tuple(sorted({row[0] for row in rows}))
    n = len(rows)
    return EventTable(
        shopper_ids=shoppers,
        product_ids=tuple(f"p{i}" for i in range(5)),
        shopper=np.array([shoppers.index(row[0]) for row in rows], np.int32),
        product=np.array([row[1] for row in rows], np.int32),
        kind=np.array([EVENT_KINDS.index(row[2]) for row in rows], np.uint8),
        value=np.array([np.nan if row[3] is None else row[3] for row in rows], np.float32),
        at=np.arange(n, dtype=np.int64),
    )
