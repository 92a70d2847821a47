"""What a shopper's words are taken for, and what they are not."""

from __future__ import annotations

import json
import time
from itertools import pairwise

import pytest

from catalog.lexicon import Lexicon
from catalog.product import Product
from catalog.vocabulary import Vocabulary

BRANDS = (
    "Roadster", "ONLY", "AND", "HERE&NOW", "One", "Navy", "Mango", "Pepe Jeans", "W", "Next",
    "Puma", "Blue Giraffe", "太平鸟", "GAP", "Back", "U.S. Polo Assn.",
)  # fmt: skip


def product(n: int, brand: str, **attributes: tuple[str, ...]) -> Product:
    return Product(
        id=str(n), title={"en": "thing"}, language="en", brand=brand, attributes=attributes
    )


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


@pytest.fixture(scope="module")
def vocabulary(lexicon: Lexicon) -> Vocabulary:
    products = [product(i, brand, color=("Red",)) for i, brand in enumerate(BRANDS)]
    products.append(product(100, "roadster", 产地=("景德镇",), color=("Galaxy Swirl",)))
    products.append(product(101, "Roadster", material=("100% cotton",), weight=("1.2 kg",)))
    return Vocabulary.build(products, lexicon)


def read(vocabulary: Vocabulary, text: str) -> list[tuple[str, str]]:
    return [(m.attribute, m.value) for m in vocabulary.match(text)]


@pytest.mark.parametrize(
    "text",
    [
        "it", "that one", "the second one", "the second", "something cheaper", "one more",
        "top rated", "show me the top three", "what are your top brands?", "the first one",
        "I want to watch a movie", "watch out", "can I watch it later", "is it all set?",
        "how do I set it up", "go back", "back", "take it back please", "I like it",
        "like the first but cheaper", "more", "show me more", "what is the price", "second-hand",
        "second hand ones are fine", "something light", "lighter please", "does it work?",
        "that suits me", "would that suit me", "just in case", "does it fit in a car",
        "will it fit", "only this one", "and the last", "here you are", "is it from here",
        "I need one", "next", "the next ones", "only two please", "can you check that",
        "I have no idea", "hello", "thanks a lot", "yes", "no", "do you ship to Canada?",
        "where is my order", "how long does it take", "too expensive", "what is the difference",
        "is there a gap in the list", "I changed my mind", "out of the blue",
        "第二个", "还有吗", "包邮吗", "发红包吗", "便宜点", "换一批", "多少钱", "我明白了",
        "代表什么", "收到银行短信", "什么时候发货", "青年", "说明书有吗", "谢谢", "麻烦你了",
        "你好", "男女都可以", "我在地铁上", "运费谁出", "表示感谢", "退货运费", "灰尘多吗",
        "可以用花呗吗", "一杯就够了",
    ],
)  # fmt: skip
def test_ordinary_talk_names_nothing(vocabulary: Vocabulary, text: str) -> None:
    assert read(vocabulary, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("red dress", [("color", "red"), ("product_type", "dress")]),
        ("DRESSES", [("product_type", "dress")]),
        ("a red top", [("color", "red"), ("product_type", "top")]),
        ("show me tops", [("product_type", "top")]),
        ("I want a watch", [("product_type", "watch")]),
        ("any watches?", [("product_type", "watch")]),
        ("running shoes", [("product_type", "running shoes")]),
        ("t shirts", [("product_type", "t-shirt")]),
        ("tshirt", [("product_type", "t-shirt")]),
        ("women's t-shirt", [("gender", "female"), ("product_type", "t-shirt")]),
        ("dress shoes", [("product_type", "formal shoes")]),
        ("dress material", [("product_type", "dress material")]),
        ("trolley bag", [("product_type", "trolley bag")]),
        ("shirt dress", [("product_type", "shirt dress")]),
        ("navy blue jeans", [("color", "navy"), ("product_type", "jeans")]),
        ("leather sofa", [("material", "leather"), ("product_type", "sofa")]),
        ("faux leather bag", [("material", "faux leather"), ("product_type", "bag")]),
        ("noise-cancelling headphones", [
            ("feature", "noise cancelling"), ("product_type", "headphones")]),
        ("something for work", [("occasion", "work")]),
        ("polka-dot v-neck blouse", [
            ("pattern", "polka dot"), ("neckline", "v neck"), ("product_type", "blouse")]),
        ("xl", [("size", "xl")]),
        ("我想买一件红色的连衣裙", [("color", "red"), ("product_type", "dress")]),
        ("來一件紅色連衣裙", [("color", "red"), ("product_type", "dress")]),
        ("黑的有吗", [("color", "black")]),
        ("要红的", [("color", "red")]),
        ("一双黑鞋", [("color", "black"), ("product_type", "footwear")]),
        ("白Ｔ恤", [("color", "white"), ("product_type", "t-shirt")]),
        ("纯棉四件套", [("material", "cotton"), ("product_type", "bedding set")]),
        ("深蓝牛仔裤", [("color", "dark blue"), ("product_type", "jeans")]),
        ("复古绿连衣裙", [("color", "green"), ("product_type", "dress")]),
        ("适合夏天的v领中长款", [
            ("season", "summer"), ("neckline", "v neck"), ("length", "midi")]),
        ("买个包", [("product_type", "bag")]),
        ("老公的生日礼物", [("gender", "male"), ("occasion", "gift")]),
    ],
)  # fmt: skip
def test_what_is_named(vocabulary: Vocabulary, text: str, expected: list[tuple[str, str]]) -> None:
    assert read(vocabulary, text) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("红茶", "black tea"), ("白菜", "vegetables"), ("银耳", "vegetables"), ("橙子", "fruit"),
        ("棉被", "quilt"), ("牛仔裤", "jeans"), ("黑胶", "music record"), ("口红", "lipstick"),
        ("红酒", "wine"), ("绿植", "plant"), ("白酒", "spirits"), ("黑巧克力", "chocolate"),
        ("奶茶", "milk tea"), ("orange juice", "juice"), ("olive oil", "cooking oil"),
        ("wine glasses", "drinking glass"), ("green tea", "green tea"),
        ("face cream", "face cream"), ("red wine", "wine"),
    ],
)  # fmt: skip
def test_colours_inside_names_of_things_are_no_colours(
    vocabulary: Vocabulary, text: str, value: str
) -> None:
    assert read(vocabulary, text) == [("product_type", value)]


def test_gold_in_chinese_is_the_metal_and_the_colour_is_jin_se(vocabulary: Vocabulary) -> None:
    assert read(vocabulary, "黄金项链")[0] == ("material", "gold")
    assert read(vocabulary, "金色项链")[0] == ("color", "gold")


@pytest.mark.parametrize(
    ("text", "reading", "other"),
    [
        ("an orange dress", ("color", "orange"), ("product_type", "fruit")),
        ("I want an orange", ("product_type", "fruit"), ("color", "orange")),
        ("that one in orange", ("color", "orange"), ("product_type", "fruit")),
        ("a dress in wine", ("color", "burgundy"), ("product_type", "wine")),
        ("a navy shirt", ("color", "navy"), None),
        ("shirts by Navy", ("brand", "Navy"), ("color", "navy")),
        ("mango dresses", ("brand", "Mango"), ("product_type", "fruit")),
    ],
)
def test_ambiguous_words_are_read_by_context(
    vocabulary: Vocabulary,
    text: str,
    reading: tuple[str, str],
    other: tuple[str, str] | None,
) -> None:
    mention = next(m for m in vocabulary.match(text) if (m.attribute, m.value) == reading)
    if other:
        assert other in mention.alternatives


def test_skirts_and_dresses_share_a_chinese_word(vocabulary: Vocabulary) -> None:
    (mention,) = vocabulary.match("裙子")
    assert mention.value == "dress"
    assert ("product_type", "skirt") in mention.alternatives


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("roadster jeans", "Roadster"),
        ("shirts from Only", "ONLY"),
        ("anything by and?", "AND"),
        ("the brand next", "Next"),
        ('do you have "one"?', "One"),
        ("I like ONLY a lot", "ONLY"),
        ("HERE&NOW shirts", "HERE&NOW"),
        ("here & now shirts", "HERE&NOW"),
        ("Pepe Jeans shirts", "Pepe Jeans"),
        ("太平鸟的外套", "太平鸟"),
        ("only的裙子", "ONLY"),
        ("rodster shirts", "Roadster"),
    ],
)
def test_brands(vocabulary: Vocabulary, text: str, brand: str) -> None:
    assert ("brand", brand) in read(vocabulary, text)


def test_a_brand_has_one_value_for_all_its_spellings(vocabulary: Vocabulary) -> None:
    assert vocabulary.resolve("brand", "ROADSTER") == "Roadster"
    assert vocabulary.narrower("brand", "Roadster") == {"Roadster", "roadster"}
    assert vocabulary.count("brand", "Roadster") == 3


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sneekers", "sneakers"), ("runing shoes", "running shoes"), ("t shrit", "t-shirt"),
        ("jakcet", "jacket"), ("a drss", "dress"), ("headfones", "headphones"),
        ("accesories", "accessories"), ("helment", "helmet"),
    ],
)  # fmt: skip
def test_misspelt_words_are_understood_with_less_certainty(
    vocabulary: Vocabulary, text: str, value: str
) -> None:
    (mention,) = vocabulary.match(text)
    assert mention.value == value
    assert mention.score < 1


def test_offsets_refer_to_the_text_as_written(vocabulary: Vocabulary) -> None:
    text = "有没有ＲＥＤ的 Dresses，紅色？"
    for mention in vocabulary.match(text):
        assert text[mention.start : mention.end] == mention.surface
    assert [m.surface for m in vocabulary.match(text)] == ["ＲＥＤ", "Dresses", "紅色"]


def test_mentions_do_not_overlap(vocabulary: Vocabulary) -> None:
    mentions = vocabulary.match("navy blue cotton t-shirt dress for women, 红色纯棉连衣裙")
    assert all(a.end <= b.start for a, b in pairwise(mentions))


def test_words_of_other_shops_match_too(vocabulary: Vocabulary) -> None:
    assert read(vocabulary, "a laptop") == [("product_type", "laptop")]


def test_a_merchants_own_values_match(vocabulary: Vocabulary) -> None:
    assert ("origin", "景德镇") in read(vocabulary, "景德镇的花瓶")
    assert ("color", "Galaxy Swirl") in read(vocabulary, "in galaxy swirl")


def test_names_of_attributes(vocabulary: Vocabulary) -> None:
    assert [m.value for m in vocabulary.match_attributes("第二个什么材质，什么牌子？")] == [
        "material",
        "brand",
    ]
    assert [m.value for m in vocabulary.match_attributes("what fabric is it?")] == ["material"]
    assert vocabulary.attribute_of("牌子") == "brand"
    assert vocabulary.attribute_of("产地") == "origin"


def test_knows_what_the_shop_has(vocabulary: Vocabulary) -> None:
    assert vocabulary.knows("color")
    assert vocabulary.knows("weight")
    assert not vocabulary.knows("neckline")


def test_survives_json(vocabulary: Vocabulary, lexicon: Lexicon) -> None:
    data = json.loads(json.dumps(vocabulary.to_json()))
    again = Vocabulary.from_json(data, lexicon)
    for text in ("roadster shirts in red", "shirts from Only", "景德镇"):
        assert again.match(text) == vocabulary.match(text)
    assert again.attributes == vocabulary.attributes


def test_refuses_another_format(lexicon: Lexicon) -> None:
    with pytest.raises(ValueError, match="another version"):
        Vocabulary.from_json({"format": 0}, lexicon)


@pytest.mark.parametrize("text", ["", " ", "???", "😀", "a" * 2000, "红" * 500, "\u0301", "İİİ"])
def test_odd_text_is_no_problem(vocabulary: Vocabulary, text: str) -> None:
    vocabulary.match(text)


def test_matching_is_fast_with_many_brands(lexicon: Lexicon) -> None:
    products = [product(i, f"Brand{chr(97 + i % 26)}{i} House") for i in range(700)]
    vocabulary = Vocabulary.build(products, lexicon)
    texts = (
        "I'm looking for red runing shoes under $50 for my wife, not the first, something cheaper",
        "我想买一件红色的连衣裙，价格不超过500元，最好是纯棉的，不要太长",
    )
    vocabulary.match(texts[0])
    start = time.perf_counter()
    for _ in range(20):
        for text in texts:
            vocabulary.match(text)
    assert (time.perf_counter() - start) / 40 < 0.002
