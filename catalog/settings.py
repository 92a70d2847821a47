"""The one place that reads the environment: typed settings with defaults that work."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Mapping, Optional

from catalog.errors import ShoptalkError

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "SHOPTALK_"

FULL, EN_ZH = "full", "en-zh"
VOCABULARIES = (FULL, EN_ZH)
ON, OFF = "on", "off"
#: Questions that are drawn at random, to learn how often each is answered.
ANY = "any"

#: Variables with our prefix that are read elsewhere: by Rasa's files and by the tests.
FOREIGN = frozenset({"SHOPTALK_TEST_DATA"})


@dataclass(frozen=True)
class Settings:
    """Configuration of one process; every field can be set as ``SHOPTALK_<FIELD>``."""

    home: Path = ROOT / ".shoptalk"
    """Where everything that is built is kept."""
    shop: Optional[Path] = None
    """The shop in use; the demo shop below ``home`` where it is not set."""
    encoder: str = ""
    """A folder or a hub name with a BERT-like encoder; empty for the packaged weights."""
    vocabulary: str = FULL
    """The encoder's words: ``full``, or ``en-zh`` for those of English and Chinese texts only, with
    which it takes half the memory."""
    action_port: int = 5055
    bot_port: int = 5005
    action_token: str = ""
    """Shared secret between bot and action server; where it is empty, the file ``action-token``
    below ``home`` has it."""
    tracker_events: int = 30
    """How many events of a conversation are kept in the tracker; the slots are always kept."""

    questions: str = ON
    """Whether the assistant asks what would narrow a search: ``on`` or ``off``, or ``any``:
    asks what is drawn at random, to learn how often each question is answered."""

    @property
    def shop_dir(self) -> Path:
        """The folder of the shop in use."""
        return self.shop if self.shop is not None else self.demo_dir

    @property
    def demo_dir(self) -> Path:
        """The folder of the demo shop."""
        return self.home / "shops" / "demo"

    @property
    def encoder_dir(self) -> Path:
        """Where converted and exported encoders are cached."""
        return self.home / "encoders"

    @classmethod
    def from_env(cls, environ: Optional[Mapping[str, str]] = None) -> Settings:
        """Read ``SHOPTALK_*`` variables.

        Raises
        ------
        ShoptalkError
            For a variable that does not exist or a number that is none.
        """
        environ = os.environ if environ is None else environ
        known = {PREFIX + f.name.upper(): f for f in fields(cls)}
        values: dict[str, object] = {}
        for name, text in environ.items():
            if not name.startswith(PREFIX) or name in FOREIGN or text == "":
                continue
            if name not in known:
                raise ShoptalkError(
                    f"There is no setting {name}; the settings are {', '.join(sorted(known))}."
                )
            values[known[name].name] = _convert(name, known[name].name, text)
        return cls(**values)  # type: ignore[arg-type]


def _convert(name: str, field: str, text: str) -> object:
    if field in ("home", "shop"):
        return Path(text).expanduser().resolve()
    if field == "vocabulary" and text not in VOCABULARIES:
        raise ShoptalkError(f"{name} must be {' or '.join(VOCABULARIES)}, not {text!r}.")
    if field == "questions":
        return known_questions(name, text)
    if field in ("action_port", "bot_port", "tracker_events"):
        if not text.isdigit():
            raise ShoptalkError(f"{name} must be a whole number, not {text!r}.")
        return int(text)
    return text


def known_questions(name: str, text: str) -> str:
    """Whether to ask, as it may be set.

    Raises
    ------
    ShoptalkError
        For another word than these; ``name`` is where it was given.
    """
    if text not in (ON, OFF, ANY):
        raise ShoptalkError(f"{name} must be {ON}, {OFF} or {ANY}, not {text!r}.")
    return text
