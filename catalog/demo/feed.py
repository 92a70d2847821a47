"""Writes the demo shop as a merchant would hand it over: a tab-separated feed and its map."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Iterator, Mapping

import yaml

from catalog.demo.compose import compose
from catalog.demo.definitions import Definitions, load_definitions
from catalog.demo.offers import Offer, offers, slug

FEED_FILE = "demo.tsv"
MAP_FILE = "demo.map.yml"
CURRENCY = "CNY"
_MANY = "|"
_SITE = "https://demo.shoptalk.example"
_COLUMNS = (
    "id", "item_group_id", "title_en", "title_zh", "description_en", "description_zh", "brand",
    "product_type", "price", "sale_price", "availability", "stock", "rating", "rating_count",
    "added", "image_link",
)  # fmt: skip
_MERCHANT = ("color", "size", "gender", "age_group", "material", "pattern", "occasion", "season",
             "style")  # fmt: skip
#: Attributes whose values are codes rather than words, and stay as they are.
_CODES = ("gender", "age_group", "waterproof", "noise_cancelling", "caffeine")


def write_feed(folder: Path, seed: int = 7) -> tuple[Path, Path]:
    """Write the feed and its map into a folder.

    Returns
    -------
    tuple of Path
        The feed (UTF-8, tab-separated, one row for each color and size) and the map.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rows = list(feed_rows(load_definitions(), seed))
    attributes = sorted({name for row in rows for name in row} - {*_COLUMNS, *_MERCHANT})
    columns = [*_COLUMNS, *_MERCHANT, *attributes]
    feed, map_file = folder / FEED_FILE, folder / MAP_FILE
    with feed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    map_file.write_text(
        yaml.safe_dump(_map(attributes), allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    return feed, map_file


def feed_rows(definitions: Definitions, seed: int) -> Iterator[dict[str, str]]:
    """The rows of the feed: column → cell, without the empty ones."""
    for group in compose(definitions, seed):
        for offer in offers(group, seed):
            yield {name: cell for name, cell in _row(offer).items() if cell}


def _row(offer: Offer) -> dict[str, str]:
    group = offer.group
    title = group.titles[offer.color]
    attributes = {
        name: _MANY.join(v if name in _CODES else _capital(v) for v in values)
        for name, values in offer.attributes.items()
    }
    return {
        **attributes,
        **({group.kind.size_attribute: offer.size} if offer.size else {}),
        "id": offer.id,
        "item_group_id": group.id,
        "title_en": title.en,
        "title_zh": title.zh,
        "description_en": group.description.en,
        "description_zh": group.description.zh,
        "brand": group.brand.name,
        "product_type": group.design.product_type,
        "price": f"{offer.price}.00 {CURRENCY}",
        "sale_price": f"{offer.sale_price}.00 {CURRENCY}" if offer.sale_price else "",
        "availability": "in_stock" if offer.stock else "out_of_stock",
        "stock": str(offer.stock),
        "rating": "" if offer.rating is None else f"{offer.rating:.1f}",
        "rating_count": str(offer.rating_count),
        "added": offer.added.isoformat(),
        "image_link": f"{_SITE}/images/{'-'.join(filter(None, (group.id, slug(offer.color))))}.svg",
        "color": offer.color,
    }


def _capital(value: str) -> str:
    return value[:1].upper() + value[1:]


def _map(attributes: list[str]) -> Mapping[str, object]:
    simple = [c for c in _COLUMNS if not c.startswith(("title", "description", "product_type"))]
    return {
        "encoding": "utf-8",
        "delimiter": "\t",
        "currency": CURRENCY,
        "language": "en",
        "columns": {
            **{name: name for name in simple},
            "title": {"en": "title_en", "zh": "title_zh"},
            "description": {"en": "description_en", "zh": "description_zh"},
            "product_type": {"column": "product_type", "split": " > "},
            **{name: {"column": name, "split": _MANY} for name in _MERCHANT},
        },
        "attributes": {name: {"column": name, "split": _MANY} for name in attributes},
        "other_columns": "ignore",
    }
