"""Groups of shoppers out of a shop's own log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping

import numpy as np

from actions.interest.drift.content import Reduction
from bot.drift_detector.config import SPELLS
from bot.drift_detector.likes import in_spells, spells
from bot.drift_detector.shop import SPELL, drift_data
from bot.evaluate.drift.groups import Groups, Items, divided, grouped, liked
from catalog.feeds.events import event_table_of

if TYPE_CHECKING:
    from catalog.shop import Shop


def shop_groups(shop: Shop, seed: int) -> Groups:
    """The log's likes, divided; where products of one kind are taken after those of another, the
    interests are those in kinds, as they are when the shop's detector is trained, and products are
    compared by their texts.

    Raises
    ------
    ShoptalkError
        Where nothing in the log was liked.
    """
    table = event_table_of(shop.store)
    data = drift_data(shop, None, seed)
    if data.texts is None or data.kinds is None or not in_spells(data.likes, data.kinds):
        return grouped(liked(table), len(table.product_ids), seed)
    parts = divided({table.shopper_ids[code]: own for code, own in data.likes.items()}, seed)
    rng = np.random.default_rng(seed)
    kinds, broad = data.kinds, data.broad
    none: Mapping[int, Items] = {}
    # Vectors are made of texts: the shoppers for vectors can train as well.
    training = dict(enumerate([*parts[0].values(), *parts[1].values()]))
    return Groups(
        vectors=none,
        training=spells(training, kinds, SPELL, rng),
        thresholds=spells(parts[2], kinds, SPELL, rng),
        test=spells(parts[3], kinds, SPELL, rng),
        items=len(data.ids),
        space=Reduction.fit(data.texts)(data.texts).astype(np.float64),
        config=SPELLS,
        calm=none if broad is None else spells(training, broad, SPELL, rng),
    )
