"""Messages that say several things, or one thing that can be read in two ways."""

from __future__ import annotations

import pytest

from actions.request.extract import extract
from actions.request.types import IS, Change, Constraint
from actions.turn.decide import decide
from actions.turn.intents import ASKABLE, SERVICE
from actions.turn.model import Memory, TurnInput
from actions.turn.parts import Part, read_between, read_parts, wishes
from actions.turn.plan import CLARIFY
from actions.turn.service import TurnService
from tests.talk import Talk, custom, ids, turn_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> TurnService:
    return turn_service(tmp_path_factory.mktemp("shop") / "little")


@pytest.fixture
def talk(service: TurnService) -> Talk:
    return Talk(service)


def service_sentences(talk: Talk, text: str, language: str = "en") -> list[str]:
    """The service intents whose sentence is in a text."""
    variants = talk.service.context.texts.variants[language]
    return [i for i in sorted(SERVICE) if any(v in text for v in variants[f"service_{i}"])]


# Several intents


def test_wishes_and_a_service_question(talk: Talk) -> None:
    talk.say("any dress")
    output = talk.say(
        "not red, and under 300, and do you ship to Canada?",
        "refine",
        intents=("refine", "shipping"),
    )
    assert set(ids(output)) == {"blue", "blend"}
    assert service_sentences(talk, output.reply.text) == ["shipping"]
    assert output.reply.text.index("Blue") < output.reply.text.index("eliver")


@pytest.mark.parametrize("main", ["refine", "shipping", "payment"])
def test_which_intent_is_the_main_one_makes_no_difference(talk: Talk, main: str) -> None:
    talk.say("any dress")
    output = talk.say(
        "under 300, do you ship to Canada and can I pay by card",
        main,
        intents=("refine", "shipping", "payment"),
    )
    assert set(ids(output)) == {"blue", "blend"}
    assert service_sentences(talk, output.reply.text) == ["payment", "shipping"]


def test_two_service_questions_get_two_sentences(talk: Talk) -> None:
    output = talk.say(
        "where is my order and when are you open",
        "order_status",
        intents=("order_status", "store_info"),
    )
    assert service_sentences(talk, output.reply.text) == ["order_status", "store_info"]
    assert ids(output) == []


def test_thanks_and_goodbye_are_one_short_goodbye(talk: Talk) -> None:
    talk.say("any dress")
    text = talk.say("thanks, bye", "thanks", intents=("thanks", "goodbye")).reply.text
    said, asked = text.split("\n")
    assert said in talk.service.context.texts.variants["en"]["goodbye"]
    assert asked == "Did this help?"


def test_courtesy_takes_a_word_in_front_or_behind(talk: Talk) -> None:
    output = talk.say(
        "hi, show me dresses, bye for now", "find", intents=("greet", "find", "goodbye")
    )
    lines = output.reply.text.split("\n")
    assert (lines[0], lines[-1]) == ("Hello!", "Bye!")
    assert ids(output)


def test_thanks_before_a_question_are_welcome(talk: Talk) -> None:
    text = talk.say("thanks, how do I pay?", "payment", intents=("thanks", "payment")).reply.text
    assert text.startswith("You're welcome.")
    assert service_sentences(talk, text) == ["payment"]


def test_ok_thanks_is_thanks_while_nothing_is_open(talk: Talk) -> None:
    talk.say("any dress")
    text = talk.say("ok thanks", "affirm", intents=("affirm", "thanks")).reply.text
    assert text.split("\n")[0] in talk.service.context.texts.variants["en"]["thanks"]


def test_yes_takes_an_offer_even_with_a_service_question(talk: Talk) -> None:
    talk.say("red dress under 390")
    output = talk.say(
        "yes please, and is delivery free?", "shipping", intents=("affirm", "shipping")
    )
    assert service_sentences(talk, output.reply.text) == ["shipping"]


def test_what_is_out_of_scope_is_left_out_where_something_else_is_understood(talk: Talk) -> None:
    output = talk.say(
        "nice weather, show me dresses", "out_of_scope", intents=("out_of_scope", "find")
    )
    assert ids(output)
    assert not any(
        v in output.reply.text for v in talk.service.context.texts.variants["en"]["out_of_scope"]
    )


def test_a_person_and_a_question(talk: Talk) -> None:
    text = talk.say(
        "where is my order, get me a human", "person", intents=("order_status", "person")
    ).reply.text
    assert service_sentences(talk, text) == ["order_status"]
    assert "colleague" in text


def test_one_intent_is_as_none(talk: Talk) -> None:
    a = decide(TurnInput("c", "s", "hello", intent="greet"))
    b = decide(TurnInput("c", "s", "hello", intent="greet", intents=("greet",)))
    assert a == b


# Parts


def color(value: str) -> Change:
    return Change("add", constraint=Constraint("color", IS, value, words=value))


def test_a_thing_in_a_complaint_is_not_looked_for() -> None:
    parts = (Part("refine", "in red"), Part("complaint", "and the blue one I got leaks"))
    kept, residual = wishes((color("red"), color("blue")), "cosy leaks", parts)
    assert kept == (color("red"),)
    assert residual == "cosy"


def test_without_parts_everything_is_kept() -> None:
    changes = (color("red"),)
    assert wishes(changes, "x", ()) == (changes, "x")
    assert wishes(changes, "x", (Part("complaint", "red x"),)) == (changes, "x")
    assert wishes(changes, "x", (Part("refine"), Part("complaint", "red x"))) == (changes, "x")


@pytest.mark.parametrize("data", [None, "refine", {}, [None, 3, {}, {"name": ""}, {"name": 1}]])
def test_unreadable_parts_are_no_parts(data: object) -> None:
    assert read_parts(data) == ()


def test_a_part_may_lack_its_text() -> None:
    assert read_parts([{"name": "refine"}]) == (Part("refine", ""),)


@pytest.mark.parametrize("data", [None, "ab", [], ["a"], ["a", "a"], ["a", "b", "c"], [1, 2]])
def test_between_is_two_different_intents_or_nothing(data: object) -> None:
    assert read_between(data) is None


def test_between_two() -> None:
    assert read_between(["compare", "details"]) == ("compare", "details")


# One thing that can be read in two ways


def test_two_readings_are_put_to_the_shopper(talk: Talk) -> None:
    talk.say("any dress")
    before = talk.request
    output = talk.say("hm, these here", "compare", between=("compare", "details"))
    assert talk.memory.act == "unclear"
    assert talk.request == before
    assert output.reply.text.endswith("?")
    compare, details = output.reply.buttons
    assert custom(talk.say(compare, "compare"))["type"] == "comparison"
    assert custom(talk.say(details, "details"))["type"] == "details"


def test_a_change_decides_in_spite_of_doubt(talk: Talk) -> None:
    talk.say("any dress")
    assert ids(talk.say("in blue", "refine", between=("refine", "availability"))) == ["blue"]


def test_a_thing_in_a_complaint_does_not_decide(talk: Talk) -> None:
    output = talk.say("the kettle you sent leaks", "nlu_fallback", between=("complaint", "returns"))
    assert talk.memory.act == "unclear"
    assert len(output.reply.buttons) == 2
    assert talk.request.constraints == ()


def test_nothing_is_asked_where_it_makes_no_difference(talk: Talk) -> None:
    output = talk.say("something cosy", "find", between=("find", "refine"))
    assert custom(output)["type"] == "products"


def test_what_needs_shown_products_is_not_meant_before_any_are(talk: Talk) -> None:
    output = talk.say("which way", "compare", between=("compare", "shipping"))
    assert service_sentences(talk, output.reply.text) == ["shipping"]


@pytest.mark.parametrize("other", ["affirm", "nlu_fallback", "no_such_intent", "greet"])
def test_what_cannot_be_put_into_words_is_not_asked(talk: Talk, other: str) -> None:
    turn = TurnInput("c", "s", "hm", intent="shipping", between=("shipping", other))
    assert decide(turn).body != CLARIFY


def test_every_reading_has_its_words(service: TurnService) -> None:
    for language in ("en", "zh"):
        keys = service.context.texts.variants[language]
        for kind in ("intent", "message"):
            said = {k.split("_", 1)[1] for k in keys if k.startswith(f"{kind}_")}
            assert said == ASKABLE, (language, kind)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("intent", sorted(ASKABLE))
def test_a_reading_that_is_chosen_is_answered(talk: Talk, language: str, intent: str) -> None:
    talk.say("any dress")
    message = talk.service.context.texts.say(language, f"message_{intent}")
    talk.say(message, intent)
    assert talk.memory.act != "unclear"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("intent", "kind"),
    [("compare", "compare"), ("critique", "relative"), ("similar", "similar"), ("buy", "choose")],
)
def test_the_message_of_a_reading_is_understood(
    service: TurnService, language: str, intent: str, kind: str
) -> None:
    text = service.context.texts.say(language, f"message_{intent}")
    said = extract(text, service.context.index.vocabulary)
    assert kind in {c.kind for c in said.changes}


# What the assistant did


def test_acts(talk: Talk) -> None:
    assert Memory().act == "start"
    acts = []
    for text, intent in [
        ("hello", "greet"),
        ("red dress", "find"),
        ("tell me more about the first", "details"),
        ("compare the first two", "compare"),
        ("why the first?", "why"),
        ("is the first in stock?", "availability"),
        ("show my list", "list_show"),
        ("how long does delivery take?", "shipping"),
        ("add the first to my list", "list_add"),
        ("I like the second", "like"),
        ("red dress under 390", "find"),
        ("tell me about number 9", "details"),
        ("back", "undo"),
        ("my money is short", "budget"),
        ("dress under 40 euros", "find"),
        ("", "nlu_fallback"),
    ]:
        talk.say(text, intent)
        acts.append((text, talk.memory.act))
    assert acts == [
        ("hello", "talked"),
        ("red dress", "shown"),
        ("tell me more about the first", "answered"),
        ("compare the first two", "answered"),
        ("why the first?", "answered"),
        ("is the first in stock?", "answered"),
        ("show my list", "answered"),
        ("how long does delivery take?", "answered"),
        ("add the first to my list", "answered"),
        ("I like the second", "offered"),
        ("red dress under 390", "offered"),
        ("tell me about number 9", "unclear"),
        ("back", "shown"),
        ("my money is short", "asked"),
        ("dress under 40 euros", "asked"),
        ("", "unclear"),
    ]


def test_the_act_survives_between_two_messages() -> None:
    memory = Memory(act="offered")
    assert memory.to_json()["act"] == "offered"
    assert Memory.from_json(memory.to_json()) == memory
    assert Memory.from_json({}).act == Memory.from_json(None).act == "start"
