"""A file of rules is read as what it says, or every mistake in it is told with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import ShoptalkError
from catalog.rules import RuleSet
from catalog.rules.model import Clause, Condition, Selection, Synonym
from catalog.rules.problems import Problems
from catalog.rules.reading import read_rules
from catalog.rules.stored import RulesFollower, load_rules, save_rules

EVERYTHING = """\
synonyms:
  - words: [trainers, kicks, 跑步鞋]
    means: sports shoes
    attribute: product_type
rules:
  - name: summer push
    pin: {products: [A1, 007], rank: 2}
    when: {category: dress, text: [summer, 夏]}
    from: 2026-06-01
    until: 2026-08-31
  - boost: {where: {brand: no, price: {between: [10, 20.5]}}, by: 0.2}
  - bury: {where: {rating: {at_most: 2.5}}, by: 0.5}
  - require: {where: {material: [cotton, linen]}}
  - exclude: {products: B7}
  - incompatible: {where: {brand: Acme}, with: {products: [C3]}}
  - age_limited: {where: {category: wine}, age: 18}
  - margin: {weight: 0.05}
"""


@pytest.fixture
def read(tmp_path: Path):
    """Text of a file → the rules in it and what is wrong with it."""

    def read_text(text: str) -> tuple[RuleSet, Problems]:
        file, problems = tmp_path / "rules.yml", Problems()
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        return read_rules(file, problems), problems

    return read_text


def errors(problems: Problems) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in problems.errors]


def test_every_kind_of_rule_is_read(read):
    rules, problems = read(EVERYTHING)
    assert problems.errors == problems.warnings == []
    (synonym,) = rules.synonyms
    assert synonym == Synonym(("trainers", "kicks", "跑步鞋"), "sports shoes", "product_type")
    pin, boost, bury, require, exclude, apart, adult, margin = rules.rules
    assert (pin.name, pin.kind, pin.amount) == ("summer push", "pin", 2)
    assert pin.selection.products == ("A1", "007")
    assert pin.when == Condition((Clause("category", "is", ("dress",)),), ("summer", "夏"))
    assert (pin.start, pin.end) == (date(2026, 6, 1), date(2026, 8, 31))
    assert boost.selection.clauses == (
        Clause("brand", "is", ("no",)),
        Clause("price", "between", (10.0, 20.5)),
    )
    assert (boost.amount, bury.amount, adult.amount, margin.amount) == (0.2, 0.5, 18, 0.05)
    assert require.selection == Selection((Clause("material", "is", ("cotton", "linen")),))
    assert exclude.selection.products == ("B7",)
    assert apart.other.products == ("C3",)
    assert margin.attribute == "margin"
    assert len({rule.name for rule in rules.rules}) == 8


def test_rules_survive_a_trip_through_json(read):
    rules, _problems = read(EVERYTHING)
    assert RuleSet.from_json(rules.to_json()) == rules


@pytest.mark.parametrize("text", ["", "\n# nothing\n", "rules:\n", "rules: []\nsynonyms: []"])
def test_an_empty_file_has_no_rules(read, text):
    rules, problems = read(text)
    assert not rules
    assert problems.errors == []


def test_the_ends_of_a_rules_days_belong_to_it(read):
    rule = read("rules: [{exclude: {products: a}, from: 2026-06-01, until: 2026-06-30}]")[0].rules[
        0
    ]
    days = [date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [rule.holds_on(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("boots: {products: a}", "nearest one is 'boost'"),
        ("boost: {products: a, by: 0.2, rank: 1}", "`rank`, which does not exist"),
        ("boost: {products: a}", "needs `by:`"),
        ("boost: {products: a, by: 0.51}", "at most 0.5"),
        ("boost: {products: a, by: -0.1}", "above 0"),
        ("boost: {products: a, by: .nan}", "must be a number"),
        ("boost: {products: a, by: 1e999}", "must be a number"),
        ("boost: {products: a, by: much}", "must be a number"),
        ("bury: {products: a, by: 0.51}", "at most 0.5"),
        ("margin: {weight: 0.2}", "at most 0.1"),
        ("pin: {products: a, rank: 0}", "from 1 to 10"),
        ("pin: {products: a, rank: 1.5}", "whole number"),
        ("pin: {where: {brand: x}}", "`where`, which does not exist"),
        ("exclude: {}", "`products:` or `where:`"),
        ("exclude: {products: a, where: {brand: x}}", "one of them"),
        ("exclude: {products: []}", "empty list"),
        ("exclude: {products: [a, b, a]}", "named twice"),
        ("exclude: {where: {}}", "every product"),
        ("exclude: {where: {price: {at_lest: 3}}}", "nearest one is 'at_least'"),
        ("exclude: {where: {price: {between: [3]}}}", "two numbers"),
        ("exclude: [a]", "pairs"),
        ("age_limited: {products: a}", "needs `age:`"),
        ("age_limited: {products: a, age: 180}", "from 1 to 99"),
        ("incompatible: {products: a}", "needs `with:`"),
        ("incompatible: {products: a, with: {}}", "`with` needs"),
        ("exclude: {products: a}\n    boost: {products: b, by: 0.1}", "`exclude` and `boost`"),
        ("exclude: {products: a}\n    until: tomorrow", "2026-06-01"),
        ("exclude: {products: a}\n    until: 2026-02-30", "must be a day"),
        ("exclude: {products: a}\n    from: 2026-02-02\n    until: 2026-02-01", "before `from`"),
        ("exclude: {products: a}\n    when: {}", "says nothing"),
        ("exclude: {products: a}\n    when: {price: {at_most: 3}}", "a value or a list"),
        ("name: x", "none"),
        ("exclude: {products: a}\n    name: [x]", "must be a text"),
        ('exclude: {products: "a\\nb"}', "on one line"),
    ],
)
def test_a_mistake_is_told_with_its_line(read, rule, said):
    _rules, problems = read(f"rules:\n  - exclude: {{products: ok}}\n  - {rule}\n")
    assert problems.errors, rule
    assert any(said in message for _line, message in errors(problems)), errors(problems)
    assert all(line >= 3 for line, _message in errors(problems))
    assert all(message.endswith(".") for _line, message in errors(problems))


def test_all_mistakes_are_told_at_once(read):
    _rules, problems = read("rules:\n  - boots: 1\n  - pin: {products: a, rank: 99}\n  - 7\n")
    assert {line for line, _message in errors(problems)} == {2, 3, 4}


def test_two_rules_of_one_name(read):
    rule = "- {name: same, exclude: {products: a}}\n"
    _rules, problems = read(f"rules:\n{rule}{rule}")
    ((line, message),) = errors(problems)
    assert line == 3
    assert "line 2" in message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &a [x]\nb: *a", "anchor"),
        ("rules: [*nobody]", "anchor"),
        ("rules: !!python/object/apply:os.system [ls]", "tag"),
        ("rules: [1, 2", "not valid YAML"),
        ("rules: [a]\nrules: [b]", "second time"),
        ("rules: []\n---\nrules: []", "second document"),
        ("{[a]: b}", "for a key"),
        ("rules: " + "[" * 5000 + "]" * 5000, "too deeply"),
        ("rules: [" + "x, " * 400_000 + "]", "larger than"),
        ("\x00", "not valid YAML"),
        ("\ud800", "not UTF-8"),
    ],
)
def test_hostile_files_are_refused_in_a_sentence(read, text, said):
    with pytest.raises(ShoptalkError) as refused:
        read(text)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_bomb_of_aliases_is_not_expanded(read):
    levels = "\n".join(
        f"l{n}: &l{n} [{', '.join([f'*l{n - 1}' if n else 'boom'] * 9)}]" for n in range(12)
    )
    with pytest.raises(ShoptalkError, match="anchor"):
        read(levels)


def test_a_thousand_rules_are_the_most(read):
    _rules, problems = read("rules:\n" + "  - exclude: {products: a}\n" * 1001)
    assert any("more than 1000" in message for _line, message in errors(problems))


@given(text=st.text(st.sampled_from("rulesynomwda{}[]:,-'\"\n &*!|>#0.9"), max_size=80))
def test_whatever_is_in_the_file_is_rules_or_a_sentence(tmp_path_factory, text):
    file = tmp_path_factory.getbasetemp() / "any.yml"
    file.write_text(text, encoding="utf-8")
    try:
        assert isinstance(read_rules(file, Problems()), RuleSet)
    except ShoptalkError as error:
        assert "\n" not in str(error)


def test_a_follower_sees_new_rules_and_leaves_damaged_ones_alone(tmp_path, read):
    rules, _problems = read(EVERYTHING)
    follower = RulesFollower(tmp_path)
    none = follower.current()
    assert not none
    assert follower.current() is none
    save_rules(tmp_path, rules)
    assert follower.current() == rules
    (tmp_path / "rules.json").write_text('{"what": "merchant rules"')
    assert follower.current() == rules
    with pytest.raises(ShoptalkError, match="import rules"):
        load_rules(tmp_path)
    save_rules(tmp_path, RuleSet())
    assert not follower.current()


def test_rules_changed_by_hand_are_refused(tmp_path, read):
    save_rules(tmp_path, read(EVERYTHING)[0])
    file = tmp_path / "rules.json"
    file.write_text(file.read_text(encoding="utf-8").replace("Acme", "Acne"), encoding="utf-8")
    with pytest.raises(ShoptalkError, match="not what was written"):
        load_rules(tmp_path)
