"""How long the next move takes over a large catalogue, made by a seed."""

from __future__ import annotations

import time
from typing import Any, Optional

import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from actions.recommend.asking.attributes import Attributes
from actions.recommend.asking.belief import Belief
from actions.recommend.asking.config import AskConfig
from actions.recommend.asking.evidence import Answer, Choice, Evidence, NotTaken
from actions.recommend.asking.likely import Likely
from actions.recommend.asking.move import Move, next_move
from actions.recommend.asking.naming import Amounts
from actions.recommend.inquiry import questions

#: Attributes and how many values each has at most.
ATTRIBUTES, FEWEST, MOST_VALUES = 20, 3, 400
#: Shares of products of which something is known of an attribute, and that have a second value.
KNOWN, SECOND = (0.25, 0.85), 0.1
SESSIONS, TURNS = 20, 6


def evaluate_speed(products: int, seed: int, own: Optional[Attributes] = None) -> dict[str, Any]:
    """Time ``next_move`` through conversations, on one thread.

    Products have about 11 values of 20 attributes, the values' frequencies as Zipf's law has
    them, confidences from 0.3 to 1, a prior of long-tailed scores. Each conversation is of
    ``TURNS`` moves; a shopper with a product in mind answers, lists are not taken.

    Parameters
    ----------
    own
        A catalogue to take instead of a made one.

    Returns
    -------
    ``p50_ms`` and ``p95_ms`` of a move, and of the first moves alone, where nothing is known yet;
    ``update_p95_ms``: taking an answer in; ``below_a_list_p95_ms``: the question below a list, as
    the assistant chooses it.
    """
    rng = np.random.default_rng(seed)
    attributes = synthetic_attributes(products, rng) if own is None else own
    products = len(attributes)
    scores = rng.pareto(1.5, products)
    prices = Amounts.of(rng.lognormal(6.0, 1.0, products))
    moves: list[list[float]] = []
    asked: list[float] = []
    updates: list[float] = []
    with threadpool_limits(1):
        next_move(Belief.of(attributes, scores))
        for target in rng.integers(0, products, SESSIONS):
            belief = Belief.of(attributes, scores, AskConfig())
            moves.append([])
            for _ in range(TURNS):
                started = time.perf_counter()
                move = next_move(belief)
                moves[-1].append((time.perf_counter() - started) * 1000)
                started = time.perf_counter()
                questions(belief, Likely(belief), (), (), prices, best=True)
                asked.append((time.perf_counter() - started) * 1000)
                started = time.perf_counter()
                belief = belief.after(_reply(attributes, move, int(target), rng))
                updates.append((time.perf_counter() - started) * 1000)
    every = np.concatenate([np.array(one) for one in moves])
    return {
        "products": products,
        "values": len(attributes.keys),
        "attributes": len(attributes.names),
        "values_per_product": round(attributes.matrix.nnz / max(1, products), 1),
        "seed": seed,
        "moves": len(every),
        "p50_ms": _percentile(every, 50),
        "p95_ms": _percentile(every, 95),
        "first_p95_ms": _percentile(np.array([one[0] for one in moves]), 95),
        "update_p95_ms": _percentile(np.array(updates), 95),
        "below_a_list_p95_ms": _percentile(np.array(asked), 95),
    }


def synthetic_attributes(products: int, rng: np.random.Generator) -> Attributes:
    """A catalogue of this many products, see `evaluate_speed`."""
    keys: list[tuple[str, str]] = []
    rows, columns = [], []
    sizes = np.unique(np.geomspace(FEWEST, MOST_VALUES, ATTRIBUTES * 2).astype(int))[-ATTRIBUTES:]
    for number, size in enumerate(sizes):
        weights = 1 / np.arange(1, size + 1)
        known = np.flatnonzero(rng.random(products) < rng.uniform(*KNOWN))
        second = known[rng.random(len(known)) < SECOND]
        having = np.concatenate([known, second])
        rows.append(having)
        columns.append(len(keys) + rng.choice(size, len(having), p=weights / weights.sum()))
        keys += [(f"attribute {number}", f"value {value}") for value in range(size)]
    cells = (np.concatenate(rows), np.concatenate(columns))
    evidence = rng.choice([0.3, 0.6, 0.8, 0.9, 1.0], len(cells[0]), p=[0.1, 0.1, 0.4, 0.3, 0.1])
    matrix = sp.coo_matrix((evidence, cells), (products, len(keys))).tocsr()
    return Attributes(keys, matrix)


def _reply(attributes: Attributes, move: Move, target: int, rng: np.random.Generator) -> Evidence:
    if move.recommend or move.question is None:
        return NotTaken(tuple(p for p in move.products.tolist() if p != target))
    columns = move.question.columns
    likely = [float(attributes.named(column)[target]) for column in columns]
    if len(columns) == 1:
        return Answer(columns[0], bool(rng.random() < likely[0]))
    drawn = np.flatnonzero(rng.random() < np.cumsum(likely))
    return Choice(columns, columns[int(drawn[0])] if len(drawn) else None)


def _percentile(ms: np.ndarray, q: float) -> float:
    return round(float(np.percentile(ms, q)), 2)
