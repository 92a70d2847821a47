"""Learning a shop's blend from its log, for the index as it is.

Taste is learned anew from the first part of the log, the blend from lists of the second, which
that taste has not seen; lists of the last part say whether it is better than the default weights.
"""

from __future__ import annotations

import copy
from dataclasses import asdict, dataclass, replace
from typing import Any, Callable, Collection, Optional, Sequence, TypeVar

import numpy as np
import numpy.typing as npt

from actions.recommend.blend import measures
from actions.recommend.blend.clicks import Clicks, ClicksConfig, calibrated, fit, rows_of
from actions.recommend.blend.lists import shown_lists
from actions.recommend.blend.logged import logged_lists
from actions.recommend.blend.price import Tried, tried
from actions.recommend.blend.replay import PARTS, Replayed, replayed
from actions.recommend.blend.stored import Blend, learned_from
from actions.recommend.exposure import Exposure, of_the_tail
from actions.recommend.long_tail import LongTailPolicy
from actions.recommend.scoring import QueryEncoder, Weights
from actions.replies.texts import Texts
from actions.turn.context import Context
from catalog.event_table import EventTable
from catalog.feeds.event_log import event_table_of
from catalog.index import CatalogueIndex
from catalog.index.amend import amended
from catalog.index.learn import taste_of
from catalog.index.manifest import BLEND_FILE, current_build, read_manifest
from catalog.shop import Shop

T = TypeVar("T")
Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]
#: Where the parts of a log end, as shares of its lists.
TASTE_UNTIL, BLEND_UNTIL = 0.6, 0.8
#: Lists that are replayed at most to learn a blend, and to judge it.
MOST = (1000, 600)
#: With fewer lists in which something was taken nothing is learned, or could be judged.
LEAST = 30
#: A blend may find this much less of what was taken among all candidates, which is noise.
LOSS = 0.005
#: What makes a product fit for a request. It decides what is shown at all, so that lists that were
#: shown say too little about it: these weights stay, and the others are learned beside them.
RELEVANCE = ("text", "words", "attributes")
_CONFIG, _PRIOR = ClicksConfig(), Weights()


@dataclass(frozen=True)
class Material:
    """What a blend is learned from and judged by."""

    context: Context
    """With taste learned from the first part of the log."""
    train: Sequence[Replayed]
    valid: Sequence[Replayed]
    shown: npt.NDArray[np.int64]
    """How often each product was shown, by position."""
    groups: dict[str, int]
    """Language → its curve of examination."""

    def of(self, languages: Collection[str]) -> Material:
        """The lists of these languages."""
        kept = [
            [one for one in part if one.language in languages] for part in (self.train, self.valid)
        ]
        groups = {name: group for name, group in self.groups.items() if name in languages}
        return replace(self, train=kept[0], valid=kept[1], groups=groups)

    def rows(self, lists: Sequence[Replayed]) -> Any:
        """Lists below each other, each part as its difference from the list's mean.

        How good a list is as a whole says nothing about its order.
        """
        return rows_of(
            [(x.of_shown - x.of_shown.mean(axis=0), x.places, x.language, x.taken) for x in lists],
            self.groups,
        )

    def looked_at(self, clicks: Clicks) -> measures.LookedAt:
        """How surely the places of a list are looked at, as a model has it."""
        return lambda one: clicks.looked_at(
            one.places, np.full(len(one.places), self.groups.get(one.language, 0))
        )


@dataclass(frozen=True)
class Judged:
    """A learned blend, and how it compares on what it was not learned from."""

    clicks: Clicks
    weights: Weights
    in_force: bool
    figures: dict[str, float]


def gather(
    shop: Shop,
    encoder: QueryEncoder,
    texts: Texts,
    most: tuple[int, int] = MOST,
    seed: int = 0,
    progress: Optional[Progress] = None,
    index: Optional[CatalogueIndex] = None,
) -> Optional[Material]:
    """Replay a seeded sample of a log; None where it has too few lists with words and places."""
    build = current_build(shop.index_dir)
    if build is None:
        return None
    index = copy.copy(index or CatalogueIndex.open(shop))
    table = event_table_of(shop.store)
    lists, logged = shown_lists(table), logged_lists(shop.store, index.position)
    if sum(any(x.taken) for x in lists) + sum(any(x.taken) for x in logged) < 2 * LEAST:
        return None
    times = np.array([*(one.at for one in lists), *(one.at for one in logged)])
    first, second = (float(np.quantile(times, share)) for share in (TASTE_UNTIL, BLEND_UNTIL))
    index.learned = taste_of(shop, build, table.where(table.at < first)) if lists else index.learned
    context = Context.of(shop, index, encoder, texts)
    rng = np.random.default_rng(seed)
    train = _drawn([one for one in lists if first <= one.at < second], most[0], rng)
    valid = _drawn([one for one in lists if one.at >= second], most[1], rng)
    done = list(replayed(context, [*train, *valid], table.product_ids, progress))
    # How these were scored was told before anything was taken: even the earliest are of use.
    done += _drawn([one for one in logged if one.at < second], most[0], rng)
    done += _drawn([one for one in logged if one.at >= second], most[1], rng)
    material = Material(
        context,
        [one for one in done if one.at < second],
        [one for one in done if one.at >= second],
        _shown(table, index),
        {name: n for n, name in enumerate(sorted({one.language for one in done}))},
    )
    parts = (material.train, material.valid)
    enough = all(sum(one.taken.any() for one in part) >= LEAST for part in parts)
    return material if enough else None


def judged(material: Material, config: ClicksConfig = _CONFIG, prior: Weights = _PRIOR) -> Judged:
    """Learn from the one part and compare on the other.

    In force is what orders what was shown better than the weights that were there. Of what was
    never shown the log says nothing: where the gain may be chance, the blend must find what was
    taken among all candidates no worse, either.
    """
    before = np.array(list(asdict(prior).values()))
    held = [PARTS.index(name) for name in RELEVANCE]
    clicks = fit(material.rows(material.train), before, config, held)
    looked = material.looked_at(clicks)
    orders, finds = [], []
    for own in (before, clicks.weights):
        orders.append(measures.ndcg(material.valid, _by(own), looked))
        finds.append(measures.found(_whole(material.valid), own, looked).mean)
    least, _ = measures.difference(orders[1], orders[0], seed=0)
    better = orders[1].mean > orders[0].mean
    is_in_force = better and (least > 0 or finds[1] >= finds[0] - LOSS)
    figures = {
        "default.ndcg": round(orders[0].mean, 4),
        "learned.ndcg": round(orders[1].mean, 4),
        "default.found": round(finds[0], 4),
        "learned.found": round(finds[1], 4),
        "gained.least": least,
    }
    weights = Weights(**dict(zip(PARTS, clicks.weights.tolist(), strict=True)))
    if whole := _whole(material.train):
        clicks = calibrated(clicks, _above(whole, clicks), material.rows(whole))
    return Judged(clicks, weights, is_in_force, figures)


def _by(weights: Floats) -> measures.Order:
    return lambda one: np.asarray(one.of_shown @ weights, np.float64)


def exposure_of(material: Material, clicks: Clicks) -> Exposure:
    """The long tail's share under a model; its price is still to be found."""
    index = material.context.index
    counts = index.learned.counts if index.learned is not None else material.shown
    return Exposure(
        LongTailPolicy(1.0),
        clicks.temperature,
        clicks.intercept,
        of_the_tail(counts, index.group),
        material.shown,
    )


def prices(material: Material, found: Judged) -> list[Tried]:
    """What prices of an exchange cost on the lists that nothing was learned from."""
    whole = _whole(material.valid)
    searcher = replace(material.context.searcher, weights=found.weights, exposure=None)
    exposure = exposure_of(material, found.clicks)
    return tried(whole, searcher, exposure, material.looked_at(found.clicks))


def learn_blend(
    shop: Shop,
    encoder: QueryEncoder,
    *,
    force: bool = False,
    seed: int = 0,
    progress: Optional[Progress] = None,
) -> bool:
    """Learn the blend where taste was learned anew, and keep it with the index.

    Returns
    -------
    Whether a new build was made.

    Raises
    ------
    ShoptalkError
        Where the index is damaged, or another process is building it.
    """
    build = current_build(shop.index_dir)
    if build is None:
        return False
    events = read_manifest(build).events
    if not events or (learned_from(build) == events and not force):
        return False
    index = CatalogueIndex.open(shop)
    material = gather(shop, encoder, Texts.load(), seed=seed, progress=progress, index=index)
    blend = _nothing(index) if material is None else _blend(material)
    about = {**blend.about, "events": events, "seed": seed}
    with amended(build, {}, without=(BLEND_FILE,)) as folder:
        replace(blend, about=about).write(folder)
    return True


def _blend(material: Material) -> Blend:
    found = judged(material)
    priced = prices(material, found)[1:] if found.in_force and len(_whole(material.valid)) else []
    costs = [(one.price, one.cost) for one in priced]
    return Blend(
        found.weights,
        found.clicks.temperature,
        found.clicks.intercept,
        tuple(costs),
        tuple(material.shown.tolist()),
        found.in_force,
        {"lists": len(material.train), "judged_by": len(material.valid), **found.figures},
    )


def _nothing(index: CatalogueIndex) -> Blend:
    """That there was too little to learn from, so that it is not tried again for the same log."""
    return Blend(Weights(), 1.0, 0.0, (), (0,) * len(index), False, {"lists": 0})


def _drawn(lists: list[T], most: int, rng: np.random.Generator) -> list[T]:
    if len(lists) <= most:
        return lists
    return [lists[i] for i in np.sort(rng.choice(len(lists), most, replace=False))]


def _above(lists: Sequence[Replayed], clicks: Clicks) -> Floats:
    """By how much what was shown scores above the mean of the candidates."""
    weights = clicks.weights
    return np.concatenate([x.of_shown @ weights - (x.parts @ weights).mean() for x in lists])


def _whole(lists: Sequence[Replayed]) -> list[Replayed]:
    """Those of which all candidates are known."""
    return [one for one in lists if one.whole]


def _shown(table: EventTable, index: CatalogueIndex) -> npt.NDArray[np.int64]:
    own = table.product[table.of_kinds("shown") & (table.product >= 0)]
    counts = np.bincount(own, minlength=len(table.product_ids))
    shown = np.zeros(len(index), np.int64)
    for id_, count in zip(table.product_ids, counts.tolist(), strict=False):
        if count and id_ in index.position:
            shown[index.position[id_]] = count
    return shown
