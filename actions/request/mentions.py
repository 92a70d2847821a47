"""Catalogue values named in an utterance, put on its tokens and freed of accidental readings.

A merchant's own attributes hold values such as "yes", "low" or "men" that shoppers say all the
time without meaning them; and of two things named in a row the last one is the thing wanted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Optional, Sequence

from rapidfuzz.distance import OSA

from actions.request.tokens import HAN, WORD, Token
from catalog.vocabulary import Mention

Placed = dict[int, tuple[int, Mention]]
"""First token → (token after the last, the value)."""

#: Values of degree or truth: a value of a merchant's attribute only where the attribute is named.
_VAGUE = frozenset(
    "yes no none true false other others new best full low medium high small large light dark soft "
    "hard firm regular normal standard free open good basic classic single double is it the "
    "是 否 有 无 低 中 高 大 小 新 好 其他 其它 普通 一般".split()
)
#: Attributes whose values are said for their own sake.
_PLAIN_ATTRIBUTES = frozenset(
    "product_type color material pattern gender age_group size style occasion season brand "
    "neckline sleeve_length length fit closure feature".split()
)
_PEOPLE = ("gender", "age_group")
#: What follows the name of a model: "iphone 15 pro max".
_MODEL_WORDS = frozenset("pro max plus mini ultra se air note 的 用 用的".split())
#: What says how another thing is made: 假两件卫衣.
_IN_PARTS = ("假两件", "两件套", "两件式")


def on_tokens(
    tokens: Sequence[Token],
    mentions: Sequence[Mention],
    resolve: Optional[Callable[[str, str], Optional[str]]] = None,
) -> Placed:
    """Where the values stand; ``resolve`` is the vocabulary's, to look into compound names."""
    found: Placed = {}
    for mention in mentions:
        inside = [
            k for k, t in enumerate(tokens) if t.start < mention.end and t.end > mention.start
        ]
        meant = _meant(tokens, inside, mention) if inside else None
        if meant is None:
            continue
        first, stop = inside[0], inside[-1] + 1
        made_of = _made_of(tokens[first:stop], meant, resolve) if resolve else None
        if made_of is not None:
            found[first] = (first + 1, made_of)
            first += 1
            meant = replace(meant, start=tokens[first].start)
        found[first] = (stop, meant)
    return _heads(tokens, _parts_for_models(tokens, _without_pictures(found), resolve))


def exact_tokens(placed: Placed) -> set[int]:
    """Tokens of values that are written as they should be."""
    return {k for first, (stop, m) in placed.items() if m.score >= 1 for k in range(first, stop)}


def slips(tokens: Sequence[Token], placed: Placed) -> set[int]:
    """Tokens that are one slip away from the name of the value they are read as."""
    return {
        first
        for first, (stop, mention) in placed.items()
        if stop - first == 1 and OSA.distance(tokens[first].norm, mention.value.casefold()) <= 1
    }


def _meant(tokens: Sequence[Token], inside: Sequence[int], mention: Mention) -> Optional[Mention]:
    """The mention with the reading that a shopper has in mind, or None if it is accidental."""
    if mention.attribute == "product_type":
        for attribute, value in mention.alternatives:
            if attribute in _PEOPLE:
                return replace(mention, attribute=attribute, value=value)
    if mention.attribute in _PLAIN_ATTRIBUTES:
        return mention
    surface = " ".join(tokens[k].norm for k in inside)
    if surface not in _VAGUE:
        return mention
    said = {t.norm for t in tokens}
    for attribute, value in ((mention.attribute, mention.value), *mention.alternatives):
        if said.intersection(attribute.split("_")) or attribute in _PLAIN_ATTRIBUTES:
            return replace(mention, attribute=attribute, value=value)
    return None


def _made_of(
    tokens: Sequence[Token], mention: Mention, resolve: Callable[[str, str], Optional[str]]
) -> Optional[Mention]:
    """The material in the name of a thing that is not a thing of its own: "leather belt"."""
    head = tokens[0]
    if len(tokens) < 2 or head.kind != WORD or mention.attribute != "product_type":
        return None
    material = resolve("material", head.norm)
    if material is None or head.norm in mention.value or material in mention.value:
        return None
    return Mention(head.start, head.end, "material", material, mention.surface[: len(head.norm)])


def _heads(tokens: Sequence[Token], found: Placed) -> Placed:
    """Without the things that only modify the one named right after them: "sofa cover"."""
    kept = dict(found)
    for first, (stop, mention) in found.items():
        following = found.get(stop)
        if following is None or not _things(mention, following[1]):
            continue
        one, other = mention.value.casefold(), following[1].value.casefold()
        if one == other:
            continue
        if _part_of(one, other):
            kept.pop(first)
        elif _part_of(other, one):
            kept.pop(stop, None)
        elif _modifies(tokens, first, stop, following):
            kept.pop(first)
    return kept


def _parts_for_models(
    tokens: Sequence[Token],
    found: Placed,
    resolve: Optional[Callable[[str, str], Optional[str]]],
) -> Placed:
    """What is for a model is not the model: "iphone 15 pro case", iPhone15的壳."""
    out = dict(found)
    for first, (stop, mention) in found.items():
        if resolve is None or mention.attribute != "product_type":
            continue
        k = stop
        while k < len(tokens) and (tokens[k].number or tokens[k].norm in _MODEL_WORDS):
            k += 1
        if k == stop or k >= len(tokens) or k in found or tokens[k].kind not in (WORD, HAN):
            continue
        head = f"{mention.value} " if tokens[k].kind == WORD else mention.surface
        part = resolve("product_type", head + tokens[k].norm)
        if part is None and mention.value == "phone":
            part = resolve("product_type", "手机" + tokens[k].norm)
        if part is not None and part != mention.value:
            meant = replace(mention, value=part, end=tokens[k].end, alternatives=())
            out[first] = (k + 1, meant)
    return out


def _without_pictures(found: Placed) -> Placed:
    """An emoji names a thing only where no word does: "need 👟", but "shoes 👟" are any shoes."""
    named = {
        first
        for first, (_, m) in found.items()
        if m.attribute == "product_type" and m.surface[0].isalnum()
    }
    if not named:
        return found
    return {
        first: (stop, mention)
        for first, (stop, mention) in found.items()
        if mention.surface[0].isalnum()
    }


def _things(*mentions: Mention) -> bool:
    return all(m.attribute == "product_type" and m.score >= 1 for m in mentions)


def _part_of(one: str, other: str) -> bool:
    """Whether a thing is named in the name of another: phone, phone case."""
    return f" {one} " in f" {other} "


def _modifies(
    tokens: Sequence[Token], first: int, stop: int, following: tuple[int, Mention]
) -> bool:
    if tokens[stop].kind == HAN and tokens[first].kind == HAN:
        glued = tokens[stop].start == tokens[stop - 1].end
        surface = "".join(t.norm for t in tokens[first:stop])
        return glued and (following[0] - stop == 1 or surface.startswith(_IN_PARTS))
    return tokens[first].kind == WORD
