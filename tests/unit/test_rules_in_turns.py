"""Merchant rules in conversations: what they show, leave out, say and never do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Callable

import pytest

from actions.request.types import Request
from actions.turn.model import TurnOutput
from catalog.product import Money, Product
from tests.little_catalogue import SameEncoder
from tests.rules_text import rules_of
from tests.talk import Talk, custom, ids, turn_service


def product(id_: str, title: str, price: str, zh: str = "", **attributes: str) -> Product:
    return Product(
        id=id_,
        title={"en": title, **({"zh": zh} if zh else {})},
        language="en",
        price=Money(Decimal(price), "CNY"),
        brand=attributes.pop("brand", ""),
        attributes={name: (value,) for name, value in attributes.items()},
    )


#: Dresses alike but for colour, brand and margin; drinks; a camera and lenses.
PRODUCTS = (
    product("d1", "Red Cotton Dress", "100", brand="Acme", color="red", margin="0.1"),
    product("d2", "Red Cotton Dress", "110", brand="Bolt", color="red", margin="0.2"),
    product("d3", "Red Cotton Dress", "120", brand="Cove", color="red", margin="0.9"),
    product("d4", "Red Cotton Dress", "130", brand="Dune", color="red", margin="0.1"),
    product("d5", "Blue Cotton Dress", "140", brand="Acme", color="blue", margin="0.5"),
    product("tea", "Green Tea", "30"),
    product("wine", "Red Wine", "60", zh="红葡萄酒"),
    product("port", "Port Wine", "90"),
    product("camera", "Mirrorless Camera", "3000", brand="Lumo"),
    product("lens-l", "Camera Lens", "900", brand="Lumo"),
    product("lens-k", "Camera Lens", "800", brand="Kito"),
)

Open = Callable[[str], Talk]


@pytest.fixture
def talk(tmp_path) -> Open:
    """Text of a rules file → a new conversation in a shop that has these rules."""

    def start(text: str = "", **settings: Any) -> Talk:
        folder = tmp_path / f"shop{len(list(tmp_path.iterdir()))}"
        service = turn_service(folder, PRODUCTS, rules_of(text), encoder=SameEncoder(), **settings)
        return Talk(service)

    return start


def item(output: TurnOutput, id_: str) -> dict[str, Any]:
    return next(i for i in custom(output)["items"] if i["id"] == id_)


def kinds(output: TurnOutput, id_: str) -> list[str]:
    return [reason["kind"] for reason in item(output, id_)["reasons"]]


def said(output: TurnOutput, id_: str) -> list[str]:
    return [r["text"] for r in item(output, id_)["reasons"] if r["kind"] == "rule"]


def last(talk: Open) -> str:
    """The dress that the search puts last where no rule says anything."""
    return ids(talk().say("show me 4 red cotton dresses"))[-1]


def test_without_rules_nothing_speaks_of_rules(talk):
    output = talk().say("red cotton dress")
    assert all(not name.startswith("rule") for i in custom(output)["items"] for name in i["scores"])
    assert "moved" not in custom(output)["request"]


def test_a_pinned_product_is_at_its_place_and_says_why(talk):
    worst = last(talk)
    output = talk(f"rules: [{{name: push, pin: {{products: {worst}, rank: 2}}}}]").say(
        "red cotton dress"
    )
    assert ids(output)[1] == worst
    assert item(output, worst)["scores"]["rule:push"] == 1.0
    assert said(output, worst) == ["picked by the shop"]
    assert "picked by the shop" in output.reply.text


def test_a_pinned_product_that_does_not_fit_stays_away(talk):
    pinned = talk("rules: [pin: {products: d5}]")
    assert "d5" not in ids(pinned.say("red cotton dress"))
    assert ids(pinned.say("blue dress"))[0] == "d5"


def test_a_pin_that_changes_nothing_is_no_reason(talk):
    first = ids(talk().say("red cotton dress"))[0]
    output = talk(f"rules: [pin: {{products: {first}}}]").say("red cotton dress")
    assert ids(output)[0] == first
    assert "rule" not in kinds(output, first)


def test_pins_of_several_products_follow_each_other_over_the_lists(talk):
    pinned = talk("rules: [pin: {products: [d4, d3, d2, d1], rank: 1}]")
    assert ids(pinned.say("red cotton dress")) == ["d4", "d3", "d2"]
    assert ids(pinned.say("more", intent="more"))[0] == "d1"


def test_an_order_asked_for_is_left_alone(talk):
    ruled = talk(
        """
rules:
  - pin: {products: d4}
  - boost: {where: {brand: Cove}, by: 0.3}
  - margin: {weight: 0.1}
"""
    )
    output = ruled.say("cheapest red cotton dress")
    assert ids(output) == ["d1", "d2", "d3"]
    assert all("rule" not in kinds(output, id_) for id_ in ids(output))


def test_a_boost_lifts_what_is_comparable_and_says_so(talk):
    worst = last(talk)
    brand = {"d1": "Acme", "d2": "Bolt", "d3": "Cove", "d4": "Dune"}[worst]
    output = talk(f"rules: [{{name: up, boost: {{where: {{brand: {brand}}}, by: 0.3}}}}]").say(
        "red cotton dress"
    )
    assert ids(output)[0] == worst
    assert item(output, worst)["scores"]["rule:up"] == pytest.approx(0.3)
    assert said(output, worst) == ["picked by the shop"]


def test_a_buried_product_is_lower_and_says_so(talk):
    first = ids(talk().say("red cotton dress"))[0]
    output = talk(f"rules: [{{name: down, bury: {{products: {first}, by: 0.5}}}}]").say(
        "show me 4 red cotton dresses"
    )
    assert ids(output)[-1] == first
    assert item(output, first)["scores"]["rule:down"] == pytest.approx(-0.5)
    assert said(output, first) == ["although the shop places it lower"]


def test_a_boost_of_all_moves_nothing_and_is_no_reason(talk):
    output = talk("rules: [boost: {where: {category: dress}, by: 0.3}]").say("red cotton dress")
    assert all("rule" not in kinds(output, id_) for id_ in ids(output))
    assert all("rule:boost 1" in i["scores"] for i in custom(output)["items"])


def test_boosts_that_meet_lift_no_more_than_the_most(talk):
    several = "".join(f"  - {{name: b{n}, boost: {{products: d5, by: 0.3}}}}\n" for n in range(5))
    plain = item(talk().say("blue dress"), "d5")["scores"]["total"]
    scores = item(talk(f"rules:\n{several}").say("blue dress"), "d5")["scores"]
    assert scores["total"] == pytest.approx(plain + 0.5, abs=1e-3)
    assert sum(scores[f"rule:b{n}"] for n in range(5)) == pytest.approx(0.5, abs=1e-3)


def test_margin_decides_between_equals_and_is_never_hidden(talk):
    ruled = talk("rules: [margin: {weight: 0.1}]")
    output = ruled.say("red cotton dress")
    assert ids(output)[0] == "d3"
    assert "earns more" in " ".join(said(output, "d3"))
    assert "earns more" in output.reply.text
    why = ruled.say("why the first?", intent="why").reply.text
    assert "the shop earns more on it" in why


def test_what_the_shop_earns_is_not_told_to_shoppers(talk):
    ruled = talk("rules: [margin: {weight: 0.1}]")
    ruled.say("red cotton dress")
    for text, intent in (("tell me more about the first", "details"), ("compare", "compare")):
        assert "0.9" not in ruled.say(text, intent=intent).reply.text


def test_why_after_a_step_back_still_tells_of_the_rule(talk):
    ruled = talk("rules: [margin: {weight: 0.1}]")
    ruled.say("red cotton dress")
    ruled.say("in blue", intent="refine")
    ruled.say("back", intent="undo")
    assert "earns more" in ruled.say("why the first?", intent="why").reply.text


def test_excluded_products_are_never_shown_nor_offered(talk):
    ruled = talk("rules: [exclude: {where: {brand: Acme}}]")
    shown = ids(ruled.say("show me 4 red cotton dresses"))
    assert "d1" not in shown
    assert len(shown) == 3
    # d5, the only blue one, is not offered as a way out either.
    assert "d5" not in ids(ruled.say("blue dress"))


def test_only_what_is_required_is_shown(talk):
    ruled = talk("rules: [require: {where: {brand: [Bolt, Dune]}}]")
    assert set(ids(ruled.say("show me 4 red cotton dresses"))) == {"d2", "d4"}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("red cotton dress", True),
        ("red summer dress", True),
        ("红色连衣裙", True),
        ("camera", False),
    ],
)
def test_a_rule_for_a_category_holds_for_it_only(talk, text, holds):
    ruled = talk("rules: [{exclude: {products: [d1, camera]}, when: {category: 连衣裙}}]")
    shown = ids(ruled.say(text))
    assert ("camera" in shown) is not holds
    assert "d1" not in shown


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("summer dress", True),
        ("夏天的连衣裙", True),
        ("red dress", False),
        ("summerly dress", False),
    ],
)
def test_a_rule_for_words_holds_where_they_are_said(talk, text, holds):
    ruled = talk("rules: [{require: {products: d5}, when: {text: [summer, 夏]}}]")
    shown = ids(ruled.say(text))
    assert (set(shown) <= {"d5"}) is holds


def test_a_rule_holds_on_its_days(talk):
    text = "rules: [{exclude: {products: d5}, from: 2026-06-01, until: 2026-06-30}]"
    assert "d5" not in ids(talk(text, today=date(2026, 6, 30)).say("blue dress"))
    assert "d5" in ids(talk(text, today=date(2026, 7, 1)).say("blue dress"))


ADULT = "rules: [age_limited: {where: {category: wine}, age: 18}]"


def test_what_is_for_adults_is_shown_after_a_yes(talk):
    ruled = talk(ADULT)
    output = ruled.say("wine")
    assert ids(output) == []
    assert "18" in output.reply.text
    assert "2" in output.reply.text
    assert output.reply.buttons == ("yes", "no")
    assert set(ids(ruled.say("yes", intent="affirm"))) == {"wine", "port"}
    # It is not asked again, whatever is looked for afterwards.
    ruled.say("start over", intent="start_over")
    assert set(ids(ruled.say("wine"))) == {"wine", "port"}


def test_in_chinese_too(talk):
    ruled = talk(ADULT)
    output = ruled.say("葡萄酒")
    assert "您满 18 岁了吗" in output.reply.text
    assert "wine" in ids(ruled.say("我20岁了"))


@pytest.mark.parametrize("no", ["no", "I am 17", "not yet"])
def test_after_a_no_it_stays_away_and_is_not_asked_again(talk, no):
    ruled = talk(ADULT)
    ruled.say("wine")
    assert ids(ruled.say(no, intent="deny")) == []
    output = ruled.say("wine under 100")
    assert "18" in output.reply.text
    assert "yes" not in output.reply.buttons
    assert not {"wine", "port"} & set(ids(output))


def test_a_yes_later_is_no_answer_to_the_question(talk):
    ruled = talk(ADULT)
    ruled.say("wine")
    ruled.say("thanks", intent="thanks")
    ruled.say("yes", intent="affirm")
    assert ids(ruled.say("wine")) == []


def test_a_yes_with_another_wish_is_both(talk):
    ruled = talk(ADULT)
    ruled.say("wine")
    assert ids(ruled.say("yes, and under 70", intent="affirm")) == ["wine"]


def test_a_place_in_the_list_is_no_age(talk):
    ruled = talk("rules: [age_limited: {products: d1, age: 18}]")
    assert "18" in ruled.say("red cotton dress").reply.text
    ruled.say("2", intent="details")
    assert ruled.memory.under_age == 0


def test_only_the_rest_is_shown_beside_the_question(talk):
    ruled = talk("rules: [age_limited: {products: d1, age: 16}]")
    output = ruled.say("red cotton dress")
    assert set(ids(output)) == {"d2", "d3", "d4"}
    assert custom(output)["question"]["attribute"] == "age"
    assert "16" in output.reply.text
    again = ruled.say("something in cotton", intent="refine")
    assert "d1" not in ids(again)
    assert "16 or older" not in again.reply.text


def test_nobody_is_asked_for_an_age_who_looks_for_something_else(talk):
    ruled = talk(ADULT)
    for text in ("red cotton dress", "show me something"):
        assert "18" not in ruled.say(text).reply.text


def test_what_does_not_go_with_the_list_is_left_out_and_that_is_said(talk):
    ruled = talk("rules: [incompatible: {products: camera, with: {products: lens-k}}]")
    assert set(ids(ruled.say("camera lens"))) >= {"lens-l", "lens-k"}
    ruled.request = Request(chosen=("camera",))
    output = ruled.say("camera lens")
    assert "lens-k" not in ids(output)
    assert "go with what is on your list: 1" in output.reply.text


def test_rules_about_nothing_do_no_harm(talk):
    ruled = talk(
        """
rules:
  - pin: {products: [gone-1, gone-2]}
  - boost: {where: {brand: Gone}, by: 0.3}
  - exclude: {where: {flavour: red}}
  - margin: {attribute: profit, weight: 0.1}
  - incompatible: {products: gone-1, with: {products: gone-2}}
"""
    )
    assert ids(ruled.say("red cotton dress")) == ids(talk().say("red cotton dress"))
