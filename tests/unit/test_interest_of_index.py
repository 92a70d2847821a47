"""The space of a shop's catalogue: texts, what shoppers taught, attributes and price bands."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from actions.interest.keeping import Keeper
from actions.interest.model import InterestModel
from actions.interest.of_index import price_bands, space_of
from bot.cli.replay import replayed, told
from catalog.errors import ShoptalkError
from catalog.events import Event
from catalog.index import CatalogueIndex
from catalog.index.build import build_index
from catalog.index.learn import learn_from_events
from catalog.lexicon import Lexicon
from catalog.shop import Shop
from catalog.shopper_states import KeptState
from tests.little_catalogue import PRODUCTS, ChecksumEncoder

START = datetime(2026, 1, 1, tzinfo=timezone.utc)


def event(shopper: str, product: str, number: int, kind: str = "liked") -> Event:
    return Event(
        key=f"{shopper}:{number}",
        shopper_id=shopper,
        conversation_id="c",
        turn=1,
        kind=kind,
        product_id=product,
        at=START + timedelta(minutes=number),
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Ann likes red dresses, and others take what comes."""
    folder: Path = tmp_path_factory.mktemp("shops") / "shop"
    made = Shop.create(folder, currency="CNY", languages=("en",))
    made.store.upsert_products(PRODUCTS)
    build_index(made, ChecksumEncoder(), Lexicon.load())
    liked = [event("ann", p, n) for n, p in enumerate(["red", "red-m", "gone"])]
    rng = np.random.default_rng(0)
    others = [
        event(f"s{s}", PRODUCTS[int(item)].id, n, "bought")
        for s in range(50)
        for n, item in enumerate(rng.choice(len(PRODUCTS), 5, replace=False))
    ]
    made.store.append_events([*liked, *others])
    return made


def test_products_are_told_apart_by_texts_and_once_learned_by_taste(shop: Shop) -> None:
    before = space_of(CatalogueIndex.open(shop))
    assert before.ids == tuple(CatalogueIndex.open(shop).ids)
    assert learn_from_events(shop)
    after = space_of(CatalogueIndex.open(shop))
    assert after.dimensions > before.dimensions
    assert after.fingerprint != before.fingerprint
    assert after.fingerprint == space_of(CatalogueIndex.open(shop)).fingerprint
    assert ("color", "red") in after.attributes.keys and ("price", "low") in after.attributes.keys


def test_who_likes_red_dresses_is_known_for_it(shop: Shop) -> None:
    index = CatalogueIndex.open(shop)
    model = InterestModel.of(index)
    state = model.fold(shop.store.events("ann"))
    keys = {line.key: line for line in model.lines(state, 10)}
    assert keys["color=red"].strength > 0 and keys["color=red"].products[-1] == "gone"
    scores = model.scores(state, np.arange(len(index)))
    assert scores is not None
    assert scores[index.position["red"]] > scores[index.position["kettle"]]


def test_price_bands_are_thirds_of_a_kind_or_of_all_where_it_is_small() -> None:
    prices = np.array([*range(1, 13), 1000.0, 2000.0, 5.0, np.nan])
    kinds = np.array([0] * 12 + [1] * 3 + [1])
    bands = price_bands(prices, kinds)
    assert bands[:12].tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert bands[12:].tolist() == [2, 2, 0, -1]


def test_a_replay_tells_whether_what_was_kept_is_the_same(shop: Shop) -> None:
    model = InterestModel.of(CatalogueIndex.open(shop))
    first = replayed(shop, model, "", rebuild=True)
    assert (first["kept"], first["rebuilt"]) == (0, 51)
    again = replayed(shop, model, "", rebuild=False)
    assert (again["kept"], again["same"], again["different"]) == (51, 51, 0)
    assert again["events"] == 253 and "51 of 51" in told(again)
    kept = shop.store.states.read("ann")
    assert kept is not None
    other = model.to_bytes(model.fold(shop.store.events("s1")))
    shop.store.states.write("ann", KeptState(kept.model, kept.upto, other))
    found = replayed(shop, model, "ann", rebuild=False)
    assert (found["different"], found["named"]) == (1, ["ann"]) and "--rebuild" in told(found)
    assert replayed(shop, model, "ann", rebuild=True)["rebuilt"] == 1
    assert Keeper(shop.store, model).replay("ann").same is True


def test_a_shopper_whom_the_log_does_not_know_is_an_error(shop: Shop) -> None:
    model = InterestModel.of(CatalogueIndex.open(shop))
    with pytest.raises(ShoptalkError, match="nobody"):
        replayed(shop, model, "nobody", rebuild=False)
