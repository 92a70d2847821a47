"""Texts apart by their words: a measure of what a tagger does with words that it never saw.

Where training and test share their words a tagger can know them by heart, and such a test says
little about the next brand or fabric. Here some words (spans with their labels) are drawn; texts
made of none of them are for training, texts made of nothing else for the test, all others for
neither.
"""

from __future__ import annotations

from typing import Sequence

import numpy as np

from bot.nlu.tagging.data import Tagged
from bot.nlu.tagging.variants import words_of
from catalog.errors import ShoptalkError


def apart(texts: Sequence[Tagged], share: float, seed: int) -> tuple[list[Tagged], list[Tagged]]:
    """Texts to train on and texts to test with that have no word in common.

    Parameters
    ----------
    share
        Of the words, for the test. The most frequent word stays with training.

    Raises
    ------
    ShoptalkError
        Where one of the two would be empty.
    """
    words = [set(words_of(text)) for text in texts]
    counts: dict[object, int] = {}
    for some in words:
        for word in some:
            counts[word] = counts.get(word, 0) + 1
    random = np.random.default_rng(seed)
    known = sorted(counts, key=lambda word: (-counts[word], str(word)))
    drawn = {word for word in known[1:] if random.random() < share}
    train = [text for text, some in zip(texts, words, strict=True) if not some & drawn]
    test = [text for text, some in zip(texts, words, strict=True) if some and some <= drawn]
    if not train or not test:
        raise ShoptalkError("There are too few texts to keep some words apart from the others.")
    return train, test
