"""How much of what shoppers say the trained assistant understands, on cases labelled by hand.

A case is ``{"text", "lang", "intents", "after"?, "any"?}``, one JSON object a line. ``intents``
are those that are said, in order; where ``any`` is true it is enough that the main intent is one
of them, because readers would differ.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Optional, Sequence

import numpy as np

from bot.evaluate import diet
from bot.nlu.calibration import expected_calibration_error
from bot.nlu.understanding import FALLBACK, Meaning
from catalog.errors import ShoptalkError

#: Intents of texts that the assistant has nothing to say to.
OUT = frozenset({"out_of_scope", FALLBACK})

Understand = Callable[[str, str], Meaning]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Case:
    """A message and what it means."""

    text: str
    language: str
    intents: tuple[str, ...]
    after: str = ""
    either: bool = False
    """Whether any one of the intents is right."""

    @property
    def kind(self) -> str:
        """``single``, ``several`` or ``context``."""
        if len(self.intents) > 1 and not self.either:
            return "several"
        return "context" if self.after else "single"


def read_cases(path: Path) -> list[Case]:
    """Read cases, one JSON object a line.

    Raises
    ------
    ShoptalkError
        Where a line is something else, or there is none.
    """
    found = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise ShoptalkError(f"{path} cannot be read: {error.strerror}.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            found.append(
                Case(
                    row["text"],
                    row.get("lang", ""),
                    tuple(row["intents"]),
                    row.get("after", ""),
                    bool(row.get("any", False)),
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ShoptalkError(
                f"{path}, line {number}: not a case with text and intents."
            ) from error
    if not found:
        raise ShoptalkError(f"{path} holds no cases.")
    return found


def evaluate_understanding(cases: Sequence[Case], understand: Understand) -> dict[str, Any]:
    """Score the meanings of cases.

    Returns
    -------
    ``accuracy``: the share of cases with one intent that get it as the main one (out of scope
    counts as understood where it is said to be, or asked about); ``several``: the share of cases
    with several intents of which exactly those are found; ``main_of_several``: … whose main intent
    is one of them; ``context``: the share right of those that depend on what was before;
    ``without_context``: the same when that is not told; ``oos_recall``; ``per_language``;
    ``asked``: the share where the shopper would be asked between two intents; ``ece`` of the main
    intent's confidence; ``ms_p50`` and ``ms_p95`` of one call of ``understand``; ``failures``.
    """
    right: dict[str, list[bool]] = defaultdict(list)
    times, sure, failures = [], [], []
    asked = 0
    for case in cases:
        began = time.perf_counter()
        found = understand(case.text, case.after)
        times.append(1e3 * (time.perf_counter() - began))
        asked += bool(found.between)
        ok = _right(case, found)
        right[case.kind].append(ok)
        right[f"{case.kind} {case.language}"].append(ok)
        if case.kind == "single":
            out = case.intents[0] == "out_of_scope"
            right["oos" if out else "in_scope"].append(ok)
            best = next(
                row for row in found.ranking if row["name"] != FALLBACK or len(found.ranking) == 1
            )
            sure.append((best["confidence"], best["name"] in case.intents))
        elif case.kind == "several":
            right["main"].append(found.intent["name"] in case.intents)
        elif case.kind == "context":
            right["without"].append(_right(case, understand(case.text, "")))
        if not ok:
            failures.append(
                {
                    "text": case.text,
                    "after": case.after,
                    "expected": list(case.intents),
                    "got": [part.name for part in found.parts] or [found.intent["name"]],
                    "ranking": [[r["name"], round(r["confidence"], 2)] for r in found.ranking[:3]],
                }
            )
    confidences, hits = np.array([c for c, _ in sure]), np.array([h for _, h in sure])
    return {
        "cases": len(cases),
        "accuracy": _share(right["single"]),
        "in_scope_accuracy": _share(right["in_scope"]),
        "oos_recall": _share(right["oos"]),
        "several": _share(right["several"]),
        "main_of_several": _share(right["main"]),
        "context": _share(right["context"]),
        "without_context": _share(right["without"]),
        "per_language": {
            language: _share(right[f"single {language}"])
            for language in sorted({case.language for case in cases})
        },
        "asked": asked / len(cases),
        "ece": expected_calibration_error(confidences, hits) if len(sure) else None,
        "ms_p50": float(np.percentile(times, 50)),
        "ms_p95": float(np.percentile(times, 95)),
        "failures": failures,
    }


def evaluate_peer(
    cases: Sequence[Case],
    examples: Sequence[tuple[str, str]],
    epochs: int,
    seed: int,
    progress: Progress,
) -> dict[str, Any]:
    """The same figures of Rasa's default pipeline, trained on (text, intent) pairs.

    It is told nothing of what was before, and has one intent for a message.
    """
    texts = list(dict.fromkeys(case.text for case in cases))
    peer = diet.run_peer(
        [text for text, _ in examples],
        [intent for _, intent in examples],
        [],
        texts,
        epochs=epochs,
        seed=seed,
        progress=progress,
    )
    answers = zip(peer.test.best, peer.test.confidences, strict=True)
    said = {
        text: _meaning(best, float(sure)) for text, (best, sure) in zip(texts, answers, strict=True)
    }
    figures = evaluate_understanding(cases, lambda text, after: said[text])
    times = {
        "ms_p50": float(np.percentile(peer.milliseconds, 50)),
        "ms_p95": float(np.percentile(peer.milliseconds, 95)),
    }
    left = {name: value for name, value in figures.items() if name not in ("failures", "asked")}
    return {"name": peer.name, **left, **times, "train_seconds": peer.train_seconds}


def _meaning(best: str, confidence: float) -> Meaning:
    intent = {"name": best, "confidence": confidence}
    if confidence >= diet.THRESHOLD:
        return Meaning(intent, [intent], [])
    unclear = {"name": FALLBACK, "confidence": 1.0 - confidence}
    return Meaning(unclear, [unclear, intent], [])


def _right(case: Case, found: Meaning) -> bool:
    names = [part.name for part in found.parts] or [found.intent["name"]]
    if case.kind == "several":
        return set(names) == set(case.intents)
    if set(case.intents) <= OUT:
        return found.intent["name"] in OUT
    if case.either:
        return found.intent["name"] in case.intents
    return found.intent["name"] == case.intents[0]


def _share(hits: Sequence[bool]) -> Optional[float]:
    return float(np.mean(hits)) if hits else None
