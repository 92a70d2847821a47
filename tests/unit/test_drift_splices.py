"""Streams whose drift is known."""

from __future__ import annotations

import numpy as np
import pytest

from actions.interest.drift.splices import CONTROLS, DRIFTS, KINDS, SpliceConfig, Splicer
from tests.drift_world import LIKED, likes, owner, space


@pytest.fixture(scope="module")
def splicer():
    return Splicer(likes(), space(), seed=3)


def test_drifts_have_a_place_and_controls_have_none(splicer):
    for kind in KINDS:
        streams = splicer.streams(kind, sorted(likes()))
        assert streams, kind
        assert {stream.drift is None for stream in streams} == {kind in CONTROLS}
        assert all(len(stream) == 50 and stream.kind == kind for stream in streams)


def test_no_item_comes_twice(splicer):
    for kind in KINDS:
        for stream in splicer.streams(kind, sorted(likes()), n=40):
            assert len(set(stream.items.tolist())) == 50


@pytest.mark.parametrize(("length", "first", "last"), [(50, 20, 35), (20, 8, 13)])
def test_a_splice_is_one_shoppers_likes_and_then_anothers(splicer, length, first, last):
    streams = splicer.streams("far_splice", sorted(likes()), length, 100)
    assert {stream.drift for stream in streams} == set(range(first, last + 1))
    for stream in streams:
        own = set(likes()[stream.user].tolist())
        assert set(stream.items[: stream.drift].tolist()) <= own
        groups = {owner(item) for item in stream.items[stream.drift :].tolist()}
        assert len(groups) == 1 and groups != {owner(stream.items[0])}


def test_an_interest_that_comes_back_is_away_for_fifteen_of_fifty(splicer):
    for stream in splicer.streams("return_", sorted(likes())):
        assert (stream.drift, stream.back) == (20, 35)
        first, away, again = stream.items[:20], stream.items[20:35], stream.items[35:]
        assert {owner(i) for i in first} == {owner(i) for i in again} != {owner(i) for i in away}


def test_a_gift_is_two_likes_of_somebody_else(splicer):
    for stream in splicer.streams("blip", sorted(likes())):
        other = [i for i, item in enumerate(stream.items) if owner(item) != owner(stream.items[0])]
        assert len(other) == 2 and other[1] == other[0] + 1 and other[0] >= 20


def test_a_gradual_drift_begins_with_the_first_new_like_and_ends_after_ten(splicer):
    for stream in splicer.streams("gradual", sorted(likes())):
        new = np.array([owner(item) != owner(stream.items[0]) for item in stream.items])
        assert new.argmax() == stream.drift
        assert new[min(49, stream.drift + 10) :].all()


def test_a_switch_goes_from_one_cluster_of_a_shoppers_own_likes_to_the_other():
    mixed = {0: np.concatenate([np.arange(40), 100 + np.arange(40)])}
    for stream in Splicer(mixed, space(), 1).streams("cluster_switch", [0], n=6):
        second = np.array([owner(item) for item in stream.items])
        before, after = second[: stream.drift].mean(), second[stream.drift :].mean()
        assert abs(before - after) > 0.6


def test_the_same_arguments_give_the_same_streams_and_another_seed_others():
    def drawn(seed, users):
        streams = Splicer(likes(), space(), seed).streams("random_splice", users, n=30)
        return [stream.items.tolist() for stream in streams]

    users = sorted(likes())
    assert drawn(1, users) == drawn(1, users)
    assert drawn(1, users) != drawn(2, users)


def test_who_liked_too_little_is_left_out():
    few = {**likes(), 99: np.arange(10)}
    for kind in DRIFTS + CONTROLS:
        streams = Splicer(few, space()).streams(kind, sorted(few), n=60)
        assert 99 not in {stream.user for stream in streams}
    assert Splicer({99: np.arange(10)}, space()).streams("shuffled", [99], n=5) == []


def test_only_the_users_that_are_named_are_used(splicer):
    users = [user for user in sorted(likes()) if user % 2]
    known = set(np.concatenate([likes()[user] for user in users]).tolist())
    for stream in splicer.streams("far_splice", users, n=40):
        assert stream.user in users and set(stream.items.tolist()) <= known


def test_order_is_kept_where_that_is_asked_for():
    kept = Splicer(likes(), space(), 0, SpliceConfig(in_order=True))
    for stream in kept.streams("far_splice", sorted(likes())):
        own = likes()[stream.user]
        assert stream.items[: stream.drift].tolist() == own[: stream.drift].tolist()


def test_natural_order_is_the_order_of_the_log(splicer):
    for stream in splicer.streams("natural", sorted(likes())):
        assert stream.items.tolist() == likes()[stream.user][:50].tolist()


def test_a_kind_that_does_not_exist_is_refused(splicer):
    with pytest.raises(ValueError, match="sideways"):
        splicer.streams("sideways", [0])


def test_there_is_enough_to_cut_from():
    assert min(map(len, likes().values())) == LIKED
