"""A little real index over a dozen products."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterable

import pytest

from actions.recommend.filters import Filters
from actions.recommend.money import Rates
from catalog.index import CatalogueIndex
from catalog.index.build import build_index
from catalog.lexicon import Lexicon
from catalog.product import Product
from catalog.shop import Shop
from tests.little_catalogue import PRODUCTS, ChecksumEncoder

MakeFilters = Callable[[Iterable[Product]], Filters]


RATES = {"USD": 7.2}


@pytest.fixture(scope="session")
def make_filters(tmp_path_factory: pytest.TempPathFactory) -> MakeFilters:
    """Products → the filters of a shop that has exactly these, with a rate for dollars."""

    def make(products: Iterable[Product]) -> Filters:
        folder: Path = tmp_path_factory.mktemp("shop")
        shop = Shop.create(folder / "shop", name="Little", currency="CNY", rates={"USD": "7.2"})
        shop.store.upsert_products(products)
        lexicon = Lexicon.load()
        build_index(shop, ChecksumEncoder(), lexicon)
        index = CatalogueIndex.open(shop, lexicon)
        shop.close()
        return Filters(index, Rates("CNY", RATES))

    return make


@pytest.fixture(scope="session")
def filters(make_filters: MakeFilters) -> Filters:
    """Filters over ``PRODUCTS``."""
    return make_filters(PRODUCTS)
