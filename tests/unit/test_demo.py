"""The demo shop: what it promises to a conversation, checked on the feed that it writes."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from catalog.demo import ensure_demo_shop, write_feed
from catalog.demo.definitions import load_definitions
from catalog.demo.offers import TODAY, charm, slug

Row = dict[str, str]
COLORS = load_definitions().colors
REDS = {"Red", "Wine Red", "Burgundy", "Brick Red", "Rose Red"}
FABRICS = {
    "chiffon": "雪纺",
    "linen": "亚麻",
    "silk": "真丝",
    "wool": "羊毛",
    "cashmere": "羊绒",
    "corduroy": "灯芯绒",
    "denim": "牛仔布",
    "tweed": "粗花呢",
    "velvet": "丝绒",
}
SLEEVES = ("sleeveless", "short-sleeve", "elbow-sleeve", "three-quarter-sleeve", "long-sleeve")
WORN = ("Women", "Men", "Toys & Baby > Baby Clothing", "Toys & Baby > Children's Clothing")


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_feed(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def rows(feed: tuple[Path, Path]) -> list[Row]:
    with feed[0].open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture(scope="module")
def groups(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["item_group_id"]].append(row)
    return found


def asking_price(row: Row) -> Decimal:
    return Decimal((row["sale_price"] or row["price"]).split()[0])


def bare(row: Row, title: str) -> str:
    """The title without the color in it."""
    color = COLORS.get(row["color"])
    words = row[title]
    for name in color or ():
        words = words.replace(name, "")
    return " ".join(words.split()).strip(", ")


def test_the_same_seed_writes_the_same_bytes(feed, tmp_path):
    again = write_feed(tmp_path)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in feed]


def test_another_seed_makes_another_shop(feed, tmp_path):
    assert write_feed(tmp_path, seed=8)[0].read_bytes() != feed[0].read_bytes()


def test_it_is_large_enough_to_talk_about_and_small_enough_to_index(rows, groups):
    assert len(groups) >= 1500
    assert len(rows) <= 6200
    assert len({(row["title_en"], row["description_en"]) for row in rows}) <= 2850
    assert len({row["product_type"].split(" > ")[0] for row in rows}) >= 10
    assert len({row["brand"] for row in rows}) >= 60


def test_dresses_are_deep_enough_for_a_long_conversation(groups):
    dresses = [g for g in groups.values() if g[0]["product_type"] == "Women > Dresses"]
    red = [g for g in dresses if any(r["color"] in REDS and asking_price(r) <= 500 for r in g)]
    materials = Counter(g[0]["material"] for g in dresses)
    assert len(dresses) >= 120
    assert len(red) >= 25
    assert {"Polyester", "Chiffon", "Cotton", "Linen", "Silk", "Knit"} <= set(materials)
    assert any(r["color"] == "Blue" for g in dresses for r in g)


@pytest.mark.parametrize(
    "product_type, least",
    [
        ("Women > Tops", 30), ("Men > Shirts", 25), ("Women > Skirts", 20), ("Men > Jackets", 15),
        ("Shoes > Sports Shoes > Running Shoes", 20), ("Shoes > Sneakers", 20),
        ("Shoes > Boots", 15), ("Shoes > Sandals", 15), ("Bags > Backpacks", 20),
        ("Bags > Handbags", 20), ("Bags > Luggage > Suitcases", 15),
        ("Home Textiles > Bedding > Bed Sheet Sets", 20), ("Kitchen > Tableware > Mugs", 15),
        ("Kitchen > Knives", 10), ("Electronics > Audio", 40), ("Electronics > Phones", 20),
        ("Electronics > Computers > Laptops", 20), ("Beauty > Skin Care", 30),
        ("Beauty > Makeup", 15), ("Beauty > Sun Care", 10), ("Sports & Outdoor > Yoga", 10),
        ("Sports & Outdoor > Water Bottles", 15), ("Toys & Baby > Toys", 40),
        ("Toys & Baby > Baby Clothing", 20), ("Food & Tea > Tea", 25),
        ("Food & Tea > Coffee", 15), ("Furniture & Home Decor > Lighting", 25),
        ("Furniture & Home Decor > Desks", 15), ("Furniture & Home Decor > Chairs", 15),
    ],
)  # fmt: skip
def test_every_department_has_something_to_choose_from(groups, product_type, least):
    assert sum(g[0]["product_type"].startswith(product_type) for g in groups.values()) >= least


def test_ids_are_unique(rows):
    assert max(Counter(row["id"] for row in rows).values()) == 1


@pytest.mark.parametrize("title", ["title_en", "title_zh"])
def test_no_two_products_have_the_same_title(groups, title):
    bare_titles = Counter(bare(rows[0], title) for rows in groups.values())
    assert [t for t, count in bare_titles.items() if count > 1] == []
    owners = defaultdict(set)
    for group, rows in groups.items():
        for row in rows:
            owners[row[title]].add(group)
    assert [t for t, groups_of in owners.items() if len(groups_of) > 1] == []


def test_every_text_is_there_in_both_languages(rows):
    for row in rows:
        for column in ("title", "description"):
            en, zh = row[f"{column}_en"], row[f"{column}_zh"]
            assert en and not re.search(r"[\u4e00-\u9fff]", en), row["id"]
            assert re.search(r"[\u4e00-\u9fff]", zh), row["id"]
            assert not re.search(r"[{}]|  |。。|\. \.| ,", en + zh), row["id"]


def test_a_title_names_the_color_in_both_languages(rows):
    for row in rows:
        if row["color"]:
            assert row["color"] in row["title_en"]
            assert COLORS[row["color"]].zh in row["title_zh"]


def test_variants_share_everything_but_color_size_and_what_follows(groups):
    for rows in groups.values():
        for column in ("brand", "product_type", "description_en", "gender", "material", "rating"):
            assert len({row[column] for row in rows}) == 1
        assert len({row["title_en"] for row in rows}) == len({row["color"] for row in rows})


def test_prices_are_what_a_shop_would_print(rows):
    for row in rows:
        price = Decimal(row["price"].removesuffix(" CNY"))
        assert price % 10 == 9
        assert 9 <= price <= 20000
        if row["sale_price"]:
            assert Decimal(row["sale_price"].removesuffix(" CNY")) < price


def test_premium_brands_cost_more(groups):
    prices = defaultdict(list)
    tier = {brand.name: brand.price for brand in load_definitions().brands}
    for rows in groups.values():
        if rows[0]["product_type"] == "Women > Dresses":
            prices[tier[rows[0]["brand"]]].append(Decimal(rows[0]["price"].split()[0]))
    means = [sum(prices[t]) / len(prices[t]) for t in sorted(prices)]
    assert means == sorted(means)
    assert len(means) == 3


def test_some_is_on_sale_sold_out_or_nearly_so(rows, groups):
    on_sale = sum(bool(g[0]["sale_price"]) for g in groups.values()) / len(groups)
    assert 0.15 < on_sale < 0.25
    assert 0.03 < sum(row["stock"] == "0" for row in rows) / len(rows) < 0.1
    assert sum(0 < int(row["stock"]) <= 5 for row in rows) > 300
    assert all((row["availability"] == "in_stock") == (row["stock"] != "0") for row in rows)


def test_ratings_have_a_long_tail(groups):
    counts = sorted(int(g[0]["rating_count"]) for g in groups.values())
    assert counts[0] == 0
    assert counts[len(counts) // 2] < 80
    assert counts[-1] > 1000
    for rows in groups.values():
        assert bool(rows[0]["rating"]) == (rows[0]["rating_count"] != "0")


def test_nothing_was_added_after_the_shops_today(rows):
    assert all(date.fromisoformat(row["added"]) <= TODAY for row in rows)


def test_texts_name_no_fabric_that_the_attributes_deny(rows):
    for row in rows:
        if not row["product_type"].startswith(WORN):
            continue
        said_en = f"{row['title_en']} {row['description_en']}".lower()
        said_zh = row["title_zh"] + row["description_zh"]
        for en, zh in FABRICS.items():
            if re.search(rf"\b{en}\b", said_en) or zh in said_zh:
                assert en in row["material"].lower(), (row["id"], en)


def test_a_title_says_the_sleeves_that_the_product_has(rows):
    for row in rows:
        words = row["title_en"].lower().split()
        for sleeve in SLEEVES:
            if sleeve in words:
                assert row["sleeve_length"].lower().replace(" ", "-") == sleeve, row["id"]


def test_seasons_follow_from_fabric_and_sleeves(rows):
    for row in rows:
        seasons = set(row["season"].split("|"))
        if row["material"] in ("Wool", "Cashmere") and row["product_type"].startswith(WORN):
            assert not seasons & {"Summer"}, row["id"]
            assert row["sleeve_length"] not in ("Sleeveless", "Short sleeve"), row["id"]
        if row["material"] == "Linen" and row["product_type"].startswith(("Women", "Men")):
            assert not seasons & {"Winter"}, row["id"]


def test_features_and_their_flags_agree(rows):
    for row in rows:
        features = row["feature"].split("|")
        title = row["title_en"].lower().replace("-", " ")
        for flag, zh in (("waterproof", "防水"), ("noise_cancelling", "降噪")):
            feature = flag.replace("_", " ")
            assert (row[flag] == "yes") == (feature.capitalize() in features), row["id"]
            if feature in title or zh in row["title_zh"]:
                assert row[flag] == "yes", row["id"]


def test_adults_do_not_get_childrens_sizes(rows):
    for row in rows:
        if row["age_group"] == "adult" and row["product_type"].startswith(("Women", "Men")):
            assert not row["size"].endswith("cm"), row["id"]
        if row["product_type"].startswith("Women"):
            assert row["gender"] == "female"
        if row["product_type"].startswith("Men"):
            assert row["gender"] == "male"


def test_shoe_sizes_suit_whom_the_shoe_is_for(rows):
    for row in rows:
        if row["product_type"].startswith("Shoes") and row["size"].isdigit():
            assert row["gender"] != "female" or int(row["size"]) <= 40, row["id"]
            assert row["gender"] != "male" or int(row["size"]) >= 39, row["id"]


def test_charm_prices():
    assert [charm(x) for x in (3, 12, 131, 996, 1040, 3700)] == [9, 9, 129, 999, 999, 3699]


def test_slugs_are_plain():
    assert slug("1.5 m bed") == "1-5-m-bed"
    assert slug("200 × 230 cm") == "200-230-cm"


def test_the_shop_is_made_once_and_kept(tmp_path, rows):
    shop = ensure_demo_shop(tmp_path / "demo")
    assert shop.settings.synthetic
    assert shop.settings.currency == "CNY"
    assert shop.store.count() == len(rows)
    revision = shop.store.revision()
    product = next(shop.store.iter_products())
    assert set(product.title) == set(product.description) == {"en", "zh"}
    assert len(product.product_type) >= 2
    shop.close()

    again = ensure_demo_shop(tmp_path / "demo")
    assert again.store.revision() == revision
    again.close()


def test_the_shop_is_renewed_where_its_generator_changed(tmp_path, rows):
    path = tmp_path / "demo"
    ensure_demo_shop(path).close()
    (path / "demo.sha256").write_text("older\n", "ascii")
    shop = ensure_demo_shop(path)
    assert shop.store.count() == len(rows)
    assert (path / "demo.sha256").read_text("ascii") != "older\n"
    shop.close()
