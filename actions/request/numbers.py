"""Numbers as people write them: 1,299 · 1.5万 · 2k · 三百五 · half a dozen · ２００.

A number is only a number here; whether it is a price, a size or a rank is decided elsewhere.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Iterator, Optional

from actions.request.narrow import narrow

#: Chinese digits, the forms used on banknotes included.
DIGITS = {
    **{c: i for i, c in enumerate("零一二三四五六七八九")},
    **{c: i for i, c in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    **{"两": 2, "俩": 2, "仨": 3},
}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10**4, "亿": 10**8}
_NUMERAL = f"[{''.join(DIGITS)}{''.join(UNITS)}]"

#: Words that begin with or contain a numeral and count nothing.
_IDIOMS = (
    "一下 一点 一些 一样 一直 一定 一般 一起 一会 一共 一律 一致 一流 一批 一旦 一步 一字 一切 "
    "十分 千万 百搭 百货 百褶 千鸟 万能 万一 统一 唯一 之一 三星 三角 四季 二手 两用 三合一 双十一 "
    "六一 五一 五分裤 七分 八分裤 九分 三件套 两件套 四件套 二维 三明治 八宝 五香 九阳 三只松鼠 "
    "七匹狼 百事 百合 千层 万圣"
).split()
_IDIOM = re.compile(f"(?:{'|'.join(sorted(_IDIOMS, key=len, reverse=True))})(?!(?<=点){_NUMERAL})")
#: 三件套 is one thing of three parts, however many the parts.
_SETS = re.compile(rf"{_NUMERAL}(?:件套|合一)")
#: 百元 and 百来块 are money, 百 in most other places is part of a word.
_COUNTS_MONEY = re.compile("[来把多]?[元块]")
_HAN = re.compile(rf"几[十百千万]+|{_NUMERAL}+(?:点[零〇一二三四五六七八九]+[十百千万亿]*)?")
_ARABIC = re.compile(
    r"(?:\d{1,3}(?:,\d{2,3})*,\d{3}(?![\d])|\d+)(?:\.\d+)?"
    r"(?:(?P<scale>\s?(?:k|thousand|grand|lakhs?|lacs?|crores?|hundred|million)(?![a-z\d])"
    r"|\s?[十百千万亿]+(?P<rest>[1-9](?![\d.,]))?|w(?=[元块以左到至内上下~-]|$)))?"
)
_SCALES = {
    **{"k": 1e3, "thousand": 1e3, "grand": 1e3, "lakh": 1e5, "lac": 1e5, "crore": 1e7},
    **{"hundred": 1e2, "million": 1e6, "w": 1e4},
}
#: Letters that may stand right before a figure without making it part of a model name.
_GLUED_BEFORE = re.compile(r"(?:^|[^a-z])(?:rs|inr|usd|us|cny|rmb|sar|eur|gbp|aed|hkd|jpy|size)$")
_GLUED_AFTER = re.compile(r"(?:st|nd|rd|th)(?![a-z])|x{1,3}[ls](?![a-z])")

_ONES = {
    w: i
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    w: 10 * i
    for i, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
} | {"fourty": 40}
_MULTIPLES = {
    **{"hundred": 100, "thousand": 1000, "grand": 1000, "lakh": 10**5, "lakhs": 10**5},
    **{"crore": 10**7, "million": 10**6, "dozen": 12},
}
#: "hundred bucks" is a hundred; without one of these a multiple alone is no number.
_MONEY = frozenset("bucks dollars quid euros pounds rupees yuan rmb".split())
_WORD = re.compile(r"[a-z]+")
#: "half a kilo", "a litre", 半斤: a part or one of what is measured.
_OF_UNIT = re.compile(
    r"\b(?:(?P<half>half(?: an?)?)|an?) (?=(?:kilo|kg|kilogram|litre|liter|metre|meter|gallon)\b"
    r"|pound of\b)|(?P<ban>半)(?=[公市]?斤|千克|升|米[^色白黄]|磅)"
)


@dataclass(frozen=True)
class Number:
    """A number in a text; ``text[start:end]`` is how it is written there."""

    start: int
    end: int
    value: float
    high: Optional[float] = None
    """The upper end where two neighbouring digits name a spread: 三四百 is 300 to 400."""
    scale: float = 1.0
    """The multiplier said with it (1000 in "2k"), which the lower end of a range may share."""
    spelled: bool = False
    """Written in words or Chinese numerals, not in figures."""


def parse_numbers(text: str) -> list[Number]:
    """All numbers in ``text``, in order, not overlapping."""
    low = narrow(text)
    read = [*_arabic(low), *_han(low), *_english(low), *_of_unit(low)]
    # Of hundreds of digits nobody means anything.
    found = [n for n in read if math.isfinite(n.value) and math.isfinite(n.high or 0.0)]
    found.sort(key=lambda n: (n.start, -n.end))
    kept: list[Number] = []
    for number in found:
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
    return kept


def chinese_number(numeral: str) -> Optional[float]:
    """The value of a Chinese numeral (三百五 is 350), or None if it is none."""
    whole, _, rest = numeral.partition("点")
    if rest:
        fraction = re.match("[零〇一二三四五六七八九]+", rest)
        if not fraction or not whole:
            return None
        decimals = "".join(str(DIGITS[c]) for c in fraction.group())
        scale = 1.0
        for c in rest[fraction.end() :]:
            scale *= UNITS[c]
        base = chinese_number(whole)
        return None if base is None else round((base + float(f"0.{decimals}")) * scale, 6)
    if not whole or any(c not in DIGITS and c not in UNITS for c in whole):
        return None
    if all(c in DIGITS for c in whole):
        return float("".join(str(DIGITS[c]) for c in whole)) if len(whole) < 16 else None
    return float(_positional(whole))


def _positional(numeral: str) -> int:
    total = section = digit = 0
    last = 1
    after_zero = False
    for position, c in enumerate(numeral):
        if c in DIGITS:
            digit = DIGITS[c]
            after_zero = after_zero or digit == 0
            continue
        unit = UNITS[c]
        if unit < 10**4:
            section += (digit or int(position == 0 or unit == 10) or 1) * unit
        elif unit == 10**4:
            big, small = divmod(total, 10**8)
            total = big * 10**8 + (small + section + digit or 1) * unit
            section = 0
        else:
            total = (total + section + digit or 1) * unit
            section = 0
        digit, last, after_zero = 0, unit, False
    shorthand = last >= 100 and not after_zero
    return total + section + (digit * last // 10 if shorthand else digit)


def _spread(numeral: str) -> Optional[tuple[float, float]]:
    """Both ends of 三四百, 一两千, 十七八, 几百; None for an ordinary numeral."""
    if numeral[0] == "几":
        unit = chinese_number(numeral[1:]) or 1.0
        return 2 * unit, 9 * unit
    for i in range(len(numeral) - 1):
        a, b = numeral[i], numeral[i + 1]
        if a not in DIGITS or b not in DIGITS:
            continue
        first, second = DIGITS[a], DIGITS[b]
        neighbours = second == first + 1 or (first, second) == (3, 5)
        unit_after = i + 2 < len(numeral) and numeral[i + 2] in UNITS
        unit_before = i > 0 and numeral[i - 1] == "十" and i + 2 == len(numeral)
        if first and neighbours and (unit_after or unit_before):
            low = chinese_number(numeral[: i + 1] + numeral[i + 2 :])
            high = chinese_number(numeral[:i] + numeral[i + 1 :])
            if low is not None and high is not None:
                return low, high
    return None


def _han(text: str) -> Iterator[Number]:
    idioms = [m.span() for m in _IDIOM.finditer(text)]
    for match in _HAN.finditer(text):
        start, end = match.span()
        numeral = match.group()
        inside = [s for s in idioms if s[0] < end and s[1] > start]
        if inside and not (numeral[0] in DIGITS and len(numeral) > 1 and inside[0][0] > start):
            continue
        if _SETS.match(text, start):
            continue
        if numeral[0] in "百千万亿佰仟" and not _COUNTS_MONEY.match(text, end):
            continue
        if text[max(0, start - 1) : start].isdigit():
            continue
        ends = _spread(numeral)
        if ends:
            yield Number(start, end, ends[0], high=ends[1], spelled=True)
            continue
        value = chinese_number(numeral)
        if value is not None:
            scale = float(UNITS.get(numeral[-1], 1)) if len(numeral) == 2 else 1.0
            yield Number(start, end, value, scale=scale, spelled=True)


def _of_unit(text: str) -> Iterator[Number]:
    for match in _OF_UNIT.finditer(text):
        value = 0.5 if match["half"] or match["ban"] else 1.0
        end = match.start() + len(match.group().rstrip())
        yield Number(match.start(), end, value, spelled=True)


def _arabic(text: str) -> Iterator[Number]:
    position = 0
    while match := _ARABIC.search(text, position):
        position = match.end()
        start, end = match.span()
        before = text[max(0, start - 6) : start]
        if before[-1:].isascii() and before[-1:].isalpha() and not _GLUED_BEFORE.search(before):
            continue
        if match.group("scale") is None and _GLUED_AFTER.match(text, end):
            continue
        figure = match.group()
        said = match.group("scale") or ""
        value = float(figure[: len(figure) - len(said)].replace(",", ""))
        scale = _scale(said.strip().rstrip("123456789"))
        value *= scale
        if match.group("rest"):
            value += int(match.group("rest")) * scale / 10
        yield Number(start, end, round(value, 6), scale=scale)


def _scale(said: str) -> float:
    if not said:
        return 1.0
    if said[0] in UNITS:
        product = 1.0
        for c in said:
            product *= UNITS[c]
        return product
    return _SCALES[said] if said in _SCALES else _SCALES[said.rstrip("s")]


def _english(text: str) -> Iterator[Number]:
    words = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]
    i = 0
    while i < len(words):
        read = _read_words(text, words, i)
        if read is None:
            i += 1
            continue
        value, stop, scale = read
        yield Number(words[i][0], words[stop - 1][1], value, scale=scale, spelled=True)
        i = stop


def _read_words(
    text: str, words: list[tuple[int, int, str]], i: int
) -> Optional[tuple[float, int, float]]:
    """Value, index after the last word and last multiplier of a spelled number at ``i``."""

    def word(k: int) -> str:
        if k >= len(words) or (k > i and text[words[k - 1][1] : words[k][0]].strip(" -")):
            return ""
        return words[k][2]

    if text[words[i][1] : words[i][1] + 2] in ("'s", "’s"):
        return None  # "which one's better" is a pronoun
    if word(i) == "half" and word(i + 1 + (word(i + 1) == "a")) == "dozen":
        return 6.0, i + 2 + (word(i + 1) == "a"), 1.0
    k = i
    if word(i) in ("a", "an") and word(i + 1) in (*_MULTIPLES, "couple"):
        k += 1
        if word(k) == "couple":
            k += 1 + (word(k + 1) == "of")
            many = word(k).rstrip("s")
            if many in ("hundred", "thousand", "dozen"):
                return 2.0 * _MULTIPLES[many], k + 1, float(_MULTIPLES[many])
            return 2.0, k, 1.0
    elif word(i) in ("hundred", "thousand") and word(i + 1) in _MONEY:
        return float(_MULTIPLES[word(i)]), i + 1, 1.0
    elif word(i) not in _ONES and word(i) not in _TENS and word(i) != "dozen":
        return None
    total = current = 0
    last = 1
    while True:
        w = word(k)
        if w in _TENS and (current % 100 == 0 or (current < 10 and k == i + 1)):
            current = current * 100 + _TENS[w] if 0 < current < 10 else current + _TENS[w]
        elif w in _ONES and (current % 100 == 0 or (current % 10 == 0 and _ONES[w] < 10)):
            if current and word(k - 1) in _ONES:
                break
            current += _ONES[w]
        elif w == "hundred" or w == "dozen":
            current = (current or 1) * _MULTIPLES[w]
            last = _MULTIPLES[w]
        elif w in _MULTIPLES:
            total, current = total + (current or 1) * _MULTIPLES[w], 0
            last = _MULTIPLES[w]
        elif w == "and" and last > 1 and (word(k + 1) in _ONES or word(k + 1) in _TENS):
            pass
        else:
            break
        k += 1
    return float(total + current), k, float(last) if k - i <= 2 else 1.0
