"""The space of a shop's catalogue, from its index."""

from __future__ import annotations

from typing import Optional

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from actions.interest.space import Space, Vectors, principal
from actions.recommend.asking.attributes import Attributes
from actions.recommend.asking.catalogue import attributes_of
from actions.recommend.questions import KIND, askable
from catalog.collaborative.learned import Learned
from catalog.index import CatalogueIndex

#: Dimensions kept of the texts, and how far these are brought to one length.
TEXT, WHITENED = 48, 0.5
#: Shares in a likeness of texts, and of what was learned from shoppers where something was.
TEXT_SHARE, TASTE_SHARE = 0.5, 0.5
PRICE, BANDS = "price", ("low", "middle", "high")
#: A kind has price bands of its own from so many products with prices on.
ENOUGH = 12


def space_of(index: CatalogueIndex) -> Space:
    """What products of an index are: texts, what was learned of them, and attributes."""
    if index.learned is None:
        return space_with(index, None, index.popularity)
    return space_with(index, taste_vectors(index.learned), index.learned.counts)


def space_with(index: CatalogueIndex, taste: Optional[Vectors], popularity: npt.ArrayLike) -> Space:
    """The same with other vectors learned from shoppers, shape (products, …), or none, and counts
    of how often each product was taken, shape (products,)."""
    texts = principal(index.vectors.vectors(np.arange(len(index))), TEXT, WHITENED)
    blocks = [(texts, TEXT_SHARE)]
    if taste is not None:
        blocks.append((taste, TASTE_SHARE))
    return Space.of(index.ids, blocks, popularity, _attributes(index))


def taste_vectors(learned: Learned) -> Vectors:
    """Factors of products such that a shopper's factor is the sum of those that were liked.

    ALS folds a history in as ``(YᵀY + λI)⁻¹ Σ y``; with the root of that matrix on both sides it
    is a plain sum. Products that nobody took have the factors that their content tells.
    """
    own = np.where(learned.counts[:, None] > 0, learned.als.products, learned.told)
    lower = np.linalg.cholesky(learned.als.gram)
    return np.linalg.solve(lower, own.astype(np.float64).T).T.astype(np.float32)


def _attributes(index: CatalogueIndex) -> Attributes:
    """Those that can be asked for, kinds and price bands."""
    found = attributes_of(index, (KIND, *askable(index)))
    bands = price_bands(index.price, _kinds(found, len(index)))
    known = np.flatnonzero(bands >= 0)
    cells = (np.ones(len(known), np.float32), (known, bands[known]))
    extra = sp.csr_matrix(cells, (len(index), len(BANDS)), dtype=np.float32)
    keys = [*found.keys, *((PRICE, band) for band in BANDS)]
    return Attributes(keys, sp.hstack([found.matrix, extra]).tocsr())


def price_bands(
    prices: npt.NDArray[np.float64], kinds: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Number in ``BANDS`` of the third that a price is in among its kind; −1 without a price.

    Products of kinds with few prices are told beside all.
    """
    bands = np.full(len(prices), -1, np.int64)
    priced = np.isfinite(prices)
    counts = np.bincount(kinds[priced] + 1, minlength=int(kinds.max(initial=-1)) + 2)
    grouped = np.where(counts[kinds + 1] >= ENOUGH, kinds, -1)
    for kind in np.unique(grouped[priced]):
        own = np.flatnonzero(priced & (grouped == kind))
        ends = np.quantile(prices[own] if kind >= 0 else prices[priced], [1 / 3, 2 / 3])
        bands[own] = np.searchsorted(ends, prices[own], side="left")
    return bands


def _kinds(attributes: Attributes, n: int) -> npt.NDArray[np.int64]:
    """The rarest kind that each product has evidence for; −1 where there is none."""
    kinds = np.full(n, -1, np.int64)
    columns = [i for i, (name, _) in enumerate(attributes.keys) if name == KIND]
    sizes = np.diff(attributes.starts)
    for column in sorted(columns, key=lambda i: -int(sizes[i])):
        own = slice(attributes.starts[column], attributes.starts[column + 1])
        kinds[attributes.rows[own]] = column
    return kinds
