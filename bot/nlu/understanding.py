"""What a message means: its intent, and what it asks for. The same inside Rasa and without it."""

from __future__ import annotations

import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any, Optional

from actions.request.extract import extract
from bot.nlu.classifier import ABOUT, TENSORS, IntentClassifier
from catalog.errors import ShoptalkError
from catalog.settings import Settings
from catalog.vocabulary import Vocabulary

#: Longer messages are cut: nobody describes a product in more.
MAX_LENGTH = 1000
#: The intent of what is not understood; Rasa's name for it.
FALLBACK = "nlu_fallback"
#: As many intents are ranked.
RANKING_LENGTH = 10

#: The key of a message under which components leave the milliseconds they took.
TIMES = "shoptalk_ms"

Scored = dict[str, Any]


def since(began: float) -> float:
    """Milliseconds since a reading of ``time.perf_counter``."""
    return round(1e3 * (time.perf_counter() - began), 2)


def spoken(text: Optional[str]) -> str:
    """The words of a message: cut to ``MAX_LENGTH``, without leading slashes.

    Rasa lets whoever writes ``/intent{"entity": …}`` choose what was understood. Shoppers are
    not trusted with that, so that slashes do not count.
    """
    return (text or "").strip()[:MAX_LENGTH].lstrip("/／ \t\r\n").rstrip()


def intents(
    classifier: IntentClassifier, text: str, threshold: Optional[float] = None
) -> tuple[Scored, list[Scored]]:
    """The intent of some words and the ranking of all, as ``{"name", "confidence"}``.

    Below the threshold, by default the one found in training, the intent is ``FALLBACK`` and the
    ranking goes on behind it. So it is where there is no letter or digit in any script.
    """
    if not any(character.isalnum() for character in text):
        nothing: Scored = {"name": FALLBACK, "confidence": 1.0}
        return nothing, [nothing]
    ranking: list[Scored] = [
        {"name": label, "confidence": confidence}
        for label, confidence in classifier.predict([text]).ranking()[:RANKING_LENGTH]
    ]
    best = ranking[0]["confidence"]
    if best >= (classifier.threshold if threshold is None else threshold):
        return ranking[0], ranking
    unclear: Scored = {"name": FALLBACK, "confidence": 1.0 - best}
    return unclear, [unclear, *ranking]


def request(text: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """What some words ask for: ``language``, ``changes`` and ``residual``, as JSON."""
    utterance = extract(text, vocabulary)
    return {
        "language": utterance.language,
        "changes": [change.to_json() for change in utterance.changes],
        "residual": utterance.free_text,
    }


def trained_classifier(archive: Path, settings: Settings) -> IntentClassifier:
    """The classifier in a model archive that Rasa wrote.

    Raises
    ------
    ShoptalkError
        Where there is none in it.
    """
    with tempfile.TemporaryDirectory() as name:
        found = set()
        with tarfile.open(archive) as tar:
            for member in tar:
                file = Path(member.name).name
                if file in (ABOUT, TENSORS) and member.isfile():
                    stream = tar.extractfile(member)
                    assert stream is not None
                    (Path(name) / file).write_bytes(stream.read())
                    found.add(file)
        if found != {ABOUT, TENSORS}:
            raise ShoptalkError(
                f"{archive} was trained without Shoptalk's intent classifier: train again with "
                "`shoptalk train`."
            )
        return IntentClassifier.load(Path(name), settings)
