"""What is known of the shoppers of one shop: folded from the log, kept in the store."""

from __future__ import annotations

import logging
from typing import Mapping, Optional, Sequence

from actions.interest.drift.serving import detector_for
from actions.interest.drift.stored import MANIFEST
from actions.interest.keeping import Keeper
from actions.interest.model import InterestModel
from actions.interest.opinion import WordsOpinion
from actions.interest.reading.reader import CURRENT, FOLDER, DriftReader
from actions.interest.shopper import ShopperModel, ShopperState
from catalog.errors import ShoptalkError
from catalog.index import CatalogueIndex
from catalog.settings import Settings
from catalog.shop import Shop
from catalog.store import Store

log = logging.getLogger(__name__)

#: Where a shop's trained detector is, in its folder.
DRIFT = "drift"


def shopper_model(shop: Shop, index: CatalogueIndex) -> ShopperModel:
    """The model of a shop, with what was trained for it."""
    detector = detector_for(shop.path / DRIFT, index)
    return ShopperModel(index, InterestModel.of(index), detector)


def words_opinion(settings: Settings, store: Store) -> Optional[WordsOpinion]:
    """The reader of titles and words; None where none was trained, or it cannot be used."""
    try:
        reader = DriftReader.open(settings)
    except ShoptalkError as error:
        log.info("Drift is told without reading words: %s", error)
        return None

    def titles(ids: Sequence[str]) -> Mapping[str, str]:
        return {p.id: p.title_in(p.language) for p in store.products(ids)}

    return WordsOpinion(reader, titles)


def trained_when(shop: Shop, settings: Settings) -> tuple[int, ...]:
    """When the detector and the reader in force were put there, in nanoseconds; 0 for none."""
    files = (shop.path / DRIFT / MANIFEST, settings.home / FOLDER / CURRENT)
    return tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files)


class KnownShoppers(Keeper[ShopperState]):
    """States of a shop's shoppers, with the model that made them."""

    def __init__(
        self, store: Store, model: ShopperModel, opinion: Optional[WordsOpinion] = None
    ) -> None:
        super().__init__(store, model)
        self.model = model
        self.opinion = opinion
