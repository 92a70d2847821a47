"""The real data that tests read, where it is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from catalog.settings import ROOT

DATA = Path(os.environ.get("SHOPTALK_TEST_DATA") or ROOT.parent / "shared" / "data")


def real_data(path: str) -> Path:
    """A file or folder of the real data; skips the test where it is not there."""
    found = DATA / path
    if not found.exists():
        pytest.skip(f"{found} is not there; SHOPTALK_TEST_DATA names the folder of real data.")
    return found
