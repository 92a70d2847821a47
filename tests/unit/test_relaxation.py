"""Nothing fits: the smallest change that helps is found, and told in full."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.recommend.filters import Filters
from actions.recommend.relaxation import Relaxation, relaxations
from actions.request.types import Constraint, Request

DRESS = Constraint("product_type", "is", "dress")
SHIRT = Constraint("product_type", "is", "shirt")
RED = Constraint("color", "is", "red")


def under(amount: float, **more: object) -> Constraint:
    return Constraint("price", "at_most", amount, **more)  # type: ignore[arg-type]


def best(filters: Filters, *constraints: Constraint, **more: object) -> Relaxation:
    request = Request(constraints, **more)  # type: ignore[arg-type]
    assert not filters.hard(request).any(), "there is nothing to relax"
    return relaxations(request, filters)[0]


def ids(filters: Filters, request: Request) -> set[str]:
    return {filters.index.ids[i] for i in np.flatnonzero(filters.hard(request))}


def test_a_price_just_missed_moves_just_far_enough(filters):
    found = best(filters, DRESS, RED, under(390))
    assert found.changed == ((under(390), under(399.0)),)
    assert ids(filters, found.request) == {"red", "red-m"}


def test_a_price_far_away_stays_and_the_color_goes(filters):
    found = best(filters, DRESS, RED, under(200))
    assert found.changed == ((RED, None),)
    assert ids(filters, found.request) == {"blend"}


def test_a_lower_bound_moves_down(filters):
    least = Constraint("price", "at_least", 500)
    found = best(filters, DRESS, least)
    assert found.changed == ((least, Constraint("price", "at_least", 459.0)),)


def test_only_the_end_of_a_range_that_is_in_the_way_moves(filters):
    span = Constraint("price", "between", (200, 280))
    found = best(filters, DRESS, span, Constraint("color", "is_not", "yellow"))
    assert found.changed == ((span, Constraint("price", "between", (200, 289.0))),)


def test_a_near_color_comes_before_any_color(filters):
    maroon = Constraint("color", "is", "maroon")
    found = best(filters, DRESS, maroon)
    assert found.changed == ((maroon, Constraint("color", "is", "burgundy")),)
    assert ids(filters, found.request) == {"wine"}


def test_a_limit_in_another_currency_moves_in_the_shops(filters):
    limit = under(55, currency="USD")  # 396 CNY
    found = best(filters, DRESS, RED, limit)
    assert found.changed == ((limit, under(399.0)),)


def test_variants_of_one_product_count_once(filters):
    assert best(filters, DRESS, RED, under(390)).count == 1


def test_what_was_rejected_does_not_come_back(filters):
    found = best(filters, DRESS, RED, under(390), rejected=("red",))
    assert not ids(filters, found.request) & {"red", "red-m"}


def test_what_is_sold_out_is_not_offered(filters):
    for found in relaxations(Request((DRESS, RED, under(100))), filters, limit=9):
        assert "gone" not in ids(filters, found.request)


def test_who_it_is_for_is_given_up_after_the_color(filters):
    for_men = Constraint("gender", "is", "male")
    green = Constraint("color", "is", "green")
    assert best(filters, SHIRT, for_men, green).changed == ((green, None),)


def test_soft_wishes_are_no_obstacle(filters):
    wish = Constraint("color", "is", "purple", hard=False)
    found = best(filters, DRESS, RED, under(390), wish)
    assert [old for old, _new in found.changed] == [under(390)]
    assert wish in found.request.constraints


def test_nothing_of_the_kind_cannot_be_relaxed(filters):
    laptop = Constraint("product_type", "is", "laptop")
    assert relaxations(Request((laptop, under(100))), filters) == []


def test_two_ways_out_are_two_different_ones(filters):
    found = relaxations(Request((DRESS, RED, under(390))), filters)
    assert [[old.attribute for old, _ in r.changed] for r in found] == [["price"], ["color"]]
    assert found[0].cost <= found[1].cost


def test_the_reply_names_what_was_relaxed_from_what_to_what(filters):
    (entry,) = best(filters, DRESS, RED, under(390)).to_json()
    assert entry == {
        "attribute": "price",
        "from": {"attribute": "price", "op": "at_most", "value": 390},
        "to": {"attribute": "price", "op": "at_most", "value": 399.0},
    }


COLORS = ("red", "maroon", "blue", "white", "green", "black", "purple")
MATERIALS = ("cotton", "silk", "linen", "polyester", "wool")
TYPES = ("dress", "shirt", "t-shirt", "kettle", "sneakers", "laptop")
PRICES = st.builds(
    Constraint,
    st.just("price"),
    st.sampled_from(["at_most", "at_least", "about"]),
    st.integers(1, 900).map(float),
)
REQUESTS = st.tuples(
    st.sampled_from(TYPES).map(lambda v: Constraint("product_type", "is", v)),
    st.lists(
        st.one_of(
            st.builds(
                Constraint,
                st.just("color"),
                st.sampled_from(["is", "is_not"]),
                st.sampled_from(COLORS),
            ),
            st.builds(
                Constraint,
                st.just("material"),
                st.sampled_from(["is", "is_not"]),
                st.sampled_from(MATERIALS),
            ),
            st.builds(
                Constraint, st.just("gender"), st.just("is"), st.sampled_from(["male", "female"])
            ),
            PRICES,
        ),
        max_size=4,
        unique_by=lambda c: (c.attribute, c.op),
    ),
).map(lambda pair: Request((pair[0], *pair[1])))


@settings(max_examples=150, deadline=None)
@given(request=REQUESTS)
def test_no_constraint_is_broken_in_silence(filters, request):
    for found in relaxations(request, filters, limit=9):
        told = dict(found.changed)
        kept = [c for c in request.constraints if c not in told]
        moved = [new for new in told.values() if new is not None]
        assert sorted(map(repr, found.request.constraints)) == sorted(map(repr, kept + moved))
        offered = ids(filters, found.request)
        assert offered, "a way out leads somewhere"
        for constraint in kept:
            met = filters.mask(constraint)
            assert all(met[filters.index.position[i]] for i in offered)


@settings(max_examples=150, deadline=None)
@given(request=REQUESTS)
def test_what_it_is_is_never_dropped(filters, request):
    for found in relaxations(request, filters, limit=9):
        assert found.request.category
        assert all(new for old, new in found.changed if old.attribute == "product_type")


@settings(max_examples=150, deadline=None)
@given(request=REQUESTS)
def test_no_more_is_given_up_than_needed(filters, request):
    if filters.hard(request).any():
        return
    free = [c for c in request.constraints if c.attribute != "product_type"]
    one_is_enough = [c for c in free if filters.hard(request, skip=[c]).any()]
    found = relaxations(request, filters, limit=9)
    assert not one_is_enough or all(len(r.changed) == 1 for r in found)
    assert not one_is_enough or found


@pytest.mark.parametrize("missed", [1.0, 25.0, 80.0])
def test_a_nearer_miss_costs_less(filters, missed):
    near, far = (best(filters, DRESS, RED, under(399 - by)) for by in (missed, missed + 10))
    assert near.cost < far.cost
