"""Rasa's default pipeline as an entity extractor: what the tagger is compared with.

DIET learns entities only. Tokens are set apart by spaces. Rasa's default tokenizer splits there,
but takes words of nothing but Chinese characters for emoji and drops them; so the peer splits at
spaces and drops nothing, without which it would find no span at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Mapping, Sequence

from bot.evaluate.diet import EPOCHS, ask, pipeline
from bot.nlu.tagging.data import Tagged
from bot.nlu.tagging.spans import Stretch, spans_of

Progress = Callable[[str], None]
TOKENIZER = f"{__package__}.diet_tokenizer.SpaceTokenizer"
#: DIET does not begin without an intent; it learns nothing of this one.
ANY_INTENT = "query"


@dataclass(frozen=True)
class DietSpans:
    """What the peer finds in the texts."""

    name: str
    spans: list[list[Stretch]]
    train_seconds: float


def run_diet(
    train: Sequence[Tagged],
    test: Sequence[Tagged],
    *,
    epochs: int = EPOCHS,
    seed: int = 0,
    progress: Progress,
) -> DietSpans:
    """Train the peer in a process of its own and have it find the spans of ``test``.

    Raises
    ------
    ShoptalkError
        Where the process fails, with the last it said.
    """
    found = ask(
        pipeline(TOKENIZER, intent_classification=False),
        [
            {"text": spaced(t.tokens)[0], "intent": ANY_INTENT, "entities": entities_of(t)}
            for t in train
        ],
        [spaced(t.tokens)[0] for t in test],
        epochs=epochs,
        seed=seed,
        progress=progress,
    )
    spans = [
        spans_from(said.entities, text.tokens) for said, text in zip(found.said, test, strict=True)
    ]
    return DietSpans(found.name, spans, found.train_seconds)


def spaced(tokens: Sequence[str]) -> tuple[str, list[int]]:
    """Tokens with spaces between, and where each begins.

    >>> spaced(["红", "裙"])
    ('红 裙', [0, 2])
    """
    begins, at = [], 0
    for token in tokens:
        begins.append(at)
        at += len(token) + 1
    return " ".join(tokens), begins


def entities_of(tagged: Tagged) -> list[dict[str, Any]]:
    """Spans as Rasa writes entities."""
    text, begins = spaced(tagged.tokens)
    found = []
    for first, end, label in spans_of(tagged.tags):
        start, stop = begins[first], begins[end - 1] + len(tagged.tokens[end - 1])
        found.append({"start": start, "end": stop, "value": text[start:stop], "entity": label})
    return found


def spans_from(
    entities: Sequence[Mapping[str, Any]], tokens: Sequence[str]
) -> list[tuple[int, int, str]]:
    """What Rasa found, in tokens."""
    _text, begins = spaced(tokens)
    found = []
    for entity in entities:
        inside = [
            i
            for i, begin in enumerate(begins)
            if begin < entity["end"] and begin + len(tokens[i]) > entity["start"]
        ]
        if inside:
            found.append((inside[0], inside[-1] + 1, str(entity["entity"])))
    return found
