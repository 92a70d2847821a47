"""A question → the shop's entry that answers it, in either language; none below a threshold."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Protocol, Sequence

import numpy as np

from actions.service.faq_concepts import Concepts
from actions.service.faq_index import FaqIndex, passages
from actions.service.faq_judging import Judge
from actions.service.faq_reading import Reader
from catalog.service import FaqEntry
from catalog.shop import Shop

log = logging.getLogger(__name__)

FOLDER = "service"
#: Enough for a question that is known to be one for customer service. Set by hand, so that scripted
#: conversations are answered rightly or not at all; most of what lies between this and the
#: threshold was right among the demo shop's validation questions.
OF_SERVICE = 0.35
_LONGEST = 500


class Encoder(Protocol):
    """The text encoder, as far as it is needed here."""

    @property
    def fingerprint(self) -> str:
        """Names the weights and the precision."""

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of questions, (texts, dim)."""

    def encode_products(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of what they are compared with, (texts, dim)."""


@dataclass(frozen=True)
class FaqMatch:
    """An entry, and how surely it answers a question."""

    entry: FaqEntry
    score: float
    """Probability that it does rather than none, as calibrated on other shops' questions."""


class FaqSearch:
    """Finds among entries that stay as they are.

    Parameters
    ----------
    entries
        At least one.
    encoder
        The one that ``vectors`` were made with.
    vectors
        Of ``passages(entries)``; made here where they are not given.
    judge, reader
        Other ones than those that are shipped, for evaluations.
    """

    def __init__(
        self,
        entries: Sequence[FaqEntry],
        encoder: Encoder,
        vectors: Optional[np.ndarray] = None,
        judge: Optional[Judge] = None,
        reader: Optional[Reader] = None,
    ) -> None:
        if vectors is None:
            vectors = encoder.encode_products([p.text for p in passages(entries)])
        self._encoder = encoder
        self.judge = judge or Judge.load()
        self._reader = reader or Reader(Concepts.load())
        self.index = FaqIndex(entries, self._reader, vectors)

    def ranked(self, text: str, most: int = 5) -> list[FaqMatch]:
        """The entries that suit a question best, whatever the threshold."""
        text = text[:_LONGEST]
        if not text.strip():
            return []
        vector = self._encoder.encode_queries([text])[0]
        rows = self.judge.probabilities(self.index.features(self._reader.read(text), vector))
        scores = self.index.best_of_entries(rows)
        order = np.argsort(-scores, kind="stable")[:most]
        return [FaqMatch(self.index.entries[i], float(scores[i])) for i in order]

    def find(self, text: str, of_service: bool = False) -> Optional[FaqMatch]:
        """The entry that answers a question; None where none does surely enough."""
        found = self.ranked(text, 1)
        threshold = min(OF_SERVICE, self.judge.threshold) if of_service else self.judge.threshold
        return found[0] if found and found[0].score >= threshold else None


class ShopFaq:
    """The answers of a shop, followed while it runs. Safe to use from several threads.

    The vectors of the entries are kept in the shop's folder, under a name that changes with the
    entries and with the encoder.

    Parameters
    ----------
    shop
        An open shop.
    encoder
        Its text encoder.
    """

    def __init__(self, shop: Shop, encoder: Encoder) -> None:
        self._shop = shop
        self._encoder = encoder
        self._lock = threading.Lock()
        self._revision = ""
        self._search: Optional[FaqSearch] = None

    def find(self, text: str, language: str = "", of_service: bool = False) -> Optional[FaqMatch]:
        """The entry that answers a question; None where none does surely enough.

        Entries in another language than the question's are found as well. Of a question that is
        known to be one for customer service less is asked.
        """
        search = self._current()
        return search.find(text, of_service) if search is not None else None

    def ranked(self, text: str, most: int = 5) -> list[FaqMatch]:
        """The entries that suit a question best, whatever the threshold."""
        search = self._current()
        return search.ranked(text, most) if search is not None else []

    def warm_up(self) -> None:
        """Read the entries, so that the first question does not wait for it."""
        self._current()

    def _current(self) -> Optional[FaqSearch]:
        revision = self._shop.store.service.faq_revision()
        with self._lock:
            if revision != self._revision:
                entries = self._shop.store.service.faq() if revision else []
                self._search = self._opened(entries) if entries else None
                self._revision = revision
            return self._search

    def _opened(self, entries: Sequence[FaqEntry]) -> FaqSearch:
        texts = [passage.text for passage in passages(entries)]
        name = hashlib.blake2b(digest_size=12)
        for part in (self._encoder.fingerprint, *texts):
            name.update(part.encode("utf-8", "surrogatepass") + b"\0")
        file = self._shop.path / FOLDER / f"faq-{name.hexdigest()}.npy"
        vectors = _kept(file, len(texts))
        if vectors is None:
            vectors = self._encoder.encode_products(texts).astype(np.float32)
            _keep(file, vectors)
        return FaqSearch(entries, self._encoder, vectors)


def _kept(file: Path, count: int) -> Optional[np.ndarray]:
    try:
        vectors = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    sound = vectors.ndim == 2 and len(vectors) == count and bool(np.isfinite(vectors).all())
    return vectors if sound else None


def _keep(file: Path, vectors: np.ndarray) -> None:
    """Write the vectors, and take older ones away; without them it is only slower."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            np.save(stream, vectors, allow_pickle=False)
        part.replace(file)
        for old in file.parent.glob("faq-*.npy"):
            if old != file:
                old.unlink(missing_ok=True)
    except OSError as error:
        log.warning("The vectors of the shop's answers are not kept: %s", error.strerror)
