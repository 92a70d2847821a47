"""Which products meet a constraint: masks over a little index."""

from __future__ import annotations

import numpy as np
import pytest

from actions.recommend.filters import Filters
from actions.request.types import Constraint, Request

DRESS = Constraint("product_type", "is", "dress")


def ids(filters: Filters, mask: np.ndarray) -> set[str]:
    return {filters.index.ids[i] for i in np.flatnonzero(mask)}


def meeting(filters: Filters, attribute: str, op: str, value: object, **more: object) -> set[str]:
    return ids(filters, filters.mask(Constraint(attribute, op, value, **more)))  # type: ignore[arg-type]


def hard(filters: Filters, *constraints: Constraint, **more: object) -> set[str]:
    return ids(filters, filters.hard(Request(constraints, **more)))  # type: ignore[arg-type]


def test_a_broad_color_takes_the_narrower_ones_in(filters):
    assert meeting(filters, "color", "is", "red") == {"red", "red-m", "wine", "gone"}
    assert meeting(filters, "color", "is", "burgundy") == {"wine"}


def test_excluding_a_color_excludes_its_shades(filters):
    left = meeting(filters, "color", "is_not", "red")
    assert not left & {"red", "red-m", "wine"}
    assert {"blue", "blend"} <= left


def test_alternatives_are_any_of_them(filters):
    assert meeting(filters, "color", "is", ("blue", "green")) == {"blue", "priceless"}


def test_a_hint_is_enough_to_exclude_but_not_to_include(filters):
    assert "blend" not in meeting(filters, "material", "is", "polyester")
    assert "blend" not in meeting(filters, "material", "is_not", "polyester")
    assert {"red", "wine"} <= meeting(filters, "material", "is_not", "polyester")


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("at_most", 129, {"gone", "tee", "kettle", "kettle-s"}),
        ("at_least", 399, {"red", "red-m", "wine"}),
        ("between", (129, 159), {"kettle", "shirt"}),
        ("about", 400, {"red", "red-m", "wine", "sneakers"}),
    ],
)
def test_price_bounds_are_inclusive(filters, op, value, expected):
    assert meeting(filters, "price", op, value) == expected


def test_about_is_fifteen_percent(filters):
    assert meeting(filters, "price", "about", 459 / 1.15) >= {"wine"}
    assert "wine" not in meeting(filters, "price", "about", 459 / 1.16)


def test_other_currencies_are_converted(filters):
    assert "sneakers" in meeting(filters, "price", "at_most", 50, currency="USD")
    assert "sneakers" not in meeting(filters, "price", "at_most", 49.99, currency="USD")
    assert filters.interval(Constraint("price", "at_most", 50, currency="USD")) == (
        float("-inf"),
        360,
    )


def test_a_currency_without_a_rate_is_not_guessed(filters):
    price = Constraint("price", "at_most", 10_000, currency="SAR")
    assert filters.interval(price) is None
    assert ids(filters, filters.mask(price)) == set()


def test_a_product_without_a_price_meets_no_limit(filters):
    assert "priceless" in hard(filters, DRESS)
    assert "priceless" not in hard(filters, DRESS, Constraint("price", "at_most", 1e9))
    assert "priceless" not in hard(filters, DRESS, Constraint("price", "at_least", 0))


@pytest.mark.parametrize(
    ("attribute", "op", "value", "unit", "expected"),
    [
        ("weight", "at_most", 1, "kg", {"kettle-s"}),
        ("weight", "at_least", 1000, "g", {"kettle"}),
        ("capacity", "at_least", 1500, "ml", {"kettle"}),
        ("weight", "at_most", 1, None, {"kettle-s"}),
    ],
)
def test_measures_in_any_unit(filters, attribute, op, value, unit, expected):
    assert meeting(filters, attribute, op, value, unit=unit) == expected


def test_sold_out_is_left_out_unless_it_is_asked_about(filters):
    red = Constraint("color", "is", "red")
    assert "gone" not in hard(filters, DRESS, red)
    assert "gone" in hard(filters, DRESS, red, Constraint("availability", "is", "any", hard=False))


def test_rejecting_one_variant_rejects_the_product(filters):
    assert hard(filters, DRESS, rejected=("red",)) == {"wine", "blue", "blend", "priceless"}


def test_an_id_that_is_not_in_the_index_rejects_nothing(filters):
    assert hard(filters, DRESS, rejected=("no-such",)) == hard(filters, DRESS)


def test_soft_wishes_filter_nothing(filters):
    wish = Constraint("color", "is", "blue", hard=False)
    assert hard(filters, DRESS, wish) == hard(filters, DRESS)


def test_hard_is_all_constraints_at_once(filters):
    constraints = [
        DRESS,
        Constraint("price", "at_most", 300),
        Constraint("material", "is_not", "polyester"),
    ]
    each = [ids(filters, filters.mask(c)) for c in constraints]
    assert hard(filters, *constraints) == set.intersection(*each) - {"gone"}


def test_nothing_is_of_a_kind_that_nobody_sells(filters):
    assert meeting(filters, "product_type", "is", "laptop") == set()
