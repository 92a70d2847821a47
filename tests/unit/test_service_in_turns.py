"""Customer service in a conversation: the shop's answers, orders with proof, people."""

from __future__ import annotations

import pytest

from actions.turn.service import TurnService
from catalog.service import CANCEL, CHANGE_ADDRESS, OTHER, RETURN
from catalog.service_tables import proof_attempts
from tests.service_shop import Clock, service_shop
from tests.talk import Talk, custom, ids

BOTH = "order DM-10023, ann@example.com"


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> TurnService:
    return service_shop(tmp_path_factory.mktemp("shop") / "little", clock)


@pytest.fixture
def talk(service: TurnService, request: pytest.FixtureRequest) -> Talk:
    """A conversation of its own in each test, where a person can take over."""
    name = request.node.name
    with service.context.shop.store.engine.begin() as connection:
        connection.execute(proof_attempts.delete())
    return Talk(service, desk=True, conversation=f"c-{name}", shopper=f"s-{name}")


def requests_of(talk: Talk) -> list[tuple[str, str]]:
    found = talk.service.context.shop.store.service.requests(conversation_id=talk.conversation)
    return [(r.kind, r.order_number) for r in found]


# The shop's own answers


def test_an_answer_is_quoted_with_its_entry_named(talk: Talk) -> None:
    output = talk.say("do you ship to Canada?", "shipping")
    assert "“Do you ship abroad, to Canada?”" in output.reply.text
    assert "Yes, to forty countries" in output.reply.text
    assert custom(output)["faq"] == [
        {"id": "shipping-abroad", "question": "Do you ship abroad, to Canada?", "language": "en"}
    ]


def test_an_answer_is_in_the_shoppers_language(talk: Talk) -> None:
    text = talk.say("可以寄到国外吗", "shipping").reply.text
    assert "“可以寄到国外吗？”" in text and "四十个国家" in text


def test_one_answer_to_two_questions_is_told_once(talk: Talk) -> None:
    said = "do you ship to Canada, and to ship there, what does it cost?"
    output = talk.say(said, "shipping", intents=("shipping", "payment"))
    assert output.reply.text.count("Yes, to forty countries") == 1
    assert len(custom(output)["faq"]) == 1


def test_what_is_there_in_another_language_only_is_said_so(service: TurnService) -> None:
    talk = Talk(service)
    text = talk.say("有 gift wrapping 吗，offer 吗", "payment").reply.text
    assert "只有英文" in text and "¥10" in text


def test_a_search_and_a_question_are_both_answered(talk: Talk) -> None:
    output = talk.say(
        "a red dress, and do you ship to Canada?",
        "find",
        intents=("find", "shipping"),
        said_parts={"find": "a red dress", "shipping": "do you ship to Canada?"},
    )
    assert set(ids(output)) == {"red-m", "wine"}
    assert "forty countries" in output.reply.text


def test_what_nobody_knows_is_said_and_a_person_offered(talk: Talk) -> None:
    output = talk.say("can I pay with seashells?", "payment")
    assert "a person" in output.reply.text
    assert len(output.reply.buttons) == 2
    handed = talk.say(output.reply.buttons[0], "affirm")
    assert custom(handed)["type"] == "handoff"
    assert custom(handed)["reason"] == "unknown"
    assert "seashells" in custom(handed)["summary"]


@pytest.mark.parametrize("no", ["No, thanks", "不用了"])
def test_the_offer_can_be_declined(talk: Talk, no: str) -> None:
    talk.say("can I pay with seashells?", "payment")
    output = talk.say(no, "deny")
    assert custom(output)["type"] == "message"
    assert talk.say("yes", "affirm").reply.custom["type"] != "handoff"  # type: ignore[index]


def test_where_nobody_is_there_no_person_is_offered(service: TurnService) -> None:
    output = Talk(service).say("can I pay with seashells?", "payment")
    assert "ask a person" not in output.reply.text and not output.reply.buttons


def test_a_question_that_was_not_understood_is_looked_for_in_the_answers(talk: Talk) -> None:
    assert "¥10" in talk.say("do you offer gift wrapping?", "nlu_fallback").reply.text


def test_a_search_is_not_answered_with_an_answer(talk: Talk) -> None:
    output = talk.say("a red dress for a trip abroad to Canada", "find")
    assert ids(output) and "faq" not in custom(output)


# Orders


def test_an_order_is_told_to_whom_it_belongs(talk: Talk) -> None:
    asked = talk.say("where is my order?", "order_status").reply.text
    assert "order number" in asked and "e-mail" in asked
    assert "e-mail" in talk.say("it is DM-10023", "out_of_scope").reply.text
    output = talk.say("ann@example.com", "out_of_scope")
    for fact in ("SF Express", "SF1234567", "https://track.example/SF1234567", "5 June 2026"):
        assert fact in output.reply.text
    assert "2 × Red Cotton Dress" in output.reply.text
    assert custom(output)["order"]["status"] == "shipped"


@pytest.mark.parametrize(
    "said",
    [
        ("我的订单到哪了", "单号DM10023，手机13800138000"),
        ("订单DM-10023到哪里了", "手机是 138 0013 8000"),
        ("我的快递呢", "13800138000", "dm10023"),
    ],
)
def test_number_and_contact_come_in_any_order_and_language(talk: Talk, said: tuple[str]) -> None:
    for n, text in enumerate(said):
        output = talk.say(text, "order_status" if n == 0 else "nlu_fallback")
    assert "2026年6月5日" in output.reply.text


def test_all_in_one_message(talk: Talk) -> None:
    text = talk.say(f"where is my {BOTH}?", "order_status").reply.text
    assert "on its way" in text


def test_a_search_lets_the_question_be(talk: Talk) -> None:
    talk.say("where is my order?", "order_status")
    assert ids(talk.say("show me red dresses under 10000 yuan"))
    assert talk.memory.service.pending == ""


@pytest.mark.parametrize("text", ["never mind", "算了", "不查了"])
def test_the_question_can_be_let_be(talk: Talk, text: str) -> None:
    talk.say("where is my order?", "order_status")
    talk.say(text, "dont_care")
    assert talk.memory.service.pending == ""


def test_who_has_no_number_is_offered_a_person(talk: Talk) -> None:
    talk.say("where is my order?", "order_status")
    talk.say("I can't find the number", "nlu_fallback")
    assert custom(talk.say("yes please", "affirm"))["reason"] == "no_proof"


def test_what_was_not_understood_is_asked_again_once(talk: Talk) -> None:
    talk.say("where is my order?", "order_status")
    again = talk.say("hm hm", "nlu_fallback").reply.text
    assert "still need" in again
    assert "ask a person" in talk.say("hm", "nlu_fallback").reply.text


def test_what_was_proven_stays_so_for_a_while(talk: Talk, clock: Clock) -> None:
    talk.say(f"where is my {BOTH}?", "order_status")
    clock.pass_(minutes=29)
    assert "on its way" in talk.say("where is my order now", "order_status").reply.text
    clock.pass_(minutes=31)
    assert "order number" in talk.say("where is my order now", "order_status").reply.text


def test_another_order_is_proven_by_itself(talk: Talk) -> None:
    talk.say(f"where is my {BOTH}?", "order_status")
    text = talk.say("and order DM-10024?", "order_status").reply.text
    assert "e-mail" in text and "delivered" not in text
    assert "delivered" in talk.say("bob@example.com", "nlu_fallback").reply.text


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("when will it arrive?", "availability"),
        ("is there anything else in the order?", "more"),
        ("什么时候到？", "nlu_fallback"),
    ],
)
def test_what_is_asked_about_a_proven_order_is_about_it(talk: Talk, text: str, intent: str) -> None:
    talk.say("red dress")
    talk.say(BOTH, "nlu_fallback")
    assert "SF1234567" in talk.say(text, intent).reply.text


def test_a_proof_that_was_not_asked_for(talk: Talk) -> None:
    talk.say("where is my order?", "order_status")
    talk.say("what ways to pay are there?", "payment")
    assert "SF1234567" in talk.say("DM-10023 ann@example.com", "payment").reply.text


def test_a_number_to_track_is_asked_a_contact_for(talk: Talk) -> None:
    assert "e-mail" in talk.say("track DM-10023", "out_of_scope").reply.text
    assert "SF1234567" in talk.say("my phone is 13800138000", "find").reply.text


def test_the_language_of_the_conversation_stays_with_a_bare_number(talk: Talk) -> None:
    talk.say("我的订单到哪了", "order_status")
    assert "手机号" in talk.say("DM-10023", "nlu_fallback").reply.text


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("is it too late to return it?", "returns"),
        ("is it too late to change the address?", "order_change"),
        ("还能改地址吗", "order_change"),
    ],
)
def test_a_question_asks_for_nothing_to_be_done(talk: Talk, text: str, intent: str) -> None:
    talk.say(f"where is my {BOTH}?", "order_status")
    talk.say(text, intent)
    assert requests_of(talk) == []


def test_a_wish_with_a_complaint_is_one_request(talk: Talk) -> None:
    output = talk.say(
        f"I want a refund for {BOTH}, it came broken",
        "returns",
        intents=("returns", "complaint"),
    )
    assert requests_of(talk) == [(RETURN, "DM-10023")]
    assert "sorry" in output.reply.text
    assert "damaged" in custom(output)["summary"]


@pytest.mark.parametrize(
    ("text", "intent", "kind"),
    [
        ("please cancel my order", "order_change", CANCEL),
        ("I want to send it back", "returns", RETURN),
        ("我要退货", "returns", RETURN),
        ("请把地址改成上海", "order_change", CHANGE_ADDRESS),
        ("please add a second one to my order", "order_change", OTHER),
    ],
)
def test_a_wish_becomes_a_request_to_a_person(
    talk: Talk, text: str, intent: str, kind: str
) -> None:
    talk.say(text, intent)
    assert requests_of(talk) == []
    output = talk.say(BOTH, "nlu_fallback")
    assert requests_of(talk) == [(kind, "DM-10023")]
    assert custom(output)["type"] == "handoff"
    assert custom(output)["reason"] == "order_change"
    assert "DM-10023" in custom(output)["summary"]
    assert "yet" in output.reply.text or "还没有" in output.reply.text


def test_asking_twice_is_one_request(talk: Talk) -> None:
    talk.say("please cancel my order", "order_change")
    talk.say(BOTH, "nlu_fallback")
    talk.say("please cancel my order", "order_change")
    assert requests_of(talk) == [(CANCEL, "DM-10023")]


def test_without_a_desk_a_request_is_kept_and_nothing_claimed(service: TurnService) -> None:
    talk = Talk(service, conversation="no-desk", shopper="no-desk")
    talk.say("please cancel my order", "order_change")
    output = talk.say(BOTH, "nlu_fallback")
    assert requests_of(talk) == [(CANCEL, "DM-10023")]
    assert custom(output)["type"] == "message"
    assert "not cancelled yet" in output.reply.text and "customer service" in output.reply.text


def test_a_rule_is_told_and_no_proof_needed(talk: Talk) -> None:
    text = talk.say("how do I return something?", "returns").reply.text
    assert "Within 30 days" in text and requests_of(talk) == []


# People


def test_who_asks_for_a_person_gets_one(talk: Talk) -> None:
    talk.say("a red dress under 500")
    output = talk.say("let me talk to a human", "person")
    data = custom(output)
    assert (data["type"], data["reason"]) == ("handoff", "asked")
    assert "red dresses under ¥500" in data["summary"]
    assert "Red Cotton Dress" in data["summary"]
    assert "let me talk to a human" in data["summary"]
    assert 2 <= len(data["summary"].split("\n")) <= 5
    assert "colleague" in output.reply.text


def test_a_person_beside_another_wish(talk: Talk) -> None:
    output = talk.say("cheaper, and get me a human", "critique", intents=("critique", "person"))
    assert custom(output)["type"] == "handoff"


def test_where_nobody_is_there_it_is_said(service: TurnService) -> None:
    output = Talk(service).say("let me talk to a human", "person")
    assert custom(output)["type"] == "message"
    assert "contact page" in output.reply.text


def test_three_messages_that_were_not_understood_come_to_a_person(talk: Talk) -> None:
    kinds = [custom(talk.say(t, "nlu_fallback"))["type"] for t in ("is it", "and then", "so what")]
    assert kinds[2] == "handoff" and "handoff" not in kinds[:2]
    assert custom(talk.say("is it", "nlu_fallback"))["type"] != "handoff"


def test_three_searches_for_words_that_mean_nothing_offer_a_person(talk: Talk) -> None:
    for text in ("hrmpf", "brrrt"):
        assert "ask a person" not in talk.say(text, "nlu_fallback").reply.text
    output = talk.say("grrmpf", "nlu_fallback")
    assert ids(output) and "ask a person" in output.reply.text


def test_what_was_understood_in_between_begins_anew(talk: Talk) -> None:
    for text, intent in (("is it", "nlu_fallback"), ("and", "nlu_fallback"), ("hi", "greet")):
        talk.say(text, intent)
    assert custom(talk.say("so what", "nlu_fallback"))["type"] != "handoff"


def test_the_second_complaint_about_the_assistant_comes_to_a_person(talk: Talk) -> None:
    assert custom(talk.say("that is not what I asked", "feedback"))["type"] != "handoff"
    assert custom(talk.say("wrong again", "feedback"))["reason"] == "not_content"


@pytest.mark.parametrize(
    "text", ["you useless stupid bot!!", "你这个垃圾机器人", "我要去12315投诉你们"]
)
def test_strong_anger_comes_to_a_person(talk: Talk, text: str) -> None:
    data = custom(talk.say(text, "feedback"))
    assert (data["type"], data["reason"]) == ("handoff", "anger")


def test_a_strong_word_about_a_colour_is_no_anger(talk: Talk) -> None:
    output = talk.say("have you got a fucking red dress", "find")
    assert custom(output)["type"] == "products"


# Complaints about what was received


@pytest.mark.parametrize("text", ["the kettle you sent leaks", "你们寄来的水壶漏水"])
def test_a_complaint_is_apologised_for_and_handed_over(talk: Talk, text: str) -> None:
    asked = talk.say(text, "complaint").reply.text
    assert "sorry" in asked or "抱歉" in asked
    output = talk.say(BOTH, "nlu_fallback")
    data = custom(output)
    assert (data["type"], data["reason"]) == ("handoff", "complaint")
    assert text in data["summary"] and "damaged" in data["summary"]


def test_a_complaint_without_a_number_is_handed_over_too(talk: Talk) -> None:
    talk.say("the kettle you sent leaks", "complaint")
    output = talk.say("I don't have the number any more", "nlu_fallback")
    assert custom(output)["reason"] == "complaint"


def test_a_complaint_that_was_taken_for_something_else(talk: Talk) -> None:
    text = talk.say("my parcel came and the cup is broken", "nlu_fallback").reply.text
    assert "sorry" in text and "number" in text


def test_a_high_price_is_no_complaint(talk: Talk) -> None:
    talk.say("any dress")
    output = talk.say("too expensive", "complaint")
    assert ids(output) and "sorry" not in output.reply.text
