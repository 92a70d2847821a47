"""How well the shop's answers are found, and how well it is known that there is none."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

import numpy as np

from actions.service.faq import Encoder, FaqSearch
from bot.evaluate.faq_cases import Case, read_cases, right
from bot.evaluate.faq_peers import peers, threshold
from catalog.demo.service import FAQ_FILE
from catalog.feeds.faq import read_faq
from catalog.service import FaqEntry


def evaluate_faq(
    cases: Sequence[Case],
    entries: Sequence[FaqEntry],
    encoder: Encoder,
    valid: Optional[tuple[Sequence[Case], Sequence[FaqEntry]]] = None,
) -> dict[str, Any]:
    """Figures of the answers as they are found in a turn, and of peers.

    Parameters
    ----------
    valid
        Other questions with the entries that they are about, on which the peers' thresholds are
        chosen; without them there are no peers.

    Returns
    -------
    ``accuracy``: share of the questions with an answer whose right entry is first and above the
    threshold; ``strict``: the same where entries that mean the same count as wrong; ``first``:
    whether it is first, whatever the threshold; ``rejected``: share of the others that nothing is
    answered to; each also for each language, and the same of each of ``peers``.
    """
    search = FaqSearch(entries, encoder)
    scores, times = np.zeros((len(cases), len(entries))), []
    place = {entry.id: i for i, entry in enumerate(search.index.entries)}
    for row, case in enumerate(cases):
        began = time.perf_counter()
        found = search.ranked(case.text, len(entries))
        times.append(1e3 * (time.perf_counter() - began))
        scores[row, [place[match.entry.id] for match in found]] = [m.score for m in found]
    figures: dict[str, Any] = {
        "entries": len(entries),
        "questions": sum(case.entry is not None for case in cases),
        "off_topic": sum(case.entry is None for case in cases),
        **_figures(scores, cases, entries, search.judge.threshold),
        "threshold": round(search.judge.threshold, 4),
        "ms_p50": round(float(np.percentile(times, 50)), 2),
        "ms_p95": round(float(np.percentile(times, 95)), 2),
    }
    if valid is not None:
        figures["peers"] = _peers(cases, entries, encoder, *valid)
    return figures


def read_valid(path: Path) -> tuple[list[Case], list[FaqEntry]]:
    """Questions about the demo shop's own answers, and these answers."""
    entries, _ = read_faq(FAQ_FILE)
    return read_cases(path, entries), entries


def _peers(
    cases: Sequence[Case],
    entries: Sequence[FaqEntry],
    encoder: Encoder,
    valid: Sequence[Case],
    known: Sequence[FaqEntry],
) -> Mapping[str, Any]:
    found = {}
    for name, peer in peers(encoder).items():
        limit = threshold(peer, valid, known)
        found[name] = {
            **_figures(peer(cases, entries), cases, entries, limit),
            "threshold": round(limit, 4),
        }
    return found


def _figures(
    scores: np.ndarray, cases: Sequence[Case], entries: Sequence[FaqEntry], limit: float
) -> dict[str, float]:
    best, rows = scores.argmax(1), np.arange(len(cases))
    given = scores.max(1) >= limit
    fits = right(cases, entries)[rows, best]
    exact = right(cases, entries, strict=True)[rows, best]
    asked = np.array([case.entry is not None for case in cases])
    found: dict[str, float] = {}
    for language in ("", *sorted({case.language for case in cases})):
        mine = np.array([language in ("", case.language) for case in cases])
        end = f"_{language}" if language else ""
        for name, values, some in (
            ("accuracy", fits & given, asked),
            ("rejected", ~given, ~asked),
            ("strict", exact & given, asked),
            ("first", fits, asked),
        ):
            if (some & mine).any():
                found[name + end] = round(float(values[some & mine].mean()), 4)
    return found
