"""Which question is asked below a list, and when none is."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from actions.recommend.questions import Questions, askable, usual
from actions.recommend.scoring import Scored
from actions.request.types import Constraint, Request
from tests.little_catalogue import product

SHIRTS = Request((Constraint("product_type", "is", "shirt"),))
COLORS = ("red", "blue", "green", "white")


def shirts(n: int, price=lambda i: "100", **of: object):
    """``n`` shirts; each attribute is a function of the shirt's number."""
    return [
        product(f"s{i}", "Shirt", price(i), **{k: v(i) for k, v in of.items() if v(i)})  # type: ignore[operator]
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


def ask(filters, request=SHIRTS, asked=(), scored=None, at_random=None, **config):
    questions = Questions(filters.index, replace(usual(), **config))
    return questions.best(
        request, filters, filters.hard(request), scored, asked, at_random=at_random
    )


def values(question):
    return [wish.value for wish in question.wishes]


def test_asks_what_splits_best(varied):
    question = ask(varied)
    assert question.attribute == "color"
    assert set(values(question)) == set(COLORS)
    assert 1.2 < question.bits <= 2.0, "two bits, less what is not sure of what feeds say"


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
    assert values(question)[0] == "shirt"
    assert ask(varied, Request(), asked=("product_type",)) is None


def test_a_wide_kind_is_narrowed_first(make_filters):
    kinds = ("Sandals", "Ankle Boots", "Running Shoes", "Slippers", "Loafers")
    filters = make_filters(
        [product(f"p{i}", kinds[i % 5], "100", color=COLORS[i % 4]) for i in range(40)]
    )
    shoes = Request((Constraint("product_type", "is", "footwear"),))
    question = ask(filters, shoes)
    assert question.attribute == "product_type"
    assert set(values(question)) <= {
        "sandals",
        "ankle boots",
        "running shoes",
        "slippers",
        "loafers",
        "boots",
    }
    assert ask(filters, shoes, asked=("product_type",)).attribute == "color"


def test_only_answers_that_lead_somewhere_are_offered(varied):
    question = ask(varied)
    for wish in question.wishes:
        answered = replace(SHIRTS, constraints=(*SHIRTS.constraints, wish))
        assert varied.hard(answered).any()


def test_the_question_is_about_what_is_left(varied):
    """Rejected colours are no options."""
    left = replace(
        SHIRTS, rejected=tuple(f"s{i}" for i in range(16) if COLORS[i % 4] == "red" and i > 3)
    )
    question = ask(varied, left)
    assert question.attribute == "color"
    assert values(question)[-1] == "red", "the rarest comes last"


def test_what_the_search_prefers_is_offered_first(make_filters):
    """Of colours that equally many have, that of the products that score most."""
    import numpy as np

    filters = make_filters(shirts(40, color=lambda i: COLORS[i % 4]))
    index = filters.index
    total = np.array([1.0 if index.ids[p] in ("s2", "s6", "s10") else 0.0 for p in range(40)])
    scored = Scored(np.arange(40), {"total": total})
    assert values(ask(filters, scored=scored))[0] == COLORS[2]


def test_how_much_it_may_cost(make_filters):
    """Prices are asked for as round limits that part what is left."""
    filters = make_filters(shirts(40, price=lambda i: str(37 + 13 * i)))
    question = ask(filters)
    assert question.attribute == "price"
    limits = values(question)
    assert limits == sorted(limits) and len(limits) == 3
    for limit in limits:
        request = replace(SHIRTS, constraints=(*SHIRTS.constraints, question.wishes[0]))
        assert filters.hard(request).any()
        assert limit in (150, 200, 250, 300, 400, 500), "a sum that people name"
    assert ask(filters, asked=("price",)) is None


def test_one_price_for_all_is_no_question(make_filters):
    assert ask(make_filters(shirts(40))) is None


def test_attributes_of_a_merchants_own(make_filters):
    """What a feed calls by its own name is asked for; what is yes or no is not."""
    grinds = ("fine", "medium", "coarse")
    filters = make_filters(
        shirts(30, grind=lambda i: grinds[i % 3], washable=lambda i: ("yes", "no")[i % 2])
    )
    assert "grind" in askable(filters.index)
    assert "washable" not in askable(filters.index)
    question = ask(filters, rates={"grind": 0.9})
    assert question.attribute == "grind" and set(values(question)) == set(grinds)


def test_a_value_of_its_own_for_each_product_is_no_question(make_filters):
    filters = make_filters(shirts(60, model=lambda i: f"mk{i}"))
    assert ask(filters, rates={"model": 1.0}) is None


def test_what_few_shoppers_care_for_is_asked_last(make_filters):
    filters = make_filters(
        shirts(
            32,
            color=lambda i: COLORS[i % 4],
            fit=lambda i: ("slim", "loose", "regular", "oversized")[i // 4 % 4],
        )
    )
    assert ask(filters, rates={"color": 0.9, "fit": 0.3}).attribute == "color"
    assert ask(filters, rates={"color": 0.3, "fit": 0.9}).attribute == "fit"


def test_who_did_not_care_is_asked_less(make_filters):
    """After an answer that never came the next one is less likely."""
    filters = make_filters(
        shirts(32, price=lambda i: str(20 + 11 * i), color=lambda i: COLORS[i % 4])
    )
    first = ask(filters, rates={"price": 0.7, "color": 0.7})
    other = {"color": "price", "price": "color"}[first.attribute]
    after = ask(filters, asked=(first.attribute,), rates={"price": 0.7, "color": 0.7})
    assert after.attribute == other and after.answered < 0.7


def test_who_answered_is_likelier_to_answer_again(make_filters):
    filters = make_filters(
        shirts(40, price=lambda i: str(20 + 11 * i), color=lambda i: COLORS[i % 4])
    )
    rates = {"price": 0.7, "color": 0.7}
    limit = Constraint("price", "at_most", 400)
    answered = replace(SHIRTS, constraints=(*SHIRTS.constraints, limit))
    cared = ask(filters, answered, asked=("price",), rates=rates)
    assert cared.attribute == "color" and cared.answered > 0.7


def test_drawn_at_random_everything_comes_up(make_filters):
    filters = make_filters(
        shirts(32, price=lambda i: str(20 + 11 * i), color=lambda i: COLORS[i % 4])
    )
    drawn = {ask(filters, at_random=Random(seed)).attribute for seed in range(20)}
    assert drawn == {"price", "color"}


def test_rates_are_probabilities():
    assert all(0 < rate <= 1 for rate in usual().rates.values())
