"""The request algebra: what each change does to a request."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.request.apply import Applied, apply, bounds
from actions.request.types import Change, Constraint, Referent, Request


@dataclass
class Shown:
    """Facts about four products: a 399 red, b 289 blue, c 459 red, d 199 black."""

    prices: dict[str, float] = field(
        default_factory=lambda: {"a": 399.0, "b": 289.0, "c": 459.0, "d": 199.0}
    )
    colors: dict[str, str] = field(
        default_factory=lambda: {"a": "red", "b": "blue", "c": "red", "d": "black"}
    )

    def number(self, product_id: str, attribute: str) -> Optional[float]:
        return self.prices.get(product_id) if attribute == "price" else None

    def evidence(self, product_id: str, attribute: str, value: str) -> float:
        return float(attribute == "color" and self.colors.get(product_id) == value)

    def title_matches(self, product_id: str, words: str) -> bool:
        return False

    def kind(self, product_id: str) -> Optional[str]:
        return "lamp"


def kin(a: str, b: str) -> bool:
    return a == b or {a, b} == {"clothing", "dress"}


def add(attribute: str, op: str, value: Any, **more: Any) -> Change:
    return Change("add", constraint=Constraint(attribute, op, value, **more))


def nth(n: int) -> tuple[Referent, ...]:
    return (Referent("ordinal", n=n),)


def after(request: Request, *changes: Change) -> Request:
    return applied(request, *changes).request


def applied(request: Request, *changes: Change) -> Applied:
    return apply(request, changes, Shown(), kin)


LISTED = Request(
    constraints=(Constraint("product_type", "is", "dress"), Constraint("color", "is", "red")),
    last_list=("a", "b", "c"),
    shown=("a", "b", "c"),
)


def test_a_new_value_takes_the_place_of_the_old_one() -> None:
    request = after(LISTED, add("color", "is", "blue"))
    assert [c.value for c in request.on("color")] == ["blue"]


def test_an_alternative_widens() -> None:
    request = after(LISTED, Change("widen", constraint=Constraint("color", "is", "black")))
    assert request.on("color")[0].values == ("red", "black")


def test_excluding_one_alternative_leaves_the_other() -> None:
    request = after(Request(), add("color", "is", ("red", "black")), add("color", "is_not", "red"))
    assert [(c.op, c.value) for c in request.on("color")] == [("is", "black"), ("is_not", "red")]


def test_exclusions_add_up() -> None:
    request = after(Request(), add("color", "is_not", "red"), add("color", "is_not", "black"))
    assert [c.value for c in request.on("color")] == ["red", "black"]


def test_asking_for_an_excluded_value_lifts_the_exclusion() -> None:
    request = after(Request(), add("color", "is_not", "red"), add("color", "is", "red"))
    assert [(c.op, c.value) for c in request.on("color")] == [("is", "red")]


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        (("at_most", 500.0), ("at_most", 300.0), [("at_most", 300.0)]),
        (("at_most", 500.0), ("at_least", 100.0), [("at_most", 500.0), ("at_least", 100.0)]),
        (("at_most", 500.0), ("at_least", 600.0), [("at_least", 600.0)]),
        (("between", (100.0, 200.0)), ("at_most", 300.0), [("at_most", 300.0)]),
        (("about", 300.0), ("between", (100.0, 200.0)), [("between", (100.0, 200.0))]),
    ],
)
def test_price_limits(first: Any, second: Any, left: Any) -> None:
    request = after(Request(), add("price", *first), add("price", *second))
    assert [(c.op, c.value) for c in request.on("price")] == left


def test_cheaper_is_below_the_cheapest_shown() -> None:
    request = after(LISTED, Change("relative", attribute="price", value="less"))
    assert bounds(request.on("price")[0])[1] < 289


def test_cheaper_than_the_first() -> None:
    cheaper = Change("relative", attribute="price", value="less", referents=nth(1))
    request = after(LISTED, cheaper)
    assert 289 < bounds(request.on("price")[0])[1] < 399


def test_not_the_first_something_cheaper_means_cheaper_than_the_first() -> None:
    reject = Change("reject", referents=nth(1))
    request = after(LISTED, reject, Change("relative", attribute="price", value="less"))
    assert request.rejected == ("a",)
    assert 289 < bounds(request.on("price")[0])[1] < 399


def test_dearer_lifts_an_upper_limit_that_excludes_it() -> None:
    limited = after(LISTED, add("price", "between", (100.0, 460.0)))
    request = after(limited, Change("relative", attribute="price", value="more"))
    assert bounds(request.on("price")[0])[0] > 459


def test_relative_without_a_number_becomes_an_order() -> None:
    request = after(LISTED, Change("relative", attribute="weight", value="less"))
    assert request.sort is not None
    assert (request.sort.attribute, request.sort.descending) == ("weight", False)


def test_like_the_second_and_add_it() -> None:
    request = after(
        LISTED, Change("like", referents=nth(2)), Change("choose", referents=(Referent("focus"),))
    )
    assert (request.liked, request.chosen) == (("b",), ("b",))


def test_the_blue_one() -> None:
    blue = Referent("value", attribute="color", value="blue")
    assert after(LISTED, Change("like", referents=(blue,))).liked == ("b",)


def test_the_cheapest_one_and_the_last_one() -> None:
    cheapest = Referent("extreme", attribute="price", value="min")
    request = after(LISTED, Change("like", referents=(cheapest, Referent("ordinal", n=-1))))
    assert request.liked == ("b", "c")


def test_similar_keeps_the_constraints_and_takes_new_ones() -> None:
    request = after(LISTED, Change("similar", referents=nth(1)), add("color", "is", "blue"))
    assert request.similar_to == ("a",)
    assert request.category == ("dress",)
    assert [c.value for c in request.on("color")] == ["blue"]


def test_a_new_category_puts_the_rest_aside_but_not_who_it_is_for() -> None:
    start = after(LISTED, add("gender", "is", "female"), add("price", "at_most", 500.0))
    result = applied(start, add("color", "is", "black"), add("product_type", "is", "kettle"))
    assert {c.attribute: c.value for c in result.request.constraints} == {
        "gender": "female",
        "product_type": "kettle",
        "color": "black",
    }
    assert {c.attribute for c in result.dropped} == {"color", "price"}


def test_a_narrower_category_keeps_everything() -> None:
    start = after(Request(), add("product_type", "is", "clothing"), add("color", "is", "red"))
    request = after(start, add("product_type", "is", "dress"))
    assert request.category == ("dress",)
    assert request.on("color")


def test_pointing_at_what_was_not_shown_changes_nothing() -> None:
    result = applied(LISTED, Change("like", referents=nth(7)))
    assert result.request == LISTED
    assert len(result.unresolved) == 1


def test_rejected_leaves_the_liked() -> None:
    liked = after(LISTED, Change("like", referents=nth(1)))
    request = after(liked, Change("reject", referents=nth(1)))
    assert (request.liked, request.rejected) == ((), ("a",))


def test_dropping_an_attribute_forgets_its_order_too() -> None:
    start = after(
        LISTED, Change("sort", attribute="price", value="asc"), add("price", "at_most", 9.0)
    )
    request = after(start, Change("drop", attribute="price"))
    assert request.sort is None
    assert not request.on("price")


def test_any_search_change_makes_everything_showable_again() -> None:
    assert after(LISTED, add("price", "at_most", 300.0)).shown == ()
    assert after(LISTED, Change("like", referents=nth(1))).shown == LISTED.shown


CHANGES = st.one_of(
    st.builds(
        add,
        st.sampled_from(["color", "material"]),
        st.sampled_from(["is", "is_not"]),
        st.sampled_from(["red", "blue", ("red", "black")]),
    ),
    st.builds(
        add,
        st.just("price"),
        st.sampled_from(["at_most", "at_least", "about"]),
        st.floats(1, 1e6, allow_nan=False),
    ),
    st.builds(
        lambda kind, n: Change(kind, referents=nth(n)),
        st.sampled_from(["like", "reject", "choose", "unchoose", "refer", "similar"]),
        st.integers(-4, 4).filter(bool),
    ),
    st.builds(
        lambda a, v: Change("relative", attribute=a, value=v),
        st.sampled_from(["price", "weight"]),
        st.sampled_from(["less", "more"]),
    ),
    st.builds(lambda a: Change("drop", attribute=a), st.sampled_from(["color", "price"])),
)


@given(st.lists(CHANGES, max_size=12))
def test_any_changes_give_a_request_that_survives_json(changes: list[Change]) -> None:
    request = after(replace(LISTED, constraints=()), *changes)
    assert Request.from_json(request.to_json()) == request
    assert not set(request.liked) & set(request.rejected)
    for constraint in request.on("price"):
        low, high = bounds(constraint)
        assert low <= high
    lows = [bounds(c)[0] for c in request.on("price")]
    highs = [bounds(c)[1] for c in request.on("price")]
    assert not lows or max(lows) <= min(highs)


@given(st.lists(CHANGES, max_size=4))
def test_changes_survive_json(changes: list[Change]) -> None:
    assert [Change.from_json(c.to_json()) for c in changes] == changes


@pytest.mark.parametrize(
    ("attribute", "value", "fits", "misses"),
    [
        ("screen_size", 15.6, 15.5, 16.0),
        ("screen_size", 13.3, 13.3, 13.6),
        ("screen_size", 13, 13.3, 14.0),
        ("length", 1.8, 1.85, 1.9),
    ],
)
def test_a_screen_size_with_a_fraction_is_meant_exactly(
    attribute: str, value: float, fits: float, misses: float
) -> None:
    low, high = bounds(Constraint(attribute, "about", value))
    assert low <= fits <= high
    assert not low <= misses <= high
