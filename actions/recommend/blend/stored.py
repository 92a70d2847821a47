"""The learned blend as a file of an index build: numbers and texts only.

A file that is missing, damaged, or of another version means the default weights: a shop is
searched with them as well, only not as it has learned to.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Mapping, Optional

import numpy as np

from actions.recommend.exposure import Exposure, of_the_tail
from actions.recommend.long_tail import LongTailPolicy
from actions.recommend.scoring import Weights
from catalog.index import CatalogueIndex
from catalog.index.manifest import BLEND_FILE

log = logging.getLogger(__name__)

WHAT, FORMAT = "blend learned from events", 2


@dataclass(frozen=True)
class Blend:
    """What was learned of how much the parts of a score count."""

    weights: Weights
    temperature: float
    intercept: float
    """See ``actions.recommend.exposure``."""
    costs: tuple[tuple[float, float], ...]
    """Price of an exchange for the long tail and the share of nDCG it costs, both ascending."""
    shown: tuple[int, ...]
    """How often each product was shown, by position."""
    in_force: bool
    """Whether it was better than the default weights on what was not learned from."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """What it was learned from and how it compares."""

    def exposure(self, index: CatalogueIndex, budget: float) -> Optional[Exposure]:
        """The policy whose cost is within a budget, a share of nDCG; None where none is."""
        affordable = [price for price, cost in self.costs if cost <= budget]
        if not self.in_force or not affordable or budget <= 0 or index.learned is None:
            return None
        tail = of_the_tail(index.learned.counts, index.group)
        policy = LongTailPolicy(max(affordable))
        return Exposure(policy, self.temperature, self.intercept, tail, np.array(self.shown))

    def write(self, folder: Path) -> None:
        """Write the file into a build."""
        data = {"what": WHAT, "format": FORMAT, **asdict(self)}
        (folder / BLEND_FILE).write_text(json.dumps(data), encoding="utf-8")

    @classmethod
    def read(cls, index: CatalogueIndex) -> Optional[Blend]:
        """That of an index; None where there is none that can be used."""
        try:
            data = json.loads((index.folder / BLEND_FILE).read_text(encoding="utf-8"))
            if (data["what"], data["format"]) != (WHAT, FORMAT):
                return None
            return _checked(data, len(index))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            log.warning("What was learned of weights is left alone: %s", error)
            return None


def learned_from(build: Path) -> str:
    """How far the log went that a build's blend was learned from; empty where it has none."""
    try:
        data = json.loads((build / BLEND_FILE).read_text(encoding="utf-8"))
        if (data["what"], data["format"]) == (WHAT, FORMAT):
            return str(data["about"]["events"])
    except (OSError, ValueError, TypeError, KeyError):
        pass
    return ""


def _checked(data: Mapping[str, Any], products: int) -> Blend:
    known = {f.name for f in fields(Weights)}
    if set(data["weights"]) != known:
        raise ValueError("the parts are others")
    weights = Weights(**{name: _number(value, 0.0) for name, value in data["weights"].items()})
    shown = tuple(int(count) for count in data["shown"])
    if len(shown) != products:
        raise ValueError("the products are others")
    return Blend(
        weights=weights,
        temperature=_number(data["temperature"], 0.0),
        intercept=_number(data["intercept"]),
        costs=tuple((_number(price, 0.0), _number(cost)) for price, cost in data["costs"]),
        shown=shown,
        in_force=data["in_force"] is True,
        about=dict(data["about"]),
    )


def _number(value: Any, least: float = -np.inf) -> float:
    number = float(value)
    if not np.isfinite(number) or number < least:
        raise ValueError(f"{value!r} is no such number")
    return number
