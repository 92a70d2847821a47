"""What the assistant says: sentences in both languages, requests and money in words."""

from __future__ import annotations

import ast
import re
import string
from decimal import Decimal
from typing import Any

import pytest
import yaml

from actions.replies.describe import Describer, plural
from actions.replies.money import format_amount, format_money
from actions.replies.texts import NLU_DATA, Texts
from actions.request.types import Constraint, Request
from catalog.errors import ShoptalkError
from catalog.lexicon import Lexicon
from catalog.product import LANGUAGES, Money
from catalog.settings import ROOT
from catalog.vocabulary import Vocabulary
from tests.little_catalogue import PRODUCTS

C = Constraint
DRESS = C("product_type", "is", "dress")
KETTLE = C("product_type", "is", "kettle")


def fields(sentence: str) -> set[str]:
    return {name for _text, name, _spec, _conv in string.Formatter().parse(sentence) if name}


@pytest.fixture(scope="module")
def texts():
    return Texts.load()


@pytest.fixture(scope="module")
def describer():
    return Describer(Vocabulary.build(PRODUCTS, Lexicon.load()), "CNY")


# Sentences


def test_both_languages_have_the_same_sentences(texts):
    assert set(texts.variants["en"]) == set(texts.variants["zh"])


def test_every_variant_of_a_sentence_has_the_same_fields(texts):
    odd = {}
    for key in texts.variants["en"]:
        found = {
            frozenset(fields(v)) for language in LANGUAGES for v in texts.variants[language][key]
        }
        if len(found) > 1:
            odd[key] = [sorted(f) for f in found]
    assert odd == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_written_twice(language):
    text = (NLU_DATA / language / "replies.yml").read_text(encoding="utf-8")
    node: Any = yaml.compose(text)
    keys = [key.value for key, _value in node.value]
    assert sorted(keys) == sorted(set(keys))


def test_each_language_is_written_in_its_own_script(texts):
    for key in texts.variants["en"]:
        for sentence in texts.variants["en"][key]:
            assert not any(_is_chinese(c) for c in sentence), key
        for sentence in texts.variants["zh"][key]:
            letters = [c for c in _without_fields(sentence) if c.isalpha()]
            assert not letters or any(map(_is_chinese, letters)), key


def _is_chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _without_fields(sentence: str) -> str:
    return "".join(text for text, *_rest in string.Formatter().parse(sentence))


def test_a_language_that_lacks_a_sentence_is_named(tmp_path):
    for language, keys in (("en", "a: x\nb: y\n"), ("zh", "a: 甲\n")):
        (tmp_path / language).mkdir()
        (tmp_path / language / "replies.yml").write_text(keys, encoding="utf-8")
    with pytest.raises(ShoptalkError, match="in 'zh' lack b"):
        Texts.load(tmp_path)


def test_a_sentence_varies_from_turn_to_turn(texts):
    said = {texts.say("en", "found", turn, n=9, what="dresses", k=3) for turn in range(4)}
    assert len(said) == len(texts.variants["en"]["found"])
    assert all("9 dresses" in s and "3" in s for s in said)


def spoken() -> list[tuple[str, str, set[str] | None]]:
    """Each call of ``say`` with the key written out: where, the key, and the fields given."""
    found: list[tuple[str, str, set[str] | None]] = []
    for path in sorted((ROOT / "actions").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            keys = [str(a.value) for a in node.args if isinstance(a, ast.Constant)]
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            if name == "offer":
                found += [(where, key, set()) for key in keys]
            elif name == "say" and keys:
                given = {k.arg for k in node.keywords if k.arg}
                spread = len(given) < len(node.keywords)
                found.append((where, keys[-1], None if spread else given))
    return found


def test_whatever_the_code_says_can_be_said(texts):
    calls = spoken()
    assert len(calls) > 50
    for where, key, given in calls:
        assert texts.has("en", key), f"{where}: there is no sentence {key!r}"
        needed = fields(texts.variants["en"][key][0])
        assert given is None or needed <= given, f"{where}: {key!r} needs {needed - given}"


# Requests in words

REQUESTS = [
    ((), "products", "商品"),
    ((DRESS,), "dresses", "连衣裙"),
    ((C("color", "is", "red"),), "red products", "红色商品"),
    (
        (DRESS, C("color", "is", "red"), C("price", "at_most", 500)),
        "red dresses under ¥500",
        "500 元以内的红色连衣裙",
    ),
    ((DRESS, C("price", "at_most", 50, currency="USD")), "dresses under $50", "$50 以内的连衣裙"),
    ((DRESS, C("price", "at_least", 1299)), "dresses from ¥1,299 up", "1,299 元以上的连衣裙"),
    (
        (DRESS, C("price", "between", (200, 500))),
        "dresses from ¥200 to ¥500",
        "200–500 元的连衣裙",
    ),
    ((DRESS, C("price", "about", 300)), "dresses around ¥300", "300 元左右的连衣裙"),
    (
        (DRESS, C("price", "at_most", 398.99, words="relative")),
        "dresses under ¥399",
        "低于 399 元的连衣裙",
    ),
    (
        (DRESS, C("material", "is_not", "polyester")),
        "dresses without polyester",
        "不含聚酯纤维的连衣裙",
    ),
    (
        (DRESS, C("color", "is_not", "red"), C("color", "is_not", "black")),
        "dresses not red and not black",
        "不要红色、不要黑色的连衣裙",
    ),
    ((DRESS, C("color", "is", ("red", "black"))), "red or black dresses", "红色或黑色连衣裙"),
    ((C("product_type", "is", ("shirt", "t-shirt")),), "shirts or t-shirts", "衬衫或T恤"),
    ((DRESS, C("gender", "is", "female")), "dresses for women", "女款的连衣裙"),
    (
        (
            DRESS,
            C("material", "is", "cotton"),
            C("color", "is", "blue"),
            C("pattern", "is", "striped"),
        ),
        "striped blue cotton dresses",
        "条纹蓝色棉连衣裙",
    ),
]


@pytest.mark.parametrize(("constraints", "en", "zh"), REQUESTS, ids=[r[1] for r in REQUESTS])
def test_a_request_reads_as_a_phrase(describer, constraints, en, zh):
    request = Request(constraints)
    assert describer.request(request, "en") == en
    # A phrase that begins with a figure stands apart from what comes before it.
    assert describer.request(request, "zh") == (f" {zh}" if zh[0].isascii() else zh)


def test_every_constraint_is_told(describer):
    constraints = (
        DRESS,
        C("color", "is", "red"),
        C("price", "at_most", 500),
        C("material", "is_not", "polyester"),
        C("gender", "is", "female"),
    )
    for language in LANGUAGES:
        whole = describer.request(Request(constraints), language)
        for constraint in constraints[1:]:
            assert describer.constraint(constraint, language).strip() in whole


@pytest.mark.parametrize(("language", "name"), [("en", "weight"), ("zh", "重量")])
def test_a_measure_is_told_with_its_unit(describer, language, name):
    text = describer.request(Request((KETTLE, C("weight", "at_most", 1.5, unit="kg"))), language)
    assert name in text
    assert re.search(r"1\.5 ?(kg|千克|公斤)", text)


def test_words_that_are_no_attribute_are_quoted(describer):
    request = Request((DRESS,), text="boho")
    assert describer.request(request, "en") == "dresses “boho”"
    assert describer.request(request, "zh") == "连衣裙（“boho”）"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("dress", "a dress"), ("oven", "an oven"), ("tea", "tea"), ("jeans", "jeans")],
)
def test_a_kind_of_product_has_its_article(describer, value, expected):
    assert describer.one("product_type", value, "en") == expected


# Plurals


@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("dress", "dresses"),
        ("lunch box", "lunch boxes"),
        ("watch", "watches"),
        ("brush", "brushes"),
        ("baby bottle", "baby bottles"),
        ("battery", "batteries"),
        ("toy", "toys"),
        ("kitchen knife", "kitchen knives"),
        ("scarf", "scarves"),
        ("computer mouse", "computer mice"),
        ("running shoes", "running shoes"),
        ("jeans", "jeans"),
        ("green tea", "green tea"),
        ("footwear", "footwear"),
        ("kitchenware", "kitchenware"),
    ],
)
def test_plural(one, several):
    assert plural(one) == several


def test_every_kind_of_product_has_a_readable_plural():
    words = [plural(c.id).split()[-1] for c in Lexicon.load().concepts("product_type")]
    wrong = ("wears", "wares", "sss", "shs", "chs", "xs", "mouses", "knifes", "scarfs")
    assert [w for w in words if w.endswith(wrong)] == []


@pytest.mark.parametrize(
    ("kinds", "language", "text"),
    [
        ("dress", "en", "31"),
        ("footwear", "en", "31 kinds of"),
        (("footwear", "dress"), "en", "31"),
        ("footwear", "zh", "31"),
        ("", "en", "31"),
    ],
)
def test_what_has_no_plural_is_counted_in_kinds(describer, kinds, language, text):
    wanted = Request(constraints=(C("product_type", "is", kinds),) if kinds else ())
    assert describer.counted(31, wanted, language) == text


# Money


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (399, "CNY", "¥399"),
        (1299, "CNY", "¥1,299"),
        (Decimal("399.00"), "CNY", "¥399"),
        (49.9, "USD", "$49.90"),
        (0.5, "EUR", "€0.50"),
        (1234567.891, "GBP", "£1,234,567.89"),
        (0.1 + 0.2, "EUR", "€0.30"),
        (1500, "INR", "₹1,500"),
        (265, "SAR", "SAR 265"),
        (9.99, "SAR", "SAR 9.99"),
        (0, "CNY", "¥0"),
    ],
)
def test_an_amount_has_cents_only_where_there_are_any(amount, currency, text):
    assert format_amount(amount, currency) == text


def test_no_price_is_no_text():
    assert format_money(None) == ""
    assert format_money(Money(Decimal("289.50"), "CNY")) == "¥289.50"
