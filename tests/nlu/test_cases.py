"""What people say that no example was written from: how much of it is understood."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from actions.request.extract import extract
from bot.cli.train import train_model
from bot.evaluate.parse import evaluate_parse
from bot.evaluate.understanding import evaluate_understanding, read_cases
from bot.nlu.shop_vocabulary import ShopVocabulary
from bot.nlu.understanding import meaning, spoken, trained_classifier
from tests.nlu.shopdial import cases, labels, sample
from tests.real_data import DATA

FOLDER = Path(__file__).parent
DIALOGUES = DATA / "dialogues" / "mg_shopdial.json"
needs_dialogues = pytest.mark.skipif(not DIALOGUES.is_file(), reason=f"{DIALOGUES} is not there")


@pytest.fixture(scope="session")
def classifier(base_settings):
    return trained_classifier(train_model(base_settings), base_settings)


@pytest.fixture(scope="session")
def understand(classifier):
    return lambda text, after: meaning(classifier, spoken(text), after)


def words_of(change):
    value = change.constraint.value if change.constraint is not None else change.value
    values = value if isinstance(value, (list, tuple)) else [value]
    return {str(v).casefold() for v in values}


def shown(figures):
    for failure in figures["failures"]:
        print(json.dumps(failure, ensure_ascii=False))
    print({key: value for key, value in figures.items() if key != "failures"})


def test_there_are_cases_of_every_intent_in_both_languages():
    cases = read_cases(FOLDER / "intents.jsonl")
    counts = Counter((c.intents[0], c.language) for c in cases if c.kind == "single")
    assert len(counts) == 2 * 44
    assert min(counts.values()) >= 6
    assert len({(c.text, c.language, c.after) for c in cases}) == len(cases)


def test_held_out_messages_get_the_intents_that_they_have(understand):
    figures = evaluate_understanding(read_cases(FOLDER / "intents.jsonl"), understand)
    shown(figures)
    assert figures["accuracy"] >= 0.84
    assert min(figures["per_language"].values()) >= 0.82
    assert figures["oos_recall"] >= 0.85
    assert figures["several"] >= 0.5
    assert figures["main_of_several"] >= 0.85
    assert figures["ece"] <= 0.08


def test_what_was_before_a_message_helps_to_understand_it(understand):
    figures = evaluate_understanding(read_cases(FOLDER / "intents.jsonl"), understand)
    assert figures["context"] >= 0.7
    assert figures["context"] >= figures["without_context"] + 0.1


@pytest.mark.parametrize("name", ["cases.jsonl", "held_out.jsonl"])
def test_the_roles_of_words_make_no_request_worse(classifier, shops, name):
    cases = FOLDER.parent / "parse" / name
    plain = evaluate_parse(cases, shops("demo"))
    found = evaluate_parse(cases, shops("demo"), classifier)
    shown(found)
    assert classifier.roles is not None
    assert found["exact"] >= plain["exact"] - 0.005


@needs_dialogues
def test_shoppers_in_dialogues_with_a_human_assistant_are_understood(understand, tmp_path):
    assert {utterance.key for utterance in sample(DIALOGUES)} == set(labels())
    lines = tmp_path / "cases.jsonl"
    lines.write_text("\n".join(json.dumps(case) for case in cases(DIALOGUES)), "utf-8")
    figures = evaluate_understanding(read_cases(lines), understand)
    shown(figures)
    assert figures["cases"] == 100
    assert figures["context"] >= 0.55


@needs_dialogues
def test_the_wishes_of_shoppers_in_such_dialogues_are_noted(shops):
    known = labels()
    vocabulary = ShopVocabulary(shops("demo").shop_dir).current()
    noted, wished = 0, 0
    for utterance in sample(DIALOGUES):
        changes = extract(spoken(utterance.text), vocabulary)
        said = {word for change in changes.changes for word in words_of(change)}
        for name, value in known[utterance.key]["wants"].items():
            if name in ("product_type", "color", "material", "occasion", "gender"):
                values = value if isinstance(value, list) else [value]
                wished += len(values)
                found = [v for v in values if str(v).casefold() in said]
                noted += len(found)
                if len(found) < len(values):
                    print(utterance.key, name, values, sorted(said))
    print({"wished": wished, "noted": noted})
    assert noted / wished >= 0.7
