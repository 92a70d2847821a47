"""What shoppers do on pages and cards, into the shop's append-only log."""

from __future__ import annotations

from typing import Sequence

from bot.channels.web.wire import Told
from catalog.events import Event
from catalog.store import Store


def append(store: Store, conversation_id: str, told: Sequence[Told]) -> int:
    """Append the events that are about products of the shop; how many were new. Blocks.

    An event that was told before is in the log already, whatever it says now.

    Parameters
    ----------
    conversation_id
        Whose acts these are: the session's shopper is named like its conversation.
    """
    known = store.known(list({one.product_id for one in told}))
    events = [
        Event(
            key=f"{conversation_id}:page:{one.id}",
            shopper_id=conversation_id,
            conversation_id=conversation_id,
            turn=0,
            kind=one.kind,
            product_id=one.product_id,
            rank=one.rank,
        )
        for one in told
        if one.product_id in known
    ]
    return store.append_events(events) if events else 0
