"""Pictures of the demo shop's products: drawn from kind, colour and pattern. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence
from urllib.parse import quote

import yaml

from bot.storefront.colour import backdrop, lightness, mix, shades
from catalog.product import Product

TYPE = "image/svg+xml"
#: The policy of a picture that is opened by itself: nothing in it may do anything.
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
#: Where the storefront's routes are.
SHOP = "/shop"
FALLBACK = "parcel"
_GREY = "#8d9a95"
_PAINT = re.compile(r'(fill|stroke)="(main|dark|light|ink|pale|cloth)"')


@dataclass(frozen=True)
class Shapes:
    """The drawings and what they are chosen and painted by."""

    shapes: Mapping[str, str]
    kinds: Mapping[str, str]
    colors: Mapping[str, str]
    departments: Mapping[str, str]
    patterns: Mapping[str, tuple[int, str]]
    """Pattern → side of its tile, and what is drawn on it."""

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> Shapes:
        """What ``shapes.yml`` says."""
        text = Path(__file__).with_name("shapes.yml").read_text("utf-8")
        return cls(**yaml.safe_load(text))


def draw(product_type: Sequence[str], color: str = "", pattern: str = "") -> str:
    """An SVG picture, 4:3, of a kind of product in a colour of the feed's.

    None of the arguments becomes part of the picture: each only chooses among what is drawn here.
    """
    shapes = Shapes.load()
    name = next((shapes.kinds[k] for k in reversed(product_type) if k in shapes.kinds), FALLBACK)
    department = product_type[0] if product_type else ""
    base = shapes.colors.get(color) or shapes.departments.get(department, _GREY)
    paints = shades(base)
    definition = _pattern(shapes.patterns.get(pattern.lower()), base)
    cloth = "url(#cloth)" if definition else base
    body = _PAINT.sub(
        lambda m: f'{m[1]}="{cloth if m[2] == "cloth" else paints[m[2]]}"', shapes.shapes[name]
    )
    sheet = backdrop(base)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 180" width="480" height="360">'
        f"{definition}"
        f'<path fill="{sheet}" d="M0 0h240v180H0z"/>'
        f'<path fill="{mix(sheet, "#ffffff", 0.35)}" d="M0 0h240v118H0z"/>'
        f'<ellipse cx="120" cy="160" rx="84" ry="6" fill="{mix(sheet, "#20242a", 0.14)}"/>'
        f"<g>{body}</g></svg>"
    )


def picture_of(product: Product) -> str:
    """The picture of a product of the demo shop."""
    colors, patterns = product.attributes.get("color", ()), product.attributes.get("pattern", ())
    return draw(product.product_type, next(iter(colors), ""), next(iter(patterns), ""))


def picture_url(product_id: str) -> str:
    """Where a product's drawn picture is."""
    return f"{SHOP}/pictures/{quote(product_id, safe='')}.svg"


def page_url(product_id: str) -> str:
    """The product's page in the demo shop."""
    return f"{SHOP}/product/{quote(product_id, safe='')}"


def in_demo_shop(custom: Mapping[str, Any]) -> dict[str, Any]:
    """A reply's data with the demo shop's own pictures and pages in place of the feed's.

    For shops with ``synthetic`` set, whose feed names pictures that are nowhere.
    """
    items = custom.get("items")
    if not isinstance(items, list):
        return dict(custom)
    return {**custom, "items": [_at_home(item) for item in items]}


def _at_home(item: Any) -> Any:
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        return item
    return {**item, "image": picture_url(item["id"]), "url": page_url(item["id"])}


def _pattern(tile: Optional[Sequence[Any]], base: str) -> str:
    if tile is None:
        return ""
    size, drawing = tile
    is_light = lightness(base) > 0.55
    other = mix(base, "#2c3a4a" if is_light else "#ffffff", 0.42 if is_light else 0.55)
    third = mix(base, "#1d1d1f" if is_light else "#f3e3c0", 0.6)
    painted = drawing.replace('="other"', f'="{other}"').replace('="third"', f'="{third}"')
    return (
        f'<defs><pattern id="cloth" width="{size}" height="{size}" patternUnits="userSpaceOnUse">'
        f'<path fill="{base}" d="M0 0h{size}v{size}H0z"/>{painted}</pattern></defs>'
    )
