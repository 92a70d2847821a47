"""Products as rows of the store, and back."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Mapping, Optional

from catalog.product import Money, Product

#: The Merchant feed's attribute for when a sale price holds: two ISO 8601 times with a slash
#: between. The store acts on it and does not hand it out.
SALE_DATES = "sale_price_effective_date"


def to_row(product: Product) -> dict[str, Any]:
    """The columns of ``products`` for one product, with its ``content_hash``."""
    attributes = {name: list(values) for name, values in sorted(product.attributes.items())}
    dates = attributes.pop(SALE_DATES, None)
    start, end = parse_sale_dates(dates[0]) if dates else (None, None)
    row: dict[str, Any] = {
        "id": product.id,
        "active": True,
        "language": product.language,
        "title": dict(sorted(product.title.items())),
        "description": dict(sorted(product.description.items())),
        "price": product.price.amount if product.price else None,
        "price_currency": product.price.currency if product.price else None,
        "sale_price": product.sale_price.amount if product.sale_price else None,
        "sale_currency": product.sale_price.currency if product.sale_price else None,
        "sale_from": start,
        "sale_until": end,
        "availability": product.availability,
        "stock": product.stock,
        "brand": product.brand,
        "product_type": list(product.product_type),
        "item_group_id": product.item_group_id or product.id,
        "link": product.link,
        "image_link": product.image_link,
        "additional_image_links": list(product.additional_image_links),
        "rating": product.rating,
        "rating_count": product.rating_count,
        "added": product.added,
        "attributes": attributes,
    }
    content = json.dumps(row, ensure_ascii=False, default=_plain, separators=(",", ":"))
    row["content_hash"] = hashlib.blake2b(content.encode(), digest_size=16).hexdigest()
    return row


def to_product(row: Mapping[str, Any], now: datetime) -> Product:
    """The product in a row, with the sale price only where it holds at ``now`` (aware)."""
    return Product(
        id=row["id"],
        title=row["title"],
        language=row["language"],
        description=row["description"],
        price=_money(row["price"], row["price_currency"]),
        sale_price=(
            _money(row["sale_price"], row["sale_currency"])
            if _holds(row["sale_from"], row["sale_until"], now)
            else None
        ),
        availability=row["availability"],
        stock=row["stock"],
        brand=row["brand"],
        product_type=tuple(row["product_type"]),
        item_group_id=row["item_group_id"],
        link=row["link"],
        image_link=row["image_link"],
        additional_image_links=tuple(row["additional_image_links"]),
        rating=row["rating"],
        rating_count=row["rating_count"],
        added=row["added"],
        attributes={name: tuple(values) for name, values in row["attributes"].items()},
    )


def parse_sale_dates(text: str) -> tuple[Optional[datetime], Optional[datetime]]:
    """Read ``2024-05-01T00:00+0800/2024-05-08T23:59+0800``; UTC where no zone is given.

    A date without a time is the whole day.

    Raises
    ------
    ValueError
        For a text that is not two times with a slash between, in order.
    """
    start_text, slash, end_text = text.partition("/")
    if not slash:
        raise ValueError(text)
    start, end = _moment(start_text.strip(), last=False), _moment(end_text.strip(), last=True)
    if start > end:
        raise ValueError(text)
    return start, end


def _moment(text: str, *, last: bool) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        pass
    else:
        start = datetime.combine(day, time(), timezone.utc)
        return start + timedelta(days=1, seconds=-1) if last else start
    for form in ("%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"):
        try:
            moment = datetime.strptime(text.replace(" ", "T", 1), form)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    raise ValueError(text)


def _holds(start: Optional[datetime], end: Optional[datetime], now: datetime) -> bool:
    return (start is None or start <= now) and (end is None or now <= end)


def _money(amount: Optional[Decimal], currency: Optional[str]) -> Optional[Money]:
    return None if amount is None or currency is None else Money(amount, currency)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat()
    return value.isoformat()
