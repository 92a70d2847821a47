"""Products and the things they are linked to, relation by relation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from catalog.product import Product

#: Attributes that tell one product from the next rather than what they share.
_OWN = frozenset({"gtin", "mpn", "sku", "id", "item_group_id"})
#: Longer texts are remarks, not things.
_LONGEST = 60


@dataclass(frozen=True)
class Relation:
    """One kind of link."""

    entities: tuple[str, ...]
    """What products are linked to, by column."""
    links: sp.csr_matrix
    """Weights of the links in 0..1, products × entities, float32."""

    @property
    def degrees(self) -> npt.NDArray[np.int64]:
        """How many products each entity is linked to, shape (entities,)."""
        return np.bincount(self.links.indices, minlength=len(self.entities))


@dataclass(frozen=True)
class KnowledgeGraph:
    """Relation by relation, over products in one order."""

    product_ids: tuple[str, ...]
    relations: Mapping[str, Relation]

    def __len__(self) -> int:
        return sum(relation.links.nnz for relation in self.relations.values())

    def joined(self, other: KnowledgeGraph) -> KnowledgeGraph:
        """Both graphs' relations; of one in both, the other's.

        Raises
        ------
        ValueError
            Where they are over different products.
        """
        if self.product_ids != other.product_ids:
            raise ValueError("Graphs over different products cannot be joined.")
        return KnowledgeGraph(self.product_ids, {**self.relations, **other.relations})


class GraphBuilder:
    """Collects links, then makes a graph of them."""

    def __init__(self, product_ids: Sequence[str]) -> None:
        self._ids = tuple(product_ids)
        self._position = {id_: i for i, id_ in enumerate(self._ids)}
        self._links: dict[str, dict[tuple[int, int], float]] = {}
        self._entities: dict[str, dict[str, int]] = {}

    def __contains__(self, product_id: str) -> bool:
        return product_id in self._position

    def add(self, product_id: str, relation: str, entity: str, weight: float = 1.0) -> None:
        """Link a product; of a link that is told twice the stronger counts.

        Raises
        ------
        KeyError
            Where the product is none of the graph's.
        """
        entities = self._entities.setdefault(relation, {})
        links = self._links.setdefault(relation, {})
        key = (self._position[product_id], entities.setdefault(entity, len(entities)))
        links[key] = max(weight, links.get(key, 0.0))

    def build(self) -> KnowledgeGraph:
        """The graph; entities that only one product is linked to are left out."""
        relations = {}
        for name, links in self._links.items():
            pairs = np.array(list(links), np.int64).reshape(-1, 2)
            shape = (len(self._ids), len(self._entities[name]))
            weights = np.fromiter(links.values(), np.float32, len(links))
            matrix = sp.csr_matrix((weights, (pairs[:, 0], pairs[:, 1])), shape)
            shared = np.flatnonzero(np.bincount(matrix.indices, minlength=shape[1]) > 1)
            if len(shared):
                entities = list(self._entities[name])
                relations[name] = Relation(
                    tuple(entities[i] for i in shared), matrix[:, shared].tocsr()
                )
        return KnowledgeGraph(self._ids, relations)


def feed_graph(products: Iterable[Product], product_ids: Sequence[str]) -> KnowledgeGraph:
    """Links to brands, categories at every level, and values of attributes, from a feed.

    Products that are not among ``product_ids`` are left out.
    """
    builder = GraphBuilder(product_ids)
    for product in products:
        if product.id not in builder:
            continue
        if product.brand.strip():
            builder.add(product.id, "brand", product.brand.strip().casefold())
        for level in range(1, len(product.product_type) + 1):
            path = " > ".join(product.product_type[:level]).casefold()
            builder.add(product.id, "category", path)
        for name, values in product.attributes.items():
            for value in values:
                if name not in _OWN and 0 < len(value.strip()) <= _LONGEST:
                    builder.add(product.id, name, value.strip().casefold())
    return builder.build()
