"""Metrics of ranked lists, the cases they are measured on, and how methods are compared."""

from __future__ import annotations

import json

import numpy as np
import pytest
import pytrec_eval

from bot.evaluate.judgement import Row
from bot.evaluate.retrieval_metrics import ndcg_at_k, recall_at_k
from bot.evaluate.search import evaluate_search, interval
from bot.evaluate.search_cases import Case, read_cases
from catalog.errors import ShoptalkError


def test_ndcg_is_that_of_trec_eval():
    rng = np.random.default_rng(3)
    for _ in range(50):
        grades = {f"d{i}": int(g) for i, g in enumerate(rng.integers(0, 3, 30))}
        ranked = [f"d{i}" for i in rng.permutation(40)[:20]]
        run = {"q": {id_: float(100 - rank) for rank, id_ in enumerate(ranked)}}
        evaluator = pytrec_eval.RelevanceEvaluator({"q": grades}, {"ndcg_cut.10"})
        theirs = evaluator.evaluate(run)["q"]["ndcg_cut_10"]
        assert ndcg_at_k(ranked, grades, 10) == pytest.approx(theirs, abs=1e-9)


def test_recall_is_that_of_trec_eval_where_ten_places_hold_everything():
    grades = {"a": 1, "b": 2, "c": 0, "d": 1}
    ranked = ["a", "x", "b", "c"]
    run = {"q": {id_: float(-rank) for rank, id_ in enumerate(ranked)}}
    evaluator = pytrec_eval.RelevanceEvaluator({"q": grades}, {"recall.10"})
    assert recall_at_k(ranked, grades, 10) == pytest.approx(
        evaluator.evaluate(run)["q"]["recall_10"]
    )


def test_recall_counts_no_more_than_fit_into_the_list():
    assert recall_at_k(["a", "b"], {"a": 1, "b": 1, "c": 1}, 2) == 1.0


@pytest.mark.parametrize("metric", [ndcg_at_k, recall_at_k])
def test_a_metric_at_its_ends(metric):
    assert metric([], {"a": 1}, 10) == 0.0
    assert metric(["a"], {}, 10) == 0.0
    assert metric(["a"], {"a": 2}, 10) == 1.0
    assert metric(["a", "a"], {"a": 2, "b": 2}, 10) < 1.0


def test_the_interval_covers_the_mean_and_follows_the_seed():
    differences = np.random.default_rng(1).normal(0.1, 0.2, 300)
    got = interval(differences, seed=7)
    assert got["low"] < got["mean"] < got["high"]
    half = 1.96 * 0.2 / np.sqrt(300)
    assert got["high"] - got["low"] == pytest.approx(2 * half, rel=0.15)
    assert got == interval(differences, seed=7)


def test_methods_are_compared_query_by_query():
    cases = [Case("q1", "en", {"a": 2}), Case("q2", "zh", {"b": 1})]
    methods = {
        "default": lambda query, k: ["a", "b"],
        "other": lambda query, k: ["a"] if query == "q1" else [],
    }
    figures = evaluate_search(methods, cases, seed=0, each=True)
    assert figures["queries"] == {"en": 1, "zh": 1, "all": 2}
    assert figures["methods"]["other"]["languages"]["zh"]["ndcg@10"] == 0.0
    assert figures["ahead"]["other"]["en"]["mean"] == 0.0
    assert figures["ahead"]["other"]["zh"]["mean"] == pytest.approx(0.6309)
    assert figures["each"][1] == {"query": "q2", "default": 0.631, "other": 0.0}


ROWS = [Row("1", "red dress", "", "", "", "", 5.0), Row("2", "blue dress", "", "", "", "", 9.0)]


def written(folder, *cases):
    path = folder / "cases.jsonl"
    path.write_text("\n".join(json.dumps(case) for case in cases), encoding="utf-8")
    return path


def test_a_case_lists_its_products_or_has_a_rule(tmp_path):
    path = written(
        tmp_path,
        {"query": "red", "lang": "en", "rule": {"all": [{"color": "red"}]}},
        {"query": "blue", "lang": "en", "relevant": {"2": 2, "1": 0}},
    )
    assert [case.grades for case in read_cases([path], ROWS)] == [{"1": 2}, {"2": 2}]


@pytest.mark.parametrize(
    "case",
    [
        {"query": "green", "lang": "en", "rule": {"all": [{"color": "green"}]}},
        {"query": "x", "lang": "en", "relevant": {"elsewhere": 1}},
        {"query": "x", "lang": "en", "relevant": {}},
        {"query": "x", "lang": "en", "relevant": {"1": "much"}},
        {"query": "x", "lang": "en", "relevant": {"1": True}},
        {"query": " ", "lang": "en", "relevant": {"1": 1}},
        {"query": "x", "relevant": {"1": 1}},
        {"query": "x", "lang": "en"},
        ["x"],
    ],
)
def test_what_is_no_case_is_told_with_its_line(tmp_path, case):
    good = {"query": "red", "lang": "en", "relevant": {"1": 1}}
    with pytest.raises(ShoptalkError, match="line 2"):
        read_cases([written(tmp_path, good, case)], ROWS)


@pytest.mark.parametrize("content", [b"", b"{not json}\n", b"\xff\xfe\x00"])
def test_a_file_without_cases_is_told(tmp_path, content):
    path = tmp_path / "cases.jsonl"
    path.write_bytes(content)
    with pytest.raises(ShoptalkError):
        read_cases([path, path], ROWS)
    with pytest.raises(ShoptalkError):
        read_cases([tmp_path / "nowhere.jsonl"], ROWS)
