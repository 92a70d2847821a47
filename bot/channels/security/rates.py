"""Token buckets: so many at once, and so many a second after that, for each of many names."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """What one name may do."""

    burst: float
    """At once."""
    per_second: float
    """After that."""


class Buckets:
    """One bucket a name, in bounded memory: those not used for longest make room.

    Not safe over threads; a server asks from its event loop. Each process has its own.

    Parameters
    ----------
    most
        Names that are remembered.
    """

    def __init__(self, rate: Rate, most: int = 20_000) -> None:
        self.rate = rate
        self._most = most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._left)

    def take(self, name: str, now: float, cost: float = 1.0) -> float:
        """Take ``cost`` out of the bucket of ``name``.

        Parameters
        ----------
        now
            Seconds on a clock that never goes back.

        Returns
        -------
        0 where there was enough; otherwise the seconds until there is, and nothing was taken.
        """
        left, at = self._left.pop(name, (self.rate.burst, now))
        left = min(self.rate.burst, left + max(0.0, now - at) * self.rate.per_second)
        enough = left >= cost
        self._left[name] = (left - cost if enough else left, now)
        if len(self._left) > self._most:
            self._left.popitem(last=False)
        return 0.0 if enough else (cost - left) / self.rate.per_second


class Counts:
    """How many of something each name has open at this moment."""

    def __init__(self, each: int, total: int) -> None:
        self._each = each
        self._total = total
        self._open: dict[str, int] = {}
        self._all = 0

    def enter(self, name: str) -> bool:
        """Open one more; False where that would be too many, and none was opened."""
        if self._all >= self._total or self._open.get(name, 0) >= self._each:
            return False
        self._open[name] = self._open.get(name, 0) + 1
        self._all += 1
        return True

    def leave(self, name: str) -> None:
        """Close one that was opened."""
        self._all -= 1
        left = self._open[name] - 1
        if left:
            self._open[name] = left
        else:
            del self._open[name]
