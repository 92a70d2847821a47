"""Column readers on disk: ``attributes.json`` and ``attributes.npz`` in a build of the index.

They are two of the files of the build: its manifest has their sizes and checksums, and they come
and go with it. There is nothing in them but texts and numbers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Optional
from zipfile import BadZipFile

import numpy as np

from catalog.attributes.reader import ColumnReader

WHAT = "attributes read from texts"
#: Raise when what is learned, or how it is written, changes: indexes are then built anew.
FORMAT = 1
ABOUT, NUMBERS = "attributes.json", "attributes.npz"


@dataclass(frozen=True)
class Learned:
    """One column: what was learned of it, and what came of that."""

    reader: Optional[ColumnReader]
    """None where there was nothing to fill."""
    made_from: str
    """Names lexicon, texts and values that it was learned from."""
    filled_from: str
    """Names the products that lack the attribute."""
    inferred: tuple[tuple[int, str, float], ...]
    """Position, value and confidence of what was inferred."""


def write(folder: Path, learned: Mapping[str, Learned]) -> None:
    """Write what was learned."""
    columns = {
        name: {
            "made_from": one.made_from,
            "filled_from": one.filled_from,
            "inferred": one.inferred,
            "reader": one.reader.to_json() if one.reader else None,
        }
        for name, one in learned.items()
    }
    data = {"what": WHAT, "format": FORMAT, "columns": columns}
    (folder / ABOUT).write_text(json.dumps(data), encoding="utf-8")
    arrays = {
        f"{i}.{key}": array
        for i, one in enumerate(learned.values())
        for key, array in (one.reader.arrays() if one.reader else {}).items()
    }
    np.savez(folder / NUMBERS, **arrays)


def read(folder: Path) -> dict[str, Learned]:
    """What was learned before; empty where it is not there, damaged, or of another version."""
    try:
        data = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        if (data["what"], data["format"]) != (WHAT, FORMAT):
            return {}
        with np.load(folder / NUMBERS, allow_pickle=False) as file:
            arrays = dict(file)
        learned = {}
        for i, (name, column) in enumerate(data["columns"].items()):
            own = {k.partition(".")[2]: a for k, a in arrays.items() if k.startswith(f"{i}.")}
            about = column["reader"]
            learned[name] = Learned(
                reader=ColumnReader.from_json(about, own) if about else None,
                made_from=column["made_from"],
                filled_from=column["filled_from"],
                inferred=tuple((int(i), str(v), float(c)) for i, v, c in column["inferred"]),
            )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, BadZipFile):
        return {}
    return learned
