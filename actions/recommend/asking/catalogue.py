"""The attributes of a shop's catalogue, read from its index."""

from __future__ import annotations

from typing import Iterable

import numpy as np
import scipy.sparse as sp

from actions.recommend.asking.attributes import Attributes
from catalog.index import CatalogueIndex


def attributes_of(index: CatalogueIndex, names: Iterable[str]) -> Attributes:
    """What the products of an index are, in the order of their positions.

    Each value counts for itself: evidence for a narrower one is none for a wider one, so that the
    options of a question exclude each other as far as they can.

    Parameters
    ----------
    names
        The attributes; those that no product has are left out, as are measures.
    """
    keys: list[tuple[str, str]] = []
    rows, columns, evidence = [], [], []
    for name in dict.fromkeys(names):
        for value, products, confidences in index.facets.entries(name):
            rows.append(products)
            columns.append(np.full(len(products), len(keys), np.int32))
            evidence.append(confidences)
            keys.append((name, value))
    shape = (len(index), len(keys))
    if not keys:
        return Attributes([], sp.csr_matrix(shape, dtype=np.float32))
    cells = (np.concatenate(rows), np.concatenate(columns))
    return Attributes(keys, sp.csr_matrix((np.concatenate(evidence), cells), shape))
