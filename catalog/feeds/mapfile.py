"""Map files: YAML that says which column of a feed means what.

::

    encoding: utf-8-sig        # optional, detected
    delimiter: ","             # optional, detected; "\\t" for a tab
    decimal: ","               # optional; for 265,0
    currency: INR              # or {column: currency}
    language: en               # optional, detected for each row
    columns:                   # canonical name: one of these forms
      id: ProductID
      title: [Brand, Name]                                   # several columns, joined
      description: {en: text_en, zh: text_zh}                # translations; also for title
      brand: {value: Acme}                                   # the same in every row
      price: {column: cost, decimal: ",", empty: ["n/a"]}    # texts that mean no value
      product_type: {column: path, split: " > "}             # or a list of columns
      availability: {column: stock_num, in_stock: "> 0"}     # or the text that means in stock
      gender: {column: sex, values: {M: male, F: female}}
    attributes:                # further attributes under the merchant's names
      weight: {column: Weight, unit: kg}
      specs: {column: attributes, kv: ":", split: "|", names: {颜色: color}}
    other_columns: keep        # keep as attributes, or ignore
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping, Sequence

import yaml

from catalog.feeds.mapping import FeedMap, Source, listed, nearest
from catalog.feeds.names import CANONICAL
from catalog.feeds.prices import parse_currency
from catalog.feeds.report import FeedError
from catalog.product import LANGUAGES

_KEYS = (
    "encoding", "delimiter", "decimal", "currency", "language", "columns", "attributes",
    "other_columns",
)  # fmt: skip
_FORM_KEYS = (
    "column", "value", "split", "kv", "names", "unit", "decimal", "in_stock", "values", "empty",
)  # fmt: skip
_TRANSLATED = ("title", "description")


def read_map(path: Path) -> FeedMap:
    """Read and check a map file.

    Raises
    ------
    FeedError
        With one sentence that names the file, the key, and what may stand there.
    """
    path = Path(path)
    try:
        data = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_TextLoader)
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
    return _Reader(path.name).read(data)


class _TextLoader(yaml.SafeLoader):
    """YAML in which ``no``, ``1.0`` and dates stay the texts that they are in the feed."""


_TextLoader.yaml_implicit_resolvers = {
    key: [(tag, rule) for tag, rule in rules if tag.endswith((":null", ":merge"))]
    for key, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Reader:
    """Turns the plain data of one map file into a ``FeedMap``."""

    def __init__(self, source: str) -> None:
        self._source = source

    def read(self, data: Any) -> FeedMap:
        if not isinstance(data, dict) or not isinstance(data.get("columns"), dict):
            raise self._error("needs a block `columns:` with at least `id:` and `title:`")
        self._known(data, _KEYS, "key")
        columns = dict(data["columns"])
        self._known(columns, CANONICAL, "canonical name", " (others go under `attributes:`)")
        translations = {
            name: {str(lang): self._form(f"{name}.{lang}", form) for lang, form in spec.items()}
            for name, spec in columns.items()
            if name in _TRANSLATED and isinstance(spec, dict) and set(spec) <= set(LANGUAGES)
        }
        sources = {
            str(name): self._form(name, form)
            for name, form in columns.items()
            if name not in translations and form is not None
        }
        for name in ("id", "title"):
            if name not in sources and not (name == "title" and name in translations):
                raise self._error(f"does not say which column is `{name}`: add it to `columns:`")
        attributes = data.get("attributes") or {}
        if not isinstance(attributes, dict):
            raise self._error("must have `name: column` pairs under `attributes:`")
        currency = data.get("currency") or ""
        return FeedMap(
            columns=sources,
            translations={name: spec for name, spec in translations.items() if spec},
            attributes={str(n): self._form(n, form) for n, form in attributes.items()},
            encoding=self._text(data, "encoding") or None,
            delimiter=self._text(data, "delimiter") or None,
            decimal=self._one_of(data, "decimal", (".", ",")),
            currency=self._currency(currency) if isinstance(currency, str) else "",
            currency_column=self._column(currency) if isinstance(currency, dict) else "",
            language=self._one_of(data, "language", LANGUAGES),
            keep_other=self._one_of(data, "other_columns", ("keep", "ignore")) != "ignore",
        )

    def _form(self, name: Any, form: Any) -> Source:
        if isinstance(form, str):
            return Source((form,))
        if isinstance(form, list) and form and all(isinstance(c, str) for c in form):
            return Source(tuple(form))
        if not isinstance(form, dict) or not ("column" in form or "value" in form):
            raise self._error(
                f"has {form!r} for `{name}`: write a column, a list of columns, or "
                f"{{column: …}} with {listed(_FORM_KEYS[2:])}"
            )
        self._known(form, _FORM_KEYS, f"key under `{name}`")
        column = form.get("column") or ()
        empty = form.get("empty") or ()
        return Source(
            columns=(column,) if isinstance(column, str) else tuple(str(c) for c in column),
            constant=self._text(form, "value"),
            split=self._text(form, "split"),
            kv=self._text(form, "kv"),
            names=self._pairs(form, "names"),
            unit=self._text(form, "unit"),
            decimal=self._one_of(form, "decimal", (".", ",")),
            in_stock=self._text(form, "in_stock"),
            values=self._pairs(form, "values"),
            empty=(empty,) if isinstance(empty, str) else tuple(str(e) for e in empty),
        )

    def _known(
        self, data: Mapping[Any, Any], names: Sequence[str], what: str, more: str = ""
    ) -> None:
        for key in data:
            if key not in names:
                hint = nearest(str(key), names) or f": there are {listed(names, 40)}"
                raise self._error(f"uses the {what} `{key}`, which does not exist{more}{hint}")

    def _text(self, data: Mapping[Any, Any], key: str) -> str:
        value = data.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._error(f"must have a text for `{key}`, not {value!r}")
        return value

    def _one_of(self, data: Mapping[Any, Any], key: str, choices: Sequence[str]) -> str:
        value = self._text(data, key)
        if value and value not in choices:
            said = " or ".join(repr(choice) for choice in choices)
            raise self._error(f"has {value!r} for `{key}`: write {said}")
        return value

    def _pairs(self, data: Mapping[Any, Any], key: str) -> dict[str, str]:
        value = data.get(key) or {}
        if not isinstance(value, dict):
            raise self._error(f"must have pairs for `{key}`, such as {{M: male}}, not {value!r}")
        return {str(k): str(v or "") for k, v in value.items()}

    def _column(self, form: Mapping[Any, Any]) -> str:
        self._known(form, ("column",), "key under `currency`")
        return self._text(form, "column")

    def _currency(self, text: str) -> str:
        try:
            return parse_currency(text) if text else ""
        except ValueError as error:
            raise FeedError(f"The map file {self._source}: {error}") from None

    def _error(self, problem: str) -> FeedError:
        return FeedError(f"The map file {self._source} {problem}.")
