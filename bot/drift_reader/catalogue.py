"""Missions out of the demo shop's products: real titles, of which many differ little."""

from __future__ import annotations

from bot.drift_reader.banks import LANGUAGES, Mission
from catalog.demo.compose import Group, compose
from catalog.demo.definitions import load_definitions
from catalog.graph.complements import Complements, told_by_hand
from catalog.lexicon.lexicon import Lexicon

#: A kind with fewer titles shows nothing to narrow down.
LEAST = 5
SEED = 7
#: Titles of each kind that completes another.
BESIDE = 3


def catalogue_missions(lexicon: Lexicon) -> dict[str, tuple[Mission, ...]]:
    """One mission for each kind of product of the demo shop, by language, in the same order.

    Beside it are the products of kinds that complete it. Kinds that the lexicon has no name for
    are left out: nobody could ask for them.
    """
    groups: dict[str, list[Group]] = {}
    departments: dict[str, str] = {}
    for group in compose(load_definitions(), SEED):
        path = group.design.product_type.split(" > ")
        concept = lexicon.resolve("product_type", path[-1])
        if concept:
            groups.setdefault(concept, []).append(group)
            departments.setdefault(concept, path[0])
    kinds = [kind for kind in sorted(groups) if len(groups[kind]) >= LEAST]
    complements = Complements(told_by_hand(), lexicon)
    completing = {kind: [k for k in complements.of([kind]) if k in groups] for kind in kinds}
    return {
        language: tuple(
            Mission(
                kind,
                departments[kind],
                (lexicon.display("product_type", kind, language),),
                _titles(groups[kind], language),
                tuple(t for k in completing[kind] for t in _titles(groups[k], language)[:BESIDE]),
                related=frozenset(
                    {*completing[kind]}
                    | {k for k in kinds if k != kind and departments[k] == departments[kind]}
                ),
            )
            for kind in kinds
        )
        for language in LANGUAGES
    }


def _titles(groups: list[Group], language: str) -> tuple[str, ...]:
    titles = [getattr(title, language) for group in groups for title in group.titles.values()]
    return tuple(dict.fromkeys(titles))
