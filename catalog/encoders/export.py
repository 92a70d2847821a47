"""Export of a torch encoder to ONNX, in float32 or in int8. Needs torch, once."""

from __future__ import annotations

import contextlib
import logging
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, Sequence

import numpy as np

if TYPE_CHECKING:
    from transformers import BertModel


def export(
    model: BertModel, out: Path, *, quantize: bool, sample: Sequence[np.ndarray] = ()
) -> Path:
    """Write ``model`` to ``out`` as ONNX: vectors of words and mask in, last hidden state out.

    The table of words is not in it: ``BaseEncoder.words`` has their vectors.

    Parameters
    ----------
    model
        A BERT-like encoder; adapters must have been merged into it.
    out
        The file to write; it is there whole or not at all.
    quantize
        Keep weights in int8 and quantise activations as they come (dynamic quantisation).
    sample
        What to adjust the quantisation to, ``BaseEncoder.sample()``.
    """
    import onnx

    from catalog.encoders.graph import can_write, write_graph
    from catalog.encoders.quantise import quantise
    from catalog.encoders.trace import trace

    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=out.parent) as folder, _quiet():
        exact, final = Path(folder) / "exact.onnx", Path(folder) / "final.onnx"
        if can_write(model):
            onnx.save(write_graph(model), str(exact))
        else:
            trace(model, exact)
        if quantize:
            quantise(exact, final, sample)
        else:
            final = exact
        final.replace(out)
    return out


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporters' chatter out of the logs; errors are raised all the same."""
    previous = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(previous)
