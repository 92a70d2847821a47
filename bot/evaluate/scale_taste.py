"""What ranking by a shopper's taste takes in a large shop, whose shoppers are simulated.

They keep to a few kinds of product and take the popular ones of these most, so that the factors
that are learned are of any length, as real ones are.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from actions.recommend.search import Searcher
from actions.request.types import Request
from actions.stages import measured
from catalog.collaborative.default import default_model
from catalog.collaborative.ease import Ease
from catalog.collaborative.interactions import Interactions
from catalog.collaborative.learned import ABOUT, NUMBERS, Learned
from catalog.errors import ShoptalkError
from catalog.event_table import EventTable
from catalog.events import EVENT_KINDS
from catalog.graph.together import Together
from catalog.index import CatalogueIndex
from catalog.index.amend import amended
from catalog.index.manifest import current_build
from catalog.shop import Shop

SHOPPERS, VISITS, EACH = 10_000, 8, 4
#: Kinds of product that a shopper keeps to, and the share of what is taken from all others.
OWN_KINDS, STRAY = 2, 0.2
#: How much more often the popular are taken: Zipf's exponent, and places at the top that are alike.
SLOPE, FLAT = 0.9, 20
#: Products that a shopper whom ranking is timed for took before, at most.
REMEMBERED = 30
#: Each search is timed so often, and the fastest counts: what other processes take is not its own.
ROUNDS = 3


def simulated(index: CatalogueIndex, seed: int) -> tuple[EventTable, list[int]]:
    """A log of simulated shoppers over an index's products, and the kind of each product."""
    rng = np.random.default_rng(seed)
    numbers: dict[str, int] = {}
    kinds = []
    for position in range(len(index.ids)):
        known = index.facets.of(position).get("product_type")
        kinds.append(numbers.setdefault(str(known[0][0]), len(numbers)) if known else -1)
    n = len(kinds)
    often = 1 / (rng.permutation(n) + FLAT) ** SLOPE
    kind = np.array(kinds)
    members = [np.flatnonzero(kind == number) for number in range(len(numbers))] or [np.arange(n)]
    sizes = np.array([often[own].sum() for own in members])
    summed = [np.cumsum(often[own]) for own in members]
    everywhere = np.cumsum(often)
    taken = np.empty((SHOPPERS, VISITS * EACH), np.int32)
    for row in taken:
        chosen = rng.choice(len(members), OWN_KINDS, p=sizes / sizes.sum())
        for place, number in enumerate(rng.choice(chosen, len(row))):
            own = summed[number]
            row[place] = members[number][np.searchsorted(own, rng.random() * own[-1])]
        stray = np.flatnonzero(rng.random(len(row)) < STRAY)
        row[stray] = np.searchsorted(everywhere, rng.random(len(stray)) * everywhere[-1])
    shopper = np.repeat(np.arange(SHOPPERS, dtype=np.int32), taken.shape[1])
    return (
        EventTable(
            shopper_ids=tuple(f"s{i}" for i in range(SHOPPERS)),
            product_ids=tuple(index.ids),
            shopper=shopper,
            product=taken.ravel(),
            kind=np.full(taken.size, EVENT_KINDS.index("bought"), np.uint8),
            value=np.full(taken.size, np.nan, np.float32),
            at=np.tile(np.arange(taken.shape[1], dtype=np.int64), SHOPPERS),
            conversation_ids=tuple(str(i) for i in range(SHOPPERS * VISITS)),
            conversation=np.arange(taken.size, dtype=np.int32) // EACH,
        ),
        kinds,
    )


def learn_simulated(shop: Shop, table: EventTable, kinds: Sequence[int]) -> None:
    """Put into a shop's index what the model for large catalogues learns from a log.

    Raises
    ------
    ShoptalkError
        Where the shop has no index.
    """
    build = current_build(shop.index_dir)
    if build is None:
        raise ShoptalkError("The shop has no index: run `shoptalk index` first.")
    data = Interactions.of(table)
    model = default_model(max(len(table.product_ids), Ease.LIMIT + 1)).fit(data)
    learned = Learned.of(model, data, Together.of(table, kinds))  # type: ignore[arg-type]
    with amended(build, {}, without=(ABOUT, NUMBERS)) as folder:
        learned.write(folder, {"events": len(table), "pairs": len(data)})


def ranking_figures(
    searcher: Searcher,
    searches: Sequence[tuple[Request, str]],
    table: EventTable,
    seed: int,
    told: Callable[[Sequence[float]], dict[str, Any]],
) -> dict[str, Any]:
    """Time searches of shoppers with a history, part by part, each in the fastest of its rounds.

    Returns
    -------
    ``fold_in``: the shopper's factor from the history; ``ranking``: that, the taste for the
    candidates (at most 430) and the blend of all parts; ``by_taste``: finding the products that
    taste alone speaks for, which is part of finding candidates.
    """
    rng = np.random.default_rng(seed)
    histories = [_history(table, int(rng.integers(0, SHOPPERS)), rng) for _ in searches]
    fastest: dict[str, npt.NDArray[np.float64]] = {}
    for _ in range(ROUNDS):
        rows: dict[str, list[float]] = {}
        for (request, query), history in zip(searches, histories, strict=True):
            mask = searcher.filters.hard(request)
            with measured() as stages:
                searcher.search(request, query, 10, mask, history=history)
            for name, ms in _parts(stages).items():
                rows.setdefault(name, []).append(ms)
        for name, took in rows.items():
            fastest[name] = np.minimum(fastest.get(name, np.inf), took)
    return {name: told(ms.tolist()) for name, ms in fastest.items()}


def _parts(stages: Mapping[str, float]) -> dict[str, float]:
    fold_in, rank = stages.get("fold_in", 0.0), stages.get("rank", 0.0)
    return {
        "fold_in": fold_in,
        "ranking": fold_in + rank,
        "by_taste": stages.get("by_taste", 0.0),
    }


def _history(table: EventTable, shopper: int, rng: np.random.Generator) -> dict[str, float]:
    """The first products that a shopper took, the latest counting most."""
    own: npt.NDArray[np.int32] = table.product[table.shopper == shopper]
    first = own[: int(rng.integers(1, REMEMBERED + 1))]
    return {table.product_ids[p]: 0.5 ** ((len(first) - i) / 10) for i, p in enumerate(first)}
