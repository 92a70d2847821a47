"""The demo shop learns how to weigh the parts of a score, and what was asked for still holds."""

from __future__ import annotations

import json

import pytest

from actions.recommend.blend.stored import Blend
from actions.recommend.scoring import Weights
from actions.request.types import Request
from actions.runtime import Runtime
from actions.turn.context import Context
from actions.turn.opening import opening
from actions.turn.service import TurnService
from catalog.product import Product


@pytest.fixture(scope="module")
def context(shops) -> Context:  # type: ignore[no-untyped-def]
    return Runtime(shops("demo")).context


def listed(context: Context, text: str) -> list[Product]:
    turn = opening(text, context.index.vocabulary, Request())
    custom = TurnService(context).handle(turn).reply.custom or {}
    return context.shop.store.products([item["id"] for item in custom.get("items", ())])


def test_the_demo_shop_has_learned_from_its_log(context: Context) -> None:
    blend = Blend.read(context.index)
    assert blend is not None and blend.about["lists"] > 100
    if blend.in_force:
        assert context.searcher.weights == blend.weights != Weights()


@pytest.mark.parametrize(
    "text, most, words",
    [
        ("red dress under 500", 500, ("dress",)),
        ("不超过300元的耳机", 300, ("耳机",)),
        ("black shoes below 400", 400, ()),
        ("黑色的鞋，400以内", 400, ()),
    ],
)
def test_limits_hold_with_learned_weights(
    context: Context, text: str, most: int, words: tuple[str, ...]
) -> None:
    found = listed(context, text)
    assert found
    for product in found:
        assert product.asking_price is not None and product.asking_price.amount <= most
        assert all(any(word in t.lower() for t in product.title.values()) for word in words)


def test_a_refusal_holds_with_learned_weights(context: Context) -> None:
    found = listed(context, "shoes but not leather")
    assert found
    assert not any("Leather" in product.attributes.get("material", ()) for product in found)


def test_what_learning_gains_is_measured(shoptalk, shops) -> None:  # type: ignore[no-untyped-def]
    ran = shoptalk(
        "evaluate", "blend", "--train", "120", "--valid", "120", "--json",
        "--shop", shops("demo").shop_dir,
    )  # fmt: skip
    figures = json.loads(ran.out)
    assert figures["freed_by"] == "truth"
    assert {"default", "learned", "without_position", "popularity"} <= set(figures["methods"])
    for told in figures["methods"].values():
        low, high = told["auc_interval"]
        assert 0 <= low <= told["auc"] <= high <= 1
    for curve in figures["examination"].values():
        assert curve["learned"][0] == 1 and curve["truth"][0] == 1
        assert curve["learned"][5] < 0.7
    assert figures["long_tail"]["cost"] <= figures["long_tail"]["budget"] == 0.01
    assert figures["long_tail"]["aplt@3"] >= figures["long_tail"]["before"]["aplt@3"]
