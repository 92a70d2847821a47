"""Utterances that nobody wrote the grammar for, over the vocabularies of three shops."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.evaluate.parse import evaluate_cases, read_cases

CASES = Path(__file__).with_name("cases.jsonl")
BAR = 0.9


@pytest.fixture(scope="module")
def cases():
    return read_cases(CASES)


def test_there_are_enough_cases_in_both_languages(cases):
    languages = [c.language for c in cases]
    assert len(cases) >= 240
    assert languages.count("zh") + languages.count("mixed") >= len(cases) / 2
    assert {c.shop for c in cases} == {"demo", "myntra", "yanxuan"}
    assert len({(c.text, c.shop) for c in cases}) == len(cases)


def test_nine_of_ten_utterances_give_exactly_the_changes_they_mean(cases, vocabularies):
    figures = evaluate_cases(cases, vocabularies)
    for failure in figures["failures"]:
        print(f"{failure['shop']} {failure['lang']}: {failure['text']}")
        print("   expected", json.dumps(failure["expected"], ensure_ascii=False))
        print("   got     ", json.dumps(failure["got"], ensure_ascii=False))
    print({k: v for k, v in figures.items() if k != "failures"})
    assert figures["exact"] >= BAR
    assert min(figures["per_language"].values()) >= BAR - 0.1
