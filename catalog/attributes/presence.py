"""Which products lack an attribute because the feed left it out, and not because they have none.

A knitted dress states no closure, for it has none, and the next knitted dress does not either. So
a value that no text names is inferred only for products that read like those which state one
(Little & Rubin 2002 call such gaps missing at random).
"""

from __future__ import annotations

from typing import Sequence

import numpy as np

from catalog.attributes.classifier import Classifier
from catalog.attributes.words import Words

STATED, LACKING = "stated", "lacking"
FOLDS = 3


def likely_stated(
    stated: Sequence[Words], lacking: Sequence[Words], stand_for: float = 1.0, seed: int = 0
) -> np.ndarray:
    """Whether each product without the attribute reads like those with it: bool (lacking,).

    Parameters
    ----------
    stated
        Texts of products that have it.
    lacking
        Texts of products that do not; a third of them at a time is judged by the others.
    stand_for
        How many products each of ``stated`` stands for, where they are a sample.
    """
    found = np.zeros(len(lacking), bool)
    if not len(stated):
        return found
    share = max(1, round(len(lacking) / max(stand_for, 1.0)))
    random = np.random.default_rng(seed)
    parts = random.permutation(len(lacking)) % FOLDS
    for part in range(FOLDS):
        judged = np.flatnonzero(parts == part)
        others = np.flatnonzero(parts != part)
        # As many of either as there are in the catalogue: texts alike are judged by the majority.
        chosen = others[random.permutation(len(others))[:share]]
        if not len(judged):
            continue
        texts = [*stated, *(lacking[i] for i in chosen)]
        labels = [STATED] * len(stated) + [LACKING] * len(chosen)
        classifier = Classifier.learn(texts, labels, seed=seed)
        best = classifier.margins([lacking[i] for i in judged]).argmax(axis=1)
        found[judged] = [classifier.labels[b] == STATED for b in best]
    return found
