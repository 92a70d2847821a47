"""Which products a rule selects, and which requests it is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Optional

import numpy as np
import numpy.typing as npt

from actions.recommend.filters import Filters
from actions.request.types import BETWEEN, IS, Constraint, Request, Value
from catalog.index.columns import EPOCH
from catalog.index.measures import parse_measure
from catalog.lexicon.matcher import tokenize
from catalog.rules.model import NUMERIC, Clause, Condition, Selection
from catalog.text import fold
from catalog.vocabulary import Vocabulary

Positions = npt.NDArray[np.int32]
#: What merchants call the product type.
CATEGORY = ("category", "type")


class Matcher:
    """Selections as positions in one index. They mean what a shopper's wish would mean."""

    def __init__(self, filters: Filters) -> None:
        self._filters = filters
        self._stated = {*filters.index.facets.attributes(), "product_type"}

    def positions(self, selection: Selection) -> Positions:
        """The products selected, ascending; ids that are not in the index select nothing."""
        if selection.products:
            index = self._filters.index
            found = {index.position[i] for i in selection.products if i in index.position}
            return np.array(sorted(found), np.int32)
        if not selection.clauses:
            return np.zeros(0, np.int32)
        mask = self._filters.all()
        for clause in selection.clauses:
            constraint = self.constraint(clause)
            known = constraint and (clause.op in NUMERIC or constraint.attribute in self._stated)
            if constraint is None or not known:
                # What no product states any more selects nothing, be it in texts or not.
                return np.zeros(0, np.int32)
            mask &= self._filters.mask(constraint)
        return np.flatnonzero(mask).astype(np.int32)

    def constraint(self, clause: Clause) -> Optional[Constraint]:
        """The clause as a wish of the request; None for a number that cannot be read."""
        vocabulary = self._filters.index.vocabulary
        attribute = attribute_of(vocabulary, clause.attribute)
        if clause.op not in NUMERIC:
            values = tuple(value_of(vocabulary, attribute, str(v)) for v in clause.values)
            return Constraint(attribute, clause.op, values)
        read = [number_of(attribute, value) for value in clause.values]
        numbers = tuple(pair[0] for pair in read if pair is not None)
        if len(numbers) != len(clause.values):
            return None
        unit = next((pair[1] for pair in read if pair and pair[1]), None)
        value: Value = (numbers[0], numbers[1]) if clause.op == BETWEEN else numbers[0]
        return Constraint(attribute, clause.op, value, unit=unit)

    def condition(self, condition: Condition) -> PreparedCondition:
        """A condition ready to be compared with requests."""
        vocabulary = self._filters.index.vocabulary
        wanted = []
        for clause in condition.clauses:
            attribute = attribute_of(vocabulary, clause.attribute)
            values: set[str] = set()
            for word in clause.values:
                value = value_of(vocabulary, attribute, str(word))
                values |= {value, *vocabulary.narrower(attribute, value)}
            wanted.append((attribute, frozenset(values)))
        return PreparedCondition(tuple(wanted), tuple(map(spelled, condition.text)))


@dataclass(frozen=True)
class PreparedCondition:
    """Attributes with the values that will do, and words of which one must be said."""

    wanted: tuple[tuple[str, frozenset[str]], ...]
    words: tuple[str, ...]

    def holds(self, request: Request, said: str) -> bool:
        """Whether a request is one that the rule is for; ``said`` is ``words_of`` the request."""
        if self.words and not any(word in said for word in self.words):
            return False
        return all(
            any(c.op == IS and not values.isdisjoint(c.values) for c in request.on(attribute))
            for attribute, values in self.wanted
        )


def words_of(request: Request) -> str:
    """All that was said and is part of the request, spelled for comparison."""
    return spelled(" ".join((request.text, *(c.words for c in request.constraints))))


def spelled(text: str) -> str:
    """Tokens between spaces, so that whole words are compared: ``" red dress "``."""
    return f" {' '.join(token.text for token in tokenize(fold(text)))} "


def attribute_of(vocabulary: Vocabulary, name: str) -> str:
    """The attribute that a merchant calls ``name``; the name itself where nobody knows it."""
    if fold(name).strip() in CATEGORY:
        return "product_type"
    return vocabulary.attribute_of(name) or name


def value_of(vocabulary: Vocabulary, attribute: str, word: str) -> str:
    """The value that a merchant calls ``word``; the word itself where nobody knows it."""
    meaning = vocabulary.meaning(word, attribute)
    return meaning[1] if meaning else word


def number_of(attribute: str, value: object) -> Optional[tuple[float, str]]:
    """A number and its unit: 2.5, "2 kg", or the day that a product came in."""
    if isinstance(value, (int, float)):
        return float(value), ""
    if attribute == "added":
        try:
            return float((date.fromisoformat(str(value)) - EPOCH).days), ""
        except ValueError:
            return None
    return parse_measure(str(value))
