"""A shop's own log as groups of shoppers."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from bot.drift_detector.config import SPELLS, DriftTrainConfig
from bot.drift_detector.shop import DriftData
from bot.evaluate.drift import shop_groups as module
from bot.evaluate.drift.shop_groups import shop_groups

SHOPPERS, PRODUCTS = 60, 90


@pytest.fixture
def shop(monkeypatch):
    """60 shoppers who take some products of one kind and then some of another; three kinds."""
    rng = np.random.default_rng(0)
    kinds = np.arange(PRODUCTS) % 3
    likes = {}
    for shopper in range(SHOPPERS):
        first, second = rng.permutation(3)[:2]
        taken = [rng.choice(np.flatnonzero(kinds == kind), 6, False) for kind in (first, second)]
        likes[shopper] = np.concatenate(taken)
    texts = np.eye(3)[kinds] + rng.normal(0, 0.1, (PRODUCTS, 3))
    table = SimpleNamespace(
        shopper_ids=tuple(f"s{i}" for i in range(SHOPPERS)),
        product_ids=tuple(f"p{i}" for i in range(PRODUCTS)),
    )
    data = {"likes": likes, "parts": np.zeros(SHOPPERS, int), "ids": table.product_ids}
    monkeypatch.setattr(module, "event_table_of", lambda store: table)
    told = SimpleNamespace(store=None, likes=likes, kinds=kinds, texts=texts)
    monkeypatch.setattr(
        module,
        "drift_data",
        lambda shop, events, seed: DriftData(**data, texts=shop.texts, kinds=shop.kinds),
    )
    monkeypatch.setattr(module, "liked", lambda t: {f"s{i}": own for i, own in likes.items()})
    return told


def test_where_kinds_are_taken_in_spells_an_interest_is_a_kind(shop):
    groups = shop_groups(shop, seed=0)
    assert groups.config is SPELLS and groups.space is not None
    assert len(groups.space) == PRODUCTS == groups.items
    for part in (groups.training, groups.thresholds, groups.test):
        assert part
        for items in part.values():
            assert len(set(shop.kinds[items])) == 1


def test_spells_are_of_the_likes_of_their_own_group(shop):
    groups, again = shop_groups(shop, seed=0), shop_groups(shop, seed=0)
    for one, other in zip(groups.test.values(), again.test.values(), strict=True):
        np.testing.assert_array_equal(one, other)
    others = shop_groups(shop, seed=1)
    assert [items.tolist() for items in groups.test.values()] != [
        items.tolist() for items in others.test.values()
    ]


def test_without_texts_interests_are_shoppers(shop):
    shop.texts = None
    groups = shop_groups(shop, seed=0)
    assert groups.space is None and groups.config == DriftTrainConfig()
    sizes = [len(p) for p in (groups.vectors, groups.training, groups.thresholds, groups.test)]
    assert sum(sizes) == SHOPPERS
