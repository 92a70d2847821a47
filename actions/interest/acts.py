"""Events as what they do to the interest: one operation each, told in numbers."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Mapping, NamedTuple, Optional

from actions.interest.config import RATED_HIGH, RATED_LOW, RATED_MIDDLE, InterestConfig
from actions.interest.space import Space
from catalog.events import Event

#: Kinds of operation.
ACT, DISCOUNT, FORGET, WANT, PROFILE, SAID = range(6)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
KIND = "product_type"
#: How much it says that a product type was searched for.
_SEARCHED = 0.5


class Operation(NamedTuple):
    """What is done to a posterior."""

    kind: int
    item: int
    """Position of the product, or column of the attribute's value; -1 where it is about none."""
    long: float
    """Weight in the long term; the share that is kept; the strength that is wanted."""
    session: float
    """Weight in the session."""
    at: int
    """Milliseconds since 1970."""


def operations(event: Event, space: Space, config: InterestConfig) -> list[Operation]:
    """What an event says; nothing where it names what the space does not have."""
    at = milliseconds(event.at)
    if event.kind == "profiled":
        return _profile(event.payload, at, space, config)
    if event.kind == "searched":
        return _searched(event.payload, at, space)
    if event.kind == "corrected":
        operation = _corrected(event.payload, at, space)
        return [operation] if operation else []
    if event.product_id is None:
        return []
    item = space.position.get(event.product_id)
    weights = config.weights.get(act_of(event, config) or "")
    if item is None or weights is None or weights == (0.0, 0.0):
        return []
    return [Operation(ACT, item, float(weights[0]), float(weights[1]), at)]


def act_of(event: Event, config: InterestConfig) -> Optional[str]:
    """The name under which an event's weights stand; None where it says nothing."""
    if event.kind not in ("rated", "commented"):
        return event.kind
    value = event.payload.get("value")
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return rated(float(value), config)


def rated(value: float, config: InterestConfig) -> str:
    """The act that a rating is."""
    if value >= config.high:
        return RATED_HIGH
    return RATED_LOW if value <= config.low else RATED_MIDDLE


def key_of(attribute: str, value: str) -> str:
    """The name of a line."""
    return f"{attribute}={value}"


def column_of(key: Any, space: Space) -> Optional[int]:
    """The column that a line is about, where the space has it."""
    attribute, _, value = str(key).partition("=")
    return space.attributes.column(attribute, value)


def milliseconds(at: datetime) -> int:
    """Since 1970, without the error of a floating number."""
    passed = at - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1000 + passed.microseconds // 1000


def _corrected(payload: Mapping[str, Any], at: int, space: Space) -> Optional[Operation]:
    if payload.get("about") != "interest":
        return None
    wanted = "wants" in payload
    column = column_of(payload.get("wants" if wanted else "forget", ""), space)
    if column is None:
        return None
    if not wanted:
        return Operation(FORGET, column, 0.0, 0.0, at)
    strength = max(-1.0, min(1.0, float(payload.get("strength", 1.0))))
    return Operation(WANT, column, strength, 0.0, at)


def _profile(
    payload: Mapping[str, Any], at: int, space: Space, config: InterestConfig
) -> list[Operation]:
    found = []
    for attribute, values in payload.items():
        for value in values if isinstance(values, (list, tuple)) else [values]:
            column = space.attributes.column(attribute, str(value))
            if column is not None:
                found.append(Operation(PROFILE, column, config.profiled, 0.0, at))
    return found


def _searched(payload: Mapping[str, Any], at: int, space: Space) -> list[Operation]:
    wanted = payload.get("category") or ()
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    columns = (space.attributes.column(KIND, str(name)) for name in names)
    return [Operation(SAID, c, _SEARCHED, _SEARCHED, at) for c in columns if c is not None]
