"""What the assistant's own search would have told about a list that was shown.

The words of a request go through a turn as a conversation's first message does. The turn is left
where it asks the search: its request and its words in hand, the candidates are scored as ever,
with what was shown among them, so that every part is scaled as it is when it serves.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Callable, Iterator, Mapping, Optional, Sequence

import numpy as np
import numpy.typing as npt

from actions.recommend.blend.lists import ShownList
from actions.recommend.filters import Mask, Scores
from actions.recommend.scoring import QueryEncoder, Weights
from actions.recommend.search import Searcher
from actions.request.types import Request
from actions.turn.context import Context
from actions.turn.opening import opening
from actions.turn.service import TurnService

#: The parts of a score in the order of columns.
PARTS = tuple(field.name for field in fields(Weights))
#: Texts that are encoded at once.
BATCH = 64
_GONE = -1


@dataclass(frozen=True)
class Replayed:
    """One list, with the candidates that it was shown from; m products shown, n candidates."""

    at: int
    language: str
    request: Request
    pool: npt.NDArray[np.int64]
    """Positions of the candidates, shape (n,)."""
    parts: Scores
    """Of the candidates, shape (n, len(PARTS)); 0 for a part that is not there."""
    shown: npt.NDArray[np.int64]
    """Rows of ``pool`` that were shown, shape (m,)."""
    places: npt.NDArray[np.int64]
    """Of these, from 1."""
    taken: npt.NDArray[np.bool_]
    whole: bool = True
    """Whether the candidates are all that there were, or only what was shown is known."""

    @property
    def of_shown(self) -> Scores:
        """The parts of what was shown, shape (m, len(PARTS))."""
        return self.parts[self.shown]


class _Asked(Exception):
    """A turn got as far as its search; ``mask`` is None where nothing meets the request."""

    def __init__(self, request: Request, query: str, mask: Optional[Mask]) -> None:
        super().__init__(query)
        self.request, self.query, self.mask = request, query, mask


class _Catcher:
    """Stands where the search of a turn is, and ends the turn there."""

    titles = 0
    """The log does not say what its shoppers had taken before each list."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher

    def search(
        self, request: Request, query: str, k: int, mask: Optional[Mask] = None, **_: Any
    ) -> Any:
        allowed = self._searcher.filters.hard(request) if mask is None else mask
        raise _Asked(request, query, allowed)

    def unseen(self, request: Request, mask: Mask) -> Any:
        raise _Asked(request, "", None)

    def score(self, request: Request, query: str, mask: Mask, *_: Any, **__: Any) -> Any:
        # Several products wanted together are no list of one search.
        raise _Asked(request, query, None)


class _Known:
    """An encoder that has read its texts already."""

    def __init__(self, encoder: QueryEncoder, texts: Sequence[str]) -> None:
        self._encoder = encoder
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}
        unread = sorted(set(texts), key=len)
        for start in range(0, len(unread), BATCH):
            some = unread[start : start + BATCH]
            self._vectors.update(zip(some, encoder.encode_queries(some), strict=True))

    def encode_queries(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dim)."""
        known = [self._vectors.get(text) for text in texts]
        if any(vector is None for vector in known):
            return self._encoder.encode_queries(texts)
        return np.array(known, np.float32)


def replayed(
    context: Context,
    lists: Sequence[ShownList],
    product_ids: Sequence[str],
    progress: Optional[Callable[[int, int], None]] = None,
) -> Iterator[Replayed]:
    """Replay lists; those that the assistant would not have searched for are left out.

    Parameters
    ----------
    context
        Its index has what was learned before the lists were shown: else what is to be foretold
        would be known already.
    product_ids
        Of the products of the lists, by code.
    """
    asked: list[tuple[ShownList, str, _Asked]] = []
    catcher = replace(context, searcher=_Catcher(context.searcher))  # type: ignore[arg-type]
    service = TurnService(catcher)
    for one in lists:
        found = _asked(service, context, one.said)
        if found is not None:
            asked.append((one, *found))
    widened = context.index.vocabulary.widened
    texts = [widened(found.query) for _, _, found in asked if found.query]
    searcher = replace(context.searcher, encoder=_Known(context.searcher.encoder, texts))
    for number, (one, language, caught) in enumerate(asked):
        if progress:
            progress(number + 1, len(asked))
        scored = _scored(searcher, one, language, caught, product_ids)
        if scored is not None:
            yield scored


def _asked(service: TurnService, context: Context, said: str) -> Optional[tuple[str, _Asked]]:
    turn = opening(said, context.index.vocabulary, Request())
    try:
        service.handle(turn)
    except _Asked as found:
        return (turn.language, found) if found.mask is not None else None
    return None


def _scored(
    searcher: Searcher,
    one: ShownList,
    language: str,
    asked: _Asked,
    product_ids: Sequence[str],
) -> Optional[Replayed]:
    index = searcher.index
    position = np.array([index.position.get(product_ids[p], _GONE) for p in one.products])
    assert asked.mask is not None
    fits = (position != _GONE) & asked.mask[position]
    if fits.sum() < 2:
        return None
    history = {product_ids[product]: sure for product, sure in one.history.items()}
    scored = searcher.score(
        asked.request, asked.query, asked.mask, history, besides=np.unique(position[fits])
    )
    pool, parts = scored.pool, scored.parts
    return Replayed(
        at=one.at,
        language=language,
        request=asked.request,
        pool=pool,
        parts=columns(parts, len(pool)),
        shown=np.searchsorted(pool, position[fits]),
        places=np.array(one.places)[fits],
        taken=np.array(one.taken)[fits],
    )


def columns(parts: Mapping[str, Scores], n: int) -> Scores:
    """The parts of a score as columns in the order of ``PARTS``, shape (n, len(PARTS))."""
    table = np.zeros((n, len(PARTS)), np.float32)
    for column, name in enumerate(PARTS):
        if name in parts:
            table[:, column] = parts[name]
    return table
