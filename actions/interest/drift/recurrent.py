"""Gated recurrent units in plain numpy, step by step: a turn costs microseconds and no threads.

Cho et al. 2014, with the gates in the order and with the biases that PyTorch keeps them in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Tuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Gru:
    """Several units of one size side by side, each with a linear reading of its state."""

    of_input: Array
    """Shape (members, 3 · hidden, inputs)."""
    of_state: Array
    """Shape (members, 3 · hidden, hidden)."""
    input_bias: Array
    """Shape (members, 3 · hidden)."""
    state_bias: Array
    """Shape (members, 3 · hidden)."""
    read: Array
    """Shape (members, outputs, hidden)."""
    read_bias: Array
    """Shape (members, outputs)."""

    NAMES = ("of_input", "of_state", "input_bias", "state_bias", "read", "read_bias")

    @classmethod
    def of(cls, arrays: Mapping[str, Array], prefix: str) -> Gru:
        """From stored arrays whose names begin so."""
        return cls(*(np.asarray(arrays[f"{prefix}{name}"], np.float32) for name in cls.NAMES))

    def arrays(self, prefix: str) -> Mapping[str, Array]:
        """To be stored."""
        return {f"{prefix}{name}": getattr(self, name) for name in self.NAMES}

    @property
    def shape(self) -> Tuple[int, int]:
        """Of a state: members and hidden numbers."""
        return self.of_state.shape[0], self.of_state.shape[2]

    def start(self) -> Array:
        """The state before anything was seen, shape (members, hidden)."""
        return np.zeros(self.shape, np.float32)

    def step(self, state: Array, seen: Array) -> Array:
        """The states after an input that all members see, shape (inputs,)."""
        hidden = self.shape[1]
        new = self.of_input @ seen + self.input_bias
        old = (self.of_state @ state[:, :, None])[:, :, 0] + self.state_bias
        reset = _sigmoid(new[:, :hidden] + old[:, :hidden])
        keep = _sigmoid(new[:, hidden : 2 * hidden] + old[:, hidden : 2 * hidden])
        candidate = np.tanh(new[:, 2 * hidden :] + reset * old[:, 2 * hidden :])
        return np.asarray((1 - keep) * candidate + keep * state, np.float32)

    def reading(self, state: Array) -> Array:
        """What the members make of their states, shape (members, outputs)."""
        return np.asarray((self.read @ state[:, :, None])[:, :, 0] + self.read_bias, np.float32)


def _sigmoid(x: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)), np.float32)
