"""How people write what they want: negation, sizes, ages, slips, scripts, brands, corrections."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Callable

import pytest

from actions.request.apply import apply
from actions.request.extract import extract
from actions.request.types import AT_MOST, IS, Change, Constraint, Request
from catalog.lexicon import Lexicon
from catalog.product import Money, Product
from catalog.vocabulary import Vocabulary

Read = Callable[[str], str]


def _product(n: int, brand: str, **attributes: str) -> Product:
    return Product(
        id=str(n),
        title={"en": f"{brand} thing"},
        language="en",
        price=Money(Decimal(100), "CNY"),
        brand=brand,
        product_type=("Home", "Rugs"),
        attributes={name: (value,) for name, value in attributes.items()},
    )


@pytest.fixture(scope="module")
def reads() -> Read:
    products = [
        _product(1, "Titan", color="Red", gender="Men", size="160*230cm"),
        _product(2, "Levis", color="Blue", gender="Women", size="M"),
        _product(3, "U.S. Polo Assn.", material="Cotton", age_group="kids"),
        _product(4, "HRX by Somebody", material="Wool", dimensions="183 × 61 cm"),
    ]
    vocabulary = Vocabulary.build(products, Lexicon.load())

    def read(text: str) -> str:
        return "; ".join(_short(c.to_json()) for c in extract(text, vocabulary).changes)

    return read


def _short(change: dict[str, Any]) -> str:
    """``color is red``; other kinds of change are named before a colon."""
    kind = "" if change["kind"] == "add" else f"{change['kind']}: "
    value = change.get("value")
    value = "|".join(map(_figure, value)) if isinstance(value, list) else _figure(value)
    words = [change.get("attribute", ""), change.get("op", ""), value, change.get("unit", "")]
    words.append("" if change.get("hard", True) else "softly")
    for referent in change.get("referents", ()):
        parts = [
            referent["by"],
            referent.get("n"),
            referent.get("attribute"),
            referent.get("value"),
        ]
        words.append("@" + "/".join(str(p) for p in parts if p is not None))
    return (kind + " ".join(w for w in words if w)).strip()


def _figure(value: Any) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else str(value or "")


CASES: dict[str, list[tuple[str, str]]] = {
    "negation": [
        ("a jacket without a hood", "product_type is jacket; neckline is_not hooded"),
        ("any colour but pink or purple", "color is_not pink; color is_not purple"),
        ("no pink, no orange", "color is_not pink; color is_not orange"),
        ("not interested in stripes", "pattern is_not striped"),
        ("nothing checked", "pattern is_not checked"),
        ("I don't want anything with polyester in it", "material is_not polyester"),
        ("羊毛过敏", "material is_not wool"),
        ("不考虑皮质的", "material is_not leather"),
        ("没有花纹的", "pattern is solid"),
        ("没有领子的衬衫", "product_type is shirt"),
        ("除了背包以外的包", "product_type is_not backpack; product_type is bag"),
        ("鞋子，运动鞋除外", "product_type is footwear; product_type is_not sneakers"),
        ("除了黑色，别的颜色都可以", "color is_not black"),
        ("不要皮的，帆布或者尼龙的都行", "material is_not leather; material is canvas|nylon"),
        ("超过一千的不要", "price at_most 1000"),
        ("五百以内不要黑的", "price at_most 500; color is_not black"),
        ("500以内 不要黑的也不要白的", "price at_most 500; color is_not black; color is_not white"),
        ("over 500 is too much", "price at_most 500"),
        ("一千以上的不要，要红色的", "price at_most 1000; color is red"),
        ("it can't be heavier than 2 kg", "weight at_most 2 kg"),
        ("不太长的裙子", "length is_not long; product_type is dress"),
    ],
    "what need not be": [
        ("no need for a hood", "drop: neckline hooded"),
        ("cotton is not a must", "drop: material cotton"),
        ("不防水也没关系", "drop: feature waterproof"),
        ("价格限制去掉吧", "drop: price"),
        ("going over budget is fine", "relax: price"),
        ("预算可以稍微超一点", "relax: price"),
    ],
    "corrections": [
        ("red, no wait, blue", "color is blue"),
        ("a red, sorry, blue dress", "color is blue; product_type is dress"),
        ("要M码，等等，L码", "size is l"),
        ("红色，不对，蓝色", "color is blue"),
        ("under 500, actually make it 600", "price at_most 600"),
        ("between 100 and 200, hang on, 100 and 300", "price between 100|300"),
        ("add the first, I mean the second", "choose: @ordinal/2"),
        ("第一个多少钱，我是说第二个", "ask: price @ordinal/2"),
        ("把第二个，不是，第三个加到清单", "choose: @ordinal/3"),
        ("cotton, no polyester", "material is cotton; material is_not polyester"),
        ("cheaper, no actually better rated", "relative: rating more"),
    ],
    "sizes": [
        ("size forty two", "size is 42"),
        ("尺码：Ｌ", "size is l"),
        ("三十八码的", "size is 38"),
        ("36码到38码", "size is 36|37|38"),
        ("dress in medium", "product_type is dress; size is m"),
        ("均码", "size is one size"),
        ("king size bedding", "size is king; product_type is bedding"),
        ("a rug, 160 x 230", "product_type is carpet; size is 160*230cm"),
        ("2.3米x1.6米的地毯", "size is 160*230cm; product_type is carpet"),
        ("yoga mat 183x61", "product_type is yoga mat; dimensions is 183 × 61 cm"),
        ("yoga mat 50x60", "product_type is yoga mat"),
        ("38码 八百以内", "size is 38; price at_most 800"),
    ],
    "measures": [
        ("a kilo of tea", "weight about 1 kg; product_type is tea"),
        ("half a litre", "capacity about 0.5 l"),
        ("半斤茶叶", "weight about 250 g; product_type is tea"),
        ("at least 16 GB of RAM", "memory at_least 16 gb"),
        ("内存8G", "memory about 8 gb"),
        ("8+256的手机", "memory about 8 gb; storage about 256 gb; product_type is phone"),
        ("no taller than 150 cm", "height at_most 150 cm"),
        ("比2公斤轻的", "weight at_most 2 kg"),
        ("a monitor, 27 inches or bigger", "product_type is monitor; screen_size at_least 27 in"),
        ("10cm高跟鞋", "length about 10 cm; product_type is heels"),
        ("sheets for a 1.8 m bed", "product_type is bed sheet; length about 1.8 m"),
        ("4.5+ stars", "rating at_least 4.5"),
    ],
    "for whom": [
        ("适合我妈的羽绒服", "gender is female softly; product_type is puffer jacket"),
        ("帮我爸看看外套", "gender is male softly; product_type is jacket"),
        ("她160的个子，喜欢红色", "color is red"),
        ("我身高160cm，裙子", "product_type is dress"),
    ],
    "questions that end with 不": [
        ("这双鞋防水不", "ask: feature @value/product_type/footwear"),
        ("防水不？", "ask: feature @focus"),
        ("有红色的不", "color is red"),
        ("这双防水鞋", "refer: @value/feature/waterproof"),
    ],
    "in Cantonese": [
        ("有冇平啲嘅", "relative: price less"),
        ("有冇紅色嘅裙", "color is red; product_type is dress"),
    ],
    "ages": [
        ("my son is 8", "gender is male softly; age_group is kids"),
        ("for my daughter, she's five", "gender is female softly; age_group is kids"),
        ("girls' dress", "gender is female; age_group is kids; product_type is dress"),
        ("女童连衣裙", "gender is female; age_group is kids; product_type is dress"),
        ("for ages 5 and up", "age_group is kids"),
        ("baby girl 6-11 months", "gender is female; age_group is infant"),
        ("给一岁以下宝宝", "age_group is infant"),
        ("中老年羽绒服", "age_group is adult; product_type is puffer jacket"),
        ("she's 5 minutes away", ""),
    ],
    "wrong characters and other scripts": [
        ("红色的连衣群", "color is red; product_type is dress"),
        ("羽绒福", "product_type is puffer jacket"),
        ("双间包", "product_type is backpack"),
        ("便易一点的", "relative: price less"),
        ("颜色无所为", "drop: color"),
        ("地二个多少前", "ask: price @ordinal/2"),
        ("lianyiqun 要红色的", "product_type is dress; color is red"),
        ("comapre the secnd and the thrid", "compare: @ordinal/2 @ordinal/3"),
        ("纖維襯衫，滌綸的不要", "product_type is shirt; material is_not polyester"),
        ("後背包", "product_type is backpack"),
        ("筆電", "product_type is laptop"),
        ("微信群", ""),
        ("手机可以便宜点吗", "product_type is phone; relative: price less"),
    ],
    "emoji": [
        ("need 👟 under 400", "product_type is sneakers; price at_most 400"),
        ("shoes 👟", "product_type is footwear"),
        ("👍", "affirm:"),
    ],
    "brands": [
        ("watch by Titan", "product_type is watch; brand is Titan"),
        ("titan watch", "brand is Titan; product_type is watch"),
        ("泰坦的手表", "brand is Titan; product_type is watch"),
        ("Levi's jeans", "brand is Levis; product_type is jeans"),
        ("us polo shirt", "brand is U.S. Polo Assn.; product_type is shirt"),
        ("not from HRX", "brand is_not HRX by Somebody"),
        ("不要 Titan 这个牌子的手表", "brand is_not Titan; product_type is watch"),
        ("H&M dress", "product_type is dress"),
        ("iphone 15 pro case", "product_type is phone case"),
    ],
    "attributes in the names of things": [
        ("winter coat", "season is winter; product_type is coat"),
        ("无线鼠标", "feature is wireless; product_type is mouse"),
        ("plain white tee", "pattern is solid; color is white; product_type is t-shirt"),
        ("棉的袜子", "material is cotton; product_type is socks"),
        ("布沙发", "material is fabric; product_type is sofa"),
        ("皮鞋 棕", "product_type is formal shoes; color is brown"),
        ("黑白都行", "color is black|white"),
        ("假两件卫衣", "product_type is sweatshirt"),
        ("waterproof and wireless", "feature is waterproof; feature is wireless"),
        ("waterproof or windproof", "feature is waterproof|windproof"),
        ("不辣的零食", "flavor is_not spicy; product_type is snack"),
    ],
    "prices": [
        ("more than 100 and less than 300", "price between 100|300"),
        ("百来块", "price about 100"),
        ("两千不到", "price at_most 2000"),
        ("我最多出三百五", "price at_most 350"),
        ("预算还是500", "price at_most 500"),
        ("比第一个便宜一百块", "relative: price less @ordinal/1"),
        ("9块9包邮", "price about 9.9"),
        ("two pounds of tea", "weight about 2 lb; product_type is tea"),
    ],
}  # fmt: skip
_FLAT = [(text, changes) for group in CASES.values() for text, changes in group]


@pytest.mark.parametrize(("text", "changes"), _FLAT, ids=[text for text, _ in _FLAT])
def test_read_as_meant(reads: Read, text: str, changes: str) -> None:
    assert reads(text) == changes


class _Nothing:
    """Nothing is known of any product."""

    def number(self, product_id: str, attribute: str) -> None:
        return None

    def evidence(self, product_id: str, attribute: str, value: str) -> float:
        return 0.0

    def title_matches(self, product_id: str, words: str) -> bool:
        return False


def _applied(request: Request, *changes: Change) -> Request:
    return apply(request, changes, _Nothing(), lambda a, b: a == b).request


def test_the_budget_outlives_a_change_of_category_only_if_it_is_to_stay() -> None:
    dress = Request((Constraint("product_type", IS, "dress"), Constraint("price", AT_MOST, 500.0)))
    shoes = Change("add", constraint=Constraint("product_type", IS, "footwear"))
    assert _applied(dress, shoes).on("price") == ()
    kept = _applied(dress, shoes, Change("keep", attribute="price"))
    assert [c.value for c in kept.on("price")] == [500.0]
    assert kept.category == ("footwear",)


def test_features_are_wanted_together() -> None:
    waterproof, wireless = (Constraint("feature", IS, v) for v in ("waterproof", "wireless"))
    both = _applied(Request((waterproof,)), Change("add", constraint=wireless))
    assert both.on("feature") == (waterproof, wireless)
    assert _applied(both, Change("add", constraint=wireless)).on("feature") == both.on("feature")


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("same budget, but shoes", "keep: price; product_type is footwear"),
        ("换成鞋子，预算不变", "product_type is footwear; keep: price"),
        ("还是这个价位，换成衬衫", "keep: price; product_type is shirt"),
        ("the same but in blue", "similar: @focus; color is blue"),
    ],
)
def test_what_stays_is_said(reads: Read, text: str, changes: str) -> None:
    assert reads(text) == changes
