"""Makes the demo shop's folder, or brings it up to date."""

from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Mapping, Optional

from catalog.demo.definitions import FOLDER
from catalog.demo.feed import CURRENCY, write_feed
from catalog.demo.shoppers import renew_shoppers
from catalog.errors import ShoptalkError
from catalog.feeds import import_products
from catalog.shop import Shop

_MARK = "demo.sha256"
_SETTINGS: Mapping[str, Any] = {
    "name": "Shoptalk demo shop / Shoptalk 演示商店",
    "currency": CURRENCY,
    "languages": ("en", "zh"),
    "synthetic": True,
    "rates": {
        "USD": "7.2",
        "EUR": "7.8",
        "GBP": "9.1",
        "INR": "0.085",
        "JPY": "0.048",
        "HKD": "0.92",
    },
}


def ensure_demo_shop(path: Path, progress: Optional[Any] = None) -> Shop:
    """The demo shop at ``path``, made or renewed where its generator has changed since.

    Its log has a year of simulated shoppers; renewing replaces these and nobody else's events.

    Parameters
    ----------
    progress
        Handed to the importer.

    Raises
    ------
    ShoptalkError
        Where the folder cannot be written.
    """
    path = Path(path)
    mark, fingerprint = path / _MARK, demo_fingerprint()
    if Shop.exists(path) and mark.is_file() and mark.read_text("ascii").strip() == fingerprint:
        return Shop.open(path)
    shop = Shop.prepare(path, **_SETTINGS)
    with TemporaryDirectory() as folder:
        feed, map_file = write_feed(Path(folder))
        report = import_products(
            shop, feed, map_file, on_error="abort", allow_shrink=True, progress=progress
        )
    if report.errors:
        raise ShoptalkError(f"The demo shop's definitions make a broken feed: {report.errors[0]}")
    if progress is not None:
        progress("shoppers", 0, 1)
    renew_shoppers(shop.store)
    if progress is not None:
        progress("shoppers", 1, 1)
    mark.write_text(fingerprint + "\n", "ascii")
    return shop


def demo_fingerprint() -> str:
    """Changes whenever the generator or its definitions do."""
    digest = hashlib.sha256()
    for file in sorted([*FOLDER.rglob("*.py"), *FOLDER.rglob("*.yml")]):
        digest.update(file.relative_to(FOLDER).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
