"""Map files of events: which column of a log means what.

::

    encoding: utf-8            # optional, detected
    delimiter: ","             # optional, detected
    decimal: ","               # optional; for 4,5
    columns:                   # canonical name: a column, a list of columns, or one of these forms
      shopper: user            # needed, and so are product and kind
      product: {column: sku, empty: ["-"]}
      kind: {column: action, values: {view: clicked, purchase: bought, refund: ""}}
                               # or {value: bought}; a value that stands for "" is left out
      at: {column: time, timezone: Asia/Shanghai}   # the zone of times without one; UTC otherwise
                               # {column: t, unit: s} for numbers since 1970: s, ms, us, ns
      value: rating            # a rating, a quantity
      rank: position           # the place in the list that was shown, from 1
      conversation: basket     # a visit, a basket, a conversation
      query: words             # what the shopper had asked for
      text: comment            # what the shopper wrote; a row of kind commented needs it
      key: event_id            # unique name of the event; made from the row where it is missing
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timezone, tzinfo
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

from catalog.events import EVENT_KINDS
from catalog.feeds.mapforms import MapForms, load_map
from catalog.feeds.mapping import Source, listed, nearest
from catalog.feeds.names import spelled
from catalog.feeds.recbole import column_called, is_atomic
from catalog.feeds.report import FeedError
from catalog.feeds.times import UNITS, zone

CANONICAL = (
    "shopper", "product", "kind", "at", "value", "rank", "conversation", "query", "text", "key",
)  # fmt: skip
NEEDED = ("shopper", "product", "kind")
#: What the same thing is called in logs, spelled as ``spelled`` spells it.
ALIASES = {
    "shopper_id": "shopper",
    "user": "shopper",
    "user_id": "shopper",
    "customer_id": "shopper",
    "visitor_id": "shopper",
    "product_id": "product",
    "item": "product",
    "item_id": "product",
    "sku": "product",
    "event": "kind",
    "event_type": "kind",
    "action": "kind",
    "time": "at",
    "timestamp": "at",
    "event_time": "at",
    "rating": "value",
    "quantity": "value",
    "position": "rank",
    "conversation_id": "conversation",
    "session": "conversation",
    "session_id": "conversation",
    "basket_id": "conversation",
    "order_id": "conversation",
    "comment": "text",
    "review": "text",
    "review_text": "text",
    "event_id": "key",
}
_KEYS = ("encoding", "delimiter", "decimal", "columns")
_FORM_KEYS = ("values", "empty", "decimal", "timezone", "unit")


@dataclass(frozen=True)
class EventMap:
    """How to read a log of events."""

    columns: Mapping[str, Source]
    """Canonical name → source."""
    zone: tzinfo = timezone.utc
    """Where the clocks are whose times name no zone."""
    encoding: Optional[str] = None
    delimiter: Optional[str] = None
    decimal: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """The text in the column of kinds → one of ``EVENT_KINDS``, or empty for what to leave out."""

    def check(self, columns: Sequence[str], source: str) -> None:
        """See that the log has the columns that the map names.

        Raises
        ------
        FeedError
            Naming the first that it has not, and the nearest one that it has.
        """
        used = {column for form in self.columns.values() for column in form.columns}
        for name in sorted(used - set(columns)):
            raise FeedError(
                f"The map names a column {name!r} that {source} does not have"
                f"{nearest(name, columns) or f': its columns are {listed(columns)}'}."
            )


def read_event_map(path: Path) -> EventMap:
    """Read and check a map file of events.

    Raises
    ------
    FeedError
        With one sentence that names the file, the key, and what may stand there.
    """
    return _Reader(Path(path).name, _FORM_KEYS).read(load_map(path))


def default_event_map(columns: Sequence[str], source: str) -> EventMap:
    """The map of a RecBole ``.inter`` file, or of a log whose columns have canonical names.

    In RecBole's files a row with a rating is of kind ``rated``, one without is ``clicked``.

    Raises
    ------
    FeedError
        Where it cannot be told which column is the shopper, the product, or the kind.
    """
    if is_atomic(columns):
        named = {
            "shopper": column_called(columns, "user_id"),
            "product": column_called(columns, "item_id"),
            "at": column_called(columns, "timestamp"),
            "value": column_called(columns, "rating"),
        }
        found = {name: Source((column,)) for name, column in named.items() if column}
        found["kind"] = Source(constant="rated" if named["value"] else "clicked")
    else:
        found = {}
        for column in sorted(columns, key=lambda column: spelled(column) in ALIASES):
            name = ALIASES.get(spelled(column), spelled(column))
            if name in CANONICAL:
                found.setdefault(name, Source((column,)))
    for name in NEEDED:
        if name not in found:
            raise FeedError(
                f"{source} has no column {name!r}: its columns are {listed(columns)}; say with "
                f"--map in a map file which of them it is."
            )
    return EventMap(found)


class _Reader(MapForms):
    """Turns the plain data of one map file into an ``EventMap``."""

    def read(self, data: Any) -> EventMap:
        if not isinstance(data, dict) or not isinstance(data.get("columns"), dict):
            raise self.error("needs a block `columns:` with `shopper:`, `product:` and `kind:`")
        self.known(data, _KEYS, "key")
        columns = dict(data["columns"])
        self.known(columns, CANONICAL, "canonical name")
        found = {n: self.form(n, form) for n, form in columns.items() if form is not None}
        for name in NEEDED:
            if name not in found:
                raise self.error(f"does not say which column is `{name}`: add it to `columns:`")
        for name, form in found.items():
            for key, value in (("timezone", form.timezone), ("unit", form.unit)):
                if value and name != "at":
                    raise self.error(f"has `{key}` for `{name}`: only `at` may have one")
        kinds = dict(found["kind"].values)
        if found["kind"].constant:
            kinds[found["kind"].constant] = found["kind"].constant
        for kind in kinds.values():
            if kind and kind not in EVENT_KINDS:
                hint = nearest(kind, EVENT_KINDS)
                raise self.error(
                    f"has the kind {kind!r}, which does not exist{hint}: there are "
                    f"{listed(EVENT_KINDS, 40)}"
                )
        at = found.get("at", Source())
        self.one_of({"unit": at.unit}, "unit", tuple(UNITS))
        return EventMap(
            columns=found,
            zone=self._zone(at.timezone),
            encoding=self.text(data, "encoding") or None,
            delimiter=self.text(data, "delimiter") or None,
            decimal=self.one_of(data, "decimal", (".", ",")),
            kinds=kinds,
        )

    def _zone(self, name: str) -> tzinfo:
        try:
            return zone(name) if name else timezone.utc
        except ValueError as error:
            raise self.error(f"has `timezone: {name}`, but {error}") from None
