"""Products out of Parquet tables and RecBole files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.feeds import FeedError, read_feed, read_items
from catalog.feeds.table import read_table
from catalog.product import Money
from tests.conftest import MAPS
from tests.real_data import real_data


@pytest.fixture
def parquet(tmp_path):
    def write(**columns):
        pq.write_table(pa.table(columns), tmp_path / "feed.parquet")
        return tmp_path / "feed.parquet"

    return write


def test_a_parquet_feed_is_read_as_its_texts_would_be(parquet):
    (hat, shirt) = read_items(
        parquet(
            id=pa.array([1, 2], pa.int64()),
            title=["Hat", "衬衫"],
            price=["50.00 CNY", "99.00 CNY"],
            rating=[4.5, None],
            added=[date(2024, 5, 31), None],
            color=pa.array([["red", "blue"], []]),
            specs=[{"fit": "slim", "layers": 2}, {"fit": None, "layers": 3}],
            stock=pa.array([3.0, float("nan")]),
        )
    )
    assert (hat.id, hat.title, hat.rating, hat.added) == (
        "1",
        {"en": "Hat"},
        4.5,
        date(2024, 5, 31),
    )
    assert hat.price == Money(Decimal(50), "CNY")
    assert hat.attributes["color"] == ("red", "blue")
    assert (hat.attributes["specs.fit"], hat.attributes["specs.layers"]) == (("slim",), ("2",))
    assert (hat.stock, shirt.stock, shirt.rating) == (3, None, None)
    assert "color" not in shirt.attributes


def test_odd_types_become_texts(parquet):
    (row,) = read_table(
        parquet(
            id=pa.array(["a"]).dictionary_encode(),
            yes=[True],
            many=pa.array([Decimal("1.50")]),
            data=pa.array([b"caf\xc3\xa9"]),
            big=pa.array([2**60]),
            deep=[[{"x": [1, 2]}]],
            empty=pa.nulls(1),
            half=pa.array([0.5], pa.float32()),
        )
    )
    assert row.cells == {
        "id": "a", "yes": "true", "many": "1.50", "data": "café", "big": str(2**60),
        "deep": ('{"x": ["1", "2"]}',), "empty": "", "half": "0.5",
    }  # fmt: skip


def test_a_broken_row_of_a_table_is_told_by_its_number(parquet):
    feed = read_feed(parquet(id=["1", "2", None], title=["Hat", None, "Scarf"]))
    assert [(e.line, e.column) for e in feed.errors] == [(2, "title"), (3, "id")]


def test_a_table_without_rows_or_that_is_cut_off_is_refused(parquet, tmp_path):
    file = parquet(id=pa.array([], pa.string()))
    with pytest.raises(FeedError, match="has no rows"):
        read_items(file)
    file.write_bytes(file.read_bytes()[:60])
    with pytest.raises(FeedError, match="damaged Parquet file"):
        read_items(file)


def test_items_of_recbole(tmp_path):
    file = tmp_path / "films.item"
    file.write_text(
        "item_id:token\tyear:token\tname:token_seq\tclass:token_seq\tweight:float\n"
        "7\t1995\tToy Story\tAnimation Comedy\t1.5\n",
        "utf-8",
    )
    (film,) = read_items(file)
    assert (film.id, film.title) == ("7", {"en": "Toy Story"})
    assert film.attributes == {
        "year": ("1995",), "class": ("Animation", "Comedy"), "weight": ("1.5",),
    }  # fmt: skip


def test_nothing_that_can_be_used_is_an_error(tmp_path):
    file = tmp_path / "feed.csv"
    file.write_text("id,title\n1,\n", "utf-8")
    with pytest.raises(FeedError, match="None of the rows"):
        read_items(file)


@pytest.mark.parametrize(
    ("name", "map_name", "count", "first"),
    [
        ("ml100k/ml-100k.item", None, 1682, "Toy Story"),
        ("dunnhumby/products.parquet", "dunnhumby.products.map.yml", 91_837,
         "ICE - CRUSHED/CUBED 22 LB"),
    ],
)  # fmt: skip
def test_real_items(name, map_name, count, first):
    path = real_data(f"interactions/{name}")
    items = read_items(path, MAPS / map_name if map_name else None)
    assert (len(items), items[0].title["en"]) == (count, first)
