"""The values that a product may have, each with what speaks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Sequence

import numpy as np

from catalog.attributes.names import Names
from catalog.attributes.tagger import Found

#: Evidence below this says nothing; it keeps logarithms finite.
TRACE = 0.01
#: A name that the column does not have is a value of its own only if this likely.
NEW = 0.5
FEATURES = 10


@dataclass(frozen=True)
class Candidates:
    """What one product may have."""

    values: tuple[str, ...]
    features: np.ndarray
    """float64 (values, ``FEATURES``)."""
    named: bool
    """Whether the text names any of them."""

    def scores(self, weights: np.ndarray) -> np.ndarray:
        """Probabilities of the values, as far as one of them is right: (values,)."""
        raw = self.features @ weights
        raw = np.exp(raw - raw.max())
        return raw / raw.sum()


def evidence(found: Sequence[Found], names: Names) -> dict[str, float]:
    """How surely a text names each value: the surest of the words that may mean it."""
    best: dict[str, float] = {}
    for one in found:
        meanings = names.meanings(one.form)
        if not meanings and (one.listed or one.probability >= NEW) and _is_name(one.surface):
            meanings = {names.styled(one.surface): 1.0}
        for value, share in meanings.items():
            best[value] = max(best.get(value, 0.0), share * one.probability)
    return best


def gather(
    found: Sequence[Found],
    names: Names,
    labels: Sequence[str],
    margins: np.ndarray,
    usual: np.ndarray,
    moved: np.ndarray,
) -> Candidates:
    """Everything for one text.

    Parameters
    ----------
    found
        What the tagger found in it.
    labels, margins
        The classifier's values, and how far the text is on the side of each: float (labels,).
    usual, moved
        How usual each of them is, and how the words around make it more so, as logarithms.
    """
    told = evidence(found, names)
    literal = {names.nominal[f.form] for f in found if f.listed and f.form in names.nominal}
    listed = names.nominal.keys() | names.new
    own = {names.styled(f.surface) for f in found if f.form not in listed}
    known = set(labels)
    values = (*labels, *(value for value in told if value not in known))
    low, rare = float(margins.min()), float(usual.min())
    total, top = sum(told.values()) or 1.0, max(told.values(), default=0.0)
    rows = np.zeros((len(values), FEATURES))
    for i, value in enumerate(values):
        sure, seen = told.get(value, 0.0), i < len(labels)
        margin, share = (float(margins[i]), float(usual[i])) if seen else (low, rare)
        rows[i] = (
            margin,
            np.log((sure + TRACE) / TRACE),
            sure / total,
            sure > 0 and sure == top,
            value in literal,
            value in own,
            not seen,
            0.0 if told else margin,
            0.0 if told else share,
            0.0 if told or not seen else float(moved[i]),
        )
    return Candidates(values, rows, bool(told))


def by_text(told: Mapping[str, float], usual: str) -> str:
    """What the tagger alone would say: the value named most surely, else the usual one."""
    return max(told, key=lambda value: (told[value], value)) if told else usual


def _is_name(surface: str) -> bool:
    """Whether words could be the name of a value at all."""
    return 1 < len(surface) <= 40 and any(c.isalpha() for c in surface)
