"""Texts as batches of token numbers, with the parts of a text that have a label of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterable, Iterator, Sequence

import numpy as np

if TYPE_CHECKING:
    import torch

    from catalog.encoders.base import BaseEncoder

#: Texts whose lengths differ by less, in tokens, may share a batch.
LENGTH_NOISE = 3.0
PADDING = 1


@dataclass(frozen=True)
class Row:
    """One text to learn from."""

    text: str
    targets: tuple[tuple[int, float], ...]
    """Labels of the whole and their shares."""
    parts: tuple[tuple[int, int, int], ...] = ()
    """Begin, end and label of the parts of a text that has several."""
    after: str = ""
    """What the assistant did before, in words that are put in front of the text."""

    @property
    def label(self) -> int:
        """The label that the whole has most of."""
        return max(self.targets, key=lambda target: target[1])[0]


@dataclass(frozen=True)
class Tokens:
    """One text as the encoder reads it."""

    ids: list[int]
    offsets: list[tuple[int, int]]
    """Where in the text each token is; (0, 0) for those that are in no text."""


def tokenise(base: BaseEncoder, rows: Sequence[tuple[str, str]], limit: int) -> list[Tokens]:
    """Token numbers and places of (text, what was before) pairs, cut to ``limit`` tokens."""
    leads = [base.query_prefix + (f"({after}) " if after else "") for _text, after in rows]
    texts = [lead + text for lead, (text, _after) in zip(leads, rows, strict=True)]
    limit = min(limit, base.max_tokens)
    found = []
    for lead, encoding in zip(leads, base.tokenizer.encode_batch(texts), strict=True):
        ids, offsets = encoding.ids, encoding.offsets
        if len(ids) > limit:
            ids = [*ids[: limit - 1], ids[-1]]
            offsets = [*offsets[: limit - 1], offsets[-1]]
        places = [(max(0, a - len(lead)), max(0, b - len(lead))) for a, b in offsets]
        found.append(Tokens(ids, places))
    return found


def inside(tokens: Tokens, begin: int, end: int) -> np.ndarray:
    """Which tokens lie in a part of the text: bool (tokens,)."""
    return np.array([a < end and b > begin and b > a for a, b in tokens.offsets])


@dataclass(frozen=True)
class Batch:
    """Token numbers of some texts and the vectors to be made of them."""

    ids: torch.Tensor
    """int64 (texts, tokens)."""
    mask: torch.Tensor
    """int64 (texts, tokens)."""
    rows: torch.Tensor
    """int64 (vectors,): the text of each vector."""
    shares: torch.Tensor
    """float32 (vectors, tokens): what each token counts in a vector; a row sums to one."""
    targets: torch.Tensor
    """float32 (vectors, labels)."""


class Batches:
    """Tokenised rows, ready to be put together."""

    def __init__(self, base: BaseEncoder, rows: Sequence[Row], labels: int, limit: int):
        self.rows = rows
        self.labels = labels
        self.tokens = tokenise(base, [(row.text, row.after) for row in rows], limit)
        self.lengths = np.array([len(t.ids) for t in self.tokens], np.int64)

    def __len__(self) -> int:
        return len(self.rows)

    def make(self, chosen: Iterable[int]) -> Batch:
        """One batch of the chosen rows."""
        import torch

        chosen = [int(i) for i in chosen]
        length = int(max(self.lengths[i] for i in chosen))
        ids = np.full((len(chosen), length), PADDING, np.int64)
        mask = np.zeros((len(chosen), length), np.int64)
        owners: list[int] = []
        shares: list[np.ndarray] = []
        targets: list[np.ndarray] = []
        for n, i in enumerate(chosen):
            row, tokens = self.rows[i], self.tokens[i]
            ids[n, : len(tokens.ids)] = tokens.ids
            mask[n, : len(tokens.ids)] = 1
            whole = np.ones(len(tokens.ids), bool)
            goals = [(whole, row.targets)]
            for begin, end, label in row.parts:
                goals.append((inside(tokens, begin, end), ((label, 1.0),)))
            for part, wanted in goals:
                if part.any():
                    share = np.zeros(length, np.float32)
                    share[: len(part)] = part / part.sum()
                    target = np.zeros(self.labels, np.float32)
                    for label, weight in wanted:
                        target[label] += weight
                    owners.append(n)
                    shares.append(share)
                    targets.append(target)
        return Batch(
            torch.from_numpy(ids),
            torch.from_numpy(mask),
            torch.tensor(owners),
            torch.from_numpy(np.stack(shares)),
            torch.from_numpy(np.stack(targets)),
        )

    def by_length(self, size: int, random: np.random.Generator) -> list[np.ndarray]:
        """Rows of about the same length together, the groups in random order: little padding."""
        noise = random.uniform(0, LENGTH_NOISE, len(self.lengths))
        order = np.argsort(self.lengths + noise, kind="stable")
        parts = [order[i : i + size] for i in range(0, len(order), size)]
        return [parts[i] for i in random.permutation(len(parts))]

    def few_of_each(self, count: int) -> list[int]:
        """Rows of like length next to each other, at most so many of each label."""
        taken: dict[int, int] = {}
        chosen = []
        for i, row in enumerate(self.rows):
            label = row.label
            if not row.parts and taken.get(label, 0) < count:
                taken[label] = taken.get(label, 0) + 1
                chosen.append(i)
        return sorted(chosen, key=lambda i: int(self.lengths[i]))

    def in_pairs(self, size: int, random: np.random.Generator) -> list[np.ndarray]:
        """Every batch holds at least two texts of each of its labels, where there are two."""
        groups: dict[int, list[int]] = {}
        for i in random.permutation(len(self.rows)):
            groups.setdefault(self.rows[i].label, []).append(int(i))
        pairs = [group[k : k + 2] for group in groups.values() for k in range(0, len(group), 2)]
        order = [pairs[i] for i in random.permutation(len(pairs))]
        flat = [i for pair in order for i in pair]
        return [np.array(flat[i : i + size]) for i in range(0, len(flat), size)]


def in_turn(count: int, size: int) -> Iterator[range]:
    """Positions 0 … count in groups."""
    for start in range(0, count, size):
        yield range(start, min(start + size, count))
