"""All that a shop's drift detector is learned from: its log, or another one, and its products."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Dict, Optional, Tuple

import numpy as np
import numpy.typing as npt

from actions.interest.drift.same_shopper import Array
from bot.drift_detector.likes import Likes, divided, likes_of

if TYPE_CHECKING:
    from catalog.event_table import EventTable
    from catalog.shop import Shop

#: Shares of the shoppers who make vectors, train, and choose thresholds.
SHARES = (0.45, 0.35, 0.2)
#: A log is of the shop's own products where this share of what it names is.
OWN = 0.5


@dataclass(frozen=True)
class DriftData:
    """All that is learned from."""

    likes: Likes
    parts: npt.NDArray[np.int64]
    """Which of ``SHARES`` each shopper is in, by code."""
    ids: Tuple[str, ...]
    texts: Optional[Array] = None
    """Vectors of the products' texts; None where the log is of other products."""
    kinds: Optional[npt.NDArray[np.int64]] = None
    """Code of each product's kind; -1 where it is not known …"""
    broad: Optional[npt.NDArray[np.int64]] = None
    """… and of the wider kind that it is in."""

    def of_part(self, part: int) -> Likes:
        """The likes of some of the shoppers."""
        return {user: items for user, items in self.likes.items() if self.parts[user] == part}


def drift_data(shop: Shop, events: Optional[Path], seed: int) -> DriftData:
    """What there is to learn from in a log, with what the shop knows of its products."""
    from catalog.collaborative.learned import positions
    from catalog.feeds.events import event_table_of, read_event_table
    from catalog.index.columns import IDS_FILE
    from catalog.index.manifest import current_build
    from catalog.index.vectors import FaissVectorIndex

    if events is None:
        table = event_table_of(shop.store)
    else:
        table = read_event_table(events, on_error="skip")
    parts = divided(table.shopper_ids, SHARES, seed)
    build = current_build(shop.index_dir)
    if build is None:
        return DriftData(likes_of(table), parts, table.product_ids)
    ids = json.loads((build / IDS_FILE).read_text(encoding="utf-8"))
    place = positions(table.product_ids, {id_: i for i, id_ in enumerate(ids)})
    if not len(place) or (place >= 0).mean() < OWN:
        return DriftData(likes_of(table), parts, table.product_ids)
    texts = np.asarray(FaissVectorIndex.open(build).vectors(np.arange(len(ids))), np.float32)
    paths = {product.id: product.product_type for product in shop.store.iter_products()}
    return DriftData(
        likes=likes_of(_over(table, place, len(ids))),
        parts=parts,
        ids=tuple(ids),
        texts=texts,
        kinds=_codes([paths.get(id_, ())[:2] for id_ in ids]),
        broad=_codes([paths.get(id_, ())[:1] for id_ in ids]),
    )


def _codes(paths: list[Tuple[str, ...]]) -> npt.NDArray[np.int64]:
    seen: Dict[Tuple[str, ...], int] = {}
    return np.array([seen.setdefault(path, len(seen)) if path else -1 for path in paths], np.int64)


def _over(table: EventTable, place: npt.NDArray[np.int64], products: int) -> EventTable:
    """The log by the positions of an index."""
    product = np.where(table.product >= 0, place[table.product], -1).astype(np.int32)
    return replace(table, product=product)
