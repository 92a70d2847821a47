"""The same list for everybody: what most shoppers took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import scipy.sparse as sp

from catalog.collaborative.base import CollaborativeModel, Scores, need_some
from catalog.collaborative.interactions import Interactions


@dataclass(frozen=True)
class PopularityConfig:
    """Nothing to choose."""


class Popularity(CollaborativeModel):
    """Scores a product by the number of shoppers who took it; the baseline of every protocol."""

    name: ClassVar[str] = "popularity"

    def __init__(self, config: PopularityConfig = PopularityConfig()) -> None:
        self.config = config

    def fit(self, data: Interactions) -> Popularity:
        need_some(data)
        self.counts = data.popularity().astype(np.float32)
        return self

    def scores(self, histories: sp.csr_matrix) -> Scores:
        return np.tile(self.counts, (histories.shape[0], 1))
