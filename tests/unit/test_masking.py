"""Personal data is masked, and what says what is wanted is left alone."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import masking
from catalog.masking import masked, masked_json


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to Ann.Lee+shop@mail.co.uk, please", "write to [email], please"),
        ("我的邮箱是ann@mail.com谢谢", "我的邮箱是[email]谢谢"),
        ("my number is +49 170 1234567", "my number is [phone]"),
        ("+1 (415) 555-2671 or 415-555-2671", "[phone] or [phone]"),
        ("call me at 5552671 tomorrow", "call me at [phone] tomorrow"),
        ("0044 20 7946 0958", "[phone]"),
        ("我的手机13800138000，晚上打", "我的手机[phone]，晚上打"),
        ("手机号是 138 0013 8000", "手机号是 [phone]"),
        ("+86 13800138000 or 0086-138-0013-8000", "[phone] or [phone]"),
        ("+49 151 12345678", "[phone]"),
        ("电话是86001234", "电话是[phone]"),
        ("座机010-62345678", "座机[phone]"),
        ("charge 4111 1111 1111 1111 again", "charge [card] again"),
        ("卡号6222021234567890128不对", "卡号[card]不对"),
        ("378282246310005", "[card]"),
        ("3782-822463-10005 was charged", "[card] was charged"),
        ("where is #12345?", "where is [order]?"),
        ("order number: AB-2023-00017 is late", "order number: [order] is late"),
        ("order 2023110512345 is late", "order [order] is late"),
        ("订单号 202311051234 还没到", "订单号 [order] 还没到"),
        ("订单编号：SF1234567890到哪了", "订单编号：[order]到哪了"),
    ],
)
def test_what_names_a_person_is_masked(text, expected):
    assert masked(text) == expected
    assert masked(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "iPhone 15 Pro Max 256GB under 2000",
        "Levi's 501 in 32x34, size 42",
        "a dress for $1,299.99 from 2023 or 1990-2000",
        "between 1000 and 20000 yuan, 100-200 would be best",
        "order 501 jeans and order 20 shirts",
        "the #1 choice, shade #110",
        "phone under 2000, a phone with 5000 mAh",
        "1920x1080 at 144 Hz, 1000000 IDR, 15,000,000 VND",
        "EAN 4006381333931",
        "WH-1000XM4 or RTX 4090, 2.5 cm, 10.5.2026, 2026-06-15",
        "call it 3 out of 10",
        "2000元以下的手机，不要3000到5000元的",
        "42码的鞋，2023年新款，1299.00元",
        "订单2023年的那件，订单满300元",
        "小米14 16GB+512GB，4999块",
        "手机 12999 元，电话手表 599",
        "100 200 3000",
        "4111 1111 1111 1112 is no card",
    ],
)
def test_what_is_wanted_is_left_alone(text):
    assert masked(text) == text


PRICES = st.one_of(
    st.integers(0, 9_999_999).map(str),
    st.decimals(0, 9_999_999, places=2).map(str),
    st.integers(0, 999_999_999).map("{:,}".format),
)
AROUND = st.sampled_from(
    [
        "under ${}",
        "{} yuan",
        "{}元以下",
        "￥{}",
        "between {} and 9000",
        "size {}",
        "iPhone {} phone",
    ]
)


@given(st.lists(st.builds(lambda form, price: form.format(price), AROUND, PRICES), max_size=4))
def test_prices_and_sizes_are_never_masked(said):
    text = ", ".join(said)
    assert masked(text) == text


DIGITS = st.text("0123456789 -+#@.订单号手机order phone", max_size=60)


@given(st.one_of(st.text(), DIGITS))
def test_masking_twice_is_masking_once(text):
    once = masked(text)
    assert masked(once) == once


@given(
    st.sampled_from(["ring {} tonight", "请打{}找我", "{}", "我的号码是{}。"]),
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
)
def test_chinese_mobiles_never_stay(form, number):
    assert number not in masked(form.format(number))


@given(st.lists(st.integers(0, 9), min_size=14, max_size=14), st.sampled_from("23456"))
def test_card_numbers_never_stay_and_their_misprints_are_no_cards(digits, first):
    start = first + "".join(map(str, digits))
    (number,) = [f"{start}{check}" for check in range(10) if masking._luhn(f"{start}{check}")]
    assert masked(f"card {number}!") == "card [card]!"
    spaced = " ".join(number[i : i + 4] for i in range(0, 16, 4))
    assert masked(spaced) == "[card]"
    assert "[card]" not in masked(f"card {start}{(int(number[-1]) + 1) % 10}!")


def test_texts_inside_json_are_masked_and_the_rest_stays():
    said = {"words": "for ann@mail.com", "value": [500.0, "13800138000"], "hard": False, "n": None}
    expected = {"words": "for [email]", "value": [500.0, "[phone]"], "hard": False, "n": None}
    assert masked_json(said) == expected


def test_the_example_in_the_docstring_is_true():
    assert doctest.testmod(masking) == (0, 1)
