"""The canonical names of a product's columns, and how feeds spell them."""

from __future__ import annotations

import re

#: Columns that become fields of a product.
FIELDS = (
    "id", "title", "description", "price", "sale_price", "sale_price_effective_date",
    "availability", "stock", "brand", "product_type", "google_product_category", "item_group_id",
    "link", "image_link", "additional_image_links", "rating", "rating_count", "added",
)  # fmt: skip

#: Other names of the Merchant feed; they become attributes of the same name.
ATTRIBUTES = (
    "color", "size", "gender", "age_group", "material", "pattern", "size_system", "size_type",
    "condition", "gtin", "mpn", "adult", "multipack", "is_bundle", "energy_efficiency_class",
    "product_detail", "product_highlight", "product_length", "product_width", "product_height",
    "product_weight", "shipping_weight", "shipping_length", "shipping_width", "shipping_height",
    "unit_pricing_measure", "occasion", "season", "style",
)  # fmt: skip

CANONICAL = FIELDS + ATTRIBUTES

#: What the same thing is called in feeds, spelled as ``spelled`` spells it.
ALIASES = {
    "additional_image_link": "additional_image_links",
    "quantity": "stock",
    "inventory": "stock",
    "quantity_to_sell_on_facebook": "stock",
    "sell_on_google_quantity": "stock",
    "average_rating": "rating",
    "product_rating": "rating",
    "review_count": "rating_count",
    "reviews": "rating_count",
    "number_of_ratings": "rating_count",
    "number_of_reviews": "rating_count",
    "date_added": "added",
    "created_at": "added",
    "colour": "color",
    "image": "image_link",
    "image_url": "image_link",
    "url": "link",
    "product_url": "link",
    "sku": "id",
    "product_id": "id",
    "name": "title",
    "product_name": "title",
    "category": "product_type",
}

#: Attributes whose values the Merchant feed separates by slashes.
SLASHED = ("color", "material")


def spelled(name: str) -> str:
    """A column name as the Merchant feed spells it: ``g:Image Link`` → ``image_link``."""
    return re.sub(r"[\s\-]+", "_", name.strip().lower().removeprefix("g:"))


def canonical(name: str) -> str:
    """The canonical name that a column of a Merchant feed has, or an empty text."""
    name = spelled(name)
    name = ALIASES.get(name, name)
    return name if name in CANONICAL else ""
