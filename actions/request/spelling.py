"""Misspelt cue words put right: "chepaer" is cheaper, "diffrence" is difference.

Only words that nothing else explains are touched, and only where one cue word is near enough.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Collection, Optional, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from actions.request.cues import SHIELD, cue_tables
from actions.request.measure_cues import measure_words
from actions.request.price_cues import price_cues
from actions.request.referents import ORDINALS
from actions.request.stopwords import STOPWORDS
from actions.request.tokens import WORD, Token

#: English words that a shopper may well mean although a cue word is near: quiet, powder, strap.
_REAL = frozenset(
    (
        "absolute among batter bitter black bland bread brother brought butter calls camel "
        "cancer cards casting chances change changes charge chart chuck clean closed closer "
        "closet coarse coast colon companion competition complain computing concert constant "
        "container contract corrected courses crash creating curry curse customers dates dealer "
        "decided described detailed dimension doesn dressing economic event excessive explained "
        "factors factory found fried friends functional given gives greatest groups guest "
        "guests heights helps humans ideas importance insider integral interest internet "
        "interval intro issues known knows labels lager lasts leading learning leaving links "
        "liter lived lives locks loner lover machines manufacture march marked marker master "
        "matte matters mattes means meant model moist monkey months mouth munch necessary "
        "numbers opens opinions original pages paint palace particularly pasta paste pasty "
        "peace perfectly personal physician plain plane plate played playing pleased pleasure "
        "points poker police possibly powder previously pride prime prince princess prize "
        "problems produce produced producer programs projects quiet racing raking rally ranger "
        "ranking ready recently regional related released religion remote removed required "
        "requirements requires rights rooms rules sable sales saturday scale scene schools "
        "score seems sending services sessions shake shape share sheer shell ships shock shoot "
        "shooting shorts shower shown sided sites skill skirting slave slide smart smelly smock "
        "snack solid spacer spare speaking spear speed spell spent spice spill spoon sport "
        "staff stairs stale stall standing stare stark states steel steep steps stone storm "
        "story strand strap string stuck study stylus suite surge surprised tablet taster tasty "
        "taxes teaching theme themes thorough thought thoughts three timer times tough trace "
        "tract training trick truck weeks whenever white whole words world worst wound wright "
        "years "
    ).split()
)
_LEAST = 5
_DISTANT = 8


@lru_cache(maxsize=1)
def _known() -> dict[str, list[str]]:
    tables, prices = cue_tables(), price_cues()
    kinds = [table for kind, table in tables.kinds.items() if kind != SHIELD]
    phrases = [*kinds, tables.relative, tables.sort, tables.attribute]
    words = {w for table in phrases for w in table.words()}  # type: ignore[attr-defined]
    words |= prices.before.words() | prices.after.words() | prices.noun.words()
    by_first: dict[str, list[str]] = {}
    for word in sorted(words | STOPWORDS | ORDINALS.keys()):
        by_first.setdefault(word[0], []).append(word)
    return by_first


@lru_cache(maxsize=4096)
def _nearest(word: str) -> Optional[str]:
    choices = _known().get(word[0], [])
    if word in choices or word in _REAL or word in measure_words():
        return None
    near = [c for c in choices if len(c) >= _LEAST - 1]
    best = process.extractOne(
        word, near, scorer=OSA.distance, score_cutoff=1 if len(word) < _DISTANT else 2
    )
    return best[0] if best else None


def corrected(
    tokens: Sequence[Token], sure: Collection[int], slips: Collection[int] = ()
) -> list[Token]:
    """``tokens`` with misspelt cue words replaced, except at the indexes in ``sure``.

    A slip of a value's name is left alone too, unless a cue word has the very same letters:
    "balck" is black, but "cancle" is cancel and no candle.
    """
    out = list(tokens)
    for i, token in enumerate(tokens):
        if token.kind != WORD or i in sure or len(token.norm) < _LEAST:
            continue
        if not token.norm.isascii() or not token.norm.isalpha() or len(token.norm) > 20:
            continue
        right = _nearest(token.norm)
        if right and (i not in slips or sorted(right) == sorted(token.norm)):
            out[i] = replace(token, norm=right)
    return out
