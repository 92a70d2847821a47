"""Who took what, how surely it was liked, and when: what collaborative filtering learns from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Mapping, Optional

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from catalog.event_table import EventTable
from catalog.events import EVENT_KINDS

#: How much one event of a kind says for a product. What is not here says nothing for it.
STRENGTHS: Mapping[str, float] = {
    "clicked": 0.3,
    "asked": 0.3,
    "liked": 1.0,
    "chosen": 1.0,
    "shared": 1.0,
    "carted": 1.0,
    "bought": 1.5,
    "rated": 1.0,
}


@dataclass(frozen=True)
class Interactions:
    """Pairs of a shopper and a product, each once, by shopper and then by time."""

    shopper_ids: tuple[str, ...]
    product_ids: tuple[str, ...]
    shopper: npt.NDArray[np.int32]
    """Index of the shopper, shape (n,)."""
    product: npt.NDArray[np.int32]
    """Index of the product, shape (n,)."""
    strength: npt.NDArray[np.float32]
    """How surely it was liked, above 0, shape (n,)."""
    rating: npt.NDArray[np.float32]
    """The last explicit rating; NaN where there is none, shape (n,)."""
    at: npt.NDArray[np.int64]
    """When it was last taken, in milliseconds since 1970; shape (n,)."""

    @classmethod
    def of(
        cls, table: EventTable, strengths: Mapping[str, float] = STRENGTHS, unary: bool = False
    ) -> Interactions:
        """Gather a log's events by shopper and product.

        Parameters
        ----------
        strengths
            Kind of event → what one of them counts. A product's strength for a shopper is
            ``log2(1 + sum)``, so that the tenth purchase adds less than the second.
        unary
            Count every pair as 1, as protocols over ratings do.
        """
        weight = np.zeros(len(EVENT_KINDS), np.float32)
        for kind, strength in strengths.items():
            weight[EVENT_KINDS.index(kind)] = strength
        counted = weight[table.kind]
        keep = np.flatnonzero((counted > 0) & (table.product >= 0))
        shopper, product = table.shopper[keep], table.product[keep]
        pair = shopper.astype(np.int64) * max(1, len(table.product_ids)) + product
        _, last, inverse = _last_of_each(pair)
        total = np.bincount(inverse, counted[keep], len(last)).astype(np.float32)
        strengths_of = np.ones_like(total) if unary else np.log2(1 + total).astype(np.float32)
        order = np.lexsort((last, table.at[keep][last], shopper[last]))
        chosen = last[order]
        return cls(
            shopper_ids=table.shopper_ids,
            product_ids=table.product_ids,
            shopper=shopper[chosen].astype(np.int32),
            product=product[chosen].astype(np.int32),
            strength=strengths_of[order],
            rating=table.value[keep][chosen].astype(np.float32),
            at=table.at[keep][chosen],
        )

    def __len__(self) -> int:
        return len(self.shopper)

    @property
    def shape(self) -> tuple[int, int]:
        """Shoppers and products."""
        return len(self.shopper_ids), len(self.product_ids)

    def where(self, mask: npt.NDArray[np.bool_]) -> Interactions:
        """Some of the pairs; shoppers and products keep their indices."""
        return replace(
            self,
            shopper=self.shopper[mask],
            product=self.product[mask],
            strength=self.strength[mask],
            rating=self.rating[mask],
            at=self.at[mask],
        )

    def matrix(self, half_life: Optional[float] = None) -> sp.csr_matrix:
        """The strengths as a matrix, shoppers × products, float32.

        Parameters
        ----------
        half_life
            After so many later products an earlier one counts half; by default all count alike.
        """
        values = self.strength
        if half_life is not None:
            values = values * np.exp2(-self.steps_back() / np.float32(half_life))
        return sp.csr_matrix((values.astype(np.float32), (self.shopper, self.product)), self.shape)

    def steps_back(self) -> npt.NDArray[np.float32]:
        """How many products the shopper took after this one, shape (n,)."""
        counts = np.bincount(self.shopper, minlength=len(self.shopper_ids))
        ends = np.cumsum(counts)
        return (ends[self.shopper] - 1 - np.arange(len(self))).astype(np.float32)

    def popularity(self) -> npt.NDArray[np.int64]:
        """How many shoppers took each product, shape (products,)."""
        return np.bincount(self.product, minlength=len(self.product_ids))


def _last_of_each(
    keys: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Distinct keys, where each stands last, and the number of its key for every entry."""
    found, first_from_end, inverse = np.unique(keys[::-1], return_index=True, return_inverse=True)
    return found, len(keys) - 1 - first_from_end, inverse[::-1]
