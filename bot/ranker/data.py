"""A log and its products, as the text ranker sees them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Iterable, Sequence

import numpy as np

from bot.ranker.config import RankerConfig
from bot.ranker.examples import Example, by_time, examples
from catalog.errors import ShoptalkError
from catalog.event_table import EventTable
from catalog.index.product_text import encoder_text
from catalog.product import Product

#: Fewer examples teach nothing that lasts.
LEAST = 200


@dataclass(frozen=True)
class RankerData:
    """Texts of products, and examples over them in three parts by time."""

    texts: tuple[str, ...]
    titles: tuple[str, ...]
    learned: tuple[Example, ...]
    valid: tuple[Example, ...]
    test: tuple[Example, ...]


def ranker_data(
    table: EventTable, products: Iterable[Product], config: RankerConfig, most_tested: int
) -> RankerData:
    """Gather texts and examples; products of equal texts are one.

    Parameters
    ----------
    most_tested
        Of validation and test examples each, drawn by the seed where there are more.

    Raises
    ------
    ShoptalkError
        Where the log has too few requests or baskets in which something was taken.
    """
    texts: dict[str, int] = {}
    titles: list[str] = []
    of: dict[str, int] = {}
    for product in products:
        text = encoder_text(product)
        if text.strip():
            of[product.id] = texts.setdefault(text, len(texts))
            if len(titles) < len(texts):
                titles.append(product.title_in(product.language))
    text_of = np.array([of.get(id_, -1) for id_ in table.product_ids], np.int64)
    found = examples(table, text_of, config.recent) if len(text_of) else []
    if len(found) < LEAST:
        raise ShoptalkError(
            f"The log has {len(found)} requests in which something was taken, and the ranker needs "
            f"{LEAST}: import events with `shoptalk import events`."
        )
    learned, valid, test = by_time(found)
    drawn = random.Random(config.seed)
    return RankerData(
        tuple(texts),
        tuple(titles),
        tuple(learned),
        _some(valid, most_tested, drawn),
        _some(test, most_tested, drawn),
    )


def _some(found: Sequence[Example], most: int, drawn: random.Random) -> tuple[Example, ...]:
    return tuple(found) if len(found) <= most else tuple(drawn.sample(found, most))
