"""Two taggers of words: one that is an encoder trained for it, one that reads along with another.

``SlotTagger`` is for data with tags of its own; ``RoleTagger`` tells, in the bot, which part each
word of a message plays, from the same pass of the encoder that the intents are read from.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, Callable, Mapping, Optional, Sequence

import numpy as np

from bot.nlu.passes import Pass
from bot.nlu.tagging.annotations import Annotated
from bot.nlu.tagging.config import TaggerConfig
from bot.nlu.tagging.data import Tagged
from bot.nlu.tagging.roles import LABELS, RoleConfig, Span, tag
from catalog.encoders.base import BaseEncoder, load_base, to_stderr
from catalog.errors import ShoptalkError
from catalog.settings import Settings

Progress = Callable[[str], None]
FORMAT = 1
HEAD, ENCODER = "head.", "encoder."
SLOT_FILES = ("tagger.safetensors", "tagger.json")
ROLE_FILES = ("roles.safetensors", "roles.json")
SLOTS_DAMAGED = "The trained tagger is damaged: train it again."
ROLES_DAMAGED = "The trained roles are damaged: train again with `shoptalk train --force`."


class SlotTagger:
    """Gives every token of a text, a word or a Chinese character, a BIO tag.

    The encoder is trained with a linear layer and a conditional random field on it. Training and
    tagging need torch.

    Parameters
    ----------
    settings
        Where the base encoder is.
    config
        How to train.
    """

    def __init__(self, settings: Settings, config: Optional[TaggerConfig] = None) -> None:
        self.settings = settings
        self.config = config or TaggerConfig()
        self.labels: tuple[str, ...] = ()
        self.held_out: list[float] = []
        """Span F1 on the held-out texts after each epoch of the last training."""
        self._base: Optional[BaseEncoder] = None
        self._changed: dict[str, np.ndarray] = {}
        self._head: dict[str, np.ndarray] = {}
        self._reader: Any = None

    def fit(
        self,
        texts: Sequence[Tagged],
        *,
        valid: Sequence[Tagged] = (),
        progress: Progress = to_stderr,
    ) -> SlotTagger:
        """Train on tagged texts.

        Parameters
        ----------
        valid
            Texts that decide which epoch is kept; without them the last one is.

        Raises
        ------
        ShoptalkError
            Where no text has a span.
        """
        from bot.nlu.tagging.train import train

        if not any(tag != "O" for text in texts for tag in text.tags):
            raise ShoptalkError("Training a tagger needs texts with tags other than O.")
        self._base = load_base(self.settings, progress)
        learned = train(self._base, texts, valid, self.config, progress)
        self.labels, self.held_out = learned.labels, learned.held_out
        self._changed, self._head = learned.changed, learned.head
        self._reader = None
        return self

    def predict(self, texts: Sequence[Sequence[str]]) -> list[list[str]]:
        """Tags of the tokens of texts.

        Raises
        ------
        ShoptalkError
            Before ``fit`` or ``load``.
        """
        if self._base is None:
            raise ShoptalkError("The tagger is not trained yet: train it, or load a trained one.")
        if self._reader is None:
            from bot.nlu.tagging.reader import Reader

            self._reader = Reader(self._base, self._changed, self.config.encoder)
        return self._reader.tag(texts, self.labels, self._head)

    def save(self, folder: Path) -> None:
        """Write what was trained into a folder: safetensors and JSON."""
        tensors = {f"{ENCODER}{name}": array for name, array in self._changed.items()}
        tensors.update({f"{HEAD}{name}": array for name, array in self._head.items()})
        about = {
            "labels": list(self.labels),
            "encoder": self._base.fingerprint if self._base else "",
            "config": _plain(self.config),
        }
        _write(folder, SLOT_FILES, tensors, about)

    @classmethod
    def load(cls, folder: Path, settings: Settings, progress: Progress = to_stderr) -> SlotTagger:
        """Read what ``save`` wrote.

        Raises
        ------
        ShoptalkError
            Where it is damaged, or was trained on another encoder than the one in use.
        """
        tensors, about = _read(folder, SLOT_FILES, SLOTS_DAMAGED)
        base = load_base(settings, progress)
        if about.get("encoder") != base.fingerprint:
            raise ShoptalkError("The tagger was trained on another text encoder: train it again.")
        try:
            tagger = cls(settings, TaggerConfig.of(about["config"]))
            tagger.labels = tuple(about["labels"])
        except (KeyError, TypeError, ValueError, ShoptalkError) as error:
            raise ShoptalkError(SLOTS_DAMAGED) from error
        tagger._base = base
        tagger._changed = _under(ENCODER, tensors)
        tagger._head = _under(HEAD, tensors)
        return tagger


class RoleTagger:
    """Tells the things, the unwanted, the shown products and more in a message.

    The roles are those of ``bot.nlu.tagging.annotations``. Tagging is numpy only and takes a
    fraction of a millisecond: the encoder has read the message already.
    """

    def __init__(self, config: Optional[RoleConfig] = None) -> None:
        self.config = config or RoleConfig()
        self._weights: dict[str, np.ndarray] = {}

    def fit(self, passes: Sequence[Pass], annotations: Sequence[Annotated]) -> RoleTagger:
        """Train on passes over annotated texts, one for each. Needs torch.

        Raises
        ------
        ShoptalkError
            Where there are none.
        """
        from bot.nlu.tagging.roles_train import learn

        self._weights = learn(passes, annotations, self.config)
        return self

    def tag(self, passed: Pass, text: str = "") -> list[Span]:
        """The parts of a message that play a role, in their order, without overlap.

        Parameters
        ----------
        text
            The message; where it is given no span begins or ends with a space.

        Raises
        ------
        ShoptalkError
            Before ``fit`` or ``load``.
        """
        if not self._weights:
            raise ShoptalkError("The roles of words are not trained yet: run `shoptalk train`.")
        return tag(passed, self._weights, text)

    def save(self, folder: Path) -> None:
        """Write what was trained into a folder: safetensors in half precision, and JSON."""
        tensors = {name: array.astype(np.float16) for name, array in self._weights.items()}
        about = {"labels": list(LABELS), "config": dataclasses.asdict(self.config)}
        _write(folder, ROLE_FILES, tensors, about)

    @classmethod
    def load(cls, folder: Path) -> RoleTagger:
        """Read what ``save`` wrote.

        Raises
        ------
        ShoptalkError
            Where it is damaged or has other roles.
        """
        tensors, about = _read(folder, ROLE_FILES, ROLES_DAMAGED)
        if about.get("labels") != list(LABELS):
            raise ShoptalkError("The trained roles are other ones: train with `shoptalk train`.")
        try:
            tagger = cls(RoleConfig(**about["config"]))
        except (KeyError, TypeError) as error:
            raise ShoptalkError(ROLES_DAMAGED) from error
        tagger._weights = {name: array.astype(np.float32) for name, array in tensors.items()}
        return tagger


def _plain(config: TaggerConfig) -> dict[str, Any]:
    flat = dataclasses.asdict(config)
    inner = flat.pop("encoder")
    return {**inner, **flat, "board": ""}


def _under(prefix: str, tensors: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {n.removeprefix(prefix): a for n, a in tensors.items() if n.startswith(prefix)}


def _write(
    folder: Path, names: tuple[str, str], tensors: dict[str, np.ndarray], about: dict[str, Any]
) -> None:
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    save_file({n: np.ascontiguousarray(a) for n, a in tensors.items()}, str(folder / names[0]))
    whole = json.dumps({"format": FORMAT, **about}, ensure_ascii=False, indent=2)
    (folder / names[1]).write_text(whole, encoding="utf-8")


def _read(
    folder: Path, names: tuple[str, str], damaged: str
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    from safetensors.numpy import load_file

    try:
        about = dict(json.loads((folder / names[1]).read_text(encoding="utf-8")))
        tensors = load_file(str(folder / names[0]))
    except Exception as error:
        raise ShoptalkError(damaged) from error
    if about.get("format") != FORMAT:
        raise ShoptalkError(damaged)
    return tensors, about
