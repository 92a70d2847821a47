"""What every collaborative model does: learn from interactions, score products for histories."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Mapping, Optional, Sequence, TypeVar

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from catalog.collaborative.interactions import Interactions

Scores = npt.NDArray[np.float32]
Self = TypeVar("Self", bound="CollaborativeModel")


class CollaborativeModel(ABC):
    """Scores products for shoppers by their histories alone, so that a new shopper needs no fit.

    A model is made from a frozen config, kept as ``config``.
    """

    name: ClassVar[str]
    #: Field of the config → values worth trying. Tuning draws from them.
    space: ClassVar[Mapping[str, Sequence[Any]]] = {}
    config: Any

    @property
    def half_life(self) -> Optional[float]:
        """How quickly products in a history lose weight; see ``Interactions.matrix``."""
        return getattr(self.config, "half_life", None)

    @abstractmethod
    def fit(self: Self, data: Interactions) -> Self:
        """Learn from interactions.

        Raises
        ------
        ValueError
            Where there are none.
        """

    @abstractmethod
    def scores(self, histories: sp.csr_matrix) -> Scores:
        """Score all products for histories.

        Parameters
        ----------
        histories
            Shoppers × products, weights of what each one took; an empty row is a new shopper.

        Returns
        -------
        Shape (shoppers, products); higher is better, comparable within a row. Products of the
        history are scored like all others: leaving them out is up to the caller.
        """


def need_some(data: Interactions) -> None:
    """Refuse to learn from nothing.

    Raises
    ------
    ValueError
        Where there are no interactions.
    """
    if not len(data):
        raise ValueError("There are no interactions to learn from.")
