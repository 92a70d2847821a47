"""Feeds as rows: encodings, delimiters, quotes, line numbers, JSON lines and XML."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.feeds import FeedError
from catalog.feeds.delimited import parse_delimited
from catalog.feeds.encoding import decode
from catalog.feeds.table import read_table
from catalog.feeds.text import clean_line, clean_text, language_of


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_is_read_in_the_encodings_that_shops_use(tmp_path, encoding):
    file = tmp_path / "feed.csv"
    file.write_bytes("id,title\n1,真丝连衣裙，红色\n".encode(encoding))
    (row,) = read_table(file)
    assert row.cells == {"id": "1", "title": "真丝连衣裙，红色"}


def test_latin_1_is_not_taken_for_chinese():
    text = "id,title\n1,Böhm café à la crème, Größe 38, naïve\n"
    assert decode(text.encode("latin-1"), "f") == text


def test_one_bad_byte_in_utf_8_costs_one_row(tmp_path):
    file = tmp_path / "feed.csv"
    good = "1,裙子\n2,衬衫和裤子\n".encode()
    file.write_bytes(b"id,title\n" + good + b"3,br\xffken\n" + "4,外套\n".encode())
    table = read_table(file)
    assert [row.cells["id"] for row in table if not row.problem] == ["1", "2", "4"]
    (broken,) = [row for row in table if row.problem]
    assert (broken.line, broken.cells["id"]) == (4, "3")
    assert "UTF-8" in broken.problem


def test_a_declared_encoding_that_does_not_fit_names_the_line(tmp_path):
    file = tmp_path / "feed.csv"
    file.write_bytes(b"id,title\n1,plain\n2,\xff\xff\n")
    with pytest.raises(FeedError, match=r"Line 3 of feed.csv is not in gb18030"):
        read_table(file, encoding="gb18030")
    with pytest.raises(FeedError, match="no encoding 'klingon'"):
        read_table(file, encoding="klingon")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_detected(delimiter):
    lines = [["id", "title", "price"], ["1", "Table, round", "265,0"], ["2", "Lamp; red", "9,5"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(lines)
    table = parse_delimited(out.getvalue(), "f")
    assert table.columns == ("id", "title", "price")
    assert [list(row.cells.values()) for row in table] == lines[1:]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_numbers_are_those_of_an_editor(newline):
    lines = ["id,title", '1,"two', 'lines"', "", "2,plain", '3,"a ""b"""']
    table = parse_delimited(newline.join(lines), "f")
    assert [(row.line, row.cells["id"]) for row in table] == [(2, "1"), (5, "2"), (6, "3")]
    assert table.rows[0].cells["title"].splitlines() == ["two", "lines"]
    assert table.rows[2].cells["title"] == 'a "b"'


def test_a_quote_that_is_never_closed_costs_no_other_row():
    text = 'id,title,price\n1,"24" screen,5\n2,"open,5\n3,shirt,5\n4,"last,5\n'
    table = parse_delimited(text, "f")
    assert [(row.line, row.cells["id"], row.cells["price"]) for row in table] == [
        (2, "1", "5"),
        (3, "2", "5"),
        (4, "3", "5"),
        (5, "4", "5"),
    ]
    assert table.rows[1].cells["title"] == "open"


def test_a_row_with_too_many_cells_is_a_problem_and_keeps_its_id():
    table = parse_delimited("id,title\n1,Shirt, red\n2,Hat,,\n", "f")
    assert "3 cells and the header 2" in table.rows[0].problem
    assert table.rows[0].cells["id"] == "1"
    assert table.rows[1].problem == ""


def test_a_short_row_says_what_it_lacks():
    (row,) = parse_delimited("id,title,price\n1,Shirt\n", "f")
    assert row.missing == ("price",)


def test_columns_are_never_empty_nor_twice():
    table = parse_delimited("id,,title,title\n1,a,b,c\n", "f")
    assert table.columns == ("id", "column 2", "title", "title (2)")


def test_null_bytes_are_dropped():
    (row,) = parse_delimited("id,title\n1,Sh\0irt\n", "f")
    assert row.cells["title"] == "Shirt"


@given(
    st.lists(
        st.tuples(
            st.integers(0, 999).map(str),
            st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from(',";\n')),
        ),
        min_size=1,
    )
)
def test_what_a_spreadsheet_writes_is_read_back(rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([("id", "title"), *rows])
    table = parse_delimited(out.getvalue(), "f", ",")
    assert [(row.cells["id"], row.cells["title"]) for row in table] == rows
    starts = [row.line for row in table]
    assert starts == [2 + n + sum(t.count("\n") for _, t in rows[:n]) for n in range(len(rows))]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("none.csv", None, "no file"),
        ("empty.csv", b" \n", "is empty"),
        ("header.csv", b"id,title\n", "no rows"),
        ("book.xlsx", b"PK\x03\x04zip", "save it as CSV"),
        ("feed.parquet", b"PAR1....", "Parquet"),
        ("feed.xml", b"<rss><item></rss>", "Line 1 of feed.xml is not well-formed"),
        ("feed.xml", b"<rss></rss>", "no <item>"),
        ("feed.xml", b'<!DOCTYPE r [<!ENTITY a "b">]><r><item><id>&a;</id></item></r>', "entities"),
        ("feed.jsonl", b"nothing", "no JSON object"),
        ("feed.json", b'[{"id": 1},\n{]', "Line 2 of feed.json is not JSON"),
    ],
)
def test_a_file_that_is_no_feed_is_told_in_one_sentence(tmp_path, name, data, says):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(FeedError, match=says) as error:
        read_table(tmp_path / name)
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


def test_json_lines_have_lists_and_objects(tmp_path):
    file = tmp_path / "feed.jsonl"
    file.write_text(
        '{"id": 1, "title": "Hut", "color": ["red", "blue"], "size": {"w": 1.50}}\n'
        "\n{oops\n"
        '{"id": 2, "title": null, "new": true}\n',
        encoding="utf-8",
    )
    table = read_table(file)
    assert [row.line for row in table] == [1, 4]
    assert table.rows[0].cells["color"] == ("red", "blue")
    assert table.rows[0].values("size.w") == ("1.50",)
    assert table.rows[1].values("title") == ()
    assert table.rows[1].values("new") == ("true",)
    assert [error.line for error in table.errors] == [3]


def test_a_json_list_has_line_numbers_too(tmp_path):
    file = tmp_path / "feed.json"
    file.write_text('[\n {"id": "1"},\n {"id":\n "2"},\n {"id": "3"}\n]')
    assert [(row.line, row.cells["id"]) for row in read_table(file)] == [
        (2, "1"),
        (3, "2"),
        (5, "3"),
    ]


def test_an_xml_feed_has_repeated_elements_and_details(tmp_path):
    file = tmp_path / "feed.xml"
    file.write_text(
        """<?xml version="1.0"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Shop</title>
<item>
  <g:id>1</g:id><title><![CDATA[Hat & coat]]></title>
  <g:additional_image_link>https://x.test/a</g:additional_image_link>
  <g:additional_image_link>https://x.test/b</g:additional_image_link>
  <g:product_detail><g:section_name>General</g:section_name>
    <g:attribute_name>Brim</g:attribute_name><g:attribute_value>wide</g:attribute_value>
  </g:product_detail>
</item></channel></rss>""",
        encoding="utf-8",
    )
    (row,) = read_table(file)
    assert row.line == 3
    assert row.values("title") == ("Hat & coat",)
    assert row.values("additional_image_link") == ("https://x.test/a", "https://x.test/b")
    assert row.values("product_detail") == ("General:Brim:wide",)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("<p>Soft &amp; warm</p><ul><li>Wool</li></ul>", "Soft & warm\nWool"),
        ("&lt;b&gt;Bold&lt;/b&gt; 5 &lt; 6", "Bold 5 < 6"),
        ("<script>alert(1)</script>Hat<style>p{}</style>", "Hat"),
        ("fits < 5 cm & > 2 cm", "fits < 5 cm & > 2 cm"),
        ("a\x00b\x07c\u200bd\ufeff", "abcd"),
        ("100\u00a0%  wool \r\n\r\n soft", "100 % wool\nsoft"),
        ("cafe\u0301", "café"),
        ("AT&T", "AT&T"),
    ],
)
def test_texts_lose_markup_and_nothing_else(raw, clean):
    assert clean_text(raw) == clean


def test_a_title_is_one_line():
    assert clean_line("Two\n lines<br>here") == "Two lines here"


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("红色连衣裙", "zh"),
        ("Red dress", "en"),
        ("Nike 跑步鞋", "zh"),
        ("iPhone 15 手机壳", "zh"),
        ("12", "en"),
    ],
)
def test_the_language_of_a_title_is_the_script_that_carries_it(title, language):
    assert language_of(title) == language
