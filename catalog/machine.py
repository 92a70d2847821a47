"""What the machine has that decides how work is done."""

from __future__ import annotations

import os
from pathlib import Path

#: Where the NVIDIA driver shows itself; looked for before torch is imported to ask it.
DRIVER = Path("/proc/driver/nvidia/version")


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def has_cuda() -> bool:
    """Whether torch can use a GPU; torch is only imported where a driver is installed."""
    if not DRIVER.exists():
        return False
    import torch

    return torch.cuda.is_available()
