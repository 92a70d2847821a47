"""What each intent does in a turn over a little catalogue."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from actions.turn.desk import ANSWERERS
from actions.turn.intents import SERVICE
from actions.turn.service import TurnService
from catalog.product import OUT_OF_STOCK
from tests.little_catalogue import PRODUCTS, product
from tests.talk import Talk, custom, ids, turn_service

LINK = "https://shop.example/wine"
#: The little catalogue, the silk dress with a page of its own; a raincoat in two colours and sizes.
SHOP = (
    *(replace(p, link=LINK) if p.id == "wine" else p for p in PRODUCTS),
    product("jacket-s", "Raincoat", "210", group="j", color="blue", size="S"),
    product("jacket-m", "Raincoat", "210", group="j", color="blue", size="M"),
    product(
        "jacket-l",
        "Raincoat",
        "210",
        group="j",
        color="red",
        availability=OUT_OF_STOCK,
        size="L",
    ),
    product("drill", "Cordless Drill", "310", warranty="2 years"),
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> TurnService:
    return turn_service(tmp_path_factory.mktemp("shop") / "little", SHOP)


@pytest.fixture
def talk(service: TurnService) -> Talk:
    return Talk(service)


# Looking for products


@pytest.mark.parametrize(
    "text", ["what is popular here", "show me what you have", "随便看看", "top 10 of the month"]
)
def test_browsing_shows_products_and_reads_no_wish_into_it(talk: Talk, text: str) -> None:
    assert ids(talk.say(text, "browse"))
    assert talk.request.constraints == ()
    assert talk.request.text == ""


def test_browsing_in_a_search_goes_on_in_it(talk: Talk) -> None:
    first = ids(talk.say("any dress"))
    more = ids(talk.say("show me what you have", "browse"))
    assert more and not set(first) & set(more)
    assert talk.request.category == ("dress",)


def test_a_present_is_another_matter_than_what_was_looked_for(talk: Talk) -> None:
    talk.say("a kettle under 100")
    output = talk.say("something for my dad, he likes linen", "gift")
    assert talk.request.category == ()
    assert ids(output)


def test_a_kind_of_present_is_looked_for(talk: Talk) -> None:
    talk.say("any dress")
    shown = ids(talk.say("a kettle as a gift for my sister", "gift"))
    assert shown and set(shown) <= {"kettle", "kettle-s"}


@pytest.mark.parametrize(
    ("text", "limit"),
    [("my limit is 200", 200), ("i've got 150, that's all", 150), ("我只有三百", 300)],
)
def test_a_budget_is_a_limit(talk: Talk, text: str, limit: float) -> None:
    talk.say("any dress")
    talk.say(text, "budget")
    (price,) = talk.request.on("price")
    assert (price.op, price.value) == ("at_most", limit)


def test_a_budget_without_an_amount_is_asked_for_and_a_bare_number_answers(talk: Talk) -> None:
    talk.say("any dress")
    asked = talk.say("money is an issue for me", "budget")
    assert not ids(asked)
    assert talk.memory.question == "price"
    assert talk.memory.act == "asked"
    shown = ids(talk.say("250", "nlu_fallback"))
    assert shown == ["blend"]


# Questions about shown products


def test_stock_is_read_from_the_store(talk: Talk) -> None:
    talk.say("raincoat")
    assert "in stock" in talk.say("is it in stock?", "availability").reply.text


@pytest.mark.parametrize("text", ["do you have it in size M", "有没有M码"])
def test_a_size_that_is_there_is_there(talk: Talk, text: str) -> None:
    talk.say("raincoat")
    before = talk.request.constraints
    output = talk.say(text, "availability")
    assert custom(output)["about"] == "availability"
    assert any(word in output.reply.text for word in ("in stock", "有货"))
    assert talk.request.constraints == before


def test_a_size_that_is_not_there_is_said_with_those_that_are(talk: Talk) -> None:
    talk.say("raincoat")
    text = talk.say("do you have it in size XL?", "availability").reply.text
    assert "does not list it" in text
    assert "S" in text and "M" in text


def test_a_sold_out_colour_is_sold_out(talk: Talk) -> None:
    talk.say("raincoat")
    assert "sold out" in talk.say("is it available in red?", "availability").reply.text


def test_in_stock_while_several_are_shown_means_all(talk: Talk) -> None:
    shown = ids(talk.say("red dress"))
    output = talk.say("in stock?", "availability")
    assert ids(output) == shown


def test_whether_something_is_in_stock_that_was_not_shown_is_a_search(talk: Talk) -> None:
    assert set(ids(talk.say("do you have kettles in stock", "availability"))) == {
        "kettle",
        "kettle-s",
    }


@pytest.mark.parametrize("text", ["I am 175cm and 70kg, which size?", "我165应该穿什么码"])
def test_sizes_are_told_and_nobody_is_measured(talk: Talk, text: str) -> None:
    talk.say("raincoat")
    before = talk.request.constraints
    output = talk.say(text, "size_help")
    assert "M" in output.reply.text and "S" in output.reply.text
    assert any(word in output.reply.text for word in ("measur", "量"))
    assert talk.request.constraints == before


def test_a_size_for_what_was_not_shown_looks_for_it_without_the_measures(talk: Talk) -> None:
    output = talk.say("what size of raincoat do i need, i weigh 70 kg", "size_help")
    assert "jacket-s" in ids(output) or "jacket-m" in ids(output)
    assert {c.attribute for c in talk.request.constraints} == {"product_type"}
    assert "measur" in output.reply.text


def test_a_question_about_a_shown_kind_is_no_search(talk: Talk) -> None:
    talk.say("cordless drill")
    output = talk.say("is the drill waterproof?", "details")
    assert custom(output)["type"] == "details"
    assert talk.request.category == ("drill",) or "waterproof" not in str(talk.request)


def test_which_of_those_shown_is_a_comparison(talk: Talk) -> None:
    shown = ids(talk.say("red dress"))
    output = talk.say("which of the two has the best reviews", "compare")
    assert custom(output)["type"] == "comparison"
    assert ids(output) == shown


# Acts on shown products


def test_buying_puts_it_on_the_list_and_says_where_it_is_ordered(talk: Talk) -> None:
    talk.say("silk dress")
    output = talk.say("I want to buy it", "buy")
    assert talk.request.chosen == ("wine",)
    assert LINK in output.reply.text
    assert "own page" in output.reply.text
    assert custom(output)["type"] == "list"


def test_buying_needs_no_referent_where_one_is_shown(talk: Talk) -> None:
    talk.say("silk dress")
    talk.say("checkout please", "buy")
    assert talk.request.chosen == ("wine",)


def test_buying_asks_which_of_several_and_the_quick_reply_is_understood(talk: Talk) -> None:
    shown = ids(talk.say("red dress"))
    output = talk.say("how do I order it?", "buy")
    assert talk.request.chosen == ()
    assert talk.memory.act == "unclear"
    assert len([b for b in output.reply.buttons if "buy" in b]) == len(shown)
    talk.say(output.reply.buttons[1], "buy")
    assert talk.request.chosen == (shown[1],)


@pytest.mark.parametrize("intent", ["compare", "details"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("which one has the biggest capacity", "No. 2 has the most: capacity 1.7 L (no. 1 0.8 L)."),
        ("哪个容量最大", "第 2 款最高：容量 1.7 升（第 1 款 0.8 升）。"),
    ],
)
def test_the_one_with_the_most_is_named(talk: Talk, intent: str, text: str, said: str) -> None:
    talk.say("any kettle")
    assert talk.say(text, intent).reply.text == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("which has the best capacity", "No. 2 has the most: capacity 1.7 L (no. 1 0.8 L)."),
        ("which is the lightest", "No. 1 has the least: weight 800 g (no. 2 1.2 kg)."),
        ("which is the cheapest", "No. 1 is the cheapest: ¥89 (no. 2 ¥129)."),
        ("which is the most expensive", "No. 2 is the most expensive: ¥129 (no. 1 ¥89)."),
        ("哪个最轻", "第 1 款最低：重量 800 克（第 2 款 1.2 千克）。"),
        ("which one has the longest battery", "“battery” is not stated for any of these."),
    ],
)
def test_shown_products_are_weighed_by_what_is_asked(talk: Talk, text: str, said: str) -> None:
    talk.say("any kettle")
    assert talk.say(text, "compare").reply.text == said
    # "It" is the one that leads, from now on.
    assert len(talk.request.focus) == (0 if "not stated" in said else 1)


def test_several_may_lead(tmp_path: Path) -> None:
    powers = ("5 W", "12 W", "12 W")
    lamps = [product(f"l{n}", f"Desk Lamp {n}", "100", power=p) for n, p in enumerate(powers)]
    talk = Talk(turn_service(tmp_path / "shop", lamps))
    talk.say("any desk lamp")
    text = talk.say("which has the highest power", "compare").reply.text
    assert re.fullmatch(r"No\. \d and no\. \d have the most: power 12 W \(no\. \d 5 W\)\.", text)


def test_all_that_is_shown_is_weighed(tmp_path: Path) -> None:
    lamps = [product(f"l{n}", f"Desk Lamp {n}", "100", power=f"{n} W") for n in range(1, 7)]
    talk = Talk(turn_service(tmp_path / "shop", lamps))
    shown = ids(talk.say("show me six desk lamps"))
    assert len(shown) == 6
    text = talk.say("which has the highest power", "compare").reply.text
    assert text.startswith(f"No. {shown.index('l6') + 1} has the most: power 6 W")
    talk.say("add it", "list_add")
    assert talk.request.chosen == ("l6",)


def test_prices_are_weighed_as_they_are_in_the_store(tmp_path: Path) -> None:
    service = turn_service(tmp_path / "shop")
    talk = Talk(service)
    talk.say("any kettle")
    service.context.shop.store.upsert_products([product("kettle-s", "Travel Kettle", "189")])
    text = talk.say("which is the cheapest", "compare").reply.text
    assert text == "No. 2 is the cheapest: ¥129 (no. 1 ¥189)."


def test_a_question_beside_what_is_given_up_is_answered(talk: Talk) -> None:
    talk.say("a kettle under 100")
    said = talk.say(
        "never mind the kettle, do you ship to canada", intents=("dont_care", "shipping")
    ).reply.text
    assert "deliver" in said.lower()
    assert not talk.request.constraints


def test_what_is_looked_for_can_be_given_up(talk: Talk) -> None:
    for text in ("never mind the kettle", "forget the kettle", "不要电热水壶了"):
        talk.say("a kettle under 100")
        said = talk.say(text, "dont_care").reply.text
        assert talk.request.constraints == (), text
        assert not talk.request.last_list
        assert said


def test_what_is_on_the_list_stays_when_a_search_is_given_up(talk: Talk) -> None:
    talk.say("a kettle under 100")
    talk.say("add the first", "choose")
    said = talk.say("never mind the kettle", "undo").reply.text
    assert "Your list stays as it is (1)." in said
    assert len(talk.request.chosen) == 1


def test_one_thing_in_the_place_of_another_keeps_what_was_said(talk: Talk) -> None:
    talk.say("a linen shirt under 200")
    talk.say("not shirts, do you have t-shirts", "refine")
    assert talk.request.category == ("t-shirt",)
    assert [c.value for c in talk.request.on("price")] == [200.0]
    assert all(c.op == "is" for c in talk.request.on("product_type"))


def test_another_thing_is_another_search(talk: Talk) -> None:
    talk.say("a linen shirt under 200")
    talk.say("a kettle")
    assert not talk.request.on("price")


def test_a_thing_that_is_named_is_no_question_about_the_assistant(talk: Talk) -> None:
    said = talk.say("what about kettles", "capabilities").reply.text
    assert "Kettle" in said
    unsure = Talk(talk.service, talk.request, talk.memory)
    unsure.confidence = 0.5
    assert len(unsure.say("what about kettles", "capabilities").reply.text) < len(said)


def test_a_use_in_a_doubtful_question_about_the_assistant_is_a_wish(talk: Talk) -> None:
    talk.say("any dress")
    unsure = Talk(talk.service, talk.request, talk.memory, confidence=0.4)
    unsure.say("what about in red", "capabilities")
    assert unsure.request.on("color")


def test_so_many_of_the_only_one_are_listed(talk: Talk) -> None:
    talk.say("silk dress")
    talk.say("加两份", "list_add")
    assert talk.request.chosen == ("wine",)


def test_the_cheaper_one_of_two_that_were_compared(talk: Talk) -> None:
    shown = ids(talk.say("any dress"))
    talk.say("compare the first two", "compare")
    talk.say("add the cheaper one", "list_add")
    assert talk.request.chosen and set(talk.request.chosen) <= set(shown[:2])


def test_a_quality_that_nothing_is_said_of_is_named(talk: Talk) -> None:
    talk.say("silk dress")
    assert "“起球”" in talk.say("这条裙子起球吗", "details").reply.text


def test_another_kind_that_is_not_wanted_leaves_the_search(talk: Talk) -> None:
    talk.say("any dress")
    talk.say("no kettles", "refine")
    assert talk.request.category == ("dress",)


def test_it_is_not_both_of_two_that_are_compared(talk: Talk) -> None:
    talk.say("red dress")
    talk.say("compare the first two", "compare")
    talk.say("I want to buy it", "buy")
    assert talk.request.chosen == ()


def test_nothing_shown_can_not_be_bought(talk: Talk) -> None:
    output = talk.say("how do I order?", "buy")
    assert talk.request.chosen == ()
    assert "own page" in output.reply.text


def test_what_is_on_the_list_can_be_ordered_after_the_search(talk: Talk) -> None:
    talk.say("silk dress")
    talk.say("add it to my list", "list_add")
    talk.say("start over", "start_over")
    assert LINK in talk.say("checkout", "buy").reply.text


def test_the_shown_kettle_is_meant_and_not_another_search(talk: Talk) -> None:
    talk.say("travel kettle")
    talk.say("put the kettle on my list please", "list_add")
    assert len(talk.request.chosen) == 1
    talk.say("any dress")
    output = talk.say("take the kettle off my list", "list_remove")
    assert talk.request.chosen == ()
    assert talk.request.category == ("dress",)
    assert custom(output)["type"] == "list"


def test_both_of_two_that_are_compared_can_be_listed(talk: Talk) -> None:
    shown = ids(talk.say("red dress"))
    talk.say("compare the first two", "compare")
    talk.say("add them to my list", "list_add")
    assert set(talk.request.chosen) == set(shown)


def test_emptying_the_cart_keeps_the_search(talk: Talk) -> None:
    talk.say("red dress")
    talk.say("add the first to my list", "list_add")
    talk.say("清空购物车", "list_remove")
    assert talk.request.chosen == ()
    assert talk.request.category == ("dress",)


def test_praise_is_no_wish(talk: Talk) -> None:
    shown = ids(talk.say("red dress"))
    before = talk.request.constraints
    talk.say("ooh number 2 is gorgeous, so comfy", "like")
    assert talk.request.liked == (shown[1],)
    assert talk.request.constraints == before


# Service


def test_every_service_intent_has_an_answerer() -> None:
    assert set(ANSWERERS) == SERVICE


@pytest.mark.parametrize("intent", sorted(SERVICE))
@pytest.mark.parametrize("text", ["a question", "一个问题"])
def test_a_service_question_gets_its_own_sentence(talk: Talk, intent: str, text: str) -> None:
    language = "zh" if text != "a question" else "en"
    output = talk.say(text, intent)
    said = talk.service.context.texts.variants[language][f"service_{intent}"]
    assert output.reply.text in said
    assert talk.memory.act == "answered"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("the kettle you sent leaks", "complaint"),
        ("the dress is too tight, I want to send it back", "returns"),
        ("when do I get my shoes", "order_status"),
        ("清空我的搜索历史", "privacy"),
        ("can I pick it up in the shop", "shipping"),
    ],
)
def test_a_service_question_changes_no_search(talk: Talk, text: str, intent: str) -> None:
    talk.say("silk dress")
    before = talk.request
    assert ids(talk.say(text, intent)) == []
    assert talk.request == before


def test_the_stated_warranty_of_the_shown_product_is_told(talk: Talk) -> None:
    talk.say("cordless drill")
    assert "2 years" in talk.say("is there a guarantee?", "warranty").reply.text


# The assistant itself


@pytest.mark.parametrize(
    ("text", "word"), [("am I talking to a robot?", "program"), ("你是真人吗", "程序")]
)
def test_it_says_that_it_is_a_program(talk: Talk, text: str, word: str) -> None:
    assert word in talk.say(text, "bot_challenge").reply.text


def test_feedback_is_met_with_an_apology_and_ways_on(talk: Talk) -> None:
    talk.say("red dress")
    before = talk.request
    output = talk.say("that is not what I asked, you show me polyester", "feedback")
    assert "orry" in output.reply.text
    assert {"back", "start over", "talk to a person"} <= set(output.reply.buttons)
    assert talk.request == before


def test_there_is_nothing_to_go_back_to_at_the_beginning(talk: Talk) -> None:
    assert "back" not in talk.say("you are useless", "feedback").reply.buttons
