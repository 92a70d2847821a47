"""What the shop's own data has for the desk: answers to insert, and requests to do."""

from __future__ import annotations

from typing import Any, Optional

from catalog.service import DONE, OPEN
from catalog.shop import Shop

MOST = 200


class ShopService:
    """Requests and answers of one shop, as the page gets them; blocking."""

    def __init__(self, shop: Shop) -> None:
        self._service = shop.store.service
        self._name = shop.settings.name

    def name(self) -> str:
        """What the shop is called."""
        return self._name

    def answers(self) -> list[dict[str, Any]]:
        """The entries of the FAQ: language → question and answer."""
        return [
            {"id": entry.id, "question": dict(entry.question), "answer": dict(entry.answer)}
            for entry in self._service.faq()
        ]

    def requests(self) -> list[dict[str, Any]]:
        """What is open, oldest first."""
        return [
            {
                "id": one.id,
                "kind": one.kind,
                "order": one.order_number,
                "conversation": one.conversation_id,
                "text": one.text,
                "at": None if one.at is None else one.at.timestamp(),
            }
            for one in self._service.requests(OPEN, limit=MOST)
        ]

    def done(self, request_id: int) -> Optional[str]:
        """Mark a request as done; its conversation, or None where there is no such open one."""
        found = [one for one in self._service.requests(OPEN, limit=10**6) if one.id == request_id]
        if not found or not self._service.set_request(request_id, DONE):
            return None
        return found[0].conversation_id
