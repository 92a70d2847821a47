"""Prefix tuning: vectors that every token can look at, in every layer, and nothing else trained."""

from __future__ import annotations

import math
from typing import Any, Optional

import torch
from torch import nn

KIND = "prefix-tuned"


class PrefixAttention(nn.Module):
    """A self-attention before whose keys and values trained ones stand (Li & Liang 2021).

    It takes the place of the attention it is made of, for training and for export alike. The
    places of the tokens of a text stay what they were: the prefix has none.

    Parameters
    ----------
    attention
        A BERT-like self-attention with ``query``, ``key`` and ``value``.
    keys, values
        float32 (prefix, dim).
    """

    def __init__(self, attention: Any, keys: torch.Tensor, values: torch.Tensor) -> None:
        super().__init__()
        self.query, self.key, self.value = attention.query, attention.key, attention.value
        self.heads: int = attention.num_attention_heads
        self.keys, self.values = nn.Parameter(keys.clone()), nn.Parameter(values.clone())

    def forward(
        self,
        hidden_states: torch.Tensor,
        attention_mask: Optional[torch.Tensor] = None,
        **_unused: Any,
    ) -> tuple[torch.Tensor, None]:
        """What each token gathers: (texts, tokens, dim).

        ``attention_mask`` is None, or says of (texts, 1, tokens, tokens) by truth what may be
        looked at, or by numbers what is added to the scores.
        """
        query = self._by_head(self.query(hidden_states))
        key = self._with(self.keys, self.key(hidden_states))
        value = self._with(self.values, self.value(hidden_states))
        scores = (query @ key.transpose(-1, -2)).float() / math.sqrt(query.shape[-1])
        if attention_mask is not None:
            added = attention_mask
            if attention_mask.dtype == torch.bool:
                lowest = torch.finfo(scores.dtype).min
                added = torch.zeros_like(attention_mask, dtype=scores.dtype)
                added = added.masked_fill(~attention_mask, lowest)
            free = torch.zeros_like(added[..., :1]).expand(-1, -1, -1, self.keys.shape[0])
            scores = scores + torch.cat([free, added], dim=-1)
        gathered = scores.softmax(-1).to(value.dtype) @ value
        return gathered.transpose(1, 2).flatten(2), None

    def _with(self, prefix: torch.Tensor, of_text: torch.Tensor) -> torch.Tensor:
        own = prefix.to(of_text.dtype)[None].expand(of_text.shape[0], -1, -1)
        return self._by_head(torch.cat([own, of_text], dim=1))

    def _by_head(self, vectors: torch.Tensor) -> torch.Tensor:
        return vectors.unflatten(-1, (self.heads, -1)).transpose(1, 2)


def insert(model: Any, keys: torch.Tensor, values: torch.Tensor) -> list[PrefixAttention]:
    """Give every layer of ``model`` its prefix, in place; from the lowest layer up.

    Parameters
    ----------
    keys, values
        float32 (layers, prefix, dim).

    Raises
    ------
    KeyError
        Where the model has another number of layers: the prefix belongs to another encoder.
    """
    layers = model.encoder.layer
    if len(layers) != len(keys):
        raise KeyError(f"a prefix for {len(keys)} layers, and an encoder of {len(layers)}")
    found = []
    for layer, own_keys, own_values in zip(layers, keys, values, strict=True):
        layer.attention.self = PrefixAttention(layer.attention.self, own_keys, own_values)
        found.append(layer.attention.self)
    # Whoever knows the kind it was would take the weights of that kind for all there is.
    model.config.model_type = KIND
    return found


def of_words(model: Any, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Keys and values that the words ``ids`` (prefix,) have in each layer: a prefix to begin with.

    A prefix of random numbers turns what the encoder knows upside down; one of words does not.
    Both are float32 (layers, prefix, dim).
    """
    states: dict[str, list[torch.Tensor]] = {"key": [], "value": []}
    hooks = [
        getattr(layer.attention.self, kind).register_forward_hook(
            lambda _module, _given, made, kind=kind: states[kind].append(made[0].float())
        )
        for layer in model.encoder.layer
        for kind in states
    ]
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            model(input_ids=ids[None])
    finally:
        model.train(was_training)
        for hook in hooks:
            hook.remove()
    return torch.stack(states["key"]), torch.stack(states["value"])
