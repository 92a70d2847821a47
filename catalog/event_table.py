"""A whole event log as columns: what models are fitted on and measured with."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Optional

import numpy as np
import numpy.typing as npt

from catalog.events import EVENT_KINDS


@dataclass(frozen=True)
class EventTable:
    """Events in the order of the log; every array has one entry an event, shape (n,)."""

    shopper_ids: tuple[str, ...]
    """Shoppers by code."""
    product_ids: tuple[str, ...]
    """Products by code."""
    shopper: npt.NDArray[np.int32]
    """Code of the shopper."""
    product: npt.NDArray[np.int32]
    """Code of the product; -1 where the event is about none."""
    kind: npt.NDArray[np.uint8]
    """Index into ``EVENT_KINDS``."""
    value: npt.NDArray[np.float32]
    """A rating or a quantity; NaN where there is none."""
    at: npt.NDArray[np.int64]
    """Milliseconds since 1970 in UTC; 0 where the log has no times."""
    conversation_ids: tuple[str, ...] = ()
    """Conversations (visits, baskets) by code; empty where the log has none."""
    conversation: Optional[npt.NDArray[np.int32]] = None
    """Code of the conversation; -1 where there is none."""
    rank: Optional[npt.NDArray[np.int32]] = None
    """Place in the shown list, from 1; 0 where there is none."""
    queries: tuple[str, ...] = ()
    """Texts of requests by code."""
    query: Optional[npt.NDArray[np.int32]] = None
    """Code of the request that the product was shown for; -1 where there is none."""

    def __len__(self) -> int:
        return len(self.shopper)

    def where(self, events: npt.NDArray[np.bool_]) -> EventTable:
        """The events that are marked; codes stay as they are."""
        own = [f.name for f in fields(self) if isinstance(getattr(self, f.name), np.ndarray)]
        return replace(self, **{name: getattr(self, name)[events] for name in own})

    def of_kinds(self, *kinds: str) -> npt.NDArray[np.bool_]:
        """Which events are of these kinds, shape (n,)."""
        return np.isin(self.kind, [EVENT_KINDS.index(kind) for kind in kinds])
