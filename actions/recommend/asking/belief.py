"""What the shopper is after, as a distribution over products."""

from __future__ import annotations

from functools import cached_property
from typing import Optional, Sequence

import numpy as np
import numpy.typing as npt

from actions.recommend.asking.attributes import Attributes, Positions, Vector
from actions.recommend.asking.config import AskConfig
from actions.recommend.asking.evidence import (
    Answer,
    Choice,
    Evidence,
    NoAnswer,
    log_likelihood,
)

USUAL = AskConfig()


class Belief:
    """A prior and the evidence since; a value: evidence gives a new one.

    Make the first with `Belief.of`.
    """

    def __init__(
        self,
        attributes: Attributes,
        prior: Vector,
        config: AskConfig,
        evidence: tuple[Evidence, ...] = (),
        posterior: Optional[Vector] = None,
    ) -> None:
        self.attributes = attributes
        self.prior = prior
        """Logarithms, shape (products,); −inf for what cannot be it."""
        self.config = config
        self.evidence = evidence
        if posterior is None:
            posterior = prior
            for one in evidence:
                posterior = posterior + log_likelihood(attributes, one, config)
        self.log: Vector = posterior
        """Logarithms up to a constant, shape (products,)."""

    @classmethod
    def of(
        cls,
        attributes: Attributes,
        scores: Optional[npt.ArrayLike] = None,
        config: AskConfig = USUAL,
        allowed: Optional[npt.NDArray[np.bool_]] = None,
    ) -> Belief:
        """Before anything is said.

        Parameters
        ----------
        scores
            How likely each product seems, at least 0, in any unit; shape (products,). They are
            flattened (`flattened`). By default all products are alike.
        allowed
            Products that may be recommended; all by default.

        Raises
        ------
        ValueError
            Where there is not one score, or one flag, for each product.
        """
        n = len(attributes)
        given = np.ones(n) if scores is None else np.asarray(scores, np.float64)
        open_to = np.ones(n, bool) if allowed is None else np.asarray(allowed, bool)
        if given.shape != (n,) or open_to.shape != (n,):
            raise ValueError(f"There must be one score and one flag for each of {n} products.")
        prior = np.full(n, -np.inf)
        prior[open_to] = np.log(flattened(given[open_to], config.floor))
        return cls(attributes, prior, config)

    def after(self, *evidence: Evidence) -> Belief:
        """With more evidence."""
        log = self.log
        for one in evidence:
            log = log + log_likelihood(self.attributes, one, self.config)
        return Belief(
            self.attributes, self.prior, self.config, (*self.evidence, *evidence), posterior=log
        )

    def undo(self, acts: int = 1) -> Belief:
        """Without the last acts: as if they had never been."""
        return self.having(self.evidence[: max(0, len(self.evidence) - acts)])

    def without(self, evidence: Evidence) -> Belief:
        """Without one piece of evidence, wherever it came; as it is where there is none such."""
        kept = list(self.evidence)
        if evidence in kept:
            kept.reverse()
            kept.remove(evidence)
            kept.reverse()
        return self.having(kept)

    def having(self, evidence: Sequence[Evidence]) -> Belief:
        """The same prior with this evidence."""
        return Belief(self.attributes, self.prior, self.config, tuple(evidence))

    @cached_property
    def probabilities(self) -> Vector:
        """Shape (products,); adds up to 1, or all 0 where nothing is left that it could be."""
        highest = self.log.max(initial=-np.inf)
        if not np.isfinite(highest):
            return np.zeros(len(self.log))
        weights = np.exp(self.log - highest)
        return weights / weights.sum()

    @cached_property
    def entropy(self) -> float:
        """Uncertainty of the target in bits."""
        return entropy(self.probabilities)

    def top(self, k: int) -> Positions:
        """The ``k`` likeliest products, the likeliest first, of equals the first one; without any
        that it cannot be."""
        p = self.probabilities
        chosen: Positions = np.arange(len(p))
        if k < len(p):
            least = np.partition(p, len(p) - k)[len(p) - k]
            above, equal = np.flatnonzero(p > least), np.flatnonzero(p == least)
            chosen = np.concatenate([above, equal[: k - len(above)]])
        chosen = chosen[p[chosen] > 0]
        return chosen[np.lexsort((chosen, -p[chosen]))]

    @cached_property
    def settled(self) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Columns not to ask for, and attributes whose values not to offer, since that was done or
        the shopper said it; shapes (columns,) and (attributes,). Who does not care which of some
        values it is does not care for any of that attribute."""
        columns = np.zeros(len(self.attributes.keys), bool)
        attributes = np.zeros(len(self.attributes.names), bool)
        for one in self.evidence:
            if isinstance(one, Answer):
                columns[one.column] = True
                attributes[self.attributes.attribute[one.column]] |= one.yes
            elif isinstance(one, (Choice, NoAnswer)) and one.columns:
                columns[list(one.columns)] = True
                number = self.attributes.attribute[one.columns[0]]
                attributes[number] |= len(one.columns) > 1
                another = isinstance(one, Choice) and one.chosen is None
                if len(one.columns) > 1 and not another:
                    columns[self.attributes.columns(number)] = True
        return columns, attributes


def flattened(scores: Vector, floor: float) -> Vector:
    """Weights that lie between ``floor`` and 1 as the scores lie between 0 and the highest.

    What is not a number, or below 0, counts as 0; without any score above 0 all are alike.
    """
    clean = np.maximum(np.nan_to_num(scores, nan=0.0, posinf=float(np.finfo(np.float64).max)), 0.0)
    highest = clean.max(initial=0.0)
    if highest <= 0:
        return np.ones(len(clean))
    return np.maximum(floor + (1 - floor) * (clean / highest), 1e-12)


def entropy(p: Vector) -> float:
    """Entropy of a distribution in bits."""
    some = p[p > 0]
    return float(-(some @ np.log(some)) / np.log(2))
