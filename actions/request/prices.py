"""Prices in a text: "under $50", 五百块以内, 三百左右, "2k–3k", "20 to 30 bucks", 预算500.

A number is a price where a currency, a price word or a bound says so and no unit says otherwise.
Reading goes outwards from the number: its currency, the other end of a range, the cue before it
(and whether that is denied: "nothing over 50"), the cue after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional, Sequence, Union

from actions.request.price_cues import BUDGET, WEAK_JOINS, price_cues
from actions.request.tokens import HAN, MARK, NUMBER, Token, tokenise
from actions.request.types import ABOUT, AT_LEAST, AT_MOST, BETWEEN

#: Cues in Latin script say little about a smaller number ("about 2"); 三块 has a currency.
_LEAST_BOUND, _LEAST_ABOUT, _LEAST_RANGE = 5, 10, 50
#: "with $35", "for 50 euros", "I have 20 dollars": what the shopper can spend.
_PURSE = frozenset({"with", "for", "have", "got", "有"})
_COMPARED = {
    **dict.fromkeys(("便", "低", "少"), AT_MOST),
    **dict.fromkeys(("贵", "高", "多"), AT_LEAST),
}
_FLIPPED = {AT_LEAST: AT_MOST, AT_MOST: AT_LEAST}
_AFTER_CLASSIFIER = frozenset(
    "的钱以之左上下前到至内吗多或和与吧啊呢来就可能行出封起往这那预呀么都有人儿,"
)


@dataclass(frozen=True)
class PriceMention:
    """A price said at ``text[start:end]``; ``op`` is an operator of a constraint."""

    start: int
    end: int
    op: str
    value: Union[float, tuple[float, float]]
    currency: Optional[str] = None


@dataclass(frozen=True)
class _Money:
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


def parse_prices(text: str, default_currency: Optional[str] = None) -> list[PriceMention]:
    """All prices in ``text``, in order; ``default_currency`` is put where none is said."""
    found = [price for price, _, _ in find_prices(tokenise(text))]
    if default_currency is None:
        return found
    return [p if p.currency else replace(p, currency=default_currency) for p in found]


def find_prices(tokens: Sequence[Token]) -> list[tuple[PriceMention, int, int]]:
    """The prices among ``tokens``, each with the token range it takes."""
    found: list[tuple[PriceMention, int, int]] = []
    i = floor = 0
    while i < len(tokens):
        read = _read(tokens, i, floor) if tokens[i].kind == NUMBER else None
        if read is None:
            i += 1
            continue
        found.append(read)
        i = floor = max(read[2], i + 1)
    return _merge_bounds(tokens, found)


def _read(tokens: Sequence[Token], i: int, floor: int) -> Optional[tuple[PriceMention, int, int]]:
    money = _money(tokens, i, floor)
    second = _other_end(tokens, money, floor)
    last = second or money
    currency = money.currency if money.currency is not None else last.currency
    first, before, noun, negated = _cues_before(tokens, money.first, floor)
    between = before == BETWEEN or _next_is_between(tokens, last.stop)
    if second is not None and not between and tokens[money.stop].norm in WEAK_JOINS:
        second, last = None, money
        currency = money.currency
    stop, after, noun_after = _cues_after(tokens, last.stop)
    noun = noun or noun_after
    if before is None and first > floor and tokens[first - 1].norm == "比":
        after = _COMPARED.get(tokens[stop].norm) if stop < len(tokens) else None
        length = 1 + (tokens[stop].norm == "便") if after else 0
        first, stop = (first - 1, stop + length) if after else (first, stop)
    if money.blocked and currency is None:
        return None
    if second is not None and second.blocked and currency is None:
        return None
    low, high = money.value, money.high if second is None else second.high or second.value
    if second is not None and second.scale > 1 and money.scale == 1 and high is not None:
        low = low * second.scale if low * second.scale <= high and low < 10 else low
    bound = _bound(before, after, negated)
    sure = currency is not None or noun is not None
    if not sure and not _plausible(low, high, bound, before, money.vague):
        return None
    if before == BETWEEN and high is None and not sure:
        return None
    value: Union[float, tuple[float, float]]
    if high is not None and high != low:
        op, value = BETWEEN, (min(low, high), max(low, high))
        if bound in _FLIPPED and second is None:
            op, value = bound, high if bound == AT_MOST else low
    else:
        value = low
        limit = noun == BUDGET or (first > floor and tokens[first - 1].norm in _PURSE)
        op = bound or (AT_MOST if limit and not money.vague else ABOUT)
    price = PriceMention(tokens[first].start, tokens[stop - 1].end, op, value, currency or None)
    return price, first, stop


def _plausible(
    low: float, high: Optional[float], bound: Optional[str], before: Optional[str], vague: bool
) -> bool:
    """Whether a number that nothing calls money is a price all the same."""
    top = low if high is None else max(low, high)
    if bound in _FLIPPED:
        return top >= _LEAST_BOUND
    if bound == ABOUT or (before == BETWEEN and high is not None):
        return top >= _LEAST_ABOUT
    if high is not None:
        return top >= _LEAST_RANGE
    return vague and top >= _LEAST_RANGE


def _bound(before: Optional[str], after: Optional[str], negated: bool) -> Optional[str]:
    if before in _FLIPPED:
        before = _FLIPPED[before] if negated else before
        return before if after not in _FLIPPED or negated else after
    if after in _FLIPPED:
        return after
    return ABOUT if ABOUT in (before, after) else None


def _money(tokens: Sequence[Token], i: int, floor: int) -> _Money:
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
    return _Money(
        first, stop, value, number.high, number.scale, currency, vague, _blocked(tokens, i, stop)
    )


def _starts_more(tokens: Sequence[Token], k: int) -> bool:
    """Whether 多 or 来 at ``k`` begins a word of its own (多少, 来一件)."""
    following = tokens[k + 1].norm if k + 1 < len(tokens) else ""
    return following in ("少", "功", "色", "种", "了", "自", "看", "点") or (
        tokens[k].norm == "来" and k + 1 < len(tokens) and tokens[k + 1].kind == NUMBER
    )


def _is_tenths(tokens: Sequence[Token], k: int) -> bool:
    if k >= len(tokens) or tokens[k].number is None or tokens[k].start != tokens[k - 1].end:
        return False
    value = tokens[k].number.value if tokens[k].number else 0
    following = tokens[k + 1].norm if k + 1 < len(tokens) else ""
    return (
        0 < value < 10
        and value == int(value)
        and (
            not following
            or following in ("毛", "角", "以", "左", "的", "钱", "吧", "吗", ",", ".", "。")
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
        if at and k + at[0] == i and tokens[k].norm != "in":
            return True
    return i > 0 and tokens[i - 1].norm in ("x", "*", "×") and i > 1


def _unit_is_preposition(tokens: Sequence[Token], k: int) -> bool:
    """Whether "in" after the number is no inch: "under 50 in red"."""
    return tokens[k].norm == "in" and k > 0 and tokens[k].start > tokens[k - 1].end


def _other_end(tokens: Sequence[Token], low: _Money, floor: int) -> Optional[_Money]:
    cues = price_cues()
    k = low.stop
    at = cues.join.at(tokens, k) if k < len(tokens) else None
    if at is None or tokens[k].norm == "or":
        return None
    k += at[0]
    start = k
    while k < len(tokens) and k - start < 3 and tokens[k].kind != NUMBER:
        k += 1
    if k >= len(tokens) or tokens[k].kind != NUMBER:
        return None
    high = _money(tokens, k, start)
    if high.first != start:
        return None
    chained = high.stop + 1 < len(tokens) and tokens[high.stop].norm in ("-", "/")
    if chained and tokens[high.stop + 1].kind == NUMBER:
        return None
    return high


def _next_is_between(tokens: Sequence[Token], k: int) -> bool:
    cues = price_cues()
    if k < len(tokens) and tokens[k].norm == "的":
        k += 1
    at = cues.after.at(tokens, k) if k < len(tokens) else None
    return bool(at and at[1] == BETWEEN)


def _cues_before(
    tokens: Sequence[Token], first: int, floor: int
) -> tuple[int, Optional[str], Optional[str], bool]:
    """Walk left from the money: where the price begins, its bound, its noun, whether denied."""
    cues = price_cues()
    bound: Optional[str] = None
    noun: Optional[str] = None
    negated = False
    begin = k = first
    while k > floor and first - k < 10:
        for length in range(min(4, k - floor), 0, -1):
            j = k - length
            at_bound = cues.before.at(tokens, j)
            if (
                at_bound
                and at_bound[0] == length
                and not negated
                and not _is_talk(tokens, j, at_bound[1])
            ):
                bound = at_bound[1] if bound in (None, ABOUT) else bound
                begin = k = j
                break
            at_noun = cues.noun.at(tokens, j)
            if at_noun and at_noun[0] == length:
                noun = noun if noun == BUDGET else at_noun[1]
                begin = k = j
                break
            at_negation = cues.negation.at(tokens, j)
            if at_negation and at_negation[0] == length:
                if bound in _FLIPPED and not negated:
                    negated, begin, k = True, j, j
                    break
                return begin, bound, noun, negated
            at_filler = cues.filler.at(tokens, j)
            if at_filler and at_filler[0] == length:
                k = j
                break
        else:
            break
    return begin, bound, noun, negated


def _is_talk(tokens: Sequence[Token], j: int, bound: str) -> bool:
    """Whether "about" belongs to talking ("tell me about 20")."""
    return bound == ABOUT and j > 0 and tokens[j - 1].norm in ("more", "tell", "me", "know", "info")


def _cues_after(tokens: Sequence[Token], stop: int) -> tuple[int, Optional[str], Optional[str]]:
    cues = price_cues()
    bound: Optional[str] = None
    noun: Optional[str] = None
    k = stop
    for _ in range(3):
        skip = k
        if skip < len(tokens) and tokens[skip].norm in (
            "的",
            "is",
            "for",
            "as",
            "my",
            "钱",
            "这个",
        ):
            skip += 1
        if skip >= len(tokens):
            break
        at = cues.after.at(tokens, skip)
        if at and not _begins_other(tokens, skip, at[0]):
            bound = bound or at[1]
            k = skip + at[0]
            continue
        at_noun = cues.noun.at(tokens, skip)
        if at_noun and (tokens[skip - 1].norm not in ("is", "for")):
            more = skip + at_noun[0]
            if noun is None and not (more < len(tokens) and tokens[more].kind == NUMBER):
                noun = at_noun[1]
                k = more
                continue
        break
    if k < len(tokens) and tokens[k].norm == "钱":
        k += 1
    return k, bound, noun


def _begins_other(tokens: Sequence[Token], k: int, length: int) -> bool:
    """Whether 上, 下, 内, 起 or a bound at ``k`` belongs to what follows it."""
    norm = tokens[k].norm
    following = tokens[k + length] if k + length < len(tokens) else None
    if following is None or length > 1:
        return False
    if norm in ("内", "下", "起") and following.kind == HAN:
        return following.norm not in "的吗呢吧啊有可就行都左"
    if norm in ("max", "maximum", "minimum", "limit", "plus", "range", "roughly", "+"):
        return following.kind == NUMBER or following.norm == "$"
    return False


def _merge_bounds(
    tokens: Sequence[Token], found: list[tuple[PriceMention, int, int]]
) -> list[tuple[PriceMention, int, int]]:
    """ "over 100 but under 300" is one range."""
    merged: list[tuple[PriceMention, int, int]] = []
    joins = {
        ",",
        "、",
        "and",
        "but",
        "or",
        "且",
        "并",
        "但",
        "而",
        "到",
        "至",
        "是",
        "又",
        "要",
        "&",
    }
    for price, first, stop in found:
        if merged:
            other, begin, end = merged[-1]
            ops = {other.op: other.value, price.op: price.value}
            low, high = ops.get(AT_LEAST), ops.get(AT_MOST)
            gap = tokens[end:first]
            if (
                isinstance(low, float)
                and isinstance(high, float)
                and low <= high
                and all(t.norm in joins or (t.kind == MARK and t.norm == "-") for t in gap)
            ):
                currency = other.currency or price.currency
                both = PriceMention(other.start, price.end, BETWEEN, (low, high), currency)
                merged[-1] = (both, begin, stop)
                continue
        merged.append((price, first, stop))
    return merged
