"""A ranker reads what the shopper took before beside the words, where that was seen to help."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Callable, Sequence

import numpy as np
import pytest

from actions.recommend.history import kept_before
from catalog.events import Event
from catalog.product import Product
from tests.little_catalogue import SameEncoder
from tests.talk import Talk, turn_service

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
PRODUCTS = tuple(
    Product(id=id_, title={"en": title}, language="en", attributes={"color": (colour,)})
    for id_, title, colour in (
        ("d1", "Red Cotton Dress", "red"),
        ("d2", "Red Silk Dress", "red"),
        ("hat", "Straw Hat", "yellow"),
        ("hat-l", "Straw Hat", "yellow"),
        ("bag", "Beach Bag", "blue"),
        ("shoes", "Blue Shoes", "blue"),
    )
)


class Reader(SameEncoder):
    """Remembers what it was given to read."""

    def __init__(self, titles: int) -> None:
        self.titles = titles
        self.read: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        self.read += texts
        return super().encode_queries(texts)


def event(product: str, kind: str, number: int, shopper: str = "s") -> Event:
    at = START + timedelta(minutes=number)
    key = f"{shopper}:{number}"
    return Event(key=key, shopper_id=shopper, conversation_id="b", turn=1, kind=kind,
                 product_id=product, at=at)  # fmt: skip


Open = Callable[[int, Sequence[Event]], tuple[Talk, Reader]]


@pytest.fixture
def talk(tmp_path: Path) -> Open:
    """Titles that the encoder reads, and the log before → a conversation and the encoder."""

    def start(titles: int, events: Sequence[Event] = ()) -> tuple[Talk, Reader]:
        reader = Reader(titles)
        service = turn_service(tmp_path / "shop", PRODUCTS, encoder=reader)
        service.context.shop.store.append_events(events)
        reader.read.clear()
        return Talk(service), reader

    return start


BOUGHT = (
    event("bag", "bought", 1),
    event("hat", "liked", 2),
    event("hat-l", "carted", 3),
    event("shoes", "clicked", 4),
    event("d2", "bought", 5, shopper="another"),
)


def test_a_ranker_reads_the_titles_of_what_the_shopper_took(talk: Open) -> None:
    conversation, reader = talk(4, BOUGHT)
    conversation.say("dress")
    assert reader.read == ["dress | Straw Hat | Beach Bag"]


def test_it_reads_no_more_titles_than_it_learned_from(talk: Open) -> None:
    conversation, reader = talk(2, (*BOUGHT, event("shoes", "bought", 6)))
    conversation.say("dress")
    assert reader.read == ["dress | Blue Shoes | Straw Hat"]


def test_any_other_encoder_reads_words_alone(talk: Open) -> None:
    conversation, reader = talk(0, BOUGHT)
    conversation.say("dress")
    assert reader.read == ["dress"]


def test_what_was_liked_a_moment_ago_comes_first(talk: Open) -> None:
    conversation, reader = talk(4, BOUGHT)
    shown = conversation.say("dress").request.last_list
    conversation.say("i like the first one", intent="like")
    conversation.say("shoes")
    liked = next(p.title["en"] for p in PRODUCTS if p.id == shown[0])
    assert reader.read[-1] == f"shoes | {liked} | Straw Hat | Beach Bag"


def test_what_was_rejected_or_given_back_is_not_kept() -> None:
    events = [event("a", "bought", 1), event("b", "chosen", 2), event("c", "liked", 3)]
    assert kept_before(events) == ["c", "b", "a"]
    assert kept_before([*events, event("b", "unchosen", 4), event("c", "rejected", 5)]) == ["a"]
    assert kept_before(events, ["a", "d"]) == ["d", "a", "c", "b"]
    assert kept_before([], []) == []
