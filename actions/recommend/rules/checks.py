"""Rules compared with a catalogue: names nobody knows, rules that fight, rules about nothing."""

from __future__ import annotations

from typing import Callable, Collection, Iterable, Sequence

import numpy as np

from actions.recommend.filters import Filters
from actions.recommend.rules.active import Compiled, compile_rule
from actions.recommend.rules.matching import attribute_of, number_of
from catalog.feeds.mapping import nearest
from catalog.rules import model as m
from catalog.rules.model import Clause, Rule, RuleSet, Selection, Synonym
from catalog.rules.problems import Problems
from catalog.synonyms import clashing

#: What is compared rather than named.
MEASURED = ("price", "rating", "added", "popularity")
#: Kinds of rules that may contradict each other.
_FIGHTING = (
    {m.PIN, m.EXCLUDE},
    {m.PIN, m.REQUIRE},
    {m.PIN},
    {m.BOOST, m.BURY},
    {m.REQUIRE},
    {m.REQUIRE, m.EXCLUDE},
)
_BOTH = ("en", "zh")
#: A nearest id is looked for among as many.
MOST_IDS = 20_000


class Checker:
    """Notes what is wrong with rules in one shop.

    Parameters
    ----------
    in_store
        Ids → those of them that are products of the shop, indexed or not.
    """

    def __init__(
        self,
        filters: Filters,
        in_store: Callable[[Sequence[str]], Collection[str]],
        problems: Problems,
    ) -> None:
        self._filters, self._in_store, self._problems = filters, in_store, problems
        self._vocabulary = filters.index.vocabulary
        self._stated = {*filters.index.facets.attributes(), "product_type"} - set(MEASURED)

    def check(self, rules: RuleSet) -> list[Compiled]:
        """Check all rules; each of them with what it is about."""
        self._synonyms(rules.synonyms)
        for rule in rules.rules:
            self._selection(rule.selection)
            self._selection(rule.other)
            for clause in rule.when.clauses:
                self._attribute(clause, {*self._stated, *self._vocabulary.lexicon.attributes})
            if rule.kind == m.MARGIN:
                self._margin(rule)
        compiled = [compile_rule(rule, self._filters) for rule in rules.rules]
        if self._problems.errors:
            return compiled
        for one in compiled:
            for positions, selection in (
                (one.positions, one.rule.selection or one.rule.kind == m.MARGIN),
                (one.others, one.rule.other),
            ):
                if selection and not len(positions):
                    self._problems.warn(
                        one.rule.line, f"The rule {one.rule.name!r} matches no product now."
                    )
        self._contradictions(compiled)
        return compiled

    def _synonyms(self, synonyms: Sequence[Synonym]) -> None:
        for word, (first, second) in clashing(synonyms).items():
            self._problems.error(
                second.line,
                f"{word!r} means {first.means!r} in line {first.line} and {second.means!r} here: "
                "decide on one.",
            )
        for synonym in synonyms:
            meaning = self._vocabulary.meaning(synonym.means, synonym.attribute)
            if meaning is None and synonym.attribute:
                clause = Clause(synonym.attribute, m.IS, (synonym.means,), synonym.line)
                self._attribute(clause, self._stated)
            elif meaning is None and not self._filters.index.words.has(synonym.means):
                self._problems.warn(
                    synonym.line, f"{synonym.means!r} is in no text of the catalogue."
                )
            for word in synonym.words:
                known = self._vocabulary.meaning(word)
                if known and meaning and known != meaning:
                    self._problems.warn(
                        synonym.line,
                        f"{word!r} meant {known[0]} {known[1]!r} so far; it will mean "
                        f"{meaning[0]} {meaning[1]!r}.",
                    )

    def _selection(self, selection: Selection) -> None:
        for clause in selection.clauses:
            if clause.op in m.NUMERIC:
                self._comparison(clause)
            else:
                self._attribute(clause, self._stated)
        unknown = [i for i in selection.products if i not in self._filters.index.position]
        there = self._in_store(unknown) if unknown else ()
        for id_, line in zip(selection.products, selection.lines, strict=True):
            if id_ in there:
                self._problems.warn(
                    line, f"The product {id_!r} is not indexed yet: run `shoptalk index`."
                )
            elif id_ in unknown:
                ids = self._filters.index.ids
                hint = nearest(id_, ids) if len(ids) <= MOST_IDS else ""
                self._problems.error(line, f"There is no product {id_!r}{hint}.")

    def _attribute(self, clause: Clause, known: Collection[str]) -> None:
        """That an attribute exists, and its values."""
        attribute = attribute_of(self._vocabulary, clause.attribute)
        if attribute in MEASURED:
            self._problems.error(
                clause.line,
                f"`{clause.attribute}` is a number: compare it with at_most, at_least or between.",
            )
            return
        if attribute not in known:
            hint = nearest(clause.attribute, sorted({*known, *MEASURED, "category"}))
            self._problems.error(
                clause.line, f"No product has the attribute `{clause.attribute}`{hint}."
            )
            return
        for value in map(str, clause.values):
            if self._vocabulary.meaning(value, attribute) is None:
                hint = nearest(value, self._named(attribute))
                self._problems.error(
                    clause.line, f"No product has the {clause.attribute} {value!r}{hint}."
                )

    def _named(self, attribute: str) -> list[str]:
        """The values of an attribute under the names that people give them."""
        values = self._filters.index.facets.values(attribute)
        display = self._vocabulary.display
        return list(
            dict.fromkeys(
                n for v in values for n in (v, *(display(attribute, v, x) for x in _BOTH))
            )
        )

    def _comparison(self, clause: Clause) -> None:
        attribute = attribute_of(self._vocabulary, clause.attribute)
        if self._filters.numbers(attribute) is None:
            numeric = sorted({*MEASURED, *self._filters.index.facets.measured()})
            hint = nearest(clause.attribute, numeric)
            self._problems.error(
                clause.line, f"There are no numbers under `{clause.attribute}`{hint}."
            )
            return
        read = [number_of(attribute, value) for value in clause.values]
        for value, number in zip(clause.values, read, strict=True):
            if number is None:
                example = "a day, such as 2026-06-01" if attribute == "added" else "a number"
                self._problems.error(clause.line, f"{value!r} is not {example}.")
        if clause.op == m.BETWEEN and None not in read and read[0] > read[1]:  # type: ignore[operator]
            self._problems.error(clause.line, "The first number of `between` must be the smaller.")

    def _margin(self, rule: Rule) -> None:
        attribute = attribute_of(self._vocabulary, rule.attribute)
        if attribute in MEASURED or self._filters.numbers(attribute) is None:
            numeric = sorted(self._filters.index.facets.measured())
            hint = nearest(rule.attribute, numeric)
            self._problems.error(
                rule.line,
                f"There is no column of margins called `{rule.attribute}`{hint}: import products "
                "with such an attribute, in numbers.",
            )

    def _contradictions(self, compiled: Sequence[Compiled]) -> None:
        for i, one in enumerate(compiled):
            for other in compiled[i + 1 :]:
                if {one.rule.kind, other.rule.kind} in _FIGHTING and one.rule.meets(other.rule):
                    self._contradiction(one, other)

    def _contradiction(self, one: Compiled, other: Compiled) -> None:
        kinds = {one.rule.kind, other.rule.kind}
        by_kind = {one.rule.kind: one, other.rule.kind: other}
        both = np.intersect1d(one.positions, other.positions)
        if kinds == {m.PIN, m.EXCLUDE}:
            self._fight(one, other, both, "{ids} would be pinned and left out")
        elif kinds == {m.PIN, m.REQUIRE}:
            lost = np.setdiff1d(by_kind[m.PIN].positions, by_kind[m.REQUIRE].positions)
            self._fight(one, other, lost, "{ids} would be pinned and not let through")
        elif kinds == {m.PIN}:
            self._fight(one, other, both, "{ids} would be pinned twice")
            if not len(both) and _places(one.rule) & _places(other.rule):
                self._problems.error(
                    other.rule.line,
                    f"{other.rule.name!r} pins to a place that {one.rule.name!r} of line "
                    f"{one.rule.line} pins to: give it another `rank`.",
                )
        elif kinds == {m.BOOST, m.BURY} and one.rule.selection == other.rule.selection:
            self._fight(one, other, both, "the same products would be lifted and lowered")
        elif kinds == {m.REQUIRE} and len(one.positions) and len(other.positions) and not len(both):
            self._fight(one, other, one.positions, "no product is let through by both")
        elif kinds == {m.REQUIRE, m.EXCLUDE}:
            left = np.setdiff1d(by_kind[m.REQUIRE].positions, by_kind[m.EXCLUDE].positions)
            if len(both) and not len(left):
                self._fight(one, other, both, "nothing would be left to show")

    def _fight(self, one: Compiled, other: Compiled, positions: Iterable[int], what: str) -> None:
        ids = [self._filters.index.ids[p] for p in positions]
        if not ids:
            return
        more = f" and {len(ids) - 3} more" if len(ids) > 3 else ""
        named = what.format(ids=", ".join(map(repr, ids[:3])) + more)
        self._problems.error(
            other.rule.line,
            f"{other.rule.name!r} contradicts {one.rule.name!r} of line {one.rule.line}: {named}.",
        )


def _places(rule: Rule) -> set[int]:
    first = int(rule.amount)
    return set(range(first, first + len(rule.selection.products)))
