"""What a recommender learns from and what it is scored on never overlap."""

from __future__ import annotations

import numpy as np
import pytest

from bot.evaluate.recommend import averaged, evaluate_recommend, maker, score, validation_splits
from bot.evaluate.splits import Protocol, split
from bot.evaluate.tuning import configured, tune
from catalog.collaborative.als import AlsConfig
from catalog.collaborative.blend import BlendConfig
from catalog.collaborative.interactions import Interactions
from catalog.errors import ShoptalkError
from catalog.event_table import EventTable
from catalog.events import EVENT_KINDS


def log(shoppers: int = 60, products: int = 40, seed: int = 0, times: bool = True) -> Interactions:
    """Two kinds of shoppers with a taste each, a rating of 1 to 5 with every event."""
    random = np.random.default_rng(seed)
    taste = np.where((np.add.outer(np.arange(shoppers), np.arange(products)) % 2) == 0, 0.5, 0.05)
    shopper, product = np.nonzero(random.random(taste.shape) < taste)
    order = random.permutation(len(shopper))
    table = EventTable(
        tuple(map(str, range(shoppers))),
        tuple(map(str, range(products))),
        shopper[order].astype(np.int32),
        product[order].astype(np.int32),
        np.full(len(order), EVENT_KINDS.index("rated"), np.uint8),
        random.integers(1, 6, len(order)).astype(np.float32),
        (np.arange(len(order)) + 1 if times else np.zeros(len(order))).astype(np.int64),
    )
    return Interactions.of(table, unary=True)


def pairs(data: Interactions) -> set[tuple[int, int]]:
    return set(zip(data.shopper.tolist(), data.product.tolist(), strict=True))


@pytest.mark.parametrize("protocol", Protocol)
def test_the_parts_are_all_of_it_and_do_not_overlap(protocol: Protocol) -> None:
    data = log()
    parts = split(data, protocol, 0)
    assert not pairs(parts.train) & pairs(parts.test)
    assert pairs(parts.train) | pairs(parts.test) == pairs(data)
    for inner in validation_splits(parts, 0):
        assert not (pairs(inner.train) | pairs(inner.test)) & pairs(parts.test)


def test_chronological_tests_are_later_than_what_is_learned() -> None:
    parts = split(log(), Protocol.chronological, 0)
    for shopper in np.unique(parts.test.shopper):
        learned = parts.train.at[parts.train.shopper == shopper]
        assert learned.max() < parts.test.at[parts.test.shopper == shopper].min()


def test_cold_products_are_never_learned_from() -> None:
    parts = split(log(), Protocol.cold, 0)
    assert parts.candidates.sum() == 4
    assert not parts.candidates[parts.train.product].any()
    assert parts.candidates[parts.test.product].all()


def test_a_log_without_times_cannot_be_split_by_them() -> None:
    with pytest.raises(ShoptalkError, match="no times"):
        split(log(times=False), Protocol.chronological, 0)


def test_one_event_is_too_few() -> None:
    data = log()
    with pytest.raises(ShoptalkError, match="too few"):
        split(data.where(np.arange(len(data)) == 0), Protocol.random, 0)


def test_models_that_learn_are_ahead_of_popularity() -> None:
    found = evaluate_recommend(log(), Protocol.random, ["popularity", "default", "mf"], seed=1)
    models = found["models"]
    assert models["default"]["ndcg@10"] > 1.2 * models["popularity"]["ndcg@10"]
    assert 0 < models["mf"]["rmse"] < 3
    assert found["default"] == models["default"]
    expected = {"ndcg@10", "precision@10", "recall@20", "auc", "coverage@10", "gini", "arp", "aplt"}
    assert expected | {"fit_seconds"} <= set(models["default"])


def test_equal_scores_are_listed_in_an_order_that_tells_nothing() -> None:
    data = log()
    parts = split(data, Protocol.cold, 0)
    figures = [
        score(maker("popularity", data, None)(None).fit(parts.train), split(data, Protocol.cold, s))
        for s in range(3)
    ]
    assert len({tuple(one.items()) for one in figures}) > 1


def test_what_is_not_there_is_said() -> None:
    data = log()
    with pytest.raises(ShoptalkError, match="no model 'lightgcn'; there are default, popularity"):
        maker("lightgcn", data, None)
    with pytest.raises(ShoptalkError, match="--items"):
        maker("hybrid", data, None)


def test_tuning_finds_the_best_of_a_small_space() -> None:
    space = {"regularisation": (1.0, 2.0, 3.0), "confidence": (2.0, 5.0)}
    tuned = tune(
        AlsConfig(), space, lambda c: -abs(c.regularisation - 2) - abs(c.confidence - 2), 30, 0
    )
    assert tuned.chosen == {"regularisation": 2.0, "confidence": 2.0}
    assert tuned.trials <= 4 * 2


def test_tuning_keeps_the_usual_config_where_nothing_is_better() -> None:
    usual = AlsConfig()
    assert tune(usual, {"factors": (8, 16)}, lambda c: 1.0, 5, 0).config == usual


def test_options_of_parts_are_reached_by_name() -> None:
    config = configured(BlendConfig(), {"als.factors": 8, "share": 0.1})
    assert (config.als.factors, config.share) == (8, 0.1)
    with pytest.raises(AttributeError, match="no option 'depth'"):
        configured(BlendConfig(), {"als.depth": 8})


def test_figures_of_several_seeds_are_averaged() -> None:
    runs = [evaluate_recommend(log(), Protocol.random, ["default"], seed=s) for s in (0, 1)]
    found = averaged(runs)
    told = [run["models"]["default"]["ndcg@10"] for run in runs]
    assert found["default"]["ndcg@10"] == pytest.approx(sum(told) / 2, abs=1e-4)
    assert found["models"]["default"]["sd"]["ndcg@10"] > 0
    assert averaged(runs[:1]) == runs[0]
