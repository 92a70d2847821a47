"""A catalogue's index, open for reading: everything a turn needs to find products."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Optional
from zipfile import BadZipFile

import numpy as np

from catalog.collaborative.learned import Learned
from catalog.errors import ShoptalkError
from catalog.index.columns import IDS_FILE, Columns
from catalog.index.facet_table import FacetTable
from catalog.index.manifest import Manifest, current_build, damaged, read_manifest
from catalog.index.vectors import FaissVectorIndex
from catalog.index.words import WordIndex
from catalog.lexicon import Lexicon
from catalog.vocabulary import Vocabulary

if TYPE_CHECKING:
    from catalog.shop import Shop

log = logging.getLogger(__name__)

VOCABULARY_FILE = "vocabulary.json"


class CatalogueIndex:
    """One build of an index. It never changes: a newer build is another object.

    Products are named by position, from 0; every array has one entry per product. The properties
    of ``Columns`` (``price``, ``rating``, ``available``, …) are attributes of the index too.
    """

    def __init__(self, build: Path, lexicon: Lexicon):
        self._build = build
        self._lexicon = lexicon
        self._refused: Optional[Path] = None
        self.manifest: Manifest = read_manifest(build)
        if self.manifest.lexicon != lexicon.fingerprint:
            raise ShoptalkError(
                f"The index at {build.parent} was made with another lexicon: "
                "run `shoptalk index` again."
            )
        try:
            self.ids: list[str] = json.loads((build / IDS_FILE).read_text(encoding="utf-8"))
            words = json.loads((build / VOCABULARY_FILE).read_text(encoding="utf-8"))
            self.vocabulary = Vocabulary.from_json(words, lexicon)
            self.columns = Columns.open(build)
            self.facets = FacetTable.open(build, self.vocabulary)
            self.vectors = FaissVectorIndex.open(build)
            self.words = WordIndex.open(build, self.vocabulary.widened)
            self.learned: Optional[Learned] = Learned.read(build)
        except FileNotFoundError:
            raise
        except (ValueError, KeyError, OSError, EOFError, RuntimeError, BadZipFile) as error:
            raise damaged(build.parent, f"{build.name} cannot be read") from error
        self.position: dict[str, int] = {id_: i for i, id_ in enumerate(self.ids)}
        self.price: np.ndarray = self.columns.price
        self.regular_price: np.ndarray = self.columns.regular_price
        self.rating: np.ndarray = self.columns.rating
        self.rating_count: np.ndarray = self.columns.rating_count
        self.available: np.ndarray = self.columns.available
        self.group: np.ndarray = self.columns.group
        self.added: np.ndarray = self.columns.added
        self.popularity: np.ndarray = self.columns.popularity

    @classmethod
    def open(cls, shop: Shop, lexicon: Optional[Lexicon] = None) -> CatalogueIndex:
        """Open the current build of a shop's index.

        Raises
        ------
        ShoptalkError
            Where there is none, or it is damaged or out of date with this program.
        """
        lexicon = lexicon or Lexicon.load()
        build = current_build(shop.index_dir)
        while build is not None:
            try:
                return cls(build, lexicon)
            except (ShoptalkError, FileNotFoundError):
                # It may have been replaced and removed since its name was read.
                newer = current_build(shop.index_dir)
                if newer == build:
                    raise
                build = newer
        raise ShoptalkError(
            f"The shop at {shop.path} has no index yet: run `shoptalk index --shop {shop.path}`."
        )

    def reload_if_changed(self) -> Optional[CatalogueIndex]:
        """The newer build opened, where one has become the current one; otherwise None.

        This object stays as it is: a turn that began with it can end with it. A newer build that
        cannot be used is left alone and logged once: the old one still serves.
        """
        build = current_build(self._build.parent)
        if build is None or build == self._build:
            return None
        if build == self._refused:
            return None
        try:
            return CatalogueIndex(build, self._lexicon)
        except FileNotFoundError:
            return None
        except ShoptalkError as error:
            log.warning("The newer index is left alone: %s", error)
            self._refused = build
            return None

    @property
    def folder(self) -> Path:
        """The folder of the build."""
        return self._build

    def __len__(self) -> int:
        return len(self.ids)
