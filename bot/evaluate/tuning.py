"""Choosing a model's options on validation data, with the same effort for every model."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Callable, Mapping, Sequence


@dataclass(frozen=True)
class Tuned:
    """What a search found."""

    config: Any
    score: float
    """On the validation data; higher is better."""
    trials: int
    chosen: Mapping[str, Any]
    """The options that were searched, as they were chosen."""


def tune(
    config: Any,
    space: Mapping[str, Sequence[Any]],
    score: Callable[[Any], float],
    trials: int,
    seed: int,
) -> Tuned:
    """Try the usual config and ``trials - 1`` others; the best is kept, of equals the first.

    Half of the others are drawn from the whole space, the rest change one option of the best.

    Parameters
    ----------
    space
        Option (``part.option`` for that of a part) → values worth trying.
    score
        Gives the validation score of a config.
    """
    drawn = random.Random(seed)
    start = {name: option(config, name) for name in space}
    tried: dict[tuple[Any, ...], float] = {}

    def attempt(choice: Mapping[str, Any]) -> None:
        key = tuple(choice[name] for name in space)
        if key not in tried:
            tried[key] = score(configured(config, choice))

    attempt(start)
    size = 1
    for name, values in space.items():
        size *= len({*values, start[name]})
    for number in range(20 * trials):
        if len(tried) >= min(trials, size):
            break
        choice = dict(zip(space, _best(tried), strict=True))
        if len(tried) <= trials // 2 or number % 20 == 19:
            choice = {name: drawn.choice(values) for name, values in space.items()}
        else:
            name = drawn.choice(list(space))
            choice[name] = drawn.choice(space[name])
        attempt(choice)
    best = _best(tried)
    found = dict(zip(space, best, strict=True))
    return Tuned(configured(config, found), tried[best], len(tried), found)


def _best(tried: Mapping[tuple[Any, ...], float]) -> tuple[Any, ...]:
    return max(tried, key=lambda key: tried[key])


def option(config: Any, name: str) -> Any:
    """The value of ``part.option`` in a config."""
    for part in name.split("."):
        config = getattr(config, part)
    return config


def configured(config: Any, choice: Mapping[str, Any]) -> Any:
    """The config with some options changed.

    Raises
    ------
    AttributeError
        For an option that does not exist.
    """
    for name, value in choice.items():
        part, _, rest = name.partition(".")
        if (
            not is_dataclass(config)
            or isinstance(config, type)
            or part not in {f.name for f in fields(config)}
        ):
            raise AttributeError(f"{type(config).__name__} has no option {part!r}.")
        new = configured(getattr(config, part), {rest: value}) if rest else value
        config = replace(config, **{part: new})
    return config
