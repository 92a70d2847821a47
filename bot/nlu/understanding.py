"""What a message means: its intent, and what it asks for. The same inside Rasa and without it."""

from __future__ import annotations

import tarfile
import tempfile
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Sequence

from actions.request.extract import extract
from actions.request.roles import Role
from bot.nlu.classifier import ABOUT, TENSORS, IntentClassifier
from bot.nlu.parts import Part, main_part, parts_of
from bot.nlu.passes import Pass
from bot.nlu.tagger import ROLE_FILES
from catalog.errors import ShoptalkError
from catalog.settings import Settings
from catalog.vocabulary import Vocabulary

#: Longer messages are cut: nobody describes a product in more.
MAX_LENGTH = 1000
#: The intent of what is not understood; Rasa's name for it.
FALLBACK = "nlu_fallback"
#: As many intents are ranked.
RANKING_LENGTH = 10
#: Signs that are said instead of words.
SIGNS = frozenset("👍👎👌🙏❤😍✅❌🆗💔")
#: Two intents are asked between where they have this much of the probability together …
BOTH = 0.8
#: … and the second has this share of the first's.
CLOSE = 0.75
#: A role is told where the tags of its words have this mean probability.
SURE_ROLE = 0.8

#: The key of a message under which components leave the milliseconds they took.
TIMES = "shoptalk_ms"
#: The key of a message under which the intent component leaves what it found besides.
PARTS = "shoptalk_parts"

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


@dataclass(frozen=True)
class Meaning:
    """What a message means, before it is known what it asks of the catalogue."""

    intent: Scored
    """The main intent, or ``FALLBACK``."""
    ranking: list[Scored]
    """Intents of the whole message, best first."""
    parts: list[Part]
    """The things said, where they have different intents; else empty."""
    between: tuple[str, ...] = ()
    """Two intents that are about equally likely, where the shopper has to be asked."""
    roles: tuple[Role, ...] = ()
    """What some of the words are there for."""


def meaning(
    classifier: IntentClassifier, text: str, after: str = "", threshold: Optional[float] = None
) -> Meaning:
    """What some words mean.

    Below the threshold, by default the one found in training, the intent is ``FALLBACK`` and the
    ranking goes on behind it. So it is where there is no letter or digit in any script, nor a sign
    that stands for words.

    Parameters
    ----------
    after
        What the assistant did just before: an act of ``nlu_data/README.md``, or nothing.
    """
    if not any(character.isalnum() or character in SIGNS for character in text):
        nothing: Scored = {"name": FALLBACK, "confidence": 1.0}
        return Meaning(nothing, [nothing], [])
    (seen,) = classifier.passes([text], [after])
    whole = classifier.of_vectors([seen.whole()])
    ranking: list[Scored] = [
        {"name": label, "confidence": confidence}
        for label, confidence in whole.ranking()[:RANKING_LENGTH]
    ]
    parts = parts_of(text, seen, classifier, whole)
    roles = roles_of(text, seen, classifier)
    if len(parts) > 1:
        main = main_part(parts)
        named: Scored = {"name": main.name, "confidence": main.confidence}
        return Meaning(named, ranking, parts, roles=roles)
    best, second = ranking[0], ranking[1]
    if _about_equal(best["confidence"], second["confidence"]):
        unclear: Scored = {"name": FALLBACK, "confidence": 1.0 - best["confidence"]}
        return Meaning(unclear, [unclear, *ranking], [], (best["name"], second["name"]), roles)
    if whole.scores[0] >= (classifier.threshold if threshold is None else threshold):
        return Meaning(best, ranking, [], roles=roles)
    unclear = {"name": FALLBACK, "confidence": 1.0 - best["confidence"]}
    return Meaning(unclear, [unclear, *ranking], [], roles=roles)


def roles_of(text: str, seen: Pass, classifier: IntentClassifier) -> tuple[Role, ...]:
    """The parts of a text that surely play a role."""
    if classifier.roles is None:
        return ()
    return tuple(
        Role(span.role, text[span.begin : span.end], span.begin)
        for span in classifier.roles.tag(seen, text)
        if span.confidence >= SURE_ROLE
    )


def _about_equal(best: float, second: float) -> bool:
    return best + second >= BOTH and second >= CLOSE * best


def request(text: str, vocabulary: Vocabulary, roles: Sequence[Role] = ()) -> dict[str, Any]:
    """What some words ask for: ``language``, ``changes`` and ``residual``, as JSON.

    ``roles`` are those of ``meaning``. With them ``unread`` has the qualities that are wanted and
    that the catalogue has no words for.
    """
    utterance = extract(text, vocabulary, roles=roles)
    out: dict[str, Any] = {
        "language": utterance.language,
        "changes": [change.to_json() for change in utterance.changes],
        "residual": utterance.free_text,
    }
    return {**out, "unread": list(utterance.unread)} if utterance.unread else out


def trained_classifier(archive: Path, settings: Settings) -> IntentClassifier:
    """The classifier in a model archive that Rasa wrote.

    Raises
    ------
    ShoptalkError
        Where there is none in it, or the archive is damaged.
    """
    with tempfile.TemporaryDirectory() as name:
        try:
            found = _unpack(archive, Path(name))
        except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
            raise ShoptalkError(
                f"{archive} cannot be read: delete it and train again with `shoptalk train`."
            ) from error
        if not {ABOUT, TENSORS} <= found:
            raise ShoptalkError(
                f"{archive} was trained without Shoptalk's intent classifier: train again with "
                "`shoptalk train`."
            )
        return IntentClassifier.load(Path(name), settings)


def _unpack(archive: Path, folder: Path) -> set[str]:
    """Copy the classifier's files out of the archive; the names of those that were there."""
    found = set()
    with tarfile.open(archive) as tar:
        for member in tar:
            file = Path(member.name).name
            if file in (ABOUT, TENSORS, *ROLE_FILES) and member.isfile():
                stream = tar.extractfile(member)
                assert stream is not None
                (folder / file).write_bytes(stream.read())
                found.add(file)
    return found
