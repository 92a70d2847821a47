"""Drawings of the demo shop's products."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from bot.storefront.colour import lightness, mix, shades
from bot.storefront.pictures import FALLBACK, Shapes, draw, in_demo_shop
from catalog.demo.definitions import FOLDER
from catalog.demo.feed import write_feed

SHAPES = Shapes.load()
ELEMENTS = {"svg", "defs", "pattern", "path", "g", "ellipse", "circle", "rect"}


def test_there_are_enough_shapes_and_each_is_used():
    assert len(SHAPES.shapes) >= 30
    used = set(SHAPES.kinds.values()) | {FALLBACK}
    assert used == set(SHAPES.shapes)


@pytest.mark.parametrize("pattern", ["", *SHAPES.patterns])
def test_every_drawing_is_plain_svg(pattern):
    for kind in SHAPES.kinds:
        for color in ("Black", "White", "Red", ""):
            tree = ElementTree.fromstring(draw(("Women", kind), color, pattern))
            names = {one.tag.split("}")[1] for one in tree.iter()}
            assert names <= ELEMENTS
            paints = {one.get("fill") for one in tree.iter()} | {
                one.get("stroke") for one in tree.iter()
            }
            assert paints <= {None, "none", "url(#cloth)"} | {
                paint for paint in paints if paint and paint.startswith("#") and len(paint) == 7
            }


def test_colour_and_pattern_of_the_product_are_seen():
    red, blue = draw(("Women", "Dresses"), "Red"), draw(("Women", "Dresses"), "Blue")
    assert SHAPES.colors["Red"] in red and SHAPES.colors["Red"] not in blue
    assert "pattern" not in red
    assert "url(#cloth)" in draw(("Women", "Dresses"), "Red", "Polka dot")


def test_nothing_of_a_feed_gets_into_a_picture():
    hostile = '"><script>alert(1)</script>'
    drawn = draw((hostile, hostile), hostile, hostile)
    assert "script" not in drawn
    assert drawn == draw(("Unknown",), "", "")


def test_each_kind_and_colour_of_the_demo_shop_has_its_own(tmp_path):
    assert FOLDER.is_dir()
    feed, _ = write_feed(tmp_path)
    header, *lines = feed.read_text("utf-8").splitlines()
    columns = header.split("\t")
    kind, color, pattern = (columns.index(c) for c in ("product_type", "color", "pattern"))
    for line in lines:
        cells = line.split("\t")
        path = cells[kind].split(" > ")
        # Drawn from the narrowest name or the one above it, and not from the department.
        assert any(name in SHAPES.kinds for name in path[1:]) or len(path) == 1, path
        assert not cells[color] or cells[color] in SHAPES.colors, cells[color]
        known = cells[pattern].lower() in (*SHAPES.patterns, "", "solid")
        assert known, cells[pattern]


def test_mixing_is_linear():
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert mix("#102030", "#ffffff", 0) == "#102030"
    assert lightness("#ffffff") == pytest.approx(1) and lightness("#000000") == 0
    assert shades("#ffffff")["main"] == "#ffffff"


def test_cards_get_pictures_and_pages_of_the_demo_shop():
    item = {"id": "a/b 1", "title": "A", "image": "https://nowhere.example/a.svg", "url": None}
    shown = in_demo_shop({"type": "products", "items": [item, "odd", {"id": 3}]})
    assert shown["items"][0]["image"] == "/shop/pictures/a%2Fb%201.svg"
    assert shown["items"][0]["url"] == "/shop/product/a%2Fb%201"
    assert shown["items"][1:] == ["odd", {"id": 3}]
    assert item["url"] is None
    assert in_demo_shop({"type": "message"}) == {"type": "message"}
