"""Shopify's order export: one row a line item, the order's own cells only in its first row."""

from __future__ import annotations

from typing import Iterable

from catalog.feeds.mapping import Source
from catalog.feeds.service_table import ServiceMap
from catalog.feeds.table import Cell, Row, Table
from catalog.service import CANCELLED, PACKED, PAID, PLACED, REFUNDED, SHIPPED

_MARKS = frozenset(("Name", "Financial Status", "Fulfillment Status", "Lineitem name"))
#: Made here, next to the export's own.
_STATUS = ":status"
_COLUMNS = {
    "number": ("Name",),
    "contacts": ("Email", "Phone", "Billing Phone", "Shipping Phone"),
    "status": (_STATUS,),
    "placed_at": ("Created at",),
    "total": ("Total",),
    "currency": ("Currency",),
    "title": ("Lineitem name",),
    "product": ("Lineitem sku",),
    "quantity": ("Lineitem quantity",),
    "price": ("Lineitem price",),
}


def is_shopify_orders(columns: Iterable[str]) -> bool:
    """Whether a file with these columns is Shopify's."""
    return set(columns) >= _MARKS


def shopify_orders(table: Table) -> tuple[Table, ServiceMap]:
    """The export with a column for the state, and its map."""
    rows = tuple(
        Row(row.line, {**row.cells, _STATUS: _state(row)}, row.missing, row.problem)
        for row in table
    )
    columns = (*table.columns, _STATUS)
    named = {
        name: Source(tuple(column for column in sources if column in columns))
        for name, sources in _COLUMNS.items()
    }
    present = {name: source for name, source in named.items() if source.columns}
    return Table(table.source, columns, rows, table.errors), ServiceMap(present)


def _state(row: Row) -> Cell:
    """The order's state out of the three columns that tell it; empty in rows of further items."""
    financial = _cell(row, "Financial Status")
    fulfilled = _cell(row, "Fulfillment Status")
    if not financial and not fulfilled:
        return ""
    if _cell(row, "Cancelled at"):
        return CANCELLED
    if financial in ("refunded", "voided"):
        return REFUNDED if financial == "refunded" else CANCELLED
    if fulfilled == "fulfilled":
        return SHIPPED
    if fulfilled == "partial":
        return PACKED
    return PAID if financial in ("paid", "partially_refunded") else PLACED


def _cell(row: Row, column: str) -> str:
    return next(iter(row.values(column)), "").lower()
