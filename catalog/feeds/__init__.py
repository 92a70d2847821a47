"""Importers: a merchant's files into the store of a shop."""

from catalog.feeds.importing import Feed, import_products, read_feed, read_items
from catalog.feeds.report import FeedError, ImportReport, RowError

__all__ = [
    "Feed",
    "FeedError",
    "ImportReport",
    "RowError",
    "import_products",
    "read_feed",
    "read_items",
]
