"""The trained reader of windows, run by ONNX Runtime: no torch in the process.

``<home>/reader/<fingerprint>/`` holds the fine-tuned encoder in eight bits, the head, and
``reader.json`` with the checksum of both; ``CURRENT`` names the one in use. One reader serves
every shop.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Optional

import numpy as np

from actions.interest.reading.comparison import TextVectors, compare, parts_of
from actions.interest.reading.head import NAMES, Head, features
from actions.interest.reading.kinds import Kinds
from actions.interest.reading.rows import RowWriter, shares
from actions.interest.reading.windows import DRIFT, KINDS, RETURN, Reading, Window
from catalog.encoders.base import BaseEncoder, load_base
from catalog.encoders.onnx import OnnxEncoder
from catalog.encoders.text import OnnxTextEncoder
from catalog.errors import ShoptalkError
from catalog.lexicon.lexicon import Lexicon
from catalog.settings import Settings

FOLDER, CURRENT = "reader", "CURRENT"
ENCODER, HEAD, ABOUT = "encoder-int8.onnx", "head.safetensors", "reader.json"
#: Names of the head of the comparison begin so; the middle of all texts is kept with it.
COMPARED, MIDDLE = "compared.", "compared.middle"
FORMAT = 1
#: The comparison's share in what both say, and the probability of drift from which a shopper
#: counts as drifted; chosen on validation cases.
SHARE, THRESHOLD = 0.7, 0.55
TINY = 1e-6
MISSING = "The reader of windows is not trained yet: run `shoptalk train reader`."
DAMAGED = "The reader of windows is damaged: run `shoptalk train reader --force`."
FOREIGN = (
    "The reader of windows is of another text encoder or version: run `shoptalk train reader`."
)


class DriftReader:
    """Says what the step from one window to the next is.

    Parameters
    ----------
    encoder, head
        The fine-tuned encoder, which reads windows together.
    vectors, kinds, compared
        Vectors of texts that are read apart, kinds of product named in them, and the head that
        compares by both.
    share
        Of the comparison in what both say.
    threshold
        The probability of drift from which a shopper counts as drifted.
    """

    def __init__(
        self,
        encoder: OnnxEncoder,
        head: Head,
        vectors: TextVectors,
        kinds: Kinds,
        compared: Head,
        share: float = SHARE,
        threshold: float = THRESHOLD,
        fingerprint: str = "",
    ) -> None:
        self._encoder, self._head = encoder, head
        self._vectors, self._kinds = vectors, kinds
        self._compared, self._share = compared, share
        self._rows = RowWriter(encoder.tokenizer, encoder.max_tokens)
        self.threshold = threshold
        self.fingerprint = fingerprint

    @classmethod
    def open(cls, settings: Settings, base: Optional[BaseEncoder] = None) -> DriftReader:
        """The reader in use, warmed up.

        Raises
        ------
        ShoptalkError
            Where there is none, or it is damaged or of another encoder than the settings'.
        """
        folder = settings.home / FOLDER
        try:
            name = Path((folder / CURRENT).read_text("utf-8").strip()).name
        except (FileNotFoundError, NotADirectoryError) as error:
            raise ShoptalkError(MISSING) from error
        return cls.of(folder / name, base or load_base(settings))

    @classmethod
    def of(cls, folder: Path, base: BaseEncoder) -> DriftReader:
        """A reader from its own folder."""
        about = read_about(folder)
        if about.get("format") != FORMAT or about.get("base") != base.fingerprint:
            raise ShoptalkError(FOREIGN)
        if about.get("kinds") != list(KINDS) or about.get("sha256") != checksums(folder):
            raise ShoptalkError(DAMAGED)
        from safetensors.numpy import load_file

        tensors = load_file(str(folder / HEAD))
        own = {name: tensors[name] for name in tensors if not name.startswith(COMPARED)}
        middle = tensors.pop(MIDDLE, None)
        apart = {n.removeprefix(COMPARED): tensors[n] for n in tensors if n.startswith(COMPARED)}
        if {*own} != {*NAMES} or {*apart} != {*NAMES} or middle is None:
            raise ShoptalkError(DAMAGED)
        reader = cls(
            OnnxEncoder(folder / ENCODER, base, max_tokens=base.max_tokens),
            Head(own, float(about["temperature"])),
            TextVectors(OnnxTextEncoder(base), middle),
            Kinds(Lexicon.load()),
            Head(apart),
            fingerprint=folder.name,
        )
        reader.read(Window(words=("a tent",)), Window(words=("a lamp",)))
        return reader

    def read(self, before: Window, after: Window, earlier: Optional[Window] = None) -> Reading:
        """What the shopper's step from ``before`` to ``after`` is.

        Parameters
        ----------
        earlier
            What the shopper was after before ``before``, where it is known; without it nothing
            can be returned to.
        """
        row = self._rows.row(before, after, earlier)
        hidden, _mask = self._encoder.run([list(row.ids)])
        means = shares(row.parts, len(row.ids)) @ hidden[0]
        together = self._head.probabilities(features(means))
        parts = parts_of(before, after, earlier)
        known = self._vectors.of([text for part in parts for text in part])
        seen = np.concatenate(
            [compare(parts, known, self._encoder.dim), self._kinds.between(parts)]
        )
        apart = self._compared.probabilities(seen)
        logs = (1 - self._share) * np.log(together + TINY) + self._share * np.log(apart + TINY)
        found = np.exp(logs - logs.max())
        found /= found.sum()
        if not earlier:
            found[KINDS.index(RETURN)] = 0.0
            found /= found.sum()
        told = dict(zip(KINDS, map(float, found), strict=True))
        return Reading(told, told[DRIFT] >= self.threshold)


def read_about(folder: Path) -> dict:
    """The manifest.

    Raises
    ------
    ShoptalkError
        Where it is not there or cannot be read.
    """
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ShoptalkError(DAMAGED) from error
    if not isinstance(about, dict):
        raise ShoptalkError(DAMAGED)
    return about


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of the files beside the manifest; of one that is not there, nothing."""
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in (ENCODER, HEAD)
        if (folder / name).is_file()
    }
