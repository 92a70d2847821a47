"""Shopify's product export: one row a variant or picture, texts only in a product's first row."""

from __future__ import annotations

from itertools import groupby
from typing import Iterable, Iterator

from catalog.feeds.mapping import FeedMap, Source
from catalog.feeds.names import canonical
from catalog.feeds.prices import parse_number
from catalog.feeds.table import Cell, Row, Table
from catalog.product import BACKORDER, IN_STOCK, OUT_OF_STOCK

_MARKS = frozenset(("Handle", "Title", "Variant Price"))
_METAFIELD = " (product.metafields."
_SINGLE = "Default Title"

# Columns that are made here, next to the export's own.
_AVAILABILITY, _STOCK, _OPTIONS, _IMAGES = ":availability", ":stock", ":options", ":images"

_COLUMNS = {
    "id": Source(("Variant SKU",)),
    "title": Source(("Title",)),
    "description": Source(("Body (HTML)",)),
    "brand": Source(("Vendor",)),
    "price": Source(("Variant Compare At Price",), empty=("0", "0.0", "0.00")),
    "sale_price": Source(("Variant Price",)),
    "product_type": Source(("Product Category", "Type"), split=">"),
    "item_group_id": Source(("Handle",)),
    "availability": Source((_AVAILABILITY,)),
    "stock": Source((_STOCK,)),
    "image_link": Source(("Variant Image",)),
    "additional_image_links": Source((_IMAGES,)),
    "gtin": Source(("Variant Barcode",)),
    "condition": Source(("Google Shopping / Condition",)),
    "gender": Source(("Google Shopping / Gender",)),
    "age_group": Source(("Google Shopping / Age Group",)),
    "shipping_weight": Source(("Variant Grams",), unit="g", empty=("0", "0.0")),
}


def is_shopify(columns: Iterable[str]) -> bool:
    """Whether a feed with these columns is Shopify's."""
    return set(columns) >= _MARKS


def shopify_map(columns: Iterable[str]) -> FeedMap:
    """The map of the table that ``variants`` makes: options, tags and metafields are attributes."""
    attributes = {
        "options": Source((_OPTIONS,), kv=":"),
        "tags": Source(("Tags",), split=","),
    }
    for column in columns:
        if _METAFIELD in column:
            name = column.partition(_METAFIELD)[0]
            attributes[canonical(name) or name] = Source((column,), split=";")
    return FeedMap(columns=_COLUMNS, attributes=attributes, keep_other=False)


def variants(table: Table) -> Table:
    """One row for every variant that is on sale, with the texts of its product.

    Drafts, archived and unpublished products are no part of the catalogue. A variant without SKU
    gets an id from handle and options. The export names no currency: the shop's is taken.
    """
    columns = dict.fromkeys((*table.columns, *shopify_map(table.columns).used()))
    rows = [
        variant
        for handle, group in groupby(table.rows, key=lambda row: _text(row, "Handle"))
        for variant in _variants(handle, list(group))
    ]
    return Table(table.source, tuple(columns), tuple(rows), table.errors)


def _variants(handle: str, rows: list[Row]) -> Iterator[Row]:
    first = rows[0]
    on_sale = _text(first, "Status").lower() in ("", "active")
    if not on_sale or _text(first, "Published").lower() == "false":
        return
    images = tuple(dict.fromkeys(image for row in rows for image in row.values("Image Src")))
    for row in rows:
        if row is first or row.problem or row.values("Variant Price"):
            cells = {**first.cells, **{k: v for k, v in row.cells.items() if v or _own(k)}}
            yield Row(
                row.line, _complete(handle, first, row, cells, images), row.missing, row.problem
            )


def _own(column: str) -> bool:
    """Whether a blank in a variant's row means nothing, rather than what the first row says."""
    return column.startswith(("Variant ", "Option")) and not column.endswith(" Name")


def _complete(
    handle: str, first: Row, row: Row, cells: dict[str, Cell], images: tuple[str, ...]
) -> dict[str, Cell]:
    options = [(_text(first, f"Option{n} Name"), _text(row, f"Option{n} Value")) for n in (1, 2, 3)]
    options = [(name, value) for name, value in options if value and value != _SINGLE]
    sku = _text(row, "Variant SKU").lstrip("'")
    own_image = _text(row, "Variant Image") or (images[0] if images else "")
    cells["Variant SKU"] = sku or "-".join((handle, *(value for _, value in options)))
    cells["Variant Image"] = own_image
    cells["Variant Barcode"] = _text(row, "Variant Barcode").lstrip("'")
    cells[_IMAGES] = tuple(image for image in images if image != own_image)
    cells[_OPTIONS] = tuple(f"{canonical(name) or name}:{value}" for name, value in options)
    cells[_AVAILABILITY], cells[_STOCK] = _stock(row)
    return cells


def _stock(row: Row) -> tuple[str, str]:
    """Availability, and units left where Shopify counts them."""
    left = parse_number(_text(row, "Variant Inventory Qty") or "0")
    if not _text(row, "Variant Inventory Tracker") or left is None:
        return IN_STOCK, ""
    if left > 0:
        return IN_STOCK, str(left)
    return (
        (BACKORDER, "")
        if _text(row, "Variant Inventory Policy") == "continue"
        else (
            OUT_OF_STOCK,
            "0",
        )
    )


def _text(row: Row, column: str) -> str:
    return next(iter(row.values(column)), "")
