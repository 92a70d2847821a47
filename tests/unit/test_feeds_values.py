"""Cells as values: prices, availability, stock, ratings, dates, links."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.feeds.prices import parse_currency, parse_number, parse_price
from catalog.feeds.values import (
    parse_availability,
    parse_count,
    parse_date,
    parse_id,
    parse_link,
    parse_path,
    parse_rating,
    parse_stock,
)
from catalog.product import Money


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("399.00 CNY", "399.00", "CNY"),
        ("CNY 399", "399", "CNY"),
        ("¥399", "399", "CNY"),
        ("399元", "399", "CNY"),
        ("Rs. 1,299.00", "1299.00", "INR"),
        ("₹12,99,000", "1299000", "INR"),
        ("1.299,00 €", "1299.00", "EUR"),
        ("1 299,00 kr", "1299.00", "SEK"),
        ("US$20", "20", "USD"),
        ("$1,299", "1299", "USD"),
        ("20,- EUR", "20", "EUR"),
        ("1.299.000 IDR", "1299000", "IDR"),
        ("CHF 1'299.50", "1299.50", "CHF"),
        ("1.250 KWD", "1.250", "KWD"),
        ("11745", "11745", "XXX"),
        ("265,0", "265.0", "XXX"),
    ],
)
def test_prices_as_feeds_write_them(text, amount, currency):
    found = parse_price(text, currency="SAR")
    assert found == Money(Decimal(amount), "SAR" if currency == "XXX" else currency)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0", "not above zero"),
        ("0.00 USD", "not above zero"),
        ("-5", "not above zero"),
        ("free", "not a price"),
        ("12.5.6", "not a price"),
        ("1,234,56", "not a price"),
        ("50/4 pack", "not a price"),
        ("1e5", "not a price"),
        ("9" * 40, "not a price"),
        ("12 gold", "no currency that is known"),
        ("1.299 EUR", "may mean 1299 or 1.299"),
    ],
)
def test_a_wrong_price_is_told_with_what_to_write(text, says):
    with pytest.raises(ValueError, match=says):
        parse_price(text, currency="USD")


def test_a_price_needs_a_currency_from_somewhere():
    with pytest.raises(ValueError, match="has no currency"):
        parse_price("399")


def test_the_decimal_mark_of_the_map_is_kept_to():
    assert parse_price("1.299,50", currency="EUR", decimal=",").amount == Decimal("1299.50")
    assert parse_price("1.299", currency="EUR", decimal=",").amount == Decimal("1299")
    assert parse_price("1.299", currency="EUR", decimal=".").amount == Decimal("1.299")
    with pytest.raises(ValueError, match="as the map file says"):
        parse_price("265.00", currency="EUR", decimal=",")


def test_a_shared_sign_means_the_currency_of_the_shop():
    assert parse_price("$5", currency="CAD").currency == "CAD"
    assert parse_price("¥500", currency="JPY").currency == "JPY"
    assert parse_currency("₹") == "INR"
    with pytest.raises(ValueError, match="no currency 'gold'"):
        parse_currency("gold")


@given(st.decimals("0.01", "9999999", places=2))
def test_both_ways_of_writing_an_amount_mean_the_same(amount):
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert parse_price(english, currency="EUR").amount == amount
    assert parse_price(german, currency="EUR").amount == amount
    assert parse_number(german, ",") == amount


@given(st.text(max_size=20))
def test_no_text_breaks_the_price_reader(text):
    try:
        assert parse_price(text, currency="EUR").amount > 0
    except ValueError as error:
        assert str(error).endswith(".")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("in stock", "in_stock"),
        ("In_Stock", "in_stock"),
        ("https://schema.org/OutOfStock", "out_of_stock"),
        ("Pre-order", "preorder"),
        ("backorder", "backorder"),
        ("TRUE", "in_stock"),
        ("缺货", "out_of_stock"),
    ],
)
def test_availability_is_one_of_four(text, value):
    assert parse_availability(text) == value


@pytest.mark.parametrize(
    ("text", "condition", "value"),
    [
        ("3", "> 0", "in_stock"),
        ("0", "> 0", "out_of_stock"),
        ("-2", ">0", "out_of_stock"),
        ("5.0", ">= 5", "in_stock"),
        ("TRUE", "true", "in_stock"),
        ("sold", "available", "out_of_stock"),
        ("1", "= 1", "in_stock"),
        ("0", "!= 0", "out_of_stock"),
    ],
)
def test_the_map_says_what_means_in_stock(text, condition, value):
    assert parse_availability(text, condition) == value


def test_stock_is_never_below_zero():
    assert [parse_stock(text) for text in ("5", "12.0", "1,200", "-3")] == [5, 12, 1200, 0]


def test_ratings_are_out_of_five():
    assert [parse_rating(text) for text in ("4.5", "4,5", "9/10", "0")] == [4.5, 4.5, 4.5, 0.0]


def test_dates_in_many_forms():
    forms = (
        "2024-05-31",
        "2024-05-31 12:00:00",
        "2024-05-31T12:00:00Z",
        "2024/5/31",
        "2024年5月31日",
    )
    assert {parse_date(text) for text in forms} == {date(2024, 5, 31)}


def test_links_are_web_addresses():
    assert parse_link("//x.test/a") == "https://x.test/a"
    assert parse_link("www.x.test/图 1.jpg") == "https://www.x.test/%E5%9B%BE%201.jpg"
    assert parse_link("http://x.test/?a=1&b=%20#c") == "http://x.test/?a=1&b=%20#c"


@pytest.mark.parametrize(
    ("parse", "text", "says"),
    [
        (parse_availability, "maybe", "write in_stock, out_of_stock"),
        (parse_stock, "many", "not a whole number"),
        (parse_rating, "7", "from 0 to 5"),
        (parse_rating, "good", "from 0 to 5"),
        (parse_count, "-1", "not a whole number"),
        (parse_date, "31st of May", "write it like 2024-05-31"),
        (parse_link, "javascript:alert(1)", "http:// or https://"),
        (parse_link, "http://[", "http:// or https://"),
        (parse_link, "picture.jpg", "http:// or https://"),
        (parse_id, "1.23E+12", "rounded by a spreadsheet"),
        (parse_id, "x" * 300, "longer than 255"),
    ],
)
def test_wrong_values_are_told_with_what_to_write(parse, text, says):
    with pytest.raises(ValueError, match=says):
        parse(text)


def test_paths_go_from_broad_to_narrow():
    assert parse_path(["A > B > C"], "") == ("A", "B", "C")
    assert parse_path(["A", "A", "B"], "") == ("A", "B")
    assert parse_path(["A/B"], "/") == ("A", "B")
    assert parse_path(["A/B"], "") == ("A/B",)
