"""Two or three windows as one row of token numbers that the encoder reads at once.

What is said now comes first and what was seen earlier last, each part with its own allowance, so
that a long message takes no room from the others. The encoder's separator stands between parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence

import numpy as np
from tokenizers import Tokenizer

from actions.interest.reading.windows import Window

NOW_WORDS, NOW_TITLES, WORDS, TITLES, EARLIER_WORDS, EARLIER_TITLES = range(6)
PARTS = 6
#: What each part may hold at most, in tokens; with first, leads and separators 128 in all.
ALLOWANCE = (28, 20, 20, 20, 8, 12)
#: A title says what it is about in its first tokens.
TITLE_TOKENS = 6
#: Leads that tell the encoder what a part is.
LEADS = ("now: ", "", "before: ", "", "earlier: ", "")
NO_PART = -1


@dataclass(frozen=True)
class Read:
    """A row as the encoder reads it."""

    ids: tuple[int, ...]
    parts: tuple[int, ...]
    """The part each token is of, ``NO_PART`` for the encoder's own."""


class RowWriter:
    """Turns windows into rows.

    Parameters
    ----------
    tokenizer
        That of the encoder.
    longest
        Rows are cut to so many tokens.
    """

    def __init__(self, tokenizer: Tokenizer, longest: int = 512) -> None:
        self._tokenizer, self._longest = tokenizer, longest
        first_last = tokenizer.encode("").ids
        self._first, self._last = first_last[0], first_last[-1]

    def row(self, before: Window, after: Window, earlier: Optional[Window] = None) -> Read:
        """One row; of words the latest are kept where there are too many."""
        earlier = earlier or Window()
        lists = [
            part for window in (after, before, earlier) for part in (window.words, window.titles)
        ]
        ids, parts = [self._first], [NO_PART]
        for part, texts in enumerate(lists):
            if not any(texts):
                continue
            words = part in (NOW_WORDS, WORDS, EARLIER_WORDS)
            found = self._words(texts, part) if words else self._titles(texts, part)
            lead = self._tokens(LEADS[part]) if LEADS[part] else []
            ids += [*lead, *found, self._last]
            parts += [*[NO_PART] * len(lead), *[part] * len(found), NO_PART]
        return Read(tuple(ids[: self._longest]), tuple(parts[: self._longest]))

    def _words(self, texts: Sequence[str], part: int) -> list[int]:
        return self._tokens(" / ".join(texts))[-ALLOWANCE[part] :]

    def _titles(self, texts: Sequence[str], part: int) -> list[int]:
        """Tokens of titles, the latest titles where there are too many."""
        most = ALLOWANCE[part]
        each = max(TITLE_TOKENS, most // len(texts))
        cut = [self._tokens(text)[:each] for text in texts]
        while sum(map(len, cut)) > most and len(cut) > 1:
            cut.pop(0)
        return [token for one in cut for token in one][:most]

    def _tokens(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)


def shares(parts: Sequence[int], length: int) -> np.ndarray:
    """What each token counts in the mean of its part: float32 (``PARTS`` + 1, length).

    The last mean is that of all tokens; that of a part that is not there is zero.
    """
    own = np.array(parts)
    out = np.zeros((PARTS + 1, length), np.float32)
    for part in range(PARTS):
        inside = own == part
        if inside.any():
            out[part, : len(own)] = inside / inside.sum()
    out[PARTS, : len(own)] = 1 / len(own)
    return out
