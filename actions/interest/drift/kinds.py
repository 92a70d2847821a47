"""What kind of change it is: a gift among the likes, a return, a slow turn or a sudden one."""

from __future__ import annotations

from typing import Tuple

import numpy as np
from numpy.typing import ArrayLike

from actions.interest.drift.same_shopper import Array, TwoCovariance
from actions.interest.drift.state import DriftState

KINDS = ("none", "blip", "return", "gradual", "abrupt")
#: Likes of a gift at most …
GIFT = 3
#: … that it is noticed among so many of the latest …
RECENT = 8
#: … and nats by which they are somebody else's.
TELLING = 3.0
#: A change is gradual where the likes after it are of the new interest by less than this share in
#: the first half of them, beside the second.
SHARP = 0.45
#: Likes after a change that it takes to tell how fast it came.
ENOUGH = 6


def kind_of(state: DriftState, space: TwoCovariance, alarm: bool) -> Tuple[str, int]:
    """The kind of change that a state shows, and likes since it."""
    likes = len(state.vectors)
    since = min(state.since, likes)
    if not alarm:
        return ("blip" if _gift(state, space) else "none"), since
    if since == 0 or since == likes:
        return "abrupt", since
    points = space.project(state.vectors)
    if _returns(state, space, points, since):
        return "return", since
    return ("gradual" if _slow(state, space, points, since) else "abrupt"), since


def _gift(state: DriftState, space: TwoCovariance) -> bool:
    """Whether a few likes were of another interest than those before and after them."""
    points = space.project(state.vectors)
    likes = len(points)
    sums = np.concatenate([np.zeros((1, points.shape[1]), np.float32), np.cumsum(points, 0)])
    ends, starts = [], []
    for end in range(max(GIFT + 3, likes - RECENT), likes):
        for length in range(2, GIFT + 1):
            ends.append(end)
            starts.append(end - length)
    if not ends:
        return False
    inside = sums[ends] - sums[starts]
    count = np.array(ends, np.float32) - np.array(starts, np.float32)
    after, after_count = sums[-1] - sums[ends], likes - np.array(ends, np.float32)
    before, before_count = sums[starts], np.array(starts, np.float32)
    around, around_count = before + after, before_count + after_count
    other = _apart(space, count, inside, around_count, around)
    same = _apart(space, before_count, before, after_count, after)
    return bool(((other > TELLING) & (same < 0)).any())


def _returns(state: DriftState, space: TwoCovariance, points: Array, since: int) -> bool:
    """Whether the latest likes are nearer an interest that was left than no interest known."""
    cut = len(points) - since
    new, new_count = points[cut:].sum(0), since
    for left in state.former:
        total = (left[1:] - left[0] * space.mean) @ space.projection
        if _apart(space, new_count, new, left[0], total) < 0:
            return True
    # The change away may not have been told: an interest before the one that is left now.
    before = points[:cut]
    sums = np.concatenate([np.zeros((1, points.shape[1]), np.float32), np.cumsum(before, 0)])
    at = np.arange(4, cut - 3)
    if not len(at):
        return False
    ratios = space.divided(np.arange(cut + 1, dtype=np.float32), sums[None], at)[0]
    place = int(at[ratios.argmax()])
    first = _apart(space, new_count, new, place, sums[place])
    return bool(ratios.max() > TELLING and first < 0)


def _slow(state: DriftState, space: TwoCovariance, points: Array, since: int) -> bool:
    """Whether the first likes after a change are less of the new interest than the later ones."""
    if since < ENOUGH:
        return False
    cut = len(points) - since
    old, new = points[:cut], points[cut:]
    half = since // 2
    # The new interest is taken from the later half, and from the rest of it for each of its own.
    later = new[half:]
    early = _belongs(space, new[:half], later.sum(0), len(later), old)
    rest = later.sum(0) - later
    late = _belongs(space, later, rest, len(later) - 1, old)
    return bool(early.mean() < SHARP * late.mean())


def _belongs(space: TwoCovariance, likes: Array, total: Array, count: int, old: Array) -> Array:
    """Nats by which likes are of an interest with that sum rather than of the old one."""
    near = -_apart(space, 1, likes, count, total)
    far = -_apart(space, 1, likes, len(old), old.sum(0))
    return np.asarray(near - far)


def _apart(
    space: TwoCovariance, count: ArrayLike, total: Array, other_count: ArrayLike, other: Array
) -> Array:
    """Log likelihood ratio of two interests to one for two runs of likes; in nats."""
    two = space.evidence(count, total) + space.evidence(other_count, other)
    return np.asarray(two - space.evidence(np.add(count, other_count), np.add(total, other)))
