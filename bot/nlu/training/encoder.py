"""The encoder while it learns: what is trained, in which precision, and what is kept."""

from __future__ import annotations

import time
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, ContextManager, Iterable, Iterator, Optional

import numpy as np
import torch
from torch import nn

from bot.nlu.training import adapters, prefix
from bot.nlu.training.config import ADALORA, FULL, PREFIX, TrainConfig
from bot.nlu.training.dropout import Masks, with_masks

if TYPE_CHECKING:
    from transformers import BertModel

    from catalog.encoders.base import BaseEncoder

LAYERS = "encoder.layer."
WORDS = "embeddings.word_embeddings.weight"
#: Each precision is timed so many times before one is chosen.
TRIES = 15
PAST = "prefix."


class Trainable:
    """An encoder, prepared for one training method.

    Parameters
    ----------
    steps
        Optimiser steps that are to come (AdaLoRA prunes its ranks by them).
    words
        Token numbers whose vectors are trained where the configuration says so.
    """

    def __init__(
        self, base: BaseEncoder, config: TrainConfig, steps: int, words: Iterable[int] = ()
    ) -> None:
        self.config = config
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.dim = base.dim
        encoder: Any = base.model()
        self.layers: int = encoder.config.num_hidden_layers
        self.heads: int = encoder.config.num_attention_heads
        encoder.to(self.device)
        self._half = _half_precision(config.precision, self.device)
        # The fused kernel's backward pass is several times slower on short texts on a processor.
        encoder.set_attn_implementation("eager")
        self._masks = Masks(config.dropout)
        with_masks(encoder, self._masks)
        self._encoder = self._model = encoder
        self._words: Optional[_Words] = None
        self._prefix: list[prefix.PrefixAttention] = []
        if config.method == FULL and config.words:
            self._words = _Words(sorted(set(words)), encoder.config.vocab_size, base.dim)
            self._words.to(self.device)
        for name, parameter in encoder.named_parameters():
            parameter.requires_grad = config.method == FULL and self._learns(name)
        first = self._first_prefix(base) if config.method == PREFIX else None
        if self._half:
            encoder.to(torch.bfloat16)
        if first is not None:
            self._prefix = prefix.insert(encoder, *first)
        elif config.method != FULL:
            self._model = adapters.with_adapters(encoder, config, steps).to(self.device)

    @property
    def words(self) -> torch.Tensor:
        """The vectors of all tokens as the encoder came with them, never trained."""
        return self._encoder.embeddings.word_embeddings.weight.detach()

    @property
    def positions(self) -> torch.Tensor:
        """The vectors of all places, as they are now."""
        return self._encoder.embeddings.position_embeddings.weight.detach()

    def _learns(self, name: str) -> bool:
        """Whether full fine-tuning changes a parameter: not the words, nor the lowest layers."""
        lowest = int(name.removeprefix(LAYERS).split(".")[0]) if LAYERS in name else -1
        return name != WORDS and (lowest >= self.config.first_layer or not self.config.first_layer)

    def parameters(self) -> list[nn.Parameter]:
        """Everything that is trained."""
        own = list(self._words.parameters()) if self._words is not None else []
        return [p for p in self._model.parameters() if p.requires_grad] + own

    def groups(self) -> list[tuple[float, list[nn.Parameter]]]:
        """What is trained, with the factor of its learning rate."""
        if self.config.method != FULL or self.config.layer_decay == 1.0:
            return [(1.0, self.parameters())]
        groups: dict[float, list[nn.Parameter]] = {}
        for name, parameter in self._model.named_parameters():
            if parameter.requires_grad:
                depth = int(name.removeprefix(LAYERS).split(".")[0]) if LAYERS in name else -1
                factor = self.config.layer_decay ** (self.layers - 1 - depth)
                groups.setdefault(factor, []).append(parameter)
        if self._words is not None:
            lowest = self.config.layer_decay**self.layers
            groups.setdefault(lowest, []).extend(self._words.parameters())
        return sorted(groups.items(), key=lambda item: item[0])

    def train(self, on: bool = True) -> None:
        """Switch dropout on or off."""
        self._model.train(on)

    @contextmanager
    def dropping(self, least: float) -> Iterator[None]:
        """At least so much dropout of hidden states while it lasts, whatever the method."""
        before = self._masks.p
        self._masks.p = max(before, least)
        try:
            yield
        finally:
            self._masks.p = before

    def hidden(
        self, ids: torch.Tensor, mask: torch.Tensor, noise: Optional[torch.Tensor] = None
    ) -> torch.Tensor:
        """Hidden states of the last layer: float32 (texts, tokens, dim).

        ``noise`` (texts, tokens, dim) is added to the vectors of the words.
        """
        words = self._encoder.embeddings.word_embeddings(ids)
        if self._words is not None:
            words = words + self._words(ids).to(words.dtype)
        if noise is not None:
            words = words + noise.to(words.dtype)
        with self._autocast():
            hidden = self._model(inputs_embeds=words, attention_mask=mask).last_hidden_state
        return hidden.float()

    def after_step(self, step: int) -> None:
        """AdaLoRA gives its ranks where they count; needs the gradients of the step."""
        if self.config.method == ADALORA:
            self._model.base_model.update_and_allocate(step)

    def extra_loss(self) -> Optional[torch.Tensor]:
        """What AdaLoRA wants of its matrices: that they are orthogonal."""
        return adapters.orthogonality(self._model) if self.config.method == ADALORA else None

    def changed(self) -> dict[str, np.ndarray]:
        """What is to be stored to have the trained encoder again, float16; see ``apply``."""
        with torch.no_grad():
            return self._changed()

    def _changed(self) -> dict[str, np.ndarray]:
        if self.config.method == PREFIX:
            return {
                f"{PAST}keys": np.stack([_half_array(a.keys) for a in self._prefix]),
                f"{PAST}values": np.stack([_half_array(a.values) for a in self._prefix]),
            }
        if self.config.method != FULL:
            found = adapters.learned(self._model, self.config.method)
            return {name: _half_array(values) for name, values in found}
        trained = {
            name: _half_array(p) for name, p in self._model.named_parameters() if p.requires_grad
        }
        if self._words is not None:
            trained["words.ids"] = self._words.ids.astype(np.int32)
            trained["words.added"] = _half_array(self._words.added.weight[1:])
        return trained

    def _first_prefix(self, base: BaseEncoder) -> tuple[torch.Tensor, torch.Tensor]:
        count = self.config.virtual_tokens
        ids = base.tokenizer.encode((base.query_prefix or "text ") * count).ids[:count]
        return prefix.of_words(self._encoder, torch.tensor(ids, device=self.device))

    def _autocast(self) -> ContextManager[Any]:
        if not self._half or self.config.method == FULL:
            return nullcontext()
        return torch.autocast(self.device.type, torch.bfloat16)


def apply(model: BertModel, changed: dict[str, np.ndarray]) -> BertModel:
    """Put what ``Trainable.changed`` gave into ``model``, in place; return it.

    Raises
    ------
    KeyError
        Where a layer is not in the model: it belongs to another encoder.
    """
    state: dict[str, torch.Tensor] = dict(model.named_parameters())
    single = {
        name: torch.from_numpy(value.astype(np.int64 if name == "words.ids" else np.float32))
        for name, value in changed.items()
    }
    with torch.no_grad():
        for name, values in single.items():
            layer, _, kind = name.rpartition(".")
            if kind == "A":
                state[f"{layer}.weight"] += single[f"{layer}.B"] @ values
            elif kind == "scale":
                state[f"{layer}.weight"] *= values[:, None]
                state[f"{layer}.bias"] *= values
            elif name == "words.added":
                state[WORDS][single["words.ids"]] += values
            elif name == f"{PAST}keys":
                prefix.insert(model, values, single[f"{PAST}values"])
            elif kind not in ("B", "ids") and not name.startswith(PAST):
                state[name].copy_(values)
    return model


class _Words(nn.Module):
    """What is added to the vectors of chosen words; the table itself stays as it is."""

    def __init__(self, chosen: list[int], vocabulary: int, dim: int) -> None:
        super().__init__()
        self.ids = np.array(chosen, np.int64)
        places = torch.zeros(vocabulary, dtype=torch.long)
        places[torch.from_numpy(self.ids)] = torch.arange(1, len(chosen) + 1)
        self.register_buffer("places", places)
        self.added = nn.Embedding(len(chosen) + 1, dim, padding_idx=0)
        nn.init.zeros_(self.added.weight)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        places: torch.Tensor = self.places  # type: ignore[assignment]
        return self.added(places[ids])


def _half_array(values: torch.Tensor) -> np.ndarray:
    return values.detach().float().cpu().numpy().astype(np.float16)


def _half_precision(precision: str, device: torch.device) -> bool:
    if precision != "auto":
        return precision == "bf16"
    return device.type == "cuda" or bfloat16_is_fast()


def bfloat16_is_fast() -> bool:
    """Whether this processor multiplies matrices faster in bfloat16.

    Measured, each in its best of several tries: on a busy machine any one of them may be slow.
    """
    kinds = (torch.bfloat16, torch.float32)
    pairs = [(torch.ones(512, 384, dtype=k), torch.ones(384, 1536, dtype=k)) for k in kinds]
    best = [float("inf")] * len(pairs)
    for _ in range(TRIES):
        for i, (a, b) in enumerate(pairs):
            began = time.perf_counter()
            a @ b
            best[i] = min(best[i], time.perf_counter() - began)
    return best[0] < 0.7 * best[1]
