"""One-to-one folding: full width, capitals and traditional characters, every offset kept."""

from __future__ import annotations

from functools import lru_cache

from catalog.text import fold


@lru_cache(maxsize=8192)
def _one(character: str) -> str:
    folded = fold(character)
    return folded if len(folded) == 1 else character


def narrow(text: str) -> str:
    """``text`` in half width, lower case and simplified characters, of the same length."""
    return text.lower() if text.isascii() else "".join(map(_one, text))
