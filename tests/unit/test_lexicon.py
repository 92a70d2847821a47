"""The lexicon: names, kinds and folding of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.demo.definitions import load_definitions
from catalog.demo.feed import feed_rows
from catalog.lexicon import Lexicon
from catalog.text import detect_language, fold, fold_with_offsets
from catalog.wording import Wording

#: Columns of a feed that are no attributes with values to name.
OF_ROWS = frozenset(
    "id item_group_id title_en title_zh description_en description_zh price sale_price stock "
    "availability rating rating_count added image_link".split()
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def test_every_concept_has_a_name_in_both_languages(lexicon: Lexicon) -> None:
    for attribute in lexicon.attributes:
        for concept in lexicon.concepts(attribute):
            assert concept.names["en"], concept.id
            assert concept.names["zh"], concept.id


def test_broader_and_near_concepts_exist(lexicon: Lexicon) -> None:
    for attribute in lexicon.attributes:
        ids = {c.id for c in lexicon.concepts(attribute)}
        for concept in lexicon.concepts(attribute):
            assert {*concept.broader, *concept.near} <= ids, concept.id


def test_ids_are_plain_lower_case(lexicon: Lexicon) -> None:
    for attribute in lexicon.attributes:
        for concept in lexicon.concepts(attribute):
            assert concept.id == fold(concept.id)


def test_what_values_imply_exists(lexicon: Lexicon) -> None:
    for attribute in lexicon.attributes:
        for concept in lexicon.concepts(attribute):
            assert all(lexicon.get(*other) for other in concept.also), concept.id


def test_quiet_names_are_for_feeds_only(lexicon: Lexicon) -> None:
    assert lexicon.resolve("closure", "Tie") == "tie"
    assert lexicon.resolve("theme", "Farm") == "farm"
    assert all(e.attribute not in ("closure", "theme") for e in lexicon.terms.get("tie", ()))
    assert "farm" not in lexicon.trie
    assert lexicon.attribute_of("level") == "level"
    assert "level" not in lexicon.attribute_aliases()


def test_every_attribute_has_a_name_in_both_languages(lexicon: Lexicon) -> None:
    for attribute in lexicon.attributes:
        assert not lexicon.attribute_name(attribute, "zh").isascii(), attribute


def test_the_shops_of_the_demo_are_in_both_languages(lexicon: Lexicon) -> None:
    wording = Wording(lexicon)
    codes = {"size", "spf", "memory", "storage", "refresh_rate", "connectivity", "brand"}
    unnamed = {
        (attribute, value)
        for row in feed_rows(load_definitions(), 7)
        for name, cell in row.items()
        if name not in OF_ROWS and (attribute := lexicon.attribute_of(name) or name) not in codes
        for value in cell.split("|" if name != "product_type" else " > ")
        if wording.name(attribute, value, "zh") is None
    }
    assert unnamed == set()


def test_no_concept_is_a_kind_of_itself(lexicon: Lexicon) -> None:
    for attribute in lexicon.attributes:
        for concept in lexicon.concepts(attribute):
            assert concept.id not in lexicon.broader(attribute, concept.id)


def test_the_lexicon_is_wide(lexicon: Lexicon) -> None:
    assert len(lexicon.concepts("product_type")) >= 400
    assert len(lexicon.concepts("color")) >= 50
    assert len(lexicon.concepts("material")) >= 70


@pytest.mark.parametrize(
    ("attribute", "wide", "narrow"),
    [
        ("color", "red", "burgundy"),
        ("color", "blue", "navy"),
        ("product_type", "footwear", "running shoes"),
        ("product_type", "dress", "maxi dress"),
        ("product_type", "food", "chocolate"),
        ("material", "wool", "cashmere"),
        ("occasion", "sports", "running"),
    ],
)
def test_narrower_closes_over_kinds(
    lexicon: Lexicon, attribute: str, wide: str, narrow: str
) -> None:
    assert {wide, narrow} <= lexicon.narrower(attribute, wide)
    assert wide not in lexicon.narrower(attribute, narrow)
    assert wide in lexicon.broader(attribute, narrow)


def test_near_goes_both_ways(lexicon: Lexicon) -> None:
    assert "maroon" in lexicon.near("color", "burgundy")
    assert "burgundy" in lexicon.near("color", "maroon")


@pytest.mark.parametrize(
    ("attribute", "word", "value"),
    [
        ("color", "红色", "red"),
        ("color", "紅色", "red"),
        ("color", "Wine Red", "burgundy"),
        ("color", "off-white", "off white"),
        ("product_type", "T-Shirts", "t-shirt"),
        ("product_type", "连衣裙", "dress"),
        ("product_type", "knives", "knife"),
        ("gender", "Women", "female"),
        ("gender", "Boys", "male"),
        ("material", "100%棉", "cotton"),
        ("size", "XXL", "xxl"),
    ],
)
def test_resolve(lexicon: Lexicon, attribute: str, word: str, value: str) -> None:
    assert lexicon.resolve(attribute, word) == value


def test_resolve_knows_nothing_of_other_words(lexicon: Lexicon) -> None:
    assert lexicon.resolve("color", "sofa") is None
    assert lexicon.resolve("no such attribute", "red") is None


@pytest.mark.parametrize(
    ("name", "attribute"),
    [("面料", "material"), ("颜色", "color"), ("PrimaryColor", None), ("primary colour", "color")],
)
def test_attribute_of(lexicon: Lexicon, name: str, attribute: str | None) -> None:
    assert lexicon.attribute_of(name) == attribute


def test_display(lexicon: Lexicon) -> None:
    assert lexicon.display("color", "burgundy", "zh") == "酒红色"
    assert lexicon.display("color", "burgundy", "en") == "burgundy"
    assert lexicon.display("brand", "Acme", "zh") == "Acme"
    assert lexicon.attribute_name("material", "zh") == "材质"


def test_fingerprint_is_stable(lexicon: Lexicon) -> None:
    assert Lexicon.load().fingerprint == lexicon.fingerprint


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("紅色連衣裙", "红色连衣裙"),
        ("ＸＬ　Ｔ恤", "xl t恤"),
        ("Café", "cafe"),
        ("women’s", "women's"),
        ("5㎏", "5kg"),
        ("這件藍襯衫多少錢", "这件蓝衬衫多少钱"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=40))
def test_offsets_lead_back_into_the_text(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert folded == fold(text)
    assert len(offsets) == len(folded) + 1
    assert offsets[-1] == len(text)
    assert offsets == sorted(offsets)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("red dress", "en"),
        ("红色连衣裙", "zh"),
        ("我想要Nike的Air Force", "zh"),
        ("what does 红色 mean in English please", "en"),
        ("T恤", "zh"),
        ("", "en"),
        ("500?", "en"),
    ],
)
def test_detect_language(text: str, language: str) -> None:
    assert detect_language(text) == language
