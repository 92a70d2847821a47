"""The encoder that was fine-tuned on a shop's events, where there is one."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from catalog.encoders.base import BaseEncoder, Report, load_base, to_stderr
from catalog.encoders.convert import ABOUT
from catalog.encoders.words import damaged
from catalog.errors import ShoptalkError
from catalog.settings import Settings

log = logging.getLogger(__name__)

CURRENT, RANKER = "CURRENT", "ranker.json"


def shop_base(settings: Settings, ranker: Path, report: Report = to_stderr) -> BaseEncoder:
    """The encoder for a shop's texts: its own, fine-tuned one, or the base.

    Parameters
    ----------
    ranker
        ``<shop>/ranker``. What was trained from another base than the settings' is left alone.
    """
    base = load_base(settings, report)
    try:
        name = (ranker / CURRENT).read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return base
    folder = ranker / Path(name).name
    if not (folder / RANKER).is_file():
        log.warning("The ranker %s is gone: the base encoder is used.", folder)
        return base
    if trained_from(folder) != base.fingerprint:
        log.warning("The ranker %s is of another encoder: the base encoder is used.", folder)
        return base
    return open_tuned(folder)


def open_tuned(folder: Path) -> BaseEncoder:
    """Open a fine-tuned encoder.

    Raises
    ------
    ShoptalkError
        Where its files are damaged.
    """
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        made = json.loads((folder / RANKER).read_text("utf-8"))
        titles = max(0, int(made.get("titles", 0)))
        return BaseEncoder(folder=folder, fingerprint=folder.name, titles=titles, **about)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ShoptalkError(damaged(folder)) from error


def trained_from(folder: Path) -> str:
    """The fingerprint of the encoder that one was fine-tuned from."""
    return str(json.loads((folder / RANKER).read_text("utf-8")).get("base", ""))
