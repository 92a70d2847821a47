"""The decoder of a denoising autoencoder: a text, from one vector."""

from __future__ import annotations

import math
from typing import Sequence

import torch
from torch import nn
from torch.nn import functional

LAYERS = 1


class Decoder(nn.Module):
    """Says the next token of a text from those before it and the vector of the text.

    Words are read and written with the vectors the encoder has for them, which are not trained
    here, and only those that occur: the table has hundreds of thousands.

    Parameters
    ----------
    words
        Vectors of all tokens: (tokens of the vocabulary, dim).
    positions
        Vectors of all places: (places, dim).
    occurring
        The token numbers that the texts have, in order.
    heads
        Heads of the attention; they divide ``dim``.
    """

    def __init__(
        self, words: torch.Tensor, positions: torch.Tensor, occurring: Sequence[int], heads: int
    ) -> None:
        super().__init__()
        dim = words.shape[1]
        numbers = torch.tensor(list(occurring))
        self.numbers: torch.Tensor
        self.words: torch.Tensor
        self.positions: torch.Tensor
        self.register_buffer("numbers", numbers)
        self.register_buffer("words", words[numbers.to(words.device)].float())
        self.register_buffer("positions", positions.float().clone())
        layer = nn.TransformerDecoderLayer(
            dim, heads, 4 * dim, dropout=0.1, batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerDecoder(layer, LAYERS, nn.LayerNorm(dim))
        self.out = nn.Linear(dim, dim)
        self.bias = nn.Parameter(torch.zeros(len(numbers)))

    def loss(self, vectors: torch.Tensor, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Mean cross-entropy of each token but the first.

        Parameters
        ----------
        vectors
            Unit vectors, float32 (texts, dim).
        ids, mask
            int64 (texts, tokens); padding is behind the texts.
        """
        places = torch.searchsorted(self.numbers, ids).clamp_max(len(self.numbers) - 1)
        read, told = places[:, :-1], places[:, 1:]
        length = read.shape[1]
        unseen = torch.ones(length, length, dtype=torch.bool, device=ids.device).triu(1)
        memory = vectors[:, None] * math.sqrt(vectors.shape[-1])
        states = self.layers(self.words[read] + self.positions[:length], memory, tgt_mask=unseen)
        there = mask[:, 1:].bool()
        logits = self.out(states[there]) @ self.words.T + self.bias
        return functional.cross_entropy(logits, told[there])
