"""Orders out of a file into a shop, so that shoppers can ask where theirs are."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Callable, Mapping, Optional

from catalog.feeds.columns import row_error
from catalog.feeds.order_states import order_state
from catalog.feeds.orders_shopify import is_shopify_orders, shopify_orders
from catalog.feeds.prices import parse_number, parse_price
from catalog.feeds.report import FeedError, RowError
from catalog.feeds.service_table import (
    Kind,
    Problems,
    ServiceMap,
    ServiceReport,
    checked,
    default_service_map,
    over,
    read_service_map,
)
from catalog.feeds.table import Row, Table, read_table
from catalog.feeds.text import clean_line, clean_text
from catalog.feeds.values import parse_link
from catalog.product import Money
from catalog.service import Order, OrderLine
from catalog.service_proof import normal_contact, order_key
from catalog.shop import Shop

Progress = Callable[[str, int, int], None]
ORDERS = Kind(
    columns=(
        "number", "contacts", "status", "placed_at", "total", "currency", "carrier", "tracking",
        "tracking_url", "expected_at", "delivered_at", "shopper", "note", "lines", "title",
        "product", "quantity", "price",
    ),
    needed=("number", "status"),
    aliases={
        **dict.fromkeys(
            ("order", "order_number", "order_no", "order_id", "id", "订单号", "订单编号"), "number"
        ),
        **dict.fromkeys(
            ("contact", "email", "e_mail", "customer_email", "phone", "mobile", "telephone",
             "邮箱", "手机", "手机号", "电话", "联系方式"), "contacts",
        ),
        **dict.fromkeys(("state", "order_status", "状态", "订单状态"), "status"),
        **dict.fromkeys(
            ("date", "created_at", "order_date", "ordered_at", "下单时间", "创建时间"), "placed_at"
        ),
        **dict.fromkeys(("amount", "total_price", "grand_total", "金额", "订单金额"), "total"),
        **dict.fromkeys(("shipping_company", "courier", "快递公司", "物流公司"), "carrier"),
        **dict.fromkeys(
            ("tracking_number", "tracking_no", "运单号", "快递单号", "物流单号"), "tracking"
        ),
        **dict.fromkeys(("tracking_link", "物流链接"), "tracking_url"),
        **dict.fromkeys(("eta", "expected", "expected_delivery", "预计送达"), "expected_at"),
        **dict.fromkeys(("delivered", "签收时间", "送达时间"), "delivered_at"),
        **dict.fromkeys(("shopper_id", "customer_id", "user_id", "用户id"), "shopper"),
        **dict.fromkeys(("notes", "remark", "备注"), "note"),
        **dict.fromkeys(("items", "line_items", "商品列表"), "lines"),
        **dict.fromkeys(("product_name", "item", "商品", "商品名称"), "title"),
        **dict.fromkeys(("product_id", "sku", "item_id", "商品id", "商品编号"), "product"),
        **dict.fromkeys(("qty", "count", "数量"), "quantity"),
        **dict.fromkeys(("unit_price", "单价"), "price"),
    },
)  # fmt: skip
_LONGEST = 200
_LONGEST_NOTE = 1000
_MOST = 1_000_000


@dataclass
class _Read:
    """An order whose rows are being read."""

    order: Order
    lines: list[OrderLine] = field(default_factory=list)


def import_orders(
    shop: Shop,
    file: Path,
    map_file: Optional[Path] = None,
    *,
    on_error: str = "skip",
    progress: Optional[Progress] = None,
) -> ServiceReport:
    """Add the orders of a file, or replace those with the same numbers; all of them, or none.

    Contacts are kept as hashes. Rows with one number are one order of several lines.

    Parameters
    ----------
    file
        CSV, JSON or Parquet; or Shopify's order export.
    on_error
        ``skip`` leaves out orders that have a broken row, ``abort`` changes nothing if there is
        one.

    Raises
    ------
    FeedError
        Where the file or the map cannot be used, or none of the rows.
    """
    checked(on_error)
    given = read_service_map(ORDERS, Path(map_file)) if map_file is not None else None
    if progress is not None:
        progress("reading", 0, 1)
    table = read_table(
        Path(file),
        encoding=given.encoding if given else None,
        delimiter=given.delimiter if given else None,
    )
    table, named = _named(table, given)
    problems = Problems()
    found = _orders(table, named, problems, named.currency or shop.settings.currency)
    errors = problems.sorted(table)
    if progress is not None:
        progress("reading", 1, 1)
    if errors and on_error == "abort":
        return ServiceReport(errors=errors)
    if errors and not found:
        raise FeedError(f"None of the rows of {table.source} can be used: {errors[0]}")
    changes = shop.store.service.upsert_orders(found)
    return ServiceReport(**asdict(changes), errors=errors, warnings=tuple(problems.warnings))


def _named(table: Table, given: Optional[ServiceMap]) -> tuple[Table, ServiceMap]:
    if given is not None:
        return table, over(given, table)
    if is_shopify_orders(table.columns):
        return shopify_orders(table)
    named = default_service_map(ORDERS, table.columns, table.source)
    # Address and number are two columns of one meaning.
    contacts = tuple(c for c in table.columns if _is_contact(c))
    if len(contacts) > 1:
        source = replace(named.columns["contacts"], columns=contacts)
        named = replace(named, columns={**named.columns, "contacts": source})
    return table, named


def _is_contact(column: str) -> bool:
    from catalog.feeds.names import spelled

    return ORDERS.aliases.get(spelled(column), spelled(column)) == "contacts"


def _orders(table: Table, named: ServiceMap, problems: Problems, currency: str) -> list[Order]:
    found: dict[str, _Read] = {}
    broken: set[str] = set()
    for row in table:
        error = row_error(row)
        key = ""
        if error is None:
            try:
                key = order_key(named.line("number", row))
                if not key or len(named.line("number", row)) > _LONGEST:
                    raise ValueError("The row has no number of an order, or one that is too long.")
                if key not in found:
                    found[key] = _Read(_order(row, named, currency, problems))
                found[key].lines.extend(_lines(row, named, currency))
            except ValueError as problem:
                error = RowError(row.line, "", str(problem))
        if error is not None:
            problems.errors.append(error)
            broken.add(key)
    return [
        replace(read.order, lines=tuple(read.lines))
        for key, read in found.items()
        if key not in broken
    ]


def _order(row: Row, named: ServiceMap, currency: str, problems: Problems) -> Order:
    contacts = tuple(c for c in map(clean_line, named.all("contacts", row)) if normal_contact(c))
    if not contacts:
        problems.warnings.append(
            RowError(
                row.line,
                named.column("contacts"),
                "The order has no e-mail address and no telephone number, so that nobody can "
                "prove that it is theirs.",
            )
        )
    own = named.line("currency", row).upper() or currency
    link = named.line("tracking_url", row)
    return Order(
        number=named.line("number", row),
        contacts=contacts,
        status=order_state(named.line("status", row)),
        placed_at=named.time("placed_at", row),
        total=_money(named.line("total", row), own, named.decimal),
        carrier=named.line("carrier", row)[:_LONGEST],
        tracking=named.line("tracking", row)[:_LONGEST],
        tracking_url=parse_link(link) if link else "",
        expected_at=named.time("expected_at", row),
        delivered_at=named.time("delivered_at", row),
        shopper_id=named.line("shopper", row)[:_LONGEST],
        note=clean_text(named.text("note", row, "\n"))[:_LONGEST_NOTE],
    )


def _lines(row: Row, named: ServiceMap, currency: str) -> list[OrderLine]:
    own = named.line("currency", row).upper() or currency
    found = [_line(cell, own, named.decimal) for cell in named.all("lines", row)]
    title, product = named.line("title", row), named.line("product", row)
    if title or product:
        cells = {n: named.line(n, row) for n in ("quantity", "price")}
        found.append(_line_of({"title": title, "product": product, **cells}, own, named.decimal))
    return found


def _line(cell: str, currency: str, decimal: str) -> OrderLine:
    """A line out of a list: an object, or only a title."""
    if not cell.startswith("{"):
        return OrderLine(clean_line(cell)[:_LONGEST])
    try:
        data = json.loads(cell, parse_float=str, parse_int=str)
    except ValueError:
        raise ValueError("A line of the order is not JSON: write it as {…}.") from None
    cells = {ORDERS.aliases.get(str(name).lower(), str(name).lower()): data[name] for name in data}
    for name, other in (("product", "number"), ("title", "name")):
        cells.setdefault(name, cells.get(other))
    return _line_of({n: _plain(v) for n, v in cells.items()}, currency, decimal)


def _line_of(cells: Mapping[str, str], currency: str, decimal: str) -> OrderLine:
    title, product = cells.get("title", ""), cells.get("product", "")
    number = parse_number(cells.get("quantity") or "1")
    if number is None or not 0 < number <= _MOST or number != int(number):
        raise ValueError("The quantity of a line is no whole number above zero: correct it.")
    if not title and not product:
        raise ValueError("A line of the order has neither title nor product: write one.")
    return OrderLine(
        title=clean_line(title)[:_LONGEST] or product[:_LONGEST],
        quantity=int(number),
        product_id=clean_line(product)[:_LONGEST],
        price=_money(cells.get("price", ""), currency, decimal),
    )


def _plain(value: Any) -> str:
    return clean_line(value) if isinstance(value, str) else ""


def _money(text: str, currency: str, decimal: str) -> Optional[Money]:
    if not text or parse_number(text, decimal) == 0:
        return None
    return parse_price(text, currency=currency, decimal=decimal)
