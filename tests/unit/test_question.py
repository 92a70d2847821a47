"""Which question is asked below a list, and when none is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.recommend.question import best_question
from actions.request.types import Constraint, Request
from tests.little_catalogue import product

SHIRTS = Request((Constraint("product_type", "is", "shirt"),))
COLORS = ("red", "blue", "green", "white")


def shirts(n: int, **of: object):
    """``n`` shirts; each attribute is a function of the shirt's number."""
    return [
        product(f"s{i}", "Shirt", "100", **{k: v(i) for k, v in of.items() if v(i)})  # type: ignore[operator]
        for i in range(n)
    ]


@pytest.fixture(scope="session")
def varied(make_filters):
    """Sixteen shirts: four colours evenly, a material that hardly differs, hats besides."""
    found = shirts(
        16,
        color=lambda i: COLORS[i % 4],
        material=lambda i: "silk" if i == 0 else "cotton",
        pattern=lambda i: ("striped", "plain")[i % 2] if i < 4 else "",
    )
    return make_filters(
        [*found, *(product(f"h{i}", "Straw Hat", "50", color="beige") for i in range(6))]
    )


def ask(filters, request=SHIRTS, asked=()):
    return best_question(request, filters, filters.hard(request), asked)


def test_asks_what_splits_best(varied):
    question = ask(varied)
    assert question.attribute == "color"
    assert set(question.values) == set(COLORS)
    assert question.bits == pytest.approx(2.0)


def test_does_not_ask_twice(varied):
    assert ask(varied, asked=("color",)) is None


def test_does_not_ask_what_was_said(varied):
    said = replace(
        SHIRTS, constraints=(*SHIRTS.constraints, Constraint("color", "is_not", "black"))
    )
    question = ask(varied, said)
    assert question is None or question.attribute != "color"


def test_what_few_products_state_is_not_asked(varied):
    question = ask(varied, asked=("color",))
    assert question is None, "pattern is known of a quarter, material is nearly the same for all"


def test_few_products_need_no_question(make_filters):
    few = make_filters(shirts(11, color=lambda i: COLORS[i % 4]))
    assert ask(few) is None
    enough = make_filters(shirts(12, color=lambda i: COLORS[i % 4]))
    assert ask(enough) is not None


def test_without_a_kind_of_product_it_asks_for_one(varied):
    question = ask(varied, Request())
    assert question.attribute == "product_type"
    assert question.values[0] == "shirt"
    assert ask(varied, Request(), asked=("product_type",)) is None


def test_only_answers_that_lead_somewhere_are_offered(varied):
    question = ask(varied)
    for value in question.values:
        answered = replace(
            SHIRTS, constraints=(*SHIRTS.constraints, Constraint("color", "is", value))
        )
        assert varied.hard(answered).any()


def test_the_question_is_about_what_is_left(varied):
    """Rejected colours are no options."""
    left = replace(
        SHIRTS, rejected=tuple(f"s{i}" for i in range(16) if COLORS[i % 4] == "red" and i > 3)
    )
    question = ask(varied, left)
    assert question.attribute == "color"
    assert question.values[-1] == "red", "the rarest comes last"
