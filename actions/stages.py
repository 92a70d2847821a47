"""Where the time of a turn goes: named stages, measured in place, told with the reply."""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Iterator, Optional

_stages: ContextVar[Optional[dict[str, float]]] = ContextVar("stages", default=None)


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Collect the stages of one turn, in milliseconds."""
    stages: dict[str, float] = {}
    token = _stages.set(stages)
    try:
        yield stages
    finally:
        _stages.reset(token)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Count the time of a block to ``name``; costs nothing outside ``measured``."""
    stages = _stages.get()
    if stages is None:
        yield
        return
    start = time.perf_counter()
    try:
        yield
    finally:
        took = (time.perf_counter() - start) * 1000
        stages[name] = round(stages.get(name, 0.0) + took, 2)
