"""Rows of a feed as products, by a map."""

from __future__ import annotations

from typing import Callable, Optional, TypeVar

from catalog.feeds.attributes import read_attributes, texts
from catalog.feeds.mapping import FeedMap, Source
from catalog.feeds.prices import parse_currency, parse_number, parse_price
from catalog.feeds.report import RowError
from catalog.feeds.table import Row
from catalog.feeds.text import clean_line, clean_text, language_of
from catalog.feeds.values import (
    parse_availability,
    parse_count,
    parse_date,
    parse_id,
    parse_link,
    parse_path,
    parse_rating,
    parse_stock,
)
from catalog.product import IN_STOCK, Money, Product
from catalog.rows import SALE_DATES, parse_sale_dates

T = TypeVar("T")

_NAMES = ("id", "title", "brand")
_FIELDS_BY_HAND = frozenset(
    "id title description price sale_price sale_price_effective_date availability stock brand "
    "product_type google_product_category item_group_id link image_link additional_image_links "
    "rating rating_count added product_detail".split()
)
_DETAIL = "product_detail"


class ProductReader:
    """Reads the rows of one feed.

    Parameters
    ----------
    feed_map
        Which column means what.
    columns
        All columns of the feed.
    currency
        The one of prices that name none, where the map does not say either.
    """

    def __init__(self, feed_map: FeedMap, columns: tuple[str, ...], currency: str = "") -> None:
        self._map = feed_map
        self._currency = feed_map.currency or currency
        used = feed_map.used()
        self._other = tuple(c for c in columns if c not in used) if feed_map.keep_other else ()
        self._attributes = {
            **{n: s for n, s in feed_map.columns.items() if n not in _FIELDS_BY_HAND},
            **feed_map.attributes,
            **{clean_line(c) or c: Source((c,)) for c in self._other},
        }
        self._needed = frozenset(
            column
            for name in ("id", "title", "price", "sale_price", "availability")
            if name in feed_map.columns
            for column in feed_map.columns[name].columns
        )

    @property
    def id_column(self) -> str:
        """The column that ids are in."""
        return next(iter(self._map.columns["id"].columns), "")

    def id_of(self, row: Row) -> str:
        """The row's id as far as it can be read, or an empty text."""
        return clean_line(" ".join(self._texts(row, "id")))

    def read(self, row: Row) -> tuple[Optional[Product], list[RowError], list[RowError]]:
        """The product in a row, or what is wrong with the row; and values that were left out."""
        return _RowReader(self, row).read()

    def _texts(self, row: Row, name: str) -> list[str]:
        source = self._map.columns.get(name)
        return [] if source is None else list(texts(source, row, name in _NAMES))


class _RowReader:
    """Reads one row, and remembers everything that is wrong with it."""

    def __init__(self, reader: ProductReader, row: Row) -> None:
        self._reader = reader
        self._map = reader._map
        self._row = row
        self._errors: list[RowError] = []
        self._warnings: list[RowError] = []

    def read(self) -> tuple[Optional[Product], list[RowError], list[RowError]]:
        if self._row.problem:
            self._fail("", self._row.problem)
            return None, self._errors, self._warnings
        if any(column in self._reader._needed for column in self._row.missing):
            self._fail(
                "",
                f"The row ends before the column {self._row.missing[0]!r}: put quotes around texts "
                f"with line breaks, and write every cell.",
            )
            return None, self._errors, self._warnings
        product_id = self._required("id", parse_id)
        title, language = self._title()
        price, sale_price = self._prices()
        availability, stock = self._availability()
        attributes = self._attributes()
        group = self._one("item_group_id", parse_id)
        path = self._path(attributes)
        if sale_price is not None:
            self._sale_dates(attributes)
        fields = {
            "description": self._description(language),
            "brand": " ".join(clean_line(text) for text in self._texts("brand")),
            "link": self._optional("link", parse_link) or "",
            "image_link": self._optional("image_link", parse_link) or "",
            "additional_image_links": self._images(),
            "rating": self._optional("rating", parse_rating),
            "rating_count": self._optional("rating_count", parse_count) or 0,
            "added": self._optional("added", parse_date),
        }
        if self._errors or product_id is None or not title:
            return None, self._errors, self._warnings
        product = Product(
            id=product_id,
            title=title,
            language=language,
            price=price,
            sale_price=sale_price,
            availability=availability,
            stock=stock,
            product_type=path,
            item_group_id=group or product_id,
            attributes=attributes,
            **fields,  # type: ignore[arg-type]
        )
        return product, self._errors, self._warnings

    def _title(self) -> tuple[dict[str, str], str]:
        titles = {
            language: " ".join(clean_line(text) for text in texts(source, self._row, True))
            for language, source in self._map.translations.get("title", {}).items()
        }
        titles = {language: text for language, text in titles.items() if text}
        if not titles and "title" in self._map.columns:
            text = " ".join(filter(None, (clean_line(text) for text in self._texts("title"))))
            if text:
                titles = {self._map.language or language_of(text): text}
        if not titles:
            column = self._column("title") or "title"
            self._fail(column, "The title is empty: write what the product is called.")
            return {}, ""
        main = self._map.language if self._map.language in titles else next(iter(titles))
        return titles, main

    def _description(self, language: str) -> dict[str, str]:
        found = {
            other: "\n".join(clean_text(text) for text in texts(source, self._row))
            for other, source in self._map.translations.get("description", {}).items()
        }
        text = "\n".join(clean_text(text) for text in self._texts("description"))
        if text:
            found[self._map.language or language or language_of(text)] = text
        return {other: text for other, text in found.items() if text}

    def _prices(self) -> tuple[Optional[Money], Optional[Money]]:
        """The regular price, and the one asked where it is lower."""
        currency = self._row_currency()
        found: list[Money] = []
        for name in ("price", "sale_price"):
            source = self._map.columns.get(name)
            if source is None:
                continue
            decimal = source.decimal or self._map.decimal
            for text in texts(source, self._row):
                try:
                    found.append(parse_price(text, currency=currency, decimal=decimal))
                except ValueError as error:
                    self._fail(self._column(name), str(error))
        if not found:
            return None, None
        if len({money.currency for money in found}) > 1:
            self._fail(
                self._column("sale_price") or self._column("price"),
                "The prices of one product are in different currencies: write them in one.",
            )
        found.sort(key=lambda money: money.amount)
        low, high = found[0], found[-1]
        return high, (low if low.amount < high.amount else None)

    def _row_currency(self) -> str:
        column = self._map.currency_column
        named = self._row.values(column) if column else ()
        if not named:
            return self._reader._currency
        try:
            return parse_currency(named[0])
        except ValueError as error:
            self._fail(column, str(error))
            return self._reader._currency

    def _sale_dates(self, attributes: dict[str, tuple[str, ...]]) -> None:
        def check(text: str) -> str:
            try:
                parse_sale_dates(text)
            except ValueError:
                raise ValueError(
                    f"{text!r} does not say when the sale price holds: write it like "
                    f"2024-05-01T00:00+0800/2024-05-08T23:59+0800."
                ) from None
            return text

        dates = self._one(SALE_DATES, check)
        if dates:
            attributes[SALE_DATES] = (dates,)

    def _availability(self) -> tuple[str, Optional[int]]:
        source = self._map.columns.get("availability", Source())
        stock = self._one("stock", parse_stock)
        availability = self._one(
            "availability", lambda text: parse_availability(text, source.in_stock)
        )
        if availability and source.in_stock and "stock" not in self._map.columns:
            text = self._texts("availability")[0]
            if source.in_stock.lstrip()[:1] in "<>" and parse_number(text) is not None:
                stock = parse_stock(text)
        return availability or IN_STOCK, stock

    def _path(self, attributes: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
        source = self._map.columns.get("product_type", Source())
        path = parse_path(self._texts("product_type"), source.split)
        category = self._texts("google_product_category")
        if category and category[0].isdigit():
            attributes["google_product_category"] = (category[0],)
            return path
        return path or parse_path(category, "")

    def _images(self) -> tuple[str, ...]:
        links: dict[str, None] = {}
        for text in self._texts("additional_image_links"):
            for part in text.split(","):
                if part.strip():
                    link = self._left_out("additional_image_links", part.strip(), parse_link)
                    if link:
                        links[link] = None
        return tuple(links)

    def _attributes(self) -> dict[str, tuple[str, ...]]:
        return read_attributes(
            self._reader._attributes, self._texts(_DETAIL), self._row, self._map.decimal
        )

    def _required(self, name: str, parse: Callable[[str], T]) -> Optional[T]:
        if not self._texts(name):
            self._fail(self._column(name), f"The {name} is empty: every row needs one.")
            return None
        return self._one(name, parse)

    def _one(self, name: str, parse: Callable[[str], T]) -> Optional[T]:
        """The value of a column; a wrong one fails the row."""
        found = self._texts(name)
        if not found:
            return None
        try:
            return parse(" ".join(found))
        except ValueError as error:
            self._fail(self._column(name), str(error))
            return None

    def _optional(self, name: str, parse: Callable[[str], T]) -> Optional[T]:
        """The value of a column; a wrong one is left out."""
        found = self._texts(name)
        return self._left_out(name, found[0], parse) if found else None

    def _left_out(self, name: str, text: str, parse: Callable[[str], T]) -> Optional[T]:
        try:
            return parse(text)
        except ValueError as error:
            self._warnings.append(RowError(self._row.line, self._column(name), str(error)))
            return None

    def _texts(self, name: str) -> list[str]:
        return self._reader._texts(self._row, name)

    def _column(self, name: str) -> str:
        source = self._map.columns.get(name)
        return source.columns[0] if source and source.columns else ""

    def _fail(self, column: str, message: str) -> None:
        self._errors.append(RowError(self._row.line, column, message))
