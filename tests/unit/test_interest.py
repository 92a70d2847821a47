"""What a shopper is interested in: a pure function of the events, in a space made for looking."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, Optional

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.interest.config import InterestConfig
from actions.interest.model import InterestModel
from actions.interest.space import Space, unit
from actions.interest.state import InterestState
from actions.recommend.asking.attributes import Attributes
from catalog.events import EVENT_KINDS, Event

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
OF_KIND = 8
KINDS = ("dress", "running shoe", "kettle")
KEYS = [
    *(("product_type", kind) for kind in KINDS),
    ("color", "red"),
    ("color", "blue"),
]


def space() -> Space:
    """Three kinds in directions of their own, each product a little apart; every other one red."""
    rng = np.random.default_rng(3)
    vectors = np.repeat(np.eye(3), OF_KIND, axis=0)
    near = np.hstack([vectors, 0.3 * rng.normal(size=(len(vectors), 3))]).astype(np.float32)
    cells = np.zeros((len(vectors), len(KEYS)), np.float32)
    cells[:, :3] = vectors
    cells[::2, 3], cells[1::2, 4] = 1.0, 1.0
    ids = [f"{kind}-{n}" for kind in KINDS for n in range(OF_KIND)]
    return Space.of(ids, [(near, 1.0)], None, Attributes(KEYS, sp.csr_matrix(cells)))


MODEL = InterestModel(space(), InterestConfig(popularity=0.0))
ALL = np.arange(len(MODEL.space))


def event(
    kind: str, product: Optional[str], number: int = 0, hours: float = 0.0, **payload: Any
) -> Event:
    return Event(
        key=f"{kind}:{product}:{number}:{hours}",
        shopper_id="s",
        conversation_id="c",
        turn=1,
        kind=kind,
        product_id=product,
        payload=payload,
        at=START + timedelta(hours=hours, seconds=number),
    )


def acts(*told: tuple[str, str, int]) -> list[Event]:
    """``(kind of event, kind of product, how many)``, one product after the other."""
    found: list[Event] = []
    for kind, of, many in told:
        found += [event(kind, f"{of}-{n}", len(found) + n) for n in range(many)]
    return found


def mean_of(state: InterestState, kind: str, model: InterestModel = MODEL) -> float:
    scores = model.scores(state, ALL)
    assert scores is not None
    return float(
        scores[[i for i, id_ in enumerate(model.space.ids) if id_.startswith(kind)]].mean()
    )


def same(one: InterestState, other: InterestState) -> bool:
    return MODEL.to_bytes(one) == MODEL.to_bytes(other)


KINDS_OF_ACT = ("liked", "clicked", "rejected", "bought", "skipped", "shown", "carted")
logs = st.lists(
    st.tuples(
        st.sampled_from(KINDS_OF_ACT),
        st.integers(0, len(MODEL.space) - 1),
        st.floats(0, 200, allow_nan=False),
    ),
    max_size=70,
)


def logged(told: list[tuple[str, int, float]]) -> list[Event]:
    hours, found = 0.0, []
    for number, (kind, product, later) in enumerate(told):
        hours += later
        found.append(event(kind, MODEL.space.ids[product], number, hours))
    return found


def test_nothing_is_known_at_the_start() -> None:
    state = MODEL.start()
    assert MODEL.scores(state, ALL) is None
    assert MODEL.width(state) == 1.0
    assert MODEL.lines(state) == []


@given(logs)
@settings(max_examples=40, deadline=None)
def test_a_state_is_the_same_after_a_way_through_bytes_and_goes_on_as_it_would_have(
    told: list[tuple[str, int, float]],
) -> None:
    events = logged(told)
    half = MODEL.fold(events[: len(events) // 2])
    again = MODEL.from_bytes(MODEL.to_bytes(half))
    assert again == half
    for one in events[len(events) // 2 :]:
        half, again = MODEL.observe(half, one), MODEL.observe(again, one)
    assert again == half and same(half, MODEL.fold(events))


@given(logs, st.lists(st.integers(0, 70), max_size=3))
@settings(max_examples=30, deadline=None)
def test_folding_a_log_at_once_is_the_same_as_observing_it(
    told: list[tuple[str, int, float]], corrected: list[int]
) -> None:
    events = logged(told)
    for place in corrected:
        verdict = ("gift", "changed")[place % 2]
        events.insert(
            place, event("corrected", None, place, about="drift", verdict=verdict, since=place % 5)
        )
    state = MODEL.start()
    for one in events:
        state = MODEL.observe(state, one)
    assert MODEL.fold(events) == state


@given(logs, st.integers(0, 24))
@settings(max_examples=40, deadline=None)
def test_scores_lie_between_0_and_1_and_do_not_depend_on_what_is_scored_beside(
    told: list[tuple[str, int, float]], some: int
) -> None:
    state = MODEL.fold(logged(told))
    scores = MODEL.scores(state, ALL)
    assert 0.0 <= MODEL.width(state) <= 1.0
    if scores is None:
        assert not any(kind in MODEL.config.weights for kind, _, _ in told)
        return
    assert scores.shape == (len(ALL),) and (scores >= 0).all() and (scores <= 1).all()
    alone = MODEL.scores(state, ALL[:some])
    assert alone is not None and np.allclose(alone, scores[:some], atol=1e-6)


@given(logs, st.integers(1, 12))
@settings(max_examples=40, deadline=None)
def test_acts_of_a_gift_are_taken_back_to_the_last_bit(
    told: list[tuple[str, int, float]], since: int
) -> None:
    before = MODEL.fold(logged(told))
    hours = 1.0 + sum(later for _, _, later in told)
    state = before
    for number in range(since):
        state = MODEL.observe(state, event("bought", f"kettle-{number % 8}", number, hours))
    gift = event("corrected", None, 0, hours, about="drift", verdict="gift", since=since)
    back = MODEL.observe(state, gift)
    assert same(
        InterestState(before.head, (), before.head), InterestState(back.head, (), back.head)
    )


def test_what_is_liked_is_scored_higher_and_more_surely_with_every_act() -> None:
    one, many = MODEL.fold(acts(("liked", "dress", 1))), MODEL.fold(acts(("liked", "dress", 5)))
    assert 0.5 < mean_of(one, "dress") < mean_of(many, "dress")
    assert mean_of(one, "kettle") < 0.5
    assert 1.0 > MODEL.width(one) > MODEL.width(many) > 0.0


def test_who_likes_all_sorts_is_known_less_well() -> None:
    of_one = MODEL.fold(acts(("liked", "dress", 6)))
    single = InterestModel(MODEL.space, replace(MODEL.config, interests=1))
    mixed = acts(("liked", "dress", 2), ("liked", "kettle", 2), ("liked", "running shoe", 2))
    assert single.width(single.fold(mixed)) > MODEL.width(of_one) + 0.1


def test_the_order_of_acts_matters() -> None:
    one = acts(("liked", "dress", 3), ("liked", "kettle", 3))
    dress_last = acts(("liked", "kettle", 3), ("liked", "dress", 3))
    assert mean_of(MODEL.fold(dress_last), "dress") > mean_of(MODEL.fold(one), "dress")


def test_acts_that_say_nothing_leave_the_state_alone() -> None:
    state = MODEL.fold(acts(("liked", "dress", 2)))
    for other in (
        event("shown", "kettle-1"),
        event("liked", "a product of another shop"),
        event("asked", None, about="price"),
        event("corrected", None, about="step"),
        event("corrected", None, about="interest", forget="color=mauve"),
        event("corrected", None, about="drift", verdict="no", since=2),
        event("rated", "kettle-1"),
    ):
        assert MODEL.observe(state, other) is state


@pytest.mark.parametrize("kind", ["rejected", "skipped", "unchosen"])
def test_what_is_turned_down_is_scored_lower(kind: str) -> None:
    before = MODEL.fold(acts(("liked", "dress", 2)))
    state = before
    for n in range(4):
        state = MODEL.observe(state, event(kind, f"kettle-{n}", 10 + n))
    kettles = [i for i, id_ in enumerate(MODEL.space.ids) if id_.startswith("kettle")]
    shoes = [i for i, id_ in enumerate(MODEL.space.ids) if id_.startswith("running")]
    old, new = MODEL.scores(before, ALL), MODEL.scores(state, ALL)
    assert old is not None and new is not None
    assert new[kettles].mean() - new[shoes].mean() < old[kettles].mean() - old[shoes].mean()


def test_ratings_count_by_how_high_they_are() -> None:
    def rated(value: float) -> float:
        state = MODEL.fold([event("rated", f"dress-{n}", n, value=value) for n in range(3)])
        return mean_of(state, "dress") - mean_of(state, "kettle")

    assert rated(5) > rated(3) > rated(1)


def test_two_interests_do_not_become_one_in_the_middle() -> None:
    """A product halfway between dresses and kettles suits who likes both less than either does."""
    rng = np.random.default_rng(0)
    corners = np.eye(2, 8)
    middle = (corners[0] + corners[1])[None] / np.sqrt(2)
    others = unit(rng.normal(size=(40, 8)))
    vectors = np.vstack([np.repeat(corners, 20, axis=0), middle, others])
    ids = [f"p{i}" for i in range(len(vectors))]
    made = Space.of(ids, [(vectors.astype(np.float32), 1.0)])
    config = InterestConfig(popularity=0.0, session_share=0.0)
    events = [event("liked", f"p{20 * (n % 2) + n}", n) for n in range(12)]

    def scored(model: InterestModel) -> tuple[float, float, float]:
        scores = model.scores(model.fold(events), np.array([19, 39, 40]))
        assert scores is not None
        return float(scores[0]), float(scores[1]), float(scores[2])

    one, other, between = scored(InterestModel(made, config))
    assert min(one, other) > between
    one, other, between = scored(InterestModel(made, replace(config, interests=1)))
    assert between > max(one, other)


def test_more_interests_than_are_kept_apart_leave_the_strongest_ones() -> None:
    model = InterestModel(MODEL.space, replace(MODEL.config, interests=2, session_share=0.0))
    told = acts(("liked", "dress", 8), ("liked", "running shoe", 8), ("liked", "kettle", 1))
    state = model.fold(told)
    assert (state.head.mass > 0).sum() == 2
    assert min(mean_of(state, "dress", model), mean_of(state, "running shoe", model)) > 0.5


@pytest.mark.parametrize("later", [{"days": 400}, {"acts": 40}])
def test_interest_fades_in_days_and_in_acts(later: dict[str, int]) -> None:
    events = acts(("liked", "dress", 6))
    many, hours = later.get("acts", 4), 24.0 * later.get("days", 0)
    soon = [event("liked", f"kettle-{n}", 20 + n) for n in range(4)]
    late = [event("liked", f"kettle-{n % 8}", 20 + n, hours) for n in range(many)]
    assert mean_of(MODEL.fold([*events, *late]), "dress") < mean_of(
        MODEL.fold([*events, *soon]), "dress"
    )


def test_what_is_discounted_counts_less_and_comes_back_faster_than_from_nothing() -> None:
    """Dresses, then kettles; the change is confirmed; then a dress again."""
    events = acts(("liked", "dress", 6), ("liked", "kettle", 4))
    state = MODEL.fold(events)
    changed = event("corrected", None, 0, 1.0, about="drift", verdict="changed", since=4, keep=0.2)
    discounted = MODEL.observe(state, changed)
    assert same(discounted, MODEL.discounted(state, 0.2, 4))
    assert mean_of(discounted, "dress") < mean_of(state, "dress")
    assert mean_of(discounted, "kettle") > mean_of(state, "kettle")
    erased = MODEL.fold(acts(("liked", "kettle", 4)))
    for number in range(2):
        again = event("liked", f"dress-{7 - number}", number, 2.0)
        discounted, erased = MODEL.observe(discounted, again), MODEL.observe(erased, again)
    dress = int(discounted.head.sums[:, 0].argmax())
    fresh = int(erased.head.sums[:, 0].argmax())
    assert discounted.head.mass[dress] > 1.5 * erased.head.mass[fresh]
    assert mean_of(discounted, "dress") > mean_of(erased, "dress")


@pytest.mark.parametrize("since", [0, 3, 1000])
def test_a_discount_leaves_what_came_since_as_it_was(since: int) -> None:
    state = MODEL.fold(acts(("liked", "dress", 6), ("liked", "kettle", 3)))
    mass = MODEL.discounted(state, 0.5, since).head.mass.sum()
    expected = {0: 0.5, 1000: 1.0}
    whole = state.head.mass.sum()
    if since in expected:
        assert mass == pytest.approx(expected[since] * whole, rel=1e-6)
    else:
        assert 0.5 * whole < mass < whole


def test_lines_tell_what_is_liked_more_than_it_occurs() -> None:
    reds = [event("liked", f"dress-{n}", n) for n in (0, 2, 4, 6)]
    state = MODEL.fold([*reds, event("rejected", "kettle-1", 9)])
    told = {line.key: line for line in MODEL.lines(state, 10)}
    assert told["product_type=dress"].strength > 0.3 and told["color=red"].strength > 0.2
    assert told["product_type=kettle"].strength < 0 and told["color=blue"].strength < 0
    assert told["color=red"].events == 4
    assert told["color=red"].products == ("dress-2", "dress-4", "dress-6")
    strengths = [abs(line.strength) for line in MODEL.lines(state, 3)]
    assert len(strengths) == 3 and strengths == sorted(strengths, reverse=True)


def test_a_forgotten_line_is_learned_anew_and_counts_in_no_score_until_then() -> None:
    events = [event("liked", f"dress-{n}", n) for n in (0, 2, 4, 6)]
    state = MODEL.fold(events)
    forgotten = MODEL.observe(
        state, event("corrected", None, 20, about="interest", forget="product_type=dress")
    )
    assert "product_type=dress" not in {line.key for line in MODEL.lines(forgotten, 20)}
    assert "color=red" in {line.key for line in MODEL.lines(forgotten, 20)}
    assert mean_of(forgotten, "dress") < 0.6 < mean_of(state, "dress")
    again = MODEL.observe(forgotten, event("liked", "dress-1", 21))
    line = {line.key: line for line in MODEL.lines(again, 20)}["product_type=dress"]
    assert line.events == 1 and line.products == ("dress-1",)


@pytest.mark.parametrize("strength", [1.0, -1.0])
def test_what_a_shopper_says_counts_over_what_they_did(strength: float) -> None:
    state = MODEL.fold(acts(("liked" if strength < 0 else "rejected", "kettle", 4)))
    wants = event(
        "corrected", None, 9, about="interest", wants="product_type=kettle", strength=strength
    )
    said = MODEL.observe(state, wants)
    first = MODEL.lines(said, 1)[0]
    assert (first.key, first.strength) == ("product_type=kettle", strength)
    assert (mean_of(said, "kettle") - mean_of(state, "kettle")) * strength > 0.1
    later = MODEL.observe(said, event("liked", "kettle-5", 10))
    assert MODEL.lines(later, 1)[0].strength == strength


def test_a_profile_is_a_line_before_the_first_act() -> None:
    state = MODEL.observe(
        MODEL.start(), replace_kind(event("corrected", None, color=["red"], shoe_size="42"))
    )
    (line,) = MODEL.lines(state)
    assert line.key == "color=red" and line.events == 0 and 0 < line.strength < 1
    scores = MODEL.scores(state, ALL)
    assert scores is not None and scores[::2].min() > scores[1::2].max()


def replace_kind(made: Event) -> Event:
    """A ``profiled`` event, also where the log does not have the kind."""
    object.__setattr__(made, "kind", "profiled")
    return made


def test_models_of_other_settings_or_products_have_other_fingerprints() -> None:
    assert MODEL.fingerprint == InterestModel(space(), MODEL.config).fingerprint
    other = InterestModel(space(), replace(MODEL.config, half_life=7.0))
    fewer = replace(MODEL.space, vectors=MODEL.space.vectors * np.float32(0.5))
    prints = {m.fingerprint for m in (MODEL, other, InterestModel(fewer, MODEL.config))}
    assert len(prints) == 3 and all(len(p) <= 64 for p in prints)


@pytest.mark.parametrize("data", [b"", b"abc", bytes(20), bytes(400)])
def test_bytes_of_something_else_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        MODEL.from_bytes(data)


def test_every_kind_of_event_can_be_observed() -> None:
    state = MODEL.start()
    for kind in EVENT_KINDS:
        state = MODEL.observe(state, event(kind, "dress-1", value=5))
    assert mean_of(state, "dress") > 0.5
