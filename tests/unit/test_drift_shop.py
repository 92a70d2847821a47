"""A shop's drift detector: trained on a log, kept in the shop's folder, and served."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from actions.interest.drift.content import by_kind
from actions.interest.drift.detector import DriftDetector
from actions.interest.drift.serving import detector_for
from actions.interest.drift.stored import read_model
from bot.drift_detector.config import DriftTrainConfig
from bot.drift_detector.data import DriftData
from bot.drift_detector.shop import train, train_shop_drift
from catalog.settings import Settings
from catalog.shop import Shop
from tests.drift_world import EACH, GROUPS, LIKED, space
from tests.little_catalogue import PRODUCTS, product

QUICK = DriftTrainConfig(
    streams=160, lengths=(20,), members=1, hidden=6, epochs=4, surprise_epochs=1, batch=32
)


def turns_to_alarm(detector, before, after):
    """Likes of the new interest until there is an alarm; None without."""
    state = detector.start()
    for item in before:
        state = detector.observe(state, item=int(item))
        assert not detector.reading(state).alarm
    for turns, item in enumerate(after, 1):
        state = detector.observe(state, item=int(item))
        if detector.reading(state).alarm:
            return turns
    return None


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """A shop without products, and a log of shoppers who each like one group of items."""
    folder = tmp_path_factory.mktemp("shop")
    Shop.create(folder / "films", name="Films").close()
    rng = np.random.default_rng(4)
    rows = ["shopper_id,product_id,kind,at"]
    for user in range(360):
        for place, item in enumerate(rng.permutation(EACH)[: LIKED // 2]):
            at = f"2026-01-01T00:{place:02d}:00Z"
            rows.append(f"u{user},i{user % GROUPS * EACH + item},liked,{at}")
    (folder / "log.csv").write_text("\n".join(rows) + "\n")
    return replace(Settings(home=folder, shop=folder / "films"), encoder="")


def test_a_detector_is_trained_on_a_log_by_path_once(settings):
    said = []
    log = settings.home / "log.csv"
    assert train_shop_drift(settings, said.append, events=log, config=QUICK)
    model = read_model(settings.shop_dir / "drift")
    assert model.about["interests"] == "shoppers" and len(model.ids) == GROUPS * EACH
    detector = DriftDetector(model)
    of_group = {
        group: [detector.position[f"i{group * EACH + i}"] for i in range(20)] for group in (0, 1)
    }
    assert turns_to_alarm(detector, of_group[0], of_group[1]) <= 6
    assert not train_shop_drift(settings, said.append, events=log, config=QUICK)
    assert "already" in said[-1]


def test_a_log_that_tells_too_little_leaves_what_is_there(settings):
    said = []
    before = sorted((settings.shop_dir / "drift").glob("*"))
    assert not train_shop_drift(settings, said.append)
    assert "too little" in said[-1]
    assert sorted((settings.shop_dir / "drift").glob("*")) == before


def test_spells_of_a_kind_are_interests_where_shoppers_buy_in_spells():
    rng = np.random.default_rng(8)
    kinds = np.repeat(np.arange(GROUPS * 2), EACH // 2)
    likes = {}
    for user in range(200):
        turns = [
            kind * EACH // 2 + rng.permutation(EACH // 2)[:5]
            for kind in rng.permutation(GROUPS * 2)[:4]
        ]
        likes[user] = np.concatenate(turns)
    data = DriftData(
        likes=likes,
        parts=np.arange(200) % 3,
        ids=tuple(map(str, range(GROUPS * EACH))),
        texts=space(),
        kinds=kinds,
        broad=kinds // 2,
    )
    config = replace(QUICK, streams=600, lengths=(16,), epochs=8, far=0.6, earliest=0.3)
    model = train(data, 0, lambda _: None, config)
    assert model.about["interests"] == "spells"
    detector = DriftDetector(model)
    assert turns_to_alarm(detector, range(10), range(2 * EACH, 2 * EACH + 8)) <= 5
    again = detector.observe(detector.start(), vector=space()[7])
    np.testing.assert_allclose(again.vectors[0], model.items[7], atol=1e-5)


def test_without_a_trained_detector_departments_make_one(make_filters, tmp_path):
    made = [
        replace(product(f"{kind}{i}", f"{kind} number {i}", "9"), product_type=(kind,))
        for kind in ("Dresses", "Kettles")
        for i in range(9)
    ]
    index = make_filters(made).index
    detector = detector_for(tmp_path / "drift", index)
    assert detector.model.learned is None
    assert set(detector.position) == {item.id for item in made}
    state = detector.observe(detector.start(), vector=index.vectors.vector(0))
    np.testing.assert_allclose(state.vectors[0], detector.model.items[0], atol=1e-4)


def test_where_there_are_no_kinds_no_change_is_ever_seen(make_filters, tmp_path):
    index = make_filters(PRODUCTS).index
    detector = detector_for(tmp_path / "drift", index)
    assert not detector.position and detector.model.brought is None


def test_products_are_gathered_by_kind():
    assert by_kind(["a", "", "b", "a"]) == {"a": [0, 3], "b": [2]}
