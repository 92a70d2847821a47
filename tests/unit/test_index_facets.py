"""The facet table, measures and columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from catalog.index.columns import Columns, ColumnsBuilder, popularity
from catalog.index.facet_table import FacetTable, FacetTableBuilder
from catalog.index.measures import measure_columns, parse_measure
from catalog.product import OUT_OF_STOCK, Money, Product


@dataclass(frozen=True)
class Evidence:
    attribute: str
    value: str
    confidence: float
    source: str = "title"


class Words:
    """A vocabulary in which maroon is a red."""

    def narrower(self, attribute: str, value: str) -> set[str]:
        return {"red", "maroon"} if value == "red" else {value}


PRODUCTS = [
    [Evidence("color", "red", 1.0), Evidence("material", "cotton", 0.8, "attribute")],
    [Evidence("color", "maroon", 0.9), Evidence("color", "maroon", 0.4, "description")],
    [],
    [Evidence("color", "red", 0.3, "attribute"), Evidence("color", "blue", 1.0)],
]


@pytest.fixture
def table(tmp_path: Path) -> FacetTable:
    builder = FacetTableBuilder()
    for facets in PRODUCTS:
        builder.add(facets)
    weight = {"weight": (np.array([1.2, np.nan, np.nan, 0.5]), "kg")}
    builder.write(tmp_path, weight)
    return FacetTable.open(tmp_path, Words())


def test_evidence_includes_narrower_values(table: FacetTable) -> None:
    assert table.evidence("color", "red").tolist() == pytest.approx([1, 0.9, 0, 0.3])
    assert table.evidence("color", "maroon").tolist() == pytest.approx([0, 0.9, 0, 0])


def test_no_evidence_is_zero(table: FacetTable) -> None:
    assert not table.evidence("color", "purple").any()
    assert not table.evidence("no such attribute", "red").any()


def test_evidence_cannot_be_written_to(table: FacetTable) -> None:
    with pytest.raises(ValueError, match="read-only"):
        table.evidence("color", "red")[0] = 0


def test_values_count_what_products_likely_are(table: FacetTable) -> None:
    assert table.values("color") == {"blue": 1, "maroon": 1, "red": 1}
    assert table.values("color", np.array([True, False, True, True])) == {"blue": 1, "red": 1}
    assert table.values("size") == {}


def test_what_is_known_of_one_product(table: FacetTable) -> None:
    assert table.of(1) == {"color": [("maroon", 0.9, "title")]}
    assert table.of(2) == {}
    assert table.of(3)["color"] == [("blue", 1.0, "title"), ("red", 0.3, "attribute")]


def test_measures(table: FacetTable) -> None:
    numbers, unit = table.numbers("weight")
    assert unit == "kg"
    assert numbers == pytest.approx([1.2, np.nan, np.nan, 0.5], nan_ok=True)
    assert np.isnan(table.numbers("color")[0]).all()
    assert table.attributes() == ["color", "material", "weight"]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1.2 kg", 1.2, "kg"),
        ("850g", 0.85, "kg"),
        ("1.5米", 150, "cm"),
        ("200*230cm", 230, "cm"),
        ("140 x 80 cm", 140, "cm"),
        ('15.6"', 39.624, "cm"),
        ("1,200 ml", 1.2, "l"),
        ("５００毫升", 0.5, "l"),
        ("净重：2斤", 1, "kg"),
        ("42", 42, ""),
    ],
)
def test_parses_measures(text: str, value: float, unit: str) -> None:
    assert parse_measure(text) == (pytest.approx(value), unit)


@pytest.mark.parametrize("text", ["", "cotton", "5 pockets", "GB18401-2010 B类", "M", "iPhone 15"])
def test_other_values_are_no_measures(text: str) -> None:
    assert parse_measure(text) is None


def test_an_attribute_is_a_measure_when_most_values_are() -> None:
    values = {
        "weight": {0: ("1.2 kg",), 1: ("850 g",), 2: ("light", "2kg"), 3: ("1 m",)},
        "material": {0: ("cotton",), 1: ("2 kg of wool",), 2: ("silk",)},
    }
    columns = measure_columns(values, 5)
    assert list(columns) == ["weight"]
    assert columns["weight"][0] == pytest.approx([1.2, 0.85, 2, np.nan, np.nan], nan_ok=True)


def test_how_many_people_it_is_for_is_no_volume() -> None:
    values = {
        "capacity": {0: ("1.7 L",), 1: ("2 people",), 2: ("500 ml",)},
        "适用人数": {3: ("3人",)},
    }
    columns = measure_columns(values, 4)
    assert columns["capacity"][1] == "l" and columns["seats"][1] == "people"
    assert columns["capacity"][0] == pytest.approx([1.7, np.nan, 0.5, np.nan], nan_ok=True)
    assert columns["seats"][0] == pytest.approx([np.nan, 2, np.nan, 3], nan_ok=True)


def product(**fields: object) -> Product:
    return Product(title={"en": "A"}, language="en", **fields)  # type: ignore[arg-type]


def money(amount: str, currency: str = "CNY") -> Money:
    return Money(Decimal(amount), currency)


def test_columns(tmp_path: Path) -> None:
    builder = ColumnsBuilder("CNY", {"USD": 7.0})
    builder.add(product(id="a", price=money("100"), sale_price=money("80"), item_group_id="g"))
    builder.add(product(id="b", price=money("10", "USD"), item_group_id="g", rating=4.5))
    builder.add(product(id="c", price=money("10", "INR"), availability=OUT_OF_STOCK))
    builder.add(product(id="d", added=date(1970, 1, 11)))
    builder.write(tmp_path)
    columns = Columns.open(tmp_path)
    assert columns.price == pytest.approx([80, 70, np.nan, np.nan], nan_ok=True)
    assert columns.regular_price[0] == 100
    assert columns.available.tolist() == [True, True, False, True]
    assert columns.group[0] == columns.group[1] != columns.group[2] != columns.group[3]
    assert columns.added.tolist() == [-1, -1, -1, 10]


def test_few_perfect_ratings_are_less_than_many_good_ones() -> None:
    few, many, none = popularity(np.array([5.0, 4.6, np.nan]), np.array([1, 800, 0]))
    assert many > few > none > 0
    assert popularity(np.array([np.nan]), np.array([0])).tolist() == [0.5]
