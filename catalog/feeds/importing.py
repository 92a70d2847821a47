"""Import of products: the whole feed is read and checked, then written in one transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

from catalog.feeds.mapfile import read_map
from catalog.feeds.mapping import default_map
from catalog.feeds.products import ProductReader
from catalog.feeds.recbole import is_atomic, item_map
from catalog.feeds.report import FeedError, ImportReport, RowError
from catalog.feeds.shopify import is_shopify, shopify_map, variants
from catalog.feeds.table import read_table
from catalog.product import Product
from catalog.shop import Shop

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

#: Of the products in the catalogue, the share that one feed may take out without being asked.
MOST_REMOVED = 0.5
_STEP = 500
_NAMELESS = (
    "It cannot be told which product this row was, so none was taken out of the catalogue: "
    "correct the row and import again."
)


@dataclass(frozen=True)
class Feed:
    """A feed that was read: its products, and the ids of rows that could not be used."""

    source: str
    products: tuple[Product, ...]
    broken_ids: frozenset[str]
    nameless: Optional[int]
    """The first line of a row whose id cannot be read, if there is one."""
    errors: tuple[RowError, ...]
    warnings: tuple[RowError, ...]


def read_feed(
    file: Path,
    map_file: Optional[Path] = None,
    *,
    currency: str = "",
    progress: Optional[Progress] = None,
) -> Feed:
    """Read and check a feed; nothing is written.

    Parameters
    ----------
    file
        The feed: comma-, semicolon- or tab-separated text, JSON lines, XML, or Parquet.
    map_file
        Which column means what; without it the columns have the names of the Merchant feed, those
        of Shopify's product export, or the types of a RecBole ``.item`` file.
    currency
        The one of prices that name none, where the map does not say either.

    Raises
    ------
    FeedError
        Where the file or the map as a whole cannot be used.
    """
    feed_map = read_map(Path(map_file)) if map_file is not None else None
    table = read_table(
        Path(file),
        encoding=feed_map.encoding if feed_map else None,
        delimiter=feed_map.delimiter if feed_map else None,
    )
    if feed_map is None and is_shopify(table.columns):
        feed_map = shopify_map(table.columns)
        table = variants(table)
    if feed_map is None and is_atomic(table.columns):
        feed_map = item_map(table.columns, table.source)
    feed_map = feed_map or default_map(table.columns, table.source)
    feed_map.check(table.columns, table.source)
    reader = ProductReader(feed_map, table.columns, currency)
    products: dict[str, Product] = {}
    lines: dict[str, int] = {}
    broken: dict[str, int] = {"": table.errors[0].line} if table.errors else {}
    errors, warnings = list(table.errors), []
    for done, row in enumerate(table, 1):
        if progress is not None and done % _STEP == 0:
            progress("reading", done, len(table.rows))
        product, row_errors, row_warnings = reader.read(row)
        if product is None:
            errors += row_errors
            broken.setdefault(reader.id_of(row), row.line)
        elif product.id in products:
            errors.append(RowError(row.line, reader.id_column, _repeated(product, lines)))
        else:
            products[product.id] = product
            lines[product.id] = row.line
            warnings += row_warnings
    if progress is not None:
        progress("reading", len(table.rows), len(table.rows))
    errors.sort(key=lambda error: error.line)
    return Feed(
        source=table.source,
        products=tuple(products.values()),
        broken_ids=frozenset(broken) - {""},
        nameless=broken.get(""),
        errors=tuple(errors),
        warnings=tuple(warnings),
    )


def read_items(path: Path, map_file: Optional[Path] = None) -> list[Product]:
    """The products in a file, for models and evaluations that need no shop.

    Broken rows are left out; ``read_feed`` tells which they are.

    Raises
    ------
    FeedError
        Where the file or the map cannot be used, or no row of it.
    """
    feed = read_feed(path, map_file)
    if not feed.products:
        raise FeedError(f"None of the rows of {feed.source} can be used: {feed.errors[0]}")
    return list(feed.products)


def import_products(
    shop: Shop,
    file: Path,
    map_file: Optional[Path] = None,
    *,
    on_error: str = "skip",
    full: bool = True,
    allow_shrink: bool = False,
    progress: Optional[Progress] = None,
) -> ImportReport:
    """Bring the shop's products in line with a feed; all of it is written, or nothing.

    A product that did not change is not touched, so importing the same feed again changes nothing,
    not even ``store.revision()``.

    Parameters
    ----------
    on_error
        ``skip`` leaves broken rows out, and what the shop had under their ids as it was;
        ``abort`` changes nothing if there is one.
    full
        Whether the feed is the whole catalogue: products that are not in it are taken out, unless
        a row has no readable id, which might be theirs.
    allow_shrink
        Let it take out more than half of the products.

    Raises
    ------
    FeedError
        Where the feed or map cannot be used, or would take out more than half of the products.
    """
    if on_error not in ("skip", "abort"):
        raise FeedError(f"on_error must be skip or abort, not {on_error!r}.")
    feed = read_feed(file, map_file, currency=shop.settings.currency, progress=progress)
    if feed.errors and on_error == "abort":
        return ImportReport(errors=feed.errors, warnings=feed.warnings)
    if not feed.products:
        raise FeedError(
            f"None of the {len(feed.errors)} rows of {feed.source} can be used: {feed.errors[0]}"
        )
    if progress is not None:
        progress("writing", 0, len(feed.products))
    warnings = feed.warnings
    if full and feed.nameless is not None:
        full = False
        warnings += (RowError(feed.nameless, "", _NAMELESS),)
    with shop.store.writing() as write:
        removed = 0
        if full:
            present = {product.id for product in feed.products} | feed.broken_ids
            if not allow_shrink:
                _refuse_shrinking(len(write.missing(present)), write.count(), feed.source)
            removed = write.deactivate_missing(present)
        changes = write.upsert(feed.products)
    if progress is not None:
        progress("writing", len(feed.products), len(feed.products))
    _describe(shop, feed)
    return ImportReport(
        added=changes.added,
        updated=changes.updated,
        unchanged=changes.unchanged,
        removed=removed,
        errors=feed.errors,
        warnings=warnings,
    )


def _refuse_shrinking(removed: int, count: int, source: str) -> None:
    if count and removed > MOST_REMOVED * count:
        raise FeedError(
            f"{source} lacks {removed} of the {count} products in the shop, so nothing was "
            f"changed: import the whole catalogue, keep them with --keep-missing, or take them "
            f"out with --allow-shrink."
        )


def _repeated(product: Product, lines: dict[str, int]) -> str:
    return (
        f"The id {product.id!r} is on line {lines[product.id]} already, and that row was kept: "
        f"give every row its own id, and variants the same item_group_id."
    )


def _describe(shop: Shop, feed: Feed) -> None:
    """Set the shop's currency and languages by its first feed."""
    prices = Counter(p.price.currency for p in feed.products if p.price is not None)
    languages = Counter(language for p in feed.products for language in p.title)
    shop.change(
        currency=shop.settings.currency or (prices.most_common(1)[0][0] if prices else ""),
        languages=shop.settings.languages or tuple(name for name, _ in languages.most_common()),
    )
