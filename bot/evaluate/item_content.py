"""What is known of a log's products: their texts as vectors, and a knowledge graph."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Callable, Mapping, Optional, Sequence

import numpy as np

from catalog.collaborative.hybrid import Content
from catalog.errors import ShoptalkError
from catalog.feeds.importing import read_items
from catalog.graph.knowledge import feed_graph
from catalog.graph.propagation import Vectors
from catalog.graph.triples import read_triples
from catalog.index.product_text import encoder_text
from catalog.product import Product
from catalog.settings import Settings


def item_content(
    product_ids: Sequence[str],
    items: Path,
    items_map: Optional[Path],
    graph: Optional[Path],
    settings: Settings,
    report: Optional[Callable[[str], None]] = None,
) -> Content:
    """Read the products of a log, encode their texts and join the graphs of feed and file.

    Vectors are kept below ``settings.home``, by encoder and texts, for the next time.

    Raises
    ------
    ShoptalkError
        Where the file tells of none of the log's products.
    """
    products = {product.id: product for product in read_items(items, items_map)}
    found = [products[i] for i in product_ids if i in products]
    if not found:
        raise ShoptalkError(f"{items.name} tells of none of the products of the events.")
    if report:
        report(f"{len(found)} of {len(product_ids)} products are told of by {items.name}.")
    whole = feed_graph(found, product_ids)
    if graph is not None:
        triples, about = read_triples(graph, product_ids)
        whole = whole.joined(triples)
        if report:
            report(
                f"{about.links} links from {graph.name}; {about.dangling} triples and "
                f"{about.unknown_products} entities are about none of the products, "
                f"{len(about.broken)} lines are broken."
            )
    return Content(_vectors(product_ids, products, settings), whole)


def _vectors(
    product_ids: Sequence[str], products: Mapping[str, Product], settings: Settings
) -> Vectors:
    from catalog.encoders.text import load_text_encoder

    texts = [_told(products[i]) if i in products else "" for i in product_ids]
    encoder = load_text_encoder(settings, for_index=True)
    digest = hashlib.sha256("\0".join([encoder.fingerprint, *texts]).encode()).hexdigest()
    file = settings.home / "vectors" / f"{digest[:32]}.npy"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part.npy")
        np.save(part, encoder.encode_products(texts, lambda done, total: None))
        part.replace(file)
    return np.load(file, allow_pickle=False)


def _told(product: Product) -> str:
    """All that there is to read of a product, most telling first."""
    text = encoder_text(product)
    values = [value for values in product.attributes.values() for value in values]
    return ". ".join([text, " ".join(v for v in values if v.lower() not in text.lower())])
