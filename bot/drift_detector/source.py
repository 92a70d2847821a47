"""What a shop's detector is trained from, told without reading all of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from bot.drift_detector.config import DriftTrainConfig
from catalog.settings import ROOT

if TYPE_CHECKING:
    from catalog.shop import Shop

#: Code that decides what is learned.
SOURCES = ("bot/drift_detector", "actions/interest/drift")


def source_of(
    shop: Shop, events: Optional[Path], seed: int, config: Optional[DriftTrainConfig] = None
) -> str:
    """Of code, settings, seed and products, and after a colon how far the shop's log goes."""
    from catalog.index.manifest import current_build, read_manifest

    digest = hashlib.sha256(f"{seed} {config}".encode())
    for place in SOURCES:
        for path in sorted((ROOT / place).glob("*.py")):
            digest.update(path.read_bytes())
    build = current_build(shop.index_dir)
    if build is not None:
        manifest = read_manifest(build)
        digest.update(f"{manifest.revision} {manifest.encoder}".encode())
    if events is not None:
        digest.update(events.read_bytes())
    revision = shop.store.events_revision() if events is None else ""
    return f"{digest.hexdigest()[:16]}:{revision}"


def is_up_to_date(before: str, now: str) -> bool:
    """Whether all is the same, but for a log that has hardly grown.

    Parameters
    ----------
    before, now
        As ``source_of`` tells them; empty before the first training.
    """
    from catalog.index.learn import changed

    (old, _, old_log), (new, _, new_log) = before.partition(":"), now.partition(":")
    return old == new and (old_log == new_log or not changed(old_log, new_log))
