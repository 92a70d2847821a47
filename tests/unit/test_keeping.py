"""States of shoppers beside the log: read, brought up to date, kept, and made again."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Iterator

import pytest

from actions.interest.keeping import Keeper
from catalog.events import Event
from catalog.shopper_states import KeptState
from catalog.store import Store

START = datetime(2026, 1, 1, tzinfo=timezone.utc)


class Names:
    """A fold that remembers the products in their order, and counts how often it was asked."""

    def __init__(self, fingerprint: str = "names-1") -> None:
        self.fingerprint = fingerprint
        self.observed = 0

    def start(self) -> tuple[str, ...]:
        return ()

    def observe(self, state: tuple[str, ...], event: Event) -> tuple[str, ...]:
        self.observed += 1
        return (*state, str(event.product_id))

    def to_bytes(self, state: tuple[str, ...]) -> bytes:
        return ",".join(state).encode()

    def from_bytes(self, data: bytes) -> tuple[str, ...]:
        if data == b"damaged":
            raise ValueError("These are not names.")
        return tuple(data.decode().split(",")) if data else ()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    yield made
    made.close()


def liked(store: Store, shopper: str, *products: str) -> None:
    count = len(store.events(shopper))
    store.append_events(
        [
            Event(
                key=f"{shopper}:{count + n}",
                shopper_id=shopper,
                conversation_id="c",
                turn=1,
                kind="liked",
                product_id=product,
                at=START + timedelta(minutes=count + n),
            )
            for n, product in enumerate(products)
        ]
    )


def test_only_what_is_new_is_folded_into_a_kept_state(store: Store) -> None:
    liked(store, "ann", "a", "b")
    liked(store, "bob", "x")
    fold = Names()
    keeper = Keeper(store, fold)
    assert keeper.keep("ann") and fold.observed == 2
    liked(store, "ann", "c")
    assert keeper.state("ann") == ("a", "b", "c") and fold.observed == 3
    assert keeper.state("bob") == ("x",)


def test_nothing_is_kept_twice_nor_of_nobody(store: Store) -> None:
    liked(store, "ann", "a")
    keeper = Keeper(store, Names())
    assert keeper.keep("ann")
    assert not keeper.keep("ann")
    assert not keeper.keep("nobody")
    assert store.states.read("nobody") is None
    assert keeper.state("nobody") == ()


def test_states_of_another_model_and_damaged_ones_are_made_anew(store: Store) -> None:
    liked(store, "ann", "a", "b")
    Keeper(store, Names("names-0")).keep("ann")
    keeper = Keeper(store, Names())
    assert keeper.state("ann") == ("a", "b")
    assert keeper.replay("ann").same is None
    assert keeper.keep("ann") and keeper.replay("ann").same is True
    store.states.write("ann", KeptState("names-1", 2, b"damaged"))
    assert keeper.state("ann") == ("a", "b")


def test_a_replay_finds_what_differs_and_a_rebuild_puts_it_right(store: Store) -> None:
    liked(store, "ann", "a", "b")
    keeper = Keeper(store, Names())
    keeper.keep("ann")
    liked(store, "ann", "c")
    found = keeper.replay("ann")
    assert found.same is True and found.events == 2
    store.states.write("ann", KeptState("names-1", 2, b"a,z"))
    assert keeper.replay("ann").same is False
    assert keeper.rebuild("ann")
    assert keeper.replay("ann").same is True and keeper.replay("ann").events == 3


def test_everyone_in_the_log_is_known_by_id(store: Store) -> None:
    liked(store, "bob", "x")
    liked(store, "ann", "a", "b")
    assert store.shopper_ids() == ["ann", "bob"]
