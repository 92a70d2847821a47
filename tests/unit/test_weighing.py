"""Messages whose intent was guessed wrong: nothing is lost, and nobody goes in circles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.turn.service import TurnService
from catalog.settings import OFF
from tests.little_catalogue import product
from tests.talk import Talk, custom, ids, turn_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> TurnService:
    return turn_service(tmp_path_factory.mktemp("shop") / "little")


@pytest.fixture
def talk(service: TurnService) -> Talk:
    return Talk(service)


def wishes(talk: Talk) -> set[tuple[str, object]]:
    return {(c.attribute, c.value) for c in talk.request.constraints}


def asked(talk: Talk, attribute: str) -> None:
    """As after a question about an attribute."""
    talk.memory = replace(talk.memory, question=attribute, act="asked")


@pytest.mark.parametrize("intent", ["goes_with", "details", "size_help", "like", "goodbye"])
def test_a_wish_is_one_whatever_an_unsure_intent_would_make_of_it(talk: Talk, intent: str) -> None:
    talk.say("any dress")
    talk.confidence = 0.4
    talk.say("it should be blue", intent)
    assert wishes(talk) == {("product_type", "dress"), ("color", "blue")}


@pytest.mark.parametrize("intent", ["store_info", "shipping", "out_of_scope", "greet", "returns"])
def test_in_a_search_a_wish_counts_more_than_a_guess_that_there_is_none(
    talk: Talk, intent: str
) -> None:
    talk.say("any dress")
    talk.confidence = 0.45
    talk.say("from Acme please, blue", intent)
    assert ("color", "blue") in wishes(talk)


@pytest.mark.parametrize("intent", ["shipping", "out_of_scope", "complaint"])
def test_what_is_surely_no_wish_is_none(talk: Talk, intent: str) -> None:
    talk.say("any dress")
    talk.confidence = 0.95
    talk.say("the sky is blue", intent)
    assert wishes(talk) == {("product_type", "dress")}


def test_a_sure_question_about_what_goes_with_it_is_one(talk: Talk) -> None:
    talk.say("any dress")
    talk.say("what goes with the first in blue", "goes_with")
    assert talk.request.goes_with


@pytest.mark.parametrize("intent", ["size_help", "details", "list_add", "compare"])
def test_an_answer_to_the_question_is_one_whatever_it_sounds_like(talk: Talk, intent: str) -> None:
    talk.say("any dress")
    asked(talk, "color")
    talk.say("blue suits me best", intent)
    assert ("color", "blue") in wishes(talk)


@pytest.mark.parametrize("text", ["cream", "make it cream"])
def test_a_word_with_two_meanings_has_the_one_that_was_asked_for(talk: Talk, text: str) -> None:
    talk.say("any dress")
    asked(talk, "color")
    talk.say(text, "find")
    assert wishes(talk) == {("product_type", "dress"), ("color", "cream")}
    talk.say("face cream", "find")
    assert talk.request.category == ("face cream",)


def test_a_question_is_no_answer(talk: Talk) -> None:
    talk.say("any dress")
    asked(talk, "color")
    talk.say("what colour is the first?", "details")
    assert wishes(talk) == {("product_type", "dress")}


def test_words_that_are_no_answer_leave_the_question_open(talk: Talk) -> None:
    first = ids(talk.say("any dress"))
    asked(talk, "color")
    talk.confidence = 0.3
    output = talk.say("leave that open please", "details")
    assert ids(output) and not set(ids(output)) & set(first)


def test_what_is_to_go_from_an_empty_list_is_what_is_shown(talk: Talk) -> None:
    first = ids(talk.say("any dress"))
    talk.say("第一个去掉", "list_remove")
    assert talk.request.rejected == (first[0],)


def test_having_no_preference_rejects_nothing(talk: Talk) -> None:
    talk.say("any dress")
    asked(talk, "color")
    talk.say("no strong feelings on that one", "dont_care", intents=("dont_care", "reject"))
    assert talk.request.rejected == ()


def test_whom_it_is_for_takes_nothing(talk: Talk) -> None:
    talk.say("any dress")
    talk.say("i need them for a woman", "nlu_fallback")
    assert talk.request.chosen == ()
    assert ("gender", "female") in wishes(talk)


def test_a_limit_stays_one_in_a_question_about_the_fit(talk: Talk) -> None:
    talk.say("which red dress under 400 would fit me", "size_help")
    assert ("price", 400.0) in wishes(talk)


def test_the_old_one_is_broken_and_a_new_one_is_wanted(talk: Talk) -> None:
    assert ids(talk.say("mine fell apart, so a dress under 450", "complaint"))
    assert ("price", 450.0) in wishes(talk)


def test_what_was_ordered_is_still_not_looked_for(talk: Talk) -> None:
    assert ids(talk.say("the dress i ordered fell apart", "complaint")) == []
    assert wishes(talk) == set()


def test_saying_the_same_again_shows_others(talk: Talk) -> None:
    first = ids(talk.say("any product from Acme, a dress")) or ids(talk.say("any dress"))
    second = ids(talk.say("a dress"))
    assert first and second and not set(first) & set(second)


def test_now_this_and_now_its_opposite_is_not_answered_in_circles(tmp_path) -> None:
    many = [
        product(f"p{n}", f"{color} Cotton Shirt", str(100 + n), color=color)
        for n, color in enumerate(("Red", "Blue") * 9)
    ]
    talk = Talk(turn_service(tmp_path / "many", many))
    said = ("a red shirt", "not red", "red", "not red", "red", "not red", "red")
    lists = [tuple(ids(talk.say(text, "refine"))) for text in said]
    assert all(lists) and max(lists.count(shown) for shown in lists) < 3
    assert all(talk.service.context.facts.evidence(i, "color", "red") > 0.5 for i in lists[-1])


def test_the_only_one_is_not_shown_a_third_time_but_what_comes_near(tmp_path) -> None:
    some = [product("only", "Pink Cotton Shirt", "90", color="pink")]
    some += [product(f"p{n}", "Blue Cotton Shirt", str(100 + n), color="blue") for n in range(9)]
    talk = Talk(turn_service(tmp_path / "some", some))
    said = ("a pink shirt", "not pink", "pink", "not pink", "pink")
    replies = [talk.say(text, "refine") for text in said]
    assert ids(replies[0]) == ids(replies[2]) == ["only"]
    assert ids(replies[4]) and "only" not in ids(replies[4])
    assert custom(replies[4])["relaxed"]


def test_help_with_choosing_begins_with_something_to_choose_from(talk: Talk) -> None:
    assert ids(talk.say("help me choose a dress", "compare"))


@pytest.mark.parametrize("beside", ["out_of_scope", "nlu_fallback"])
@pytest.mark.parametrize("search", ["any dress", ""])
def test_whoever_talks_beside_the_point_is_led_on(talk: Talk, beside: str, search: str) -> None:
    if search:
        talk.say(search)
    said = ("cats sleep", "it snowed", "i sang", "they won", "we danced", "stars fell", "oh bees")
    replies = [talk.say(text, beside).reply for text in said]
    texts = [reply.text for reply in replies]
    assert max(texts.count(text) for text in texts) < 3
    assert any(reply.custom["type"] == "products" for reply in replies[:2])


def test_a_question_that_is_not_answered_is_left_open(talk: Talk) -> None:
    first = ids(talk.say("any dress"))
    asked(talk, "color")
    output = talk.say("is it raining", "out_of_scope")
    assert ids(output) and not set(ids(output)) & set(first)


def test_tracking_down_a_thing_is_looking_for_it(talk: Talk) -> None:
    assert ids(talk.say("trying to track down a dress"))
    assert wishes(talk) == {("product_type", "dress")}


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [("a dress for a girl", "en", "for girls"), ("女童连衣裙", "zh", "女童款")],
)
def test_girls_are_called_girls(talk: Talk, text: str, language: str, words: str) -> None:
    first = talk.say(text).reply.text.split("1.")[0]
    assert words in first and "for women" not in first and "女款" not in first


def test_without_questions_nothing_is_asked(tmp_path) -> None:
    many = [
        product(f"p{n}", f"{color} Cotton Shirt", str(100 + n), color=color)
        for n, color in enumerate(("Red", "Blue", "Green", "Black") * 5)
    ]
    service = turn_service(tmp_path / "many", many)
    assert custom(Talk(service).say("a shirt"))["question"]
    silent = replace(service, context=replace(service.context, asks=OFF))
    output = Talk(silent).say("a shirt")
    assert ids(output) and custom(output)["question"] is None


def test_a_brand_that_is_a_common_word_is_an_answer(tmp_path) -> None:
    brands = ("Only", "Vero", "Mango", "Zara")
    many = [
        product(f"p{n}", f"{brands[n % 4]} Cotton Shirt", str(100 + n), brand=brands[n % 4])
        for n in range(24)
    ]
    talk = Talk(turn_service(tmp_path / "brands", many))
    asked = custom(talk.say("a shirt", "find"))["question"]
    while asked["attribute"] != "brand":
        asked = custom(talk.say("no preference", "dont_care"))["question"]
    shown = custom(talk.say("ONLY!!", "reject"))["items"]
    assert shown and all("Only" in item["title"] for item in shown)


def test_another_thing_is_not_to_go_with_what_is_shown(tmp_path) -> None:
    things = [product(f"s{n}", "Running Shoes", str(90 + n)) for n in range(4)]
    things += [product(f"t{n}", f"Cotton Shirt {n}", str(20 + n)) for n in range(4)]
    service = turn_service(tmp_path / "another", things)
    for text, together in (
        ("what about a shirt", False),
        ("which shirt goes with the first", True),
        ("配什么衬衫", True),
        ("那衬衫呢", False),
    ):
        talk = Talk(service)
        talk.say("running shoes")
        assert bool(talk.say(text, "goes_with").request.goes_with) == together, text
