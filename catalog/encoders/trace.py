"""Export of a torch encoder of any kind, by tracing it."""

from __future__ import annotations

import contextlib
import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.encoders.graph import OPSET

if TYPE_CHECKING:
    from transformers import BertModel


def trace(model: BertModel, out: Path) -> None:
    """Write ``model`` to ``out`` as ONNX: vectors of words and mask in, last hidden state out."""
    import torch

    class LastHiddenState(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = model

        def forward(self, inputs_embeds: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            return self.encoder(inputs_embeds=inputs_embeds, attention_mask=mask).last_hidden_state

    was_training, attention = model.training, model.config._attn_implementation
    model.eval()
    model.set_attn_implementation("eager")  # a third fewer nodes than the fused kernel's graph
    try:
        vectors = torch.zeros(2, 9, model.get_input_embeddings().weight.shape[1])
        mask = torch.ones(2, 9, dtype=torch.long)
        mask[1, 6:] = 0
        axes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length", max=510)}
        with torch.no_grad(), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            torch.onnx.export(
                LastHiddenState().eval(),
                (vectors, mask),
                str(out),
                input_names=["inputs_embeds", "attention_mask"],
                output_names=["last_hidden_state"],
                dynamic_shapes={"inputs_embeds": axes, "mask": axes},
                opset_version=OPSET,
                dynamo=True,
                external_data=False,
                verbose=False,
            )
    finally:
        model.set_attn_implementation(attention)
        model.train(was_training)
