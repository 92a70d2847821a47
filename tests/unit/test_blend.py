"""A shop's log changes how its search weighs the parts of a score, where that is better."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pytest

from actions.recommend.blend import learn, measures
from actions.recommend.blend.learn import gather, learn_blend
from actions.recommend.blend.lists import shown_lists
from actions.recommend.blend.logged import logged_lists
from actions.recommend.blend.replay import PARTS
from actions.recommend.blend.stored import Blend
from actions.recommend.scoring import Weights
from actions.recommend.search import LONG_TAIL
from actions.replies.texts import Texts
from actions.request.types import AT_MOST, IS, Constraint, Request, Sort
from actions.turn.context import Context
from catalog.events import Event
from catalog.feeds.event_log import event_table_of
from catalog.index import CatalogueIndex
from catalog.index.build import build_index
from catalog.index.learn import learn_from_events
from catalog.index.manifest import BLEND_FILE, current_build
from catalog.lexicon import Lexicon
from catalog.product import Product
from catalog.shop import Shop
from tests.little_catalogue import SameEncoder, product

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
COLORS, THINGS = ("red", "blue", "green"), ("dress", "kettle")
EACH = 14


def goods() -> list[Product]:
    """Dresses and kettles: the older ones have many ratings, the newer ones few."""
    found = []
    for color in COLORS:
        for thing in THINGS:
            for n in range(EACH):
                one = product(
                    f"{color}-{thing}-{n}", f"{color} {thing} {n}", str(100 + n), color=color
                )
                found.append(
                    replace(
                        one,
                        product_type=(thing,),
                        brand=f"b{n}",
                        rating=4.0,
                        rating_count=4 ** (EACH - n) // 100,
                        added=date(2025, 1, 1) + timedelta(20 * n),
                    )
                )
    return found


def visits(lists: int, loves: Callable[[int], float], seed: int = 0) -> list[Event]:
    """Lists with the well-known first; what is looked at, ever less downwards, may be taken."""
    rng = np.random.default_rng(seed)
    events: list[Event] = []
    for visit in range(lists):
        said = f"{COLORS[rng.integers(3)]} {THINGS[rng.integers(2)]}"
        order = np.argsort(np.arange(EACH) + rng.normal(0, 3, EACH))[:8]
        at = START + timedelta(hours=visit)
        shown = [f"{said.replace(' ', '-')}-{n}" for n in order]
        for place, id_ in enumerate(shown, 1):
            events.append(_event(visit, "shown", id_, place, said, at))
        for place, (n, id_) in enumerate(zip(order.tolist(), shown, strict=True), 1):
            if rng.random() < loves(n) / place:
                events.append(_event(visit, "bought", id_, place, said, at + timedelta(minutes=1)))
    return events


def _event(visit: int, kind: str, id_: str, place: int, said: str, at: datetime) -> Event:
    return Event(
        key=f"{visit}:{kind}:{id_}", shopper_id=f"s{visit % 60}", conversation_id=f"c{visit}",
        turn=1, kind=kind, product_id=id_, rank=place, payload={"query": said}, at=at,
    )  # fmt: skip


def made(folder: Path, events: list[Event]) -> Shop:
    shop = Shop.create(folder / "shop", currency="CNY", languages=("en",))
    shop.store.upsert_products(goods())
    shop.store.append_events(events)
    build_index(shop, SameEncoder(), Lexicon.load())
    assert learn_from_events(shop)
    return shop


@pytest.fixture(scope="module")
def lovers_of_the_new(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    events = visits(1200, lambda n: 0.1 + 0.9 * (n / EACH) ** 2)
    shop = made(tmp_path_factory.mktemp("new"), events)
    assert learn_blend(shop, SameEncoder())
    return shop


LEXICON, TEXTS = Lexicon.load(), Texts.load()


def context_of(shop: Shop) -> Context:
    return Context.of(shop, CatalogueIndex.open(shop, LEXICON), SameEncoder(), TEXTS)


def stored(shop: Shop) -> Blend:
    found = Blend.read(CatalogueIndex.open(shop, LEXICON))
    assert found is not None
    return found


def test_what_shoppers_take_although_it_stands_low_comes_first(lovers_of_the_new: Shop) -> None:
    blend = stored(lovers_of_the_new)
    assert blend.in_force
    assert blend.weights.freshness > 0.2 and blend.weights.popularity < Weights().popularity
    context = context_of(lovers_of_the_new)
    assert context.searcher.weights == blend.weights
    request = Request(text="red dress")
    first = context.searcher.search(request, "red dress", 3).hits
    context.searcher.weights, context.searcher.exposure = Weights(), None
    before = context.searcher.search(request, "red dress", 3).hits

    def newest(hits: Any) -> float:
        return float(np.mean([int(hit.id.rsplit("-", 1)[1]) for hit in hits]))

    assert newest(first) > newest(before)


def test_the_blend_is_learned_once_a_log(lovers_of_the_new: Shop) -> None:
    build = current_build(lovers_of_the_new.index_dir)
    assert not learn_blend(lovers_of_the_new, SameEncoder())
    assert current_build(lovers_of_the_new.index_dir) == build


def test_the_same_seed_draws_the_same_lists(lovers_of_the_new: Shop) -> None:
    two = [gather(lovers_of_the_new, SameEncoder(), TEXTS, (200, 100), seed=5) for _ in range(2)]
    assert two[0] is not None and two[1] is not None
    for one, other in zip(two[0].train, two[1].train, strict=True):
        assert one.at == other.at and (one.parts == other.parts).all()


def test_parts_of_what_was_shown_are_those_of_a_search(lovers_of_the_new: Shop) -> None:
    material = gather(lovers_of_the_new, SameEncoder(), TEXTS, (100, 100))
    assert material is not None
    one = material.train[0]
    assert one.parts.min() >= 0 and one.parts.max() <= 1
    ids = [material.context.index.ids[p] for p in one.pool]
    assert len(set(ids)) == len(ids) and len(one.shown) == len(one.places) == len(one.taken)


def test_a_log_with_too_little_in_it_leaves_the_weights_alone(tmp_path: Path) -> None:
    few = made(tmp_path, [replace(e, payload={}) for e in visits(300, lambda n: 0.9)])
    assert learn_blend(few, SameEncoder())
    assert not stored(few).in_force
    assert context_of(few).searcher.weights == Weights()
    assert not learn_blend(few, SameEncoder()), "it is not tried again for the same log"


def test_what_is_no_better_on_later_lists_is_not_in_force(
    lovers_of_the_new: Shop,
) -> None:
    material = gather(lovers_of_the_new, SameEncoder(), TEXTS, (300, 200))
    assert material is not None
    assert learn.judged(material).in_force
    # Later shoppers love what is old: what the first part tells is wrong by then.
    new = [one.of_shown[:, PARTS.index("freshness")] for one in material.valid]
    turned = [
        replace(one, taken=own == own.min()) for one, own in zip(material.valid, new, strict=True)
    ]
    assert not learn.judged(replace(material, valid=turned)).in_force


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", '{"what": "blend learned from events", "format": 1}',
        '{"what": "blend learned from events", "format": 0}', "\x00\x01",
    ],
)  # fmt: skip
def test_a_damaged_or_older_file_means_the_default_weights(
    lovers_of_the_new: Shop, tmp_path: Path, text: str
) -> None:
    with spoiled(lovers_of_the_new, text):
        context = context_of(lovers_of_the_new)
        assert context.searcher.weights == Weights() and context.searcher.exposure is None
        assert context.searcher.search(Request(text="red dress"), "red dress", 3).hits


@pytest.mark.parametrize(
    "change",
    [
        {"weights": {"text": 1.0}}, {"weights": {**asdict(Weights()), "text": "NaN"}},
        {"weights": {**asdict(Weights()), "text": -1}}, {"shown": [1, 2]}, {"shown": "many"},
        {"temperature": None}, {"costs": [[1]]}, {"about": 3}, {"intercept": 1e999},
    ],
)  # fmt: skip
def test_numbers_that_cannot_be_are_not_served(
    lovers_of_the_new: Shop, change: dict[str, Any]
) -> None:
    data = json.loads(
        (CatalogueIndex.open(lovers_of_the_new, LEXICON).folder / BLEND_FILE).read_text()
    )
    with spoiled(lovers_of_the_new, json.dumps({**data, **change})):
        assert Blend.read(CatalogueIndex.open(lovers_of_the_new, LEXICON)) is None


class spoiled:
    """A shop whose learned weights were overwritten, until they are put back."""

    def __init__(self, shop: Shop, text: str) -> None:
        build = current_build(shop.index_dir)
        assert build is not None
        self._file, self._text = build / BLEND_FILE, text

    def __enter__(self) -> None:
        self._before = self._file.read_bytes()
        self._file.write_text(self._text)

    def __exit__(self, *_: object) -> None:
        self._file.write_bytes(self._before)


def test_hard_constraints_hold_whatever_was_learned(lovers_of_the_new: Shop) -> None:
    context = context_of(lovers_of_the_new)
    context.searcher.exposure = stored(lovers_of_the_new).exposure(context.index, 0.5)
    assert context.searcher.exposure is not None
    request = Request(
        constraints=(Constraint("color", IS, "red"), Constraint("price", AT_MOST, 105.0))
    )
    hits = context.searcher.search(request, "red dress", 9, places=3).hits
    assert hits
    for hit in hits:
        assert hit.id.startswith("red") and int(hit.id.rsplit("-", 1)[1]) <= 5


def test_room_for_the_long_tail_is_told_and_can_be_taken_away(lovers_of_the_new: Shop) -> None:
    context = context_of(lovers_of_the_new)
    blend, searcher = stored(lovers_of_the_new), context.searcher
    generous = replace(blend, costs=((0.5, 0.001),)).exposure(context.index, 0.01)
    assert generous is not None
    request = Request(text="red dress")
    searcher.exposure = None
    plain = searcher.search(request, "red dress", 9, places=3).hits
    assert not any(LONG_TAIL in hit.scores for hit in plain)
    searcher.exposure = generous
    hits = searcher.search(request, "red dress", 9, places=3).hits
    came = [hit for hit in hits if LONG_TAIL in hit.scores]
    assert all(generous.tail[hit.position] for hit in came)
    assert {hit.id for hit in came} == {h.id for h in hits[:3]} - {h.id for h in plain[:3]}
    assert len({hit.id for hit in hits}) == len(hits) == 9
    for asked in (
        replace(request, sort=Sort("price")),
        replace(request, constraints=(Constraint("brand", IS, "b1"),)),
        replace(request, similar_to=("red-dress-1",)),
    ):
        assert not any(LONG_TAIL in h.scores for h in searcher.search(asked, "red dress", 9).hits)
    assert blend.exposure(context.index, 0.0) is None
    assert replace(blend, in_force=False).exposure(context.index, 0.01) is None


def test_a_merchant_sets_the_budget(lovers_of_the_new: Shop) -> None:
    lovers_of_the_new.change(long_tail=0.0)
    try:
        assert context_of(lovers_of_the_new).searcher.exposure is None
        assert Shop.open(lovers_of_the_new.path).settings.long_tail == 0.0
    finally:
        lovers_of_the_new.change(long_tail=0.01)


def test_lists_are_cut_from_a_log_with_what_was_taken_before(tmp_path: Path) -> None:
    shop = Shop.create(tmp_path / "shop", currency="CNY", languages=("en",))
    at = START
    shop.store.append_events(
        [
            _event(1, "bought", "old", 1, "", at),
            _event(1, "shown", "a", 2, "red", at + timedelta(hours=1)),
            _event(1, "shown", "b", 1, "red", at + timedelta(hours=1)),
            _event(1, "shown", "alone", 1, "blue", at + timedelta(hours=2)),
            replace(_event(1, "bought", "a", 2, "red", at + timedelta(hours=3)), key="later"),
        ]
    )
    table = event_table_of(shop.store)
    (one,) = shown_lists(table)
    assert [table.product_ids[p] for p in one.products] == ["b", "a"]
    assert (one.places, one.taken, one.said) == ((1, 2), (False, True), "red")
    assert {table.product_ids[p] for p in one.history} == {"old"}


def test_a_find_that_few_look_at_counts_as_often_as_it_was_overlooked() -> None:
    class Two:
        taken = np.array([True, True])

    two: Any = [Two()]
    looked = lambda one: np.array([1.0, 0.25])  # noqa: E731
    best = measures.ndcg(two, lambda one: np.array([0.0, 1.0]), looked)
    assert best.mean == pytest.approx(1.0)
    worst = measures.ndcg(two, lambda one: np.array([1.0, 0.0]), looked)
    discount = 1 / np.log2(3)
    assert worst.mean == pytest.approx((1 + 4 * discount) / (4 + discount))


def talks(count: int, seed: int = 0) -> list[Event]:
    """Conversations whose lists of three have their scores in the log, and a liking of the new."""
    rng = np.random.default_rng(seed)
    events: list[Event] = []
    for talk in range(count):
        at = START + timedelta(hours=talk)
        numbers = rng.choice(EACH, 3, replace=False).tolist()
        for place, n in enumerate(numbers, 1):
            id_, new = f"red-dress-{n}", n / EACH
            scores = {"freshness": new, "popularity": 1 - new, "total": 1.0, "rule:x": 7.0}
            one = _event(talk, "shown", id_, place, "", at)
            events.append(replace(one, payload={"scores": scores}))
            if rng.random() < new**2 / place:
                liked = _event(talk, "liked", id_, place, "", at + timedelta(minutes=1))
                events.append(replace(liked, payload={}, turn=2))
    return events


def test_conversations_teach_by_the_scores_in_the_log(tmp_path: Path) -> None:
    broken = [
        replace(_event(9000 + n, "shown", "red-dress-1", n, "", START), payload={"scores": scores})
        for n, scores in enumerate([None, "many", {"text": "high"}, {"text": 1e30}, [1]], 1)
    ]
    shop = made(tmp_path, [*talks(1500), *broken])
    found = logged_lists(shop.store, CatalogueIndex.open(shop, LEXICON).position)
    assert len(found) == 1500 and all(len(one.shown) == 3 for one in found)
    assert learn_blend(shop, SameEncoder())
    blend = stored(shop)
    assert blend.in_force and blend.weights.freshness > blend.weights.popularity
    assert context_of(shop).searcher.exposure is None, "what lists might have been is not known"
