"""Map files of products: YAML that says which column of a feed means what.

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
from typing import Any, Mapping

from catalog.feeds.mapforms import MapForms, load_map
from catalog.feeds.mapping import FeedMap
from catalog.feeds.names import CANONICAL
from catalog.feeds.prices import parse_currency
from catalog.feeds.report import FeedError
from catalog.product import LANGUAGES

_KEYS = (
    "encoding", "delimiter", "decimal", "currency", "language", "columns", "attributes",
    "other_columns",
)  # fmt: skip
_FORM_KEYS = ("split", "kv", "names", "unit", "decimal", "in_stock", "values", "empty")
_TRANSLATED = ("title", "description")


def read_map(path: Path) -> FeedMap:
    """Read and check a map file.

    Raises
    ------
    FeedError
        With one sentence that names the file, the key, and what may stand there.
    """
    return _Reader(Path(path).name).read(load_map(path))


class _Reader(MapForms):
    """Turns the plain data of one map file into a ``FeedMap``."""

    def __init__(self, source: str) -> None:
        super().__init__(source, _FORM_KEYS)

    def read(self, data: Any) -> FeedMap:
        if not isinstance(data, dict) or not isinstance(data.get("columns"), dict):
            raise self.error("needs a block `columns:` with at least `id:` and `title:`")
        self.known(data, _KEYS, "key")
        columns = dict(data["columns"])
        self.known(columns, CANONICAL, "canonical name", " (others go under `attributes:`)")
        translations = {
            name: {str(lang): self.form(f"{name}.{lang}", form) for lang, form in spec.items()}
            for name, spec in columns.items()
            if name in _TRANSLATED and isinstance(spec, dict) and set(spec) <= set(LANGUAGES)
        }
        sources = {
            str(name): self.form(name, form)
            for name, form in columns.items()
            if name not in translations and form is not None
        }
        for name in ("id", "title"):
            if name not in sources and not (name == "title" and name in translations):
                raise self.error(f"does not say which column is `{name}`: add it to `columns:`")
        attributes = data.get("attributes") or {}
        if not isinstance(attributes, dict):
            raise self.error("must have `name: column` pairs under `attributes:`")
        currency = data.get("currency") or ""
        return FeedMap(
            columns=sources,
            translations={name: spec for name, spec in translations.items() if spec},
            attributes={str(n): self.form(n, form) for n, form in attributes.items()},
            encoding=self.text(data, "encoding") or None,
            delimiter=self.text(data, "delimiter") or None,
            decimal=self.one_of(data, "decimal", (".", ",")),
            currency=self._currency(currency) if isinstance(currency, str) else "",
            currency_column=self._column(currency) if isinstance(currency, dict) else "",
            language=self.one_of(data, "language", LANGUAGES),
            keep_other=self.one_of(data, "other_columns", ("keep", "ignore")) != "ignore",
        )

    def _column(self, form: Mapping[Any, Any]) -> str:
        self.known(form, ("column",), "key under `currency`")
        return self.text(form, "column")

    def _currency(self, text: str) -> str:
        try:
            return parse_currency(text) if text else ""
        except ValueError as error:
            raise FeedError(f"The map file {self._source}: {error}") from None
