"""Messages that a reader finds interesting or not, in an order in which the interest flips.

Usenet1 (Katakis, Tsoumakas and Vlahavas 2008) has real messages of three newsgroups; after every
300 the reader is interested in just those that were dull before. Streams of the same form with
topics and words that are made up serve to set thresholds, so that nothing of the real stream does.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from catalog.errors import ShoptalkError

#: Messages between flips in Usenet1.
EVERY = 300


@dataclass(frozen=True)
class Messages:
    """A stream."""

    words: npt.NDArray[np.float64]
    """Which words each message has, shape (messages, words)."""
    interesting: npt.NDArray[np.bool_]
    """Shape (messages,)."""
    flips: tuple[int, ...]
    """Index of the first message after each flip."""

    def __len__(self) -> int:
        return len(self.interesting)


def read_usenet(path: Path) -> Messages:
    """Read a CSV of word flags whose last column says whether the message was interesting; the
    interest flips every ``EVERY`` messages.

    Raises
    ------
    ShoptalkError
        Where the file cannot be read or is of another form.
    """
    try:
        table = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    except (OSError, ValueError) as error:
        raise ShoptalkError(f"{path} is no CSV of word flags: {error}") from error
    if table.shape[1] < 2 or not np.isin(table, (0, 1)).all():
        raise ShoptalkError(f"{path} has something other than 0 and 1 below its first line.")
    return Messages(table[:, :-1], table[:, -1] > 0, tuple(range(EVERY, len(table), EVERY)))


def generated(seed: int, messages: int = 1500, flips: bool = True) -> Messages:
    """A made-up stream: two to five topics with words of their own and common ones, part of the
    topics interesting, which flips after 150 to 450 messages, again and again.

    Parameters
    ----------
    flips
        Without them the interest stays as it is.
    """
    rng = np.random.default_rng(seed)
    topics, words = int(rng.integers(2, 6)), int(rng.integers(60, 140))
    # Every topic has some words far oftener than the others; commoner words are in all.
    chance = rng.dirichlet(np.full(words, rng.uniform(0.03, 0.15)), topics)
    common = rng.dirichlet(np.full(words, 0.5))
    mixed = rng.uniform(0.1, 0.35)
    expected = rng.uniform(2.5, 5.0) * ((1 - mixed) * chance + mixed * common)
    topic = rng.integers(0, topics, messages)
    flags = rng.random((messages, words)) < 1 - np.exp(-expected[topic])
    liked = np.zeros(topics, bool)
    liked[rng.permutation(topics)[: int(rng.integers(1, topics))]] = True
    places: list[int] = []
    while flips:
        place = (places[-1] if places else 0) + int(rng.integers(150, 451))
        if place >= messages - 60:
            break
        places.append(place)
    turned = np.searchsorted(places, np.arange(messages), "right") % 2 == 1
    wrong = rng.random(messages) < rng.uniform(0.0, 0.1)
    return Messages(flags.astype(np.float64), liked[topic] ^ turned ^ wrong, tuple(places))
