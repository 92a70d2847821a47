"""A product as the rest of Shoptalk sees it: an immutable value, free of any database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Mapping, Optional

#: Availability values of the Google Merchant feed.
IN_STOCK = "in_stock"
OUT_OF_STOCK = "out_of_stock"
PREORDER = "preorder"
BACKORDER = "backorder"
AVAILABILITIES = (IN_STOCK, OUT_OF_STOCK, PREORDER, BACKORDER)

#: Languages that texts are kept in; a product has at least one of them.
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Money:
    """An amount in one currency (ISO 4217 code, upper case)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Product:
    """One sellable row of a catalogue: a product, or one variant of a product.

    Attribute names are those of the Google Merchant product feed where it has one, otherwise the
    merchant's own. Variants of one product share ``item_group_id``.
    """

    id: str
    title: Mapping[str, str]
    """Language code → title; never empty."""
    language: str
    """The language the feed is written in, a key of ``title``."""
    description: Mapping[str, str] = field(default_factory=dict)
    price: Optional[Money] = None
    """The regular price; None where the feed has none."""
    sale_price: Optional[Money] = None
    """The price asked now when it is lower than the regular one."""
    availability: str = IN_STOCK
    stock: Optional[int] = None
    """Units left, where the feed says."""
    brand: str = ""
    product_type: tuple[str, ...] = ()
    """Category path from broad to narrow, in the feed's words."""
    item_group_id: str = ""
    """Groups the variants of one product; equals ``id`` for a product without variants."""
    link: str = ""
    image_link: str = ""
    additional_image_links: tuple[str, ...] = ()
    rating: Optional[float] = None
    """Mean rating, 0 to 5."""
    rating_count: int = 0
    added: Optional[date] = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Every other attribute: color, size, gender, age_group, material, pattern, … and the
    merchant's own. A measured value carries its unit in the text: ``("1.2 kg",)``."""

    @property
    def asking_price(self) -> Optional[Money]:
        """What the shopper pays: the sale price where there is one."""
        return self.sale_price or self.price

    @property
    def available(self) -> bool:
        """Whether the product can be ordered now."""
        return self.availability != OUT_OF_STOCK and self.stock != 0

    def title_in(self, language: str) -> str:
        """The title in ``language``, or in the feed's own where there is no translation."""
        return self.title.get(language) or self.title[self.language]

    def description_in(self, language: str) -> str:
        """The description in ``language``, or in the feed's own, or an empty text."""
        return self.description.get(language) or self.description.get(self.language, "")
