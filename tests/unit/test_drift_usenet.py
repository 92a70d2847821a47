"""Flips of interest in messages: the made-up streams, our test, and how it is counted."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest

from bot.evaluate.drift.message_interest import MessageInterest
from bot.evaluate.drift.message_tests import FlipTest, Variant, alarms, places, variants
from bot.evaluate.drift.messages import Messages, generated, read_usenet
from bot.evaluate.drift.usenet import evaluate_usenet
from catalog.errors import ShoptalkError
from tests.real_data import real_data


def ours(threshold: float) -> Variant:
    return Variant({}, partial(FlipTest, threshold), True)


def test_made_up_streams_are_the_same_for_a_seed_and_flip_where_they_say():
    one, again, other = generated(3), generated(3), generated(4)
    np.testing.assert_array_equal(one.words, again.words)
    assert one.words.shape != other.words.shape or (one.words != other.words).any()
    calm = generated(3, flips=False)
    np.testing.assert_array_equal(one.words, calm.words)
    assert calm.flips == () and len(one.flips) >= 2
    first, second = one.flips[:2]
    # Before the first flip both agree on most; between the first and the second on next to nothing.
    agree = one.interesting == calm.interesting
    assert agree[:first].mean() > 0.75 and agree[first:second].mean() < 0.25


def test_a_model_learns_what_interests_and_is_sure_of_nothing_before():
    messages = generated(1, flips=False)
    model = MessageInterest(messages.words.shape[1])
    assert model.chance(messages.words[0]) == 0.5
    right = []
    for flags, interesting in zip(messages.words, messages.interesting, strict=True):
        right.append((model.chance(flags) > 0.5) == interesting)
        model.learn(flags, bool(interesting))
    assert np.mean(right[300:]) > 0.75 > np.mean(right[:10])


def test_flipping_turns_every_expectation_round():
    messages = generated(1)
    model = MessageInterest(messages.words.shape[1])
    for flags, interesting in zip(messages.words[:100], messages.interesting[:100], strict=True):
        model.learn(flags, bool(interesting))
    before = [model.chance(flags) for flags in messages.words[:20]]
    model.flip()
    np.testing.assert_allclose([model.chance(flags) for flags in messages.words[:20]],
                               [1 - chance for chance in before])  # fmt: skip


def test_answers_that_were_expected_are_no_evidence_and_unsure_ones_hardly_any():
    test = FlipTest(3.0)
    assert not any(test.changed(0.95, True) for _ in range(50))
    assert not any(test.changed(0.5, False) for _ in range(50))
    assert [test.changed(0.95, False) for _ in range(2)] == [False, True]  # two times 2 nats


def test_a_flip_is_found_and_a_stream_without_raises_no_alarm():
    assert alarms(ours(8.0), generated(6, flips=False)) == []
    messages = generated(6)
    delays, false = places(alarms(ours(8.0), messages), messages)
    assert len(delays) == len(messages.flips) > 0
    assert max(delays) <= 30 and false == 0


def test_alarms_are_counted_once_a_flip():
    messages = Messages(np.zeros((100, 1)), np.zeros(100, bool), (20, 50, 80))
    delays, false = places([10, 20, 25, 55], messages)
    assert delays == [1, 6, math.inf]
    assert false == 2  # one before the first flip, one more after it was found


def test_a_test_that_never_speaks_finds_nothing_and_is_never_wrong():
    messages = generated(6)
    delays, false = places(alarms(ours(math.inf), messages), messages)
    assert all(math.isinf(delay) for delay in delays) and false == 0


def test_every_detector_of_river_has_settings_for_both_ways_to_go_on():
    found = variants()
    assert {"ddm", "eddm", "hddm_a", "hddm_w", "adwin", "kswin", "page_hinkley"} < set(found)
    for name, tried in found.items():
        ways = {variant.flip for variant in tried}
        assert ways == ({True} if name == "default" else {True, False})


def test_a_file_of_another_form_is_refused_in_words(tmp_path):
    path = tmp_path / "words.csv"
    path.write_text("a,b\n0,2\n")
    with pytest.raises(ShoptalkError, match="other than 0 and 1"):
        read_usenet(path)
    with pytest.raises(ShoptalkError, match="word flags"):
        read_usenet(tmp_path / "missing.csv")


def test_all_four_flips_of_usenet1_are_found_within_30_messages(monkeypatch):
    path = real_data("drift/usenet1.csv")
    monkeypatch.setattr(
        "bot.evaluate.drift.usenet.variants", lambda: {"default": variants()["default"]}
    )
    found = evaluate_usenet(path, seed=0)["default"]
    assert found["found"] == found["of"] == 4 and found["false_alarms"] == 0
    assert max(found["delays"]) <= 30
