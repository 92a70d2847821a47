"""The reader of two windows: rows, composed pairs, what is kept, what is measured."""

import json
from collections import Counter

import numpy as np
import pytest

from actions.interest.reading.head import APART, COMPARED, NAMES, SEEN, Head, features
from actions.interest.reading.reader import ABOUT, HEAD, DriftReader
from actions.interest.reading.rows import (
    ALLOWANCE,
    NO_PART,
    NOW_TITLES,
    NOW_WORDS,
    PARTS,
    TITLES,
    RowWriter,
    shares,
)
from actions.interest.reading.windows import DRIFT, GIFT, KINDS, REFINEMENT, RETURN, Window
from bot.drift_reader.banks import Bank, Mission, read_banks
from bot.drift_reader.compose import Composer
from bot.drift_reader.config import ReaderConfig
from bot.drift_reader.train import DATA, _use, fit_and_write
from bot.evaluate.drift_cases import Case, read_cases
from bot.evaluate.drift_text import VIEWS, best_threshold, evaluate_drift_text, scored
from catalog.encoders.text import OnnxTextEncoder
from catalog.errors import ShoptalkError
from catalog.settings import ROOT
from tests.toy_encoder import toy_encoder, toy_settings

CASES = ROOT / "tests" / "drift"
MISSIONS = tuple(
    Mission(name, name, (name,), tuple(f"{color} {name}" for color in ("red", "blue", "green")))
    for name in ("dress", "shoes", "bag", "hat", "order", "parcel")
)
BANK = Bank(
    {
        DRIFT: ("find me {x}", "show me {x}", "i want {x}"),
        REFINEMENT: ("red", "blue", "green"),
        GIFT: ("hello {who}", "hi {who}"),
        RETURN: ("track {x}", "is my {x} late"),
        "more": (".", "!"),
    },
    ("you", "there"),
    MISSIONS,
)


def case(kind, before, after, earlier=None):
    def window(name, words):
        return Window((f"red {name}", f"green {name}"), (words,))

    return Case("en", kind, window(*before), window(*after), earlier and window(*earlier))


#: As many cases of each kind as tell anything, with products and words that occur together here
#: for the first time.
WRITTEN = [
    case(DRIFT, ("dress", "buy dress"), ("bag", "find me bag")),
    case(DRIFT, ("hat", "a hat"), ("shoes", "i want shoes")),
    case(DRIFT, ("bag", "buy"), ("order", "show me order")),
    case(DRIFT, ("parcel", "parcel"), ("dress", "find me dress")),
    case(GIFT, ("dress", "buy dress"), ("hat", "hello you")),
    case(GIFT, ("shoes", "i want shoes"), ("bag", "hi there")),
    case(GIFT, ("order", "order"), ("parcel", "hello there")),
    case(REFINEMENT, ("dress", "buy dress"), ("dress", "blue")),
    case(REFINEMENT, ("hat", "a hat"), ("hat", "green")),
    case(RETURN, ("dress", "buy dress"), ("bag", "track bag"), ("bag", "bag")),
    case(RETURN, ("hat", "hat"), ("shoes", "is my shoes late"), ("shoes", "shoes")),
]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return toy_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="module")
def trained(base, tmp_path_factory):
    """A reader that learned from a few hundred composed pairs of toy words."""
    folder = tmp_path_factory.mktemp("reader") / "made"
    folder.mkdir()
    config = ReaderConfig(
        pairs=2000,
        compared_pairs=600,
        held_out=60,
        hidden=32,
        first_layer=0,
        batch=16,
        learning_rate=3e-3,
        head_learning_rate=5e-3,
        dropout=0.0,
        precision="fp32",
    )
    fit_and_write(base, {"en": BANK}, {}, folder, config, lambda _said: None)
    return folder


# Rows.


def test_each_part_of_a_row_keeps_to_its_allowance_and_the_latest_words_stay(base):
    long = Window(tuple(["red dress"] * 30), (*["buy"] * 40, "hat"))
    read = RowWriter(base.tokenizer).row(long, long, long)
    assert len(read.ids) == len(read.parts) <= 160
    counts = Counter(read.parts)
    assert all(0 < counts[part] <= ALLOWANCE[part] for part in range(PARTS))
    hat = base.tokenizer.encode("hat", add_special_tokens=False).ids[0]
    own = [id_ for id_, part in zip(read.ids, read.parts, strict=True) if part == NOW_WORDS]
    assert own[-1] == hat


def test_a_window_that_is_not_there_leaves_no_tokens(base):
    read = RowWriter(base.tokenizer).row(Window(("red hat",)), Window(words=("buy",)))
    assert set(read.parts) == {NO_PART, NOW_WORDS, TITLES}


def test_the_means_of_parts_are_means(base):
    read = RowWriter(base.tokenizer).row(Window(("red hat",)), Window(("bag",), ("buy a bag",)))
    found = shares(read.parts, len(read.ids) + 3)
    sums = found.sum(axis=1)
    assert sums[[NOW_WORDS, NOW_TITLES, TITLES, PARTS]] == pytest.approx(1)
    assert sums[[2, 4, 5]] == pytest.approx(0)
    assert not found[:, len(read.ids) :].any()


def test_the_served_head_is_the_trained_one():
    import torch

    from bot.drift_reader.network import LearningHead

    torch.manual_seed(3)
    learning = LearningHead(8, 5, 0.0).eval()
    means = np.random.default_rng(0).normal(size=(PARTS + 1, 8)).astype(np.float32)
    means[4:6] = 0
    logits = learning(torch.from_numpy(means[None])).detach()
    served = Head(learning.tensors()).probabilities(features(means))
    assert served == pytest.approx(torch.softmax(logits, 1)[0].numpy(), abs=1e-5)
    assert len(features(means)) == (len(SEEN) + len(APART)) * 8 + len(COMPARED)


# What is learned from.


def test_banks_have_the_same_missions_in_both_languages_and_enough_of_everything():
    banks = read_banks(DATA)
    keys = [[mission.key for mission in bank.missions] for bank in banks.values()]
    assert keys[0] == keys[1] and len(set(keys[0])) >= 60
    for bank in banks.values():
        for kind in KINDS:
            wordings = bank.wordings[kind]
            assert len(set(wordings)) == len(wordings) >= 60
        for mission in bank.missions:
            assert len(mission.products) >= 4 and len(mission.beside) >= 2, mission.key
            assert mission.names and mission.opening and mission.narrowing


def test_composing_is_seeded_and_has_every_kind():
    banks = read_banks(DATA)
    one, same, other = (Composer(banks, {}, seed).pairs(400) for seed in (1, 1, 2))
    assert one == same != other
    kinds = Counter(pair.kind for pair in one)
    assert set(kinds) == set(KINDS) and min(kinds.values()) > 30
    assert {pair.language for pair in one} == {"en", "zh"}


def test_every_return_has_something_to_return_to_and_others_have_it_too():
    pairs = Composer({"en": BANK}, {}, 5).pairs(500)
    for pair in pairs:
        if pair.kind == RETURN:
            assert pair.earlier is not None
            shared = [
                name.key for name in MISSIONS if name.key in " ".join(pair.after.titles).lower()
            ]
            assert shared and all(shared[0] in t.lower() for t in pair.earlier.titles)
    assert any(pair.earlier for pair in pairs if pair.kind == DRIFT)
    assert any(pair.earlier for pair in pairs if pair.kind == REFINEMENT)


def test_nothing_that_shoppers_say_in_the_cases_is_learned():
    said = {
        word
        for name in ("cases.jsonl", "valid.jsonl")
        for one in read_cases(CASES / name)
        for window in (one.before, one.after, one.earlier or Window())
        for word in window.words
        if len(word.split()) > 3 or (one.language == "zh" and len(word) > 7)
    }
    learned = set()
    for bank in read_banks(DATA).values():
        for wordings in bank.wordings.values():
            learned |= set(wordings)
        for mission in bank.missions:
            learned |= {*mission.opening, *mission.narrowing}
    assert not said & learned


# The cases.


def test_the_cases_are_many_in_both_languages_and_of_every_kind():
    test, valid = read_cases(CASES / "cases.jsonl"), read_cases(CASES / "valid.jsonl")
    assert len(test) >= 320 and len(valid) >= 160
    for cases in (test, valid):
        for language in ("en", "zh"):
            kinds = Counter(c.kind for c in cases if c.language == language)
            assert set(kinds) == set(KINDS) and min(kinds.values()) >= 14
        assert len(set(cases)) == len(cases)
        assert all(len(c.before.titles) >= 3 and len(c.after.titles) >= 2 for c in cases)
        assert all(c.before.words and c.after.words for c in cases)
    assert not set(test) & set(valid)


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "{}",
        '{"lang": "en", "kind": "whim", "before": {"titles": [], "words": []}}',
        '{"lang": "en", "kind": "return", "before": {"titles": [], "words": []}, '
        '"after": {"titles": [], "words": []}}',
    ],
)
def test_a_line_that_is_no_case_is_named(tmp_path, line):
    path = tmp_path / "cases.jsonl"
    path.write_text(line + "\n", "utf-8")
    with pytest.raises(ShoptalkError, match="line 1"):
        read_cases(path)
    with pytest.raises(ShoptalkError, match="no cases"):
        read_cases(tmp_path / "none.jsonl")


# Reading and measuring.


def test_a_trained_reader_is_ahead_of_the_cosine(trained, base):
    reader = DriftReader.of(trained, base)
    found = evaluate_drift_text(
        WRITTEN,
        WRITTEN,
        reader,
        OnnxTextEncoder(base, report=lambda _said: None),
        lambda text: base.tokenizer.encode(text, add_special_tokens=False).ids,
        seed=0,
    )
    assert found["methods"]["reader"]["f1"] >= 0.85
    for name in VIEWS:
        assert found["methods"][name]["behind"]["f1"] > 0, name


def test_without_anything_earlier_nothing_is_returned_to(trained, base):
    reader = DriftReader.of(trained, base)
    before, after = Window(("red hat",), ("hat",)), Window(("red bag",), ("track bag",))
    reading = reader.read(before, after)
    assert reading.probabilities[RETURN] == 0
    assert sum(reading.probabilities.values()) == pytest.approx(1)
    assert reader.read(before, after, Window(("red bag",), ("bag",))).probabilities[RETURN] > 0


def test_what_was_damaged_or_is_of_another_encoder_is_not_read(trained, base, tmp_path):
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(trained, copy)
    with (copy / HEAD).open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(ShoptalkError, match="damaged"):
        DriftReader.of(copy, base)
    shutil.copy(trained / HEAD, copy / HEAD)
    about = json.loads((copy / ABOUT).read_text("utf-8"))
    (copy / ABOUT).write_text(json.dumps({**about, "base": "another"}), "utf-8")
    with pytest.raises(ShoptalkError, match="another text encoder"):
        DriftReader.of(copy, base)


def test_the_reader_in_use_is_the_one_that_was_put_there_last(trained, tmp_path):
    import shutil

    settings = toy_settings(tmp_path)
    with pytest.raises(ShoptalkError, match="not trained yet"):
        DriftReader.open(settings)
    folder = settings.home / "reader"
    for name in ("a", "b", "c"):
        shutil.copytree(trained, folder / name)
        _use(folder, name)
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == ["b", "c"]
    assert DriftReader.open(settings).fingerprint == "c"


def test_scores_count_what_was_answered():
    truth = np.array([True, True, False, False])
    assert scored(truth, truth)["f1"] == 1
    assert scored(~truth, truth) == {"f1": 0, "precision": 0, "recall": 0}
    assert best_threshold(np.array([0.9, 0.6, 0.5, 0.1]), truth) == pytest.approx(0.6)
    assert set(NAMES) == {"wide.weight", "wide.bias", "out.weight", "out.bias"}


def test_the_command_prints_one_json_object_of_figures(trained, tmp_path, monkeypatch):
    import shutil

    from typer.testing import CliRunner

    from bot.cli.main import build

    settings = toy_settings(tmp_path)
    shutil.copytree(trained, settings.home / "reader" / "made")
    _use(settings.home / "reader", "made")
    monkeypatch.setenv("SHOPTALK_HOME", str(settings.home))
    monkeypatch.setenv("SHOPTALK_ENCODER", settings.encoder)
    arguments = ["evaluate", "drift-text", "--seed", "3", "--json"]
    for option, name in (("--cases", "cases.jsonl"), ("--valid", "valid.jsonl")):
        few = (CASES / name).read_text("utf-8").splitlines()[:24]
        (tmp_path / name).write_text("\n".join(few) + "\n", "utf-8")
        arguments += [option, str(tmp_path / name)]
    result = CliRunner().invoke(build(), arguments)
    assert result.exit_code == 0, result.output
    found = json.loads(result.output[result.output.index("{") :])
    assert found["cases"] == 24 and found["seed"] == 3
    assert set(found["methods"]) == {"reader", "shared words", *VIEWS}
    assert found["methods"]["reader"]["p95_ms"] > 0
    assert {"f1", "low", "high"} == set(found["methods"]["cosine"]["behind"])
