"""Requests of all kinds over any shop, drawn by a seed: what reasons are asked of."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Iterator, Mapping, Optional

import numpy as np

from actions.recommend.filters import MEETS
from actions.request.types import AT_MOST, IS, Constraint, Request
from actions.turn.context import Context

#: What a shopper wants outright, and what would be nice.
FIRM = ("gender", "color", "material")
NICE = ("occasion", "style", "season", "pattern", "color")


@dataclass(frozen=True)
class Asked:
    """One search."""

    request: Request
    query: str
    history: Mapping[str, float]


def searches(context: Context, seed: int) -> Iterator[Asked]:
    """Searches without end; each starts from a product that can be bought and asks for its like."""
    drawn = random.Random(seed)
    index = context.index
    open_to = np.flatnonzero(context.filters.base(Request()))
    of_kind: dict[str, list[int]] = {}
    for position in open_to.tolist():
        if kind := _value(context, position, "product_type", drawn):
            of_kind.setdefault(kind, []).append(position)
    kinds = sorted(kind for kind, positions in of_kind.items() if len(positions) >= 12)
    while kinds:
        kind = drawn.choice(kinds)
        target = drawn.choice(of_kind[kind])
        near = [index.ids[p] for p in drawn.sample(of_kind[kind], 3) if p != target]
        request = _wishes(context, kind, target, drawn)
        form = drawn.choice(("plain", "plain", "liked", "similar", "history", "goes_with", "text"))
        history: dict[str, float] = {}
        if form == "liked":
            request = replace(request, liked=tuple(near[:2]))
        elif form == "similar":
            request = replace(request, similar_to=(near[0],))
        elif form == "history":
            history = dict.fromkeys(near, 1.0)
        elif form == "goes_with":
            request = Request(goes_with=(index.ids[target],))
        elif form == "text":
            product = context.product(index.ids[target])
            words = product.title_in(product.language).split() if product else []
            request = replace(request, constraints=(), text=drawn.choice(words) if words else "")
        yield Asked(request, _query(context, request), history)


def _wishes(context: Context, kind: str, target: int, drawn: random.Random) -> Request:
    constraints = [Constraint("product_type", IS, kind)]
    for attribute in drawn.sample(FIRM, 1):
        value = _value(context, target, attribute, drawn)
        if value and drawn.random() < 0.5:
            constraints.append(Constraint(attribute, IS, value, words=value))
    taken = {constraint.attribute for constraint in constraints}
    for attribute in drawn.sample(NICE, 2):
        value = _value(context, target, attribute, drawn)
        if value and attribute not in taken:
            constraints.append(Constraint(attribute, IS, value, hard=False, words=value))
    price = float(context.index.price[target])
    if not np.isnan(price) and drawn.random() < 0.3:
        constraints.append(Constraint("price", AT_MOST, round(1.3 * price, 2)))
    return Request(constraints=tuple(constraints))


def _value(context: Context, position: int, attribute: str, drawn: random.Random) -> Optional[str]:
    own = context.index.facets.of(position).get(attribute, [])
    sure = [value for value, confidence, _source in own if confidence >= MEETS]
    return drawn.choice(sure) if sure else None


def _query(context: Context, request: Request) -> str:
    language = (context.shop.settings.languages or ("en",))[0]
    said = [
        context.describer.value(c.attribute, value, language)
        for c in request.constraints
        if c.op == IS
        for value in c.values
    ]
    return " ".join(part for part in (*said, request.text) if part)
