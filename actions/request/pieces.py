"""An utterance cut into pieces: prices, measures, catalogue values, referents, cues, plain words.

Every token belongs to exactly one piece, and the longest reading of a place wins. What the pieces
mean together is decided by what reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Protocol, Sequence

from actions.request.cues import AND, BUT, NOT, OR, SHIELD, cue_tables
from actions.request.measures import OF_BODY, MeasureMention, find_measures
from actions.request.prices import PriceMention, find_prices
from actions.request.referents import FOCUS, Pointing, referent_at
from actions.request.spelling import corrected
from actions.request.tokens import HAN, MARK, Token, tokenise
from actions.request.types import Referent
from catalog.vocabulary import Mention

_STRONG = frozenset({SHIELD, NOT, OR, AND, BUT})
_HARD_MARKS = frozenset(".!?;。！？；…")
_SOFT_MARKS = frozenset(",，:：—~")


class Matcher(Protocol):
    """The part of the vocabulary that reading an utterance needs."""

    def match(self, text: str) -> list[Mention]:
        """Values named in the text."""

    def knows(self, attribute: str) -> bool:
        """Whether the shop has the attribute."""


@dataclass(frozen=True)
class Piece:
    """Tokens ``first`` to ``stop``; at most one of the readings is set beside ``cues``."""

    first: int
    stop: int
    cues: frozenset[str] = frozenset()
    value: Optional[Mention] = None
    price: Optional[PriceMention] = None
    measure: Optional[MeasureMention] = None
    referents: tuple[Referent, ...] = ()
    sure: bool = True
    """For referents: False where only an act makes a number a rank."""
    attribute: str = ""
    relative: Optional[tuple[str, str]] = None
    sort: Optional[tuple[str, str]] = None
    recipient: str = ""
    break_: int = 0
    """2 ends a sentence, 1 may end a clause."""

    @property
    def content(self) -> bool:
        """Whether it says something about what is wanted."""
        measured = self.measure is not None and self.measure.attribute != OF_BODY
        return bool(self.value or self.price or measured)

    @property
    def plain(self) -> bool:
        """Whether it has no reading at all."""
        return not (
            self.cues or self.content or self.measure or self.referents or self.attribute or self.relative
            or self.sort or self.recipient or self.break_
        )  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """The text, its tokens and its pieces."""

    text: str
    tokens: tuple[Token, ...]
    pieces: tuple[Piece, ...]

    def norm(self, piece: Piece) -> str:
        """The normalised words of a piece, with single spaces between Latin ones."""
        words = ""
        for token in self.tokens[piece.first : piece.stop]:
            spaced = words and token.kind != HAN and words[-1].isascii()
            words += f" {token.norm}" if spaced else token.norm
        return words

    def surface(self, first: int, stop: int) -> str:
        """The words of a token range as they were written."""
        return self.text[self.tokens[first].start : self.tokens[stop - 1].end]


def read(text: str, vocabulary: Matcher) -> Reading:
    """Cut ``text`` into pieces."""
    raw = tokenise(text)
    mentions = _on_tokens(raw, vocabulary.match(text))
    sure = {k for first, (stop, m) in mentions.items() if m.score >= 1 for k in range(first, stop)}
    tokens = corrected(raw, sure)
    figures = _figures(tokens, mentions)
    pieces: list[Piece] = []
    i = 0
    while i < len(tokens):
        piece = figures.get(i) or _best(tokens, i, mentions, figures)
        pieces.append(piece)
        i = piece.stop
    return Reading(text, tuple(tokens), tuple(_described(tokens, pieces)))


def _on_tokens(
    tokens: Sequence[Token], mentions: Sequence[Mention]
) -> dict[int, tuple[int, Mention]]:
    found: dict[int, tuple[int, Mention]] = {}
    for mention in mentions:
        inside = [
            k for k, t in enumerate(tokens) if t.start < mention.end and t.end > mention.start
        ]
        if inside:
            found[inside[0]] = (inside[-1] + 1, mention)
    return found


def _figures(tokens: Sequence[Token], mentions: dict[int, tuple[int, Mention]]) -> dict[int, Piece]:
    """Prices and measures by their first token; a measure wins where both claim a number."""
    figures: dict[int, Piece] = {}
    taken: set[int] = set()
    for price, first, stop in find_prices(tokens):
        figures[first] = Piece(first, stop, price=price)
        taken.update(range(first, stop))
    for measure, first, stop in find_measures(tokens):
        inside = mentions.get(first)
        if inside and inside[0] > stop:
            continue
        if not taken.intersection(range(first, stop)):
            figures[first] = Piece(first, stop, measure=measure)
            taken.update(range(first, stop))
    return figures


def _best(
    tokens: Sequence[Token],
    i: int,
    mentions: dict[int, tuple[int, Mention]],
    figures: dict[int, Piece],
) -> Piece:
    limit = min((k for k in figures if k > i), default=len(tokens))
    here = mentions.get(i)
    value_length = here[0] - i if here and here[0] <= limit else 0
    pointing = referent_at(tokens, i)
    if pointing and i + pointing.length > limit:
        pointing = None
    length, piece = _cue(tokens, i, limit)
    for k in range(i + 1, min(i + length, len(tokens))):
        later = mentions.get(k)
        if later and later[1].score >= 1 and later[0] > i + length:
            length, piece = _cue(tokens, i, k)
            break
    if pointing and pointing.sure and pointing.length >= max(length, value_length):
        return _pointing(i, pointing, piece if length == pointing.length else None)
    if here and value_length:
        exact = here[1].score >= 1
        strong = bool(_STRONG & piece.cues)
        if value_length > length or (value_length == length and exact and not strong):
            who = piece.recipient if length == value_length else ""
            return Piece(i, i + value_length, value=here[1], recipient=who)
    if pointing and pointing.length >= length:
        return _pointing(i, pointing, piece if length == pointing.length else None)
    if length:
        return piece
    mark = tokens[i].norm
    break_ = 0
    if tokens[i].kind == MARK:
        break_ = 2 if mark in _HARD_MARKS or mark == "\n" else 1 if mark in _SOFT_MARKS else 0
    return Piece(i, i + 1, break_=break_)


def _pointing(i: int, pointing: Pointing, cue: Optional[Piece]) -> Piece:
    cues = cue.cues if cue else frozenset()
    return Piece(
        i, i + pointing.length, cues=cues, referents=pointing.referents, sure=pointing.sure
    )


def _cue(tokens: Sequence[Token], i: int, limit: int) -> tuple[int, Piece]:
    """The longest cue at ``i`` within ``limit``, with every kind it can be."""
    tables = cue_tables()
    window = tokens[:limit]
    longest = 0
    kinds: set[str] = set()
    extra: dict[str, object] = {}
    for kind, table in tables.kinds.items():
        at = table.at(window, i)
        if at and at[0] > longest:
            longest, kinds, extra = at[0], {kind}, {}
        elif at and at[0] == longest:
            kinds.add(kind)
    others = (
        ("relative", tables.relative),
        ("sort", tables.sort),
        ("attribute", tables.attribute),
        ("recipient", tables.recipient),
    )
    for name, phrases in others:
        found = phrases.at(window, i)  # type: ignore[attr-defined]
        if found and found[0] > longest:
            longest, kinds, extra = found[0], set(), {name: found[1]}
        elif found and found[0] == longest:
            extra[name] = found[1]
    break_ = 2 if tokens[i].norm in _HARD_MARKS and longest == 1 else 0
    return longest, Piece(i, i + max(longest, 1), frozenset(kinds), break_=break_, **extra)  # type: ignore[arg-type]


def _described(tokens: Sequence[Token], pieces: list[Piece]) -> list[Piece]:
    """Join "the blue one", 那个蓝色的 and 蓝色的那个 into referents by value."""
    out: list[Piece] = []
    k = 0
    while k < len(pieces):
        piece = pieces[k]
        demonstrative = piece.referents == FOCUS and tokens[piece.first].norm in "这那"
        determiner = piece.stop - piece.first == 1 and tokens[piece.first].norm in (
            "the",
            "that",
            "this",
        )
        if demonstrative or determiner:
            run, stop = _values(tokens, pieces, k + 1)
            closed = stop < len(pieces) and tokens[pieces[stop].first].norm == "one"
            if run and (demonstrative or closed):
                end = stop + closed
                out.append(_by_value(piece.first, pieces[end - 1].stop, run))
                k = end
                continue
            extreme = pieces[k + 1].sort if k + 1 < len(pieces) else None
            if extreme and demonstrative:
                out.append(_by_extreme(piece.first, pieces[k + 1].stop, extreme))
                k += 2
                continue
        if demonstrative and out:
            back = out[:-1] if tokens[out[-1].first].norm == "的" else out
            last = back[-1] if back else None
            if last and last.sort:
                out = [*back[:-1], _by_extreme(last.first, piece.stop, last.sort)]
                k += 1
                continue
            if last and last.value and last.value.attribute != "product_type":
                out = [*back[:-1], _by_value(last.first, piece.stop, [last])]
                k += 1
                continue
        out.append(piece)
        k += 1
    return out


def _values(tokens: Sequence[Token], pieces: list[Piece], k: int) -> tuple[list[Piece], int]:
    run: list[Piece] = []
    while k < len(pieces):
        if pieces[k].value:
            run.append(pieces[k])
        elif not (run and tokens[pieces[k].first].norm == "的" and pieces[k].plain):
            break
        k += 1
    return run, k


def _by_value(first: int, stop: int, run: Sequence[Piece]) -> Piece:
    values = [p.value for p in run if p.value]
    best = next((v for v in values if v.attribute != "product_type"), values[0])
    return Piece(first, stop, referents=(Referent("value", 0, best.attribute, best.value),))


def _by_extreme(first: int, stop: int, sort: tuple[str, str]) -> Piece:
    end = "min" if sort[1] == "asc" else "max"
    return Piece(first, stop, referents=(Referent("extreme", 0, sort[0], end),), sort=sort)
