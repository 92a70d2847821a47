"""Kinds of product that complete each other, told by hand: the graph before anybody bought."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Iterable, Mapping, Sequence

import yaml

from catalog.lexicon import Lexicon

FILE = Path(__file__).with_name("complements.yml")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: How much a kind further back in a list counts of the one before it; …
_NEXT = 0.85
#: … what is told of the other side only; …
_BACK = 0.5
#: … and what is told of a wider kind only.
_WIDER = 0.7


class Complements:
    """What goes with what, among the kinds of a lexicon.

    Parameters
    ----------
    told
        Kind → the kinds that complete it, the likeliest first.
    """

    def __init__(self, told: Mapping[str, Sequence[str]], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._of: dict[str, dict[str, float]] = {}
        for kind, others in told.items():
            for place, other in enumerate(others):
                strength = _NEXT**place
                self._put(kind, other, strength)
                self._put(other, kind, _BACK * strength)

    def of(self, kinds: Iterable[str]) -> dict[str, float]:
        """Kinds that complete something of these kinds, each with its strength in 0..1.

        None of them is one of ``kinds``, nor wider or narrower than one.
        """
        kinds = set(kinds)
        own = {kin for kind in kinds for kin in self._kin(kind)}
        found: dict[str, float] = {}
        waiting = [(kind, 1.0) for kind in kinds]
        seen = set(kinds)
        while waiting:
            kind, share = waiting.pop(0)
            for other, strength in self._of.get(kind, {}).items():
                if other not in own:
                    found[other] = max(found.get(other, 0.0), share * strength)
            concept = self._lexicon.get("product_type", kind)
            for wider in concept.broader if concept else ():
                if wider not in seen:
                    seen.add(wider)
                    waiting.append((wider, share * _WIDER))
        return found

    def _kin(self, kind: str) -> Iterable[str]:
        broader = self._lexicon.broader("product_type", kind)
        return (kind, *broader, *self._lexicon.narrower("product_type", kind))

    def _put(self, kind: str, other: str, strength: float) -> None:
        known = self._of.setdefault(kind, {})
        known[other] = max(strength, known.get(other, 0.0))


@lru_cache(maxsize=1)
def told_by_hand() -> dict[str, Any]:
    """The kinds in the file beside, as it has them."""
    data: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=_LOADER)
    return data
