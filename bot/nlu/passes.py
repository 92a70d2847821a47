"""One pass of the encoder over messages, which everything that understands them reads from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional, Sequence

import numpy as np

from bot.nlu.training.batches import Tokens, inside, tokenise

if TYPE_CHECKING:
    from catalog.encoders.base import BaseEncoder
    from catalog.encoders.onnx import OnnxEncoder

#: As many texts of about the same length go through the encoder together.
BATCH = 8


@dataclass(frozen=True)
class Pass:
    """One text as the encoder sees it."""

    tokens: Tokens
    hidden: np.ndarray
    """float32 (tokens, dim), the last layer."""
    untrained: Optional[np.ndarray] = None
    """The same of the encoder as it was before training, where it is asked, too."""

    def whole(self) -> np.ndarray:
        """Unit vector of the text, and behind it that of the untrained encoder: float32 (dim,) or
        (2 dim,)."""
        return self._vector(slice(None))

    def part(self, begin: int, end: int) -> np.ndarray:
        """The same of a part of the text; that of the whole where no token lies in it."""
        chosen = inside(self.tokens, begin, end)
        return self._vector(chosen) if chosen.any() else self.whole()

    def _vector(self, chosen: np.ndarray | slice) -> np.ndarray:
        trained = _unit(self.hidden[chosen].mean(axis=0))
        if self.untrained is None:
            return trained
        return np.concatenate([trained, _unit(self.untrained[chosen].mean(axis=0))])


class Passes:
    """Runs an exported encoder over texts.

    Parameters
    ----------
    base
        The encoder that was trained further: its tokenizer and its prefix.
    encoder
        What was exported after training.
    untrained
        What was exported before it, where that is to be asked, too.
    """

    def __init__(
        self,
        base: BaseEncoder,
        encoder: OnnxEncoder,
        max_tokens: int,
        untrained: Optional[OnnxEncoder] = None,
    ) -> None:
        self._base = base
        self._encoder = encoder
        self._untrained = untrained
        self._max_tokens = max_tokens

    def run(self, texts: Sequence[str], after: Sequence[str] = ()) -> list[Pass]:
        """The passes of texts, in their order.

        Parameters
        ----------
        after
            What was before each text; nothing where it is not given.
        """
        befores = list(after) or [""] * len(texts)
        tokens = tokenise(self._base, list(zip(texts, befores, strict=True)), self._max_tokens)
        found: list[Pass] = [None] * len(texts)  # type: ignore[list-item]
        order = sorted(range(len(texts)), key=lambda i: len(tokens[i].ids))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            ids = [tokens[i].ids for i in chosen]
            hidden, _mask = self._encoder.run(ids)
            before = None if self._untrained is None else self._untrained.run(ids)[0]
            for row, i in enumerate(chosen):
                count = len(tokens[i].ids)
                first = None if before is None else before[row, :count]
                found[i] = Pass(tokens[i], hidden[row, :count], first)
        return found


def _unit(vector: np.ndarray) -> np.ndarray:
    return (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
