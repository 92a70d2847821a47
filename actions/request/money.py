"""A figure with its currency, and the other end of a range: 三块五, $20-$30, 2到3k."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence

from actions.request.price_cues import price_cues
from actions.request.tokens import HAN, NUMBER, Token

_AFTER_CLASSIFIER = frozenset(
    "的钱以之左上下前到至内吗多或和与吧啊呢来就可能行出封起往这那预呀么都有人儿,"
)


@dataclass(frozen=True)
class Money:
    """A figure with its currency: tokens ``first`` to ``stop``."""

    first: int
    stop: int
    value: float
    high: Optional[float]
    scale: float
    currency: Optional[str]
    """None where none is said, "" for the shop's own."""
    vague: bool
    blocked: bool
    """A unit, or a word before it, makes it something else."""


def money_at(tokens: Sequence[Token], i: int, floor: int) -> Money:
    """The figure at the number token ``i``, with what says that it is money or that it is not."""
    cues = price_cues()
    number = tokens[i].number
    assert number is not None
    value, first, stop = number.value, i, i + 1
    currency = None
    for back in (3, 2, 1):
        at = cues.currency.at(tokens, i - back) if i - back >= floor else None
        if at and at[0] == back and tokens[i - 1].norm not in ("块", "元", "刀", "镑", "欧"):
            currency, first = at[1], i - back
            break
    vague = bool(stop < len(tokens) and cues.vague.at(tokens, stop))
    if vague and not _starts_more(tokens, stop):
        stop += 1
    else:
        vague = False
    after = cues.currency.at(tokens, stop) if stop < len(tokens) else None
    if after and _is_weight(tokens, stop):
        after = None
    if after and not _is_classifier(tokens, i, stop, after[0]):
        currency = currency or after[1]
        coin = tokens[stop].norm
        stop += after[0]
        if coin in ("块", "元") and _is_tenths(tokens, stop):
            tenths = tokens[stop].number
            value += tenths.value / 10 if tenths else 0
            stop += 1
            stop += stop < len(tokens) and tokens[stop].norm in ("毛", "角")
    if stop + 1 < len(tokens) and tokens[stop].norm == "/" and tokens[stop + 1].norm == "-":
        stop += 2
    return Money(
        first, stop, value, number.high, number.scale, currency, vague, _blocked(tokens, i, stop)
    )


def _is_weight(tokens: Sequence[Token], k: int) -> bool:
    """Whether pounds weigh: "two pounds of coffee"."""
    following = tokens[k + 1].norm if k + 1 < len(tokens) else ""
    return tokens[k].norm in ("pound", "pounds") and following == "of"


def _starts_more(tokens: Sequence[Token], k: int) -> bool:
    """Whether 多 or 来 at ``k`` begins a word of its own (多少, 来一件)."""
    following = tokens[k + 1].norm if k + 1 < len(tokens) else ""
    return following in ("少", "功", "色", "种", "了", "自", "看", "点") or (
        tokens[k].norm == "来" and k + 1 < len(tokens) and tokens[k + 1].kind == NUMBER
    )


def _is_tenths(tokens: Sequence[Token], k: int) -> bool:
    if k >= len(tokens) or tokens[k].number is None or tokens[k].start != tokens[k - 1].end:
        return False
    number = tokens[k].number
    value = number.value if number else 0
    following = tokens[k + 1].norm if k + 1 < len(tokens) else ""
    return (
        0 < value < 10
        and value == int(value)
        and (
            not following
            or following
            in ("毛", "角", "以", "左", "的", "钱", "吧", "吗", "包", "能", ",", ".", "。")
        )
    )


def _is_classifier(tokens: Sequence[Token], i: int, k: int, length: int) -> bool:
    """Whether 块 counts things (一块手表, two cakes of soap) rather than money."""
    number = tokens[i].number
    if tokens[k].norm != "块" or length > 1 or number is None or number.value > 10:
        return False
    if k + 1 >= len(tokens) or tokens[k + 1].kind != HAN:
        return False
    return tokens[k + 1].norm not in _AFTER_CLASSIFIER


def _blocked(tokens: Sequence[Token], i: int, stop: int) -> bool:
    cues = price_cues()
    if stop < len(tokens):
        if cues.unit.at(tokens, stop) and not _unit_is_preposition(tokens, stop):
            return True
        glued = tokens[stop].start == tokens[i].end
        if glued and tokens[stop].norm in ("x", "*", "×", '"', "'", "/", ":", "%", "°"):
            return True
        if glued and tokens[stop].kind == "word" and tokens[stop].norm.isascii():
            return cues.after.at(tokens, stop) is None
    for k in range(max(0, i - 3), i):
        at = cues.not_before.at(tokens, k)
        of_size = tokens[k].norm == "码" and k > 0 and tokens[k - 1].number is not None
        if at and k + at[0] == i and tokens[k].norm != "in" and not of_size:
            return True
    return i > 0 and tokens[i - 1].norm in ("x", "*", "×") and i > 1


def _unit_is_preposition(tokens: Sequence[Token], k: int) -> bool:
    """Whether "in" after the number is no inch: "under 50 in red"."""
    return tokens[k].norm == "in" and k > 0 and tokens[k].start > tokens[k - 1].end


def other_end(tokens: Sequence[Token], low: Money, floor: int) -> Optional[Money]:
    """The upper end of a range that ``low`` begins, or None."""
    cues = price_cues()
    k = low.stop
    at = cues.join.at(tokens, k) if k < len(tokens) else None
    if at is None:
        return None
    k += at[0]
    start = k
    while k < len(tokens) and k - start < 3 and tokens[k].kind != NUMBER:
        k += 1
    if k >= len(tokens) or tokens[k].kind != NUMBER:
        return None
    high = money_at(tokens, k, start)
    if high.first != start:
        return None
    chained = high.stop + 1 < len(tokens) and tokens[high.stop].norm in ("-", "/")
    if chained and tokens[high.stop + 1].kind == NUMBER:
        return None
    return high
