"""Out of a log of events: what was liked, by whom, in which order, and what one interest is."""

from __future__ import annotations

import hashlib
from typing import Dict, List, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from catalog.collaborative.interactions import STRENGTHS
from catalog.event_table import EventTable

Items = npt.NDArray[np.int64]
Likes = Dict[int, Items]

#: From this rating on something was liked, on a scale of five.
LIKED = 4.0
#: Where what is liked next is of the kind of the last this much oftener than of that of any other
#: like of the same shopper, kinds are taken in spells, and a spell is an interest …
SPELLS = 1.5
#: … if a kind is known of this share of what was liked.
KNOWN = 0.5


def likes_of(table: EventTable) -> Likes:
    """Shopper → codes of products liked, in order of time, each once.

    Events of the kinds that collaborative filtering learns from; ratings from ``LIKED`` on.
    """
    keep = table.of_kinds(*STRENGTHS) & (table.product >= 0)
    poor = table.of_kinds("rated") & (np.nan_to_num(table.value, nan=0.0) < LIKED)
    own = table.where(keep & ~poor)
    order = np.lexsort((np.arange(len(own)), own.at, own.shopper))
    shoppers, products = own.shopper[order], own.product[order].astype(np.int64)
    starts = np.flatnonzero(np.diff(shoppers, prepend=-1))
    found: Likes = {}
    for start, items in zip(starts, np.split(products, starts[1:]), strict=False):
        found[int(shoppers[start])] = items[np.sort(np.unique(items, return_index=True)[1])]
    return found


def in_spells(likes: Mapping[int, Items], kinds: npt.NDArray[np.int64]) -> bool:
    """Whether shoppers take products of one kind after another's, rather than mixed.

    Parameters
    ----------
    kinds
        Code of each product's kind; -1 where it is not known.
    """
    next_to = same_next = 0
    pairs = same_any = 0.0
    for items in likes.values():
        own = kinds[items]
        own = own[own >= 0]
        if len(own) < 3:
            continue
        next_to += len(own) - 1
        same_next += int((own[1:] == own[:-1]).sum())
        counts = np.bincount(own).astype(float)
        pairs += len(own) - 1
        same_any += float((counts * (counts - 1)).sum()) / len(own)
    liked = np.concatenate(list(likes.values())) if likes else np.zeros(0, np.int64)
    known = float((kinds[liked] >= 0).mean()) if len(liked) else 0.0
    if known < KNOWN or pairs == 0 or same_any == 0:
        return False
    return same_next / next_to > SPELLS * same_any / pairs


def spells(
    likes: Mapping[int, Items], kinds: npt.NDArray[np.int64], most: int, rng: np.random.Generator
) -> Likes:
    """Interests that last: likes of one kind, of shoppers in turn, up to so many.

    A spell of one shopper's is too short to be cut. What one liked of a kind is followed by what
    others did.
    """
    of_kind: Dict[int, List[Items]] = {}
    for items in likes.values():
        for kind in np.unique(kinds[items]).tolist():
            if kind >= 0:
                of_kind.setdefault(kind, []).append(items[kinds[items] == kind])
    found: Likes = {}
    for kind in sorted(of_kind):
        own = of_kind[kind]
        different = len(np.unique(np.concatenate(own)))
        for _ in range(min(6, 1 + different // most)):
            joined = np.concatenate([own[i] for i in rng.permutation(len(own))])
            once = joined[np.sort(np.unique(joined, return_index=True)[1])]
            found[len(found)] = once[:most]
    return found


def divided(users: Sequence[str], shares: Sequence[float], seed: int) -> npt.NDArray[np.int64]:
    """Which part each user is in, by a seeded hash of the id; shape (users,)."""
    ends = np.cumsum(shares)
    digests = (hashlib.sha256(f"{seed}:{user}".encode()).digest() for user in users)
    places = np.array([int.from_bytes(d[:7], "big") / 2**56 for d in digests]) * ends[-1]
    return np.minimum(np.searchsorted(ends, places, side="right"), len(shares) - 1)
