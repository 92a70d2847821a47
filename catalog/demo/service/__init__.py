"""What the demo shop's customer service knows: answers, orders and reviews, all of them made up."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Optional

from catalog.demo.service.orders import demo_orders
from catalog.demo.service.reviews import PREFIX, demo_reviews
from catalog.errors import ShoptalkError
from catalog.feeds.faq import read_faq
from catalog.shop import Shop

FOLDER = Path(__file__).resolve().parent
FAQ_FILE = FOLDER / "faq.yml"
_MARK = "demo-service.sha256"

__all__ = ["FAQ_FILE", "renew_service"]


def renew_service(shop: Shop, today: Optional[date] = None) -> bool:
    """Put the demo shop's answers, orders and reviews into it; whether anything was to be done.

    Orders lie in the weeks before ``today``; they are made anew each week. Products and their
    ratings are not touched, nor what others than this wrote.

    Raises
    ------
    ShoptalkError
        Where the answers are not as they must be.
    """
    today = today or datetime.now(timezone.utc).date()
    monday = today - timedelta(days=today.weekday())
    mark, fingerprint = shop.path / _MARK, _fingerprint(shop, monday)
    if mark.is_file() and mark.read_text("ascii").strip() == fingerprint:
        return False
    entries, errors = read_faq(FAQ_FILE)
    if errors:
        raise ShoptalkError(f"The demo shop's answers are broken: {errors[0]}")
    products = list(shop.store.iter_products())
    service = shop.store.service
    service.replace_faq(entries)
    service.upsert_orders(demo_orders(products, monday))
    service.remove_reviews(PREFIX)
    service.upsert_reviews(demo_reviews(products, monday))
    mark.write_text(fingerprint + "\n", "ascii")
    return True


def _fingerprint(shop: Shop, monday: date) -> str:
    """Changes with what makes the data, with the products and with the week."""
    digest = hashlib.sha256(f"{shop.store.revision()} {monday}".encode())
    for file in sorted([*FOLDER.rglob("*.py"), *FOLDER.rglob("*.yml")]):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
