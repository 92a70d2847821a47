"""The detector that a shop's conversations are followed with."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import numpy as np

from actions.interest.drift.content import untrained
from actions.interest.drift.detector import DriftDetector, Opinion
from actions.interest.drift.stored import read_model
from catalog.index import CatalogueIndex

#: The attribute that says of which kind a product is.
KIND = "product_type"


def detector_for(
    folder: Path, index: CatalogueIndex, opinion: Optional[Opinion] = None
) -> Optional[DriftDetector]:
    """The trained detector in a folder, or one of statistics alone over a shop's index.

    Products are named to it by ``DriftDetector.position``; for one that is not there it takes the
    index's vector, where the detector was trained over an index.

    Returns
    -------
    None where nothing was trained and the catalogue has no two kinds of product to tell apart.
    """
    model = read_model(folder)
    if model is None:
        texts = np.asarray(index.vectors.vectors(np.arange(len(index))), np.float32)
        model = untrained(texts, _kinds(index), index.ids)
    return None if model is None else DriftDetector(model, opinion)


def _kinds(index: CatalogueIndex) -> list[str]:
    """What kind each product most surely is of; empty where that is not known."""
    kinds, surest = [""] * len(index), np.zeros(len(index), np.float32)
    for value, products, confidence in index.facets.entries(KIND):
        for product, sure in zip(products.tolist(), confidence.tolist(), strict=True):
            if sure > surest[product]:
                kinds[product], surest[product] = value, sure
    return kinds
