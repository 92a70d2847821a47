"""What put a product where it is: without what is named it stands lower."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from actions.recommend.causes import causes
from actions.recommend.reasons import reasons
from actions.recommend.scoring import Weights
from actions.recommend.search import Searcher
from actions.request.types import IS, Cause, Constraint, Request, Sort
from tests.little_catalogue import ChecksumEncoder

DRESS = Constraint("product_type", IS, "dress")
REQUESTS = [
    (Request(constraints=(DRESS,)), "dress"),
    (Request(constraints=(DRESS, Constraint("color", IS, "red", hard=False))), "dress"),
    (Request(constraints=(DRESS,), liked=("wine",)), "dress"),
    (Request(similar_to=("shirt",)), ""),
    (Request(text="linen"), "linen"),
    (Request(constraints=(Constraint("material", IS, "cotton", hard=False),)), "cotton"),
]


@pytest.fixture()
def searcher(filters: Any) -> Searcher:
    return Searcher(filters, ChecksumEncoder())


def _rank(searcher: Searcher, chosen: Any, total: Any, row: int) -> int:
    """How many other products stand before one."""
    group = searcher.index.group[chosen]
    others = group != group[row]
    return len(set(group[others & (total > total[row])]))


def _causes(searcher: Searcher, request: Request) -> dict[str, tuple[Cause, ...]]:
    found = searcher.search(request, "dress", 6)
    assert found.scored is not None
    return {hit.id: causes(searcher, request, hit, found.scored, {}) for hit in found.hits}


@pytest.mark.parametrize(("request_", "query"), REQUESTS)
def test_without_a_part_that_it_rests_on_a_product_stands_lower(
    searcher: Searcher, request_: Request, query: str
) -> None:
    mask = searcher.unseen(request_, searcher.filters.hard(request_))
    scored = searcher.score(request_, query, mask, {})
    chosen, parts = scored.pool, scored.parts
    named = 0
    for hit in searcher.search(request_, query, 6).hits:
        row = int(np.searchsorted(chosen, hit.position))
        before = _rank(searcher, chosen, parts["total"], row)
        for part in hit.scores:
            total = parts["total"].copy()
            total[row] -= hit.gains[part]
            lower = _rank(searcher, chosen, total, row) > before
            # Figures of a hit are rounded.
            if abs(hit.gains[part] - hit.lead) > 1e-3:
                assert hit.rests_on(part) == lower, (hit.id, part)
                named += lower
    assert named


def test_a_wish_counts_where_it_moved_the_product(searcher: Searcher) -> None:
    wish = Constraint("color", IS, "burgundy", hard=False)
    request = Request(constraints=(DRESS, wish))
    found = _causes(searcher, request)
    assert Cause("attributes", "color") in found["wine"]
    assert all(Cause("attributes", "color") not in found[id_] for id_ in found if id_ != "wine")
    light = replace(searcher, weights=Weights(attributes=0.0))
    assert Cause("attributes", "color") not in _causes(light, request)["wine"]


def test_the_liked_product_that_is_nearest_is_named_and_none_is_like_itself(
    searcher: Searcher,
) -> None:
    searcher = replace(searcher, weights=replace(Weights(), liked=50.0))
    request = Request(constraints=(DRESS,), liked=("wine", "blue"))
    named = [(id_, c) for id_, own in _causes(searcher, request).items() for c in own]
    liked = [(id_, cause.other) for id_, cause in named if cause.part == "liked"]
    assert liked and all(other in ("wine", "blue") and other != id_ for id_, other in liked)


def test_what_is_sorted_rests_on_no_part(searcher: Searcher) -> None:
    request = Request(constraints=(DRESS,), sort=Sort("price"))
    assert not any(_causes(searcher, request).values())


def test_reasons_are_what_was_asked_for_and_what_it_rests_on(searcher: Searcher) -> None:
    wish = Constraint("color", IS, "burgundy", hard=False)
    request = Request(constraints=(DRESS, wish), text="silk")
    position = searcher.index.position["wine"]
    kinds = {r.kind for r in reasons(request, searcher.filters, position, ())}
    assert kinds == {"constraint"}
    because = (Cause("attributes", "color"), Cause("words"), Cause("liked", "red"))
    kinds = {r.kind for r in reasons(request, searcher.filters, position, because)}
    assert kinds == {"constraint", "soft", "words", "liked"}
    assert "soft" in {r.kind for r in reasons(request, searcher.filters, position, None)}


def test_causes_survive_between_two_messages() -> None:
    request = Request(because=(("a", Cause("liked", "b")), ("a", Cause("words"))))
    again = Request.from_json(request.to_json())
    assert again == request
    assert again.causes("a") == (Cause("liked", "b"), Cause("words")) and again.causes("b") == ()
