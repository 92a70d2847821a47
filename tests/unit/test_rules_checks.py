"""Rules against a catalogue: unknown names, nearest ones, contradictions, and what they match."""

from __future__ import annotations

import pytest

from actions.recommend.rules.checks import Checker
from catalog.rules.problems import Problems
from tests.rules_text import rules_of


@pytest.fixture
def check(filters):
    """Text of a rules file → problems, and the ids that each rule is about."""

    def run(text: str) -> tuple[Problems, list[list[str]]]:
        problems = Problems()
        checker = Checker(filters, lambda ids: {i for i in ids if i == "new"}, problems)
        compiled = checker.check(rules_of(text))
        return problems, [[filters.index.ids[p] for p in one.positions] for one in compiled]

    return run


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ("{color: red}", {"red", "red-m", "wine", "gone"}),
        ("{颜色: 红色}", {"red", "red-m", "wine", "gone"}),
        ("{colour: [blue, Green]}", {"blue", "priceless"}),
        ("{category: 衬衫}", {"shirt"}),
        ("{category: dress, price: {at_most: 300}}", {"blue", "blend", "gone"}),
        ("{category: dress, material: {is_not: [cotton, silk]}}", {"blue", "gone", "priceless"}),
        ("{price: {between: [80, 130]}}", {"kettle", "kettle-s", "gone"}),
        ("{weight: {at_most: 1 kg}}", {"kettle-s"}),
        ("{capacity: {at_least: 900 ml}}", {"kettle"}),
    ],
)
def test_selections_speak_as_the_catalogue_and_people_do(check, where, ids):
    problems, (found,) = check(f"rules: [exclude: {{where: {where}}}]")
    assert problems.errors == []
    assert set(found) == ids


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("exclude: {where: {colr: red}}", "nearest one is 'color'"),
        ("exclude: {where: {color: bleu}}", "nearest one is 'blue'"),
        ("exclude: {where: {material: unobtainium}}", "No product has the material"),
        ("exclude: {where: {price: 100}}", "compare it with at_most"),
        ("exclude: {where: {color: {at_most: 3}}}", "no numbers under `color`"),
        ("exclude: {where: {price: {at_most: cheap}}}", "'cheap' is not a number"),
        ("exclude: {where: {added: {at_least: lately}}}", "such as 2026-06-01"),
        ("exclude: {where: {price: {between: [9, 1]}}}", "must be the smaller"),
        ("exclude: {products: [red, kettel]}", "no product 'kettel': the nearest one is 'kettle'"),
        ("incompatible: {products: red, with: {where: {colr: red}}}", "'color'"),
        ("margin: {weight: 0.1}", "no column of margins called `margin`"),
        ("{exclude: {products: red}, when: {colr: red}}", "'color'"),
        ("{exclude: {products: red}, when: {color: bleu}}", "'blue'"),
    ],
)
def test_unknown_names_are_told_with_the_nearest(check, rule, said):
    problems, _found = check(f"rules:\n  - {rule}")
    assert any(said in problem.message for problem in problems.errors), problems
    assert {problem.line for problem in problems.errors} == {2}


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("pin: {products: red}", "exclude: {products: [blue, red]}", "'red' would be pinned and"),
        ("exclude: {where: {color: red}}", "pin: {products: red}", "pinned and left out"),
        ("pin: {products: red}", "require: {where: {color: blue}}", "not let through"),
        ("pin: {products: red}", "pin: {products: red, rank: 3}", "pinned twice"),
        ("pin: {products: [red, blue]}", "pin: {products: wine, rank: 2}", "another `rank`"),
        (
            "boost: {where: {color: red}, by: 0.1}",
            "bury: {where: {color: red}, by: 0.1}",
            "lifted and lowered",
        ),
        ("require: {where: {color: red}}", "require: {where: {color: blue}}", "through by both"),
        ("require: {products: red}", "exclude: {where: {color: red}}", "nothing would be left"),
    ],
)
def test_contradictions_are_errors(check, first, second, said):
    problems, _found = check(f"rules:\n  - {first}\n  - {second}")
    (problem,) = problems.errors
    assert said in problem.message
    assert "line 2" in problem.message
    assert problem.line == 3


@pytest.mark.parametrize(
    "more",
    [
        ("from: 2026-01-01, until: 2026-01-31", "from: 2026-02-01"),
        ("when: {color: red}", "when: {color: blue}"),
    ],
)
def test_rules_that_never_meet_do_not_contradict(check, more):
    problems, _found = check(
        f"""
rules:
  - {{pin: {{products: red}}, {more[0]}}}
  - {{exclude: {{products: red}}, {more[1]}}}
"""
    )
    assert problems.errors == []


def test_what_matches_nothing_is_a_warning(check):
    problems, _found = check(
        "rules:\n  - exclude: {where: {price: {at_least: 100000}}}\n  - exclude: {products: new}"
    )
    assert problems.errors == []
    assert ["matches no product" in p.message for p in problems.warnings].count(True) == 2
    assert any("not indexed yet" in p.message for p in problems.warnings)


def test_synonyms_are_checked_too(check):
    problems, _found = check(
        """
synonyms:
  - {words: [frock], means: dress}
  - {words: [Frock], means: kettle}
  - {words: [ruddy], means: bleu, attribute: color}
  - {words: [zing], means: floomble}
  - {words: [kettle], means: dress}
"""
    )
    assert [problem.line for problem in sorted(problems.errors)] == [4, 5]
    assert any("floomble" in p.message and p.line == 6 for p in problems.warnings)
    assert any("'kettle' meant" in p.message and p.line == 7 for p in problems.warnings)
