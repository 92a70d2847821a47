"""Several things said in one message: where it may be cut, and what is meant by each part."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
#: A part counts where its intent is at least this probable.
SURE = 0.6
#: A message without joints is cut where the two likeliest intents of the whole have at least
#: these shares of it, and each is at least this probable on its side of the cut.
SHARE, SIDE = 0.15, 0.7
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

    Neighbours of the same intent are one part. A part that is not clear belongs to its
    neighbour. A message said in one breath is cut where its two likeliest intents part best.

    Parameters
    ----------
    whole
        What the classifier says of the whole message.
    """
    places = spans(text)
    found: list[Part] = []
    if len(places) > 1:
        said = classifier.of_vectors([seen.part(begin, end) for begin, end in places])
        found = _joined(text, places, said)
    return found if len(found) > 1 else _cut(text, seen, classifier, whole)


def _joined(text: str, places: list[tuple[int, int]], said: Predictions) -> list[Part]:
    found: list[tuple[str, float, int, int]] = []
    for (begin, end), name, confidence in zip(
        places, said.best, said.confidences.tolist(), strict=True
    ):
        if found and (confidence < SURE or found[-1][0] == name):
            before = found[-1]
            found[-1] = (before[0], max(before[1], confidence), before[2], end)
        elif confidence >= SURE:
            found.append((name, confidence, begin, end))
    return [Part(name, sure, text[begin:end].strip()) for name, sure, begin, end in found]


def _cut(text: str, seen: Pass, classifier: IntentClassifier, whole: Predictions) -> list[Part]:
    first, second = np.argsort(-whole.probabilities[0], kind="stable")[:2]
    if whole.probabilities[0, second] < SHARE:
        return []
    places = [m.start() for m in WORD_END.finditer(text)]
    if not places:
        return []
    left = classifier.of_vectors([seen.part(0, at) for at in places]).probabilities
    right = classifier.of_vectors([seen.part(at, len(text)) for at in places]).probabilities
    best: tuple[float, int, int, int] = (SIDE, -1, -1, -1)
    for a, b in ((first, second), (second, first)):
        weaker = np.minimum(left[:, a], right[:, b])
        at = int(weaker.argmax())
        best = max(best, (float(weaker[at]), places[at], int(a), int(b)))
    confidence, at, a, b = best
    if at < 0:
        return []
    return [
        Part(whole.labels[a], confidence, text[:at].strip()),
        Part(whole.labels[b], confidence, text[at:].strip()),
    ]


def main_part(parts: list[Part]) -> Part:
    """What a message is mostly about: its first part that is more than a courtesy."""
    return next((part for part in parts if part.name not in COURTESY), parts[0])
