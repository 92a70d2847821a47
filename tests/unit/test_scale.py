"""A large shop made from a small one, and what is measured over it."""

from __future__ import annotations

import numpy as np
import pytest

from bot.evaluate.scale import evaluate_scale
from bot.evaluate.scale_shop import NOISE, NearbyEncoder, recombined
from catalog.errors import ShoptalkError
from catalog.index import CatalogueIndex
from catalog.index.build import build_index
from catalog.index.product_text import encoder_text
from catalog.lexicon import Lexicon
from catalog.shop import Shop
from tests.little_catalogue import PRODUCTS, ChecksumEncoder


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    shop = Shop.create(tmp_path_factory.mktemp("scale") / "small", name="small", currency="CNY")
    shop.store.upsert_products(PRODUCTS)
    build_index(shop, ChecksumEncoder(), Lexicon.load())
    yield shop
    shop.close()


def test_recombined_products_lie_near_those_they_were_made_from(small):
    index = CatalogueIndex.open(small)
    encoder = NearbyEncoder(index, seed=3)
    products = list(recombined(PRODUCTS, 300, 3, encoder))
    assert len({p.id for p in products}) == 300
    assert {p.title["en"] for p in products} == {p.title["en"] for p in PRODUCTS}
    texts = [encoder_text(p) for p in products[:50]]
    vectors = encoder.encode_products(texts)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
    sources = index.vectors.vectors(np.array([encoder.source[text] for text in texts]))
    assert (vectors * sources).sum(axis=1).min() > 1 - NOISE
    assert (vectors == NearbyEncoder(index, 3, encoder.source).encode_products(texts)).all()


def test_nothing_can_be_made_of_no_products(small):
    with pytest.raises(ShoptalkError):
        list(recombined([], 5, 0, NearbyEncoder(CatalogueIndex.open(small), 0)))


def test_a_small_catalogue_is_searched_exactly(small, tmp_path):
    figures = evaluate_scale(small, ChecksumEncoder(), 400, seed=1, folder=tmp_path)
    assert figures["products"] == 400
    assert figures["filtered"]["recall@10"] == figures["unfiltered"]["recall@10"] == 1.0
    assert figures["filtered"]["products_left"] < figures["unfiltered"]["products_left"]
    assert 0 < figures["p50_ms"] <= figures["p95_ms"]
    assert 0 < figures["fold_in"]["p50_ms"] < figures["ranking"]["p50_ms"]
    assert figures["by_taste"]["p50_ms"] > 0
    assert figures["build_seconds"] > 0
    assert list(tmp_path.iterdir()) == []
