"""What each user seems to look for before anything is said, from what the user took."""

from __future__ import annotations

from typing import Callable, Iterable, Mapping

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from bot.evaluate.ask.data import AskData
from catalog.collaborative.als import Als
from catalog.collaborative.base import CollaborativeModel
from catalog.collaborative.blend import Blend
from catalog.collaborative.ease import Ease
from catalog.errors import ShoptalkError

Scores = npt.NDArray[np.float32]
#: User → scores of all items, at least 0.
Prior = Mapping[int, Scores]
MODELS: Mapping[str, Callable[[], CollaborativeModel]] = {"ease": Ease, "als": Als, "blend": Blend}
#: Likenesses of what the user took to the items by their attributes; no other user counts.
CONTENT = "content"
UNIFORM = "uniform"
PRIORS = (UNIFORM, *MODELS, CONTENT)


def prior_of(name: str, data: AskData, users: Iterable[int]) -> Prior:
    """The named prior of some users.

    Scores of collaborative models below 0 count as 0. What a user took before stays a candidate
    like any other, as in the papers.

    Raises
    ------
    ShoptalkError
        For a name that is none of ``PRIORS``.
    """
    chosen = sorted(set(users))
    histories = data.train.matrix()[chosen]
    if name == UNIFORM or not len(data.train):
        scores = np.ones((len(chosen), len(data.attributes)), np.float32)
    elif name == CONTENT:
        scores = _content(data.attributes.matrix, histories)
    elif name in MODELS:
        scores = np.maximum(MODELS[name]().fit(data.train).scores(histories), 0.0)
    else:
        raise ShoptalkError(f"There is no prior {name!r}: choose of {', '.join(PRIORS)}.")
    return dict(zip(chosen, scores, strict=True))


def _content(matrix: sp.csr_matrix, histories: sp.csr_matrix) -> Scores:
    """Cosines of items and histories over their attributes, rare ones counting more."""
    frequency = np.bincount(matrix.indices, minlength=matrix.shape[1])
    rare = np.log(matrix.shape[0] / np.maximum(frequency, 1)).astype(np.float32)
    items = _unit(matrix @ sp.diags(rare))
    tastes = _unit(histories @ items)
    return np.asarray((tastes @ items.T).toarray(), np.float32)


def _unit(rows: sp.csr_matrix) -> sp.csr_matrix:
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return (sp.diags(1 / np.maximum(length, 1e-9)) @ rows).tocsr().astype(np.float32)
