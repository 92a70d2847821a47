"""Merchant feeds as XML: RSS 2.0 with ``item`` or Atom with ``entry``."""

from __future__ import annotations

from typing import Optional
from xml.parsers import expat

from catalog.feeds.report import FeedError
from catalog.feeds.table import Row, Table

_ITEMS = ("item", "entry")


class _Items:
    """Collects the elements below every item, with the line on which the item begins."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._cells: Optional[dict[str, list[str]]] = None
        self._line = 0

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        name = name.rpartition(":")[2]
        if self._cells is None and name in _ITEMS:
            self._cells, self._path, self._line = {}, [], line
        elif self._cells is not None:
            self._path.append(name)
            self._text = []
            if name == "link" and "href" in attributes:
                self._cells.setdefault("link", []).append(attributes["href"])

    def characters(self, text: str) -> None:
        self._text.append(text)

    def end(self, name: str) -> None:
        if self._cells is None:
            return
        if not self._path:
            cells = {k: v[0] if len(v) == 1 else tuple(v) for k, v in self._cells.items()}
            self.rows.append(Row(self._line, cells))
            self._cells = None
            return
        text = "".join(self._text)
        if text.strip():
            self._cells.setdefault(self._column(), []).append(text)
        if len(self._path) == 2 and self._path[1] == "attribute_value":
            self._join_detail()
        self._path.pop()
        self._text = []

    def _column(self) -> str:
        return ".".join(self._path)

    def _join_detail(self) -> None:
        """Make ``section:name:value`` of a ``product_detail``, as the tab-separated feed has it."""
        assert self._cells is not None
        base = self._path[0]
        parts = [
            self._cells.pop(f"{base}.{part}", [""])[-1].strip()
            for part in ("section_name", "attribute_name", "attribute_value")
        ]
        self._cells.setdefault(base, []).append(":".join(parts))


def parse_xml(data: bytes, source: str) -> Table:
    """Read the items of a feed; namespaces are dropped, repeated elements are several values.

    Raises
    ------
    FeedError
        For a file that is not well formed, defines entities, or has no items.
    """
    items = _Items()
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise FeedError(f"{source} defines its own XML entities: export it without a DOCTYPE.")

    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: items.start(
        name, attributes, parser.CurrentLineNumber
    )
    parser.EndElementHandler = items.end
    parser.CharacterDataHandler = items.characters
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise FeedError(
            f"Line {error.lineno} of {source} is not well-formed XML "
            f"({expat.ErrorString(error.code)}): correct it there."
        ) from None
    if not items.rows:
        raise FeedError(f"{source} has no <item> or <entry>: export it as a product feed.")
    columns = dict.fromkeys(column for row in items.rows for column in row.cells)
    return Table(source, tuple(columns), tuple(items.rows))
