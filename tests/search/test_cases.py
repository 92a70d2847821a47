"""The search cases: enough of them, apart from each other, and each about some products."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.evaluate.judgement import FULL, Row, judge_of
from catalog.text import has_han

FOLDER = Path(__file__).parent
FILES = {
    (language, part): FOLDER / f"myntra_{language}_{part}.jsonl"
    for language in ("en", "zh")
    for part in ("valid", "test")
}
#: How many products a query may be about.
FEWEST, MOST = 3, 1_500


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def rows(shops) -> list[Row]:
    from catalog.shop import Shop

    shop = Shop.open(shops("myntra").shop_dir)
    try:
        return [Row.of(product) for product in shop.store.iter_products()]
    finally:
        shop.close()


@pytest.mark.parametrize(("language", "part"), FILES)
def test_there_are_enough_queries_in_their_language(language, part):
    cases = lines(FILES[language, part])
    assert len(cases) >= {"test": 220, "valid": 100}[part]
    assert {case["lang"] for case in cases} == {language}
    assert len({case["query"] for case in cases}) == len(cases)
    if language == "en":
        assert not any(has_han(case["query"]) for case in cases)
    else:
        assert sum(has_han(case["query"]) for case in cases) >= 0.95 * len(cases)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_tuned_on_is_not_what_is_told(language):
    test, valid = (lines(FILES[language, part]) for part in ("test", "valid"))
    assert not {case["query"].lower() for case in test} & {case["query"].lower() for case in valid}


@pytest.mark.parametrize(("language", "part"), FILES)
def test_every_query_is_about_some_products_and_not_about_most(language, part, rows):
    wrong = []
    for case in lines(FILES[language, part]):
        judge = judge_of(case["rule"])
        found = [grade for row in rows if (grade := judge(row))]
        if not FEWEST <= len(found) <= MOST or FULL not in found:
            wrong.append((case["query"], len(found)))
    assert wrong == []
