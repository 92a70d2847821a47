"""Misspelt cue words put right: "chepaer" is cheaper, "diffrence" is difference.

Only words that nothing else explains are touched, and only where one cue word is near enough.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Collection, Optional, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from actions.request.cues import cue_tables
from actions.request.price_cues import price_cues
from actions.request.stopwords import STOPWORDS
from actions.request.tokens import WORD, Token

_LEAST = 5
_DISTANT = 8


@lru_cache(maxsize=1)
def _known() -> dict[str, list[str]]:
    tables, prices = cue_tables(), price_cues()
    phrases = [*tables.kinds.values(), tables.relative, tables.sort, tables.attribute]
    words = {w for table in phrases for w in table.words()}  # type: ignore[attr-defined]
    words |= prices.before.words() | prices.after.words() | prices.noun.words()
    by_first: dict[str, list[str]] = {}
    for word in sorted(words | STOPWORDS):
        by_first.setdefault(word[0], []).append(word)
    return by_first


@lru_cache(maxsize=4096)
def _nearest(word: str) -> Optional[str]:
    choices = _known().get(word[0], [])
    if word in choices:
        return None
    near = [c for c in choices if len(c) >= _LEAST - 1]
    best = process.extractOne(
        word, near, scorer=OSA.distance, score_cutoff=1 if len(word) < _DISTANT else 2
    )
    return best[0] if best else None


def corrected(tokens: Sequence[Token], sure: Collection[int]) -> list[Token]:
    """``tokens`` with misspelt cue words replaced, except at the indexes in ``sure``."""
    out = list(tokens)
    for i, token in enumerate(tokens):
        if token.kind != WORD or i in sure or len(token.norm) < _LEAST:
            continue
        if not token.norm.isascii() or not token.norm.isalpha() or len(token.norm) > 20:
            continue
        right = _nearest(token.norm)
        if right:
            out[i] = replace(token, norm=right)
    return out
