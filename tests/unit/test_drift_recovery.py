"""Recommendations around drifts: what is measured, and what a detector makes of them."""

from __future__ import annotations

import numpy as np
import pytest

from actions.interest.drift.splices import Stream
from bot.evaluate.drift.detector import Detector, Scores
from bot.evaluate.drift.following import Kept, Turn, followed, weights
from bot.evaluate.drift.profiles import all_alike, decaying, latest, prequential_ndcg
from bot.evaluate.drift.recovery import choose_kept, figures, fixed_gains, gains_of, recovery

EYE = np.eye(4)
#: Two kinds of 40 items: those of a kind have nearly the same vector.
WORLD = np.repeat(np.eye(2), 40, axis=0) + np.random.default_rng(0).normal(0, 0.1, (80, 2))
WORLD /= np.linalg.norm(WORLD, axis=1, keepdims=True)


class ByKind(Detector):
    """Knows the two kinds: the score is how many of the latest three are of another kind than the
    first; the change is with the first that is."""

    name = "by_kind"

    def score(self, streams):
        other = (streams >= 40) != (streams[:, :1] >= 40)
        values = np.zeros(streams.shape)
        for t in range(streams.shape[1]):
            values[:, t] = other[:, max(0, t - 2) : t + 1].sum(1)
        places = np.where(other.any(1), other.argmax(1), 0)[:, None]
        return Scores(values, np.minimum(places, np.arange(streams.shape[1])))


def stream(*parts: range, kind: str = "far_splice", user: int = 0) -> Stream:
    edges = np.cumsum([len(part) for part in parts]).tolist()
    drift = edges[0] if len(parts) > 1 else None
    back = edges[1] if len(parts) > 2 else None
    return Stream(np.concatenate([np.array(part) for part in parts]), drift, kind, user, back)


def shuffled(items: Stream, seed: int) -> Stream:
    """The same with each part in another order."""
    rng = np.random.default_rng(seed)
    edges = [e for e in (items.drift, items.back) if e is not None]
    parts = [rng.permutation(part) for part in np.split(items.items, edges)]
    return Stream(np.concatenate(parts), items.drift, items.kind, seed % 5, items.back)


@pytest.fixture(scope="module")
def streams() -> dict[str, list[Stream]]:
    one = {
        "far_splice": stream(range(0, 12), range(40, 52)),
        "return_": stream(range(0, 8), range(40, 48), range(8, 16), kind="return_"),
        "shuffled": stream(range(0, 24), kind="shuffled"),
    }
    return {kind: [shuffled(own, seed) for seed in range(20)] for kind, own in one.items()}


class TestNdcg:
    def test_the_item_that_fits_best_is_found_first(self):
        vectors = np.array([[1.0, 0], [0.9, 0.1], [0, 1]])
        found = prequential_ndcg(np.array([[0, 1, 2]]), vectors, all_alike(3)[None])
        # After 0 comes 1, the nearer one; of those left 2 is the only one.
        assert found.tolist() == [[pytest.approx(1 / np.log2(4)), 1.0, 1.0]]

    def test_nothing_known_finds_nothing_among_many(self):
        found = prequential_ndcg(np.array([[5]]), WORLD, all_alike(1)[None])
        assert found.tolist() == [[0.0]]

    def test_what_was_shown_is_not_ranked(self):
        vectors = np.array([[1.0, 0], [0.9, 0.1], [0.8, 0.2], [0, 1]])
        found = prequential_ndcg(np.array([[0, 1, 2]]), vectors, all_alike(3)[None])
        assert found[0, 2] == 1.0

    def test_below_the_tenth_place_counts_nothing(self):
        vectors = np.column_stack([np.cos(np.arange(20) / 20), np.sin(np.arange(20) / 20)])
        at_tenth = prequential_ndcg(np.array([[0, 10]]), vectors, all_alike(2)[None])[0, 1]
        at_eleventh = prequential_ndcg(np.array([[0, 11]]), vectors, all_alike(2)[None])[0, 1]
        assert at_tenth == pytest.approx(1 / np.log2(11)) and at_eleventh == 0

    def test_weights_before_an_event_never_hold_what_comes(self):
        for made in (all_alike(9), latest(9, 3), decaying(9, 2.0)):
            assert (np.triu(made) == 0).all()
        assert latest(9, 3)[8].tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 0]
        assert decaying(4, 1.0)[3].tolist() == [0.125, 0.25, 0.5, 0.0]


class TestFollowing:
    def test_tells_the_alarm_and_where_the_new_interest_begins(self):
        items = stream(range(0, 10), range(40, 50)).items[None]
        assert followed(ByKind(), 3, items).turns == [[Turn(12, 10)]]

    def test_starts_anew_after_an_alarm_so_that_a_return_is_another(self):
        items = stream(range(0, 8), range(40, 48), range(8, 16)).items[None]
        assert followed(ByKind(), 3, items).turns == [[Turn(10, 8), Turn(18, 16)]]

    def test_no_alarm_leaves_all_alike(self):
        run = followed(ByKind(), 3, np.arange(10)[None])
        assert run.turns == [[]]
        np.testing.assert_array_equal(weights(run, Kept(0, 3, 0.1)), all_alike(10)[None])

    def test_what_is_left_counts_only_from_the_event_after_the_alarm(self):
        run = followed(ByKind(), 3, stream(range(0, 6), range(40, 46)).items[None])
        made = weights(run, Kept(3, 3, 0.25))[0]
        assert made[8].tolist() == [1.0] * 8 + [0.0] * 4  # the alarm comes after this one
        assert made[9].tolist() == [0.25] * 6 + [1.0] * 3 + [0.0] * 3

    def test_a_doubt_discounts_in_part(self):
        run = followed(ByKind(), 3, stream(range(0, 6), range(40, 46)).items[None])
        made = weights(run, Kept(1, 3, 0.0))[0]
        assert made[7, :6].tolist() == [1.0] * 6 and made[8, :6].tolist() == [0.5] * 6

    def test_an_old_interest_that_is_back_counts_in_full_again(self):
        items = stream(range(0, 8), range(40, 48), range(8, 16)).items[None]
        made = weights(followed(ByKind(), 3, items), Kept(2, 3, 0.0))[0]
        assert made[15, :8].tolist() == [0.0] * 8
        assert made[23, :8].tolist() == [1.0] * 8 and made[23, 8:16].tolist() == [0.0] * 8

    def test_how_much_is_kept_falls_from_all_to_the_least(self):
        kept = Kept(2.0, 4.0, 0.2)
        scores = np.array([-np.inf, 0.0, 2.0, 3.0, 4.0, 9.0])
        assert kept(scores).round(3).tolist() == [1, 1, 1, 0.6, 0.2, 0.2]


class TestRecovery:
    def test_static_recovers_nothing_and_the_oracle_all(self, streams):
        for kind in ("far_splice", "return_"):
            gains = fixed_gains(streams[kind], WORLD)
            assert recovery(gains, "static") == 0 and recovery(gains, "oracle") == 1
            assert gains["oracle"].mean() > gains["static"].mean()

    def test_a_detector_that_knows_recovers_most_and_harms_nobody(self, streams):
        kept, there = choose_kept(ByKind(), 3, streams, WORLD)
        found = gains_of(ByKind(), 3, kept, streams, WORLD)
        users = {kind: [one.user for one in own] for kind, own in streams.items()}
        told = figures(found, users, seed=0)
        assert there["recovery"] > 0.5 and there["harm"]["mean"] == 0
        for kind in ("far_splice", "return"):
            assert told["recovery"][kind]["triggered"] > 0.5
            ours = told["recovery"][kind]["methods"]["triggered"]
            assert ours["low"] <= ours["mean"] <= ours["high"]
        assert told["harm"]["triggered"]["mean"] == 0

    def test_a_detector_that_is_blind_recovers_nothing(self, streams):
        class Blind(Detector):
            def score(self, items):
                return Scores(np.zeros(items.shape), np.zeros(items.shape, np.int64))

        found = gains_of(Blind(), 3, Kept(2, 3, 0.0), streams, WORLD)
        assert recovery(found["far_splice"], "triggered") == 0

    def test_the_best_decay_is_told_of_all_and_of_those_that_do_no_harm(self, streams):
        found = gains_of(ByKind(), 3, Kept(2, 3, 0.0), streams, WORLD)
        users = {kind: [one.user for one in own] for kind, own in streams.items()}
        told = figures(found, users, seed=0)
        of_far = told["recovery"]["far_splice"]
        decays = {k: v["mean"] for k, v in of_far["methods"].items() if k.startswith("decay_")}
        assert of_far["best_decay"] == max(decays, key=lambda name: decays[name])
        harmless = of_far["best_decay_harmless"]
        assert harmless is None or told["harm"][harmless]["mean"] <= 0.01
