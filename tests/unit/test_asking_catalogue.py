"""Asking over the demo shop: what its index says, as attributes of a belief."""

from __future__ import annotations

import numpy as np
import pytest

from actions.recommend.asking.belief import Belief
from actions.recommend.asking.catalogue import attributes_of
from actions.recommend.asking.config import AskConfig
from actions.recommend.asking.evidence import Answer, Choice
from actions.recommend.asking.move import next_move
from catalog.index import CatalogueIndex
from catalog.shop import Shop

NAMES = ("product_type", "gender", "color", "material", "pattern", "season", "sleeve_length")


@pytest.fixture(scope="module")
def index(shops):
    shop = Shop.open(shops("demo").shop_dir)
    yield CatalogueIndex.open(shop)
    shop.close()


@pytest.fixture(scope="module")
def attributes(index):
    return attributes_of(index, NAMES)


def test_evidence_is_that_of_the_index(index, attributes):
    assert len(attributes) == len(index)
    for position in range(0, len(index), 97):
        known = index.facets.of(position)
        for name in NAMES:
            for value, confidence, _source in known.get(name, ()):
                column = attributes.column(name, value)
                assert attributes.has(column)[position] == pytest.approx(confidence, abs=1e-3)


def test_attributes_that_nobody_has_are_left_out(index):
    assert attributes_of(index, ["no such thing"]).keys == ()
    assert next_move(Belief.of(attributes_of(index, []))).recommend


def test_a_shopper_with_a_dress_in_mind_is_led_to_it(index, attributes):
    """By answers that the product's own facets give."""
    dresses = np.flatnonzero(index.facets.evidence("product_type", "dress") >= 0.5)
    allowed = np.zeros(len(index), bool)
    allowed[dresses] = True
    found = 0
    targets = dresses[:: max(1, len(dresses) // 20)]
    for target in targets:
        belief = Belief.of(attributes, allowed=allowed, config=AskConfig(k=5))
        before = belief.entropy
        for _turn in range(4):
            move = next_move(belief, skip={"product_type"})
            assert set(move.products) <= set(dresses)
            if move.recommend or move.question is None:
                break
            columns = move.question.columns
            likely = [float(attributes.named(column)[target]) for column in columns]
            best = int(np.argmax(likely))
            if len(columns) == 1:
                belief = belief.after(Answer(columns[0], likely[0] > 0.5))
            else:
                chosen = columns[best] if likely[best] > 0.3 else None
                belief = belief.after(Choice(columns, chosen))
        assert belief.entropy < before
        found += int(target in belief.top(20))
    assert found / len(targets) > 0.5
