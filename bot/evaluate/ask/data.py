"""Data of the multi-round papers: which attributes items have, and who took which items.

A folder with ``item_attributes.json`` (item → attributes) and ``train.json``, ``valid.json`` and
``test.json`` (user → items), as LastFM* is published with SCPR and UNICORN. Numbers are from 0.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Mapping

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from actions.recommend.asking.attributes import Attributes
from catalog.collaborative.interactions import Interactions
from catalog.errors import ShoptalkError

SPLITS = ("valid", "test")
#: Numbers beyond this are taken for a mistake in the file.
MOST = 10_000_000


@dataclass(frozen=True)
class Case:
    """A conversation to be had: a user looks for an item and begins with one of its attributes."""

    number: int
    user: int
    target: int
    revealed: int
    """Column of the attribute."""


@dataclass(frozen=True)
class AskData:
    """What was read."""

    attributes: Attributes
    """Of all items; each attribute is one that an item has or has not."""
    users: int
    pairs: Mapping[str, npt.NDArray[np.int64]]
    """Split → its (user, item) pairs as in the file, shape (pairs, 2)."""

    @cached_property
    def train(self) -> Interactions:
        """Who took what before; all count alike."""
        pairs = np.unique(self.pairs["train"], axis=0)
        n = len(pairs)
        return Interactions(
            shopper_ids=tuple(map(str, range(self.users))),
            product_ids=tuple(map(str, range(len(self.attributes)))),
            shopper=pairs[:, 0].astype(np.int32),
            product=pairs[:, 1].astype(np.int32),
            strength=np.ones(n, np.float32),
            rating=np.full(n, np.nan, np.float32),
            at=np.arange(n, dtype=np.int64),
        )

    def cases(self, split: str, most: int, seed: int) -> list[Case]:
        """Up to so many of a split's pairs, drawn without repetition, each with one attribute of
        its item drawn; targets without attributes are left out."""
        pairs, matrix = self.pairs[split], self.attributes.matrix
        pairs = pairs[np.diff(matrix.indptr)[pairs[:, 1]] > 0]
        rng = np.random.default_rng(seed)
        found = []
        for number, (user, item) in enumerate(pairs[rng.permutation(len(pairs))[:most]]):
            own = matrix.indices[matrix.indptr[item] : matrix.indptr[item + 1]]
            found.append(Case(number, int(user), int(item), int(rng.choice(np.sort(own)))))
        return found


def read_ask_data(folder: Path) -> AskData:
    """Read a folder.

    Raises
    ------
    ShoptalkError
        Where a file is missing or not of that form.
    """
    items = _read(folder / "item_attributes.json")
    splits = {name: _read(folder / f"{name}.json") for name in ("train", *SPLITS)}
    mentioned = [item for users in splits.values() for taken in users.values() for item in taken]
    n = max([*items, *mentioned], default=-1) + 1
    if n == 0:
        raise ShoptalkError(f"{folder} has no items.")
    rows = [item for item, own in items.items() for _ in own]
    columns, inverse = np.unique([a for own in items.values() for a in own], return_inverse=True)
    shape = (n, len(columns))
    matrix = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, inverse)), shape)
    keys = [(str(int(column)), "yes") for column in columns]
    pairs = {
        name: np.array([(u, i) for u, own in users.items() for i in own], np.int64).reshape(-1, 2)
        for name, users in splits.items()
    }
    users = max((user for split in splits.values() for user in split), default=-1) + 1
    return AskData(Attributes(keys, matrix, closed=True), users, pairs)


def _read(path: Path) -> dict[int, list[int]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {_number(key): [_number(one) for one in values] for key, values in found.items()}
    except FileNotFoundError:
        raise ShoptalkError(
            f"{path} is missing: --data is a folder with item_attributes.json, train.json, "
            "valid.json and test.json."
        ) from None
    except (ValueError, TypeError, AttributeError, OSError) as error:
        raise ShoptalkError(
            f"{path} is not a JSON object of lists of numbers from 0: {error}"
        ) from None


def _number(value: Any) -> int:
    number = int(value)
    if isinstance(value, (bool, float)) or not 0 <= number <= MOST:
        raise ValueError(f"{value!r} is not a number from 0 to {MOST}")
    return number
