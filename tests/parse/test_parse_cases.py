"""Utterances that nobody wrote the grammar for, over the vocabularies of three shops."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from actions.request.types import Change, Constraint
from bot.evaluate.parse import Case, evaluate_cases, read_cases
from catalog.lexicon import Lexicon
from catalog.vocabulary import Vocabulary

SETS = ("cases.jsonl", "held_out.jsonl")
BAR = 0.95


@pytest.fixture(scope="module", params=SETS)
def cases(request):
    return read_cases(Path(__file__).with_name(request.param))


def test_there_are_enough_cases_in_both_languages(cases):
    languages = [c.language for c in cases]
    assert len(cases) >= 400
    assert languages.count("zh") + languages.count("mixed") >= len(cases) / 2
    assert {c.shop for c in cases} <= {"demo", "myntra", "yanxuan"}
    assert len({(c.text, c.shop) for c in cases}) == len(cases)


def test_nearly_all_utterances_give_exactly_the_changes_they_mean(cases, vocabularies):
    figures = evaluate_cases(cases, vocabularies)
    for failure in figures["failures"]:
        print(f"{failure['shop']} {failure['lang']}: {failure['text']}")
        print("   expected", json.dumps(failure["expected"], ensure_ascii=False))
        print("   got     ", json.dumps(failure["got"], ensure_ascii=False))
    print({k: v for k, v in figures.items() if k != "failures"})
    assert figures["exact"] >= BAR
    assert min(figures["per_language"].values()) >= BAR


def _exact(expected: Constraint, got: Constraint) -> bool:
    case = Case("x", "en", "shop", (Change("add", constraint=expected),))
    words = {"shop": Vocabulary.build([], Lexicon.load())}
    figures = evaluate_cases([case], words, lambda *_: (Change("add", constraint=got),))
    return bool(figures["exact"])


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        (("screen_size", "is", "15.6 inch", None), ("screen_size", "about", 15.6, "in"), True),
        (("storage", "at_least", 1, "tb"), ("storage", "at_least", 1024, "gb"), True),
        (("diameter", "is", 28, "cm"), ("diameter", "about", 280, "mm"), True),
        (("size", "is", "1.8 m bed", None), ("length", "about", 1.8, "m"), True),
        (("battery_life", "at_least", 40, "h"), ("battery", "at_least", 40, "h"), True),
        (("weight", "at_most", 2, "kg"), ("weight", "at_least", 2, "kg"), False),
        (("screen_size", "is", "15.6 inch", None), ("screen_size", "about", 14.0, "in"), False),
        (("size", "is", "42", None), ("size", "is", "43", None), False),
    ],
)
def test_a_measure_is_the_same_however_it_is_written(expected, got, same):
    one, other = (Constraint(a, op, v, unit=unit) for a, op, v, unit in (expected, got))
    assert _exact(one, other) is same
