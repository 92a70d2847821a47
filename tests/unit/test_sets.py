"""What belongs together, as the files tell it."""

from __future__ import annotations

import pytest

from catalog.lexicon import Lexicon
from catalog.sets.sets import EVERYDAY, told_sets


def test_every_kind_and_value_that_is_told_is_one_of_the_lexicon() -> None:
    lexicon, sets = Lexicon.load(), told_sets()
    known = {concept.id for concept in lexicon.concepts("product_type")}
    told = {kind for kinds in (*sets.gifts.values(), *sets.any.values()) for kind in kinds}
    for named in (*sets.outfits.values(), *sets.setups.values()):
        told |= {kind for parts in named.parts.values() for part in parts for kind in part.kinds}
        for attribute, value in named.values.items():
            assert value in {c.id for c in lexicon.concepts(attribute)}, (named.name, value)
    assert told <= known, told - known


def test_every_part_of_an_outfit_has_a_name_in_both_languages_and_no_kind_twice() -> None:
    sets = told_sets()
    for outfit in sets.outfits.values():
        for sex, parts in outfit.parts.items():
            names = [part.name for part in parts]
            assert sex in ("female", "male") and len(set(names)) == len(names) >= 3
            assert all(sets.label(n, "en") and sets.label(n, "zh") for n in names)
            kinds = [kind for part in parts for kind in part.kinds]
            assert len(set(kinds)) == len(kinds)


def test_everybody_gets_presents_that_are_told_and_every_pair_is_of_people() -> None:
    sets = told_sets()
    assert all(person.gifts in sets.gifts for person in sets.people.values())
    assert all(one in sets.people for pair in sets.pairs.values() for one in pair)


@pytest.mark.parametrize(
    ("text", "outfit"),
    [
        ("something for a summer wedding", "wedding"),
        ("周末约会", "party"),
        ("for the office", "office"),
        ("通勤", "office"),
        ("on weekends", EVERYDAY),
        ("worked", None),
    ],
)
def test_an_occasion_is_known_by_its_words(text: str, outfit: str | None) -> None:
    found = told_sets().outfit(text.replace("weekends", "the weekend"))
    assert (found.name if found else None) == outfit


def test_the_longer_name_of_a_set_wins() -> None:
    found = told_sets().setup("everything for my home office")
    assert found is not None and found.name == "home office"
