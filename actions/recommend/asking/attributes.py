"""Which products have which attribute values, how surely, as one sparse matrix."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Callable, Optional, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Vector = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]
Key = tuple[str, str]


@dataclass(frozen=True)
class Cells:
    """A number for each entry of the matrix."""

    by_row: npt.NDArray[np.float32]
    """In the order of the CSR matrix, shape (entries,)."""
    by_column: sp.csr_matrix
    """The same transposed, shape (columns, products)."""


class Attributes:
    """Products × values, with what is to be expected where nothing is known; never changes.

    Of a product that has evidence for some value of an attribute, the other values of it are
    taken to be untrue. Of one that has none for the whole attribute each value is as likely as
    among those of which something is known: its base rate.

    Parameters
    ----------
    keys
        ``(attribute, value)`` of each column, each once.
    matrix
        Products × columns: evidence, 0 to 1, that the product has the value. What is not a number
        counts as none, what lies beyond as the nearest end.
    closed
        What a product is not said to have it does not have: there are no base rates.

    Raises
    ------
    ValueError
        Where the keys are not those of the columns.
    """

    def __init__(self, keys: Sequence[Key], matrix: sp.spmatrix, closed: bool = False) -> None:
        self.keys = tuple(keys)
        self.closed = closed
        self.matrix: sp.csr_matrix = _evidence(matrix)
        """CSR, float32, shape (products, columns)."""
        if self.matrix.shape[1] != len(self.keys) or len(set(self.keys)) != len(self.keys):
            raise ValueError("Give each column of the matrix an (attribute, value) of its own.")
        self.names: tuple[str, ...] = tuple(dict.fromkeys(name for name, _ in self.keys))
        """The attributes."""
        number = {name: i for i, name in enumerate(self.names)}
        self.attribute: Positions = np.array([number[name] for name, _ in self.keys], np.int64)
        """Number of the attribute of each column, shape (columns,)."""
        self._column = {key: i for i, key in enumerate(self.keys)}
        self._cells: dict[tuple[float, ...], Cells] = {}

    def __len__(self) -> int:
        return int(self.matrix.shape[0])

    def column(self, attribute: str, value: str) -> Optional[int]:
        """The column of a value, where there is one."""
        return self._column.get((attribute, value))

    def columns(self, attribute: int) -> Positions:
        """The columns of an attribute, by its number."""
        return self._columns[attribute] if 0 <= attribute < len(self.names) else _NONE

    def has(self, column: int) -> Vector:
        """How likely each product has a value, shape (products,)."""
        return self._filled(self.evidence, column)

    def named(self, column: int) -> Vector:
        """How likely who wants a product names this value when asked for the attribute's."""
        return self._filled(self.shares, column)

    def unknown(self, attribute: int) -> npt.NDArray[np.bool_]:
        """Where nothing is known of an attribute, by its number; shape (products,)."""
        if self.closed:
            return np.zeros(len(self), bool)
        found = np.ones(len(self), bool)
        known = self._known_by_column
        found[known.indices[known.indptr[attribute] : known.indptr[attribute + 1]]] = False
        return found

    def only(self, products: Positions) -> Attributes:
        """Of some products, in this order, and of the columns that one of them has."""
        rows = self.matrix[products]
        kept = np.unique(rows.indices)
        place = np.zeros(max(1, len(self.keys)), np.int64)
        place[kept] = np.arange(len(kept))
        shape = (len(products), len(kept))
        matrix = sp.csr_matrix((rows.data, place[rows.indices], rows.indptr), shape)
        return Attributes([self.keys[i] for i in kept], matrix, self.closed)

    @property
    def shape(self) -> tuple[int, int]:
        """Products and columns."""
        return len(self), len(self.keys)

    @cached_property
    def evidence(self) -> Cells:
        """The evidence itself."""
        return self._of(self.matrix.data)

    @cached_property
    def certain(self) -> bool:
        """Whether all evidence is 0 or 1."""
        return bool((self.matrix.data == 1).all())

    @cached_property
    def shares(self) -> Cells:
        """The evidence, that of one product for one attribute adding up to 1 at most."""
        _, inverse = np.unique(self._pairs, return_inverse=True)
        total = np.maximum(1.0, np.bincount(inverse, self.matrix.data, minlength=1))
        return self._of(self.matrix.data / total[inverse])

    @cached_property
    def ambiguity(self) -> Cells:
        """Bits that each entry adds to what is open about the answer of who wants the product."""
        return self._of(terms(self.shares.by_row.astype(np.float64)))

    @cached_property
    def firsts(self) -> Cells:
        """1 for one entry of each attribute of a product, else 0."""
        found = np.zeros(len(self._pairs), np.float32)
        found[np.unique(self._pairs, return_index=True)[1]] = 1.0
        return self._of(found)

    @cached_property
    def several(self) -> Cells:
        """1 for entries of products with several values of that attribute, else 0."""
        _, inverse, counts = np.unique(self._pairs, return_inverse=True, return_counts=True)
        return self._of(counts[inverse] > 1)

    def cells(self, key: tuple[float, ...], of: Callable[[], Vector]) -> Cells:
        """Numbers in the order of the CSR matrix, made once for each key."""
        if key not in self._cells:
            self._cells[key] = self._of(of())
        return self._cells[key]

    @cached_property
    def base(self) -> npt.NDArray[np.float32]:
        """Base rate of each column, shape (columns,); 0 where ``closed``."""
        n = len(self.keys)
        if self.closed or not n:
            return np.zeros(n, np.float32)
        evidence = np.bincount(self.matrix.indices, self.shares.by_row, minlength=n)
        known = np.bincount(self.attribute[self.matrix.indices], self.firsts.by_row)
        known = np.append(known, np.zeros(len(self.names)))[self.attribute]
        return (evidence / np.maximum(known, 1.0)).astype(np.float32)

    @cached_property
    def rows(self) -> npt.NDArray[np.int32]:
        """Product of each entry, column by column."""
        return self._by_column.indices

    @cached_property
    def starts(self) -> npt.NDArray[np.int64]:
        """Where the entries of each column begin, and the end; shape (columns + 1,)."""
        return self._by_column.indptr.astype(np.int64)

    @cached_property
    def _by_column(self) -> sp.csc_matrix:
        """Numbers of the entries in the CSR matrix, from 1, as CSC."""
        numbers = np.arange(1, self.matrix.nnz + 1)
        return sp.csr_matrix((numbers, self.matrix.indices, self.matrix.indptr), self.shape).tocsc()

    @cached_property
    def _pairs(self) -> Positions:
        """A number for the product and the attribute of each entry."""
        row = np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.matrix.indptr))
        return row * max(1, len(self.names)) + self.attribute[self.matrix.indices]

    @cached_property
    def _known_by_column(self) -> sp.csc_matrix:
        """Products × attributes, something where something is known."""
        pairs = np.unique(self._pairs)
        row, attribute = np.divmod(pairs, max(1, len(self.names)))
        shape = (len(self), len(self.names))
        return sp.csc_matrix((np.ones(len(pairs), np.float32), (row, attribute)), shape)

    @cached_property
    def _columns(self) -> tuple[Positions, ...]:
        order = np.argsort(self.attribute, kind="stable")
        ends = np.cumsum(np.bincount(self.attribute, minlength=len(self.names)))
        return tuple(np.split(order, ends[:-1]))

    def _of(self, data: npt.NDArray[np.floating]) -> Cells:
        by_row = np.ascontiguousarray(data, np.float32)
        data = by_row[self._by_column.data - 1]
        by_column = sp.csr_matrix((data, self.rows, self._by_column.indptr), self.shape[::-1])
        return Cells(by_row, by_column)

    def _filled(self, cells: Cells, column: int) -> Vector:
        attribute = int(self.attribute[column])
        found = self.unknown(attribute) * float(self.base[column])
        span = slice(self.starts[column], self.starts[column + 1])
        found[self.rows[span]] = cells.by_column.data[span]
        return found


_NONE = np.zeros(0, np.int64)


def bits(p: Vector) -> Vector:
    """Entropy of a yes or no that is a yes with probability ``p``, in bits."""
    inside = np.clip(p, 1e-12, 1 - 1e-12)
    return -(inside * np.log2(inside) + (1 - inside) * np.log2(1 - inside))


def terms(p: Vector) -> Vector:
    """``−p log2 p``, what each outcome adds to an entropy in bits."""
    return -p * np.log2(np.maximum(p, 1e-12))


def _evidence(matrix: sp.spmatrix) -> sp.csr_matrix:
    clean = sp.csr_matrix(matrix, dtype=np.float32, copy=True)
    clean.sum_duplicates()
    clean.data = np.clip(np.nan_to_num(clean.data, nan=0.0), 0.0, 1.0)
    clean.eliminate_zeros()
    clean.sort_indices()
    return clean
