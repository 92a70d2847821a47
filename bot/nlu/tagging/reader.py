"""A trained tagger at work: the encoder in torch, everything on it in numpy."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy as np
import torch

from bot.nlu.tagging.network import emissions
from bot.nlu.tagging.spans import OUTSIDE
from bot.nlu.tagging.views import Viewer, in_order, padded
from bot.nlu.tagging.viterbi import decode
from bot.nlu.training.config import TrainConfig
from bot.nlu.training.encoder import apply, bfloat16_is_fast
from catalog.encoders.base import BaseEncoder


class Reader:
    """Tags texts with an encoder that was trained for it.

    Parameters
    ----------
    changed
        What training changed of the base encoder.
    """

    def __init__(
        self, base: BaseEncoder, changed: Mapping[str, np.ndarray], config: TrainConfig
    ) -> None:
        self._viewer = Viewer(base, config.max_tokens)
        self._batch = config.batch
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        model: Any = apply(base.model(), dict(changed))
        model.to(self._device)
        half = self._device.type == "cuda" or bfloat16_is_fast()
        if config.precision == "bf16" or (config.precision == "auto" and half):
            model.to(torch.bfloat16)
        self._model = model

    def tag(
        self,
        texts: Sequence[Sequence[str]],
        labels: Sequence[str],
        head: Mapping[str, np.ndarray],
    ) -> list[list[str]]:
        """Tags of the tokens of each text; what is beyond the limit of tokens is ``O``."""
        found: list[list[str]] = [[] for _ in texts]
        views = [self._viewer.view(tokens) for tokens in texts]
        for chosen in in_order(views, self._batch):
            ids, mask, shares = padded([views[i] for i in chosen])
            with torch.no_grad():
                hidden = self._model(
                    input_ids=torch.from_numpy(ids).to(self._device),
                    attention_mask=torch.from_numpy(mask).to(self._device),
                ).last_hidden_state
            scores = emissions(np.matmul(shares, hidden.float().cpu().numpy()), head)
            for row, i in enumerate(chosen):
                best = decode(
                    scores[row, : views[i].tokens],
                    head["starts"],
                    head["transitions"],
                    head["ends"],
                )
                missing = len(texts[i]) - len(best)
                found[i] = [*(labels[n] for n in best), *[OUTSIDE] * missing]
        return found
