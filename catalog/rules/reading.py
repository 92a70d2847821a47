"""Rule files: YAML that says what a shop lays down about its search.

::

    synonyms:
      - words: [trainers, kicks, 跑步鞋]        # how shoppers say it
        means: sports shoes                    # a value of the catalogue, or other words
        attribute: product_type                # optional: of which attribute it is a value
    rules:
      - name: summer push                      # told to staff, and in the scores of a reply
        pin: {products: [A1, A2], rank: 1}     # at a place in the list, where they fit
        when: {category: dress, text: [summer, 夏]}  # optional: for such requests only
        from: 2026-06-01                       # optional: first and last day
        until: 2026-08-31
      - boost: {where: {brand: Acme}, by: 0.2}              # at most 0.5
      - bury: {where: {rating: {at_most: 2.5}}, by: 0.5}    # at most 0.5
      - require: {where: {material: [cotton, linen]}}       # nothing else is shown
      - exclude: {products: [B7]}
      - incompatible: {where: {brand: Acme}, with: {products: [C3]}}
      - age_limited: {where: {category: wine}, age: 18}
      - margin: {attribute: margin, weight: 0.05}           # at most 0.1

``where`` names attributes as the catalogue or people do, in either language; a value, a list of
which any will do, or ``is``, ``is_not``, ``at_most``, ``at_least``, ``between``. Ids are those of
the feed: each variant of a product has its own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Optional

from catalog.rules import model as m
from catalog.rules.document import Items, Node, Pairs, read_document
from catalog.rules.model import Clause, Condition, Rule, RuleSet, Selection, Synonym
from catalog.rules.problems import Problems
from catalog.rules.values import Entries, ValueReader, as_number

_BESIDE = ("name", "when", "from", "until")
_SELECTS = ("products", "where")
_FIELDS = {
    m.PIN: ("products", "rank"),
    m.BOOST: (*_SELECTS, "by"),
    m.BURY: (*_SELECTS, "by"),
    m.REQUIRE: _SELECTS,
    m.EXCLUDE: _SELECTS,
    m.INCOMPATIBLE: (*_SELECTS, "with"),
    m.AGE_LIMITED: (*_SELECTS, "age"),
    m.MARGIN: ("attribute", "weight"),
}


def read_rules(path: Path, problems: Problems) -> RuleSet:
    """Read a file of rules; what is wrong with it is noted in ``problems``, all of it.

    Nothing is compared with a catalogue here.

    Raises
    ------
    FeedError
        Where the file as a whole cannot be read.
    """
    node = read_document(path)
    return RuleSet() if node is None else _Reader(problems).read(node)


class _Reader(ValueReader):
    def read(self, node: Node) -> RuleSet:
        entries = self.entries(node, "The file", ("synonyms", "rules"))
        rules = [
            rule
            for one in (self.items(entries["rules"][1], "rules") if "rules" in entries else ())
            if (rule := self._rule(one)) is not None
        ]
        synonyms = [
            synonym
            for one in (
                self.items(entries["synonyms"][1], "synonyms") if "synonyms" in entries else ()
            )
            if (synonym := self._synonym(one)) is not None
        ]
        if len(rules) + len(synonyms) > m.MOST_RULES:
            self.problems.error(
                node.line, f"There are more than {m.MOST_RULES} rules and synonyms: join some."
            )
        return RuleSet(self._named(rules), tuple(synonyms))

    def _synonym(self, node: Node) -> Optional[Synonym]:
        entries = self.entries(node, "A synonym", ("words", "means", "attribute"))
        if "words" not in entries or "means" not in entries:
            self.problems.error(node.line, "A synonym needs `words:` and `means:`.")
            return None
        words = [word for word, _line in self.texts(entries["words"][1], "`words`")]
        means = self.text(entries["means"][1], "`means`")
        attribute = self._optional(entries, "attribute")
        return Synonym(tuple(words), means, attribute, node.line) if words and means else None

    def _rule(self, node: Node) -> Optional[Rule]:
        entries = self.entries(node, "A rule", (*_BESIDE, *m.KINDS))
        kinds = [key for key in entries if key in m.KINDS]
        if len(kinds) != 1:
            if isinstance(node, Pairs):
                hint = " and ".join(f"`{k}`" for k in kinds) or "none"
                said = f"A rule needs one of {', '.join(m.KINDS)}; this one has {hint}."
                self.problems.error(node.line, said)
            return None
        kind = kinds[0]
        rule = self._action(kind, entries[kind][1])
        days = [
            self.day(entries[key][1], f"`{key}`") if key in entries else None
            for key in ("from", "until")
        ]
        if days[0] and days[1] and days[1] < days[0]:
            self.problems.error(
                entries["until"][0], "`until` is before `from`: exchange them or correct one."
            )
        return replace(
            rule,
            name=self._optional(entries, "name"),
            when=self._condition(entries["when"][1]) if "when" in entries else Condition(),
            start=days[0],
            end=days[1],
            line=node.line,
        )

    def _action(self, kind: str, node: Node) -> Rule:
        what = f"`{kind}`"
        entries = self.entries(node, what, _FIELDS[kind])
        rule = Rule("", kind)
        if kind == m.MARGIN:
            return replace(
                rule,
                attribute=self._optional(entries, "attribute") or "margin",
                amount=self._number(entries, node, kind, "weight", m.MOST_MARGIN),
            )
        rule = replace(rule, selection=self._selection(entries, node, what, _FIELDS[kind]))
        if kind in (m.BOOST, m.BURY):
            most = m.MOST_BOOST if kind == m.BOOST else m.MOST_BURY
            return replace(rule, amount=self._number(entries, node, kind, "by", most))
        if kind == m.PIN:
            rank = (
                self.whole(entries["rank"][1], "`rank`", 1, m.MOST_RANK) if "rank" in entries else 1
            )
            return replace(rule, amount=float(rank))
        if kind == m.AGE_LIMITED:
            if "age" not in entries:
                self.problems.error(node.line, f"{what} needs `age:`, such as `age: 18`.")
                return rule
            return replace(rule, amount=float(self.whole(entries["age"][1], "`age`", 1, 99)))
        if kind == m.INCOMPATIBLE:
            if "with" not in entries:
                self.problems.error(node.line, f"{what} needs `with:` and a selection under it.")
                return rule
            other = entries["with"][1]
            found = self.entries(other, "`with`", _SELECTS)
            return replace(rule, other=self._selection(found, other, "`with`", _SELECTS))
        return rule

    def _number(self, entries: Entries, node: Node, kind: str, key: str, most: float) -> float:
        if key not in entries:
            self.problems.error(node.line, f"`{kind}` needs `{key}:`, a number up to {most:g}.")
            return 0.0
        return self.number(entries[key][1], f"`{key}` of a {kind}", 0.0, most)

    def _selection(
        self, entries: Entries, node: Node, what: str, fields: tuple[str, ...]
    ) -> Selection:
        if ("products" in entries) == ("where" in entries):
            if isinstance(node, Pairs):
                either = " or ".join(f"`{s}:`" for s in _SELECTS if s in fields)
                self.problems.error(node.line, f"{what} needs {either}, one of them.")
            return Selection()
        if "products" in entries:
            found = self.texts(entries["products"][1], "A product id")
            for product, times in Counter(id_ for id_, _line in found).items():
                if times > 1:
                    line = next(line for id_, line in found if id_ == product)
                    self.problems.error(
                        line, f"The product {product!r} is named twice: once will do."
                    )
            return Selection(products=tuple(i for i, _ in found), lines=tuple(n for _, n in found))
        return Selection(clauses=self._clauses(entries["where"][1]))

    def _clauses(self, node: Node) -> tuple[Clause, ...]:
        entries = self.entries(node, "`where`")
        if isinstance(node, Pairs) and not entries:
            self.problems.error(node.line, "`where` is empty: it would be every product.")
        return tuple(
            clause
            for attribute, (line, value) in entries.items()
            for clause in self._clause(attribute, line, value)
        )

    def _clause(self, attribute: str, line: int, node: Node) -> list[Clause]:
        if not isinstance(node, Pairs):
            named = tuple(text for text, _line in self.texts(node, f"`{attribute}`"))
            return [Clause(attribute, m.IS, named, line)] if named else []
        found = []
        for op, (op_line, value) in self.entries(node, f"`{attribute}`", m.OPERATORS).items():
            texts = [text for text, _line in self.texts(value, f"`{op}`")]
            wanted = 2 if op == m.BETWEEN else 1
            if op in m.NUMERIC and len(texts) != wanted:
                said = "two numbers, such as [10, 20]" if wanted == 2 else "one number"
                self.problems.error(op_line, f"`{op}` needs {said}.")
            elif texts:
                numbers = tuple(n if (n := as_number(t)) is not None else t for t in texts)
                values = numbers if op in m.NUMERIC else tuple(texts)
                found.append(Clause(attribute, op, values, op_line))
        if not node.entries:
            self.problems.error(line, f"`{attribute}` says nothing: write a value or a comparison.")
        return found

    def _condition(self, node: Node) -> Condition:
        entries = dict(self.entries(node, "`when`"))
        text = entries.pop("text", None)
        words = self.texts(text[1], "`text`") if text else []
        clauses = []
        for attribute, (line, value) in entries.items():
            if isinstance(value, Pairs):
                self.problems.error(
                    line, f"`when` takes a value or a list of values for `{attribute}`."
                )
                continue
            clauses += self._clause(attribute, line, value)
        if isinstance(node, (Pairs, Items)) and not (clauses or words):
            self.problems.error(
                node.line, "`when` says nothing: name a category, a value or `text`."
            )
        return Condition(tuple(clauses), tuple(word for word, _line in words))

    def _optional(self, entries: Entries, key: str) -> str:
        return self.text(entries[key][1], f"`{key}`") if key in entries else ""

    def _named(self, rules: list[Rule]) -> tuple[Rule, ...]:
        """Every rule with a name of its own: "boost 2" where none was given."""
        counts: Counter[str] = Counter()
        seen: dict[str, int] = {}
        out = []
        for rule in rules:
            counts[rule.kind] += 1
            name = rule.name or f"{rule.kind} {counts[rule.kind]}"
            if name in seen:
                self.problems.error(
                    rule.line,
                    f"The name {name!r} is that of line {seen[name]}, too: name them apart.",
                )
            seen[name] = rule.line
            out.append(replace(rule, name=name))
        return tuple(out)
