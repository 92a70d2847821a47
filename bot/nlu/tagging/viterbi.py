"""The best tag sequence, in numpy: nothing else is needed where a text is tagged."""

from __future__ import annotations

from typing import Sequence

import numpy as np

from bot.nlu.tagging.spans import OUTSIDE, may_follow

#: What a forbidden step costs; finite, so that sums of it stay numbers.
FORBIDDEN = -1e4


def decode(
    emissions: np.ndarray, starts: np.ndarray, transitions: np.ndarray, ends: np.ndarray
) -> list[int]:
    """Tag numbers of the sequence that scores best (Viterbi 1967).

    Parameters
    ----------
    emissions
        float32 (tokens, tags).
    starts, transitions, ends
        float32 (tags,), from row to column (tags, tags), (tags,).
    """
    if not len(emissions):
        return []
    reached = starts + emissions[0]
    came_from = np.zeros(emissions.shape, np.int64)
    for i in range(1, len(emissions)):
        ways = reached[:, None] + transitions
        came_from[i] = ways.argmax(axis=0)
        reached = ways.max(axis=0) + emissions[i]
    best = [int((reached + ends).argmax())]
    for i in range(len(emissions) - 1, 0, -1):
        best.append(int(came_from[i, best[-1]]))
    return best[::-1]


def marginals(
    emissions: np.ndarray, starts: np.ndarray, transitions: np.ndarray, ends: np.ndarray
) -> np.ndarray:
    """Probability of each tag of each token over all sequences: float (tokens, tags).

    Forward-backward, see Lafferty et al. 2001; parameters as of ``decode``.
    """
    step = np.exp(transitions.astype(np.float64))
    own = np.exp(emissions - emissions.max(axis=1, keepdims=True), dtype=np.float64)
    forward, backward = np.empty(own.shape), np.empty(own.shape)
    forward[0], backward[-1] = own[0] * np.exp(starts - starts.max()), np.exp(ends - ends.max())
    for i in range(1, len(own)):
        reached = (forward[i - 1] @ step) * own[i]
        forward[i] = reached / reached.sum()
    for i in range(len(own) - 2, -1, -1):
        left = step @ (own[i + 1] * backward[i + 1])
        backward[i] = left / left.sum()
    both = forward * backward
    return both / both.sum(axis=1, keepdims=True)


def allowed_steps(labels: Sequence[str], seen: Sequence[Sequence[str]] = ()) -> np.ndarray:
    """Which tag may follow which: bool (tags + 1, tags); the last row is the start.

    Steps that BIO forbids are allowed where the given tags take them.
    """
    number = {label: i for i, label in enumerate(labels)}
    before = [*labels, OUTSIDE]
    allowed = np.array([[may_follow(a, b) for b in labels] for a in before])
    for tags in seen:
        last = len(labels)
        for tag in tags:
            allowed[last, number[tag]] = True
            last = number[tag]
    return allowed
