"""A large shop made from a small one: for measuring what a search takes over many products.

A product takes its texts from one of the small shop and brand and price from two others of it; its
vector is that of the first, moved by seeded noise. So nothing has to be encoded for hours, and
words, values and vectors are spread as they are in the real catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Callable, Iterator, Optional, Sequence

import numpy as np
import numpy.typing as npt

from catalog.errors import ShoptalkError
from catalog.index import CatalogueIndex
from catalog.index.product_text import encoder_text
from catalog.product import Product
from catalog.shop import Shop

#: Length of the noise that a vector is moved by, which itself has length 1.
NOISE = 0.3
Vectors = npt.NDArray[np.float32]


@dataclass
class NearbyEncoder:
    """Gives each text of the large shop the vector of the product it was made from, moved."""

    index: CatalogueIndex
    seed: int
    source: dict[str, int] = field(default_factory=dict)
    """Text → position of the product that it was made from."""

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return len(self.index.vectors.vector(0))

    @property
    def fingerprint(self) -> str:
        """That of vectors made in this way."""
        return f"nearby{self.seed}-exact"

    def encode_products(
        self, texts: Sequence[str], progress: Optional[Callable[[int, int], None]] = None
    ) -> Vectors:
        """Unit vectors, shape (len(texts), dim)."""
        sources = np.array([self.source[text] for text in texts], np.int64)
        rng = np.random.default_rng(self.seed)
        out = np.empty((len(texts), self.dim), np.float32)
        for start in range(0, len(texts), 10_000):
            near = self.index.vectors.vectors(sources[start : start + 10_000])
            moved = near + rng.normal(0, NOISE / np.sqrt(self.dim), near.shape).astype(np.float32)
            out[start : start + 10_000] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
        return out

    encode_queries = encode_products


def recombined(
    products: Sequence[Product], count: int, seed: int, encoder: NearbyEncoder
) -> Iterator[Product]:
    """``count`` products of a larger shop, told to the encoder as they are made.

    Raises
    ------
    ShoptalkError
        Where there are no products to make them from.
    """
    if not products:
        raise ShoptalkError("A large shop is made from the products of a small one: this has none.")
    rng = np.random.default_rng(seed)
    for number in range(count):
        texts, brand, price = (products[i] for i in rng.integers(0, len(products), 3))
        old, new = texts.brand, brand.brand
        titles = {
            language: title.replace(old, new) if old else title
            for language, title in texts.title.items()
        }
        product = replace(
            texts,
            id=f"p{number}",
            item_group_id=f"p{number}",
            title=titles,
            brand=new,
            price=price.price,
            sale_price=price.sale_price,
        )
        encoder.source.setdefault(encoder_text(product), encoder.index.position[texts.id])
        yield product


def make_shop(
    small: Shop, index: CatalogueIndex, count: int, seed: int, folder: Path
) -> tuple[Shop, NearbyEncoder]:
    """Make the large shop in ``folder``, which is not there yet, and the encoder of its texts."""
    encoder = NearbyEncoder(index, seed)
    products = list(small.store.iter_products())
    large = Shop.create(folder, name="large", currency=small.settings.currency)
    large.store.upsert_products(recombined(products, count, seed, encoder))
    return large, encoder
