"""What a message says of what is known about the shopper, read from its words."""

from __future__ import annotations

import pytest

from actions.interest.said import CHANGED, GIFT, NO, Heard, hear, verdict


@pytest.mark.parametrize(
    "text",
    [
        "what do you know about me?",
        "What have you learned about me so far",
        "what do you think I like",
        "what's my taste?",
        "show me my profile",
        "你知道我喜欢什么吗",
        "你都记得我什么",
        "我的喜好有哪些",
        "你对我了解多少",
    ],
)
def test_it_is_heard_when_somebody_asks_what_is_known(text):
    assert hear(text, listed=False) == Heard(asks=True)


@pytest.mark.parametrize(
    "text",
    [
        "what do you know about cotton?",
        "what do you have in red",
        "forget it",
        "forget the red one",
        "never mind the mug",
        "忘了告诉你，要红色的",
        "第二个不对称的那件",
        "我喜欢第二个",
        "do you know about returns",
    ],
)
def test_other_messages_are_left_alone(text):
    assert not hear(text, listed=False)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("forget the second", (2,)),
        ("forget 2 and 3", (2, 3)),
        ("number 1 is wrong", (1,)),
        ("忘掉第二条", (2,)),
        ("第三条不对", (3,)),
        ("delete number 4, please", (4,)),
    ],
)
def test_lines_of_the_list_before_are_meant_by_their_place(text, places):
    assert hear(text, listed=True).places == places
    assert hear(text, listed=False) == Heard()


@pytest.mark.parametrize(
    ("text", "words", "dislikes"),
    [
        ("forget that I like dresses", "dresses", False),
        ("忘掉我喜欢连衣裙", "连衣裙", False),
        ("I don't like red any more", "red", True),
        ("我不喜欢红色了", "红色", True),
        ("把红色忘掉", "红色", False),
    ],
)
def test_a_line_is_meant_by_its_words(text, words, dislikes):
    heard = hear(text, listed=True)
    assert (heard.words, heard.dislikes) == (words, dislikes)


@pytest.mark.parametrize(
    "text", ["forget everything you know about me", "忘掉我的所有喜好", "reset my preferences"]
)
def test_everything_can_be_forgotten_at_any_time(text):
    assert hear(text, listed=False).forgets_all


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no, that was a gift", GIFT),
        ("no, it was for a friend", GIFT),
        ("it's for my sister", GIFT),
        ("不，那是送朋友的", GIFT),
        ("给我妈买的", GIFT),
        ("这是送人的", GIFT),
        ("yes", CHANGED),
        ("yes please", CHANGED),
        ("是的，忘掉吧", CHANGED),
        ("好的", CHANGED),
        ("no", NO),
        ("No, keep both", NO),
        ("不，都要", NO),
        ("不是", NO),
        ("不用", NO),
        ("show me cheaper ones", ""),
        ("for running", ""),
        ("第二个", ""),
        ("nothing in blue?", ""),
    ],
)
def test_answers_to_a_drift_that_was_told(text, said):
    assert verdict(text) == said
