"""Messages made from messages: two in one, with slips, about other products."""

from __future__ import annotations

import time

import numpy as np
import pytest

from bot.nlu.training.augment import JOINTS, JOINTS_ZH, Augmenter, compose, drop_words, misspell
from bot.nlu.training.batches import Row
from bot.nlu.training.config import TrainConfig
from bot.nlu.training.swap import lexicon_swap
from catalog.lexicon import Lexicon

FIND = Row("I want a red dress.", ((0, 1.0),))
TRACK = Row("where is my order", ((1, 1.0),))
FIND_ZH = Row("想买红色连衣裙。", ((0, 1.0),))


def seeded(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize(("first", "joints"), [(FIND, JOINTS), (FIND_ZH, JOINTS_ZH)])
def test_parts_of_two_in_one_are_exactly_the_two(first: Row, joints: tuple[str, ...]) -> None:
    for seed in range(50):
        both = compose(first, TRACK, seeded(seed))
        (begin, end, one), (begin_2, end_2, other) = both.parts
        assert both.text[begin:end] in (first.text, first.text.rstrip(".。"))
        assert both.text[begin_2:end_2] == TRACK.text
        assert both.text[end:begin_2] in joints
        assert (one, other) == (0, 1)
        assert both.targets == ((0, 0.5), (1, 0.5))


def test_two_of_one_label_are_one_text_of_that_label() -> None:
    both = compose(FIND, FIND_ZH, seeded())
    assert (both.targets, both.parts) == (((0, 1.0),), ())


def test_misspelling_changes_one_word_and_keeps_its_ends() -> None:
    text = "Show me blue dresses for summer please"
    for seed in range(200):
        before, after = text.split(), misspell(text, seeded(seed)).split()
        changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
        assert len(changed) == 1
        (word, slip) = changed[0]
        assert (slip[0], slip[-1]) == (word[0], word[-1])
        assert abs(len(slip) - len(word)) <= 1


@pytest.mark.parametrize("text", ["a red hat", "想买连衣裙", "", "?!"])
def test_texts_without_a_longer_latin_word_are_not_misspelt(text: str) -> None:
    assert misspell(text, seeded()) == text


def test_dropping_words_leaves_the_others_in_order() -> None:
    text = "one two three four five six seven eight nine ten"
    left = drop_words(text, seeded()).split()
    assert len(left) == 9
    assert left == [word for word in text.split() if word in left]
    assert drop_words("thank you", seeded()) == "thank you"


def test_dropping_in_chinese_takes_characters_and_whole_latin_words() -> None:
    left = {drop_words("买Nike鞋子", seeded(seed)) for seed in range(40)}
    assert left == {"Nike鞋子", "买鞋子", "买Nike子", "买Nike鞋"}


def test_rows_of_an_epoch_are_the_same_again_and_others_in_the_next() -> None:
    config = TrainConfig(spelling=0.5, word_dropout=0.5, compose=0.5, synonyms=0.5, seed=3)
    rows = [FIND, TRACK, FIND_ZH, Row("show me running shoes in blue", ((0, 1.0),))] * 5
    once, again = Augmenter(config), Augmenter(config)
    assert once.rows(rows, 1) == again.rows(rows, 1)
    assert once.rows(rows, 1) != once.rows(rows, 2)
    assert len(once.rows(rows, 1)) == 30
    assert [row.targets for row in once.rows(rows, 1)[:20]] == [row.targets for row in rows]


def test_nothing_is_changed_where_nothing_is_asked() -> None:
    rows = [FIND, TRACK]
    assert Augmenter(TrainConfig()).rows(rows, 0) == rows


def test_texts_that_answer_something_are_not_put_together() -> None:
    rows = [Row("the first", ((0, 1.0),), after="list"), Row("yes", ((1, 1.0),), after="ask")]
    assert Augmenter(TrainConfig(compose=1.0)).rows(rows, 0) == rows


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def swaps(text: str, lexicon: Lexicon, count: int = 60) -> set[str]:
    swap, random = lexicon_swap(lexicon), seeded()
    found = [swap(text, random) for _ in range(count)]
    assert None not in found
    return {text for text in found if text is not None}


@pytest.mark.parametrize(
    "text", ["where is my order", "oil-free please", "你们几点关门", "", "I am wired"]
)
def test_texts_without_a_known_word_are_left_alone(text: str, lexicon: Lexicon) -> None:
    assert lexicon_swap(lexicon)(text, seeded()) is None


def test_only_the_known_word_changes(lexicon: Lexicon) -> None:
    found = swaps("do you have an umbrella for my son", lexicon)
    assert len(found) > 20
    for text in found:
        assert text.startswith("do you have ")
        assert text.endswith(" for my son")
        assert "umbrella" not in text


def test_a_colour_becomes_a_colour_or_its_name_in_the_other_language(lexicon: Lexicon) -> None:
    found = {text.removeprefix("anything ") for text in swaps("anything maroon", lexicon)}
    meant = {lexicon.resolve("color", name) for name in found}
    assert None not in meant
    translated = {name for name in found if lexicon.resolve("color", name) == "maroon"}
    assert translated
    assert all(not name.isascii() for name in translated)


def test_chinese_takes_the_longest_word(lexicon: Lexicon) -> None:
    for text in swaps("我想买连衣裙送人", lexicon):
        assert text.startswith("我想买")
        assert text.endswith("送人")
        assert "连衣" not in text
        assert "裙送" not in text or lexicon.resolve("product_type", text[3:-2]) is not None


def test_grammar_follows_the_new_word(lexicon: Lexicon) -> None:
    for text in swaps("I want a dress", lexicon):
        rest = text.removeprefix("I want ")
        if rest.startswith("an "):
            assert rest[3] in "aeiou" or not rest.isascii()
        elif rest.startswith("a ") and rest.isascii():
            assert rest[2] not in "aeiou"
            assert rest.endswith(("ss", "us")) or not rest.endswith("s")
    assert all(t.endswith("s") or not t.isascii() for t in swaps("blender dresses", lexicon))
    assert all(t == t.upper() for t in swaps("RED PLEASE", lexicon))


def test_latin_words_do_not_grow_together_in_chinese(lexicon: Lexicon) -> None:
    for text in swaps("想买Nike连衣裙", lexicon):
        assert not text[6:].isascii() or text[6] == " "


def test_swapping_is_seeded_and_fast(lexicon: Lexicon) -> None:
    swap = lexicon_swap(lexicon)
    texts = [
        "I want a red dress under 50 dollars for a wedding in June",
        "想买一条红色的连衣裙，500以内",
    ]
    first, second = seeded(7), seeded(7)
    assert [swap(t, first) for t in texts * 20] == [swap(t, second) for t in texts * 20]
    spent = []
    for _ in range(3):
        began = time.process_time()
        for text in texts * 2500:
            swap(text, first)
        spent.append(time.process_time() - began)
    assert min(spent) < 0.5
