"""Lists of the assistant's own conversations: the parts of their scores are in the log.

A wish is told over several turns, which cannot be replayed from the log; they need not be, because
what was shown says how it was scored. Of the other candidates nothing is known.
"""

from __future__ import annotations

from datetime import timezone
from typing import Any, Mapping, Optional, Sequence

import numpy as np
import sqlalchemy as sa

from actions.recommend.blend.lists import PLACES, TAKEN
from actions.recommend.blend.replay import PARTS, Replayed
from actions.request.types import Request
from catalog.schema import events
from catalog.store import Store

#: Their places are looked at in another way than those of a page with results.
IN_TALK = "conversation"


def logged_lists(store: Store, position: Mapping[str, int]) -> list[Replayed]:
    """All lists of conversations with two products or more that are still there, by time.

    What was liked, chosen or bought later in the conversation was taken of the last list that had
    it.

    Parameters
    ----------
    position
        Product → its position in the index.
    """
    shown = _rows(store, events.c.kind == "shown", events.c.payload["scores"].as_string() != "")
    lists: dict[tuple[str, int], dict[str, Any]] = {}
    for row in shown:
        usable = isinstance(row.payload, dict) and isinstance(row.payload.get("scores"), dict)
        if usable and row.product_id in position and 1 <= (row.rank or 0) <= PLACES:
            key = (row.conversation_id, row.turn)
            lists.setdefault(key, {}).setdefault(row.product_id, row)
    taken = _taken(store, lists)
    found = [
        _list(list(rows.values()), taken.get(key, set()), position)
        for key, rows in lists.items()
        if len(rows) > 1
    ]
    return sorted((one for one in found if one is not None), key=lambda one: one.at)


def _rows(store: Store, *conditions: Any) -> Sequence[Any]:
    names = ("id", "conversation_id", "turn", "product_id", "rank", "payload", "at")
    query = sa.select(*(events.c[name] for name in names)).where(*conditions)
    with store.engine.connect() as connection:
        return connection.execute(query.order_by(events.c.id)).all()


def _taken(
    store: Store, lists: Mapping[tuple[str, int], Mapping[str, Any]]
) -> dict[tuple[str, int], set[str]]:
    """What was taken of each list."""
    turns: dict[str, list[int]] = {}
    for conversation, turn in lists:
        turns.setdefault(conversation, []).append(turn)
    found: dict[tuple[str, int], set[str]] = {}
    for row in _rows(store, events.c.kind.in_(TAKEN)):
        before = [t for t in turns.get(row.conversation_id, ()) if t <= row.turn]
        for turn in sorted(before, reverse=True):
            own = lists[row.conversation_id, turn].get(row.product_id)
            if own is not None and own.id < row.id:
                found.setdefault((row.conversation_id, turn), set()).add(row.product_id)
                break
    return found


def _list(rows: Sequence[Any], taken: set[str], position: Mapping[str, int]) -> Optional[Replayed]:
    rows = sorted(rows, key=lambda row: position[row.product_id])
    parts = np.array([[_part(row.payload["scores"], name) for name in PARTS] for row in rows])
    if not np.isfinite(parts).all():
        return None
    at = rows[0].at if rows[0].at.tzinfo else rows[0].at.replace(tzinfo=timezone.utc)
    return Replayed(
        at=int(at.timestamp() * 1000),
        language=IN_TALK,
        request=Request(),
        pool=np.array([position[row.product_id] for row in rows]),
        parts=parts.astype(np.float32),
        shown=np.arange(len(rows)),
        places=np.array([row.rank for row in rows]),
        taken=np.array([row.product_id in taken for row in rows]),
        whole=False,
    )


def _part(scores: Mapping[str, Any], name: str) -> float:
    value = scores.get(name, 0.0)
    known = isinstance(value, (int, float)) and 0 <= value <= 1
    return float(value) if known else np.nan
