"""An utterance cut into pieces: prices, measures, catalogue values, referents, cues, plain words.

Every token belongs to exactly one piece, and the longest reading of a place wins. What the pieces
mean together is decided by what reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Protocol, Sequence

from actions.request.cues import AND, BUT, NOT, OR, SHIELD, cue_tables
from actions.request.described import joined
from actions.request.measures import find_measures
from actions.request.mentions import Placed, exact_tokens, on_tokens, slips
from actions.request.piece import Piece
from actions.request.prices import find_prices
from actions.request.referents import Pointing, referent_at
from actions.request.spelling import corrected
from actions.request.tokens import HAN, MARK, WORD, Token, tokenise
from catalog.vocabulary import Mention

_STRONG = frozenset({SHIELD, NOT, OR, AND, BUT})
_ADVERBS = frozenset(
    "really actually particularly especially honestly personally definitely absolutely simply "
    "truly totally".split()
)
_HARD_MARKS = frozenset(".!?;。！？；…")
_SOFT_MARKS = frozenset(",，—~")


class Matcher(Protocol):
    """The part of the vocabulary that reading an utterance needs."""

    def match(self, text: str) -> list[Mention]:
        """Values named in the text."""

    def knows(self, attribute: str) -> bool:
        """Whether the shop has the attribute."""


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
    raw = _without_adverbs(tokenise(text))
    mentions = on_tokens(raw, vocabulary.match(text), getattr(vocabulary, "resolve", None))
    tokens = corrected(raw, exact_tokens(mentions), slips(raw, mentions))
    figures = _figures(tokens, mentions)
    pieces: list[Piece] = []
    i = 0
    while i < len(tokens):
        piece = figures.get(i) or _best(tokens, i, mentions, figures)
        pieces.append(piece)
        i = piece.stop
    return Reading(text, tuple(tokens), tuple(joined(tokens, pieces)))


def _without_adverbs(tokens: Sequence[Token]) -> list[Token]:
    """The tokens less the words that only colour what is said: "don't really care"."""
    last = len(tokens) - 1
    return [
        t
        for k, t in enumerate(tokens)
        if t.norm not in _ADVERBS
        or k in (0, last)
        or tokens[k - 1].norm in ("no", "wait", "oh")
        or tokens[k - 1].kind != WORD
        or tokens[k + 1].kind != WORD
    ]


def _figures(tokens: Sequence[Token], mentions: Placed) -> dict[int, Piece]:
    """Prices and measures by their first token; a measure wins where both claim a number."""
    figures: dict[int, Piece] = {}
    taken: set[int] = set()
    for price, first, stop in find_prices(tokens):
        figures[first] = Piece(first, stop, price=price)
        taken.update(range(first, stop))
    flat = [
        range(begin, end)
        for begin, (end, m) in mentions.items()
        if m.surface[0].isdigit() and set("x×*乘") & set(m.surface.lower())
    ]
    for measure, first, stop in find_measures(tokens):
        inside = mentions.get(first)
        if (inside and inside[0] > stop) or any(first in extent for extent in flat):
            continue
        if not taken.intersection(range(first, stop)):
            figures[first] = Piece(first, stop, measure=measure)
            taken.update(range(first, stop))
    return figures


def _best(
    tokens: Sequence[Token],
    i: int,
    mentions: Placed,
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
        strong = bool(_STRONG & piece.cues) and SHIELD not in piece.cues
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
        ("wearer", tables.wearer),
    )
    for name, phrases in others:
        found = phrases.at(window, i)  # type: ignore[attr-defined]
        if found and found[0] > longest:
            longest, kinds, extra = found[0], set(), {name: found[1]}
        elif found and found[0] == longest:
            extra[name] = found[1]
    break_ = 2 if tokens[i].norm in _HARD_MARKS and longest == 1 else 0
    return longest, Piece(i, i + max(longest, 1), frozenset(kinds), break_=break_, **extra)  # type: ignore[arg-type]
