"""Training of the network that tells the roles of words."""

from __future__ import annotations

from typing import Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from bot.nlu.passes import Pass
from bot.nlu.tagging.annotations import Annotated
from bot.nlu.tagging.crf import Crf
from bot.nlu.tagging.roles import LABELS, RoleConfig, goals, places
from bot.nlu.tagging.viterbi import allowed_steps
from catalog.errors import ShoptalkError

#: States (tokens, dim) and label numbers (tokens,).
Example = tuple[torch.Tensor, torch.Tensor]


def learn(
    passes: Sequence[Pass], annotations: Sequence[Annotated], config: RoleConfig
) -> dict[str, np.ndarray]:
    """Train on texts that the encoder has read.

    Raises
    ------
    ShoptalkError
        Where there is nothing to learn from.
    """
    number = {label: i for i, label in enumerate(LABELS)}
    states, goal_tags = [], []
    for passed, annotated in zip(passes, annotations, strict=True):
        at = places(passed)
        if len(at):
            states.append(passed.hidden[at])
            goal_tags.append(goals(passed, at, annotated))
    if not states:
        raise ShoptalkError("There are no annotated texts to learn the roles of words from.")
    every = np.concatenate(states)
    mean, spread = every.mean(axis=0), every.std(axis=0) + 1e-6
    examples = [
        (
            torch.from_numpy(((state - mean) / spread).astype(np.float32)),
            torch.tensor([number[tag] for tag in tags]),
        )
        for state, tags in zip(states, goal_tags, strict=True)
    ]
    torch.manual_seed(config.seed)
    network = _Network(every.shape[1], config)
    crf = Crf(len(LABELS), allowed_steps(LABELS, goal_tags))
    _fit(network, crf, examples, config)
    return {"mean": mean, "spread": spread, **network.arrays(), **_tables(crf)}


class _Network(nn.Module):
    def __init__(self, dim: int, config: RoleConfig) -> None:
        super().__init__()
        width, reach = config.hidden, config.reach
        self.first = nn.Linear(dim, width)
        self.mixes = nn.ModuleList(
            nn.Conv1d(width, width, 2 * reach + 1, padding=reach) for _ in range(2)
        )
        self.last = nn.Linear(3 * width, len(LABELS))
        self.input_dropout = nn.Dropout(config.input_dropout)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, states: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """Emissions (texts, tokens, labels) of states (texts, tokens, dim)."""
        there = there[..., None]
        layer = torch.tanh(self.first(self.input_dropout(states))) * there
        layers = [layer]
        for mix in self.mixes:
            mixed = mix(self.dropout(layer).transpose(1, 2)).transpose(1, 2)
            layer = functional.relu(mixed) * there
            layers.append(layer)
        return self.last(self.dropout(torch.cat(layers, dim=-1)))

    def arrays(self) -> dict[str, np.ndarray]:
        """What was learned, as ``roles.emissions`` wants it."""
        parts = {"in": self.first, "mix0": self.mixes[0], "mix1": self.mixes[1], "out": self.last}
        return {
            f"{name}.{kind}": parameter.detach().numpy().copy()
            for name, part in parts.items()
            for kind, parameter in part.named_parameters()
        }


def _fit(network: _Network, crf: Crf, examples: list[Example], config: RoleConfig) -> None:
    random = np.random.default_rng(config.seed)
    steps = -(-len(examples) // config.batch) * config.epochs
    adam = torch.optim.AdamW(
        [*network.parameters(), *crf.parameters()],
        lr=config.learning_rate,
        weight_decay=config.weight_decay,
    )
    schedule = torch.optim.lr_scheduler.LinearLR(adam, 1.0, 0.0, steps)
    network.train()
    for _epoch in range(config.epochs):
        order = random.permutation(len(examples))
        for start in range(0, len(order), config.batch):
            chosen = [examples[i] for i in order[start : start + config.batch]]
            states = pad_sequence([state for state, _ in chosen], batch_first=True)
            tags = pad_sequence([goal for _, goal in chosen], batch_first=True)
            lengths = torch.tensor([len(goal) for _, goal in chosen])
            there = torch.arange(states.shape[1])[None] < lengths[:, None]
            adam.zero_grad()
            crf.loss(network(states, there), tags, there).mean().backward()
            adam.step()
            schedule.step()
    network.eval()


def _tables(crf: Crf) -> dict[str, np.ndarray]:
    with torch.no_grad():
        starts, transitions, ends = crf.tables()
        return {
            "starts": starts.numpy().copy(),
            "transitions": transitions.numpy().copy(),
            "ends": ends.numpy().copy(),
        }
