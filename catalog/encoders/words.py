"""The table of word vectors, which is most of an encoder: read from the disk row by row.

The table lies in ``model.safetensors`` in half precision, among the other weights, once. It is
mapped into memory and never read whole: processes on one machine share the pages they touch, and
a process that has seen ten thousand words holds ten thousand rows.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from catalog.errors import ShoptalkError

#: The name of the table in a BERT-like model of ``transformers``.
TABLE = "embeddings.word_embeddings.weight"
HALF = np.dtype("<f2")


class Words:
    """Vectors of words by their numbers.

    Parameters
    ----------
    table
        float16 (words, dim).
    """

    def __init__(self, table: np.ndarray) -> None:
        self._table = table
        self._ids = np.zeros(0, np.int64)
        self._added = np.zeros((0, self.dim), np.float32)

    @classmethod
    def open(cls, path: Path) -> Words:
        """Map the table in a file of weights.

        Raises
        ------
        ShoptalkError
            Where the file is not there, cut short or damaged.
        """
        try:
            return cls(_map(path))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ShoptalkError(damaged(path.parent)) from error

    @property
    def size(self) -> int:
        """How many words there are."""
        return int(self._table.shape[0])

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._table.shape[1])

    def rows(self, ids: np.ndarray) -> np.ndarray:
        """Vectors of words: float32 (…, dim) of numbers (…)."""
        ids = np.asarray(ids, np.int64)
        found = self._table[ids].astype(np.float32)
        if len(self._ids):
            places = np.searchsorted(self._ids, ids).clip(max=len(self._ids) - 1)
            changed = self._ids[places] == ids
            found[changed] += self._added[places[changed]]
        return found

    def plus(self, ids: np.ndarray, added: np.ndarray) -> Words:
        """The same table with something added to the vectors of some words.

        Parameters
        ----------
        ids
            Their numbers, each once: (changed,).
        added
            What is added: (changed, dim).
        """
        order = np.argsort(ids)
        words = Words(self._table)
        words._ids = np.asarray(ids, np.int64)[order]
        words._added = np.asarray(added, np.float32)[order]
        return words


def damaged(folder: Path) -> str:
    """What to say of a cache folder that cannot be read."""
    return f"The text encoder in {folder} is damaged: delete that folder, and it is made again."


def _map(path: Path) -> np.ndarray:
    """The table as it lies in the file; the format is that of ``safetensors``."""
    whole = path.stat().st_size
    with path.open("rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        if 8 + size > whole:
            raise ValueError("no header")
        header = json.loads(stream.read(size))
    header.pop("__metadata__", None)
    if 8 + size + max(entry["data_offsets"][1] for entry in header.values()) != whole:
        raise ValueError("cut short")
    entry = header[TABLE]
    begin, end = entry["data_offsets"]
    rows, dim = entry["shape"]
    if entry["dtype"] != "F16" or end - begin != rows * dim * HALF.itemsize:
        raise ValueError("no table of half precision")
    mapped = np.memmap(path, HALF, mode="r", offset=8 + size + begin, shape=(rows, dim))
    return np.asarray(mapped)  # the same pages; the subclass is slower at rows
