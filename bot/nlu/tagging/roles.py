"""The part that each word of a message plays, from hidden states that are there already.

A small network on the states of a token and of those around it, and a conditional random field;
the encoder stays as the intents made it. Training needs torch, tagging numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

import numpy as np

from bot.nlu.passes import Pass
from bot.nlu.tagging.annotations import ROLES, Annotated
from bot.nlu.tagging.spans import OUTSIDE, Stretch, spans_of, tags_of
from bot.nlu.tagging.viterbi import decode, marginals

LABELS = (OUTSIDE, *(f"{prefix}-{role}" for role in ROLES for prefix in "BI"))

SPACES = " \t\n\u3000"
#: The encoder has pieces such as 给我 and 用的, which begin or end with a word of no part.
BEFORE, AFTER = "的给跟要", "的"
#: In 那个蓝色的 the last character belongs to what stands for a product.
REFERENCE = "reference"


@dataclass(frozen=True)
class Span:
    """A part of a message and the role it plays."""

    begin: int
    end: int
    """Exclusive, in characters."""
    role: str
    confidence: float
    """Mean probability of the tags of its tokens."""


@dataclass(frozen=True)
class RoleConfig:
    """How the roles are learned. Defaults were chosen by cross-validation on ``spans.yml``."""

    hidden: int = 64
    """Width of the network."""
    reach: int = 2
    """So many tokens on either side are looked at by each of two layers."""
    epochs: int = 20
    learning_rate: float = 2e-3
    weight_decay: float = 0.1
    dropout: float = 0.3
    input_dropout: float = 0.2
    batch: int = 64
    seed: int = 0


#: What was learned: float32 arrays by name.
Weights = Mapping[str, np.ndarray]


def places(passed: Pass) -> np.ndarray:
    """Positions of the tokens that are in the text: int64 (words,)."""
    return np.array([i for i, (a, b) in enumerate(passed.tokens.offsets) if b > a], np.int64)


def goals(passed: Pass, at: np.ndarray, annotated: Annotated) -> list[str]:
    """BIO tags of the tokens: a token belongs to the part that has at least half of it."""
    owners = []
    for i in at:
        begin, end = passed.tokens.offsets[i]
        shares = [(min(end, b) - max(begin, a), n) for n, (a, b, _r) in enumerate(annotated.parts)]
        most, owner = max(shares, default=(0, 0))
        visible = len(annotated.text[begin:end].strip())
        owners.append(owner if most > 0 and 2 * most >= visible else -1)
    spans: list[Stretch] = [
        (owners.index(n), len(owners) - owners[::-1].index(n), role)
        for n, (_begin, _end, role) in enumerate(annotated.parts)
        if n in owners
    ]
    return tags_of(len(owners), spans)


def tag(passed: Pass, weights: Weights, text: str = "") -> list[Span]:
    """Find the parts of a message; see ``RoleTagger.tag``."""
    at = places(passed)
    if not len(at):
        return []
    scores = emissions(passed.hidden[at], weights)
    tables = weights["starts"], weights["transitions"], weights["ends"]
    best, odds = decode(scores, *tables), marginals(scores, *tables)
    offsets = [passed.tokens.offsets[i] for i in at]
    found = []
    for first, end, role in spans_of([LABELS[i] for i in best]):
        begin, stop = offsets[first][0], offsets[end - 1][1]
        begin, stop = _trimmed(text, begin, stop, role)
        sure = float(np.mean([odds[i, best[i]] for i in range(first, end)]))
        if stop > begin:
            found.append(Span(begin, stop, role, sure))
    return found


def _trimmed(text: str, begin: int, end: int, role: str) -> tuple[int, int]:
    """Without the spaces and little words that stick to the pieces at the ends of a span."""
    after = SPACES if role == REFERENCE else SPACES + AFTER
    while begin < end and text[begin : begin + 1] and text[begin] in SPACES + BEFORE:
        begin += 1
    while begin < end and text[end - 1 : end] and text[end - 1] in after:
        end -= 1
    return begin, end


def emissions(hidden: np.ndarray, weights: Weights) -> np.ndarray:
    """Scores of the tags: float32 (tokens, labels) of states (tokens, dim)."""
    states = (hidden - weights["mean"]) / weights["spread"]
    layer = np.tanh(states @ weights["in.weight"].T + weights["in.bias"])
    layers = [layer]
    for number in (0, 1):
        layer = _around(layer, weights[f"mix{number}.weight"], weights[f"mix{number}.bias"])
        layers.append(layer)
    return np.concatenate(layers, axis=1) @ weights["out.weight"].T + weights["out.bias"]


def _around(layer: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """A convolution over tokens: weight (outputs, inputs, width), zeros beyond the ends."""
    width = weight.shape[2]
    reach = width // 2
    padded = np.pad(layer, ((reach, reach), (0, 0)))
    windows = np.concatenate([padded[k : k + len(layer)] for k in range(width)], axis=1)
    flat = weight.transpose(0, 2, 1).reshape(len(weight), -1)
    return np.maximum(windows @ flat.T + bias, 0.0)
