"""What follows from a shopper's events, event by event."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from actions.interest.known import shopper_model
from actions.interest.shopper import CONFIRMED_KEEPS, EVERYTHING, TOLD_KEEPS
from catalog.events import Event
from tests.by_kind import COLORS, PRODUCTS, ByKind
from tests.talk import turn_service

START = datetime(2026, 6, 1, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    service = turn_service(tmp_path_factory.mktemp("state") / "shop", PRODUCTS, encoder=ByKind())
    return shopper_model(service.context.shop, service.context.index)


def events(*acts):
    """Events of (kind, product or None, payload)."""
    return [
        Event(f"e{n}", "s", "c", n, kind, product, payload=payload, at=START + timedelta(minutes=n))
        for n, (kind, product, payload) in enumerate(acts, 1)
    ]


def liked(kind, *numbers):
    return [("liked", f"{kind}-{COLORS[n]}-1", {}) for n in numbers]


def fold(model, *acts):
    state = model.start()
    for event in events(*acts):
        state = model.observe(state, event)
    return state


def score(model, state, kind):
    """How well products of a kind suit, on average."""
    of = [p for i, p in model.index.position.items() if i.startswith(kind)]
    return float(np.mean(model.interest.scores(state.interest, np.array(of))))


def told(since, change="abrupt"):
    return ("drifted", None, {"since": since, "probability": 0.9, "change": change})


def answered(verdict):
    return ("corrected", None, {"about": "drift", "verdict": verdict})


DRESSES = liked("dress", 0, 1, 2, 3, 4)
SNEAKERS = liked("sneakers", 0, 1, 2)


def test_what_was_before_a_drift_counts_less_and_less_still_after_a_yes(model):
    before = fold(model, *DRESSES, *SNEAKERS)
    after = fold(model, *DRESSES, *SNEAKERS, told(3))
    sure = fold(model, *DRESSES, *SNEAKERS, told(3), answered("changed"))
    gaps = [score(model, s, "sneakers") - score(model, s, "dress") for s in (before, after, sure)]
    assert gaps[0] < gaps[1] < gaps[2]
    assert set(after.stale.values()) == {TOLD_KEEPS}
    assert set(sure.stale.values()) == {CONFIRMED_KEEPS}
    assert set(after.stale) == {product for _, product, _ in DRESSES}


def test_a_gift_leaves_the_shopper_as_before_it(model):
    without = fold(model, *DRESSES)
    gift = fold(model, *DRESSES, *SNEAKERS, told(3), answered("gift"))
    assert score(model, gift, "dress") == pytest.approx(score(model, without, "dress"))
    assert score(model, gift, "sneakers") == pytest.approx(score(model, without, "sneakers"))
    assert gift.steps == without.steps
    assert gift.stale == {product: 0.0 for _, product, _ in SNEAKERS}


def test_a_no_keeps_both(model):
    both = fold(model, *DRESSES, *SNEAKERS)
    kept = fold(model, *DRESSES, *SNEAKERS, told(3), answered("no"))
    for kind in ("dress", "sneakers", "kettle"):
        assert score(model, kept, kind) == pytest.approx(score(model, both, kind))
    assert not kept.stale


def test_after_a_no_it_takes_more_to_say_so_again(model):
    kept = fold(model, *DRESSES, *SNEAKERS, told(3), answered("no"))
    assert kept.drift.lift > 0


def test_an_interest_that_is_back_counts_as_it_did(model):
    left = [*DRESSES, *SNEAKERS, told(3), answered("changed")]
    state = fold(model, *left, *liked("dress", 5, 6), told(2, "return"))
    assert not any(product.startswith("dress") for product in state.stale)
    quick = fold(model, *left, *liked("dress", 5))
    fresh = fold(model, *SNEAKERS, *liked("dress", 5))
    gap = {s: score(model, one, "dress") for s, one in (("quick", quick), ("fresh", fresh))}
    assert gap["quick"] >= gap["fresh"]


def test_a_search_for_others_says_nothing(model):
    search = {"text": "a kettle for my mother", "category": ["kettle"], "gift": True}
    search["products"] = ["kettle-red-1", "kettle-blue-1"]
    state = fold(model, *DRESSES, ("searched", None, search))
    assert model.to_bytes(state) == model.to_bytes(fold(model, *DRESSES))


def test_all_is_forgotten_on_request(model):
    state = fold(model, *DRESSES, ("corrected", None, {"about": "interest", "forget": EVERYTHING}))
    assert model.interest.scores(state.interest, np.arange(3)) is None
    assert not state.steps and state.forgotten


def test_a_state_survives_its_bytes(model):
    state = fold(model, *DRESSES, *SNEAKERS, told(3))
    again = model.from_bytes(model.to_bytes(state))
    assert model.to_bytes(again) == model.to_bytes(state)
    on = [model.observe(one, events(answered("gift"))[0]) for one in (state, again)]
    assert model.to_bytes(on[0]) == model.to_bytes(on[1])


@pytest.mark.parametrize("damaged", [b"", b"{}", b"[1]", b'{"told": 1}'])
def test_damaged_bytes_are_no_state(model, damaged):
    with pytest.raises(ValueError):
        model.from_bytes(damaged)
