"""Tokens as the encoder reads them, and where in what it read each token is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Sequence

import numpy as np

if TYPE_CHECKING:
    from catalog.encoders.base import BaseEncoder

PADDING = 1
#: What stands for a hidden token, in the vocabularies that have one of them.
MASKS = ("<mask>", "[MASK]", "<unk>", "[UNK]")
SPACE = "▁"


@dataclass(frozen=True)
class View:
    """One text as it goes into the encoder."""

    ids: list[int]
    places: list[list[int]]
    """For each token the positions in ``ids`` of its pieces."""

    @property
    def tokens(self) -> int:
        """How many of the text's tokens were read; the others were too many."""
        return len(self.places)


class Viewer:
    """Turns tokens into token numbers of the encoder.

    Every token is read by itself, in its place among the others: a character of a Chinese text is
    one piece, which it would not be where the encoder's own words are longer.

    Parameters
    ----------
    limit
        Texts are cut so that not more token numbers than this come of them.
    """

    def __init__(self, base: BaseEncoder, limit: int) -> None:
        self._tokenizer = base.tokenizer
        self._limit = min(limit, base.max_tokens)
        frame = self._tokenizer.encode(base.query_prefix.strip()).ids
        self._head, self._end = frame[:-1], frame[-1]
        self._space = self._tokenizer.token_to_id(SPACE)
        known = (self._tokenizer.token_to_id(name) for name in MASKS)
        self._mask = next((number for number in known if number is not None), self._end)
        self._known: dict[tuple[str, bool], list[int]] = {}

    def view(self, tokens: Sequence[str], covered: Sequence[bool] = ()) -> View:
        """One text; the tokens marked in ``covered`` are hidden."""
        # Single characters stand together as in Chinese; words are apart.
        joined = all(len(token) == 1 for token in tokens)
        ids = list(self._head)
        places: list[list[int]] = []
        for i, token in enumerate(tokens):
            hidden = bool(covered) and covered[i]
            pieces = [self._mask] if hidden else self._pieces(token, joined)
            if len(ids) + len(pieces) >= self._limit:
                break
            places.append(list(range(len(ids), len(ids) + len(pieces))))
            ids.extend(pieces)
        return View([*ids, self._end], places)

    def _pieces(self, token: str, joined: bool) -> list[int]:
        known = self._known.get((token, joined))
        if known is None:
            alone = self._tokenizer.token_to_id(token) if joined else None
            known = [alone] if alone is not None else self._encoded(token)
            self._known[token, joined] = known
        return known

    def _encoded(self, token: str) -> list[int]:
        ids = self._tokenizer.encode(token, add_special_tokens=False).ids
        return [i for i in ids if i != self._space] or ids or [self._mask]


def padded(views: Sequence[View]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Some texts side by side.

    Returns
    -------
    ids, mask
        int64 (texts, pieces).
    shares
        float32 (texts, tokens, pieces): what each piece counts in a token's vector.
    """
    width = max(len(view.ids) for view in views)
    tokens = max(1, *(view.tokens for view in views))
    ids = np.full((len(views), width), PADDING, np.int64)
    mask = np.zeros((len(views), width), np.int64)
    shares = np.zeros((len(views), tokens, width), np.float32)
    for n, view in enumerate(views):
        ids[n, : len(view.ids)] = view.ids
        mask[n, : len(view.ids)] = 1
        for t, places in enumerate(view.places):
            shares[n, t, places] = 1.0 / len(places)
    return ids, mask, shares


def in_order(views: Sequence[View], size: int) -> list[list[int]]:
    """All texts in groups, from the shortest to the longest."""
    order = sorted(range(len(views)), key=lambda i: len(views[i].ids))
    return [order[i : i + size] for i in range(0, len(order), size)]
