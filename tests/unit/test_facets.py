"""What products are taken to be, from texts and attributes that may contradict each other."""

from __future__ import annotations

import timeit

import pytest

from catalog.index.facets import Facet, annotate
from catalog.index.titles import read_title
from catalog.lexicon import Lexicon
from catalog.product import Product


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def product(
    title: str,
    *,
    brand: str = "",
    description: str = "",
    category: tuple[str, ...] = (),
    **attributes: str,
) -> Product:
    language = "en" if title.isascii() else "zh"
    return Product(
        id="1",
        title={language: title},
        language=language,
        description={language: description} if description else {},
        brand=brand,
        product_type=category,
        attributes={name: (value,) for name, value in attributes.items()},
    )


def confidence(facets: list[Facet], attribute: str, value: str) -> float:
    return next((f.confidence for f in facets if (f.attribute, f.value) == (attribute, value)), 0)


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Acme Men Navy Blue Solid Track Pants", "track pants"),
        ("Acme Unisex Black & Grey Printed Medium Trolley Bag", "trolley bag"),
        ("Acme Unisex Black Cabin Trolley Bag", "trolley bag"),
        ("Blue Cotton Unstitched Dress Material", "dress material"),
        ("Women Black Leather Dress Shoes", "formal shoes"),
        ("Women Beige Kurta Set with Jacket", "kurta set"),
        ("Women Green Printed Kurta with Palazzos & Dupatta", "kurta set"),
        ("Men Grey Slim Fit Stretchable Jeans", "jeans"),
        ("Women Pink Solid Top", "top"),
        ("Set of 4 Printed Cushion Covers", "cushion cover"),
        ("White T-shirt Dress for Summer", "shirt dress"),
        ("Beige Everyday T-shirt Bra", "bra"),
        ("Men Black Analogue Watch AB1234", "watch"),
        ("Women Brown Block Heels", "heels"),
        ("Men Brown Leather Derbys", "derby shoes"),
        ("Women White Running Shoes", "running shoes"),
        ("Floral Print Bodycon Dress with Belt", "bodycon dress"),
        ("Gold-Toned Drop Earrings", "drop earrings"),
        ("Men Solid Single-Breasted Blazer", "blazer"),
        ("Silk Blend Banarasi Saree with Blouse Piece", "saree"),
        ("Solid Woollen Carpet 120 x 180", "carpet"),
        ("Long Door Curtain, Set of 2", "curtain"),
        ("Ceramic Coffee Mug 330 ml", "mug"),
        ("Matte Lipstick 12 Rosewood 3.5 g", "lipstick"),
        ("Eau de Toilette 100 ml for Men", "perfume"),
        ("Face Cream with Vitamin C", "face cream"),
        ("3-seat sofa-bed with side table", "sofa bed"),
        ("Bar stool with backrest, 74 cm", "bar stool"),
        ("Chest of 4 drawers, white", "chest of drawers"),
        ("Table and 4 chairs", "dining set"),
        ("Cover for 2-seat sofa", "slipcover"),
        ("TV bench with doors", "tv stand"),
        ("Wireless Noise Cancelling Headphones with Case", "headphones"),
        ("13.3 inch Laptop Sleeve", "laptop bag"),
        ("Phone Case for iPhone 12", "phone case"),
        ("Cutlery Holder made of Wood", "storage"),
        ("Earl Grey Tea, 50 bags", "black tea"),
        ("Dark Chocolate with Orange", "chocolate"),
        ("Extra Virgin Olive Oil 500 ml", "cooking oil"),
        ("Wine Glasses, Set of 6", "drinking glass"),
        ("Badminton Racket with Cover", "badminton racket"),
        ("Yoga Mat 6 mm", "yoga mat"),
        ("Men Striped Polo Collar T-shirt", "t-shirt"),
        ("Girls Pink Maxi Dress", "maxi dress"),
        ("纯棉水洗四件套", "bedding set"),
        ("秋冬加厚羊毛被", "quilt"),
        ("女式真丝内裤", "briefs"),
        ("可调节台灯", "table lamp"),
        ("20寸拉杆登机箱", "trolley bag"),
        ("实木餐椅（两把）", "dining chair"),
        ("不粘炒锅30cm", "wok"),
        ("宠物自动牵引绳", "pet leash"),
        ("儿童房窗帘", "curtain"),
        ("羊绒开衫 配围巾", "cardigan"),
        ("记忆绵床垫 床笠款", "mattress"),
        ("正山小种红茶 100克", "black tea"),
        ("银耳 200克", "vegetables"),
        ("白色高领毛衣", "turtleneck"),
        ("黑色真皮双肩包", "backpack"),
        ("红豆薏米茶", "tea"),
        ("男士商务皮鞋", "formal shoes"),
        ("婴儿纯棉哈衣", "baby clothing"),
    ],
)  # fmt: skip
def test_the_head_noun_of_a_title_is_the_product_type(
    lexicon: Lexicon, title: str, head: str
) -> None:
    types = [(v, c) for a, v, c in read_title(title, lexicon) if a == "product_type"]
    assert max(types, key=lambda t: t[1])[0] == head
    assert [v for v, c in types if c == 1.0] == [head]


def test_what_comes_with_it_counts_less(lexicon: Lexicon) -> None:
    facets = annotate(product("Women Beige Kurta Set with Jacket"), lexicon)
    assert 0 < confidence(facets, "product_type", "jacket") < 0.5


def test_words_of_the_brand_are_no_products_and_no_colours(lexicon: Lexicon) -> None:
    facets = annotate(product("Pepe Jeans Men White Shirt", brand="Pepe Jeans"), lexicon)
    assert confidence(facets, "product_type", "jeans") == 0
    facets = annotate(product("Blue Giraffe Boys White Shirt", brand="Blue Giraffe"), lexicon)
    assert confidence(facets, "color", "blue") == 0
    assert confidence(facets, "brand", "Blue Giraffe") == 1


def test_coloured_is_not_red(lexicon: Lexicon) -> None:
    facets = annotate(product("Women Printed Layered Multicoloured Top", color="Red"), lexicon)
    assert confidence(facets, "color", "red") <= 0.3
    facets = annotate(product("Textured Bordered Bag", color="Red"), lexicon)
    assert confidence(facets, "color", "red") <= 0.3


def test_a_colour_in_the_title_beats_the_attribute(lexicon: Lexicon) -> None:
    facets = annotate(product("Women Peach-Coloured Top", color="Red"), lexicon)
    assert confidence(facets, "color", "peach") == 1
    assert confidence(facets, "color", "red") <= 0.3


def test_an_attribute_that_agrees_is_trusted(lexicon: Lexicon) -> None:
    facets = annotate(product("Women Maroon Top", color="Red"), lexicon)
    assert confidence(facets, "color", "maroon") == 1
    assert confidence(facets, "color", "red") == 0.9


def test_an_attribute_alone_is_good_evidence(lexicon: Lexicon) -> None:
    assert confidence(annotate(product("A Top", color="Red"), lexicon), "color", "red") == 0.8
    facets = annotate(product("A Top", color="Red", description="Red knitted top"), lexicon)
    assert confidence(facets, "color", "red") == 0.9


@pytest.mark.parametrize(
    ("size", "values"),
    [("1.8 m bed", ["1.8 m bed"]), ("1.8 米床", ["1.8 米床"]), ("M", ["m"]), ("160/84A(M)", ["m"])],
)
def test_a_unit_is_no_size(lexicon: Lexicon, size: str, values: list[str]) -> None:
    facets = annotate(product("Bedding Set", size=size), lexicon)
    assert [f.value for f in facets if f.attribute == "size"] == values


def test_a_description_is_weak_evidence(lexicon: Lexicon) -> None:
    facets = annotate(product("A Top", description="Red top with white cotton lace"), lexicon)
    assert 0.4 <= confidence(facets, "color", "red") <= 0.6
    assert 0.4 <= confidence(facets, "material", "cotton") <= 0.6


@pytest.mark.parametrize(
    "text", ["Contains no polyester", "polyester-free", "without polyester", "non-polyester"]
)
def test_what_a_description_denies_is_no_evidence(lexicon: Lexicon, text: str) -> None:
    facets = annotate(product("A Top", description=text), lexicon)
    assert confidence(facets, "material", "polyester") == 0


def test_what_a_chinese_description_denies_is_no_evidence(lexicon: Lexicon) -> None:
    facets = annotate(product("连衣裙", description="不含涤纶，纯棉面料"), lexicon)
    assert confidence(facets, "material", "polyester") == 0
    assert confidence(facets, "material", "cotton") > 0


def test_two_colours_in_a_title_both_count(lexicon: Lexicon) -> None:
    facets = annotate(product("Men Black & Grey Checked Shirt", color="Black"), lexicon)
    assert confidence(facets, "color", "black") == confidence(facets, "color", "grey") == 1


@pytest.mark.parametrize(
    ("title", "color"),
    [
        ("Orange Cotton Shirt", "orange"),
        ("Wine Solid Kurta", "burgundy"),
        ("Cream Printed Saree", "cream"),
        ("Olive Green Cargo Pants", "olive"),
        ("Rose Gold Ring", "rose gold"),
        ("Rose Gold-Toned Bracelet", "rose gold"),
        ("Tan Leather Belt", "tan"),
        ("Off-White Striped Kurta", "off white"),
        ("酒红色针织衫", "burgundy"),
        ("黑白格子衬衫", "black"),
    ],
)
def test_colours_of_titles(lexicon: Lexicon, title: str, color: str) -> None:
    assert confidence(annotate(product(title), lexicon), "color", color) == 1


@pytest.mark.parametrize(
    "title", ["正山小种红茶", "白菜猪肉水饺", "黑胶唱片", "橙子5斤", "绿茶蛋黄酥"]
)
def test_names_of_food_and_things_give_no_colour(lexicon: Lexicon, title: str) -> None:
    assert not [f for f in annotate(product(title), lexicon) if f.attribute == "color"]


def test_gender(lexicon: Lexicon) -> None:
    unisex = annotate(product("Black Backpack", gender="Unisex"), lexicon)
    assert {f.value for f in unisex if f.attribute == "gender"} == {"unisex", "male", "female"}
    both = annotate(product("Men & Women Running Shoes"), lexicon)
    assert confidence(both, "gender", "unisex") == 1
    girls = annotate(product("Pink Maxi Dress", gender="Girls"), lexicon)
    assert confidence(girls, "gender", "female") == 0.8
    assert confidence(girls, "age_group", "kids") == 0.8
    assert (
        confidence(annotate(product("Men Shirt", gender="Women"), lexicon), "gender", "female")
        <= 0.3
    )
    kids = annotate(product("Backpack", gender="Unisex Kids"), lexicon)
    assert confidence(kids, "age_group", "kids") == 0.8
    assert confidence(kids, "gender", "unisex") == 0.8


def test_categories_of_the_feed(lexicon: Lexicon) -> None:
    facets = annotate(product("新款", category=("居家", "床品件套")), lexicon)
    assert confidence(facets, "product_type", "bedding") == 0.8
    facets = annotate(product("Thing", category=("Widgets",)), lexicon)
    assert confidence(facets, "product_type", "Widgets") == 0.8


def test_attributes_under_other_names(lexicon: Lexicon) -> None:
    facets = annotate(
        product("抱枕", 面料="65% 天丝 35% 亚麻", 产地="中国江苏", 尺寸="45*45cm"), lexicon
    )
    assert confidence(facets, "material", "lyocell") == 0.8
    assert confidence(facets, "material", "linen") == 0.8
    assert confidence(facets, "origin", "jiangsu") == 0.8
    assert confidence(facets, "dimensions", "45*45cm") == 0.9


def test_each_value_is_there_once(lexicon: Lexicon) -> None:
    facets = annotate(
        product("Red Cotton Shirt", color="Red", description="Red cotton shirt", material="Cotton"),
        lexicon,
    )
    keys = [(f.attribute, f.value) for f in facets]
    assert len(keys) == len(set(keys))


def test_odd_products_are_no_problem(lexicon: Lexicon) -> None:
    for title in ("?", "123", " - ", "W", "/", "(", "İ"):
        annotate(product(title, brand=title, color="", size=" ", description="()"), lexicon)


def test_annotating_is_fast(lexicon: Lexicon) -> None:
    item = product(
        "Acme Women Navy Blue & White Striped A-Line Kurta with Palazzos",
        brand="Acme",
        color="Blue",
        gender="Women",
        description="Navy blue striped woven kurta, has a round neck, three-quarter sleeves. " * 4,
    )
    # The best of several tries: other things run on the machine, too.
    assert min(timeit.repeat(lambda: annotate(item, lexicon), number=20, repeat=5)) / 20 < 1 / 500


def test_a_childs_dress_is_a_dress_for_children(lexicon: Lexicon) -> None:
    category = ("Toys & Baby", "Children's Clothing", "Girls' Dresses")
    facets = annotate(product("Floral Frock", category=category), lexicon)
    assert confidence(facets, "product_type", "dress") >= 0.8
    assert confidence(facets, "age_group", "kids") == 0.8
    assert confidence(facets, "gender", "female") == 0.8


def test_a_category_is_read_together_with_the_one_above(lexicon: Lexicon) -> None:
    facets = annotate(product("A 240 ml", category=("Baby Feeding", "Bottles")), lexicon)
    assert confidence(facets, "product_type", "baby bottle") == 0.8
    assert confidence(facets, "product_type", "water bottle") == 0


def test_values_imply_others(lexicon: Lexicon) -> None:
    facets = annotate(product("Shoe", style="Sporty", waterproof="yes", caffeine="no"), lexicon)
    assert confidence(facets, "occasion", "sports") == 0.8
    assert confidence(facets, "feature", "waterproof") == 0.8
    assert confidence(facets, "feature", "decaf") == 0.8
    facets = annotate(product("Shoe", waterproof="no"), lexicon)
    assert confidence(facets, "feature", "waterproof") == 0


def test_sets_of_other_things_are_no_bedding(lexicon: Lexicon) -> None:
    types = {v: c for a, v, c in read_title("不锈钢刀具三件套", lexicon) if a == "product_type"}
    assert types["knife"] == 1
    assert types["bedding set"] < 0.5


def test_a_trolley_may_be_either(lexicon: Lexicon) -> None:
    types = {v for a, v, c in read_title("Trolley, 35x45 cm", lexicon) if c >= 0.5}
    assert {"trolley bag", "trolley cart"} <= types


def test_a_description_is_believed_where_nothing_else_speaks(lexicon: Lexicon) -> None:
    told = annotate(product("A Top", description="has a round neck, long sleeves"), lexicon)
    assert confidence(told, "neckline", "round neck") > 0.5
    contradicted = annotate(
        product("A Cotton Top", description="some polyester in the lining"), lexicon
    )
    assert confidence(contradicted, "material", "polyester") < 0.5


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Padded backWater-resistance: YesWarranty: 1 year", True),
        ("Water-resistance: Yes", True),
        ("Padded backWater-resistance: NoWarranty: 1 year", False),
        ("Water-resistance: No", False),
    ],
)
def test_lines_that_lost_their_breaks_are_read_apart(
    lexicon: Lexicon, description: str, expected: bool
) -> None:
    facets = annotate(product("A Backpack", description=description), lexicon)
    assert (confidence(facets, "feature", "waterproof") > 0) is expected


@pytest.mark.parametrize(
    ("title", "gender"),
    [
        ("Women Blue Boyfriend Fit Mid-Rise Jeans", "female"),
        ("Women White Boyfriend Shirt", "female"),
        ("Men Blue Girlfriend Fit Jeans", "male"),
        ("Women Blue Mom Fit Jeans", "female"),
        ("Women Lavender Lace Boy Shorts", "female"),
    ],
)
def test_a_cut_named_after_somebody_is_not_for_them(
    lexicon: Lexicon, title: str, gender: str
) -> None:
    facets = annotate(product(title, gender=gender), lexicon)
    assert [f.value for f in facets if f.attribute == "gender"] == [gender]
    assert not any(f.attribute == "age_group" for f in facets)


@pytest.mark.parametrize(
    ("title", "kind", "other"),
    [
        ("Men Slub Jersey Polo Shirt", "polo shirt", "t-shirt"),
        ("Women Teal Peplum Top", "teal", "green"),
        ("Men Khaki Tapered Fit Trousers", "tapered", "skinny"),
    ],
)
def test_what_one_is_called_is_not_what_is_next_to_it(
    lexicon: Lexicon, title: str, kind: str, other: str
) -> None:
    values = {v for _, v, _ in read_title(title, lexicon)}
    assert kind in values
    attribute = next(a for a, v, _ in read_title(title, lexicon) if v == kind)
    assert not values & lexicon.narrower(attribute, other)


def test_a_polo_t_shirt_is_both(lexicon: Lexicon) -> None:
    types = {v for a, v, _ in read_title("Men Blue Polo T-shirt", lexicon) if a == "product_type"}
    for kind in ("polo shirt", "t-shirt"):
        assert types & lexicon.narrower("product_type", kind)
