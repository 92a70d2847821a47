"""Several things said in one message, and what was said before it."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import ClassVar

import numpy as np
import pytest

from bot.evaluate.understanding import Case, evaluate_understanding, read_cases
from bot.nlu.classifier import Predictions
from bot.nlu.parts import Part, main_part, parts_of, spans
from bot.nlu.passes import Pass
from bot.nlu.training.batches import Row, Tokens
from bot.nlu.training.context import Contexts
from bot.nlu.understanding import FALLBACK, Meaning, meaning
from catalog.errors import ShoptalkError

LABELS = ("find", "shipping", "thanks")


class ByWord:
    """Stands in for a classifier: every word is one token, whose state says what it is about."""

    threshold = 0.4
    roles = None
    about: ClassVar = {
        "kettle": 0,
        "red": 0,
        "ship": 1,
        "canada": 1,
        "thanks": 2,
        "运费": 1,
        "水壶": 0,
    }

    def passes(self, texts, after):
        return [self._pass(text) for text in texts]

    def _pass(self, text):
        offsets, states = [], []
        for word, label in self.about.items():
            at = text.find(word)
            if at >= 0:
                offsets.append((at, at + len(word)))
                states.append(np.eye(3)[label])
        order = np.argsort([begin for begin, _ in offsets])
        hidden = np.array([states[i] for i in order] or [np.full(3, 0.1)], np.float32)
        return Pass(Tokens([5] * len(hidden), [offsets[i] for i in order] or [(0, 0)]), hidden)

    def of_vectors(self, vectors):
        logits = 4 * np.stack(vectors)
        odds = np.exp(logits - logits.max(1, keepdims=True))
        return Predictions(LABELS, odds / odds.sum(1, keepdims=True))


class Torn(ByWord):
    """Every word is as much about finding as about delivery."""

    def of_vectors(self, vectors):
        return Predictions(LABELS, np.tile([0.48, 0.46, 0.06], (len(vectors), 1)))


def parts(text):
    classifier = ByWord()
    (seen,) = classifier.passes([text], [""])
    return parts_of(text, seen, classifier, classifier.of_vectors([seen.whole()]))


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("a red kettle", ["a red kettle"]),
        ("red, and do you ship?", ["red", "and do you ship"]),
        ("thanks! bye", ["thanks", "bye"]),
        ("红色的。另外运费多少", ["红色的", "另外运费多少"]),
        ("要红色的另外运费多少", ["要红色的", "另外运费多少"]),
        ("要红色的 运费多少", ["要红色的", "运费多少"]),
        ("...", []),
        ("", []),
    ],
)
def test_a_message_is_cut_where_one_thing_ends(text, cut):
    assert [text[begin:end] for begin, end in spans(text)] == cut


def test_each_part_has_its_intent_in_the_order_said():
    found = parts("a red kettle, and do you ship to canada? thanks")
    assert [part.name for part in found] == ["find", "shipping", "thanks"]
    assert [part.text for part in found] == ["a red kettle", "and do you ship to canada", "thanks"]


def test_neighbours_of_one_intent_are_one_part():
    assert parts("red, a kettle; kettle") == []
    assert [part.text for part in parts("red, a kettle, ship")] == ["red, a kettle", "ship"]


def test_what_is_said_in_one_breath_is_cut_where_its_intents_part():
    found = parts("i want a red kettle ship to canada")
    assert [(part.name, part.text) for part in found] == [
        ("find", "i want a red kettle"),
        ("shipping", "ship to canada"),
    ]
    assert [part.name for part in parts("水壶运费")] == ["find", "shipping"]


def test_what_is_not_clear_belongs_to_what_was_said_before_it():
    found = parts("a kettle, or so, ship")
    assert [part.text for part in found] == ["a kettle, or so", "ship"]


def test_a_message_of_many_pieces_is_cut_where_its_intents_part():
    found = parts("ship, " + "red, " * 20)
    assert [part.name for part in found] == ["shipping", "find"]
    assert found[1].text.startswith("red") and found[1].text.count("red") == 20


def test_no_more_parts_than_a_few():
    found = parts("red. ship. kettle. ship. red. ship")
    assert 2 <= len(found) <= 3
    assert all(a.name != b.name for a, b in pairwise(found))


def test_a_message_is_about_more_than_its_courtesies():
    said = [Part("thanks", 0.9, "thanks"), Part("shipping", 0.8, "ship?")]
    assert main_part(said).name == "shipping"
    assert main_part(said[:1]).name == "thanks"


def test_a_message_with_several_intents_is_no_fallback():
    found = meaning(ByWord(), "a kettle. ship. thanks")
    assert found.intent["name"] == "find"
    assert [part.name for part in found.parts] == ["find", "shipping", "thanks"]
    assert not found.between


def test_between_two_close_intents_the_shopper_is_asked():
    found = meaning(Torn(), "kettle")
    assert found.intent["name"] == FALLBACK
    assert set(found.between) == {"find", "shipping"}


def test_a_text_is_never_shown_in_a_context_that_it_has_an_example_of_its_own_for():
    rows = [
        Row("No", ((0, 1.0),), after="asked"),
        Row("no!", ((1, 1.0),), after="shown"),
        Row("no", ((2, 1.0),)),
        Row("red please", ((3, 1.0),)),
    ]
    contexts = Contexts(rows, seed=0)
    placed = [row for epoch in range(40) for row in contexts.rows(rows, epoch)]
    assert {row.after for row in placed if row.targets[0][0] == 2} == {"", "shown"}
    assert {row.after for row in placed if row.targets[0][0] == 3} == {"", "asked", "shown"}
    assert {row.after for row in placed if row.targets[0][0] == 0} == {"asked"}


def test_without_contexts_rows_stay_as_they_are():
    rows = [Row("a", ((0, 1.0),)), Row("b", ((1, 1.0),))]
    assert Contexts(rows, seed=0).rows(rows, 3) == rows


def test_understanding_is_scored_by_kind():
    def understand(text, after):
        name = "deny" if after == "offered" else text
        ranking = [{"name": name, "confidence": 0.9}]
        several = [Part(n, 0.9, n) for n in text.split("+")] if "+" in text else []
        return Meaning({"name": name.split("+")[0], "confidence": 0.9}, ranking, several)

    cases = [
        Case("find", "en", ("find",)),
        Case("refine", "zh", ("find",)),
        Case("out_of_scope", "en", ("out_of_scope",)),
        Case("find+thanks", "en", ("find", "thanks")),
        Case("like", "en", ("reject", "like"), either=True),
        Case("no", "en", ("deny",), after="offered"),
    ]
    figures = evaluate_understanding(cases, understand)
    assert figures["accuracy"] == pytest.approx(3 / 4)
    assert figures["oos_recall"] == 1.0
    assert figures["several"] == figures["main_of_several"] == figures["context"] == 1.0
    assert figures["without_context"] == 0.0
    assert figures["per_language"] == {"en": 1.0, "zh": 0.0}
    assert [failure["text"] for failure in figures["failures"]] == ["refine"]


@pytest.mark.parametrize("line", ["[]", "{", '{"text": "a"}', '{"intents": ["find"]}'])
def test_a_line_that_is_no_case_is_named(tmp_path, line):
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps({"text": "a", "intents": ["find"]}) + f"\n{line}\n")
    with pytest.raises(ShoptalkError, match="line 2"):
        read_cases(file)
