"""The sentences people read: kept per language in ``nlu_data``, picked so that they vary."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping

import yaml

from catalog.errors import ShoptalkError
from catalog.product import LANGUAGES
from catalog.settings import ROOT

NLU_DATA = ROOT / "nlu_data"


@dataclass(frozen=True)
class Texts:
    """Language → key → variants of one sentence, with ``{fields}`` to fill in."""

    variants: Mapping[str, Mapping[str, tuple[str, ...]]]

    @classmethod
    def load(cls, folder: Path = NLU_DATA) -> Texts:
        """Read ``<folder>/<language>/replies.yml`` for every language.

        Raises
        ------
        ShoptalkError
            Where a file is missing or a language lacks a key that another has.
        """
        loaded: dict[str, dict[str, tuple[str, ...]]] = {}
        for language in LANGUAGES:
            path = folder / language / "replies.yml"
            if not path.is_file():
                raise ShoptalkError(f"The replies are missing: there is no file {path}.")
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            loaded[language] = {
                key: (value,) if isinstance(value, str) else tuple(value)
                for key, value in data.items()
            }
        keys = set().union(*loaded.values())
        for language, texts in loaded.items():
            if missing := keys - set(texts):
                raise ShoptalkError(
                    f"The replies in {language!r} lack {', '.join(sorted(missing))}."
                )
        return cls(loaded)

    def say(self, language: str, key: str, turn: int = 0, **fields: object) -> str:
        """One variant of a sentence; the next turn gets the next one."""
        variants = self.variants[language][key]
        start = zlib.crc32(key.encode())
        return variants[(start + turn) % len(variants)].format(**fields)

    def has(self, language: str, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in self.variants[language]
