"""Export of a torch encoder to ONNX, in float32 or in int8. Needs torch, once."""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    from transformers import BertModel

OPSET = 18


def export(model: BertModel, out: Path, *, quantize: bool) -> Path:
    """Write ``model`` to ``out`` as ONNX: ids and mask in, last hidden state out.

    Parameters
    ----------
    model
        A BERT-like encoder; adapters must have been merged into it.
    out
        The file to write; it is there whole or not at all.
    quantize
        Keep weights in int8 and quantise activations as they come (dynamic quantisation).
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=out.parent) as folder:
        exact, final = Path(folder) / "exact.onnx", Path(folder) / "final.onnx"
        with _quiet():
            _export_exact(model, exact)
            if quantize:
                _quantise(exact, final)
            else:
                final = exact
        final.replace(out)
    return out


def _export_exact(model: BertModel, out: Path) -> None:
    import torch

    class LastHiddenState(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            return self.encoder(
                input_ids=input_ids, attention_mask=attention_mask
            ).last_hidden_state

    was_training, attention = model.training, model.config._attn_implementation
    model.eval()
    model.set_attn_implementation("eager")  # a third fewer nodes than the fused kernel's graph
    try:
        ids = torch.full((2, 9), 5, dtype=torch.long)
        mask = torch.ones_like(ids)
        mask[1, 6:] = 0
        axes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length", max=510)}
        with torch.no_grad():
            torch.onnx.export(
                LastHiddenState().eval(),
                (ids, mask),
                str(out),
                input_names=["input_ids", "attention_mask"],
                output_names=["last_hidden_state"],
                dynamic_shapes={"input_ids": axes, "attention_mask": axes},
                opset_version=OPSET,
                dynamo=True,
                external_data=False,
                verbose=False,
            )
    finally:
        model.set_attn_implementation(attention)
        model.train(was_training)


def _quantise(exact: Path, out: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        exact,
        out,
        weight_type=QuantType.QInt8,
        per_channel=True,
        extra_options={"MatMulConstBOnly": True},
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporter's chatter off both streams; errors are raised all the same."""
    previous = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(previous)
