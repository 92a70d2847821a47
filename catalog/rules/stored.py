"""A shop's rules on disk: one file, replaced as a whole, followed by whoever reads it."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any, Optional

from catalog.errors import ShoptalkError
from catalog.rules.model import RuleSet

RULES_FILE = "rules.json"
WHAT, FORMAT = "merchant rules", 1

log = logging.getLogger(__name__)


def load_rules(shop: Path) -> RuleSet:
    """The rules of the shop in a folder; none where there is no file of them.

    Raises
    ------
    ShoptalkError
        Where the file is damaged or of another version.
    """
    file = shop / RULES_FILE
    try:
        data: Any = json.loads(file.read_text(encoding="utf-8"))
        if data["what"] != WHAT or data["format"] != FORMAT:
            raise ValueError("of another version")
        rules = RuleSet.from_json(data)
        if rules.fingerprint != data["fingerprint"]:
            raise ValueError("not what was written")
    except (FileNotFoundError, NotADirectoryError):
        return RuleSet()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ShoptalkError(
            f"The rules at {file} cannot be used ({error}): run `shoptalk import rules` again."
        ) from error
    return rules


def save_rules(shop: Path, rules: RuleSet) -> None:
    """Replace the rules of a shop; no rules at all remove the file.

    Raises
    ------
    ShoptalkError
        Where the folder cannot be written; the rules then are as before.
    """
    file = shop / RULES_FILE
    try:
        if not rules:
            file.unlink(missing_ok=True)
            return
        about = {"what": WHAT, "format": FORMAT, "fingerprint": rules.fingerprint}
        text = json.dumps({**about, **rules.to_json()}, ensure_ascii=False, indent=1)
        part = file.with_name(f"{file.name}.{os.getpid()}.part")
        with part.open("w", encoding="utf-8") as stream:
            stream.write(text + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        raise ShoptalkError(f"The rules at {file} cannot be written: {error.strerror}.") from error


class RulesFollower:
    """The rules of one shop as they are now; the file is read again when it has changed.

    A file that cannot be used is left alone and logged once: the rules before it still hold.
    """

    def __init__(self, shop: Path) -> None:
        self._shop = shop
        self._seen = self._state()
        self._rules = load_rules(shop)

    def current(self) -> RuleSet:
        """The rules in force; the same object as long as nothing has changed."""
        state = self._state()
        if state != self._seen:
            self._seen = state
            try:
                self._rules = load_rules(self._shop)
            except ShoptalkError as error:
                log.warning("The newer rules are left alone: %s", error)
        return self._rules

    def _state(self) -> Optional[tuple[int, int, int]]:
        try:
            stat = (self._shop / RULES_FILE).stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
