"""The role tagger on sentences that it did not learn from."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Sequence

import numpy as np

from bot.nlu.passes import Pass
from bot.nlu.tagging.annotations import Annotated, composed_of, language_files, read_spans
from bot.nlu.tagging.spans import Stretch
from catalog.encoders.base import load_base
from catalog.settings import Settings

Progress = Callable[[str], None]
FOLDS = 5
MAX_TOKENS = 64


@dataclass
class Folds:
    """What was wanted and found in every sentence, each in characters."""

    languages: list[str]
    wanted: list[Sequence[Stretch]]
    found: list[list[Stretch]]
    milliseconds: list[float] = field(default_factory=list)


def cross_validate(folder: Path, settings: Settings, seed: int, progress: Progress) -> Folds:
    """Tag every sentence of ``<language>/spans.yml`` by what was learned from others."""
    from bot.nlu.tagger import RoleTagger
    from bot.nlu.tagging.roles import RoleConfig

    files = {path.parent.name: read_spans(path) for path in language_files(folder)}
    texts = [(language, text) for language, file in files.items() for text in file.texts]
    composed = composed_of(files, seed)
    progress(f"Reading {len(texts)} sentences and {len(composed)} composed ones …")
    passes = states([text for _language, text in texts] + composed, settings, progress)
    own, others = passes[: len(texts)], passes[len(texts) :]
    fold = np.random.default_rng(seed).permutation(len(texts)) % FOLDS
    folds = Folds([language for language, _ in texts], [t.parts for _, t in texts], [[]] * len(own))
    for number in range(FOLDS):
        kept = np.flatnonzero(fold != number)
        tagger = RoleTagger(RoleConfig(seed=seed)).fit(
            [*(own[i] for i in kept), *others], [*(texts[i][1] for i in kept), *composed]
        )
        for i in np.flatnonzero(fold == number):
            began = time.perf_counter()
            spans = tagger.tag(own[i], texts[i][1].text)
            folds.milliseconds.append(1000 * (time.perf_counter() - began))
            folds.found[i] = [(span.begin, span.end, span.role) for span in spans]
        progress(f"fold {number + 1}/{FOLDS}")
    return folds


def states(texts: Sequence[Annotated], settings: Settings, progress: Progress) -> list[Pass]:
    """The base encoder's passes over texts, in torch and single precision."""
    import torch

    from bot.nlu.training.batches import tokenise

    base = load_base(settings, progress)
    model = base.model()
    tokens = tokenise(base, [(text.text, "") for text in texts], MAX_TOKENS)
    found = []
    for one in tokens:
        with torch.no_grad():
            hidden = model(input_ids=torch.tensor([one.ids])).last_hidden_state[0]
        found.append(Pass(one, hidden.numpy()))
    return found
