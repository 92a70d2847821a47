"""What a thing has, and what a "no" before it leaves wanted."""

from __future__ import annotations

import pytest

from actions.request.extract import extract
from catalog.lexicon import Lexicon
from catalog.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.build([], Lexicon.load())


def said(text: str, vocabulary: Vocabulary) -> dict[tuple[str, str], str]:
    """(attribute, op) → value of every constraint."""
    found = [c.constraint for c in extract(text, vocabulary).changes if c.constraint]
    return {(c.attribute, c.op): c.value for c in found}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("yellow kurta with palazzo", "kurta with palazzo"),
        ("a red dress with a belt", "dress with a belt"),
        ("连衣裙带腰带", "连衣裙带腰带"),
        ("a kurta", "kurta"),
    ],
)
def test_what_a_thing_has_is_among_its_words(vocabulary, text, words):
    found = [c.constraint for c in extract(text, vocabulary).changes if c.constraint]
    kinds = [c for c in found if c.attribute == "product_type"]
    assert [c.words for c in kinds] == [words]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "不要格子的男衬衫",
            {
                ("pattern", "is_not"): "checked",
                ("gender", "is"): "male",
                ("product_type", "is"): "shirt",
            },
        ),
        (
            "不是印花的红色连衣裙",
            {
                ("pattern", "is_not"): "printed",
                ("color", "is"): "red",
                ("product_type", "is"): "dress",
            },
        ),
    ],
)
def test_what_follows_de_after_a_no_is_wanted(vocabulary, text, expected):
    assert said(text, vocabulary) == expected
