from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.request.numbers import chinese_number, parse_numbers

_DIGITS = "零一二三四五六七八九"


def _in_chinese(n: int) -> str:
    """The ordinary Chinese numeral of 1 ≤ n < 10⁸, written independently of the parser."""
    if n >= 10_000:
        rest = n % 10_000
        gap = "零" if 0 < rest < 1000 else ""
        return _in_chinese(n // 10_000) + "万" + gap + (_in_chinese(rest) if rest else "")
    out, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, n = divmod(n, unit)
        if digit:
            out += ("零" if zero and out else "") + _DIGITS[digit] + name
            zero = False
        else:
            zero = True
    return out


@given(st.integers(1, 99_999_999))
def test_chinese_numerals_come_back(n: int) -> None:
    numeral = _in_chinese(n)
    assert chinese_number(numeral) == n
    (found,) = parse_numbers(f"大约{numeral}元")
    assert found.value == n


@given(st.integers(0, 10**9), st.sampled_from(["{}", "{:,}", "about {} pieces", "要{:,}的"]))
def test_figures_come_back(n: int, frame: str) -> None:
    text = frame.format(n)
    (found,) = parse_numbers(text)
    assert found.value == n
    assert text[found.start : found.end].replace(",", "") == str(n)


@given(st.integers(0, 10**6))
def test_full_width_figures_are_figures(n: int) -> None:
    text = "".join(chr(ord(c) + 0xFEE0) for c in str(n))
    assert [f.value for f in parse_numbers(text)] == [n]


@given(st.integers(1, 999), st.sampled_from([("k", 1e3), ("K", 1e3), ("万", 1e4), ("千", 1e3)]))
def test_scales_multiply(n: int, scale: tuple[str, float]) -> None:
    letters, factor = scale
    assert [f.value for f in parse_numbers(f"{n}{letters}")] == [n * factor]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,299.50", [1299.5]),
        ("1,50,000", [150000]),
        ("1.5万", [15000]),
        ("一点五万", [15000]),
        ("1万2", [12000]),
        ("三百五", [350]),
        ("两千五", [2500]),
        ("一万二", [12000]),
        ("一百零五", [105]),
        ("五百块", [500]),
        ("一百二十", [120]),
        ("二零二四", [2024]),
        ("half a dozen", [6]),
        ("two dozen", [24]),
        ("twenty-five", [25]),
        ("a hundred and twenty", [120]),
        ("two thousand five hundred", [2500]),
        ("fifteen hundred", [1500]),
        ("1.5 lakh", [150000]),
        ("Rs1500", [1500]),
        ("1和3", [1, 3]),
        ("one or two", [1, 2]),
        ("百元以内", [100]),
        ("伍佰", [500]),
    ],
)
def test_as_people_write_them(text: str, values: list[float]) -> None:
    assert [n.value for n in parse_numbers(text)] == values


@pytest.mark.parametrize("text", ["便宜一点", "看一下", "百褶裙", "iphone15", "2XL", "the 2nd", ""])
def test_what_is_no_number(text: str) -> None:
    assert parse_numbers(text) == []


@pytest.mark.parametrize(
    ("text", "ends"), [("三四百", (300, 400)), ("一两千", (1000, 2000)), ("十七八", (17, 18))]
)
def test_two_neighbouring_digits_are_a_spread(text: str, ends: tuple[float, float]) -> None:
    (number,) = parse_numbers(text)
    assert (number.value, number.high) == ends


@given(st.text(max_size=60))
def test_any_text_has_numbers_in_order(text: str) -> None:
    end = 0
    for number in parse_numbers(text):
        assert end <= number.start < number.end <= len(text)
        end = number.end
