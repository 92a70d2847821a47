"""Several things said in one message: where it may be cut, and what is meant by each part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from bot.nlu.classifier import IntentClassifier, Predictions
from bot.nlu.passes import Pass

#: Where one thing said may end and the next begin.
JOINT = re.compile(
    r"[.!?;,。！？；，、…~\n]+\s*"
    r"|\s+(?=(?:and|but|also|plus|btw|then|oh|so|or)\b)"
    r"|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])"
    r"|\s*(?=另外|还有|還有|顺便|順便|然后|然後|对了|對了|而且|以及|再帮我|再就是)",
    re.IGNORECASE,
)
#: Where words may end: at a space, and before any Chinese character.
WORD_END = re.compile(r"\s+|(?<=\S)(?=[\u4e00-\u9fff])")
#: A message is cut at joints into so many parts at most, of at most so many pieces.
MOST, PIECES = 3, 8
#: Each part's intent has to be this probable, and a part more is worth this much of the mean
#: logarithm of the probabilities: a short part hides well in a long one.
SURE, WORTH = 0.5, 0.1
#: Between words a message is cut where its second intent has at least this share of the whole, and
#: the intents of both sides are this probable.
SHARE, SIDE = 0.15, 0.9
#: Intents of a word or two that go with anything; the message is about the other part.
COURTESY = frozenset({"greet", "goodbye", "thanks", "affirm", "deny", "feedback"})


@dataclass(frozen=True)
class Part:
    """A part of a message with an intent of its own."""

    name: str
    confidence: float
    text: str


def spans(text: str) -> list[tuple[int, int]]:
    """Begin and end of what lies between joints and has a letter or digit in it."""
    ends = [m.start() for m in JOINT.finditer(text)] + [len(text)]
    begins = [0] + [m.end() for m in JOINT.finditer(text)]
    return [
        (begin, end)
        for begin, end in zip(begins, ends, strict=True)
        if any(character.isalnum() for character in text[begin:end])
    ]


def parts_of(text: str, seen: Pass, classifier: IntentClassifier, whole: Predictions) -> list[Part]:
    """The parts of a message with different intents, in the order said; none where it has one.

    It is cut where the intents of the parts are most probable, at joints or, where none of them
    does, between any two words.

    Parameters
    ----------
    whole
        What the classifier says of the whole message.
    """
    places = _few(spans(text))
    found = _at_joints(text, places, seen, classifier) if len(places) > 1 else []
    return found or _between_words(text, seen, classifier, whole)


def _few(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """At most ``PIECES``: what comes after is one with the last."""
    if len(places) <= PIECES:
        return places
    return [*places[: PIECES - 1], (places[PIECES - 1][0], places[-1][1])]


def _at_joints(
    text: str, places: list[tuple[int, int]], seen: Pass, classifier: IntentClassifier
) -> list[Part]:
    count = len(places)
    ranges = list(combinations(range(count + 1), 2))
    stretches = {(a, b): (places[a][0], places[b - 1][1]) for a, b in ranges}
    said = classifier.of_vectors([seen.part(*stretches[r]) for r in ranges])
    told = dict(zip(ranges, zip(said.best, said.confidences.tolist(), strict=True), strict=True))
    best = float("-inf")
    chosen: tuple[tuple[int, int], ...] = ()
    for parts in range(2, min(MOST, count) + 1):
        for cuts in combinations(range(1, count), parts - 1):
            cut = tuple(zip((0, *cuts), (*cuts, count), strict=True))
            names = [told[r][0] for r in cut]
            if all(a != b for a, b in pairwise(names)):
                score = np.log([told[r][1] for r in cut]).mean() + WORTH * parts
                if score >= best:
                    best, chosen = score, cut
    if not chosen or min(told[r][1] for r in chosen) < SURE:
        return []
    return [Part(*told[r], text[slice(*stretches[r])].strip()) for r in chosen]


def _between_words(
    text: str, seen: Pass, classifier: IntentClassifier, whole: Predictions
) -> list[Part]:
    places = [m.start() for m in WORD_END.finditer(text)]
    if not places or np.sort(whole.probabilities[0])[-2] < SHARE:
        return []
    left = classifier.of_vectors([seen.part(0, at) for at in places])
    right = classifier.of_vectors([seen.part(at, len(text)) for at in places])
    both = left.confidences * right.confidences
    both[[a == b for a, b in zip(left.best, right.best, strict=True)]] = 0.0
    at = int(both.argmax())
    if both[at] == 0.0 or min(left.confidences[at], right.confidences[at]) < SIDE:
        return []
    sides = (left, text[: places[at]]), (right, text[places[at] :])
    return [Part(said.best[at], float(said.confidences[at]), side.strip()) for said, side in sides]


def main_part(parts: list[Part]) -> Part:
    """What a message is mostly about: its first part that is more than a courtesy."""
    return next((part for part in parts if part.name not in COURTESY), parts[0])
