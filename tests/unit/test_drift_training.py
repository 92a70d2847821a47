"""The drift detector learned from logs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from actions.interest.drift.many import follow
from actions.interest.drift.space import item_space
from actions.interest.drift.splices import Splicer, Stream
from bot.drift_detector.config import DriftTrainConfig
from bot.drift_detector.data import DriftData
from bot.drift_detector.likes import divided, in_spells, likes_of, spells
from bot.drift_detector.shop import train
from bot.drift_detector.source import is_up_to_date
from bot.drift_detector.thresholds import unsure_band, with_threshold
from bot.drift_detector.training import cut_streams, learn, targets
from catalog.event_table import EventTable
from catalog.events import EVENT_KINDS
from tests.drift_world import likes, space

QUICK = DriftTrainConfig(
    streams=240, lengths=(20,), members=2, hidden=8, epochs=6, surprise_epochs=2, batch=32
)


def table(rows):
    """Rows of shopper, product, kind, value, time."""
    column = list(zip(*rows, strict=True))
    return EventTable(
        shopper_ids=tuple(f"s{i}" for i in range(1 + max(column[0]))),
        product_ids=tuple(f"p{i}" for i in range(1 + max(column[1]))),
        shopper=np.array(column[0], np.int32),
        product=np.array(column[1], np.int32),
        kind=np.array([EVENT_KINDS.index(kind) for kind in column[2]], np.uint8),
        value=np.array(column[3], np.float32),
        at=np.array(column[4], np.int64),
    )


def test_what_was_liked_is_in_order_of_time_and_once():
    found = likes_of(
        table(
            [
                (0, 2, "clicked", np.nan, 3),
                (0, 1, "bought", np.nan, 1),
                (0, 2, "carted", np.nan, 4),
                (0, 3, "rejected", np.nan, 2),
                (0, 4, "shown", np.nan, 2),
                (1, 0, "rated", 4, 1),
                (1, 1, "rated", 3.5, 2),
                (0, -1, "clicked", np.nan, 9),
            ]
        )
    )
    assert {user: items.tolist() for user, items in found.items()} == {0: [1, 2], 1: [0]}


def test_spells_are_told_from_mixed_taste():
    rng = np.random.default_rng(0)
    kinds = np.repeat(np.arange(6), 20)
    in_turn = {
        u: np.concatenate([20 * k + np.arange(5) for k in (u % 6, (u + 1) % 6)]) for u in range(30)
    }
    mixed = {u: rng.permutation(items) for u, items in in_turn.items()}
    assert in_spells(in_turn, kinds)
    assert not in_spells(mixed, kinds)
    assert not in_spells(in_turn, np.full(120, -1))
    assert not in_spells({}, kinds)


def test_a_spell_holds_one_kind_and_no_product_twice():
    kinds = np.array([0, 0, 0, 1, 1, -1])
    found = spells(
        {0: np.array([0, 3, 1]), 1: np.array([2, 4, 0, 5])}, kinds, 10, np.random.default_rng(0)
    )
    assert sorted(sorted(items.tolist()) for items in found.values()) == [[0, 1, 2], [3, 4]]


def test_shoppers_are_divided_by_their_id_alone():
    names = [f"s{i}" for i in range(2000)]
    parts = divided(names, (0.4, 0.2, 0.4), 1)
    assert np.bincount(parts, minlength=3) / 2000 == pytest.approx([0.4, 0.2, 0.4], abs=0.04)
    assert divided(names[500:900], (0.4, 0.2, 0.4), 1).tolist() == parts[500:900].tolist()
    assert divided(names, (0.4, 0.2, 0.4), 2).tolist() != parts.tolist()


def test_the_truth_is_that_it_changed_and_late_likes_count_less():
    config = DriftTrainConfig(soon=2, late=0.3, gift=2.0)
    items = np.arange(6)
    truth, weight = targets(
        [
            Stream(items, 2, "far_splice", 0),
            Stream(items, None, "blip", 0),
            Stream(items, 1, "return_", 0, 4),
        ],
        config,
    )
    assert truth.tolist() == [[0, 0, 1, 1, 1, 1], [0] * 6, [0, 1, 1, 1, 1, 1]]
    np.testing.assert_allclose(
        weight, [[1, 1, 1, 1, 0.3, 0.3], [2] * 6, [1, 1, 1, 0.3, 0, 0]], rtol=1e-6
    )


def test_items_liked_by_the_same_shoppers_are_near_and_unknown_ones_nowhere():
    found = item_space(likes().values(), len(space()) + 3)
    near = found[: len(space())] @ found[: len(space())].T
    liked = np.unique(np.concatenate(list(likes().values())))
    same = liked[:, None] // 100 == liked[None] // 100
    inside = near[np.ix_(liked, liked)]
    assert inside[same].mean() > inside[~same].mean() + 0.5
    assert not found[len(space()) :].any()
    assert not item_space([], 4).any()


@pytest.fixture(scope="module")
def model():
    return with_threshold(learn(space(), likes(), QUICK, seed=1), likes(), 2, 20, 120)


def test_what_was_learned_tells_drift_from_gifts(model):
    splicer = Splicer(likes(), space(), 9)
    found = {}
    for kind in ("far_splice", "shuffled", "blip"):
        streams = splicer.streams(kind, sorted(likes()), 20, 64)
        logits, _ = follow(model, space()[np.stack([stream.items for stream in streams])])
        found[kind] = 1 / (1 + np.exp(-logits.max(1))) >= model.threshold
    assert found["far_splice"].mean() > 0.9
    assert found["shuffled"].mean() < 0.12 and found["blip"].mean() < 0.12


def test_the_same_seed_learns_the_same(model):
    again = learn(space(), likes(), QUICK, seed=1)
    assert again.fingerprint() == model.fingerprint()
    other = learn(space(), likes(), replace(QUICK, epochs=1, members=1), seed=2)
    assert other.fingerprint() != model.fingerprint()


def test_too_few_likes_are_refused():
    with pytest.raises(ValueError, match="enough"):
        cut_streams(space(), {0: np.arange(9)}, QUICK, 0)
    with pytest.raises(ValueError, match="Nobody"):
        with_threshold(learn(space(), likes(), replace(QUICK, epochs=1)), {0: np.arange(9)})


def test_the_unsure_band_holds_the_share_of_turns_that_may_be_asked_about():
    logits = np.random.default_rng(0).normal(size=(200, 50)).astype(np.float32)
    low, high = unsure_band(logits, 0.7, 0.15)
    inside = 1 / (1 + np.exp(-logits))
    assert ((inside >= low) & (inside < high)).mean() == pytest.approx(0.15, abs=0.01)
    assert low < 1 / (1 + np.exp(-0.7)) < high
    assert unsure_band(np.full((2, 3), -60, np.float32), 0.7) == (0.0, 0.0)


def test_a_shop_whose_log_is_too_small_learns_nothing():
    data = DriftData({0: np.arange(60)}, np.array([1]), tuple(map(str, range(400))))
    assert train(data, 0, print) is None


def test_a_log_that_has_hardly_grown_is_not_learned_from_again():
    before = "c0de:1000-1000"
    assert is_up_to_date(before, before)
    assert is_up_to_date(before, "c0de:1005-1005")
    assert not is_up_to_date(before, "c0de:1500-1500")
    assert not is_up_to_date(before, "0ther:1000-1000")
    assert not is_up_to_date("", before)
