"""Questions about products that no attribute answers, and what people say of them."""

from __future__ import annotations

import numpy as np
import pytest

from actions.service.quoting import DESCRIPTION, REVIEW, Sentence, asked, best, sentences
from actions.turn.service import TurnService
from catalog.service import Review
from tests.little_catalogue import ChecksumEncoder
from tests.service_shop import service_shop
from tests.talk import Talk, custom


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> TurnService:
    return service_shop(tmp_path_factory.mktemp("shop") / "little")


@pytest.fixture
def talk(service: TurnService) -> Talk:
    talk = Talk(service, desk=True)
    talk.say("red cotton dress")
    return talk


def test_a_review_is_quoted_with_its_source(talk: Talk) -> None:
    text = talk.say("does the first shrink in the wash?", "details").reply.text
    assert "A shopper wrote: “It shrank a little after the first wash.”" in text
    assert "Yes" not in text


def test_a_chinese_question_finds_a_chinese_review(talk: Talk) -> None:
    text = talk.say("第一个会不会掉色", "details").reply.text
    assert "有买家写道：“颜色很正，洗了几次也不掉色。”" in text


def test_a_review_in_the_other_language_is_said_to_be(service: TurnService) -> None:
    talk = Talk(service)
    talk.say("棉连衣裙 红色")
    text = talk.say("第一个会缩水吗", "details").reply.text
    assert "有买家用英文写道" in text and "shrank" in text


def test_a_mention_is_no_yes(service: TurnService) -> None:
    talk = Talk(service)
    talk.say("flask")
    text = talk.say("is it waterproof?", "details").reply.text
    assert "not waterproof when open" in text
    assert "Yes" not in text and "stated to be" not in text


def test_what_nobody_wrote_is_not_stated_and_a_person_offered(service: TurnService) -> None:
    talk = Talk(service, desk=True)
    talk.say("travel kettle")
    output = talk.say("does the first leak?", "details")
    assert "says anything about that" in output.reply.text
    assert custom(talk.say("yes", "affirm"))["type"] == "handoff"


def test_all_about_a_product_is_still_told(talk: Talk) -> None:
    text = talk.say("tell me more about the first", "details").reply.text
    assert "¥399" in text and "wrote" not in text


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("what do the reviews say about the first?", "details"),
        ("do people like the first?", "like"),
        ("第一个评价怎么样", "details"),
    ],
)
def test_reviews_are_told_good_and_bad(talk: Talk, text: str, intent: str) -> None:
    told = talk.say(text, intent).reply.text
    assert "3.3" in told and "3" in told
    assert "seams came open" in told
    assert any(word in told for word in ("Lovely", "shrank", "颜色很正"))


def test_what_several_people_wrote_is_told_once(service: TurnService) -> None:
    words = "Feels wonderful and fits true to size."
    again = [Review(f"again-{n}", "wine", words, 5.0, "en") for n in (1, 2)]
    service.context.shop.store.service.upsert_reviews(again)
    talk = Talk(service)
    talk.say("silk dress")
    told = talk.say("what do the reviews say about the first?", "details").reply.text
    assert told.count("Feels wonderful") == 1


def test_the_best_rated_is_compared_and_not_told(talk: Talk) -> None:
    output = talk.say("which one has the best reviews?", "compare")
    assert "seams" not in output.reply.text


def test_personal_data_in_a_review_is_not_told(service: TurnService) -> None:
    data = service.context.shop.store.service
    data.upsert_reviews([Review("r9", "tee", "It smells nice, call me on 13800138000.", 5.0, "en")])
    talk = Talk(service)
    talk.say("black t-shirt")
    text = talk.say("does it smell?", "details").reply.text
    assert "smells nice" in text and "13800138000" not in text


# Choosing sentences

AMONG = [
    Sentence("Soft and warm.", REVIEW, "en", 5.0),
    Sentence("It hums a bit.", REVIEW, "en", 3.0),
    Sentence("A quiet motor.", DESCRIPTION, "en"),
    Sentence("声音不大。", REVIEW, "zh", 4.0),
]


def encode(texts):
    return ChecksumEncoder().encode_queries(list(texts))


def test_description_and_review_both_have_their_say() -> None:
    found = best("is it noisy?", asked("is it noisy?", "noisy"), AMONG, encode, "en")
    assert [s.source for s in found] == [DESCRIPTION, REVIEW]


def test_nothing_near_is_nothing() -> None:
    assert best("does it rust?", asked("does it rust?", "rust"), AMONG, encode, "en") == []


def test_what_means_the_same_is_found_without_its_words() -> None:
    near = encode(["It keeps me dry."])[0]

    def alike(texts):
        vectors = encode(texts)
        return [
            near if "it good" in t or "dry" in t else v for t, v in zip(texts, vectors, strict=True)
        ]

    among = [*AMONG, Sentence("It keeps me dry.", REVIEW, "en", 5.0)]
    found = best(
        "is it good outside?",
        asked("is it good outside?", ""),
        among,
        lambda texts: np.array(alike(texts)),
        "en",
    )
    assert [s.text for s in found] == ["It keeps me dry."]


def test_a_title_is_not_what_is_asked() -> None:
    assert not asked("is the waterproof bag nice?", "", "Waterproof Bag").topics


def test_sentences_are_split_in_both_languages() -> None:
    found = sentences("好。不掉色！Great v. Nice fit", REVIEW, 5.0)
    assert [s.text for s in found] == ["不掉色！", "Great v.", "Nice fit"]
