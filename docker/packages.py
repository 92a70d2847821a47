"""Cuts the project's lock down to the packages of one image.

``python packages.py NAMES LOCK`` prints the entries of the packages that a file names, hashes and
all; ``python packages.py --torch LOCK`` prints the one that is installed from another index, where
its build without CUDA has other hashes.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

#: One entry of the lock: its first line begins with a name, the others are indented.
_ENTRY = re.compile(r"(?m)^(?=[A-Za-z0-9])")
TORCH = "torch"


def names_in(text: str) -> list[str]:
    """The names in a file with one a line; lines with ``#`` are for people."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def entries_of(lock: str) -> dict[str, str]:
    """Package → its entry in the lock."""
    found = (entry for entry in _ENTRY.split(lock) if "==" in entry)
    return {entry.split("==")[0].strip().lower(): entry for entry in found}


def cut(names: list[str], lock: str) -> str:
    """The lock with these packages only, without PyTorch.

    Raises
    ------
    KeyError
        For a package that is not locked.
    """
    entries = entries_of(lock)
    return "".join(entries[name] for name in names if name != TORCH)


def torch_of(lock: str) -> str:
    """PyTorch as it is locked: ``torch==VERSION``."""
    return entries_of(lock)[TORCH].split()[0]


def main(arguments: list[str]) -> None:
    """Print what was asked for."""
    first, lock = arguments[0], Path(arguments[1]).read_text("utf-8")
    if first == "--torch":
        print(torch_of(lock))
    else:
        print(cut(names_in(Path(first).read_text("utf-8")), lock), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
