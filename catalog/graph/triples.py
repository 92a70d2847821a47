"""Knowledge graphs out of files: triples ``head, relation, tail``, one a line.

RecBole's ``.kg`` files name entities of their own; the ``.link`` file beside one says which
product is which entity. In other files (tab- or comma-separated, with or without a header) heads
and tails may be product ids themselves.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Optional, Sequence

from catalog.feeds.encoding import decode
from catalog.feeds.report import FeedError
from catalog.graph.knowledge import GraphBuilder, KnowledgeGraph

#: Names of relations end in this where the product is the tail of the triple.
INVERSE = "⁻¹"


@dataclass(frozen=True)
class TripleReport:
    """What became of the lines of a triple file."""

    links: int
    """Links of products that the graph has."""
    dangling: int
    """Triples neither end of which is a product."""
    broken: tuple[int, ...]
    """Lines that are no triples, from 1."""
    unknown_products: int
    """Products of the link file that the catalogue has not."""


def read_triples(
    path: Path, product_ids: Sequence[str], links: Optional[Path] = None
) -> tuple[KnowledgeGraph, TripleReport]:
    """Read a graph over these products.

    Parameters
    ----------
    links
        Which product is which entity; by default the ``.link`` file of the same name, if there is
        one.

    Raises
    ------
    FeedError
        Where a file cannot be read, or no triple is about any of the products.
    """
    path = Path(path)
    beside = path.with_suffix(".link")
    if links is None and path.suffix == ".kg" and beside.is_file():
        links = beside
    builder = GraphBuilder(product_ids)
    entity_of, unknown = _linked(links, builder) if links else ({p: p for p in product_ids}, 0)
    told = dangling = 0
    broken: list[int] = []
    for number, cells in _lines(path):
        if len(cells) != 3 or not all(cells):
            broken.append(number)
            continue
        head, relation, tail = cells
        if head in entity_of:
            builder.add(entity_of[head], relation, tail)
        if tail in entity_of:
            builder.add(entity_of[tail], relation + INVERSE, head)
        told += (head in entity_of) + (tail in entity_of)
        dangling += head not in entity_of and tail not in entity_of
    if not told:
        raise FeedError(
            f"No triple of {path.name} is about a product of the catalogue: heads or tails must "
            f"be product ids, or a .link file must say which product is which entity."
        )
    return builder.build(), TripleReport(told, dangling, tuple(broken), unknown)


def _linked(path: Path, builder: GraphBuilder) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    unknown = 0
    for _number, cells in _lines(path):
        if len(cells) >= 2 and cells[0] in builder:
            found[cells[1]] = cells[0]
        else:
            unknown += 1
    return found, unknown


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Numbered lines as stripped cells; a header and blank lines are left out."""
    try:
        text = decode(path.read_bytes(), path.name, None)
    except OSError as error:
        raise FeedError(f"{path} cannot be read: {error.strerror}.") from error
    first = text.split("\n", 1)[0]
    rows = csv.reader(text.splitlines(), delimiter="\t" if "\t" in first else ",")
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and _is_header(cells)):
            continue
        yield number, cells


def _is_header(cells: Sequence[str]) -> bool:
    names = {"head", "head_id", "relation", "relation_id", "tail", "tail_id", "item_id"}
    names |= {"entity_id", "subject", "predicate", "object", "product", "entity"}
    return any(cell.partition(":")[0].casefold() in names for cell in cells)
