"""A little catalogue: a dozen products, and an encoder that needs no model."""

from __future__ import annotations

import zlib
from decimal import Decimal
from typing import Callable, Optional, Sequence

import numpy as np

from catalog.product import OUT_OF_STOCK, Money, Product


class ChecksumEncoder:
    """A unit vector per text, from the checksum of the text."""

    dim = 16
    fingerprint = "checksum-exact"

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        rows = [np.random.default_rng(zlib.crc32(t.encode())).normal(size=self.dim) for t in texts]
        vectors = np.array(rows, np.float32).reshape(-1, self.dim)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def encode_products(
        self, texts: Sequence[str], progress: Optional[Callable[[int, int], None]] = None
    ) -> np.ndarray:
        return self.encode_queries(texts)


class SameEncoder(ChecksumEncoder):
    """One vector for every text, so that only words and rules tell products apart."""

    fingerprint = "same-exact"

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return np.tile(super().encode_queries(["same"]), (len(texts), 1))


def product(
    id_: str, title: str, price: Optional[str], more: str = "", **attributes: str
) -> Product:
    """A product with English texts; its price is in CNY, ``more`` is its description."""
    return Product(
        id=id_,
        title={"en": title},
        language="en",
        description={"en": more} if more else {},
        price=None if price is None else Money(Decimal(price), "CNY"),
        availability=attributes.pop("availability", "in_stock"),
        item_group_id=attributes.pop("group", ""),
        attributes={name: (value,) for name, value in attributes.items()},
    )


#: Dresses, one sold out and one a blend; things for men; kettles and their measures.
PRODUCTS = (
    product("red", "Red Cotton Dress", "399", color="red", material="cotton", group="r", size="S"),
    product("red-m", "Red Cotton Dress", "399", color="red", material="cotton", group="r"),
    product("wine", "Wine Red Silk Dress", "459", color="burgundy", material="silk"),
    product("blue", "Blue Polyester Dress", "289", color="blue", material="polyester"),
    product(
        "blend",
        "Yellow Cotton Dress",
        "199",
        "Cotton, with some polyester in the lining.",
        color="yellow",
        material="cotton",
    ),
    product("gone", "Red Linen Dress", "99", color="red", availability=OUT_OF_STOCK),
    product("priceless", "Green Linen Dress", None, color="green", material="linen"),
    product("shirt", "Men White Linen Shirt", "159", color="white", gender="male"),
    product("tee", "Men Black Cotton T-Shirt", "79", color="black", gender="male"),
    product("sneakers", "White Sneakers", "360", color="white"),
    product("kettle", "Electric Kettle", "129", weight="1.2 kg", capacity="1.7 L"),
    product("kettle-s", "Travel Kettle", "89", weight="800 g", capacity="0.8 L"),
)
