"""A log's shoppers in three parts, and the space that the first part's events make."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Optional

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from actions.interest.config import USUAL
from actions.interest.space import Space
from actions.interest.streams import Stream, streams_of
from actions.recommend.asking.attributes import Attributes
from bot.evaluate.interest.vectors import factor_vectors, link_vectors
from catalog.collaborative.interactions import Interactions
from catalog.errors import ShoptalkError
from catalog.event_table import EventTable
from catalog.events import EVENT_KINDS
from catalog.feeds.importing import read_items
from catalog.index import CatalogueIndex
from catalog.product import Product

#: Where the parts end: item vectors, settings, test.
ENDS = (0.4, 0.65)
#: Shares in a likeness.
LINK_SHARE, FACTOR_SHARE = 1.0, 0.5
#: Values that fewer products have tell nothing.
LEAST = 5


@dataclass(frozen=True)
class Parts:
    """What is measured on; no shopper is in two parts."""

    space: Space
    """Made from the events of ``learned_from`` shoppers."""
    learned_from: int
    settings: list[Stream]
    test: list[Stream]


def share_of(shopper_id: str, seed: int) -> float:
    """Where a shopper stands between 0 and 1."""
    digest = hashlib.sha256(f"{seed}:{shopper_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2.0**64


def parts_of(
    table: EventTable,
    seed: int,
    *,
    users: Optional[int] = None,
    items: Optional[Path] = None,
    items_map: Optional[Path] = None,
    index: Optional[CatalogueIndex] = None,
) -> Parts:
    """Split a log by its shoppers.

    Parameters
    ----------
    users
        So many at most, drawn by the seed.
    items, items_map
        A file with the log's products, for their attributes.
    index
        The shop's index, for logs of its products: texts, attributes and prices are in the space.

    Raises
    ------
    ShoptalkError
        Where there is too little to learn from.
    """
    shares = np.array([share_of(shopper, seed) for shopper in table.shopper_ids])
    shoppers = np.argsort(shares)[:users] if users else np.arange(len(shares))
    if users:
        shares = shares / max(1e-9, float(shares[shoppers].max()) * (1 + 1e-9))
    first, second = ENDS
    learning = shoppers[shares[shoppers] < first]
    between = (shares[shoppers] >= first) & (shares[shoppers] < second)
    liked = wanted(table) & np.isin(table.shopper, learning)
    if not liked.any():
        raise ShoptalkError("There are too few events to learn what products have in common.")
    if index is None:
        space, positions = _of_log(table.where(liked), items, items_map)
    else:
        space, positions = _of_shop(table.where(liked), index)
    return Parts(
        space,
        len(learning),
        streams_of(table, positions, USUAL, shoppers[between].tolist()),
        streams_of(table, positions, USUAL, shoppers[shares[shoppers] >= second].tolist()),
    )


def wanted(table: EventTable) -> npt.NDArray[np.bool_]:
    """Which events are positive acts."""
    kinds = ("clicked", "liked", "shared", "chosen", "carted", "bought")
    plain = table.of_kinds(*(kind for kind in kinds if kind in EVENT_KINDS))
    return plain | (table.of_kinds("rated") & (table.value >= USUAL.high))


def _of_log(
    liked: EventTable, items: Optional[Path], items_map: Optional[Path]
) -> tuple[Space, npt.NDArray[np.int64]]:
    data = Interactions.of(liked, unary=True)
    blocks = [(link_vectors(data), LINK_SHARE), (factor_vectors(data), FACTOR_SHARE)]
    attributes = None
    if items is not None:
        products = {product.id: product for product in read_items(items, items_map)}
        attributes = _attributes(liked.product_ids, products)
    space = Space.of(liked.product_ids, blocks, data.popularity(), attributes)
    return space, np.arange(len(space))


def _of_shop(liked: EventTable, index: CatalogueIndex) -> tuple[Space, npt.NDArray[np.int64]]:
    from actions.interest.of_index import space_with
    from catalog.index.learn import over

    data = Interactions.of(over(liked, index.ids))
    space = space_with(index, factor_vectors(data), data.popularity())
    positions = [index.position.get(id_, -1) for id_ in liked.product_ids]
    return space, np.array(positions, np.int64)


def _attributes(ids: tuple[str, ...], products: Mapping[str, Product]) -> Attributes:
    """The values that products of a file have."""
    places: dict[tuple[str, str], list[int]] = {}
    for row, id_ in enumerate(ids):
        product = products.get(id_)
        for name, values in (product.attributes if product else {}).items():
            for value in values:
                places.setdefault((name, value), []).append(row)
    keys = [key for key, rows in places.items() if len(rows) >= LEAST]
    rows = [row for key in keys for row in places[key]]
    columns = [column for column, key in enumerate(keys) for _ in places[key]]
    cells = (np.ones(len(rows), np.float32), (rows, columns))
    return Attributes(keys, sp.csr_matrix(cells, (len(ids), len(keys)), dtype=np.float32))
