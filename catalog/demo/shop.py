"""Makes the demo shop's folder, or brings it up to date."""

from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Mapping, Optional

from catalog.demo.definitions import FOLDER
from catalog.demo.feed import CURRENCY, write_feed
from catalog.demo.service import FOLDER as SERVICE
from catalog.demo.service import renew_service
from catalog.demo.shoppers import renew_shoppers
from catalog.errors import ShoptalkError
from catalog.feeds import import_products
from catalog.shop import Shop

_MARK = "demo.sha256"
#: Two fingerprints of generators that make the same products and shoppers: a shop that has the
#: first is not made again where the generator has the second.
_EARLIER = "7cc1a969a62a140805fc04fddf9b16833ce5b02d8a060ac054426139cdf0d9c6"
_SAME_AS_EARLIER = "7f8ff33b2dc86f4e1921edad99d439535ea162de601b826d7308b372ea7c2e72"
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
    What its customer service knows is renewed apart from that, and changes no product.

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
    if Shop.exists(path) and mark.is_file() and _is_same(mark, fingerprint):
        shop = Shop.open(path)
    else:
        shop = _made(path, progress)
    mark.write_text(fingerprint + "\n", "ascii")
    renew_service(shop)
    return shop


def _made(path: Path, progress: Optional[Any]) -> Shop:
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
    return shop


def _is_same(mark: Path, fingerprint: str) -> bool:
    """Whether the shop is what the generator would make now."""
    made_by = mark.read_text("ascii").strip()
    return made_by == fingerprint or (made_by, fingerprint) == (_EARLIER, _SAME_AS_EARLIER)


def demo_fingerprint() -> str:
    """Changes whenever the generator of products and shoppers, or its definitions do."""
    digest = hashlib.sha256()
    for file in sorted([*FOLDER.rglob("*.py"), *FOLDER.rglob("*.yml")]):
        if file == Path(__file__) or SERVICE in file.parents:
            continue
        digest.update(file.relative_to(FOLDER).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
