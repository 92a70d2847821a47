"""What finding the shop's answers is compared with: the encoder's cosine alone, and BM25 alone."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Callable, Mapping, Sequence

import numpy as np

from actions.service.faq import Encoder
from actions.service.faq_concepts import HAN, WORD, stem
from bot.evaluate.faq_cases import Case, only, right
from bot.evaluate.faq_fit import quantile_of_rejected
from catalog.product import LANGUAGES
from catalog.service import FaqEntry
from catalog.text import fold

#: Cases and entries → scores, (cases, entries).
Peer = Callable[[Sequence[Case], Sequence[FaqEntry]], np.ndarray]
_K1, _B = 1.2, 0.75


def peers(encoder: Encoder) -> Mapping[str, Peer]:
    """Name → what scores entries."""
    return {"cosine": lambda cases, entries: _cosine(encoder, cases, entries), "bm25": _bm25}


def threshold(peer: Peer, cases: Sequence[Case], entries: Sequence[FaqEntry]) -> float:
    """The score from which on a peer answers, chosen as ours is, on the same cases."""
    answers = right(cases, entries)
    asked = answers.any(1)
    found = []
    for languages in (LANGUAGES, *((language,) for language in LANGUAGES)):
        seen = [only(entry, languages) for entry in entries]
        scores = peer(cases, seen)
        without = np.where(answers, -np.inf, scores)[asked].max(1)
        found.append(quantile_of_rejected(scores[~asked].max(1), without))
    return float(np.mean(found))


def _cosine(encoder: Encoder, cases: Sequence[Case], entries: Sequence[FaqEntry]) -> np.ndarray:
    """The cosine of the case and the question that is nearest to it."""
    asked = encoder.encode_queries([case.text for case in cases])
    best = np.full((len(cases), len(entries)), -np.inf)
    for language in LANGUAGES:
        places = [i for i, entry in enumerate(entries) if language in entry.question]
        if places:
            texts = [entries[i].question[language] for i in places]
            found = asked @ encoder.encode_products(texts).T
            best[:, places] = np.maximum(best[:, places], found)
    return best


def _bm25(cases: Sequence[Case], entries: Sequence[FaqEntry]) -> np.ndarray:
    """Okapi BM25 over stems and pairs of Chinese characters, of question and answer."""
    documents = [
        Counter(
            term
            for text in (*entry.question.values(), *entry.answer.values())
            for term in _terms(text)
        )
        for entry in entries
    ]
    frequency = Counter(term for document in documents for term in document)
    lengths = np.array([sum(document.values()) for document in documents])
    scale = _K1 * (1 - _B + _B * lengths / lengths.mean())
    scores = np.zeros((len(cases), len(entries)))
    for row, case in enumerate(cases):
        for term in _terms(case.text):
            times = np.array([document[term] for document in documents])
            rare = np.log(1 + (len(entries) - frequency[term] + 0.5) / (frequency[term] + 0.5))
            scores[row] += rare * times * (_K1 + 1) / (times + scale)
    return scores


def _terms(text: str) -> list[str]:
    folded = fold(text)
    pairs = [a + b for a, b in pairwise(folded) if HAN.match(a + b)]
    return [*map(stem, WORD.findall(folded)), *(p for p in pairs if HAN.match(p[1]))]
