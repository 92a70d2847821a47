"""The text encoder run by sentence-transformers: for a GPU, where it encodes in bfloat16."""

from __future__ import annotations

from typing import Optional, Sequence

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers.utils import logging

from catalog.encoders.base import BaseEncoder
from catalog.encoders.text import EXACT, PRODUCT_TOKENS, Progress

CHUNK = 4096


class SentenceEncoder:
    """The adapter over sentence-transformers; its vectors are the exact ones.

    Parameters
    ----------
    base
        The encoder, read from its cache folder.
    device
        ``cuda`` or ``cpu``.
    """

    def __init__(self, base: BaseEncoder, device: str = "cuda", batch: int = 256):
        dtype = torch.bfloat16 if device == "cuda" else torch.float32
        logging.disable_progress_bar()
        transformer = Transformer(
            str(base.folder),
            model_kwargs={"dtype": dtype, **base.load_options},
            max_seq_length=PRODUCT_TOKENS,
        )
        self.fingerprint = f"{base.fingerprint}-{EXACT}"
        self.dim = base.dim
        self._base = base
        self._batch = batch
        self._model = SentenceTransformer(
            modules=[transformer, Pooling(base.dim, "mean"), Normalize()], device=device
        )

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._encode(texts, self._base.query_prefix, None)

    def encode_products(
        self, texts: Sequence[str], progress: Optional[Progress] = None
    ) -> np.ndarray:
        return self._encode(texts, self._base.passage_prefix, progress)

    def _encode(
        self, texts: Sequence[str], prefix: str, progress: Optional[Progress]
    ) -> np.ndarray:
        vectors = np.empty((len(texts), self.dim), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), CHUNK):
            chosen = order[start : start + CHUNK]
            tensor = self._model.encode(
                [prefix + texts[i] for i in chosen],
                batch_size=self._batch,
                convert_to_tensor=True,
                show_progress_bar=False,
            )
            found = tensor.float().cpu().numpy()
            vectors[chosen] = found / np.linalg.norm(found, axis=1, keepdims=True)
            if progress is not None:
                progress(start + len(chosen), len(texts))
        return vectors
