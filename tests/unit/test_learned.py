"""What a shop learns from its events: kept beside the index, and asked in a search."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from actions.interest.drift.of_index import by_departments
from actions.interest.drift.stored import write_model
from actions.interest.known import DRIFT
from actions.recommend.history import taken_before
from actions.runtime import Runtime
from actions.turn.model import TurnInput
from catalog.collaborative.learned import ABOUT, NUMBERS, Learned
from catalog.errors import ShoptalkError
from catalog.event_table import EventTable
from catalog.events import EVENT_KINDS, Event
from catalog.graph.together import Together
from catalog.index import CatalogueIndex
from catalog.index.amend import amended
from catalog.index.build import build_index
from catalog.index.learn import LEAST, learn_from_events
from catalog.index.manifest import current_build
from catalog.lexicon import Lexicon
from catalog.product import Product
from catalog.settings import Settings
from catalog.shop import Shop
from tests.little_catalogue import ChecksumEncoder

KINDS = ("Tents", "Sleeping bags", "Lipsticks", "Nail polish")
START = datetime(2026, 1, 1, tzinfo=timezone.utc)


def event(shopper: int, product: str, number: int, kind: str = "bought") -> Event:
    return Event(
        key=f"{shopper}:{product}:{kind}:{number}",
        shopper_id=f"s{shopper}",
        conversation_id=f"c{shopper}",
        turn=1,
        kind=kind,
        product_id=product,
        at=START + timedelta(minutes=number),
    )


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Campers buy tents and sleeping bags, others lipsticks and nail polish."""
    made = Shop.create(tmp_path / "shop", currency="EUR", languages=("en",))
    made.store.upsert_products(
        Product(id=f"{kind}-{n}", title={"en": f"{kind} {n}"}, language="en", product_type=(kind,))
        for kind in KINDS
        for n in range(10)
    )
    random = np.random.default_rng(0)
    events = []
    for shopper in range(80):
        kinds = KINDS[:2] if shopper % 2 else KINDS[2:]
        for kind in kinds:
            for n in random.choice(10, 3, replace=False):
                events.append(event(shopper, f"{kind}-{n}", len(events)))
    made.store.append_events(events)
    build_index(made, ChecksumEncoder(), Lexicon.load())
    return made


def test_a_camper_is_shown_what_campers_took(shop: Shop) -> None:
    assert learn_from_events(shop)
    index = CatalogueIndex.open(shop)
    assert index.learned is not None
    scores = index.learned.scores({index.position["Tents-0"]: 1.0, index.position["Tents-1"]: 1.0})
    of_kind = {
        kind: scores[[index.position[f"{kind}-{n}"] for n in range(2, 10)]].mean() for kind in KINDS
    }
    assert min(of_kind["Tents"], of_kind["Sleeping bags"]) > max(
        of_kind["Lipsticks"], of_kind["Nail polish"]
    )


def test_nothing_is_known_of_a_shopper_without_a_history(shop: Shop) -> None:
    learn_from_events(shop)
    learned = CatalogueIndex.open(shop).learned
    assert learned is not None
    assert not learned.scores({}).any()
    assert not learned.scores({0: -1.0}).any()


def test_what_goes_with_a_tent_is_a_sleeping_bag_and_no_tent(shop: Shop) -> None:
    learn_from_events(shop)
    index = CatalogueIndex.open(shop)
    assert index.learned is not None
    together, tent = index.learned.together, index.position["Tents-3"]
    found = [together.between(tent, other) for other in np.flatnonzero(together.told(tent))]
    assert found
    for one in found:
        assert one is not None and index.ids[one.product].startswith("Sleeping bags")
        assert one.of_kinds >= 5 and one.lift > 1.5


def test_an_unchanged_log_is_not_learned_again(shop: Shop) -> None:
    assert learn_from_events(shop)
    build = current_build(shop.index_dir)
    assert not learn_from_events(shop)
    assert current_build(shop.index_dir) == build
    shop.store.append_events([event(1, "Tents-0", 10_000, "liked")])
    assert not learn_from_events(shop), "one more event changes nothing"
    more = [event(s, "Tents-0", 20_000 + s, "liked") for s in range(80)]
    shop.store.append_events(more)
    assert learn_from_events(shop)


def test_too_few_events_teach_nothing(tmp_path: Path) -> None:
    made = Shop.create(tmp_path / "few", currency="EUR", languages=("en",))
    made.store.upsert_products([Product(id="a", title={"en": "a"}, language="en")])
    made.store.append_events([event(s, "a", s) for s in range(LEAST - 1)])
    build_index(made, ChecksumEncoder(), Lexicon.load())
    assert not learn_from_events(made)
    assert CatalogueIndex.open(made).learned is None


def test_products_that_left_the_catalogue_do_no_harm(shop: Shop) -> None:
    shop.store.append_events([event(1, "gone", 5000), event(2, "gone", 5001)])
    assert learn_from_events(shop)


def test_what_was_learned_of_another_build_is_not_put_into_this_one(shop: Shop) -> None:
    build = current_build(shop.index_dir)
    assert build is not None
    build_index(shop, ChecksumEncoder(), Lexicon.load(), force=True)
    with pytest.raises(ShoptalkError, match="built anew meanwhile"), amended(build, {}, ()):
        raise AssertionError("there is nothing to write")
    assert CatalogueIndex.open(shop).learned is None


def test_damaged_files_are_told(shop: Shop) -> None:
    learn_from_events(shop)
    build = current_build(shop.index_dir)
    assert build is not None
    (build / NUMBERS).write_bytes(b"x" * (build / NUMBERS).stat().st_size)
    with pytest.raises(Exception, match="damaged"):
        CatalogueIndex.open(shop)


def test_what_another_version_wrote_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ABOUT).write_text('{"what": "taste learned from events", "format": 0}')
    assert Learned.read(tmp_path) is None


def test_a_history_forgets_what_was_given_back_and_weighs_the_latest_most() -> None:
    events = [event(1, "a", 1), event(1, "b", 2, "clicked"), event(1, "c", 3, "liked")]
    history = taken_before(events)
    assert list(history) == ["a", "b", "c"] and history["c"] == 1.0 > history["a"] > history["b"]
    assert "c" not in taken_before([*events, event(1, "c", 4, "rejected")])
    assert taken_before([*events, event(1, "a", 5, "clicked")])["a"] == 1.0


def test_without_conversations_a_fortnight_is_a_visit() -> None:
    day = 86_400_000
    table = EventTable(
        ("s",),
        ("a", "b", "c"),
        np.zeros(3, np.int32),
        np.arange(3, dtype=np.int32),
        np.full(3, EVENT_KINDS.index("bought"), np.uint8),
        np.full(3, np.nan, np.float32),
        np.array([14 * day, 15 * day, 40 * day]),
    )
    pairs = Together.of(table, [0, 1, 2]).pairs.toarray()
    assert pairs.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]


def test_an_index_whose_encoder_is_not_there_is_left_alone(shop: Shop) -> None:
    """A conversation goes on with the index it has, and takes the next one that can be used."""
    shop.close()
    runtime = Runtime(Settings(shop=shop.path), ChecksumEncoder())
    first = runtime.context.index

    class Other(ChecksumEncoder):
        fingerprint = "other-int8"

    build_index(shop, Other(), Lexicon.load())
    turn = TurnInput("c", "s", "tents", "find", 1.0)
    for _ in range(2):
        assert runtime.answer(turn).reply.text
        assert runtime.context.index is first
    build_index(shop, ChecksumEncoder(), Lexicon.load())
    runtime.answer(turn)
    assert runtime.context.index is not first


def test_a_detector_that_is_trained_later_is_taken_over(shop: Shop, tmp_path) -> None:
    shop.close()
    settings = Settings(home=tmp_path / "home", shop=shop.path)
    runtime = Runtime(settings, ChecksumEncoder())
    before = runtime.context.shoppers
    turn = TurnInput("c", "s", "tents", "find", 1.0)
    runtime.answer(turn)
    assert runtime.context.shoppers is before
    model = by_departments(runtime.context.index)
    write_model(shop.path / DRIFT, model.with_threshold(0.9), "later")
    runtime.answer(turn)
    assert runtime.context.shoppers is not before
    assert runtime.context.shoppers.model.detector.threshold == 0.9
