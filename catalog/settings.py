"""The one place that reads the environment: typed settings with defaults that work."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Mapping, Optional

from catalog.errors import ShoptalkError

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "SHOPTALK_"
FILE = "_FILE"

FULL, EN_ZH = "full", "en-zh"
VOCABULARIES = (FULL, EN_ZH)
ON, OFF = "on", "off"
#: Questions that are drawn at random, to learn how often each is answered.
ANY = "any"

DEVELOPMENT, PRODUCTION = "development", "production"
#: Settings that are secret: each may also be in a file that ``SHOPTALK_<FIELD>_FILE`` names.
SECRETS = frozenset({
    "action_token", "session_secret", "chatwoot_token", "chatwoot_secret", "wechat_app_secret",
    "wechat_token", "wechat_aes_key",
})  # fmt: skip

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

    environment: str = DEVELOPMENT
    """``development``: Rasa's REST channel and the demo shop's pages are served; ``production``:
    neither is."""
    host: str = "127.0.0.1"
    """The address that the bot listens on."""
    origins: str = ""
    """Origins whose pages may have the widget, as ``https://shop.example``, separated by commas;
    the bot's own always may."""
    proxies: str = ""
    """Addresses of proxies whose ``X-Forwarded-For`` is believed, separated by commas."""
    session_secret: str = ""
    """Signs the sessions of the widget and of the staff; several separated by commas while they
    are changed, the first signs. Where it is empty, the file ``session-secret`` below ``home`` has
    it."""
    channels_database: str = ""
    """Database URL of conversations on channels; empty for a SQLite file in the shop's folder."""
    transcript_days: int = 90
    """Days after which what was written on a channel is forgotten."""
    chatwoot_url: str = ""
    """Where Chatwoot is, as ``https://app.chatwoot.com``; the channel is on where it is set."""
    chatwoot_token: str = ""
    """Access token of the agent bot."""
    chatwoot_secret: str = ""
    """Secret that Chatwoot signs its webhooks with."""
    wechat_url: str = "https://api.weixin.qq.com"
    wechat_app_id: str = ""
    """App id of the Official Account; the channel is on where it is set."""
    wechat_app_secret: str = ""
    wechat_token: str = ""
    """Token that the account's callbacks are signed with."""
    wechat_aes_key: str = ""
    """``EncodingAESKey`` of safe mode; empty in plain mode."""

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
            if name.endswith(FILE) and name[: -len(FILE)] in (PREFIX + s.upper() for s in SECRETS):
                name, text = name[: -len(FILE)], _read_secret(name, Path(text))
            if name not in known:
                raise ShoptalkError(
                    f"There is no setting {name}; the settings are {', '.join(sorted(known))}."
                )
            values[known[name].name] = _convert(name, known[name].name, text)
        return cls(**values)  # type: ignore[arg-type]


def _read_secret(name: str, path: Path) -> str:
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise ShoptalkError(f"{name} names {path}, which cannot be read: {error}.") from error
    if not text:
        raise ShoptalkError(f"{name} names {path}, which is empty.")
    return text


def _convert(name: str, field: str, text: str) -> object:
    if field in ("home", "shop"):
        return Path(text).expanduser().resolve()
    if field == "vocabulary" and text not in VOCABULARIES:
        raise ShoptalkError(f"{name} must be {' or '.join(VOCABULARIES)}, not {text!r}.")
    if field == "environment" and text not in (DEVELOPMENT, PRODUCTION):
        raise ShoptalkError(f"{name} must be {DEVELOPMENT} or {PRODUCTION}, not {text!r}.")
    if field == "questions":
        return known_questions(name, text)
    if field in ("action_port", "bot_port", "tracker_events", "transcript_days"):
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
