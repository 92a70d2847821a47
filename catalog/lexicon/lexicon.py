"""Concepts of the shop world and their names in English and Chinese, from the YAML beside."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Iterable, Mapping, Optional

import yaml

from catalog.lexicon.concepts import (
    QUIET,
    Concept,
    both_ways,
    concept_of,
    names_of,
    split,
    unmarked,
)
from catalog.lexicon.matcher import DECOY, Entry, Trie, plural
from catalog.lexicon.spelling import alike
from catalog.text import fold

FOLDER = Path(__file__).parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Attributes whose English names are nouns that people put in the plural.
_NOUNS = frozenset({"product_type", "pattern"})


class Lexicon:
    """All concepts, and the terms that stand for them."""

    def __init__(
        self,
        concepts: Iterable[Concept],
        attribute_names: Mapping[str, Mapping[str, tuple[str, ...]]],
        decoys: Iterable[str] = (),
        common: Iterable[str] = (),
        brands: Mapping[str, tuple[str, ...]] | None = None,
        fingerprint: str = "",
        makers: Iterable[str] = (),
        characters: Iterable[str] = (),
        trademarks: Iterable[str] = (),
    ) -> None:
        self.fingerprint = fingerprint
        self.makers = frozenset(makers)
        """Everyday words that are the maker of the thing named right after them."""
        self.characters = alike(characters)
        """Chinese character → those that it may have been typed for."""
        self.trademarks = frozenset(trademarks)
        """Folded words that name a kind of thing by the product of one maker: iphone."""
        self.brands = brands or {}
        """Folded brand → its folded names in the other language, both ways."""
        self.common = frozenset(common)
        """English words of everyday talk: no misspelt term, and no brand without a cue."""
        self._concepts: dict[str, dict[str, Concept]] = defaultdict(dict)
        for concept in concepts:
            self._concepts[concept.attribute][concept.id] = concept
        self._attribute_names = attribute_names
        self._aliases: dict[str, str] = {}
        self._spoken: dict[str, str] = {}
        for attribute, names in attribute_names.items():
            self._name_attribute(attribute, names)
        self._narrower = {a: _closure(c) for a, c in self._concepts.items()}
        self._near = {a: _symmetric(c) for a, c in self._concepts.items()}
        self.terms: dict[str, list[Entry]] = defaultdict(list)
        """Folded term → what it stands for."""
        self._quiet: dict[tuple[str, str], str] = {}
        for group in self._concepts.values():
            for concept in group.values():
                self._add_terms(concept)
        self._weaken_ambiguous_colors()
        self.trie = Trie()
        for term, entries in self.terms.items():
            for entry in entries:
                self.trie.add(term, entry)
        for decoy in decoys:
            self.trie.add(fold(decoy), DECOY)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Lexicon:
        """Read every ``*.yml`` of ``folder``. Takes a moment: keep the result."""
        digest = hashlib.sha256()
        concepts: list[Concept] = []
        attribute_names: dict[str, Mapping[str, tuple[str, ...]]] = {}
        decoys: list[str] = []
        common: list[str] = []
        brands: dict[str, tuple[str, ...]] = {}
        lists: dict[str, list[str]] = {"common": common, "makers": [], "characters": []}
        lists["trademarks"] = []
        for path in sorted(folder.glob("*.yml")):
            content = path.read_bytes()
            digest.update(path.name.encode() + b"\0" + content)
            for key, group in yaml.load(content, Loader=_LOADER).items():
                if key == "attributes":
                    attribute_names.update({a: names_of(spec) for a, spec in group.items()})
                elif key == "brands":
                    brands.update(both_ways(group))
                elif key == "decoys":
                    decoys += [d for text in group.values() for d in split(text)]
                elif key in lists:
                    lists[key] += group.split()
                else:
                    concepts += [concept_of(key, str(i), spec or {}) for i, spec in group.items()]
        fingerprint = digest.hexdigest()[:16]
        return cls(
            concepts,
            attribute_names,
            decoys,
            common,
            brands,
            fingerprint,
            lists["makers"],
            lists["characters"],
            lists["trademarks"],
        )

    @property
    def attributes(self) -> tuple[str, ...]:
        """Attributes that have concepts."""
        return tuple(self._concepts)

    def concepts(self, attribute: str) -> tuple[Concept, ...]:
        """All concepts of one attribute."""
        return tuple(self._concepts.get(attribute, {}).values())

    def get(self, attribute: str, concept_id: str) -> Optional[Concept]:
        """One concept, or None."""
        return self._concepts.get(attribute, {}).get(concept_id)

    def narrower(self, attribute: str, concept_id: str) -> frozenset[str]:
        """The concept itself and everything that is a kind of it."""
        return self._narrower.get(attribute, {}).get(concept_id, frozenset({concept_id}))

    def broader(self, attribute: str, concept_id: str) -> frozenset[str]:
        """Everything that the concept is a kind of, without itself."""
        found: set[str] = set()
        waiting = [concept_id]
        while waiting:
            concept = self.get(attribute, waiting.pop())
            for parent in concept.broader if concept else ():
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return frozenset(found)

    def near(self, attribute: str, concept_id: str) -> frozenset[str]:
        """What people take for it, or instead of it; without itself."""
        return self._near.get(attribute, {}).get(concept_id, frozenset())

    def display(self, attribute: str, concept_id: str, language: str) -> str:
        """The name to show, or the id where there is none."""
        concept = self.get(attribute, concept_id)
        names = concept.names.get(language) if concept else None
        return names[0] if names else concept_id

    def resolve(self, attribute: str, word: str) -> Optional[str]:
        """The concept of ``attribute`` that exactly this word or phrase names."""
        return next(iter(self.meanings(attribute, word)), None)

    def meanings(self, attribute: str, word: str) -> tuple[str, ...]:
        """Every concept of ``attribute`` that exactly this word or phrase may name."""
        term = " ".join(fold(word).replace("-", " ").split())
        spoken = [e.value for e in self.terms.get(term, ()) if e.attribute == attribute]
        quiet = self._quiet.get((attribute, term))
        return tuple(spoken) or ((quiet,) if quiet else ())

    def attribute_of(self, name: str) -> Optional[str]:
        """The attribute that a feed or a person calls ``name``: 面料 → material."""
        return self._aliases.get(fold(name).strip(" *:：").replace("-", " "))

    def attribute_name(self, attribute: str, language: str) -> str:
        """What an attribute is called in a language; the attribute itself where unknown."""
        names = self._attribute_names.get(attribute, {}).get(language)
        return unmarked(names[0]) if names else attribute.replace("_", " ")

    def attribute_aliases(self) -> Mapping[str, str]:
        """Folded name → attribute, without the names that are for feeds only."""
        return self._spoken

    def _name_attribute(self, attribute: str, names: Mapping[str, tuple[str, ...]]) -> None:
        given = [attribute, *(n for group in names.values() for n in group)]
        quiet = {fold(unmarked(n)) for n in given if n.startswith(QUIET)}
        for name in (fold(unmarked(n)) for n in given):
            self._aliases.setdefault(name, attribute)
            if name.replace("_", " ") not in quiet:
                self._spoken.setdefault(name, attribute)

    def _add_terms(self, concept: Concept) -> None:
        for name in concept.names.get("en", ()):
            term = " ".join(fold(name).replace("-", " ").split())
            forms = (term, plural(term)) if concept.attribute in _NOUNS else (term,)
            for form in forms:
                if fold(name) in concept.quiet:
                    self._quiet.setdefault((concept.attribute, form), concept.id)
                else:
                    self._add(form, concept, fold(name) in concept.weak)
        for name in concept.names.get("zh", ()):
            term = fold(name)
            if term in concept.quiet:
                self._quiet.setdefault((concept.attribute, term), concept.id)
                continue
            weak = term in concept.weak
            self._add(term, concept, weak)
            if concept.attribute == "color" and term.endswith("色") and len(term) > 1:
                self._add(term[:-1], concept, weak or len(term) == 2)

    def _add(self, term: str, concept: Concept, weak: bool) -> None:
        entry = Entry(concept.attribute, concept.id, weak)
        known = self.terms[term]
        for i, other in enumerate(known):
            if other[:2] == entry[:2]:
                known[i] = entry if other.weak else other
                return
        known.append(entry)

    def _weaken_ambiguous_colors(self) -> None:
        """A colour named like a thing (咖啡, biscuit) is a colour only where that makes sense."""
        for term, entries in self.terms.items():
            if len(entries) > 1 and any(e.attribute == "product_type" for e in entries):
                self.terms[term] = [
                    e._replace(weak=True) if e.attribute == "color" and term != "orange" else e
                    for e in entries
                ]


def _closure(concepts: Mapping[str, Concept]) -> dict[str, frozenset[str]]:
    children: dict[str, set[str]] = defaultdict(set)
    for concept in concepts.values():
        for parent in concept.broader:
            children[parent].add(concept.id)

    def descend(concept_id: str, seen: frozenset[str]) -> frozenset[str]:
        seen = seen | {concept_id}
        for child in children[concept_id]:
            if child not in seen:
                seen = descend(child, seen)
        return seen

    return {concept_id: descend(concept_id, frozenset()) for concept_id in concepts}


def _symmetric(concepts: Mapping[str, Concept]) -> dict[str, frozenset[str]]:
    near: dict[str, set[str]] = defaultdict(set)
    for concept in concepts.values():
        for other in concept.near:
            near[concept.id].add(other)
            near[other].add(concept.id)
    return {concept_id: frozenset(others - {concept_id}) for concept_id, others in near.items()}
