"""An exported encoder run by ONNX Runtime: no torch and no transformers in the process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Iterator, Optional, Sequence

import numpy as np
import onnxruntime as ort
from tokenizers import Encoding

from catalog.encoders.export import export
from catalog.encoders.words import Words
from catalog.errors import ShoptalkError

if TYPE_CHECKING:
    from catalog.encoders.base import BaseEncoder

__all__ = ["OnnxEncoder", "export"]

Progress = Callable[[int, int], None]
VECTORS, MASK = "inputs_embeds", "attention_mask"


class OnnxEncoder:
    """Hidden states and sentence vectors of texts.

    Parameters
    ----------
    path
        What ``export`` wrote.
    base
        The encoder that it was exported from: its tokenizer and its words.
    words
        Vectors of the words, where they are not those of ``base``.
    threads
        Threads for one call; one is best where several requests are served at once.
    max_tokens
        Longer texts are cut, special tokens included.

    Raises
    ------
    ShoptalkError
        Where the file is damaged, or was exported from another encoder.
    """

    def __init__(
        self,
        path: Path,
        base: BaseEncoder,
        *,
        words: Optional[Words] = None,
        threads: int = 1,
        max_tokens: int = 512,
    ):
        self.tokenizer = base.tokenizer
        self.words = words if words is not None else base.words
        self.max_tokens = max_tokens
        self._session = _open(path, threads)
        shapes = {entry.name: entry.shape for entry in self._session.get_inputs()}
        if shapes.get(VECTORS, [None])[-1] != self.words.dim:
            raise ShoptalkError(_unreadable(path))
        self.dim = int(self._session.get_outputs()[0].shape[-1])

    def hidden(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, list[Encoding]]:
        """Run the encoder on texts, padded to the longest of them, without a prefix.

        Returns
        -------
        hidden
            float32 (texts, tokens, dim).
        mask
            int64 (texts, tokens), 1 where there is a token.
        encodings
            The tokenizer's view of each text, with offsets; it is not cut.
        """
        encodings = self.tokenizer.encode_batch(list(texts))
        rows = [self._cut(encoding.ids) for encoding in encodings]
        hidden, mask = self.run(rows)
        return hidden, mask, encodings

    def encode(
        self,
        texts: Sequence[str],
        *,
        prefix: str = "",
        batch: int = 8,
        callers: int = 1,
        progress: Optional[Progress] = None,
    ) -> np.ndarray:
        """Mean-pooled, L2-normalised vectors: float32 (texts, dim), in the order given.

        Batches hold texts of like length; small ones stay in the processor's cache and are the
        fastest. ``callers`` batches run side by side, each on its own thread.
        """
        rows = [
            self._cut(encoding.ids)
            for encoding in self.tokenizer.encode_batch([prefix + text for text in texts])
        ]
        vectors = np.empty((len(rows), self.dim), np.float32)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        batches = [order[start : start + batch] for start in range(0, len(order), batch)]

        def run(chosen: list[int]) -> int:
            vectors[chosen] = pool(*self.run([rows[i] for i in chosen]))
            return len(chosen)

        done = 0
        for count in _each(run, batches, callers):
            done += count
            if progress is not None:
                progress(done, len(rows))
        return vectors

    def _cut(self, ids: list[int]) -> list[int]:
        if len(ids) <= self.max_tokens:
            return ids
        return [*ids[: self.max_tokens - 1], ids[-1]]

    def run(self, rows: Sequence[list[int]]) -> tuple[np.ndarray, np.ndarray]:
        """Hidden states (texts, tokens, dim) and mask (texts, tokens) of token numbers."""
        length = max(map(len, rows), default=0)
        vectors = np.zeros((len(rows), length, self.words.dim), np.float32)
        mask = np.zeros((len(rows), length), np.int64)
        for i, row in enumerate(rows):
            vectors[i, : len(row)] = self.words.rows(np.array(row, np.int64))
            mask[i, : len(row)] = 1
        if not rows:
            return np.empty((0, 0, self.dim), np.float32), mask
        (hidden,) = self._session.run(None, {VECTORS: vectors, MASK: mask})
        return hidden, mask


def _open(path: Path, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime raises a class of its own for every kind of fault
        raise ShoptalkError(_unreadable(path)) from error


def _unreadable(path: Path) -> str:
    return f"The exported encoder {path} cannot be read: delete it, and it is made again."


def _each(run: Callable[[list[int]], int], batches: list[list[int]], callers: int) -> Iterator[int]:
    if callers <= 1 or len(batches) <= 1:
        yield from map(run, batches)
        return
    with ThreadPoolExecutor(callers) as executor:
        try:
            yield from executor.map(run, batches)
        except BaseException:
            executor.shutdown(cancel_futures=True)
            raise


def pool(hidden: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Mean over the tokens that are there, scaled to length one: float32 (texts, dim)."""
    weights = mask.astype(np.float32)
    weights /= weights.sum(axis=1, keepdims=True)
    vectors = np.einsum("nt,ntd->nd", weights, hidden)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
