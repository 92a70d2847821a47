"""Concepts of the shop world and their names in English and Chinese, from the YAML beside."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Mapping, Optional

import yaml

from catalog.lexicon.matcher import DECOY, Entry, Trie, plural
from catalog.text import fold

FOLDER = Path(__file__).parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Attributes whose English names are nouns that people put in the plural.
_NOUNS = frozenset({"product_type", "pattern"})
#: Marks a name in the YAML that counts only where its surroundings support it, as a single
#: Chinese character does anyway, unless it is marked as strong.
_WEAK, _STRONG = "~", "+"


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


class Lexicon:
    """All concepts, and the terms that stand for them."""

    def __init__(
        self,
        concepts: Iterable[Concept],
        attribute_names: Mapping[str, Mapping[str, tuple[str, ...]]],
        decoys: Iterable[str] = (),
        common: Iterable[str] = (),
        fingerprint: str = "",
    ) -> None:
        self.fingerprint = fingerprint
        self.common = frozenset(common)
        """English words of everyday talk: no misspelt term, and no brand without a cue."""
        self._concepts: dict[str, dict[str, Concept]] = defaultdict(dict)
        for concept in concepts:
            self._concepts[concept.attribute][concept.id] = concept
        self._attribute_names = attribute_names
        self._aliases = {
            fold(name): attribute
            for attribute, names in attribute_names.items()
            for name in (attribute, *(n for group in names.values() for n in group))
        }
        self._narrower = {a: _closure(c) for a, c in self._concepts.items()}
        self._near = {a: _symmetric(c) for a, c in self._concepts.items()}
        self.terms: dict[str, list[Entry]] = defaultdict(list)
        """Folded term → what it stands for."""
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
        for path in sorted(folder.glob("*.yml")):
            content = path.read_bytes()
            digest.update(path.name.encode() + b"\0" + content)
            for key, group in yaml.load(content, Loader=_LOADER).items():
                if key == "attributes":
                    attribute_names.update({a: _names(spec) for a, spec in group.items()})
                elif key == "decoys":
                    decoys += [d for text in group.values() for d in _split(text)]
                elif key == "common":
                    common += group.split()
                else:
                    concepts += [_concept(key, str(i), spec or {}) for i, spec in group.items()]
        return cls(concepts, attribute_names, decoys, common, digest.hexdigest()[:16])

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
        for entry in self.terms.get(" ".join(fold(word).replace("-", " ").split()), ()):
            if entry.attribute == attribute:
                return entry.value
        return None

    def attribute_of(self, name: str) -> Optional[str]:
        """The attribute that a feed or a person calls ``name``: 面料 → material."""
        return self._aliases.get(fold(name).strip(" *:：").replace("-", " "))

    def attribute_name(self, attribute: str, language: str) -> str:
        """What an attribute is called in a language; the attribute itself where unknown."""
        names = self._attribute_names.get(attribute, {}).get(language)
        return names[0] if names else attribute.replace("_", " ")

    def attribute_aliases(self) -> Mapping[str, str]:
        """Folded name → attribute."""
        return self._aliases

    def _add_terms(self, concept: Concept) -> None:
        for name in concept.names.get("en", ()):
            term = " ".join(fold(name).replace("-", " ").split())
            weak = fold(name) in concept.weak
            self._add(term, concept, weak)
            if concept.attribute in _NOUNS:
                self._add(plural(term), concept, weak)
        for name in concept.names.get("zh", ()):
            term = fold(name)
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


def _split(text: object) -> list[str]:
    return [part.strip() for part in str(text or "").split(",") if part.strip()]


def _names(spec: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {language: tuple(_split(spec.get(language))) for language in ("en", "zh")}


def _concept(attribute: str, concept_id: str, spec: Mapping[str, Any]) -> Concept:
    names = _names(spec)
    weak = frozenset(
        fold(name.lstrip(_WEAK))
        for language, group in names.items()
        for name in group
        if name[0] == _WEAK or (language == "zh" and len(name) == 1)
    )
    plain = {lang: tuple(n.lstrip(_WEAK + _STRONG) for n in g) for lang, g in names.items()}
    if concept_id not in plain["en"]:
        plain["en"] = (concept_id, *plain["en"])
    return Concept(
        attribute=attribute,
        id=concept_id,
        names=plain,
        broader=tuple(_split(spec.get("in"))),
        near=tuple(_split(spec.get("near"))),
        weak=weak,
    )


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
