"""A linear-chain conditional random field over named features, in numpy.

Lafferty, McCallum & Pereira (2001): the score of a tag sequence is the sum of what the features of
each token say of its tag and of the steps between tags. It is trained by L-BFGS on the penalised
likelihood, all texts at once; with three tags and some thousand short texts that takes seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import logsumexp

OUT, BEGIN, IN = 0, 1, 2
TAGS = 3
#: A step that BIO forbids; finite, so that sums of it stay numbers.
FORBIDDEN = -1e4
#: No probability is smaller: its logarithm stays a number.
TINY = 1e-300
_CLOSED = np.zeros((TAGS + 1, TAGS))
_CLOSED[OUT, IN] = _CLOSED[TAGS, IN] = FORBIDDEN


@dataclass(frozen=True)
class CrfConfig:
    """How a field is trained."""

    penalty: float = 0.5
    """Of squared weights; of all weights together, against the sum over texts."""
    iterations: int = 40


@dataclass(frozen=True)
class Field:
    """What was learned."""

    weights: np.ndarray
    """float64 (features, tags)."""
    steps: np.ndarray
    """float64 (tags + 1, tags), from row to column; the last row is the start."""

    def marginals(self, features: sparse.csr_matrix, lengths: Sequence[int]) -> np.ndarray:
        """Probability of each tag of each token: (tokens, tags).

        ``features`` has the tokens of all texts one after the other; ``lengths`` parts them.
        """
        layout = _Layout(lengths)
        found, _, _ = _forward_backward(
            layout.spread(features @ self.weights), layout.there, self.steps + _CLOSED
        )
        return layout.gather(found)


def fit(
    features: sparse.csr_matrix,
    lengths: Sequence[int],
    tags: np.ndarray,
    config: CrfConfig = CrfConfig(),
) -> Field:
    """Train on texts with tags.

    Parameters
    ----------
    features
        (tokens, features), the tokens of all texts one after the other.
    lengths
        Tokens of each text.
    tags
        int (tokens,): ``OUT``, ``BEGIN`` or ``IN``.
    """
    layout = _Layout(lengths)
    width = features.shape[1]
    turned = features.T.tocsr()
    own = np.zeros((len(tags), TAGS))
    own[np.arange(len(tags)), tags] = 1.0
    seen = turned @ own
    taken = np.zeros((TAGS + 1, TAGS))
    before = np.concatenate([[TAGS], tags[:-1]]) if len(tags) else tags
    before[layout.begins] = TAGS
    np.add.at(taken, (before, tags), 1.0)

    def cost(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat[: width * TAGS].reshape(width, TAGS)
        steps = flat[width * TAGS :].reshape(TAGS + 1, TAGS)
        emissions = features @ weights
        found, moves, total = _forward_backward(
            layout.spread(emissions), layout.there, steps + _CLOSED
        )
        here = layout.gather(found)
        score = float((emissions * own).sum() + (steps * taken).sum())
        loss = total - score + 0.5 * config.penalty * float(flat @ flat)
        slope = np.concatenate([(turned @ here - seen).ravel(), (moves - taken).ravel()])
        return loss, slope + config.penalty * flat

    start = np.zeros(width * TAGS + (TAGS + 1) * TAGS)
    if not layout.there.any():
        best = start
    else:
        options = {"maxiter": config.iterations}
        best = minimize(cost, start, jac=True, method="L-BFGS-B", options=options).x
    return Field(best[: width * TAGS].reshape(width, TAGS), best[width * TAGS :].reshape(-1, TAGS))


def decode(marginals: np.ndarray) -> list[tuple[int, int, float]]:
    """Spans (first, last, probability) that tag probabilities of one text spell.

    Each token has its likeliest tag, which for spans of a word or two is what Viterbi gives too;
    a span is as sure as the least sure of its tags.
    """
    found: list[tuple[int, int, float]] = []
    best = marginals.argmax(axis=1)
    i = 0
    while i < len(best):
        if best[i] == OUT:
            i += 1
            continue
        last = i + 1
        while last < len(best) and best[last] == IN:
            last += 1
        found.append((i, last, sureness(marginals, i, last)))
        i = last
    return found


def sureness(marginals: np.ndarray, first: int, last: int) -> float:
    """How likely tokens ``[first, last)`` are one span: the least sure of its tags."""
    begin = float(marginals[first, BEGIN])
    return min([begin, *(float(p) for p in marginals[first + 1 : last, IN])])


class _Layout:
    """Texts of several lengths in one array (texts, longest, tags), and back."""

    def __init__(self, lengths: Sequence[int]) -> None:
        sizes = np.asarray(lengths, np.int64)
        sizes = sizes[sizes > 0]
        self.begins = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)[: len(sizes)]
        longest = int(sizes.max()) if len(sizes) else 0
        self.there = np.arange(longest)[None, :] < sizes[:, None]

    def spread(self, rows: np.ndarray) -> np.ndarray:
        out = np.zeros((*self.there.shape, TAGS))
        out[self.there] = rows
        return out

    def gather(self, spread: np.ndarray) -> np.ndarray:
        rows: np.ndarray = spread[self.there]
        return rows


def _forward_backward(
    emissions: np.ndarray, there: np.ndarray, steps: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Tag probabilities (texts, longest, tags), expected steps (tags + 1, tags), log of the sum."""
    texts, longest, _ = emissions.shape
    moves = np.zeros((TAGS + 1, TAGS))
    if not texts or not longest:
        return np.zeros_like(emissions), moves, 0.0
    inner = steps[:-1]
    forward, backward = np.empty_like(emissions), np.zeros_like(emissions)
    forward[:, 0] = steps[-1] + emissions[:, 0]
    ways = np.exp(inner)
    for i in range(1, longest):
        reached = _log_product(forward[:, i - 1], ways) + emissions[:, i]
        forward[:, i] = np.where(there[:, i, None], reached, forward[:, i - 1])
    back = np.ascontiguousarray(ways.T)
    for i in range(longest - 2, -1, -1):
        ahead = emissions[:, i + 1] + backward[:, i + 1]
        backward[:, i] = np.where(there[:, i + 1, None], _log_product(ahead, back), 0.0)
    total = logsumexp(forward[:, -1], axis=1)
    found = np.exp(forward + backward - total[:, None, None])
    found[~there] = 0.0
    moves[-1] = found[:, 0].sum(axis=0)
    left = forward[:, :-1][there[:, 1:]]
    right = (emissions + backward - total[:, None, None])[:, 1:][there[:, 1:]]
    # Only their sums are probabilities: each alone may be too large for an exponent.
    for before in range(TAGS):
        for after in range(TAGS):
            sums = left[:, before] + right[:, after] + inner[before, after]
            moves[before, after] = np.exp(sums).sum()
    return found, moves, float(total.sum())


def _log_product(logs: np.ndarray, ways: np.ndarray) -> np.ndarray:
    """Logarithm of ``exp(logs) @ ways``: (texts, tags)."""
    top = logs.max(axis=1, keepdims=True)
    product: np.ndarray = np.log(np.maximum(np.exp(logs - top) @ ways, TINY)) + top
    return product
