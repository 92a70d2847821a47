"""The demo shop: invented products in English and Chinese, the same on every machine."""

from catalog.demo.feed import write_feed
from catalog.demo.shop import ensure_demo_shop

__all__ = ["ensure_demo_shop", "write_feed"]
