"""Concepts as the YAML writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from catalog.text import fold

#: Marks a name in the YAML that counts only where its surroundings support it, as a single
#: Chinese character does anyway, unless it is marked as strong. A quiet name is understood as a
#: value that a feed gives, and shown, but never found in what people say.
_WEAK, _STRONG, QUIET = "~", "+", "="
_MARKS = _WEAK + _STRONG + QUIET


@dataclass(frozen=True)
class Concept:
    """One value of one attribute, by whatever name: maroon, 酒红色 and burgundy are names."""

    attribute: str
    id: str
    """Plain lower-case English, unique within the attribute."""
    names: Mapping[str, tuple[str, ...]]
    """Language → names, the one to display first."""
    broader: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    weak: frozenset[str] = frozenset()
    """Folded names that need support from the words around them."""
    quiet: frozenset[str] = frozenset()
    """Folded names that are for feeds only."""
    also: tuple[tuple[str, str], ...] = ()
    """What a product with this value has too, as (attribute, value)."""


def split(text: object) -> list[str]:
    """The names in a text with commas."""
    return [part.strip() for part in str(text or "").split(",") if part.strip()]


def names_of(spec: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Language → names as they are written, marks included."""
    return {language: tuple(split(spec.get(language))) for language in ("en", "zh")}


def unmarked(name: str) -> str:
    """A name without the marks before it."""
    return name.lstrip(_MARKS)


def both_ways(group: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Brand → its Chinese names, and each of those → the brand; all folded."""
    found: dict[str, tuple[str, ...]] = {}
    for brand, names in group.items():
        for name in split(names):
            one, other = fold(str(brand)), fold(name)
            found[one] = (*found.get(one, ()), other)
            found[other] = (*found.get(other, ()), one)
    return found


def concept_of(attribute: str, concept_id: str, spec: Mapping[str, Any] | str) -> Concept:
    """A concept from its YAML; a mere text is its Chinese name, and all its names are quiet."""
    if isinstance(spec, str):
        zh = ", ".join(QUIET + name for name in split(spec))
        spec = {"en": QUIET + concept_id, "zh": zh}
    names = names_of(spec)
    marked = [(language, name) for language, group in names.items() for name in group]
    weak = frozenset(
        fold(unmarked(name))
        for language, name in marked
        if name[0] == _WEAK or (language == "zh" and len(name) == 1)
    )
    quiet = frozenset(fold(unmarked(name)) for _, name in marked if name[0] == QUIET)
    plain = {language: tuple(map(unmarked, group)) for language, group in names.items()}
    if concept_id not in map(fold, plain["en"]):
        plain["en"] = (concept_id, *plain["en"])
    pairs = (text.split("/") for text in split(spec.get("also")))
    return Concept(
        attribute=attribute,
        id=concept_id,
        names=plain,
        broader=tuple(split(spec.get("in"))),
        near=tuple(split(spec.get("near"))),
        weak=weak,
        quiet=quiet,
        also=tuple((other.strip(), value.strip()) for other, value in pairs),
    )
