"""One operation on a posterior: what an act, a correction or a discount makes of it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Callable

import numpy as np

from actions.interest.acts import ACT, DISCOUNT, FORGET, PROFILE, SAID, WANT, Operation
from actions.interest.apart import join
from actions.interest.config import InterestConfig
from actions.interest.posterior import PRODUCTS, Evidence, Posterior, Vector, nothing
from actions.interest.space import Space

_DAY, _HOUR = 86_400_000.0, 3_600_000.0


def updated(
    posterior: Posterior, operation: Operation, space: Space, config: InterestConfig
) -> Posterior:
    """The posterior after an operation; a pure function, and the same to the last bit."""
    return _OPERATIONS[operation.kind](posterior, operation, space, config)


def _act(before: Posterior, act: Operation, space: Space, config: InterestConfig) -> Posterior:
    return _evidence(
        before,
        act,
        space.vectors[act.item],
        space.columns(act.item, config.least).tolist(),
        (act.item,),
        space,
        config,
    )


def _said(before: Posterior, act: Operation, space: Space, config: InterestConfig) -> Posterior:
    """A value was named: interest in its products at large."""
    return _evidence(before, act, space.centre(act.item), [act.item], (), space, config)


def _evidence(
    before: Posterior,
    act: Operation,
    vector: Vector,
    columns: list[int],
    products: tuple[int, ...],
    space: Space,
    config: InterestConfig,
) -> Posterior:
    long, session = act.long, act.session
    passed = max(0, act.at - before.at) if before.acts else 0
    size = min(1.0, max(abs(long), abs(session)))
    aged = size / config.half_life + passed / (_DAY * config.half_life_days)
    kept = 2.0**-aged
    fleeting = 2.0 ** -(size / config.session_half_life + passed / (_HOUR * config.session_hours))
    clock = before.clock + aged
    kept32 = np.float32(kept)
    sums, mass, held = before.sums * kept32, before.mass * kept, before.held * kept
    avoided, avoided_mass = before.avoided * kept32, before.avoided_mass * kept
    if long > 0:
        join(sums, mass, held, vector, long, space, config)
    elif long < 0:
        avoided = avoided - np.float32(long) * vector
        avoided_mass -= long
    return Posterior(
        at=max(before.at, act.at),
        acts=before.acts + 1,
        clock=clock,
        sums=sums,
        mass=mass,
        held=held,
        session=before.session * np.float32(fleeting) + np.float32(session) * vector,
        session_mass=before.session_mass * fleeting + abs(session),
        avoided=avoided,
        avoided_mass=avoided_mass,
        liked_mass=before.liked_mass * kept + max(0.0, long),
        disliked_mass=before.disliked_mass * kept + max(0.0, -long),
        lines=_lines(before, clock, long, columns, products, config),
    )


def _lines(
    before: Posterior,
    clock: float,
    weight: float,
    columns: list[int],
    products: tuple[int, ...],
    config: InterestConfig,
) -> dict[int, Evidence]:
    lines = dict(before.lines)
    if weight:
        for column in columns:
            old = lines.get(column) or nothing(clock)
            kept = 2.0 ** (old.clock - clock)
            liked = old.liked * kept + max(0.0, weight)
            disliked = old.disliked * kept + max(0.0, -weight)
            seen = old.products
            if (weight > 0) == (liked >= disliked):
                seen = (*(p for p in seen if p not in products), *products)[-PRODUCTS:]
            lines[column] = Evidence(
                clock,
                liked,
                disliked,
                old.liked_before * kept,
                old.disliked_before * kept,
                old.stated,
                old.profiled,
                old.events + 1,
                seen,
            )
    if len(lines) <= config.lines:
        return lines
    return _most_telling(lines, config.lines)


def _most_telling(lines: dict[int, Evidence], most: int) -> dict[int, Evidence]:
    """Three quarters of the most, so that it is not done at every act."""

    def telling(column: int) -> tuple[bool, float, int]:
        line = lines[column]
        weight = line.liked + line.disliked
        said = line.stated != 0 or line.profiled != 0 or line.liked_before > 0
        return said, (math.log2(weight) + line.clock if weight > 0 else -math.inf), -column

    kept = set(sorted(lines, key=telling, reverse=True)[: max(1, 3 * most // 4)])
    return {column: line for column, line in lines.items() if column in kept}


def _discount(before: Posterior, of: Operation, space: Space, config: InterestConfig) -> Posterior:
    """Keep a share; what was taken is held, for it may come back."""
    keep = max(0.0, min(1.0, of.long))
    keep32 = np.float32(keep)
    return replace(
        before,
        sums=before.sums * keep32,
        mass=before.mass * keep,
        held=before.held + before.mass * (1.0 - keep),
        session=before.session * keep32,
        session_mass=before.session_mass * keep,
        avoided=before.avoided * keep32,
        avoided_mass=before.avoided_mass * keep,
        liked_mass=before.liked_mass * keep,
        disliked_mass=before.disliked_mass * keep,
        lines={
            column: line._replace(
                liked=line.liked * keep,
                disliked=line.disliked * keep,
                liked_before=line.liked_before * keep,
                disliked_before=line.disliked_before * keep,
            )
            for column, line in before.lines.items()
        },
    )


def _forget(before: Posterior, of: Operation, space: Space, config: InterestConfig) -> Posterior:
    """Nothing is known of a line, and nothing in the interest points its way any more."""
    centre = space.centre(of.item)

    def away(vectors: Vector) -> Vector:
        share = np.maximum((vectors * centre).sum(axis=-1, keepdims=True), 0.0)
        return (vectors - share * centre).astype(np.float32)

    forgotten = nothing(before.clock)._replace(
        liked_before=before.liked_mass, disliked_before=before.disliked_mass
    )
    return replace(
        before,
        sums=away(before.sums),
        session=away(before.session),
        lines={**before.lines, of.item: forgotten},
    )


def _want(before: Posterior, of: Operation, space: Space, config: InterestConfig) -> Posterior:
    """What the shopper says of a line counts, whatever the evidence."""
    line = before.lines.get(of.item) or nothing(before.clock)
    return replace(before, lines={**before.lines, of.item: line._replace(stated=of.long)})


def _profile(before: Posterior, of: Operation, space: Space, config: InterestConfig) -> Posterior:
    line = before.lines.get(of.item) or nothing(before.clock)
    return replace(before, lines={**before.lines, of.item: line._replace(profiled=of.long)})


_OPERATIONS: dict[int, Callable[[Posterior, Operation, Space, InterestConfig], Posterior]] = {
    ACT: _act,
    DISCOUNT: _discount,
    FORGET: _forget,
    WANT: _want,
    PROFILE: _profile,
    SAID: _said,
}
