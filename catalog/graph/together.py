"""What goes with what: products taken in the same visit, and kinds of product that are.

Few pairs of products are taken together often enough to say so; their kinds are. A pair's lift is
how much likelier the second is beside the first than anywhere: visits with both over those that
chance would give, where the lift of the two kinds stands in for the visits that are missing
(a Gamma prior on a Poisson count). Products of one kind replace each other and do not go together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from catalog.event_table import EventTable

#: Kinds of event that put a product into a basket.
BASKET = ("liked", "chosen", "carted", "bought")
#: Visits by chance that the lift of two kinds counts as, and no lift at all for two kinds.
OF_KINDS, OF_NOTHING = 1.0, 2.0
#: Least times two kinds are taken together for it to be told.
SUPPORT = 5
#: Without conversations so much time is one visit: a fortnight, in milliseconds.
VISIT = 14 * 24 * 3_600_000


@dataclass(frozen=True)
class Companion:
    """A product that goes with another."""

    product: int
    lift: float
    """How many times likelier it is beside the other than anywhere."""
    together: int
    """Visits in which both were taken."""
    of_kinds: int
    """Visits in which products of the two kinds were."""

    @property
    def supported(self) -> bool:
        """Whether the two themselves were taken together often enough to say so."""
        return self.together >= SUPPORT


@dataclass(frozen=True)
class Together:
    """Counts of what is taken together."""

    kind: npt.NDArray[np.int64]
    """Kind of each product, -1 where it has none; shape (products,)."""
    counts: npt.NDArray[np.int64]
    """Visits with each product, shape (products,)."""
    pairs: sp.csr_matrix
    """Visits with both products, shape (products, products)."""
    kind_counts: npt.NDArray[np.int64]
    kind_pairs: npt.NDArray[np.int64]
    """Shape (kinds, kinds)."""
    visits: int

    @classmethod
    def of(cls, table: EventTable, kinds: Sequence[int]) -> Together:
        """Count a log.

        Parameters
        ----------
        kinds
            Number of each product's kind, -1 for none; shape (products of the table,).
        """
        kind = np.asarray(kinds, np.int64)
        taken = np.flatnonzero(table.of_kinds(*BASKET) & (table.product >= 0))
        visit = _visits(table, taken)
        n = int(visit.max()) + 1 if len(visit) else 0
        products = _ones(visit, table.product[taken], (n, len(kind)))
        own = kind[table.product[taken]]
        named = own >= 0
        by_kind = _ones(visit[named], own[named], (n, int(kind.max(initial=-1)) + 1))
        both = (products.T @ products).tocoo()
        off = both.row != both.col
        pairs = sp.csr_matrix((both.data[off], (both.row[off], both.col[off])), both.shape)
        kind_pairs = np.asarray((by_kind.T @ by_kind).todense(), np.int64)
        return cls(
            kind,
            np.asarray(products.sum(axis=0), np.int64).ravel(),
            pairs,
            np.asarray(by_kind.sum(axis=0), np.int64).ravel(),
            kind_pairs,
            n,
        )

    def between(self, product: int, other: int, least: float = 1.5) -> Optional[Companion]:
        """How one product goes with another; None where too little speaks for it."""
        lift = float(self.told(product, least)[other])
        if not lift:
            return None
        together, of_kinds = self._visits_with(product)
        return Companion(other, lift, int(together[other]), int(of_kinds[other]))

    def told(self, product: int, least: float = 1.5) -> npt.NDArray[np.float64]:
        """How well every product goes with one, 0 where too little speaks for it."""
        lifts = self.lifts(product)
        together, of_kinds = self._visits_with(product)
        enough = (lifts >= least) & ((together >= SUPPORT) | (of_kinds >= SUPPORT))
        return np.where(enough, lifts, 0.0)

    def lifts(
        self, product: int, among: Optional[npt.NDArray[np.int64]] = None
    ) -> npt.NDArray[np.float64]:
        """How well products go with one; 0 for those of its kind and itself.

        Parameters
        ----------
        among
            The products to tell of; all where it is not told.
        """
        others = np.arange(len(self.kind)) if among is None else among
        own, kind = int(self.kind[product]), self.kind[others]
        by_kind = self._kind_lifts(own)
        expected = self.counts[product] * self.counts[others] / max(1, self.visits)
        prior = np.where(kind >= 0, by_kind[kind], 1.0) if len(by_kind) else 1.0
        lifts = (self._found(product, others) + OF_KINDS * prior) / (expected + OF_KINDS)
        lifts[((kind == own) & (own >= 0)) | (others == product)] = 0.0
        return np.asarray(lifts)

    def _found(self, product: int, others: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Visits with a product and each of the others."""
        start, end = self.pairs.indptr[product : product + 2]
        counts = np.zeros(len(self.kind), np.int64)
        counts[self.pairs.indices[start:end]] = self.pairs.data[start:end]
        return counts[others]

    def _visits_with(self, product: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Visits with a product and each other one, and with its kind and each other one's."""
        together = np.asarray(self.pairs[product].todense(), np.int64).ravel()
        own = self.kind[product]
        if own < 0:
            return together, np.zeros(len(self.kind), np.int64)
        return together, np.where(self.kind >= 0, self.kind_pairs[own][self.kind], 0)

    def _kind_lifts(self, own: int) -> npt.NDArray[np.float64]:
        if own < 0:
            return np.ones(len(self.kind_counts))
        expected = self.kind_counts[own] * self.kind_counts / max(1, self.visits)
        return (self.kind_pairs[own] + OF_NOTHING) / (expected + OF_NOTHING)


def _visits(table: EventTable, events: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """A number for each visit: a conversation or basket, else a fortnight of a shopper."""
    talk = table.conversation
    named = talk[events] if talk is not None else np.full(len(events), -1)
    period = np.where(named >= 0, 0, table.at[events] // VISIT)
    keys = np.stack([table.shopper[events], named, period], axis=1)
    _, number = np.unique(keys, axis=0, return_inverse=True)
    return np.asarray(number, np.int64).ravel()


def _ones(
    rows: npt.NDArray[np.int64], columns: npt.NDArray[Any], shape: tuple[int, int]
) -> sp.csr_matrix:
    matrix = sp.csr_matrix((np.ones(len(rows), np.int64), (rows, columns)), shape)
    matrix.data[:] = 1
    return matrix
