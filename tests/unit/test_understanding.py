"""What reaches the classifier, what a confidence means, and what is sent where."""

from __future__ import annotations

import io
import json
import tarfile

import numpy as np
import pytest

from actions.request.roles import Role
from bot.cli.conversation import merged
from bot.lean import needs_tensorflow
from bot.nlu import calibration
from bot.nlu.classifier import Predictions, split
from bot.nlu.passes import Pass
from bot.nlu.tagging.roles import Span
from bot.nlu.training.batches import Tokens
from bot.nlu.training.config import TrainConfig
from bot.nlu.understanding import FALLBACK, meaning, spoken


class Sure:
    """Stands in for a classifier that is as sure as it is told."""

    threshold = 0.4
    roles = None

    def __init__(self, confidence):
        self._confidence = confidence

    def passes(self, texts, after):
        hidden = np.ones((1, 2), np.float32)
        return [Pass(Tokens([5], [(0, len(text))]), hidden) for text in texts]

    def of_vectors(self, vectors):
        rest = (1 - self._confidence) / 3
        row = np.array([[self._confidence, rest, rest, rest]])
        return Predictions(("find", "greet", "thanks", "undo"), np.repeat(row, len(vectors), 0))


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ('/greet{"x": 1}', 'greet{"x": 1}'),
        (" //restart", "restart"),
        ("／问候", "问候"),
        ("/ /greet", "greet"),
        ("50/50 cotton", "50/50 cotton"),
        ("", ""),
        (None, ""),
        ("///", ""),
        ("x" * 100_000, "x" * 1000),
    ],
)
def test_slashes_and_length_do_not_count(said, counts):
    assert spoken(said) == counts


@pytest.mark.parametrize("text", ["", "🙂🙂", "?!", "……"])
def test_a_message_without_words_is_not_understood(text):
    assert meaning(Sure(0.99), text).intent["name"] == FALLBACK


def test_a_sure_intent_is_kept_and_an_unsure_one_is_not():
    assert meaning(Sure(0.9), "red dress").intent == {"name": "find", "confidence": 0.9}
    found = meaning(Sure(0.39), "red dress")
    assert found.intent["name"] == FALLBACK
    assert [row["name"] for row in found.ranking][:2] == [FALLBACK, "find"]


def test_a_threshold_that_is_set_goes_before_the_one_found():
    assert meaning(Sure(0.39), "red dress", threshold=0.2).intent["name"] == "find"


def test_temperature_makes_confidence_as_high_as_accuracy():
    random = np.random.default_rng(0)
    targets = random.integers(0, 5, 4000)
    logits = random.normal(size=(4000, 5))
    logits[np.arange(4000), targets] += 1.5
    for factor in (0.3, 1.0, 4.0):
        found = calibration.temperature(factor * logits, targets)
        probabilities = calibration.softmax(factor * logits / found)
        accuracy = (probabilities.argmax(1) == targets).mean()
        assert probabilities.max(1).mean() == pytest.approx(accuracy, abs=0.02)


def test_threshold_separates_what_is_out_of_scope():
    random = np.random.default_rng(1)
    known, foreign = random.uniform(0.7, 1.0, 300), random.uniform(0.2, 0.5, 100)
    scores = np.concatenate([known, foreign])
    targets = np.array([0] * 300 + [9] * 100)
    guesses = np.zeros(400, int)
    assert 0.5 < calibration.threshold(guesses, scores, targets, out_of_scope=9) < 0.7


def test_split_holds_out_a_tenth_of_every_label_and_nothing_of_rare_ones():
    targets = np.array([0] * 50 + [1] * 20 + [2] * 3)
    kept, held = split(targets, TrainConfig(hold_out_minimum=5))
    assert sorted([*kept, *held]) == list(range(73))
    assert np.bincount(targets[held], minlength=3).tolist() == [5, 2, 0]


def test_text_and_data_become_one_message():
    received = [
        {"recipient_id": "a", "text": "Two dresses", "buttons": [{"title": "Red"}]},
        {"recipient_id": "a", "custom": {"type": "products"}},
        {"recipient_id": "a", "text": "And?"},
    ]
    assert merged(received) == [
        {
            "text": "Two dresses",
            "buttons": [{"title": "Red"}],
            "custom": {"type": "products"},
        },
        {"text": "And?"},
    ]


@pytest.mark.parametrize(
    ("component", "needed"),
    [
        ("bot.nlu.intent_component.IntentComponent", False),
        ("rasa.nlu.classifiers.diet_classifier.DIETClassifier", True),
    ],
)
def test_tensorflow_is_left_out_only_where_nothing_uses_it(tmp_path, component, needed):
    metadata = json.dumps({"predict_schema": {"nodes": {"run": {"uses": component}}}}).encode()
    archive = tmp_path / "model.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        member = tarfile.TarInfo("metadata.json")
        member.size = len(metadata)
        tar.addfile(member, io.BytesIO(metadata))
    assert needs_tensorflow(archive) is needed


class Tagging:
    """Stands in for a tagger: the first word is a thing, the second may be anything."""

    def tag(self, seen, text):
        first, second = text.split()
        at = len(first) + 1
        return [Span(0, len(first), "thing", 0.9), Span(at, at + len(second), "quality", 0.3)]


def test_roles_that_are_sure_are_told():
    classifier = Sure(0.9)
    classifier.roles = Tagging()
    assert meaning(classifier, "teapot nice").roles == (Role("thing", "teapot", 0),)
    assert Role.from_json(Role("thing", "teapot", 0).to_json()) == Role("thing", "teapot", 0)
