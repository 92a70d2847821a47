"""Streams of likes whose drift is known, made of real shoppers' likes: DriftSplice.

No log says when a shopper's interest changed. Where one shopper's likes are followed by another's
it is known to the event. Controls hold one shopper's likes alone, or with a gift among them.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
import numpy.typing as npt

Items = npt.NDArray[np.int64]

DRIFTS = ("far_splice", "random_splice", "cluster_switch", "gradual", "return_")
CONTROLS = ("shuffled", "blip", "natural")
KINDS = DRIFTS + CONTROLS


@dataclass(frozen=True)
class Stream:
    """Likes in order, and where the interest behind them changes."""

    items: Items
    """Codes of the items, shape (length,); none comes twice."""
    drift: Optional[int]
    """Index of the first like of the new interest; None for controls."""
    kind: str
    """One of ``KINDS``."""
    user: int
    """Whose likes it starts with."""
    back: Optional[int] = None
    """Index of the first like after the old interest is back, for ``return_``."""

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True)
class SpliceConfig:
    """How streams are cut. Places are shares of the length, so that 50 and 20 have one setting."""

    earliest: float = 0.4
    """First place of a drift: the 20th of 50 likes, the 8th of 20 …"""
    before: float = 0.72
    """… and the first that is none any more: the 36th, the 14th."""
    far: float = 0.25
    """The share of shoppers, those with the mean vectors farthest away, that are far."""
    over: int = 10
    """Likes over which a gradual drift goes from the old interest to the new one."""
    gift: int = 2
    """Likes of somebody else's in a blip."""
    absence: float = 0.3
    """The share of the new interest in A→B→A: 15 of 50 …"""
    leaving: float = 4 / 7
    """… and what of the old one is before it: 20 of 35."""
    in_order: bool = False
    """Whether likes keep their order within a shopper's part; else they are shuffled, so that
    nothing changes but whose they are. MovieLens' order is that of the pages it was rated on."""


class Splicer:
    """Cuts streams from the likes of shoppers; the same arguments give the same streams.

    Parameters
    ----------
    histories
        Shopper → codes of what was liked, in order of time. What was liked twice counts once.
    vectors
        Item vectors, shape (items, d): who is far from whom, and what clusters an interest has.
    seed
        Of everything that is drawn.
    """

    def __init__(
        self,
        histories: Mapping[int, Items],
        vectors: npt.NDArray[np.floating],
        seed: int = 0,
        config: SpliceConfig = SpliceConfig(),
    ) -> None:
        self.config = config
        self.seed = seed
        self.vectors = np.asarray(vectors, np.float64)
        self.histories: Dict[int, Items] = {
            int(user): _once(np.asarray(items, np.int64)) for user, items in histories.items()
        }
        self._means = {
            user: self.vectors[items].mean(0)
            for user, items in self.histories.items()
            if len(items)
        }

    def streams(
        self, kind: str, users: Sequence[int], length: int = 50, n: Optional[int] = None
    ) -> List[Stream]:
        """Streams that start with the users in turn; those with too few likes are left out.

        Parameters
        ----------
        kind
            One of ``KINDS``.
        users
            Whose likes are used, for the new interest too.
        n
            How many; by default one for each user that has enough likes.

        Raises
        ------
        ValueError
            For a kind that does not exist.
        """
        if kind not in KINDS:
            raise ValueError(f"There is no stream of kind {kind!r}; there are {KINDS}.")
        willing = [int(user) for user in users if int(user) in self._means]
        pool = np.array(sorted(set(willing)), np.int64)
        made: List[Stream] = []
        turn = 0
        while willing and (n is None or len(made) < n):
            able = []
            for user in willing:
                rng = np.random.default_rng(
                    [self.seed, zlib.crc32(kind.encode()), length, user, turn]
                )
                stream = self._stream(kind, user, pool, length, rng)
                if stream is not None:
                    able.append(user)
                    made.append(stream)
            willing, turn = able, turn + 1
            if n is None:
                break
        return made if n is None else made[:n]

    def _stream(
        self, kind: str, user: int, pool: Items, length: int, rng: np.random.Generator
    ) -> Optional[Stream]:
        own = self._drawn(self.histories[user], rng)
        if kind in ("shuffled", "natural"):
            return self._control(kind, user, length, rng)
        if kind == "cluster_switch":
            return self._switch(user, length, rng)
        place = int(rng.integers(*self._places(length)))
        if kind == "blip":
            gift = self.config.gift
            other = self._other(own[: length - gift], user, pool, gift, True, rng)
            if len(own) < length - gift or other is None:
                return None
            items = np.concatenate([own[:place], other, own[place : length - gift]])
            return Stream(items, None, kind, user)
        if kind == "return_":
            away = round(self.config.absence * length)
            kept = length - away
            place = round(self.config.leaving * kept)
            other = self._other(own[:kept], user, pool, away, True, rng)
            if len(own) < kept or other is None:
                return None
            items = np.concatenate([own[:place], other, own[place:kept]])
            return Stream(items, place, kind, user, place + away)
        if kind == "gradual":
            return self._gradual(user, own, pool, place, length, rng)
        other = self._other(own[:place], user, pool, length - place, kind == "far_splice", rng)
        if len(own) < place or other is None:
            return None
        return Stream(np.concatenate([own[:place], other]), place, kind, user)

    def _control(
        self, kind: str, user: int, length: int, rng: np.random.Generator
    ) -> Optional[Stream]:
        items = self.histories[user]
        if len(items) < length:
            return None
        items = items[:length] if kind == "natural" else rng.permutation(items)[:length]
        return Stream(items, None, kind, user)

    def _switch(self, user: int, length: int, rng: np.random.Generator) -> Optional[Stream]:
        """One shopper's likes, those of one cluster of their vectors before those of the other."""
        items = self.histories[user]
        earliest, end = self._places(length)
        if len(items) < length:
            return None
        side = _two_clusters(self.vectors[items], rng)
        for first in rng.permutation(2):
            before, after = items[side == first], items[side != first]
            low, high = max(earliest, length - len(after)), min(end - 1, len(before))
            if low <= high:
                place = int(rng.integers(low, high + 1))
                parts = self._drawn(before, rng)[:place], self._drawn(after, rng)[: length - place]
                return Stream(np.concatenate(parts), place, "cluster_switch", user)
        return None

    def _gradual(
        self, user: int, own: Items, pool: Items, place: int, length: int, rng: np.random.Generator
    ) -> Optional[Stream]:
        over = min(self.config.over, length - place)
        share = np.ones(length)
        share[:place] = 0.0
        share[place : place + over] = (np.arange(over) + 1) / over
        new = rng.random(length) < share
        other = self._other(own[:length], user, pool, int(new.sum()), True, rng)
        if len(own) < int((~new).sum()) or other is None:
            return None
        items = np.empty(length, np.int64)
        items[new], items[~new] = other, own[: int((~new).sum())]
        return Stream(items, int(np.flatnonzero(new)[0]), "gradual", user)

    def _other(
        self, taken: Items, user: int, pool: Items, count: int, far: bool, rng: np.random.Generator
    ) -> Optional[Items]:
        """So many likes of another shopper's, none of them taken already."""
        others = pool[pool != user]
        if far and len(others):
            away = np.array([self._distance(user, other) for other in others.tolist()])
            nearest = np.argsort(-away, kind="stable")
            others = others[nearest[: max(1, round(self.config.far * len(others)))]]
        for other in rng.permutation(others).tolist():
            items = self.histories[other]
            items = items[~np.isin(items, taken)]
            if len(items) >= count:
                start = int(rng.integers(len(items) - count + 1)) if self.config.in_order else 0
                return self._drawn(items, rng)[start : start + count]
        return None

    def _distance(self, one: int, other: int) -> float:
        return float(np.linalg.norm(self._means[one] - self._means[other]))

    def _drawn(self, items: Items, rng: np.random.Generator) -> Items:
        return items if self.config.in_order else rng.permutation(items)

    def _places(self, length: int) -> Tuple[int, int]:
        """The first place of a drift, and the one behind the last."""
        return round(self.config.earliest * length), round(self.config.before * length)


def _once(items: Items) -> Items:
    """Every item where it comes first."""
    return items[np.sort(np.unique(items, return_index=True)[1])]


def _two_clusters(vectors: npt.NDArray[np.float64], rng: np.random.Generator) -> Items:
    """Which of two clusters each vector is in, shape (n,): k-means, the best of four starts."""
    best, least = np.zeros(len(vectors), np.int64), np.inf
    for _ in range(4):
        centres = vectors[rng.choice(len(vectors), 2, replace=False)]
        for _ in range(20):
            away = ((vectors[:, None, :] - centres[None]) ** 2).sum(-1)
            side = away.argmin(1)
            if side.all() or not side.any():
                break
            centres = np.stack([vectors[side == 0].mean(0), vectors[side == 1].mean(0)])
        cost = float(away.min(1).sum())
        if cost < least:
            best, least = side.astype(np.int64), cost
    return best
