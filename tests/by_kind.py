"""Three kinds of products that are far apart, and an encoder that knows it."""

from __future__ import annotations

import zlib
from typing import Sequence

import numpy as np

from tests.little_catalogue import ChecksumEncoder, product

KINDS = ("dress", "kettle", "sneakers")
COLORS = ("red", "blue", "green", "white", "black", "yellow", "pink", "brown", "grey", "navy")


class ByKind(ChecksumEncoder):
    """Texts of one kind of product are near each other."""

    fingerprint = "by-kind-exact"

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        rows = 0.3 * super().encode_queries(texts)
        for row, text in zip(rows, texts, strict=True):
            for place, kind in enumerate(KINDS):
                if kind.rstrip("s") in text.lower():
                    row[place] += 1.0
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


PRODUCTS = tuple(
    product(
        f"{kind}-{color}-{number}",
        f"{color.title()} {kind.title()} {number}",
        str(100 + zlib.crc32(f"{kind}{color}{number}".encode()) % 200),
        color=color,
    )
    for kind in KINDS
    for color in COLORS
    for number in (1, 2)
)
