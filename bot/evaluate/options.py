"""Options of training as they are written on a command line: ``name=value``."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Iterable, Optional, Union, get_args, get_origin, get_type_hints

from bot.nlu.training.config import TrainConfig
from catalog.errors import ShoptalkError

TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
NONE = ("", "none")
#: Set by an option of the command itself.
ELSEWHERE = {"seed": "--seed"}


def train_config(options: Iterable[str], seed: int = 0) -> TrainConfig:
    """The configuration with some options changed; the last of a name counts.

    >>> train_config(["epochs=2", "targets=query,key", "words=yes"]).targets
    ('query', 'key')

    Raises
    ------
    ShoptalkError
        For a name that does not exist, or a value that does not fit it.
    """
    hints = get_type_hints(TrainConfig)
    defaults = {field.name: field.default for field in fields(TrainConfig)}
    chosen: dict[str, Any] = {}
    for option in options:
        name, equals, text = (part.strip() for part in option.partition("="))
        if name in ELSEWHERE:
            raise ShoptalkError(f"Say the {name} with {ELSEWHERE[name]}.")
        if not equals or name not in defaults:
            known = ", ".join(n for n in defaults if n not in ELSEWHERE)
            problem = f"no training option {name!r}" if equals else f"no value in {option!r}"
            raise ShoptalkError(f"There is {problem}: write name=value with one of {known}.")
        chosen[name] = _value(name, text, hints[name], defaults[name])
    return TrainConfig(**chosen, seed=seed)


def _value(name: str, text: str, kind: Any, default: Any) -> Any:
    if get_origin(kind) is Union:
        kind = next(k for k in get_args(kind) if k is not type(None))
        if text.casefold() in NONE:
            return None
        default = default or 1  # what may be left out is not 0 where it is given
    if kind is bool:
        if text.casefold() not in (*TRUE, *FALSE):
            raise ShoptalkError(f"The training option {name} is true or false, not {text!r}.")
        return text.casefold() in TRUE
    if get_origin(kind) is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return _number(name, text, kind, default) if kind in (int, float) else text


def _number(name: str, text: str, kind: type, default: Any) -> Optional[float]:
    # A count whose default is positive makes no sense as 0; a weight or share may be 0.
    least = 1 if kind is int and default else 0
    what = "a whole number" if kind is int else "a number"
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not least <= value < float("inf"):
        raise ShoptalkError(
            f"The training option {name} is {what}, at least {least}, not {text!r}."
        )
    return value
