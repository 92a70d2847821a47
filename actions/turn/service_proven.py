"""The order that a shopper has proven to be theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Optional

from actions.service.sealing import opened
from actions.turn.draft import Draft
from catalog.service import Order

#: How long what was proven stays so.
PROVEN = timedelta(minutes=30)


def proven(draft: Draft) -> Optional[Order]:
    """The order that was proven in this conversation not long ago, as it is now."""
    service = draft.context.shop.store.service
    sealed = draft.memory.service.proven
    if not sealed:
        return None
    number = opened(sealed, service.secret(), draft.context.now(), PROVEN)
    return service.order(number) if number else None
