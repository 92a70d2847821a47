"""What people wrote about products, out of a file into a shop; no address or number of anybody."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Callable, Optional

from catalog.feeds.columns import row_error
from catalog.feeds.prices import parse_number
from catalog.feeds.report import FeedError, RowError
from catalog.feeds.service_table import (
    Kind,
    Problems,
    ServiceMap,
    ServiceReport,
    checked,
    default_service_map,
    over,
    read_service_map,
)
from catalog.feeds.table import Row, read_table
from catalog.feeds.text import clean_text, language_of
from catalog.masking import masked
from catalog.product import LANGUAGES
from catalog.service import Review
from catalog.shop import Shop

Progress = Callable[[str, int, int], None]
REVIEWS = Kind(
    columns=("id", "product", "text", "rating", "language", "at", "hidden"),
    needed=("product", "text"),
    aliases={
        **dict.fromkeys(("review_id", "comment_id", "评论id", "评论编号"), "id"),
        **dict.fromkeys(
            ("product_id", "item", "item_id", "sku", "goods_id", "asin", "value_id", "商品id",
             "商品编号"), "product",
        ),
        **dict.fromkeys(
            ("review", "review_text", "comment", "content", "body", "评论", "评价", "评论内容"),
            "text",
        ),
        **dict.fromkeys(("stars", "score", "overall", "评分", "星级"), "rating"),
        **dict.fromkeys(("lang", "locale", "语言"), "language"),
        **dict.fromkeys(
            ("date", "time", "timestamp", "created_at", "add_time", "review_date", "评论时间"),
            "at",
        ),
        **dict.fromkeys(("deleted", "is_deleted", "spam", "rejected"), "hidden"),
    },
)  # fmt: skip
_NO = frozenset(("", "0", "false", "no", "n", "否"))
_LONGEST_ID, _LONGEST_TEXT = 200, 5000
_MOST_STARS = 5


def import_reviews(
    shop: Shop,
    file: Path,
    map_file: Optional[Path] = None,
    *,
    on_error: str = "skip",
    progress: Optional[Progress] = None,
) -> ServiceReport:
    """Add the reviews of a file, or replace those with the same ids; all of them, or none.

    A review without an id has one that is made from what it says. E-mail addresses, telephone,
    card and order numbers are taken out of the texts.

    Parameters
    ----------
    file
        CSV, JSON lines or Parquet, one row a review.
    on_error
        ``skip`` leaves broken rows out, ``abort`` changes nothing if there is one.

    Raises
    ------
    FeedError
        Where the file or the map cannot be used, or none of the rows.
    """
    checked(on_error)
    given = read_service_map(REVIEWS, Path(map_file)) if map_file is not None else None
    if progress is not None:
        progress("reading", 0, 1)
    table = read_table(
        Path(file),
        encoding=given.encoding if given else None,
        delimiter=given.delimiter if given else None,
    )
    named = (
        over(given, table) if given else default_service_map(REVIEWS, table.columns, table.source)
    )
    problems, found = Problems(), dict[str, Review]()
    left_out = personal = 0
    for row in table:
        if (error := row_error(row)) is not None:
            problems.errors.append(error)
            continue
        if named.line("hidden", row).lower() not in _NO:
            left_out += 1
            continue
        try:
            review, was_masked = _review(row, named)
        except ValueError as problem:
            problems.errors.append(RowError(row.line, "", str(problem)))
            continue
        personal += was_masked
        found[review.id] = review
    if progress is not None:
        progress("reading", 1, 1)
    errors = problems.sorted(table)
    if errors and on_error == "abort":
        return ServiceReport(errors=errors)
    if errors and not found:
        raise FeedError(f"None of the rows of {table.source} can be used: {errors[0]}")
    products = {review.product_id for review in found.values()}
    known = shop.store.known(sorted(products))
    changes = shop.store.service.upsert_reviews(found.values())
    return ServiceReport(
        **asdict(changes),
        left_out=left_out,
        masked=personal,
        unknown_products=len(products - known),
        errors=errors,
    )


def _review(row: Row, named: ServiceMap) -> tuple[Review, bool]:
    product = named.line("product", row)
    written = clean_text(named.text("text", row, "\n"))[:_LONGEST_TEXT]
    if not product or not written:
        raise ValueError("The row has no product or no text: write both.")
    text = masked(written)
    at = named.time("at", row)
    language = named.line("language", row).lower()[:2]
    said = f"{product}\0{text}\0{at.isoformat() if at else ''}"
    identifier = named.line("id", row)
    if len(identifier) > _LONGEST_ID:
        raise ValueError(f"The id is longer than {_LONGEST_ID} characters: shorten it.")
    review = Review(
        id=identifier or hashlib.blake2b(said.encode(), digest_size=12).hexdigest(),
        product_id=product,
        text=text,
        rating=_rating(named.text("rating", row)),
        language=language if language in LANGUAGES else language_of(text),
        at=at,
    )
    return review, text != written


def _rating(text: str) -> Optional[float]:
    if not text:
        return None
    number = parse_number(text)
    if number is None or not 0 <= number <= _MOST_STARS:
        raise ValueError(
            f"The rating {text[:20]!r} is not from 0 to {_MOST_STARS}: write it so, or say in the "
            f"map file with `values:` what it stands for."
        )
    return float(number)
