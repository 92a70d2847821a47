"""A cross-encoder: reads a context and a product together, and says how well they fit.

The ranker reads products apart from requests, each once; what is read together is read anew for
every request (Nogueira and Cho 2019, "Passage Re-ranking with BERT"). It has the encoder's lower
layers and one linear score, and is served like the encoder: in eight bits, on one thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch

from bot.ranker.data import RankerData
from bot.ranker.examples import Example, context
from catalog.encoders.base import BaseEncoder
from catalog.encoders.export import export
from catalog.encoders.onnx import OnnxEncoder

Report = Callable[[str], None]
#: Pairs that are run at once: few enough to stay in the processor's cache.
TOGETHER = 10


@dataclass(frozen=True)
class CrossConfig:
    """Options of the cross-encoder."""

    depth: int = 30
    """Products of the ranker's list that are put in order anew."""
    layers: int = 4
    """Of the encoder, the lowest; the others are left out."""
    examples: int = 2000
    """Most requests learned from, the latest."""
    negatives: int = 7
    """Products not taken that are learned from beside each one that was."""
    easy: int = 2
    """Of these, drawn from the whole catalogue; the others are hard."""
    batch: int = 8
    """Requests a step."""
    learning_rate: float = 5e-5
    warm_up: float = 0.1
    """Share of the steps in which the rate rises."""
    context_tokens: int = 36
    product_tokens: int = 20
    valid: int = 300
    """Most requests by which the share of its score is chosen."""
    seed: int = 0


class PairReader:
    """Contexts and products as numbers of words, each cut to its length, one after the other."""

    def __init__(self, base: BaseEncoder, data: RankerData, config: CrossConfig) -> None:
        self._tokenizer, self._data, self._config = base.tokenizer, data, config
        self._products: dict[int, list[int]] = {}

    def rows(self, example: Example, products: Sequence[int]) -> list[list[int]]:
        """One row for each product."""
        read = self._tokenizer.encode(context(example, self._data.titles)).ids
        first = _cut(read, self._config.context_tokens)
        return [first + self._product(int(product)) for product in products]

    def _product(self, product: int) -> list[int]:
        if product not in self._products:
            read = self._tokenizer.encode(self._data.texts[product]).ids
            self._products[product] = _cut(read, self._config.product_tokens)[1:]
        return self._products[product]


def _cut(ids: list[int], most: int) -> list[int]:
    return ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]


class Scorer(torch.nn.Module):
    """An encoder with one linear score of the mean of its hidden states."""

    def __init__(self, encoder: Any, dim: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.score = torch.nn.Linear(dim, 1)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Scores, shape (pairs,)."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = (mask / mask.sum(dim=1, keepdim=True)).to(hidden.dtype)
        return self.score(torch.einsum("nt,ntd->nd", weight, hidden)).squeeze(-1)


def train_cross(
    groups: Sequence[list[list[int]]], base: BaseEncoder, config: CrossConfig, report: Report
) -> Scorer:
    """Train by the softmax over each request's products; the first of a group was taken.

    The table of words stays as it is.
    """
    torch.manual_seed(config.seed)
    encoder = base.model()
    encoder.encoder.layer = encoder.encoder.layer[: config.layers]
    encoder.config.num_hidden_layers = len(encoder.encoder.layer)
    encoder.get_input_embeddings().weight.requires_grad_(False)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = Scorer(encoder, base.dim).to(device).train()
    learnt = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learnt, config.learning_rate)
    steps = max(1, -(-len(groups) // config.batch))
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, config.learning_rate, total_steps=steps + 1, pct_start=config.warm_up
    )
    for step in range(steps):
        batch = groups[step * config.batch : (step + 1) * config.batch]
        ids, mask = _padded([row for group in batch for row in group], device)
        with torch.autocast(device, torch.bfloat16):
            scores = model(ids, mask)
        right = torch.zeros(len(batch), dtype=torch.long, device=device)
        loss = torch.nn.functional.cross_entropy(scores.float().view(len(batch), -1), right)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        schedule.step()
        if (step + 1) % 20 == 0:
            report(f"Training the cross-encoder: step {step + 1} of {steps}, loss {loss:.3f}")
    return model.cpu().eval()


def _padded(rows: Sequence[list[int]], device: str) -> tuple[torch.Tensor, torch.Tensor]:
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    return ids.to(device), mask.to(device)


class CrossEncoder:
    """A trained scorer as the bot would serve it: exported, in eight bits, on one thread."""

    def __init__(self, model: Scorer, base: BaseEncoder, folder: Path) -> None:
        path = export(model.encoder, folder / "cross.onnx", quantize=True, sample=base.sample())
        self._encoder = OnnxEncoder(path, base)
        self._weight = model.score.weight.detach().numpy().ravel()

    def scores(self, rows: Sequence[list[int]]) -> npt.NDArray[np.float32]:
        """Scores of pairs, shape (pairs,)."""
        found = np.empty(len(rows), np.float32)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        for start in range(0, len(rows), TOGETHER):
            chosen = order[start : start + TOGETHER]
            hidden, mask = self._encoder.run([rows[i] for i in chosen])
            weight = (mask / mask.sum(axis=1, keepdims=True)).astype(np.float32)
            found[chosen] = np.einsum("nt,ntd->nd", weight, hidden) @ self._weight
        return found
