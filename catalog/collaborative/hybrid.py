"""The blend with content: what products are speaks where few shoppers have.

Products' ALS factors are drawn to what their texts and the knowledge graph tell, the more the
fewer shoppers took them, so that a product that nobody took yet has one, too. What content tells
of all products is a third score beside EASE and ALS.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Mapping, Optional, Sequence

import numpy as np
import scipy.sparse as sp

from catalog.collaborative.base import CollaborativeModel, Scores
from catalog.collaborative.blend import Blend, BlendConfig, standardised
from catalog.collaborative.content import ContentConfig, ContentMap
from catalog.collaborative.interactions import Interactions
from catalog.graph.knowledge import KnowledgeGraph
from catalog.graph.propagation import Vectors


@dataclass(frozen=True)
class Content:
    """What is known of the products of a log, in their order."""

    texts: Vectors
    """Unit vectors of their texts, shape (products, d)."""
    graph: Optional[KnowledgeGraph] = None


@dataclass(frozen=True)
class HybridConfig:
    """What can be chosen."""

    share: float = 0.2
    """Of what content tells; the rest is the blend's."""
    half_life: Optional[float] = None
    """See ``Interactions.matrix``."""
    blend: BlendConfig = field(default_factory=BlendConfig)
    content: ContentConfig = field(default_factory=ContentConfig)


class Hybrid(CollaborativeModel):
    """EASE, ALS and content, each standardised within its row, then averaged."""

    name: ClassVar[str] = "hybrid"
    space: ClassVar[Mapping[str, Sequence[Any]]] = {
        "share": (0.0, 0.1, 0.2, 0.3, 0.4),
        "content.penalty": (30.0, 100.0, 300.0),
        "content.own": (1.0, 3.0, 10.0, 30.0),
        **{
            name if name == "half_life" else f"blend.{name}": values
            for name, values in Blend.space.items()
        },
    }

    def __init__(self, content: Content, config: HybridConfig = HybridConfig()) -> None:
        self.config = config
        self.blend = Blend(config.blend)
        self.map = ContentMap(config.content)
        self.content = content
        self.told: Vectors = np.zeros((0, 0), np.float32)
        """Factors that content alone tells, shape (products, factors)."""

    def fit(self, data: Interactions) -> Hybrid:
        self.blend.fit(data)
        counts, als = data.popularity(), self.blend.als
        self.map.fit(self.content.texts, als.products, counts, self.content.graph)
        self.told = self.map.factors(self.content.texts)
        als.use(self.map.completed(self.content.texts, counts))
        return self

    def scores(self, histories: sp.csr_matrix) -> Scores:
        share = np.float32(self.config.share)
        content = self.blend.als.fold_in(histories) @ self.told.T
        return (1 - share) * self.blend.scores(histories) + share * standardised(content)
