"""The blended list: whose products come first, and what stands in for what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.recommend.scoring import Weights
from actions.recommend.search import SAME_BRAND, Searcher
from actions.request.types import CONTAINS, IS, IS_NOT, Constraint, Request
from tests.little_catalogue import PRODUCTS, ChecksumEncoder, product


def made(title: str, number: int, brand: str = ""):
    return replace(product(f"p{number}", title, "100"), brand=brand)


@pytest.fixture(scope="module")
def dresses(make_filters):
    titles = ["Blue Dress Midnight", "Blue Dress", "Blue Dress", "Blue Dress", "Blue Dress"]
    many = [made(title, n, "Alba") for n, title in enumerate(titles)]
    return make_filters([*many, made("Green Dress", 9, "Berta"), made("Blue Skirt", 10, "Clara")])


def found(searcher, request, query, k=10):
    return [hit.id for hit in searcher.search(request, query, k).hits]


WORDS_ONLY = Weights(text=0.0, words=1.0, attributes=0.0, popularity=0.0)


def test_a_third_of_one_brand_gives_way_only_to_what_scores_almost_as_much(dresses):
    query = "blue dress"
    near = found(
        Searcher(dresses, ChecksumEncoder(), WORDS_ONLY, brand_margin=2.0), Request(), query
    )
    assert {"p9", "p10"} <= set(near[: SAME_BRAND + 2])
    far = found(
        Searcher(dresses, ChecksumEncoder(), WORDS_ONLY, brand_margin=0.0), Request(), query
    )
    assert set(far[:5]) == {"p0", "p1", "p2", "p3", "p4"}
    assert sorted(near) == sorted(far)


def test_whoever_names_a_brand_sees_that_brand(dresses):
    wanted = Request(constraints=(Constraint("brand", IS, "Alba"),))
    got = found(Searcher(dresses, ChecksumEncoder(), WORDS_ONLY, brand_margin=9.0), wanted, "dress")
    assert len(got) == 5


def test_the_parts_of_a_score_make_its_total(filters):
    searcher = Searcher(filters, ChecksumEncoder())
    request = Request(constraints=(Constraint("color", IS, "red"),))
    for hit in searcher.search(request, "red dress", 5).hits:
        total = sum(getattr(searcher.weights, name) * part for name, part in hit.scores.items())
        assert hit.total == pytest.approx(total, abs=1e-3)
        assert all(0 <= part <= 1 for part in hit.scores.values())


def test_nothing_that_a_filter_excludes_is_found(filters):
    searcher = Searcher(filters, ChecksumEncoder())
    request = Request(constraints=(Constraint("color", IS_NOT, "red"),))
    assert not {"red", "red-m", "wine"} & set(found(searcher, request, "red dress", 10))


def test_words_that_nothing_mentions_are_told(filters):
    searcher = Searcher(filters, ChecksumEncoder())
    assert searcher.search(Request(text="dress"), "dress", 3).by_words
    assert not searcher.search(Request(text="zeppelin"), "zeppelin", 3).by_words


def test_a_kind_that_nothing_is_called_gives_way_to_the_next_wider_one(make_filters):
    shop = make_filters([*PRODUCTS])
    midi = Constraint("product_type", IS, "midi dress", words="midi dress")
    assert shop.stands_in(midi) == ("dress",)
    ids = {shop.index.ids[p] for p in shop.mask(midi).nonzero()[0]}
    assert {"red", "wine", "blue"} <= ids
    assert "kettle" not in ids
    assert shop.stands_in(Constraint("product_type", IS, "dress")) == ()
    assert shop.stands_in(Constraint("product_type", IS, "laptop")) == ()
    assert not shop.mask(Constraint("product_type", IS, "laptop")).any()


def test_refusing_a_kind_that_nothing_is_called_refuses_nothing_else(filters):
    none = Constraint("product_type", IS_NOT, "midi dress")
    assert filters.mask(none).all()
    assert filters.stands_in(Constraint("product_type", CONTAINS, "midi")) == ()


def test_a_season_that_hardly_any_text_tells_excludes_nothing(make_filters):
    jackets = [product(f"j{n}", "Men Padded Jacket", "100") for n in range(5)]
    plain = make_filters(jackets)
    kind = Constraint("product_type", IS, "jacket")
    winter = Constraint("season", IS, "winter")
    request = Request(constraints=(kind, winter))
    assert plain.unknowable(winter, request)
    assert int(plain.hard(request).sum()) == 5
    told = make_filters([*jackets, product("w", "Men Winter Jacket", "100")])
    assert not told.unknowable(winter, request)
    assert [told.index.ids[p] for p in told.hard(request).nonzero()[0]] == ["w"]


def test_variants_of_what_results_are_to_resemble_come_only_where_it_does_not_fit_itself(filters):
    searcher = Searcher(filters, ChecksumEncoder())
    dresses = Request(constraints=(Constraint("product_type", IS, "dress"),), similar_to=("red",))
    assert not {"red", "red-m"} & set(found(searcher, dresses, "dress"))
    blue = replace(dresses, constraints=(Constraint("color", IS, "blue"),))
    everything = searcher.search(blue, "dress", 10, filters.all()).hits
    ids = [hit.id for hit in everything]
    assert "red-m" in ids and "red" not in ids
