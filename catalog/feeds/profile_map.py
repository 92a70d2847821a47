"""Map files of profiles: which column of a table of shoppers means what.

::

    encoding: utf-8            # optional, detected
    delimiter: ","             # optional, detected
    columns:
      shopper: customer_id     # needed: the same ids as in the log of events
    attributes:                # what is known: a column, a list of columns, or one of these forms
      gender: {column: sex, values: {M: male, F: female}}
      size: {column: sizes, split: ";", empty: ["-"]}
    other_columns: keep        # keep as attributes under their own names, or ignore

Columns that by their names say who somebody is (``PERSONAL``) are kept only where the map names
them as attributes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

from catalog.feeds.mapforms import MapForms, load_map
from catalog.feeds.mapping import Source, listed, nearest
from catalog.feeds.names import ATTRIBUTES, canonical, spelled
from catalog.feeds.recbole import column_called, is_atomic
from catalog.feeds.report import FeedError
from catalog.feeds.text import clean_line

#: What the id of a shopper is called, the surest name first, spelled as ``spelled`` spells it.
SHOPPER = (
    "shopper", "shopper_id", "customer_id", "user_id", "visitor_id", "member_id", "customer",
    "user", "id", "会员号", "会员id", "用户id", "客户编号",
)  # fmt: skip
#: Columns that say who somebody is and nothing about taste.
PERSONAL = frozenset((
    "name", "first_name", "last_name", "full_name", "surname", "email", "e_mail", "email_address",
    "mail", "phone", "phone_number", "mobile", "telephone", "tel", "fax", "address", "address1",
    "address2", "street", "house_number", "password", "iban", "card_number", "passport", "ssn",
    "ip", "ip_address", "姓名", "名字", "邮箱", "电子邮件", "电话", "手机", "手机号", "地址",
    "密码", "身份证", "身份证号", "银行卡号",
))  # fmt: skip
_NAMES = (*ATTRIBUTES, "brand")
_KEYS = ("encoding", "delimiter", "columns", "attributes", "other_columns")
_FORM_KEYS = ("values", "empty", "split")


@dataclass(frozen=True)
class ProfileMap:
    """How to read a table of shoppers."""

    shopper: Source
    attributes: Mapping[str, Source]
    """Attribute → where its values come from."""
    personal: tuple[str, ...] = ()
    """Columns that are left out for their names."""


@dataclass(frozen=True)
class ProfileForms:
    """What a map file says, before the table is known."""

    shopper: Source
    attributes: Mapping[str, Source]
    encoding: Optional[str] = None
    delimiter: Optional[str] = None
    keep_other: bool = True

    def over(self, columns: Sequence[str], source: str) -> ProfileMap:
        """The map over a table with these columns.

        Raises
        ------
        FeedError
            Naming the first column that the table has not, and the nearest one that it has.
        """
        forms = (self.shopper, *self.attributes.values())
        used = {column for form in forms for column in form.columns}
        for name in sorted(used - set(columns)):
            raise FeedError(
                f"The map names a column {name!r} that {source} does not have"
                f"{nearest(name, columns) or f': its columns are {listed(columns)}'}."
            )
        others = [c for c in columns if c not in used] if self.keep_other else []
        named, personal = _named(others)
        return ProfileMap(self.shopper, {**named, **self.attributes}, personal)


def default_profile_map(columns: Sequence[str], source: str) -> ProfileMap:
    """The map of a RecBole ``.user`` file, or of a table that has a column for the shopper's id.

    Raises
    ------
    FeedError
        Where it cannot be told which column is the shopper.
    """
    if is_atomic(columns):
        shopper = column_called(columns, "user_id")
    else:
        called = {spelled(column): column for column in reversed(columns)}
        shopper = next((called[name] for name in SHOPPER if name in called), "")
    if not shopper:
        raise FeedError(
            f"{source} has no column 'shopper': its columns are {listed(columns)}; say with --map "
            f"in a map file which of them it is."
        )
    attributes, personal = _named([c for c in columns if c != shopper])
    return ProfileMap(Source((shopper,)), attributes, personal)


def read_profile_map(path: Path) -> ProfileForms:
    """Read and check a map file of profiles.

    Raises
    ------
    FeedError
        With one sentence that names the file, the key, and what may stand there.
    """
    return _Reader(Path(path).name, _FORM_KEYS).read(load_map(path))


class _Reader(MapForms):
    """Turns the plain data of one map file into ``ProfileForms``."""

    def read(self, data: Any) -> ProfileForms:
        if not isinstance(data, dict) or not isinstance(data.get("columns"), dict):
            raise self.error("needs a block `columns:` with `shopper:`")
        self.known(data, _KEYS, "key")
        columns = data["columns"]
        self.known(columns, ("shopper",), "canonical name", " (others go under `attributes:`)")
        if columns.get("shopper") is None:
            raise self.error("does not say which column is `shopper`: add it to `columns:`")
        attributes = data.get("attributes") or {}
        if not isinstance(attributes, dict):
            raise self.error("must have `name: column` pairs under `attributes:`")
        return ProfileForms(
            shopper=self.form("shopper", columns["shopper"]),
            attributes={str(name): self.form(name, form) for name, form in attributes.items()},
            encoding=self.text(data, "encoding") or None,
            delimiter=self.text(data, "delimiter") or None,
            keep_other=self.one_of(data, "other_columns", ("keep", "ignore")) != "ignore",
        )


def _named(columns: Sequence[str]) -> tuple[dict[str, Source], tuple[str, ...]]:
    """Columns as attributes, and those that are left out because they are personal."""
    atomic = is_atomic(columns)
    found: dict[str, Source] = {}
    personal = []
    for column in columns:
        name, _, kind = column.rpartition(":") if atomic else (column, "", "")
        if spelled(name) in PERSONAL:
            personal.append(column)
            continue
        usual = canonical(name)
        name = usual if usual in _NAMES else clean_line(name)
        if name:
            found.setdefault(name, Source((column,), split=" " if kind.endswith("_seq") else ""))
    return found, tuple(personal)
