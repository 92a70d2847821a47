"""Prices in a text: "under $50", 五百块以内, 三百左右, "2k–3k", "20 to 30 bucks", 预算500.

A number is a price where a currency, a price word or a bound says so and no unit says otherwise.
Reading goes outwards from the number: its currency, the other end of a range, the cue before it
(and whether that is denied: "nothing over 50"), the cue after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional, Sequence, Union

from actions.request.money import Money, money_at, other_end
from actions.request.price_cues import BUDGET, WEAK_JOINS, price_cues
from actions.request.tokens import HAN, MARK, NUMBER, Token, tokenise
from actions.request.types import ABOUT, AT_LEAST, AT_MOST, BETWEEN

#: Cues in Latin script say little about a smaller number ("about 2"); 三块 has a currency.
_LEAST_BOUND, _LEAST_ABOUT, _LEAST_RANGE = 5, 10, 50
#: "five at most" are five things.
_LEAST_SPELLED = 13


#: "with $35", "for 50 euros", "I have 20 dollars": what the shopper can spend.
_PURSE = frozenset({"with", "for", "have", "got", "有"})


_COMPARED = {
    **dict.fromkeys(("便", "低", "少"), AT_MOST),
    **dict.fromkeys(("贵", "高", "多"), AT_LEAST),
}


#: "and less than 300" begins another bound, "and less" ends one.
_COMPARATIVES = frozenset("less more lower higher cheaper".split())


_FLIPPED = {AT_LEAST: AT_MOST, AT_MOST: AT_LEAST}


#: After these, a spelled number stands for a product: "how much does the second one cost".
_POINTING = frozenset(
    "the this that which other last first second third fourth fifth another each every any no "
    "cheapest best top".split()
)


@dataclass(frozen=True)
class PriceMention:
    """A price said at ``text[start:end]``; ``op`` is an operator of a constraint."""

    start: int
    end: int
    op: str
    value: Union[float, tuple[float, float]]
    currency: Optional[str] = None


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
    money = money_at(tokens, i, floor)
    second = other_end(tokens, money, floor)
    last = second or money
    currency = money.currency if money.currency is not None else last.currency
    first, before, noun, negated = _cues_before(tokens, money.first, floor)
    between = before == BETWEEN or _next_is_between(tokens, last.stop)
    weak = second is not None and tokens[money.stop].norm in WEAK_JOINS
    if weak and not between and not _choice(tokens, money, last, noun or before):
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
    if second is not None and currency is None and (second.blocked or second.value == money.value):
        return None
    low, high = money.value, money.high if second is None else second.high or second.value
    if second is not None and second.scale > 1 and money.scale == 1 and high is not None:
        low = low * second.scale if low * second.scale <= high and low < 10 else low
    bound = _bound(before, after, negated)
    sure = currency is not None or noun is not None
    if currency is None and bound is None and (_points(tokens, i) or _is_title(tokens, i)):
        return None
    number = tokens[i].number
    spelled = bool(number and number.spelled and tokens[i].norm.isascii())
    if not sure and not _plausible(low, high, bound, before, money.vague, spelled):
        return None
    if before == BETWEEN and high is None and not sure:
        return None
    value: Union[float, tuple[float, float]]
    if high is not None and high != low:
        op, value = BETWEEN, (min(low, high), max(low, high))
        if bound in _FLIPPED and (second is None or weak):
            op, value = bound, high if bound == AT_MOST else low
    else:
        value = low
        limit = noun == BUDGET or (first > floor and tokens[first - 1].norm in _PURSE)
        op = bound or (AT_MOST if limit and not money.vague else ABOUT)
    price = PriceMention(tokens[first].start, tokens[stop - 1].end, op, value, currency or None)
    return price, first, stop


def _is_title(tokens: Sequence[Token], i: int) -> bool:
    """Whether the number names a thing: "what is the price of 1984"."""
    words = [t.norm for t in tokens[max(0, i - 3) : i]]
    return words[1:] == ["price", "of"] and words[:1] == ["the"]


def _choice(tokens: Sequence[Token], low: Money, high: Money, said: Optional[str]) -> bool:
    """Whether "around 100 or 150" and "two or three hundred" name the ends of a range."""
    if tokens[low.stop].norm not in ("or", "或", "或者"):
        return False
    shared = low.scale == 1 and high.scale > 1 and low.value < 10
    money = shared or bool(low.currency or high.currency or said)
    return money and not high.blocked and 0 < low.value < high.value


def _points(tokens: Sequence[Token], i: int) -> bool:
    """Whether the number at ``i`` is a pronoun or counts products: "this one", "the two"."""
    number = tokens[i].number
    if number is None or not number.spelled or number.value > 10:
        return False
    return tokens[i].norm == "one" or (i > 0 and tokens[i - 1].norm in _POINTING)


def _plausible(
    low: float,
    high: Optional[float],
    bound: Optional[str],
    before: Optional[str],
    vague: bool,
    spelled: bool,
) -> bool:
    """Whether a number that nothing calls money is a price all the same."""
    top = low if high is None else max(low, high)
    if bound in _FLIPPED:
        return top >= (_LEAST_SPELLED if spelled else _LEAST_BOUND)
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
            if at_negation and at_negation[0] == length and not _asks(tokens, j):
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


def _asks(tokens: Sequence[Token], j: int) -> bool:
    """Whether 没有 at ``j`` is the second half of 有没有."""
    return j > 0 and tokens[j].norm == "没" and tokens[j - 1].norm == "有"


def _is_talk(tokens: Sequence[Token], j: int, bound: str) -> bool:
    """Whether "about" belongs to talking ("tell me about 20")."""
    if bound != ABOUT or not j or tokens[j - 1].norm not in ("more", "tell", "me", "know", "info"):
        return False
    return j < 2 or (tokens[j - 2].norm, tokens[j - 1].norm) != ("you", "know")


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
    if following is None:
        return False
    if norm == "不" and following.kind == NUMBER:
        return True
    if length > 1 and tokens[k + length - 1].norm in _COMPARATIVES and following.norm == "than":
        return True
    if norm == "and" and (following.kind == NUMBER or following.norm in ("$", "€", "£", "₹", "¥")):
        return True
    if length > 1:
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
