"""The sentences that channels say themselves, read once a process."""

from __future__ import annotations

from functools import lru_cache

from actions.replies.texts import Texts


@lru_cache(maxsize=1)
def sentences() -> Texts:
    """Language → key → sentence."""
    return Texts.load()
