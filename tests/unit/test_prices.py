from __future__ import annotations

from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.request.measures import parse_measures
from actions.request.prices import parse_prices

_AMOUNT = st.integers(20, 99_999)
_CURRENCIES = [("${}", "USD"), ("{}元", "CNY"), ("{}块钱", "CNY"), ("€{}", "EUR"), ("₹{}", "INR")]
_BOUNDS = [
    ("under {}", "at_most"),
    ("less than {}", "at_most"),
    ("no more than {}", "at_most"),
    ("nothing over {}", "at_most"),
    ("{} or less", "at_most"),
    ("不超过{}", "at_most"),
    ("别超过{}", "at_most"),
    ("{}以内", "at_most"),
    ("at least {}", "at_least"),
    ("over {}", "at_least"),
    ("not under {}", "at_least"),
    ("{} and up", "at_least"),
    ("{}以上", "at_least"),
    ("不低于{}", "at_least"),
    ("around {}", "about"),
    ("{}左右", "about"),
    ("大概{}", "about"),
]
_RANGES = ["{} to {}", "{}-{}", "{}–{}", "{}～{}", "{}到{}", "between {} and {}", "{}和{}之间"]
_AROUND = st.sampled_from(["{}", "a red dress {}", "{} please", "想要红色的 {} 的", "hi, {}!"])


@given(_AMOUNT, st.sampled_from(_BOUNDS), st.sampled_from([*_CURRENCIES, ("{}", None)]), _AROUND)
def test_bounds(
    amount: int, bound: tuple[str, str], money: tuple[str, Optional[str]], around: str
) -> None:
    text = around.format(bound[0].format(money[0].format(amount)))
    (price,) = parse_prices(text)
    assert (price.op, price.value, price.currency) == (bound[1], amount, money[1])
    assert str(amount) in text[price.start : price.end]


@given(_AMOUNT, _AMOUNT, st.sampled_from(_RANGES), _AROUND)
def test_ranges_have_ordered_ends(one: int, other: int, frame: str, around: str) -> None:
    low, high = sorted((one, other))
    if low == high or high < 50:
        return
    text = around.format(frame.format(one, other))
    (price,) = parse_prices(text)
    assert (price.op, price.value) == ("between", (low, high))


@given(st.integers(2, 9), st.integers(10, 90), st.sampled_from(["k", "K", "千", "万"]))
def test_a_range_shares_its_scale(low: int, high: int, scale: str) -> None:
    factor = {"k": 1e3, "千": 1e3, "万": 1e4}[scale.lower()]
    (price,) = parse_prices(f"{low}-{high}{scale}")
    assert price.value == (low * factor, high * factor)


@given(_AMOUNT)
def test_full_width_is_no_different(amount: int) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in str(amount))
    (price,) = parse_prices(f"{wide}元以下")
    assert (price.op, price.value, price.currency) == ("at_most", amount, "CNY")


@pytest.mark.parametrize(
    ("text", "op", "value", "currency"),
    [
        ("under $50", "at_most", 50, "USD"),
        ("不超过500元", "at_most", 500, "CNY"),
        ("五百块以内", "at_most", 500, "CNY"),
        ("三百左右", "about", 300, None),
        ("2k–3k", "between", (2000, 3000), None),
        ("20 to 30 bucks", "between", (20, 30), None),
        ("about 1.5万", "about", 15000, None),
        ("300到500", "between", (300, 500), None),
        ("Rs. 1500", "about", 1500, "INR"),
        ("under Rs.1,500/-", "at_most", 1500, "INR"),
        ("预算500", "at_most", 500, None),
        ("预算500左右", "about", 500, None),
        ("my budget is about $50", "about", 50, "USD"),
        ("<500", "at_most", 500, None),
        ("300+", "at_least", 300, None),
        ("50ish", "about", 50, None),
        ("I don't want to spend more than 80 euros", "at_most", 80, "EUR"),
        ("不要超过两百块", "at_most", 200, "CNY"),
        ("三五百块钱的", "between", (300, 500), "CNY"),
        ("三到五百", "between", (300, 500), None),
        ("一千多的手机", "about", 1000, None),
        ("五十九块九", "about", 59.9, "CNY"),
        ("百元以内", "at_most", 100, "CNY"),
        ("100以上300以下", "between", (100, 300), None),
        ("over 100 but under 300", "between", (100, 300), None),
        ("比300便宜的", "at_most", 300, None),
        ("with $35", "at_most", 35, "USD"),
        ("100 dollars max", "at_most", 100, "USD"),
        ("HK$500以下", "at_most", 500, "HKD"),
        ("20刀以内", "at_most", 20, "USD"),
        ("把预算提高到800", "at_most", 800, None),
        ("under 50 in red", "at_most", 50, None),
        ("３００元以内", "at_most", 300, "CNY"),
        ("1，299元", "about", 1299, "CNY"),
        ("三百塊錢以內", "at_most", 300, "CNY"),
    ],
)
def test_as_people_write_them(text: str, op: str, value: object, currency: Optional[str]) -> None:
    (price,) = parse_prices(text)
    assert (price.op, price.value, price.currency) == (op, value, currency)


def test_two_limits_beside_other_things() -> None:
    prices = parse_prices("horror books under $10 and over 500 pages")
    assert [(p.op, p.value) for p in prices] == [("at_most", 10)]


def test_a_default_currency_is_put_where_none_is_said() -> None:
    assert [p.currency for p in parse_prices("under 50, max $80", "INR")] == ["INR", "USD"]


@pytest.mark.parametrize(
    "text",
    [
        "42码", "2 pieces", "15.6 inch laptop", "1.8米的床", "size 7", "一块手表", "within 3 days",
        "no more than 5 kg", "tell me more about 2", "cheaper than 2", "18-24 months", "2024-11-22",
        "top 5", "100-200 ml", "iphone 15", "第二个", "show me 3", "at least 4 stars", "5 to 7",
    ],
)  # fmt: skip
def test_what_is_no_price(text: str) -> None:
    assert parse_prices(text) == []


@pytest.mark.parametrize(
    ("text", "attribute", "op", "value", "unit"),
    [
        ("under 1 kg", "weight", "at_most", 1, "kg"),
        ("at least 2 metres wide", "width", "at_least", 2, "m"),
        ("床宽1.5米以上", "width", "at_least", 1.5, "m"),
        ("1.8米的床", "length", "about", 1.8, "m"),
        ("a 15.6-inch laptop", "length", "about", 15.6, "in"),
        ("100-200 ml", "capacity", "between", (100, 200), "ml"),
        ("5斤装", "weight", "about", 2500, "g"),
        ("8gb ram", "memory", "about", 8, "gb"),
        ("手机256G", "storage", "about", 256, "gb"),
        ("42码", "size", "is", "42", None),
        ("size M", "size", "is", "m", None),
        ("XL的", "size", "is", "xl", None),
        ("size 7", "size", "is", "7", None),
        ("at least 4 stars", "rating", "at_least", 4, None),
        ("评分4.5以上", "rating", "at_least", 4.5, None),
        ("rated above 4", "rating", "at_least", 4, None),
        ("for a 6-year-old", "age_group", "is", "kids", None),
        ("3岁", "age_group", "is", "toddler", None),
        ("6 months old", "age_group", "is", "infant", None),
    ],
)
def test_measures(text: str, attribute: str, op: str, value: object, unit: Optional[str]) -> None:
    (m,) = parse_measures(text)
    assert (m.attribute, m.op, m.value, m.unit) == (attribute, op, value, unit)


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    spans = [(p.start, p.end) for p in parse_prices(text)]
    spans += [(m.start, m.end) for m in parse_measures(text)]
    assert all(0 <= start < end <= len(text) for start, end in spans)
