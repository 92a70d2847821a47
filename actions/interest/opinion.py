"""The last stage of the drift detector: a reading of titles and the shopper's own words."""

from __future__ import annotations

from typing import Callable, Mapping, Optional, Protocol, Sequence

from actions.interest.reading.windows import DRIFT, RETURN, Reading, Window
from actions.interest.steps import Step

#: Products and messages of a window that are read, the latest ones.
TITLES, WORDS = 5, 3
Titles = Callable[[Sequence[str]], Mapping[str, str]]


class Reader(Protocol):
    """The part of a trained reader that is needed here."""

    def read(self, before: Window, after: Window, earlier: Optional[Window] = None) -> Reading:
        """What the step from one window to the next is."""


class WordsOpinion:
    """Asks a trained reader about the steps before a change and those since it.

    Parameters
    ----------
    titles
        Ids of products → their titles; what is no longer there is left out.
    """

    def __init__(self, reader: Reader, titles: Titles) -> None:
        self._reader, self._titles = reader, titles

    def __call__(self, before: Sequence[Step], after: Sequence[Step]) -> Optional[float]:
        """The probability that interest moved on, or back; None where nothing was said since, so
        that likes alone are to be judged by."""
        then, now = self.window(before), self.window(after)
        if not now.words or not then:
            return None
        found = self._reader.read(then, now).probabilities
        return found[DRIFT] + found[RETURN]

    def window(self, steps: Sequence[Step]) -> Window:
        """The latest titles and words of some steps."""
        ids = list(dict.fromkeys(i for step in steps for i in step.products))[-TITLES:]
        titles = self._titles(ids)
        words = [step.words for step in steps if step.words][-WORDS:]
        return Window(tuple(titles[i] for i in ids if i in titles), tuple(words))
