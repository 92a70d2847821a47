"""A shop's drift detector, trained on its log or on another one and put in force."""

from __future__ import annotations

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from typing import Callable, Optional, Tuple

import numpy as np

from actions.interest.drift.content import Reduction
from actions.interest.drift.model import DriftModel
from actions.interest.drift.same_shopper import Array
from actions.interest.drift.space import item_space
from actions.interest.drift.splices import SpliceConfig
from actions.interest.drift.stored import made_from, write_model
from bot.drift_detector.config import SPELLS, DriftTrainConfig
from bot.drift_detector.data import DriftData, drift_data
from bot.drift_detector.likes import Likes, in_spells, spells
from bot.drift_detector.source import is_up_to_date, source_of
from bot.drift_detector.thresholds import with_threshold
from bot.drift_detector.training import learn
from catalog.errors import ShoptalkError
from catalog.settings import Settings

Report = Callable[[str], None]
#: Shoppers with enough likes that it takes to learn from …
LEAST = 24
#: … and spells; half as many are needed for thresholds.
LEAST_SPELLS = 12
#: Products that vectors are made for from who likes what; the most liked ones.
MOST = 3000
#: Likes kept of a spell.
SPELL = 40


def train_shop_drift(
    settings: Settings,
    report: Report,
    *,
    events: Optional[Path] = None,
    seed: int = 0,
    force: bool = False,
    config: Optional[DriftTrainConfig] = None,
) -> bool:
    """Train a shop's detector where what it is trained from has changed.

    Returns
    -------
    Whether a new detector is in force: not where there is too little to learn from either.

    Raises
    ------
    ShoptalkError
        Where the shop or the log cannot be read, or training fails.
    """
    from catalog.shop import Shop

    shop, folder = Shop.open(settings.shop_dir), settings.shop_dir / "drift"
    try:
        source = source_of(shop, events, seed, config)
        if not force and is_up_to_date(made_from(folder), source):
            report("The drift detector is trained already.")
            return False
        data = drift_data(shop, events, seed)
    finally:
        shop.close()
    report("Training the drift detector …")
    model = _apart(data, seed, config)
    if model is None:
        report("There is too little in the log to train a drift detector from.")
        return False
    write_model(folder, model, source)
    told = ", ".join(f"{name} {value}" for name, value in model.about.items())
    report(f"The drift detector is in force ({told}).")
    return True


def train(
    data: DriftData, seed: int, report: Report, config: Optional[DriftTrainConfig] = None
) -> Optional[DriftModel]:
    """A detector with its threshold; None where there is too little to learn from."""
    if data.kinds is not None and data.texts is not None and in_spells(data.likes, data.kinds):
        return _of_spells(data, seed, report, config or SPELLS)
    return _of_shoppers(data, seed, report, config or DriftTrainConfig())


def _of_spells(
    data: DriftData, seed: int, report: Report, config: DriftTrainConfig
) -> Optional[DriftModel]:
    """Interests are what is taken of a kind, compared by what the products are."""
    assert data.texts is not None and data.kinds is not None and data.broad is not None
    reduction = Reduction.fit(data.texts)
    items = reduction(data.texts)
    rng = np.random.default_rng(seed)
    # Vectors are made of texts alone, so that their shoppers can train as well.
    own = {user: i for user, i in data.likes.items() if data.parts[user] < 2}
    learned = spells(own, data.kinds, SPELL, rng)
    loose = spells(own, data.broad, SPELL, rng)
    held, held_loose = (
        spells(data.of_part(2), kinds, SPELL, rng) for kinds in (data.kinds, data.broad)
    )
    enough = min(_able(learned, max(config.lengths)), 2 * _able(held, min(config.lengths)))
    if enough < LEAST_SPELLS:
        return None
    model = learn(items, learned, config, seed, report, loose)
    length = max(n for n in config.lengths if 2 * _able(held, n) >= LEAST_SPELLS)
    splices = SpliceConfig(far=config.far)
    chosen = with_threshold(model, held, seed, length, splices=splices, calm=held_loose)
    about = {"interests": "spells", "spells": len(learned), "length": length, "seed": seed}
    return replace(chosen, brought=reduction.brought, ids=data.ids, about=about)


def _of_shoppers(
    data: DriftData, seed: int, report: Report, config: DriftTrainConfig
) -> Optional[DriftModel]:
    """Interests are what a shopper likes over time, compared by who likes what together."""
    learned, held = data.of_part(1), data.of_part(2)
    lengths = tuple(n for n in config.lengths if _able(learned, n) >= LEAST)
    lengths = tuple(n for n in lengths if 2 * _able(held, n) >= LEAST)
    if not lengths:
        return None
    items, brought = _space(data)
    model = learn(items, learned, replace(config, lengths=lengths), seed, report)
    chosen = with_threshold(model, held, seed, max(lengths))
    about = {
        "interests": "shoppers",
        "shoppers": len(data.likes),
        "length": max(lengths),
        "seed": seed,
    }
    return replace(chosen, brought=brought, ids=data.ids, about=about)


def _space(data: DriftData) -> Tuple[Array, Optional[Array]]:
    """Vectors of products by who likes them together, and what brings new products there.

    What nobody liked is placed where its text belongs; without texts it has no place.
    """
    made_of = list(data.of_part(0).values())
    counts = np.bincount(np.concatenate(made_of), minlength=len(data.ids))
    known = np.sort(np.argsort(-counts, kind="stable")[:MOST])
    known = known[counts[known] > 0]
    code = np.full(len(data.ids), -1)
    code[known] = np.arange(len(known))
    found = item_space([code[items][code[items] >= 0] for items in made_of], len(known))
    together = np.zeros((len(data.ids), found.shape[1]), np.float32)
    together[known] = found
    if data.texts is None:
        return together, None
    reduction = Reduction.fit(data.texts)
    content = reduction(data.texts)
    inputs = np.c_[np.ones(len(content)), content]
    some = inputs[known]
    ridge = np.linalg.solve(
        some.T @ some + np.eye(inputs.shape[1]) * len(some) / 100, some.T @ found
    ).astype(np.float32)
    unknown = counts == 0
    together[unknown] = inputs[unknown] @ ridge
    through = reduction.brought @ ridge[1:]
    through[0] += ridge[0]
    return np.c_[content, together].astype(np.float32), np.c_[reduction.brought, through]


def _able(likes: Likes, length: int) -> int:
    return sum(len(items) >= length for items in likes.values())


def _apart(data: DriftData, seed: int, config: Optional[DriftTrainConfig]) -> Optional[DriftModel]:
    """Train in a process of its own: where ONNX Runtime ran before, PyTorch may not."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
        try:
            return apart.submit(_train, data, seed, config).result()
        except BrokenProcessPool as error:
            raise ShoptalkError("Training the drift detector failed: its process died.") from error


def _train(data: DriftData, seed: int, config: Optional[DriftTrainConfig]) -> Optional[DriftModel]:
    return train(data, seed, _tell, config)


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
