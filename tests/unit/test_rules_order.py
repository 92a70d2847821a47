"""With any rules: hard constraints hold, an order asked for stays, and reasons are true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.recommend.filters import Filters
from actions.recommend.rules import RuledFilters
from actions.recommend.rules.order import LOWERED
from actions.recommend.search import Found, Searcher
from actions.request.types import Constraint, Request, Sort
from catalog.rules.model import (
    BOOST,
    BURY,
    KINDS,
    MARGIN,
    MOST_BOOST,
    MOST_BURY,
    MOST_MARGIN,
    ORDERING,
    PIN,
    Clause,
    Condition,
    Rule,
    RuleSet,
    Selection,
)
from tests.little_catalogue import PRODUCTS, ChecksumEncoder, SameEncoder

TODAY = date(2026, 6, 15)
IDS = [p.id for p in PRODUCTS]
K = 8

clauses = st.one_of(
    st.builds(
        Clause,
        st.just("color"),
        st.sampled_from(["is", "is_not"]),
        st.lists(st.sampled_from(["red", "blue", "white", "mauve"]), min_size=1).map(tuple),
    ),
    st.builds(Clause, st.just("category"), st.just("is"), st.just(("dress",))),
    st.builds(
        Clause,
        st.sampled_from(["price", "rating", "gone"]),
        st.sampled_from(["at_most", "at_least"]),
        st.tuples(st.sampled_from([100.0, 300.0, "4 kg", "much"])),
    ),
)
selections = st.one_of(
    st.lists(
        st.sampled_from([*IDS, "gone-from-the-shop"]), min_size=1, max_size=3, unique=True
    ).map(lambda found: Selection(products=tuple(found))),
    st.lists(clauses, min_size=1, max_size=2).map(lambda found: Selection(tuple(found))),
)
AMOUNTS = {
    PIN: st.integers(1, 10).map(float),
    BOOST: st.floats(0.01, MOST_BOOST),
    BURY: st.floats(0.01, MOST_BURY),
    MARGIN: st.floats(0.01, MOST_MARGIN),
    "age_limited": st.integers(1, 99).map(float),
}


@st.composite
def rule_sets(draw: Any, kinds: tuple[str, ...] = KINDS) -> RuleSet:
    """Up to five rules of any kinds."""
    rules = []
    for n, kind in enumerate(draw(st.lists(st.sampled_from(kinds), max_size=5))):
        rule = Rule(
            f"rule {n}",
            kind,
            Selection() if kind == MARGIN else draw(selections),
            other=draw(selections) if kind == "incompatible" else Selection(),
            amount=draw(AMOUNTS.get(kind, st.just(0.0))),
            attribute="capacity" if kind == MARGIN else "",
            when=draw(
                st.sampled_from(
                    [
                        Condition(),
                        Condition(text=("red", "红")),
                        Condition((Clause("color", "is", ("red",)),)),
                    ]
                )
            ),
        )
        rules.append(rule)
    return RuleSet(tuple(rules))


constraints = st.sampled_from(
    [
        Constraint("product_type", "is", "dress", words="dress"),
        Constraint("color", "is", "red", words="red"),
        Constraint("color", "is_not", "blue"),
        Constraint("price", "at_most", 400.0),
        Constraint("price", "at_most", 40.0, currency="USD"),
        Constraint("material", "is_not", "polyester"),
        Constraint("color", "is", ("red", "white"), hard=False),
    ]
)
requests = st.builds(
    Request,
    constraints=st.lists(constraints, max_size=3, unique_by=lambda c: (c.attribute, c.op)).map(
        tuple
    ),
    sort=st.sampled_from([None, None, Sort("price"), Sort("price", descending=True)]),
    text=st.sampled_from(["", "linen", "red", "nothing of the kind"]),
    similar_to=st.sampled_from([(), (), ("red",)]),
    rejected=st.lists(st.sampled_from(IDS), max_size=2).map(tuple),
    chosen=st.lists(st.sampled_from(IDS), max_size=2).map(tuple),
    shown=st.lists(st.sampled_from(IDS), max_size=3).map(tuple),
)
slow = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def search(filters: Filters, rules: RuleSet, request: Request, age: int = 0, k: int = K) -> Found:
    ruled = RuledFilters(filters.index, filters.rates, rules, lambda: TODAY).of_age(age)
    words = " ".join([*(c.words for c in request.constraints if c.words), request.text]).strip()
    return Searcher(ruled, ChecksumEncoder(), rules=ruled.rules).search(request, words, k)


@slow
@given(rules=rule_sets(), request=requests, age=st.sampled_from([0, 18, 99]))
def test_with_any_rules_every_hard_constraint_holds(filters, rules, request, age):
    found = search(filters, rules, request, age)
    met = filters.hard(request)
    shown = [hit.position for hit in found.hits]
    assert all(met[position] for position in shown)
    groups = filters.index.group[shown].tolist()
    assert len(groups) == len(set(groups)) <= K
    unwanted = {filters.index.position[i] for i in (*request.shown, *request.rejected)}
    assert not unwanted & set(shown)
    for hit in found.hits:
        assert np.isfinite(hit.total)


@slow
@given(rules=rule_sets(), request=requests)
def test_an_order_that_was_asked_for_is_kept(filters, rules, request):
    request = replace(request, sort=Sort("price"))
    prices = [filters.index.price[hit.position] for hit in search(filters, rules, request).hits]
    known = [price for price in prices if np.isfinite(price)]
    assert known == sorted(known)


@slow
@given(rules=rule_sets(("exclude", "require", "age_limited", "incompatible")), request=requests)
def test_rules_that_take_away_only_take_away(filters, rules, request):
    """What is left keeps its order, brands and variants apart."""
    plain = replace(request, sort=Sort("price"))
    with_rules = [hit.id for hit in search(filters, rules, plain, k=99).hits]
    without = [hit.id for hit in search(filters, RuleSet(), plain, k=99).hits]
    groups = filters.index.group
    position = filters.index.position
    kept = [groups[position[i]] for i in with_rules]
    assert [g for g in (groups[position[i]] for i in without) if g in kept] == kept


@slow
@given(rules=rule_sets(ORDERING), request=requests)
def test_a_rule_is_a_reason_only_where_it_moved_the_product(filters, rules, request):
    found = search(filters, rules, request)
    places = {hit.id: place for place, hit in enumerate(found.hits)}
    names = {rule.name: rule for rule in rules.rules}
    for hit in found.hits:
        mine = [names[n.removeprefix("rule:")] for n in hit.scores if n.startswith("rule:")]
        changed = False
        # Of several rules that pin one product each alone would do: together they are the reason.
        pins = [r for r in rules.rules if r.kind == "pin" and hit.id in r.selection.products]
        for without in [*([rule] for rule in mine), pins, [*mine, *pins]]:
            others = RuleSet(tuple(r for r in rules.rules if r not in without))
            before = {h.id: n for n, h in enumerate(search(filters, others, request).hits)}
            changed = changed or before.get(hit.id, K) != places[hit.id]
        assert changed or not hit.moved
    if request.sort is not None:
        assert not any(hit.moved for hit in found.hits)


@slow
@given(rules=rule_sets((BOOST, BURY, MARGIN)), request=requests)
def test_what_rules_add_is_bounded_however_many_they_are(filters, rules, request):
    request = replace(request, sort=None)
    plain = {hit.id: hit.total for hit in search(filters, RuleSet(), request).hits}
    for hit in search(filters, rules, request).hits:
        points = sum(value for name, value in hit.scores.items() if name.startswith("rule:"))
        assert -MOST_BURY - 1e-3 <= points <= MOST_BOOST + MOST_MARGIN + 1e-3
        if hit.id in plain:
            assert hit.total == pytest.approx(plain[hit.id] + points, abs=2e-3)


def test_without_rules_the_list_is_the_one_it_was(filters):
    request = Request((Constraint("product_type", "is", "dress"),))
    plain = Searcher(filters, ChecksumEncoder()).search(request, "dress", K)
    assert search(filters, RuleSet(), request).hits != ()
    ruled = RuledFilters(filters.index, filters.rates, RuleSet(), lambda: TODAY)
    same = Searcher(ruled, ChecksumEncoder(), rules=ruled.rules).search(request, "dress", K)
    assert same == plain


def test_lowering_one_is_no_reason_for_another(filters):
    request = Request((Constraint("product_type", "is", "dress"),))
    ruled = RuledFilters(
        filters.index,
        filters.rates,
        RuleSet((Rule("down", BURY, Selection(products=("red", "red-m")), amount=0.5),)),
        lambda: TODAY,
    )
    hits = Searcher(ruled, SameEncoder(), rules=ruled.rules).search(request, "dress", K).hits
    moved = {hit.id: hit.moved for hit in hits if hit.moved}
    assert set(moved) <= {"red", "red-m"}
    assert all(ways == (LOWERED,) for ways in moved.values())
