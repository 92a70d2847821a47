"""Missions out of the demo shop's products: real titles, of which many differ little."""

from __future__ import annotations

from bot.drift_reader.banks import LANGUAGES, Mission
from catalog.demo.compose import Group, compose
from catalog.demo.definitions import load_definitions
from catalog.lexicon.lexicon import Lexicon

#: A kind with fewer titles shows nothing to narrow down.
LEAST = 5
SEED = 7


def catalogue_missions(lexicon: Lexicon) -> dict[str, tuple[Mission, ...]]:
    """One mission for each kind of product of the demo shop, by language, in the same order.

    Kinds that the lexicon has no name for are left out: nobody could ask for them.
    """
    groups: dict[str, list[Group]] = {}
    for group in compose(load_definitions(), SEED):
        groups.setdefault(group.design.product_type, []).append(group)
    kinds = {kind: _concept(kind, lexicon) for kind in sorted(groups)}
    chosen = [kind for kind, concept in kinds.items() if concept and len(groups[kind]) >= LEAST]
    return {
        language: tuple(
            _mission(
                kind,
                lexicon.display("product_type", str(kinds[kind]), language),
                groups[kind],
                language,
            )
            for kind in chosen
        )
        for language in LANGUAGES
    }


def _concept(kind: str, lexicon: Lexicon) -> str | None:
    return lexicon.resolve("product_type", kind.split(" > ")[-1])


def _mission(kind: str, name: str, groups: list[Group], language: str) -> Mission:
    titles = [getattr(title, language) for group in groups for title in group.titles.values()]
    return Mission(kind, kind.split(" > ")[0], (name,), tuple(dict.fromkeys(titles)))
