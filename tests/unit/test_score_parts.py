"""Parts of a score beyond words: what goes with what, prices that suit, what is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import scipy.sparse as sp

from actions.recommend.exposure import Exposure, of_the_tail
from actions.recommend.long_tail import LongTailPolicy
from actions.recommend.parts import Traits, companionship, wished_price
from actions.recommend.search import Searcher
from actions.request.types import ABOUT, AT_MOST, Constraint, Request
from catalog.graph.together import Together
from tests.little_catalogue import ChecksumEncoder, product


@pytest.fixture(scope="module")
def priced(make_filters):
    prices = ["50", "100", "200", "400", None]
    goods = [product(f"p{n}", "Lamp", price) for n, price in enumerate(prices)]
    return make_filters([replace(p, added=date(2025, 1, 1 + n)) for n, p in enumerate(goods)])


def fit(priced, constraint):
    found = wished_price(Request(constraints=(constraint,)), priced, np.arange(5))
    return None if found is None else dict(zip(priced.index.ids, found.tolist(), strict=True))


def test_the_nearer_to_a_price_that_was_wished_for_the_better(priced):
    near = fit(priced, Constraint("price", ABOUT, 100.0))
    assert near["p1"] == pytest.approx(1)
    assert near["p0"] == pytest.approx(near["p2"], abs=0.01)
    assert 1 > near["p2"] > near["p3"] > near["p4"] == 0


def test_a_limit_that_need_not_be_kept_is_kept_by_what_is_below(priced):
    within = fit(priced, Constraint("price", AT_MOST, 100.0, hard=False))
    assert within["p0"] == within["p1"] == 1 > within["p2"] > within["p3"]


def test_a_hard_limit_is_no_wish(priced):
    assert fit(priced, Constraint("price", AT_MOST, 100.0)) is None
    assert wished_price(Request(), priced, np.arange(5)) is None


def test_the_newest_has_most_and_the_parts_stay_within_bounds(priced):
    hits = Searcher(priced, ChecksumEncoder()).search(Request(text="lamp"), "lamp", 5).hits
    new = {hit.id: hit.scores["freshness"] for hit in hits}
    assert max(new, key=new.__getitem__) == "p4" and new["p4"] == 1
    assert all(0 <= score <= 1 for hit in hits for score in hit.scores.values())
    assert all("graph" not in hit.scores and "price_fit" not in hit.scores for hit in hits)


def test_what_is_taken_with_what_was_taken_has_a_part():
    pairs = sp.csr_matrix(np.array([[0, 9, 0], [9, 0, 0], [0, 0, 0]]))
    counts = np.array([10, 10, 10])
    kinds = np.array([0, 1, 2])
    together = Together(kinds, counts, pairs, counts, pairs.toarray(), 100)
    part = companionship(together, {0: 1.0}, np.array([1, 2]))
    assert 1 > part[0] > 0.5 and part[1] == 0
    assert companionship(together, {0: 0.5}, np.array([1]))[0] == pytest.approx(part[0] / 2)
    assert not companionship(together, {}, np.array([1, 2])).any()


def test_few_products_say_little_of_what_is_usually_paid():
    traits = Traits(np.array([0.1, 0.2, 0.9, np.nan], np.float32), None)
    pool = np.array([0, 2, 3])
    once, often = traits.usual([0], pool), traits.usual([0, 1, 0, 1, 0], pool)
    assert once[0] > once[2] > once[1]
    assert often[0] - often[1] > once[0] - once[1]
    assert traits.usual([], pool) is None and traits.usual([3], pool) is None


def exposure(tail, price=0.5):
    return Exposure(LongTailPolicy(price), 0.1, 0.0, np.array(tail), np.zeros(len(tail), np.int64))


def exchanged(own, brands="", locked=()):
    above = np.zeros(len(own.tail), np.float32)
    listed = list(range(len(own.tail)))
    brand = lambda position: brands[position] if brands else ""  # noqa: E731
    return own.exchanged(listed, above, 3, 2, brand, locked)


def test_exchanges_leave_a_whole_list():
    listed, came = exchanged(exposure([False] * 3 + [True] * 3))
    assert came and sorted(listed) == list(range(6))
    assert set(listed[:3]) >= came


def test_what_a_rule_put_there_stays_and_what_it_put_lower_does_not_come_in():
    own = exposure([False] * 3 + [True] * 2)
    listed, came = exchanged(own, locked={0, 1, 2})
    assert listed == list(range(5)) and not came
    _, came = exchanged(own, locked={3})
    assert came == {4}


def test_what_comes_in_makes_no_list_of_one_brand():
    own = exposure([False] * 3 + [True] * 4)
    listed, _ = exchanged(own, brands="aabaaaa")
    assert "".join("aabaaaa"[p] for p in listed[:3]).count("a") <= 2


def test_the_long_tail_is_of_products_not_of_variants():
    counts, group = np.array([3, 3, 5, 1, 0, 1]), np.array([0, 0, 1, 2, 3, 4], np.int32)
    assert of_the_tail(counts, group).tolist() == [False, False, True, True, True, True]
