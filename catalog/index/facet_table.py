"""Which product has which attribute values, how surely, and from where: sparse, on disk."""

from __future__ import annotations

import json
from array import array
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import Iterable, Iterator, Mapping, Optional, Protocol

import numpy as np

from catalog.errors import ShoptalkError

FACETS_FILE = "facets.json"
ARRAYS_FILE = "facets.npz"
MEASURES_FILE = "measures.npz"
#: A product counts as having a value from this confidence on.
LIKELY = 0.5
CACHED = 256


class Narrowing(Protocol):
    """What the table needs of a vocabulary."""

    def narrower(self, attribute: str, value: str) -> Iterable[str]:
        """``value`` and every value that is a kind of it."""


class FacetLike(Protocol):
    """One piece of evidence about a product."""

    @property
    def attribute(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def source(self) -> str: ...


class FacetTable:
    """Evidence for attribute values, by value and by product.

    Parameters
    ----------
    keys
        The ``(attribute, value)`` pairs, in the order of their columns.
    sources
        Names of the kinds of evidence.
    arrays
        ``starts`` (int64), ``products`` (int32), ``confidences`` (float32), ``source`` (uint8): the
        entries column by column; ``row_starts`` and ``row_entries``: the same by product.
    measures
        Attribute → numbers (NaN where absent) and their unit.
    """

    def __init__(
        self,
        keys: list[tuple[str, str]],
        sources: list[str],
        arrays: Mapping[str, np.ndarray],
        measures: Mapping[str, tuple[np.ndarray, str]],
        vocabulary: Narrowing,
    ):
        self._keys = keys
        self._columns = {key: i for i, key in enumerate(keys)}
        self._sources = sources
        self._starts = arrays["starts"]
        self._products = arrays["products"]
        self._confidences = arrays["confidences"]
        self._source = arrays["source"]
        self._row_starts = arrays["row_starts"]
        self._row_entries = arrays["row_entries"]
        self._measures = measures
        self._vocabulary = vocabulary
        self._count = len(self._row_starts) - 1
        self._by_attribute: dict[str, list[int]] = {}
        for i, (attribute, _) in enumerate(keys):
            self._by_attribute.setdefault(attribute, []).append(i)
        self._cache: OrderedDict[tuple[str, str], np.ndarray] = OrderedDict()
        self._lock = Lock()

    @classmethod
    def open(cls, folder: Path, vocabulary: Narrowing) -> FacetTable:
        """Open what ``FacetTableBuilder`` wrote."""
        data = json.loads((folder / FACETS_FILE).read_text(encoding="utf-8"))
        with np.load(folder / ARRAYS_FILE, allow_pickle=False) as file:
            arrays = dict(file)
        with np.load(folder / MEASURES_FILE, allow_pickle=False) as file:
            columns = [file[f"m{i}"] for i in range(len(data["measures"]))]
        measures = {
            about["attribute"]: (column, about["unit"])
            for about, column in zip(data["measures"], columns, strict=True)
        }
        keys = [(attribute, value) for attribute, value in data["keys"]]
        return cls(keys, data["sources"], arrays, measures, vocabulary)

    def attributes(self) -> list[str]:
        """Every attribute that some product has, measures included."""
        return sorted({*self._by_attribute, *self._measures})

    def evidence(self, attribute: str, value: str) -> np.ndarray:
        """How surely each product has ``value`` or a narrower one: float32 (products,), 0 to 1.

        Zero is no evidence. The array is shared: it cannot be written to.
        """
        key = (attribute, value)
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        dense = np.zeros(self._count, np.float32)
        for one in {value, *self._vocabulary.narrower(attribute, value)}:
            column = self._columns.get((attribute, one))
            if column is not None:
                span = slice(self._starts[column], self._starts[column + 1])
                products = self._products[span]
                dense[products] = np.maximum(dense[products], self._confidences[span])
        dense.flags.writeable = False
        with self._lock:
            self._cache[key] = dense
            while len(self._cache) > CACHED:
                self._cache.popitem(last=False)
        return dense

    def values(self, attribute: str, mask: Optional[np.ndarray] = None) -> dict[str, int]:
        """How many products (of those in ``mask``) likely have each value, the commonest first."""
        counts: dict[str, int] = {}
        for column in self._by_attribute.get(attribute, ()):
            span = slice(self._starts[column], self._starts[column + 1])
            likely = self._confidences[span] >= LIKELY
            if mask is not None:
                likely = likely & mask[self._products[span]]
            count = int(np.count_nonzero(likely))
            if count:
                counts[self._keys[column][1]] = count
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def entries(self, attribute: str) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """Each value as it is, without the narrower ones: the products that have evidence for it
        (int32), and how surely they have it (float32)."""
        for column in self._by_attribute.get(attribute, ()):
            span = slice(self._starts[column], self._starts[column + 1])
            yield self._keys[column][1], self._products[span], self._confidences[span]

    def numbers(self, attribute: str) -> tuple[np.ndarray, str]:
        """A measured attribute: float64 (products,) with NaN where absent, and the unit.

        All NaN and ``""`` for an attribute that is not measured.
        """
        if attribute in self._measures:
            return self._measures[attribute]
        return np.full(self._count, np.nan), ""

    def measured(self) -> dict[str, str]:
        """The attributes that are measures, each with its unit."""
        return {attribute: unit for attribute, (_, unit) in self._measures.items()}

    def of(self, position: int) -> dict[str, list[tuple[str, float, str]]]:
        """What is known of one product: attribute → (value, confidence, source), surest first."""
        found: dict[str, list[tuple[str, float, str]]] = {}
        span = slice(self._row_starts[position], self._row_starts[position + 1])
        for entry in self._row_entries[span]:
            column = int(np.searchsorted(self._starts, entry, side="right")) - 1
            attribute, value = self._keys[column]
            confidence = round(float(self._confidences[entry]), 4)
            source = self._sources[self._source[entry]]
            found.setdefault(attribute, []).append((value, confidence, source))
        for values in found.values():
            values.sort(key=lambda value: -value[1])
        return found


class FacetTableBuilder:
    """Collects the facets of products, in the order of their positions."""

    def __init__(self) -> None:
        self._columns: dict[tuple[str, str], int] = {}
        self._sources: dict[str, int] = {}
        self._column = array("i")
        self._product = array("i")
        self._confidence = array("f")
        self._source = array("B")
        self._count = 0

    def add(self, facets: Iterable[FacetLike]) -> None:
        """Add the next product; of several confidences in one value the highest is kept."""
        self._put(self._count, facets)
        self._count += 1

    def add_to(self, position: int, facets: Iterable[FacetLike]) -> None:
        """Add to a product that was added before; what it has already must not be among it."""
        self._put(position, facets)

    def _put(self, position: int, facets: Iterable[FacetLike]) -> None:
        best: dict[tuple[str, str], FacetLike] = {}
        for facet in facets:
            key = (facet.attribute, facet.value)
            if key not in best or facet.confidence > best[key].confidence:
                best[key] = facet
        for key, facet in best.items():
            self._column.append(self._columns.setdefault(key, len(self._columns)))
            self._product.append(position)
            self._confidence.append(facet.confidence)
            self._source.append(self._sources.setdefault(facet.source, len(self._sources)))

    def write(self, folder: Path, measures: Mapping[str, tuple[np.ndarray, str]]) -> None:
        """Write the table into ``folder``."""
        if len(self._sources) > 255:
            raise ShoptalkError("There are more kinds of evidence than the index can hold.")
        column = np.array(self._column, np.int32)
        order = np.argsort(column, kind="stable")
        products = np.array(self._product, np.int32)[order]
        by_column = np.bincount(column, minlength=len(self._columns))
        by_row = np.bincount(products, minlength=self._count)
        np.savez(
            folder / ARRAYS_FILE,
            starts=np.concatenate([[0], np.cumsum(by_column)]).astype(np.int64),
            products=products,
            confidences=np.array(self._confidence, np.float32)[order],
            source=np.array(self._source, np.uint8)[order],
            row_starts=np.concatenate([[0], np.cumsum(by_row)]).astype(np.int64),
            row_entries=np.argsort(products, kind="stable").astype(np.int32),
        )
        columns = {f"m{i}": numbers for i, (numbers, _) in enumerate(measures.values())}
        np.savez(folder / MEASURES_FILE, **columns)
        data = {
            "keys": list(self._columns),
            "sources": list(self._sources),
            "measures": [
                {"attribute": attribute, "unit": unit} for attribute, (_, unit) in measures.items()
            ],
        }
        (folder / FACETS_FILE).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
