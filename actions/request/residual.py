"""The words of an utterance that carry meaning and that nothing has read."""

from __future__ import annotations

from typing import Collection, Sequence

from actions.request.clauses import Clause
from actions.request.cues import ASIDE, SHIELD
from actions.request.negation import denied_words
from actions.request.stopwords import CHINESE, STOPWORDS
from actions.request.tokens import HAN, WORD, Token


def residual(parts: Sequence[Clause], *, wanted: bool = False, used: Collection[int] = ()) -> str:
    """Unread content words of the clauses, in order, a space between runs.

    With ``wanted`` those that the shopper does not want are left out; ``used`` are pieces that
    an act has read.
    """
    words: list[str] = []
    for clause in parts:
        tokens = clause.reading.tokens
        denied = denied_words(clause) if wanted else set()
        unread = [
            k
            for index, piece in clause.indexes()
            if index not in denied and index not in used
            if piece.plain or (piece.cues and piece.cues <= {ASIDE, SHIELD})
            for k in range(piece.first, piece.stop)
        ]
        shielded = {
            k
            for piece in clause.pieces
            if SHIELD in piece.cues
            for k in range(piece.first, piece.stop)
        }
        kept = _content(tokens, [k for k in unread if k not in shielded])
        words += _runs(clause, kept)
    return " ".join(words)


def _content(tokens: Sequence[Token], unread: Sequence[int]) -> list[int]:
    kept: list[int] = []
    left = set(unread)
    k = 0
    while k < len(tokens):
        if k not in left:
            k += 1
            continue
        token = tokens[k]
        at = CHINESE.at(tokens, k) if token.kind == HAN else None
        if at and all(j in left for j in range(k, k + at[0])):
            k += at[0]
            continue
        content = token.kind == HAN or (token.kind == WORD and token.norm not in STOPWORDS)
        if content and not (token.kind == WORD and len(token.norm) < 2):
            kept.append(k)
        k += 1
    return kept


def _runs(clause: Clause, kept: Sequence[int]) -> list[str]:
    """Neighbouring Chinese characters stay together; Latin words stand alone."""
    tokens = clause.reading.tokens
    runs: list[list[int]] = []
    for k in kept:
        joined = runs and runs[-1][-1] == k - 1
        if joined and tokens[k].kind == HAN and tokens[k - 1].kind == HAN:
            runs[-1].append(k)
        else:
            runs.append([k])
    return [clause.reading.surface(run[0], run[-1] + 1) for run in runs]
