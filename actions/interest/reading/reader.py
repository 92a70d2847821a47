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

from actions.interest.reading.head import NAMES, Head
from actions.interest.reading.rows import RowWriter, shares
from actions.interest.reading.windows import DRIFT, KINDS, RETURN, Reading, Window
from catalog.encoders.base import BaseEncoder, load_base
from catalog.encoders.onnx import OnnxEncoder
from catalog.errors import ShoptalkError
from catalog.settings import Settings

FOLDER, CURRENT = "reader", "CURRENT"
ENCODER, HEAD, ABOUT = "encoder-int8.onnx", "head.safetensors", "reader.json"
FORMAT = 1
MISSING = "The reader of windows is not trained yet: run `shoptalk train reader`."
DAMAGED = "The reader of windows is damaged: run `shoptalk train reader --force`."
FOREIGN = (
    "The reader of windows is of another text encoder or version: run `shoptalk train reader`."
)


class DriftReader:
    """Says what the step from one window to the next is.

    Parameters
    ----------
    encoder
        The fine-tuned encoder.
    threshold
        The probability of drift from which a shopper counts as drifted.
    """

    def __init__(
        self, encoder: OnnxEncoder, head: Head, threshold: float, fingerprint: str = ""
    ) -> None:
        self._encoder, self._head = encoder, head
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
        if set(tensors) != set(NAMES):
            raise ShoptalkError(DAMAGED)
        head = Head(tensors, float(about["temperature"]))
        encoder = OnnxEncoder(folder / ENCODER, base, max_tokens=base.max_tokens)
        reader = cls(encoder, head, float(about["threshold"]), folder.name)
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
        found = self._head.probabilities(shares(row.parts, len(row.ids)) @ hidden[0])
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
