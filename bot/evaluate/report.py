"""Figures on disk, and the table of BENCHMARKS.md that is made from them."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Iterable, Mapping

import psutil

from catalog.errors import ShoptalkError
from catalog.machine import cores

BEGIN = "<!-- figures: written by `shoptalk bench` -->"
END = "<!-- end of figures -->"
COLUMNS = ("what", "figure", "command", "data", "seed", "machine")

#: Benchmark → key of its figures → how the table tells it. ``a.b`` is key b in the object a.
SHOWN: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "parse": {
        "exact": ("messages understood exactly", "{:.1%}"),
        "per_language.en": ("… in English", "{:.1%}"),
        "per_language.zh": ("… in Chinese", "{:.1%}"),
    },
    "turn": {
        "p50_ms": ("median time of a turn over REST", "{:.0f} ms"),
        "p95_ms": ("95th percentile of it", "{:.0f} ms"),
        "stages.intent": ("… of it, intent", "{:.1f} ms"),
        "stages.request": ("… changes of the request", "{:.1f} ms"),
        "stages.turn": ("… search and reply", "{:.1f} ms"),
        "stages.rasa": ("… Rasa, its channel and its stores", "{:.1f} ms"),
        "turn_100_over_5": ("turn 100 of a conversation over turn 5", "{:.2f}"),
        "memory_mb": ("resident memory of both servers", "{:.0f} MB"),
    },
}


@dataclass(frozen=True)
class Result:
    """What one benchmark measured, and all it takes to measure it again."""

    what: str
    """The benchmark, a key of ``SHOWN``."""
    command: str
    data: str
    seed: int
    machine: Mapping[str, Any]
    """``cpu``, ``cores`` and ``memory_gb``."""
    figures: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The benchmark, and the shop or set that it was measured on."""
        of = self.figures.get("shop") or self.figures.get("set")
        return f"{self.what}-{of}" if of else self.what

    def save(self, folder: Path) -> Path:
        """Write ``<name>.json``, whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{self.name}.json"
        part = folder / f".{self.name}.{os.getpid()}.part"
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2)
        part.write_text(text + "\n", encoding="utf-8")
        part.replace(file)
        return file

    @classmethod
    def load(cls, file: Path) -> Result:
        """Read what ``save`` wrote.

        Raises
        ------
        ShoptalkError
            Where the file is something else.
        """
        try:
            return cls(**json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise ShoptalkError(
                f"{file} holds no figures: remove it and run `shoptalk bench` again."
            ) from error

    def rows(self) -> list[tuple[str, ...]]:
        """The rows of the table, one a figure."""
        machine = "{cpu}, {cores} cores, {memory_gb} GB".format(**self.machine)
        found: list[tuple[str, ...]] = []
        for key, (what, form) in SHOWN.get(self.what, {}).items():
            value: Any = self.figures
            for part in key.split("."):
                value = value.get(part) if isinstance(value, Mapping) else None
            if value is not None:
                figure = form.format(value)
                found.append(
                    (what, figure, f"`{self.command}`", self.data, str(self.seed), machine)
                )
        return found


def this_machine() -> dict[str, Any]:
    """What figures depend on: processor, cores that may be used, memory."""
    return {
        "cpu": _cpu(),
        "cores": cores(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
    }


def update(document: Path, folder: Path) -> None:
    """Replace the table between the marks of ``document`` by the results in ``folder``.

    Raises
    ------
    ShoptalkError
        Where the document has no place for figures, or a result cannot be read.
    """
    files = [file for what in SHOWN for file in sorted(folder.glob(f"{what}*.json"))]
    results = [Result.load(file) for file in files]
    text = document.read_text(encoding="utf-8") if document.is_file() else ""
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ShoptalkError(
            f"{document} has no place for figures: put the lines {BEGIN} and {END} into it."
        )
    table = _table(row for result in results for row in result.rows())
    part = document.with_name(f".{document.name}.{os.getpid()}.part")
    part.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")
    part.replace(document)


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    lines = [COLUMNS, ("---",) * len(COLUMNS), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '∣') for cell in row)} |" for row in lines)


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
