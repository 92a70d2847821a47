"""A detector followed through streams: its alarms, and how interests that were left compare."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from bot.evaluate.drift.detector import Detector, first_alarms

Items = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Turn:
    """One alarm."""

    at: int
    """Index of the event it was raised at."""
    place: int
    """Index of the event the new interest is taken to begin with."""


@dataclass(frozen=True)
class Earlier:
    """How an interest that was left compares with the present one, event by event."""

    stream: int
    start: int
    end: int
    """The interest was that of the events from ``start``, before ``end``."""
    since: int
    """Index of the event after which the first score is known."""
    scores: Floats
    """How surely the present interest is another one, a score an event."""
    suspected: Floats
    """How surely that is another one which the present one has perhaps given way to; minus
    infinite where there is no such doubt. The same shape."""


@dataclass(frozen=True)
class Followed:
    """What is known after every event; arrays have shape (streams, length)."""

    turns: Sequence[Sequence[Turn]]
    """Alarms of every stream, in order."""
    values: Floats
    """Scores; after an alarm those of a stream that begins with the new interest."""
    places: Items
    """Index of the event with which an even newer interest would begin."""
    begins: Items
    """Index of the event with which the present interest begins."""
    earlier: Sequence[Earlier]


def followed(detector: Detector, threshold: float, streams: Items) -> Followed:
    """Follow a detector, which starts anew after each alarm where the new interest begins, and
    stays silent about the events that it was raised by.

    Parameters
    ----------
    streams
        Shape (streams, length).
    """
    n, length = streams.shape
    turns: list[list[Turn]] = [[] for _ in range(n)]
    values, places = np.full((n, length), -np.inf), np.zeros((n, length), np.int64)
    begins, told = np.zeros((n, length), np.int64), np.zeros(n, np.int64)
    waiting = np.arange(n)
    while len(waiting):
        starts = begins[waiting, -1]
        again = []
        for begin in np.unique(starts).tolist():
            rows = waiting[starts == begin]
            scores = detector.score(streams[rows, begin:])
            known = np.arange(begin, length)[None] < told[rows][:, None]
            scores.values[known] = -np.inf
            for row, alarm, value, place in zip(
                rows.tolist(),
                first_alarms(scores, threshold).tolist(),
                scores.values,
                scores.places,
                strict=True,
            ):
                news = slice(int(told[row]), None)
                values[row, news] = value[news.start - begin :]
                places[row, news] = begin + place[news.start - begin :]
                if alarm < 0:
                    continue
                # A place at the very beginning would be no change.
                turn = Turn(begin + alarm, begin + max(1, int(place[alarm])))
                turns[row].append(turn)
                begins[row, turn.at :] = turn.place
                told[row] = turn.at + 1
                if turn.at + 1 < length:
                    again.append(row)
        waiting = np.array(again, np.int64)
    run = Followed(turns, values, places, begins, ())
    return replace(run, earlier=list(_earlier(detector, streams, run)))


@dataclass(frozen=True)
class _Pair:
    """An interest that was left, and the time in which another one is the present one."""

    stream: int
    start: int
    end: int
    turn: Turn
    until: int
    """Index of the event behind the last of that time."""


def _earlier(detector: Detector, streams: Items, run: Followed) -> Iterator[Earlier]:
    """Put what was liked in every interest before what was liked in each later one."""
    pairs = list(_pairs(run.turns, streams.shape[1]))
    joined = [
        np.concatenate([own[pair.start : pair.end], own[pair.turn.place : pair.until]])
        for pair in pairs
        for own in [streams[pair.stream]]
    ]
    doubts = [
        (number, event, int(run.places[pair.stream, event]))
        for number, pair in enumerate(pairs)
        for event in range(pair.turn.at, pair.until)
        if run.places[pair.stream, event] > run.begins[pair.stream, event]
        and np.isfinite(run.values[pair.stream, event])
    ]
    doubted = [
        np.concatenate([own[pairs[number].start : pairs[number].end], own[place : event + 1]])
        for number, event, place in doubts
        for own in [streams[pairs[number].stream]]
    ]
    suspected = [np.full(pair.until - pair.turn.at, -np.inf) for pair in pairs]
    for (number, event, _), scores in zip(doubts, _scored(detector, doubted), strict=True):
        suspected[number][event - pairs[number].turn.at] = scores[-1]
    for pair, scores, doubt in zip(pairs, _scored(detector, joined), suspected, strict=True):
        first = pair.end - pair.start + pair.turn.at - pair.turn.place
        yield Earlier(pair.stream, pair.start, pair.end, pair.turn.at, scores[first:], doubt)


def _pairs(turns: Sequence[Sequence[Turn]], length: int) -> Iterator[_Pair]:
    for stream, own in enumerate(turns):
        for number, turn in enumerate(own):
            until = own[number + 1].at + 1 if number + 1 < len(own) else length
            edges = [0, *(one.place for one in own[: number + 1])]
            for start, end in pairwise(edges):
                yield _Pair(stream, start, end, turn, until)


def _scored(detector: Detector, streams: Sequence[Items]) -> Sequence[Floats]:
    """Scores of streams of several lengths."""
    found: list[Floats] = [np.zeros(0)] * len(streams)
    lengths = np.array([len(stream) for stream in streams], np.int64)
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length).tolist()
        values = detector.score(np.stack([streams[row] for row in rows])).values
        for row, own in zip(rows, values, strict=True):
            found[row] = own
    return found


def weights(found: Followed, kept: Kept) -> Floats:
    """How much each like counts in the profile before each event.

    Likes of the present interest count 1, those that are perhaps of an older one less, the surer
    the detector is of it; and so for every interest that was left, unless it is perhaps back.

    Returns
    -------
    Shape (streams, length, length): [s, t, i] is the weight of like i before event t; 0 for i ≥ t.
    """
    n, length = found.values.shape
    past = np.tri(length, k=-1)
    made = np.broadcast_to(past, (n, length, length)).copy()
    place = np.arange(length)
    perhaps = (place[None, None] >= found.begins[:, :-1, None]) & (
        place[None, None] < found.places[:, :-1, None]
    )
    share = kept(found.values)
    made[:, 1:] = np.where(perhaps, share[:, :-1, None] * made[:, 1:], made[:, 1:])
    for one in found.earlier:
        still = share[one.stream, one.since : one.since + len(one.scores)]
        still = np.where(np.isfinite(one.suspected), still, 1.0)
        of_earlier = still * kept(one.scores) + (1 - still) * kept(one.suspected)
        after = slice(one.since + 1, one.since + 1 + len(of_earlier))
        counts = of_earlier[: length - one.since - 1, None]
        made[one.stream, after, one.start : one.end] = counts * past[after, one.start : one.end]
    return made


@dataclass(frozen=True)
class Kept:
    """How much an older interest still counts, by how surely it is an older one."""

    low: float
    """Up to this score it counts in full …"""
    high: float
    """… and from this one on only as much as is …"""
    least: float
    """… this."""

    def __call__(self, scores: Floats) -> Floats:
        if self.high <= self.low:
            return np.where(scores >= self.high, self.least, 1.0)
        finite = np.maximum(scores, self.low)
        sure = np.clip((finite - self.low) / (self.high - self.low), 0, 1)
        return 1 - (1 - self.least) * sure
