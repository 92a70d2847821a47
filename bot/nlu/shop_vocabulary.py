"""The words of the shop in use, read again when its index was built anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Optional

from catalog.index.manifest import current_build
from catalog.lexicon import Lexicon
from catalog.vocabulary import Vocabulary

#: The file of an index that holds them.
WORDS = "vocabulary.json"


class ShopVocabulary:
    """The vocabulary in a shop's index; the lexicon's words alone where there is no index yet."""

    def __init__(self, shop: Path):
        self._index = shop / "index"
        self._lexicon = Lexicon.load()
        self._build: Optional[Path] = None
        self._vocabulary = Vocabulary.build([], self._lexicon)

    def current(self) -> Vocabulary:
        """The vocabulary of the index that is in use now."""
        build = current_build(self._index)
        if build is not None and build != self._build:
            data = json.loads((build / WORDS).read_text("utf-8"))
            self._vocabulary = Vocabulary.from_json(data, self._lexicon)
            self._build = build
        return self._vocabulary
