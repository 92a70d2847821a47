"""``shoptalk evaluate nlu``: figures that mean what they say, from data that anyone brings."""

from __future__ import annotations

import json
import shutil
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.main import main
from bot.evaluate.diet import Peer, spaced
from bot.evaluate.intent_metrics import (
    Answers,
    Truth,
    best_with_out_of_scope,
    figures,
    per_label,
)
from bot.evaluate.labelled import Example
from bot.evaluate.nlu import choose_threshold
from bot.evaluate.options import train_config
from bot.evaluate.repeats import rounded, summary
from bot.evaluate.task import Data, Task, draw, read_data
from bot.evaluate.understanding import Case, evaluate_peer
from bot.nlu.classifier import IntentClassifier
from bot.nlu.training.config import TrainConfig
from catalog.errors import ShoptalkError

KEYS = {
    *("accuracy", "in_scope_accuracy", "oos_recall", "best_accuracy_with_oos", "threshold"),
    *("ece", "macro_f1", "train_seconds", "ms_p50"),
}
TRAINED = {"tracking", "returns"}
TAUGHT = {
    "tracking": "where is my parcel|has it left the depot|when will the box get here|track my order"
    "|still waiting for the courier|my delivery is late|what day does it arrive|parcel lost again",
    "returns": "i want to send this back|how do i return shoes|wrong size, refund please"
    "|can i exchange it|return label|money back for the lamp|it broke, take it back|refund when",
    "greeting": "hello|hi there|good morning|hey you|good evening all|yo|hiya|greetings",
    "hours": "when do you open|are you open on sunday|closing time today|opening hours please"
    "|open late on friday|until when is the shop open|do you open on holidays|shop hours",
    "payment": "can i pay by card|do you take cash|pay in instalments|my card was declined"
    "|which payment methods|pay with a voucher|invoice for my company|is paypal fine",
}
ASKED = {
    "Tracking?": "where is the parcel now|my box has not arrived",
    "Returns?": "how can i send it back|refund for shoes please",
    "Greeting?": "hello there|good morning to you",
    "Hours?": "when do you close|are you open today",
    "Payment?": "can i pay cash|is my card accepted",
    "oos": "what is the capital of peru|sing a song",
}


def csv(path, texts):
    rows = [f'"{text}",{label}' for label, said in texts.items() for text in said.split("|")]
    path.write_text("\n".join(["text,label", *rows]) + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A training file of 40 texts and a test file of 12."""
    folder = tmp_path_factory.mktemp("intents")
    return csv(folder / "train.csv", TAUGHT), csv(folder / "test.csv", ASKED)


@pytest.fixture
def evaluate(monkeypatch, capfd):
    """Run ``shoptalk evaluate nlu ARGUMENT…``: exit code, standard output, standard error."""

    def run(*arguments):
        command = ["shoptalk", "evaluate", "nlu", *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", command)
        capfd.readouterr()
        code: Any = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        said = capfd.readouterr()
        return int(code or 0), said.out, said.err

    return run


# Four texts in scope, of which three get their label; two out of scope.
TRUTH = Truth.of(["tracking"] * 3 + ["returns", "oos", "weather"], TRAINED)
ANSWERS = Answers(
    ["tracking", "tracking", "returns", "returns", "returns", "tracking"],
    np.array([0.9, 0.4, 0.8, 0.7, 0.6, 0.3]),
)


def test_figures_of_a_set_that_can_be_counted_by_hand():
    found = figures(TRUTH, ANSWERS, threshold=0.5)
    assert found["accuracy"] == 3 / 4
    assert found["in_scope_accuracy"] == 2 / 4
    assert found["oos_recall"] == 1 / 2
    # Above 0.3 and up to 0.4 one foreign text is rejected and nothing is lost; above 0.6 both are,
    # for one text that was right.
    assert found["best_accuracy_with_oos"] == 4 / 6
    assert found["best_threshold"] == 0.4
    # F1 of tracking is 2·2/(3+2), of returns 2·1/(1+2).
    assert found["macro_f1"] == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert found["ece"] == pytest.approx((0.1 + 0.6 + 0.8 + 0.3) / 4)


def test_a_confidence_at_the_threshold_is_kept():
    truth = Truth.of(["tracking", "oos"], TRAINED)
    found = figures(truth, Answers(["tracking", "tracking"], np.array([0.5, 0.5])), 0.5)
    assert (found["in_scope_accuracy"], found["oos_recall"]) == (1.0, 0.0)


def test_what_falls_into_the_label_of_out_of_scope_is_rejected_at_any_threshold():
    truth = Truth.of(["tracking", "tracking", "oos", "oos"], {*TRAINED, "oos"}, "oos")
    answers = Answers(["tracking", "oos", "oos", "tracking"], np.array([0.9, 0.9, 0.9, 0.8]))
    found = figures(truth, answers, 0.0)
    assert (found["accuracy"], found["in_scope_accuracy"]) == (0.5, 0.5)
    assert found["oos_recall"] == 0.5
    assert found["best_accuracy_with_oos"] == 3 / 4
    assert figures(truth, answers, 1.0)["oos_recall"] == 1.0
    assert set(per_label(truth, answers)) == {"tracking"}


def test_without_out_of_scope_texts_nothing_is_best_rejected():
    truth = Truth.of(["tracking", "returns"], TRAINED)
    found = figures(truth, Answers(["tracking", "tracking"], np.array([0.2, 0.9])), 0.5)
    assert found["oos_recall"] is None
    assert found["best_accuracy_with_oos"] == found["accuracy"] == 0.5
    assert found["best_threshold"] == 0.0


def test_each_label_has_its_own_figures():
    rows = per_label(TRUTH, ANSWERS)
    assert set(rows) == TRAINED
    assert rows["tracking"]["support"] == 3
    assert rows["tracking"]["precision"] == 1.0
    assert rows["returns"] == {
        "precision": 1 / 2,
        "recall": 1.0,
        "f1": pytest.approx(2 / 3),
        "support": 1,
    }


SIGNS = st.sampled_from(["tracking", "returns", "oos", "weather"])
ROWS = st.lists(
    st.tuples(SIGNS, st.sampled_from(["tracking", "returns", "oos"]), st.integers(0, 10)),
    min_size=1,
    max_size=30,
)


@given(ROWS, st.booleans())
def test_the_best_of_all_thresholds_is_the_best_of_many(rows, taught):
    trained = TRAINED | {"oos"} if taught else TRAINED
    truth = Truth.of([row[0] for row in rows], trained, "oos")
    answers = Answers([row[1] for row in rows], np.array([row[2] / 10 for row in rows]))
    inside, right = ~truth.foreign, np.array([row[0] == row[1] for row in rows])
    sink = np.array([taught and row[1] == "oos" for row in rows])

    def handled(threshold):
        kept = (answers.confidences >= threshold) & ~sink
        return float(np.where(inside, right & kept, ~kept).mean())

    best, threshold = best_with_out_of_scope(truth, answers)
    assert best == pytest.approx(max(handled(t) for t in np.linspace(0, 1.05, 22)))
    assert threshold == 1.0 or handled(threshold) == pytest.approx(best)


def test_a_peers_threshold_lies_between_what_is_known_and_what_is_foreign():
    known = [Example(f"{label} {n}", label) for label in sorted(TRAINED) for n in range(30)]
    foreign = [Example(f"rain {n}", "weather") for n in range(30)]
    data = Data(known, [*known, *foreign], known, [], "")
    best = [e.label for e in known] + ["tracking"] * 30
    confidences = np.concatenate([np.linspace(0.7, 1, 60), np.linspace(0.2, 0.5, 30)])
    assert 0.5 < choose_threshold(data, Answers(best, confidences)) <= 0.7


def test_shots_are_drawn_for_every_label_with_the_seed():
    examples = [Example(f"{label} {n}", label) for label in "abc" for n in range(6)]
    examples.append(Example("d 0", "d"))
    drawn = draw(examples, 2, seed=1)
    assert [e.label for e in drawn] == list("aabbccd")
    assert drawn == draw(examples, 2, seed=1) != draw(examples, 2, seed=2)


def test_means_and_deviations_of_several_seeds():
    runs = [
        {
            "accuracy": 0.8,
            "oos_recall": None,
            "peer": {"name": "other", "accuracy": 0.5},
            "seed": 0,
        },
        {
            "accuracy": 0.9,
            "oos_recall": None,
            "peer": {"name": "other", "accuracy": 0.6},
            "seed": 1,
        },
    ]
    found = rounded(summary(runs))
    assert (found["accuracy"], found["sd"]["accuracy"]) == (0.85, 0.0707)
    assert found["peer"] == {"name": "other", "accuracy": 0.55}
    assert found["sd"]["peer"]["accuracy"] == 0.0707
    assert found["oos_recall"] is None
    assert [run["seed"] for run in found["runs"]] == [0, 1]


def test_training_options_are_typed():
    found = train_config(
        ["epochs=3", "learning_rate=2e-4", "words=yes", "targets=query,key", "seconds=none"], seed=7
    )
    assert (found.epochs, found.learning_rate, found.words) == (3, 2e-4, True)
    assert (found.targets, found.seconds, found.seed) == (("query", "key"), None, 7)
    assert train_config([]) == TrainConfig()


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("epoch=3", "no training option 'epoch': .* epochs"),
        ("epochs", "no value in 'epochs'"),
        ("epochs=many", "epochs is a whole number, at least 1, not 'many'"),
        ("epochs=0", "at least 1"),
        ("epochs=2.5", "whole number"),
        ("dropout=nan", "a number"),
        ("dropout=-0.1", "at least 0"),
        ("words=perhaps", "true or false"),
        ("method=magic", "no training method 'magic'"),
        ("seed=3", "--seed"),
    ],
)
def test_an_option_that_does_not_fit_is_one_sentence(option, said):
    with pytest.raises(ShoptalkError, match=said):
        train_config([option])


def test_labels_of_all_files_are_written_as_they_were_trained(files, tmp_path):
    train, test = files
    more = csv(tmp_path / "more.csv", {"Tracking": "is it on its way", "size": "does it fit"})
    valid = csv(tmp_path / "valid.csv", {"GREETING": "hey", "weather": "will it rain"})
    data = read_data(Task(train=f"{train},{more}", test=test, valid=valid, out_of_scope="OOS"))
    assert {e.label for e in data.train} == {*TAUGHT, "size"}
    assert {e.label for e in data.test} == {*TAUGHT, "oos"}
    assert [e.label for e in data.valid] == ["greeting", "weather"]
    assert data.truth.foreign.sum() == 2
    assert data.truth.rejecting is None
    assert data.out_of_scope == "oos"


def test_texts_of_labels_that_were_not_trained_are_out_of_scope_unasked(files):
    data = read_data(Task(*files))
    assert [t for t, f in zip(data.test, data.truth.foreign, strict=True) if f] == [
        Example("what is the capital of peru", "oos"),
        Example("sing a song", "oos"),
    ]


@pytest.mark.parametrize(
    ("train", "test", "said"),
    [
        ({"a": "x|y"}, {"a": "z"}, "have the label 'a': at least two"),
        ({"a": "x", "b": "y"}, {"c": "z"}, r"No text of .* its first is 'c'.* is 'a'"),
    ],
)
def test_data_that_does_not_do_is_one_sentence(evaluate, tmp_path, train, test, said):
    train, test = csv(tmp_path / "train.csv", train), csv(tmp_path / "test.csv", test)
    with pytest.raises(ShoptalkError, match=said):
        read_data(Task(train, test))
    code, out, err = evaluate("--train", train, "--test", test)
    assert (code, out) == (1, "")
    assert err.count("\n") == 1


def test_texts_to_choose_by_must_be_in_scope_too(files, tmp_path):
    valid = csv(tmp_path / "valid.csv", {"weather": "will it rain"})
    with pytest.raises(ShoptalkError, match=r"valid\.csv has a label that is trained"):
        read_data(Task(train=files[0], test=files[1], valid=valid))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--train", "nowhere.csv"), "no file or folder 'nowhere.csv'"),
        (("--text-column", "said"), "has no column 'said': it has text, label"),
        (("--option", "epoch=1"), "no training option 'epoch'"),
    ],
)
def test_a_wrong_argument_is_one_sentence(evaluate, files, arguments, said):
    train, test = files
    code, out, err = evaluate("--train", train, "--test", test, *arguments)
    assert (code, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1


def test_an_encoder_that_is_not_there_is_one_sentence(evaluate, files, tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("SHOPTALK_ENCODER", str(tmp_path / "empty"))
    code, out, err = evaluate("--train", files[0], "--test", files[1])
    assert (code, out) == (1, "")
    assert "holds no encoder" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [("--test", "x.csv"), ("--train", "x.csv", "--shots", 0)])
def test_wrong_usage_ends_with_2(evaluate, arguments):
    code, out, _err = evaluate(*arguments)
    assert (code, out) == (2, "")


def test_chinese_signs_are_words_for_the_peer():
    assert spaced("我想买red dress谢谢") == "我 想 买 red dress 谢 谢"
    assert spaced("two  spaces") == "two  spaces"


def folders(settings):
    return {path.name for path in settings.encoder_dir.glob("intents-*")}


@pytest.fixture
def kept(base_settings):
    """The cache of encoders is afterwards as it was before."""
    before = folders(base_settings)
    yield before
    for name in folders(base_settings) - before:
        shutil.rmtree(base_settings.encoder_dir / name)


@pytest.mark.timeout(600)
def test_a_little_set_is_learned_and_scored_and_the_classifier_kept(
    evaluate, files, base_settings, kept, tmp_path
):
    train, test = files
    folder = tmp_path / "classifier"
    code, out, err = evaluate(
        *("--train", train, "--test", test, "--oos", "oos", "--epochs", 1, "--option", "batch=8"),
        *("--seed", 3, "--report", "--save", folder, "--exact", "--json"),
    )
    assert code == 0, err
    (line,) = out.splitlines()
    found = json.loads(line)
    assert set(found) >= KEYS
    assert found["accuracy"] >= 0.6
    assert found["in_scope_accuracy"] <= found["accuracy"]
    assert (found["train_texts"], found["test_texts"], found["out_of_scope_texts"]) == (40, 12, 2)
    assert (found["labels"], found["labels_not_trained"], found["seed"]) == (5, [], 3)
    assert set(found["report"]) == set(TAUGHT)
    classifier = IntentClassifier.load(folder, base_settings, lambda _said: None)
    assert set(classifier.labels) == set(TAUGHT)


@pytest.mark.timeout(600)
def test_the_peer_is_scored_the_same_way_in_a_process_of_its_own(evaluate, files, tmp_path):
    train, test = files
    code, out, err = evaluate(
        *("--train", train, "--test", test, "--threshold", 0.1, "--shots", 4),
        *("--peer-only", "--peer-epochs", 2),
    )
    assert code == 0, err
    found = json.loads(out)
    assert "accuracy" not in found
    assert set(found["peer"]) >= KEYS | {"name"}
    assert "DIET, 2 epochs" in found["peer"]["name"]
    assert found["peer"]["threshold"] == 0.1
    assert found["train_texts"] == 20
    assert 0 <= found["peer"]["accuracy"] <= 1
    assert found["peer"]["ms_p50"] > 0


def test_a_peer_is_asked_the_same_cases_and_told_nothing_of_what_was_before(monkeypatch):
    asked = {}

    def run_peer(texts, labels, valid, test, **options):
        asked.update(texts=texts, labels=labels, test=test, options=options)
        answers = {"track it": ("tracking", 0.9), "mars": ("returns", 0.1), "it": ("hours", 0.6)}
        said = [answers[text] for text in test]
        return Peer(
            name="other",
            valid=Answers([], np.array([])),
            test=Answers([best for best, _ in said], np.array([sure for _, sure in said])),
            train_seconds=1.5,
            milliseconds=[5.0, 6.0, 7.0],
        )

    monkeypatch.setattr("bot.evaluate.diet.run_peer", run_peer)
    cases = [
        Case("track it", "en", ("tracking",)),
        Case("mars", "en", ("out_of_scope",)),
        Case("it", "en", ("returns",), after="shown"),
        Case("it", "en", ("hours",), after="asked"),
    ]
    told = []
    found = evaluate_peer(cases, [("my box", "tracking"), ("money", "returns")], 7, 3, told.append)
    assert asked["texts"] == ["my box", "money"]
    assert asked["labels"] == ["tracking", "returns"]
    assert asked["test"] == ["track it", "mars", "it"]
    assert asked["options"]["epochs"] == 7
    assert asked["options"]["seed"] == 3
    # Below its threshold the second is out of scope, as it should be.
    assert (found["accuracy"], found["oos_recall"]) == (1.0, 1.0)
    assert found["context"] == found["without_context"] == 0.5
    assert (found["ms_p50"], found["train_seconds"]) == (6.0, 1.5)
