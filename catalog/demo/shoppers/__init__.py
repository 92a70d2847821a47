"""Simulated shoppers of the demo shop: a year of events that there is something to learn from."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Iterable, Iterator

from threadpoolctl import threadpool_limits

from catalog.demo.definitions import load_definitions
from catalog.demo.feed import write_feed
from catalog.demo.shoppers.banks import load_banks
from catalog.demo.shoppers.simulation import (
    PREFIX,
    SEED,
    SHOPPERS,
    Simulation,
    Truth,
    simulate,
)
from catalog.events import Event
from catalog.feeds import read_items
from catalog.product import Product
from catalog.store import Store

__all__ = [
    "PREFIX",
    "SEED",
    "SHOPPERS",
    "Simulation",
    "Truth",
    "demo_truth",
    "event_rows",
    "renew_shoppers",
    "simulate_shoppers",
]


def simulate_shoppers(
    products: Iterable[Product] = (), *, shoppers: int = SHOPPERS, seed: int = SEED
) -> Simulation:
    """The events of simulated shoppers over the demo shop's products, and the truth about them.

    Parameters
    ----------
    products
        Those of a demo shop; without them they are made anew.
    shoppers
        How many shoppers; about 90 events each.
    seed
        The same seed makes the same events.
    """
    found = list(products) or _demo_products()
    # Products of small matrices: more threads only wait for each other.
    with threadpool_limits(1, "blas"):
        return simulate(found, load_definitions(), load_banks(), shoppers=shoppers, seed=seed)


def demo_truth() -> Truth:
    """The truth about the shoppers in the log of the demo shop, for evaluations."""
    return simulate_shoppers().truth


def renew_shoppers(store: Store) -> int:
    """Put the simulated shoppers into a log in place of earlier ones; how many events they have.

    Events of real shoppers are not touched: keys of simulated events, and only they, begin with
    ``PREFIX``.
    """
    events = simulate_shoppers(store.iter_products()).events
    with store.appending() as write:
        write.remove(PREFIX)
        return write.append(events)


def event_rows(events: Iterable[Event]) -> Iterator[dict[str, object]]:
    """The events as JSON objects that ``shoptalk import events`` reads without a map."""
    for event in events:
        yield {
            "key": event.key,
            "shopper": event.shopper_id,
            "conversation": event.conversation_id,
            "kind": event.kind,
            "product": event.product_id,
            "rank": event.rank,
            "at": event.at.isoformat(),
            **event.payload,
        }


def _demo_products() -> list[Product]:
    with TemporaryDirectory() as folder:
        return read_items(*write_feed(Path(folder)))
