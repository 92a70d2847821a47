"""A conversation as it went: the replies, and what earlier lists showed where."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Mapping, Optional

from .facts import Catalogue, Facts

Reply = Mapping[str, Any]


class Broken(Exception):
    """An expectation that cannot even be looked at."""


@dataclass
class Seen:
    """One reply, flattened."""

    text: str
    customs: list[Mapping[str, Any]]
    buttons: list[Any]
    error: str = ""

    @classmethod
    def of(cls, reply: Reply) -> Seen:
        messages = reply.get("messages") or []
        customs = [m["custom"] for m in messages if m.get("custom")]
        buttons = [b for m in messages for b in m.get("buttons") or []]
        for custom in customs:
            buttons += (custom.get("question") or {}).get("options") or []
        text = "\n".join(m["text"] for m in messages if m.get("text"))
        return cls(text, customs, buttons, str(reply.get("error") or ""))

    @property
    def types(self) -> list[str]:
        return [str(c.get("type", "message")) for c in self.customs] or ["message"]

    def custom(self, kind: str) -> Mapping[str, Any]:
        return next((c for c in self.customs if c.get("type") == kind), {})

    @property
    def items(self) -> list[Mapping[str, Any]]:
        return list(self.custom("products").get("items") or [])

    @property
    def ids(self) -> list[str]:
        return [str(i["id"]) for i in self.items]

    @property
    def about(self) -> set[str]:
        """Ids of the products that the custom messages of this reply are about."""
        found: set[str] = set()
        for custom in self.customs:
            item = custom.get("item") or {}
            found |= {str(custom["id"])} if custom.get("id") else set()
            found |= {str(item["id"])} if item.get("id") else set()
            found |= {str(i["id"]) for i in custom.get("items") or []}
        return found

    @property
    def request(self) -> Optional[Mapping[str, Any]]:
        return next((c["request"] for c in reversed(self.customs) if "request" in c), None)


@dataclass
class Played:
    """A conversation so far: the catalogue it is about and every reply."""

    catalogue: Catalogue
    turns: list[Seen] = field(default_factory=list)
    expect: Mapping[str, Any] = field(default_factory=dict)

    @property
    def now(self) -> Seen:
        return self.turns[-1]

    def shown(self, turn: int) -> list[str]:
        """Ids shown in a turn."""
        ids = self.turns[turn - 1].ids
        if not ids:
            raise Broken(f"turn {turn} showed no products to refer to")
        return ids

    def place(self, where: Mapping[str, int]) -> Facts:
        """The product at a place in an earlier list."""
        ids, item = self.shown(where["turn"]), where["item"]
        if abs(item) > len(ids):
            raise Broken(f"turn {where['turn']} showed {len(ids)} products, not {abs(item)}")
        return self.fact(ids[item - 1 if item > 0 else item])

    def fact(self, id_: str) -> Facts:
        if id_ not in self.catalogue.products:
            raise Broken(f"there is no product {id_!r} in the catalogue")
        return self.catalogue.products[id_]

    def places(self, value: Any) -> list[Facts]:
        """Products named by a place, a turn, or a list of either."""
        found: list[Facts] = []
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, int):
                found += [self.fact(i) for i in self.shown(one)]
            else:
                found.append(self.place(one))
        return found

    @property
    def rejected(self) -> set[str]:
        request = next((t.request for t in reversed(self.turns) if t.request is not None), {})
        return {str(i) for i in (request or {}).get("rejected", ())}

    @property
    def chosen(self) -> list[str]:
        """The shopper's list, as the last reply that tells it has it."""
        for turn in reversed(self.turns):
            if turn.custom("list"):
                return [str(i["id"]) for i in turn.custom("list").get("items") or []]
            if turn.request is not None:
                return [str(i) for i in turn.request.get("chosen", ())]
        return []


def price_in(facts: Facts, text: str) -> bool:
    """Whether a text gives the price of a product, however it is written."""
    if facts.price is None:
        return False
    plain = re.sub(r"(?<=\d)[,，](?=\d)", "", text)
    numbers = {Decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", plain)}
    return facts.price in numbers


def title_in(facts: Facts, text: str) -> bool:
    """Whether a text names a product."""
    packed = re.sub(r"\s+", "", text).lower()
    return any(re.sub(r"\s+", "", t).lower() in packed for t in facts.titles)
