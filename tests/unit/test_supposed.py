"""What a shown product would have to be, and what is struck out or paged past."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.request.extract import extract
from actions.request.roles import Role
from actions.request.supposed import as_contrast
from actions.request.types import Referent
from catalog.lexicon import Lexicon
from catalog.vocabulary import Vocabulary
from tests.little_catalogue import PRODUCTS
from tests.talk import Talk, ids, turn_service


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.build(PRODUCTS, Lexicon.load())


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(turn_service(tmp_path / "shop"))


@pytest.mark.parametrize(
    ("text", "rank", "attribute", "value"),
    [
        ("I could live with the first, were it cotton", 1, "material", "cotton"),
        ("the second would be fine if it were in blue", 2, "color", "blue"),
        ("the first would be perfect if it was blue", 1, "color", "blue"),
        ("if only the first came in red", 1, "color", "red"),
        ("I'd take the second if it were under 500", 2, "price", 500.0),
        ("第一个要是蓝色的就好了", 1, "color", "blue"),
        ("如果第二个是红色的我就要了", 2, "color", "red"),
        ("第一个要是有黑色就完美了", 1, "color", "black"),
    ],
)
def test_what_a_product_would_have_to_be_is_a_wish_about_one_like_it(
    vocabulary: Vocabulary, text: str, rank: int, attribute: str, value: object
) -> None:
    similar, wish = extract(text, vocabulary).changes
    assert (similar.kind, similar.referents) == ("similar", (Referent("ordinal", rank),))
    assert wish.constraint is not None
    assert (wish.constraint.attribute, wish.constraint.value) == (attribute, value)


def test_cheaper_than_the_one_that_would_do(vocabulary: Vocabulary) -> None:
    changes = extract("the second would do if it were cheaper", vocabulary).changes
    assert [c.kind for c in changes] == ["similar", "relative"]
    assert changes[0].referents == (Referent("ordinal", 2),)


@pytest.mark.parametrize(
    "text",
    [
        "show me red dresses if you have any",
        "was it made in Italy?",
        "if it rains, will it shrink?",
        "如果有红色的就给我看看",
        "要是没有红色，蓝色也行",
    ],
)
def test_other_conditions_stay_what_they_are(text: str) -> None:
    assert as_contrast(text) == (text, False)


def test_the_text_keeps_its_places() -> None:
    text = "the first would be perfect if it was blue"
    changed, supposed = as_contrast(text)
    assert supposed and len(changed) == len(text)
    assert changed.index("blue") == text.index("blue")


def test_kind_and_colour_stay_when_something_is_wished_of_a_shown_product(talk: Talk) -> None:
    first = ids(talk.say("red dresses"))[0]
    output = talk.say("the first would do if it were under 1000", "goes_with")
    assert output.request.category == ("dress",)
    assert [c.value for c in output.request.on("color")] == ["red"]
    assert output.request.similar_to == (first,)
    assert first not in ids(output) and ids(output)


@pytest.mark.parametrize(
    "text", ["scrap number 1", "cross off number 1", "lose the first", "drop number 1",
             "ditch the first", "第一个撤掉", "第一个就免了", "1号划掉"]
)  # fmt: skip
def test_a_shown_product_can_be_struck_out(talk: Talk, text: str) -> None:
    first = ids(talk.say("dresses"))[0]
    output = talk.say(text, "list_remove")
    assert output.request.rejected == (first,)
    assert first not in ids(output) and ids(output)


def test_a_shown_product_is_struck_out_while_another_is_on_the_list(talk: Talk) -> None:
    first, second = ids(talk.say("dresses"))[:2]
    talk.say("add the first to my list", "list_add")
    output = talk.say("scrap number 2", "reject")
    assert output.request.rejected == (second,)
    assert output.request.chosen == (first,)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("that's not it, keep looking", "reject"),
        ("that's not it", "reject"),
        ("再往后看看", "details"),
        ("再上几款", "find"),
        ("往后翻", "nlu_fallback"),
    ],
)
def test_others_are_shown_when_it_is_not_it(talk: Talk, text: str, intent: str) -> None:
    before = set(ids(talk.say("dresses")))
    after = set(ids(talk.say(text, intent)))
    assert after and not after & before


def test_a_complaint_beside_a_search_is_answered_and_the_search_goes_on(talk: Talk) -> None:
    text = "your last parcel was late, anyway show me a red dress"
    output = talk.say(text, "complaint")
    assert output.request.category == ("dress",)
    assert ids(output)
    assert "complaint" in output.reply.text or "sorry" in output.reply.text


def test_a_complaint_about_a_thing_looks_for_none(talk: Talk) -> None:
    assert not ids(talk.say("the kettle you sent me leaks, this is a shame", "complaint"))


@pytest.mark.parametrize(
    "text",
    ["I'd be grateful for finding a red dress", "would you happen to have a red dress",
     "劳驾，不胜感激，想找红色连衣裙"],
)  # fmt: skip
def test_words_of_courtesy_are_not_told_back(talk: Talk, text: str) -> None:
    output = talk.say(text)
    assert output.request.text == ""
    assert not any(w in output.reply.text for w in ("grateful", "happen", "感激", "劳驾"))


def test_a_like_is_noted_and_leads_on(talk: Talk) -> None:
    first = ids(talk.say("dresses"))[0]
    talk.say("I like the first", "like")
    assert talk.say("yes", "affirm").request.chosen == (first,)


def test_the_lightest_one_is_what_is_talked_about_then(talk: Talk) -> None:
    talk.say("kettles")
    output = talk.say("the lightest one please", "more")
    assert ids(output)[0] == "kettle-s"
    assert output.request.focus == ("kettle-s",)


def test_no_order_by_what_nothing_states(talk: Talk) -> None:
    output = talk.say("the lightest dress first")
    assert output.request.sort is None
    assert "weight" in output.reply.text


def test_talk_around_a_wish_is_not_told_back(talk: Talk) -> None:
    text = "my quest today: a red dress with bells"
    said = talk.say(text, roles={"dress": "thing", "bells": "quality"}).reply.text
    assert "bells" in said
    assert "quest" not in said


def test_what_one_loves_in_general_is_a_wish(talk: Talk) -> None:
    talk.say("dresses")
    output = talk.say("short sleeves is what I love", "like")
    assert [c.value for c in output.request.on("sleeve_length")] == ["short sleeve"]


def test_giving_up_is_no_quality(vocabulary) -> None:
    text = "actually never mind the headphones"
    roles = [Role("quality", "never mind the", 9), Role("thing", "headphones", 24)]
    found = extract(text, vocabulary, roles=roles)
    assert [c.kind for c in found.changes] == ["drop"] and not found.unread
