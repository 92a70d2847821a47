"""Searching by words in two languages, and with characters that mean something elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from catalog.index.words import WordIndex, WordIndexBuilder, tokens

TITLES = [
    "Women Red Printed Dress",
    "Men's Running Shoes",
    "红色雪纺连衣裙",
    "Wireless Headphones (over-ear) 5.0",
    "Red T-Shirt",
    "紅色針織半身裙",
]


@pytest.fixture
def index(tmp_path: Path) -> WordIndex:
    builder = WordIndexBuilder()
    for title in TITLES:
        builder.add([(title, 3.0), ("a product of this shop", 1.0)])
    builder.write(tmp_path)
    return WordIndex.open(tmp_path)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("dresses", 0),
        ("RUNNING SHOE", 1),
        ("连衣裙", 2),
        ("連衣裙", 2),
        ("headphone", 3),
        ("tshirt", 4),
        ("t-shirts", 4),
        ("红色半身裙", 5),
    ],
)
def test_finds_by_word(index: WordIndex, text: str, first: int) -> None:
    positions, scores = index.search(text, 3)
    assert positions[0] == first
    assert scores[0] > 0


def test_rare_words_count_more_than_common_ones(index: WordIndex) -> None:
    positions, _ = index.search("red dress of this shop", 6)
    assert positions[:2].tolist() == [0, 4]
    assert len(positions) == 6


@pytest.mark.parametrize(
    "text", ['"', "dress OR NOT (", "dress*", 'title:"x" NEAR/2', "';--", "^a"]
)
def test_no_character_is_syntax(index: WordIndex, text: str) -> None:
    positions, _ = index.search(text, 3)
    assert positions.tolist()[:1] == ([0] if "dress" in text else positions.tolist()[:1])


def test_nothing_in_common_finds_nothing(index: WordIndex) -> None:
    positions, scores = index.search("zzz 饕餮", 3)
    assert (len(positions), len(scores)) == (0, 0)
    assert len(index.search("", 3)[0]) == len(index.search("red", 0)[0]) == 0


def test_only_allowed_products_are_found(index: WordIndex) -> None:
    allowed = np.array([False, True, True, True, True, True])
    assert index.search("red", 3, allowed)[0].tolist() == [4]


def test_stem_and_pairs() -> None:
    assert tokens("Accessories") == tokens("accessory")
    assert "frock" in tokens("frocks!")
    assert tokens("大米") == ["大", "米", "大米"]


def test_empty_index_can_be_written(tmp_path: Path) -> None:
    WordIndexBuilder().write(tmp_path)
    assert len(WordIndex.open(tmp_path).search("red", 3)[0]) == 0
