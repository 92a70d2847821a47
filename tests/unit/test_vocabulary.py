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
        "case", "in this case", "cani see it", "can I pick it up", "that is easy", "quiet please",
        "a medium risk is fine", "just tie it up", "any missed calls", "we live on a farm",
        "what is the delivery date", "snap out of it", "a firm no", "that is a sweet deal",
        "reserve the third for me", "the tin opener is not mine", "visit the zoo", "by train",
        "is it made in China", "I am an advanced user", "I like gaming", "electric bill",
        "do you take calls", "balanced view", "solar system", "all of them", "the original price",
        "take care", "the finish is nice", "which grade is it", "yes please", "no thanks",
        "the app is buggy", "it weighs a ton", "wired me the money", "normal people",
        "fabric?", "what is my dress size", "switch it off", "level with me",
        "我住在云南", "能寄到新疆吗", "发到浙江要几天", "可以打电话吗", "小米粥", "是的",
        "含运费吗", "普通的就行", "原价多少", "微笑", "坐火车", "敏感话题",
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
        ("red dress size m", [("color", "red"), ("product_type", "dress"), ("size", "m")]),
        ("wireless headphones", [("feature", "wireless"), ("product_type", "headphones")]),
        ("蓝牙耳机", [("feature", "bluetooth"), ("product_type", "headphones")]),
        ("无线耳机", [("feature", "wireless"), ("product_type", "headphones")]),
        ("布艺沙发", [("material", "fabric"), ("product_type", "sofa")]),
        ("a fabric sofa", [("material", "fabric"), ("product_type", "sofa")]),
        ("rose red dress", [("color", "rose red"), ("product_type", "dress")]),
        ("玫红色连衣裙", [("color", "rose red"), ("product_type", "dress")]),
        ("serum with niacinamide for oily skin", [
            ("product_type", "serum"), ("ingredient", "niacinamide"), ("skin_type", "oily")]),
        ("敏感肌用的玻尿酸精华", [
            ("skin_type", "sensitive"), ("ingredient", "hyaluronic acid"),
            ("product_type", "serum")]),
        ("a dark roast coffee", [("roast", "dark"), ("product_type", "coffee")]),
        ("girls' dresses", [("gender", "female"), ("product_type", "dress")]),
        ("普洱茶", [("product_type", "pu'er tea")]),
        ("wide-leg jeans", [("fit", "wide leg"), ("product_type", "jeans")]),
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


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("彪马的鞋", "Puma"),
        ("耐克跑鞋", None),
        ("彪马", "Puma"),
        ("芒果连衣裙", "Mango"),
        ("芒果好吃吗", None),
    ],
)
def test_brands_in_chinese_where_the_shop_has_them(
    vocabulary: Vocabulary, text: str, brand: str | None
) -> None:
    found = [value for attribute, value in read(vocabulary, text) if attribute == "brand"]
    assert found == ([brand] if brand else [])


@pytest.mark.parametrize(
    ("category", "value"), [("Kitchen furniture", "trolley cart"), ("Bags", "trolley bag")]
)
def test_a_trolley_is_what_the_shop_is_likely_to_have(
    lexicon: Lexicon, category: str, value: str
) -> None:
    products = [
        Product(id=str(i), title={"en": "x"}, language="en", product_type=(category, "Trolleys"))
        for i in range(3)
    ]
    assert read(Vocabulary.build(products, lexicon), "a trolley") == [("product_type", value)]


@pytest.mark.parametrize(
    ("attribute", "value", "english", "chinese"),
    [
        ("color", "navy", "navy", "藏青色"),
        ("color", "Navy Blue", "Navy Blue", "藏青色"),
        ("color", "Rose Red", "Rose Red", "玫红色"),
        ("color", "白色/灰色", "white, grey", "白色/灰色"),
        ("color", "Galaxy Swirl", "Galaxy Swirl", "Galaxy Swirl"),
        ("material", "100%棉", "100% cotton", "100%棉"),
        ("material", "60%棉 40%聚酯纤维", "60% cotton, 40% polyester", "60%棉 40%聚酯纤维"),
        ("material", "锦纶80%氨纶20%", "80% nylon, 20% spandex", "锦纶80%氨纶20%"),
        ("material", "80% cotton, 20% wool", "80% cotton, 20% wool", "80%棉，20%羊毛"),
        ("material", "tritan", "Tritan", "Tritan"),
        ("filling", "Goose down", "Goose down", "羽绒"),
        ("style", "Smart casual", "Smart casual", "商务休闲"),
        ("closure", "Tie", "Tie", "系结"),
        ("feature", "Heart rate monitor", "Heart rate monitor", "心率监测"),
        ("waterproof", "yes", "yes", "是"),
        ("pieces", "4 pieces", "4 pieces", "4 件"),
        ("battery_life", "12 h", "12 h", "12 小时"),
        ("battery_life", "7 days", "7 days", "7 天"),
        ("warranty", "2 years", "2 years", "2 年"),
        ("capacity", "3 people", "3 people", "3 人"),
        ("capacity", "500毫升", "500 ml", "500毫升"),
        ("size", "1.5 m bed", "1.5 m bed", "1.5 米床"),
        ("size", "24 inch", "24 inch", "24 英寸"),
        ("size", "m", "M", "M 码"),
        ("age_group", "3+ years", "3+ years", "3 岁以上"),
        ("camera", "50 MP", "50 MP", "5000 万像素"),
        ("dimensions", "200 × 230 cm", "200 × 230 cm", "200 × 230 厘米"),
        ("connectivity", "5G", "5G", "5G"),
        ("origin", "中国江苏", "Jiangsu", "中国江苏"),
        ("brand", "U.S. Polo Assn.", "U.S. Polo Assn.", "U.S. Polo Assn."),
        ("product_type", "Girls' Dresses", "Girls' Dresses", "女童连衣裙"),
        ("product_type", "Children's Jackets", "Children's Jackets", "儿童夹克"),
        ("product_type", "Suits & Blazers", "Suits & Blazers", "西装、西装外套"),
        ("product_type", "Pu'er Tea", "Pu'er Tea", "普洱茶"),
        ("product_type", "床品件套", "bedding", "床品件套"),
    ],
)
def test_display(
    vocabulary: Vocabulary, attribute: str, value: str, english: str, chinese: str
) -> None:
    assert vocabulary.display(attribute, value, "en") == english
    assert vocabulary.display(attribute, value, "zh") == chinese


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
