"""Whole turns over a little catalogue: what is shown, offered, remembered and taken back."""

from __future__ import annotations

import pytest

from actions.request.extract import extract
from actions.request.types import Request
from actions.turn.service import TurnService
from tests.little_catalogue import PRODUCTS
from tests.talk import Talk, custom, ids, turn_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> TurnService:
    return turn_service(tmp_path_factory.mktemp("shop") / "little")


@pytest.fixture
def talk(service: TurnService) -> Talk:
    return Talk(service)


def test_a_variant_stands_for_its_product(talk: Talk) -> None:
    shown = ids(talk.say("red cotton dress"))
    assert len(shown) == 1
    assert shown[0] in ("red", "red-m")


def test_sold_out_products_are_not_shown(talk: Talk) -> None:
    assert "gone" not in ids(talk.say("red dress under 500"))


def test_the_smallest_relaxation_is_named_and_yes_takes_it(talk: Talk) -> None:
    output = talk.say("red dress under 390")
    assert custom(output)["relaxed"][0]["attribute"] == "price"
    assert talk.request.on("price")[0].value == 390
    accepted = talk.say("yes", intent="affirm")
    assert ids(accepted)[0] in ("red", "red-m")
    assert custom(accepted)["relaxed"] == []


def test_an_offer_is_open_for_one_turn(talk: Talk) -> None:
    talk.say("red dress under 390")
    talk.say("thanks", intent="thanks")
    before = talk.request
    talk.say("yes", intent="affirm")
    assert talk.request == before


def test_what_the_shop_does_not_have_is_said(talk: Talk) -> None:
    output = talk.say("a sofa")
    assert ids(output) == []
    assert output.reply.buttons


def test_undo_restores_request_and_list(talk: Talk) -> None:
    talk.say("red dress")
    before, shown = talk.request, talk.request.last_list
    talk.say("in blue", intent="refine")
    assert talk.request != before
    output = talk.say("back", intent="undo")
    assert talk.request == before
    assert tuple(ids(output)) == shown


def test_undo_takes_back_the_list_too_and_stops_at_the_beginning(talk: Talk) -> None:
    talk.say("red dress")
    talk.say("add the first to my list", intent="list_add")
    assert talk.request.chosen
    talk.say("back", intent="undo")
    assert talk.request.chosen == ()
    talk.say("back", intent="undo")
    assert talk.request == Request()
    assert talk.say("back", intent="undo").reply.text


def test_start_over_keeps_the_shoppers_list(talk: Talk) -> None:
    talk.say("red dress")
    talk.say("add the first to my list", intent="list_add")
    chosen = talk.request.chosen
    talk.say("start over", intent="start_over")
    assert talk.request == Request(chosen=chosen)


def test_rejected_products_stay_away_with_all_their_variants(talk: Talk) -> None:
    talk.say("red dress")
    talk.say("not the first one", intent="reject")
    gone = talk.request.rejected[0]
    family = {"red", "red-m"} if gone.startswith("red") else {gone}
    for text in ("red dress", "any dress", "show me more"):
        assert not family & set(ids(talk.say(text)))


def test_a_foreign_price_is_converted_and_said(talk: Talk) -> None:
    output = talk.say("dress under $45")
    assert "¥324" in output.reply.text
    assert all(float(i["price"]["amount"]) <= 324 for i in custom(output)["items"])


def test_without_a_rate_the_limit_is_asked_for(talk: Talk) -> None:
    output = talk.say("dress under 40 euros")
    assert "EUR" in output.reply.text
    assert talk.request.on("price") == ()


def test_pointing_at_nothing_asks_which(talk: Talk) -> None:
    output = talk.say("why the second?", intent="why")
    assert output.reply.text
    assert ids(output) == []


def test_the_blue_one_is_a_wish_where_nothing_blue_was_shown(talk: Talk) -> None:
    talk.say("red dress")
    assert ids(talk.say("the blue one", intent="details")) == ["blue"]


def test_lighter_is_lighter(talk: Talk) -> None:
    talk.say("electric kettle")
    assert ids(talk.say("something lighter", intent="critique")) == ["kettle-s"]


def test_no_polyester_leaves_out_what_only_mentions_it(talk: Talk) -> None:
    shown = ids(talk.say("dress without polyester"))
    assert shown
    assert not {"blue", "blend"} & set(shown)


def test_reasons_are_true(talk: Talk) -> None:
    output = talk.say("red silk dress under 500")
    (item,) = custom(output)["items"]
    assert item["id"] == "wine"
    assert {r["kind"] for r in item["reasons"]} == {"constraint"}


def test_a_reason_does_not_claim_that_more_was_asked_than_was(talk: Talk) -> None:
    talk.say("red silk dress under 500")
    why = talk.say("why the first?", intent="why").reply.text
    assert "burgundy" in why
    assert "asked for red" in why


def test_events_are_keyed_so_that_a_repeat_adds_nothing(talk: Talk) -> None:
    output = talk.say("red dress")
    keys = [event.key for event in output.events]
    assert len(keys) == len(set(keys)) == 1 + len(ids(output))
    assert [event.kind for event in output.events] == ["searched", *["shown"] * len(ids(output))]


def test_a_service_question_beside_a_wish_is_not_lost(talk: Talk) -> None:
    talk.say("dress")
    output = talk.say("not red, and under 300, and do you ship to Canada?", intent="shipping")
    assert ids(output)
    assert "elivery" in output.reply.text


@pytest.mark.parametrize(
    ("text", "intent"),
    [("what is the capital of France", "out_of_scope"), ("hello", "greet"), ("thanks", "thanks")],
)
def test_what_is_not_about_products_changes_nothing(talk: Talk, text: str, intent: str) -> None:
    talk.say("red dress")
    before = talk.request
    output = talk.say(text, intent=intent)
    assert talk.request == before
    assert output.reply.text


def test_the_memory_is_bounded(talk: Talk) -> None:
    for n in range(60):
        talk.say(f"dress under {200 + n}")
    assert len(talk.memory.past) <= 20


QUICK_REPLIES = {
    "quick_cheaper": "relative",
    "quick_more": "more",
    "quick_compare": "compare",
    "quick_why": "ask",
    "quick_details": "ask",
    "quick_similar": "similar",
    "quick_add": "choose",
    "quick_list": "show_list",
    "quick_start_over": "start_over",
    "quick_back": "back",
    "no_preference": "dont_care",
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("key", "kind"), QUICK_REPLIES.items())
def test_quick_replies_are_understood(
    service: TurnService, language: str, key: str, kind: str
) -> None:
    text = service.context.texts.say(language, key)
    said = extract(text, service.context.index.vocabulary)
    assert kind in {change.kind for change in said.changes}, text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("attribute", ["price", "color", "material", "size", "gender", "feature"])
def test_the_button_that_drops_a_wish_is_understood(
    service: TurnService, language: str, attribute: str
) -> None:
    name = service.context.describer.attribute(attribute, language)
    text = service.context.texts.say(language, "button_drop", attribute=name)
    said = extract(text, service.context.index.vocabulary)
    assert [(c.kind, c.attribute) for c in said.changes] == [("drop", attribute)], text


def test_the_cheapest_one_is_the_one_that_is_added(talk: Talk) -> None:
    talk.say("red dress")
    output = talk.say("the cheapest one, add it to my list", intent="list_add")
    cheapest = min(talk.request.last_list, key=lambda i: PRICES[i])
    assert talk.request.chosen == (cheapest,)
    assert custom(output)["type"] == "list"


def test_it_points_at_nothing_while_several_are_shown(talk: Talk) -> None:
    talk.say("any dress")
    talk.say("add it to my list", intent="list_add")
    assert talk.request.chosen == ()


def test_what_no_product_states_is_said_and_not_a_filter(talk: Talk) -> None:
    output = talk.say("a kettle with a long neckline, v-neck")
    assert ids(output)
    assert "neckline" in output.reply.text


PRICES = {p.id: float(p.price.amount) if p.price else 1e9 for p in PRODUCTS}
