"""A conversation with the turn service over the little catalogue, without any model."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Iterable, Mapping, Optional, Sequence

from actions.replies.texts import Texts
from actions.request.extract import extract
from actions.request.roles import Role
from actions.request.types import Request
from actions.service.ports import Faq, Now, utc_now
from actions.turn.context import Context
from actions.turn.model import Memory, TurnInput, TurnOutput
from actions.turn.service import TurnService
from catalog.index import CatalogueIndex
from catalog.index.build import build_index
from catalog.lexicon import Lexicon
from catalog.product import Product
from catalog.rules import NO_RULES, RuleSet
from catalog.rules.stored import save_rules
from catalog.shop import Shop
from tests.little_catalogue import PRODUCTS, ChecksumEncoder


def turn_service(
    folder: Path,
    products: Iterable[Product] = PRODUCTS,
    rules: RuleSet = NO_RULES,
    today: date = date(2026, 6, 15),
    encoder: Optional[ChecksumEncoder] = None,
    faq: Optional[Faq] = None,
    now: Now = utc_now,
) -> TurnService:
    """A turn service over a new shop in ``folder`` that has these products and rules."""
    encoder = encoder or ChecksumEncoder()
    shop = Shop.create(folder, name="Little", currency="CNY", rates={"USD": "7.2"})
    shop.store.upsert_products(products)
    save_rules(shop.path, rules)
    lexicon = Lexicon.load()
    build_index(shop, encoder, lexicon)
    index = CatalogueIndex.open(shop, lexicon)
    context = Context.of(shop, index, encoder, Texts.load(), rules, lambda: today, faq=faq, now=now)
    return TurnService(context)


@dataclass
class Talk:
    """A conversation with the turn service, as the handlers hold it."""

    service: TurnService
    request: Request = field(default_factory=Request)
    memory: Memory = field(default_factory=Memory)
    confidence: float = 0.8
    """How sure the main intent of a message is."""
    desk: bool = False
    """Whether a person can take over."""
    conversation: str = "c"
    shopper: str = "s"

    def say(
        self,
        text: str,
        intent: str = "find",
        *,
        intents: Sequence[str] = (),
        between: Optional[tuple[str, str]] = None,
        roles: Mapping[str, str] = MappingProxyType({}),
        said_parts: Mapping[str, str] = MappingProxyType({}),
    ) -> TurnOutput:
        """One message; ``roles`` are words in it and what they are there for.

        ``said_parts`` are intents and the words of their parts.
        """
        played = tuple(Role(role, words, text.index(words)) for words, role in roles.items())
        said = extract(text, self.service.context.index.vocabulary, roles=played)
        turn = TurnInput(
            conversation_id=self.conversation,
            shopper_id=self.shopper,
            text=text,
            intent=intent,
            confidence=self.confidence,
            intents=tuple(intents),
            between=between,
            language=said.language,
            changes=said.changes,
            residual=said.free_text,
            roles=played,
            unread=said.unread,
            # Through JSON, as between two messages.
            request=Request.from_json(self.request.to_json()),
            memory=Memory.from_json(json.loads(json.dumps(self.memory.to_json()))),
            desk=self.desk,
            said=dict(said_parts),
        )
        output = self.service.handle(turn)
        self.request, self.memory = output.request, output.memory
        return output


def ids(output: TurnOutput) -> list[str]:
    """Ids of the products in the data of a reply."""
    return [item["id"] for item in custom(output).get("items", [])]


def custom(output: TurnOutput) -> dict[str, Any]:
    """The data of a reply."""
    return dict(output.reply.custom or {})
