"""Learning from a shop's events, for the index as it is: a build that differs in that alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import numpy as np

from catalog.collaborative.default import default_model
from catalog.collaborative.hybrid import Content
from catalog.collaborative.interactions import Interactions
from catalog.collaborative.learned import ABOUT, NUMBERS, Learned, positions
from catalog.event_table import EventTable
from catalog.feeds.event_log import event_table_of
from catalog.graph.knowledge import feed_graph
from catalog.graph.together import Together
from catalog.index.amend import amended
from catalog.index.columns import IDS_FILE
from catalog.index.manifest import current_build, read_manifest
from catalog.index.vectors import FaissVectorIndex

if TYPE_CHECKING:
    from catalog.shop import Shop

#: A log is learned from anew when it has grown by this share of what it was.
GROWN = 0.01
#: With fewer pairs of shopper and product nothing is learned: it would be chance.
LEAST = 200


def learn_from_events(shop: Shop, *, force: bool = False) -> bool:
    """Learn taste and companions from the log, where it changed since the last time.

    Returns
    -------
    Whether a new build was made: not where there is no index, the log is as it was, or there is
    too little in it.

    Raises
    ------
    ShoptalkError
        Where the index is damaged, or another process is building it.
    """
    build = current_build(shop.index_dir)
    if build is None:
        return False
    revision = shop.store.events_revision()
    if not force and not changed(read_manifest(build).events, revision):
        return False
    table = event_table_of(shop.store)
    learned = taste_of(shop, build, table)
    if learned is None:
        return False
    pairs = int(learned.counts.sum())
    with amended(build, {"events": revision}, without=(ABOUT, NUMBERS)) as folder:
        learned.write(folder, {"events": len(table), "pairs": pairs})
    return True


def taste_of(shop: Shop, build: Path, table: EventTable) -> Optional[Learned]:
    """What a log, or a part of it, tells of taste and companions; None where it is too little."""
    ids: list[str] = json.loads((build / IDS_FILE).read_text(encoding="utf-8"))
    own = over(table, ids)
    data = Interactions.of(own)
    if len(data) < LEAST:
        return None
    products = list(shop.store.iter_products())
    kinds: dict[tuple[str, ...], int] = {}
    kind_of = {p.id: kinds.setdefault(p.product_type, len(kinds)) for p in products}
    together = Together.of(own, [kind_of.get(id_, -1) for id_ in ids])
    content = Content(_texts(build, len(ids)), feed_graph(products, ids))
    model = default_model(len(ids), content).fit(data)
    return Learned.of(model, data, together)  # type: ignore[arg-type]


def changed(before: str, now: str) -> bool:
    """Whether a log has grown enough, or is another one."""
    if not before or before == now:
        return not before
    (old, _), (new, _) = (map(int, revision.split("-")) for revision in (before, now))
    return not old <= new <= (1 + GROWN) * old


def over(table: EventTable, ids: list[str]) -> EventTable:
    """The log over the products of an index, by their positions."""
    place = positions(table.product_ids, {id_: i for i, id_ in enumerate(ids)})
    product = (
        np.where(table.product >= 0, place[table.product], -1) if len(place) else table.product
    )
    return replace(table, product_ids=tuple(ids), product=product.astype(np.int32))


def _texts(build: Path, n: int) -> np.ndarray:
    return FaissVectorIndex.open(build).vectors(np.arange(n))
