"""What several models say of the same products, beside the one that ranks them.

Where they agree that a product of the long tail would be taken, it more likely is: each of them
errs in its own way about products that few took. Their scores are evidence for ``relevance``.
"""

from __future__ import annotations

from typing import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from catalog.collaborative.als import Als, AlsConfig
from catalog.collaborative.base import CollaborativeModel
from catalog.collaborative.blend import standardised
from catalog.collaborative.ease import Ease, EaseConfig
from catalog.collaborative.interactions import Interactions

#: λ in proportion to popularity, so that rare products are linked, too.
LINKS = EaseConfig(regularisation=1.5, evenness=1.0)
#: Few factors, and more of them with stronger evidence.
FACTORS = (
    AlsConfig(factors=12, regularisation=3.0, confidence=10.0),
    AlsConfig(factors=48, regularisation=10.0, confidence=20.0, seed=1),
)


class Opinions:
    """Several models fitted on the same log."""

    def __init__(self, models: Sequence[CollaborativeModel]) -> None:
        self.models = tuple(models)

    @classmethod
    def of(cls, products: int) -> Opinions:
        """Those for a catalogue of this size: without EASE where it cannot hold it."""
        factors = [Als(config) for config in FACTORS]
        return cls(factors if products > Ease.LIMIT else [Ease(LINKS), *factors])

    def fit(self, data: Interactions) -> Opinions:
        """Learn from interactions.

        Raises
        ------
        ValueError
            Where there are none.
        """
        for model in self.models:
            model.fit(data)
        return self

    def scores(self, histories: sp.csr_matrix) -> npt.NDArray[np.float32]:
        """Scores standardised within the shopper, shape (shoppers, products, models)."""
        return np.stack([standardised(model.scores(histories)) for model in self.models], axis=-1)
