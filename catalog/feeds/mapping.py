"""Which column of a feed means what: the map file as a typed value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterator, Mapping, Optional, Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from catalog.feeds.names import ALIASES, SLASHED, canonical, spelled
from catalog.feeds.report import FeedError
from catalog.feeds.text import clean_line

_NEAR = 55


@dataclass(frozen=True)
class Source:
    """Where one value comes from: columns of the feed, and how to read them."""

    columns: tuple[str, ...] = ()
    constant: str = ""
    """The value of every row, in place of columns."""
    split: str = ""
    """Cuts a cell into several values."""
    kv: str = ""
    """Cuts each of these into a name and a value, which become attributes."""
    names: Mapping[str, str] = field(default_factory=dict)
    """With ``kv``: the name in the cell → the attribute's name."""
    unit: str = ""
    """Added to plain numbers."""
    decimal: str = ""
    in_stock: str = ""
    """For availability: the value, or a comparison such as ``> 0``, that means in stock."""
    timezone: str = ""
    """For times that do not say: the zone they are in."""
    values: Mapping[str, str] = field(default_factory=dict)
    """The text in the cell → the value it stands for."""
    empty: tuple[str, ...] = ()
    """Texts that mean that there is no value."""


@dataclass(frozen=True)
class FeedMap:
    """How to read a feed of products."""

    columns: Mapping[str, Source]
    """Canonical name → source. ``product_type`` of several columns is a path; ``price`` of two is
    the regular price and the one asked, whichever way round."""
    translations: Mapping[str, Mapping[str, Source]] = field(default_factory=dict)
    """``title`` and ``description`` in several languages: name → language → source."""
    attributes: Mapping[str, Source] = field(default_factory=dict)
    """Attributes under the merchant's names → source."""
    encoding: Optional[str] = None
    delimiter: Optional[str] = None
    decimal: str = ""
    currency: str = ""
    currency_column: str = ""
    language: str = ""
    keep_other: bool = True
    """Whether columns that are not named become attributes."""

    def sources(self) -> Iterator[Source]:
        """Every source there is."""
        yield from self.columns.values()
        for languages in self.translations.values():
            yield from languages.values()
        yield from self.attributes.values()

    def used(self) -> set[str]:
        """The feed's columns that are read by name."""
        names = {column for source in self.sources() for column in source.columns}
        return names | ({self.currency_column} if self.currency_column else set())

    def check(self, columns: Sequence[str], source: str) -> None:
        """See that the feed has the columns that the map names.

        Raises
        ------
        FeedError
            Naming the first that it has not, and the nearest one that it has.
        """
        for name in sorted(self.used() - set(columns)):
            raise FeedError(
                f"The map names a column {name!r} that {source} does not have"
                f"{nearest(name, columns) or f': its columns are {listed(columns)}'}."
            )


def default_map(columns: Sequence[str], source: str) -> FeedMap:
    """The map of a feed whose columns have the names of the Merchant feed.

    Raises
    ------
    FeedError
        Where no column is called ``id`` or none ``title``.
    """
    named: dict[str, Source] = {}
    attributes: dict[str, Source] = {}
    currency = ""
    exact_first = sorted(columns, key=lambda column: spelled(column) in ALIASES)
    for column in exact_first:
        name = canonical(column)
        if spelled(column) == "currency":
            currency = column
        elif name and name not in named:
            named[name] = Source((column,), split="/" if name in SLASHED else "")
        else:
            attributes[clean_line(column) or column] = Source((column,))
    for needed in ("id", "title"):
        if needed not in named:
            raise FeedError(
                f"{source} has no column {needed!r}: its columns are {listed(columns)}; say with "
                f"--map in a map file which of them it is."
            )
    return FeedMap(columns=named, attributes=attributes, currency_column=currency)


def nearest(word: str, choices: Sequence[str]) -> str:
    """``: the nearest one is 'Color'``, or an empty text where none is near."""
    found = process.extractOne(
        word, choices, scorer=_likeness, processor=default_process, score_cutoff=_NEAR
    )
    return f": the nearest one is {found[0]!r}" if found else ""


def _likeness(left: str, right: str, **_: object) -> float:
    return max(fuzz.ratio(left, right), fuzz.token_set_ratio(left, right))


def listed(names: Sequence[str], most: int = 12) -> str:
    """Names with commas, cut where there are many."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
