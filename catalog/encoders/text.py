"""The text encoder port, and which adapter is opened when.

An index and its queries use one precision: int8 vectors and exact ones differ enough to change
one of the ten nearest. The fingerprint therefore names the weights and the precision, and a query
is encoded in the precision of the index it asks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Optional, Protocol, Sequence, runtime_checkable

import numpy as np

from catalog.encoders.base import BaseEncoder, Report, load_base, to_stderr
from catalog.encoders.onnx import OnnxEncoder, export
from catalog.encoders.tuned import shop_base
from catalog.errors import ShoptalkError
from catalog.machine import cores, has_cuda
from catalog.settings import Settings

Progress = Callable[[int, int], None]

INT8 = "int8"
EXACT = "exact"
"""float32, or bfloat16 on a GPU, which is the same to four digits of cosine."""
PRECISIONS = (INT8, EXACT)

PRODUCT_TOKENS = 64


@runtime_checkable
class TextEncoder(Protocol):
    """Turns texts into L2-normalised float32 vectors (texts, dim)."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    @property
    def fingerprint(self) -> str:
        """Names weights and precision: vectors of equal fingerprints can be compared."""

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of what shoppers say."""

    def encode_products(
        self, texts: Sequence[str], progress: Optional[Progress] = None
    ) -> np.ndarray:
        """Vectors of product texts; ``progress`` is called with done and total."""


class OnnxTextEncoder:
    """The default adapter: ONNX Runtime on the CPU.

    Parameters
    ----------
    base
        The encoder; it is exported on first use and kept in its folder.
    precision
        ``int8`` or ``exact``.
    callers
        How many batches of products are encoded side by side.
    """

    def __init__(
        self,
        base: BaseEncoder,
        precision: str = INT8,
        callers: int = 1,
        report: Report = to_stderr,
    ):
        self.fingerprint = f"{base.fingerprint}-{precision}"
        self.titles = base.titles
        self._base = base
        self._callers = callers
        path = exported(base, precision, report)
        self._encoder = OnnxEncoder(path, base, max_tokens=PRODUCT_TOKENS)
        self.dim = self._encoder.dim

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._encoder.encode(texts, prefix=self._base.query_prefix)

    def encode_products(
        self, texts: Sequence[str], progress: Optional[Progress] = None
    ) -> np.ndarray:
        return self._encoder.encode(
            texts, prefix=self._base.passage_prefix, callers=self._callers, progress=progress
        )


def exported(base: BaseEncoder, precision: str = INT8, report: Report = to_stderr) -> Path:
    """The encoder as an ONNX file, exported now where that was not done yet."""
    if precision not in PRECISIONS:
        raise ValueError(f"There is no precision {precision!r}.")
    path = base.onnx_path if precision == INT8 else base.folder / "encoder-exact.onnx"
    if not path.is_file():
        report(f"Exporting the text encoder in {precision} precision (once) …")
        export(base.model(), path, quantize=precision == INT8, sample=base.sample())
    return path


def load_text_encoder(
    settings: Settings,
    *,
    fingerprint: str = "",
    for_index: bool = False,
    ranker: Optional[Path] = None,
    report: Report = to_stderr,
) -> TextEncoder:
    """The encoder that fits the machine and the purpose.

    Parameters
    ----------
    fingerprint
        That of the index to be asked; empty where there is none yet.
    for_index
        Encode many texts: on the GPU where there is one, else on every core.
    ranker
        Where a shop's own encoder would be; the index may still be that of the base.

    Raises
    ------
    ShoptalkError
        Where the index was made with other weights.
    """
    base = load_base(settings, report)
    own = base if ranker is None else shop_base(settings, ranker, report)
    if fingerprint:
        weights, _, precision = fingerprint.partition("-")
        base = own if weights == own.fingerprint else base
        if weights != base.fingerprint or precision not in PRECISIONS:
            raise ShoptalkError(
                "The index was made with another text encoder: run `shoptalk index` again."
            )
        return OnnxTextEncoder(base, precision, report=report)
    if for_index and has_cuda():
        from catalog.encoders.sentence import SentenceEncoder

        return SentenceEncoder(own, "cuda")
    return OnnxTextEncoder(own, INT8, callers=cores() if for_index else 1, report=report)
