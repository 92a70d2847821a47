"""What all map files have in common: YAML whose scalars are texts, and the forms of a column.

A value comes from one column, from a list of columns, or from a form with ``column`` or ``value``
and further keys. Every complaint is one sentence that names the file, the key, and what may stand
there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping, Sequence

import yaml

from catalog.feeds.mapping import Source, listed, nearest
from catalog.feeds.report import FeedError


def load_map(path: Path) -> Any:
    """The plain data of a map file.

    Raises
    ------
    FeedError
        Where it is not there or is not YAML in UTF-8.
    """
    path = Path(path)
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_TextLoader)
    except FileNotFoundError:
        raise FeedError(f"There is no map file {path}: check the path.") from None
    except OSError as error:
        raise FeedError(f"The map file {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise FeedError(f"The map file {path} is not UTF-8: save it as UTF-8.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"Line {mark.line + 1} of the map file" if mark else "The map file"
        problem = getattr(error, "problem", "") or "wrong indentation or quotes"
        raise FeedError(f"{where} {path} is not valid YAML ({problem}): correct it.") from None


class _TextLoader(yaml.SafeLoader):
    """YAML in which ``no``, ``1.0`` and dates stay the texts that they are in the feed."""


_TextLoader.yaml_implicit_resolvers = {
    key: [(tag, rule) for tag, rule in rules if tag.endswith((":null", ":merge"))]
    for key, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class MapForms:
    """Checks the plain data of one map file, piece by piece.

    Parameters
    ----------
    source
        What to call the map file in messages.
    form_keys
        The keys that a form may have beside ``column`` and ``value``.
    """

    def __init__(self, source: str, form_keys: Sequence[str]) -> None:
        self._source = source
        self._form_keys = ("column", "value", *form_keys)

    def form(self, name: Any, form: Any) -> Source:
        """Where the value called ``name`` comes from."""
        if isinstance(form, str):
            return Source((form,))
        if isinstance(form, list) and form and all(isinstance(c, str) for c in form):
            return Source(tuple(form))
        if not isinstance(form, dict) or not ("column" in form or "value" in form):
            raise self.error(
                f"has {form!r} for `{name}`: write a column, a list of columns, or "
                f"{{column: …}} with {listed(self._form_keys[2:])}"
            )
        self.known(form, self._form_keys, f"key under `{name}`")
        column = form.get("column") or ()
        empty = form.get("empty") or ()
        return Source(
            columns=(column,) if isinstance(column, str) else tuple(str(c) for c in column),
            constant=self.text(form, "value"),
            split=self.text(form, "split"),
            kv=self.text(form, "kv"),
            names=self.pairs(form, "names"),
            unit=self.text(form, "unit"),
            decimal=self.one_of(form, "decimal", (".", ",")),
            in_stock=self.text(form, "in_stock"),
            timezone=self.text(form, "timezone"),
            values=self.pairs(form, "values"),
            empty=(empty,) if isinstance(empty, str) else tuple(str(e) for e in empty),
        )

    def known(
        self, data: Mapping[Any, Any], names: Sequence[str], what: str, more: str = ""
    ) -> None:
        """See that the data has no other keys than these."""
        for key in data:
            if key not in names:
                hint = nearest(str(key), names) or f": there are {listed(names, 40)}"
                raise self.error(f"uses the {what} `{key}`, which does not exist{more}{hint}")

    def text(self, data: Mapping[Any, Any], key: str) -> str:
        """A text, empty where there is none."""
        value = data.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.error(f"must have a text for `{key}`, not {value!r}")
        return value

    def one_of(self, data: Mapping[Any, Any], key: str, choices: Sequence[str]) -> str:
        """One of some texts, empty where there is none."""
        value = self.text(data, key)
        if value and value not in choices:
            said = " or ".join(repr(choice) for choice in choices)
            raise self.error(f"has {value!r} for `{key}`: write {said}")
        return value

    def pairs(self, data: Mapping[Any, Any], key: str) -> dict[str, str]:
        """Texts by name."""
        value = data.get(key) or {}
        if not isinstance(value, dict):
            raise self.error(f"must have pairs for `{key}`, such as {{M: male}}, not {value!r}")
        return {str(k): str(v or "") for k, v in value.items()}

    def error(self, problem: str) -> FeedError:
        """An error to raise, about this map file."""
        return FeedError(f"The map file {self._source} {problem}.")
