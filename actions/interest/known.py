"""What is known of the shoppers of one shop: folded from the log, kept in the store."""

from __future__ import annotations

from actions.interest.drift.detector import DriftDetector
from actions.interest.drift.of_index import by_departments
from actions.interest.drift.stored import read_model
from actions.interest.keeping import Keeper
from actions.interest.model import InterestModel
from actions.interest.shopper import ShopperModel, ShopperState
from catalog.index import CatalogueIndex
from catalog.shop import Shop
from catalog.store import Store

#: Where a shop's trained detector is, in its folder.
DRIFT = "drift"


def shopper_model(shop: Shop, index: CatalogueIndex) -> ShopperModel:
    """The model of a shop, with what was trained for it."""
    trained = read_model(shop.path / DRIFT)
    detector = DriftDetector(trained or by_departments(index))
    return ShopperModel(index, InterestModel.of(index), detector)


class KnownShoppers(Keeper[ShopperState]):
    """States of a shop's shoppers, with the model that made them."""

    def __init__(self, store: Store, model: ShopperModel) -> None:
        super().__init__(store, model)
        self.model = model
