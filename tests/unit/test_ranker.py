"""The text ranker: what it learns from, that it learns, and that it is served as it was trained."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from bot.cli.index import index_shop
from bot.evaluate.cross_encoder import evaluate_cross
from bot.evaluate.ranker import evaluate_ranker
from bot.ranker.artefact import read_titles, use_ranker, write_ranker
from bot.ranker.config import RankerConfig
from bot.ranker.cross_encoder import CrossConfig
from bot.ranker.data import ranker_data
from bot.ranker.examples import Example, by_time, context, examples
from bot.ranker.measure import Served, measure, titles_gain
from bot.ranker.shop import train_shop_ranker
from bot.ranker.training import load_adapters, sentence_model, train_ranker, triples
from catalog.encoders.base import BaseEncoder, load_base
from catalog.encoders.text import EXACT, OnnxTextEncoder, load_text_encoder
from catalog.encoders.tuned import shop_base
from catalog.errors import ShoptalkError
from catalog.event_table import EventTable
from catalog.events import EVENT_KINDS, Event
from catalog.index import CatalogueIndex
from catalog.product import Product
from catalog.settings import Settings
from catalog.shop import Shop
from tests.toy_encoder import toy_settings

COLOURS, THINGS = ("red", "blue", "green"), ("dress", "shoes", "bag", "hat")
#: What shoppers of the toy shop call a thing that no title has.
SLANG = {"dress": "hello", "shoes": "parcel", "bag": "evening", "hat": "track"}
CONFIG = RankerConfig(
    epochs=4, batch=12, first_layer=0, learning_rate=5e-3, most=400, checkpoints=8
)


def table(rows: list[tuple[int, int, str, int, str, int]]) -> EventTable:
    """Rows of shopper, product, kind, rank, words and time."""
    queries = tuple(dict.fromkeys(row[4] for row in rows))
    column = list(zip(*rows, strict=True))
    n = max(column[1]) + 1
    return EventTable(
        tuple(map(str, range(max(column[0]) + 1))),
        tuple(map(str, range(n))),
        np.array(column[0], np.int32),
        np.array(column[1], np.int32),
        np.array([EVENT_KINDS.index(kind) for kind in column[2]], np.uint8),
        np.full(len(rows), np.nan, np.float32),
        np.array(column[5], np.int64),
        conversation_ids=("one",),
        conversation=np.zeros(len(rows), np.int32),
        rank=np.array(column[3], np.int32),
        queries=queries,
        query=np.array([queries.index(words) for words in column[4]], np.int32),
    )


def test_what_was_shown_above_a_click_and_not_taken_was_passed_over() -> None:
    log = table(
        [
            (0, 0, "shown", 1, "red dress", 1),
            (0, 1, "shown", 2, "red dress", 1),
            (0, 2, "shown", 3, "red dress", 1),
            (0, 1, "clicked", 2, "red dress", 2),
            (0, 3, "rejected", 0, "red dress", 3),
        ]
    )
    (found,) = examples(log, np.arange(4))
    assert (found.said, found.taken, found.passed) == ("red dress", (1,), (0, 3))


def test_what_was_bought_is_context_of_later_requests_and_a_click_is_not() -> None:
    log = table(
        [
            (0, 0, "clicked", 1, "a hat", 1),
            (0, 1, "bought", 2, "a hat", 2),
            (0, 2, "clicked", 1, "shoes", 5),
            (1, 2, "clicked", 1, "shoes", 6),
        ]
    )
    first, second, third = sorted(examples(log, np.arange(3)), key=lambda e: e.at)
    assert (first.before, second.before, third.before) == ((), (1,), ())
    assert context(second, ["x", "straw hat", "z"], "query: ") == "query: shoes | straw hat"


def test_parts_follow_one_another_in_time() -> None:
    found = [Example(0, "a", (), (0,), (), at) for at in random.Random(0).sample(range(50), 50)]
    learned, valid, test = by_time(found)
    assert max(e.at for e in learned) < min(e.at for e in valid)
    assert max(e.at for e in valid) < min(e.at for e in test)


def shop_log(n: int = 300) -> tuple[EventTable, list[Product]]:
    """Shoppers say a colour and slang for a thing, and take the product that is meant."""
    drawn = random.Random(0)
    names = [(colour, thing) for colour in COLOURS for thing in THINGS]
    products = [
        Product(id=str(i), title={"en": f"{colour} {thing}"}, language="en")
        for i, (colour, thing) in enumerate(names)
    ]
    rows = []
    for at in range(n):
        i = drawn.randrange(len(names))
        colour, thing = names[i]
        words = f"{drawn.choice(('show me', 'i want', 'find'))} {colour} {SLANG[thing]} {at}"
        other = drawn.randrange(len(names))
        rows += [(at, other, "shown", 1, words, 2 * at), (at, i, "shown", 2, words, 2 * at)]
        rows.append((at, i, "clicked", 2, words, 2 * at + 1))
    return table(rows), products


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return toy_settings(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="module")
def base(settings: Settings) -> BaseEncoder:
    return load_base(settings, lambda said: None)


@pytest.fixture(scope="module")
def trained(base: BaseEncoder, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, object]:
    log, products = shop_log()
    data = ranker_data(log, products, CONFIG, 100)
    learned = triples(data.learned, data.texts, data.titles, base, CONFIG)
    folder = tmp_path_factory.mktemp("training")
    return folder, train_ranker(learned, base, CONFIG, folder)


def test_it_learns_the_shoppers_words(
    base: BaseEncoder, trained: tuple[Path, object], tmp_path: Path
) -> None:
    log, products = shop_log()
    data = ranker_data(log, products, CONFIG, 100)
    tuned = write_ranker(trained[1], base, tmp_path / "ranker", {})
    figures = []
    for encoder in (base, tuned):
        served = OnnxTextEncoder(encoder, EXACT, report=lambda said: None)
        vectors = served.encode_products(data.texts)
        figures.append(measure(served, vectors, data.test, data.titles))
    assert figures[1]["ndcg@10"] > figures[0]["ndcg@10"] + 0.2
    assert figures[1]["auc"] > max(0.9, figures[0]["auc"])


def test_what_it_gains_is_over_the_better_of_the_untuned(
    base: BaseEncoder, trained: tuple[Path, object], tmp_path: Path
) -> None:
    shutil.copytree(trained[0], tmp_path / "training")
    log, products = shop_log()
    data = ranker_data(log, products, CONFIG, 100)
    found = evaluate_ranker(data, base, CONFIG, lambda said: None, tmp_path)
    best = max(found["untuned"]["ndcg@10"], found["untuned_words_only"]["ndcg@10"])
    assert found["gain"]["ndcg@10"] == pytest.approx(found["ranker"]["ndcg@10"] - best, abs=1e-4)
    assert found["gain"]["ndcg@10_ratio"] > 1.2
    assert found["titles_gain"] == 0, "nobody has a history"
    assert (found["learned"], found["tested"]) == (240, 30)


def test_it_is_served_as_it_was_trained(
    base: BaseEncoder, trained: tuple[Path, object], tmp_path: Path
) -> None:
    tuned = write_ranker(trained[1], base, tmp_path / "ranker", {})
    served = OnnxTextEncoder(tuned, EXACT, report=lambda said: None)
    theirs = sentence_model(tuned, 48).encode(["passage: red hat"], show_progress_bar=False)
    np.testing.assert_allclose(served.encode_products(["passage: red hat"]), theirs, atol=2e-3)


def test_an_interrupted_training_goes_on_where_it_was(
    base: BaseEncoder, trained: tuple[Path, object], tmp_path: Path
) -> None:
    """The checkpoint before the last step, and what is left of the training after it."""
    folder, model = trained
    assert list((folder / "board").glob("events.out.tfevents*"))
    steps = sorted(int(path.name.split("-")[1]) for path in folder.glob("checkpoint-*"))
    shutil.copytree(folder / f"checkpoint-{steps[0]}", tmp_path / f"checkpoint-{steps[0]}")
    log, products = shop_log()
    data = ranker_data(log, products, CONFIG, 100)
    learned = triples(data.learned, data.texts, data.titles, base, CONFIG)
    again = train_ranker(learned, base, CONFIG, tmp_path)
    assert steps[0] < steps[-1]
    for (name, one), other in zip(
        model.state_dict().items(), again.state_dict().values(), strict=True
    ):
        assert np.abs((one - other).numpy()).max() < 0.02, name


def test_a_checkpoint_of_other_options_is_refused(
    base: BaseEncoder, trained: tuple[Path, object]
) -> None:
    (checkpoint, *_) = trained[0].glob("checkpoint-*")
    with pytest.raises(ShoptalkError, match="other options"):
        load_adapters(base.model(), checkpoint)


def test_a_shop_has_its_own_encoder_once_one_is_in_force(
    settings: Settings, base: BaseEncoder, trained: tuple[Path, object], tmp_path: Path
) -> None:
    folder = tmp_path / "ranker"
    assert shop_base(settings, folder).fingerprint == base.fingerprint
    tuned = write_ranker(trained[1], base, folder, {"auc": 0.9})
    assert shop_base(settings, folder).fingerprint == base.fingerprint
    use_ranker(folder, tuned)
    assert shop_base(settings, folder).fingerprint == tuned.fingerprint != base.fingerprint
    (folder / tuned.fingerprint / "ranker.json").write_text('{"base": "another"}')
    assert shop_base(settings, folder).fingerprint == base.fingerprint


@pytest.mark.parametrize("telling", [True, False])
def test_titles_help_where_they_tell_what_is_taken(base: BaseEncoder, telling: bool) -> None:
    """Words that say nothing, and titles that say all, or the reverse."""
    texts = [f"{colour} {thing}" for colour in COLOURS for thing in THINGS]
    served = Served.of(base, texts, lambda said: None)
    found = []
    for i in range(60):
        right, other = i % len(texts), (i * 5 + 7) % len(texts)
        said = "hello" if telling else texts[right]
        before = (right,) if telling else (other,)
        found.append(Example(i, said, before, (right,), (), i))
    assert (titles_gain(served, found, texts) > 0) is telling
    assert titles_gain(served, found[:10], texts) == 0, "ten requests tell nothing"


def test_what_a_ranker_reads_is_kept_with_it(
    settings: Settings, base: BaseEncoder, trained: tuple[Path, object], tmp_path: Path
) -> None:
    folder = tmp_path / "ranker"
    tuned = write_ranker(trained[1], base, folder, {})
    use_ranker(folder, tuned)
    assert shop_base(settings, folder).titles == base.titles == 0
    read_titles(tuned, 4, 0.1)
    own = shop_base(settings, folder)
    assert (own.titles, own.fingerprint) == (4, tuned.fingerprint)
    assert OnnxTextEncoder(own, EXACT, report=lambda said: None).titles == 4


def test_a_log_without_enough_requests_is_refused(base: BaseEncoder) -> None:
    log, products = shop_log(20)
    with pytest.raises(ShoptalkError, match="import events"):
        ranker_data(log, products, CONFIG, 100)


def test_a_shop_trains_its_own_and_the_index_follows(settings: Settings, tmp_path: Path) -> None:
    log, products = shop_log()
    shop = Shop.create(tmp_path / "shop", languages=("en",))
    shop.store.upsert_products(products)
    start = datetime(2026, 1, 1, tzinfo=timezone.utc)
    shop.store.append_events(
        [
            Event(
                key=str(i),
                shopper_id=log.shopper_ids[log.shopper[i]],
                conversation_id="one",
                turn=1,
                kind=EVENT_KINDS[log.kind[i]],
                product_id=log.product_ids[log.product[i]],
                rank=int(log.rank[i]),
                payload={"query": log.queries[log.query[i]]},
                at=start + timedelta(minutes=int(log.at[i])),
            )
            for i in range(len(log))
        ]
    )
    shop.close()
    own = replace(settings, shop=tmp_path / "shop")
    told: list[str] = []
    assert train_shop_ranker(own, told.append, CONFIG)
    assert any("shoptalk index" in line for line in told)
    assert not train_shop_ranker(own, told.append, CONFIG), "nothing is new"
    opened = Shop.open(tmp_path / "shop")
    base = load_base(own, told.append)
    manifest = index_shop(opened, own)
    assert not manifest.encoder.startswith(base.fingerprint)
    encoder = load_text_encoder(own, fingerprint=manifest.encoder, ranker=opened.ranker_dir)
    assert encoder.fingerprint == manifest.encoder
    index = CatalogueIndex.open(opened)
    vector = encoder.encode_queries(["i want blue hello"])[0]
    (nearest,), _ = index.vectors.search(vector, 1)
    opened.close()
    assert index.ids[nearest] == str(COLOURS.index("blue") * len(THINGS) + THINGS.index("dress"))


def test_a_cross_encoder_is_measured_on_the_rankers_own_lists(
    base: BaseEncoder, tmp_path: Path
) -> None:
    """The untrained encoder makes the lists: what it misses the cross-encoder can learn."""
    log, products = shop_log(900)
    data = ranker_data(log, products, CONFIG, 100)
    served = Served.of(base, data.texts, lambda said: None)
    config = CrossConfig(depth=10, layers=2, examples=720, batch=4, learning_rate=5e-3, easy=0)
    found = evaluate_cross(served, data, config, tmp_path, lambda said: None)
    alone, both = (
        found["lists"]["cross-encoder of 2 layers"],
        found["lists"]["ranker and cross-encoder"],
    )
    assert alone["ndcg@10"] > found["ranker"] + 0.1
    assert both["gain"]["low"] <= both["gain"]["mean"] <= both["gain"]["high"]
    assert both["ndcg@10"] == pytest.approx(found["ranker"] + both["gain"]["mean"], abs=1e-4)
    assert both["ndcg@10"] <= found["recall"] + 1e-9, "what is not in the list cannot be found"
    assert 0 < both["p50_ms"] <= both["p95_ms"]
