"""Whether interest has moved on: in a world where that is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.interest.drift.content import untrained
from actions.interest.drift.detector import WINDOW, DriftDetector, Reading
from actions.interest.drift.many import follow, surprises
from actions.interest.drift.model import DriftModel, Learned
from actions.interest.drift.recurrent import Gru
from actions.interest.drift.same_shopper import TwoCovariance
from actions.interest.drift.splices import Splicer
from actions.interest.drift.state import DriftState
from actions.interest.drift.statistics import width
from actions.interest.drift.stored import MANIFEST, made_from, read_model, write_model
from tests.drift_world import EACH, likes, space


def a_gru(inputs, hidden, outputs, members, seed):
    rng = np.random.default_rng(seed)

    def some(*shape):
        return (0.3 * rng.standard_normal(shape)).astype(np.float32)

    return Gru(
        some(members, 3 * hidden, inputs),
        some(members, 3 * hidden, hidden),
        some(members, 3 * hidden),
        some(members, 3 * hidden),
        some(members, outputs, hidden),
        some(members, outputs),
    )


@pytest.fixture(scope="module")
def plain():
    return DriftModel(space(), (TwoCovariance.fit([space()[own] for own in likes().values()]),))


@pytest.fixture(scope="module")
def learned(plain):
    """With learned stages that were never taught: what matters here is how they are run."""
    second = TwoCovariance(
        *(getattr(plain.spaces[0], n) for n in ("mean", "projection")),
        *(getattr(plain.spaces[0], n) * 1 for n in ("ratio", "heat")),
    )
    spaces = (plain.spaces[0], second)
    inputs, k = width(2) + 2, len(plain.spaces[0].ratio)
    stages = Learned(
        a_gru(k, 5, k, 1, 1),
        a_gru(inputs, 6, 1, 3, 2),
        np.full(inputs, 0.1, np.float32),
        np.full(inputs, 0.9, np.float32),
    )
    return replace(plain, spaces=spaces, learned=stages, beside=0.2)


def told(detector, items, state=None):
    state = state or detector.start()
    for item in items:
        state = detector.observe(state, item=int(item))
    return state


def of_group(group, count, start=0):
    return group * EACH + start + np.arange(count)


def test_nothing_is_read_from_nothing(plain):
    detector = DriftDetector(plain)
    assert detector.reading(detector.start()) == Reading(0.0, False, 0, "none")


def test_a_new_interest_is_noticed_and_placed(plain):
    detector = DriftDetector(plain)
    assert not detector.reading(told(detector, of_group(0, 20))).alarm
    reading = detector.reading(told(detector, [*of_group(0, 20), *of_group(1, 8)]))
    assert reading.alarm and reading.probability > 0.5
    assert reading.kind == "abrupt"
    assert abs(reading.since - 8) <= 1


def test_one_interest_never_raises_an_alarm_however_long(plain):
    detector = DriftDetector(plain)
    rng = np.random.default_rng(0)
    state = detector.start()
    for item in rng.permutation(EACH):
        state = detector.observe(state, item=int(item))
        assert not detector.reading(state).alarm
    assert len(state.vectors) == WINDOW and state.earlier_count == EACH - WINDOW


def test_a_gift_is_a_blip_and_no_alarm(plain):
    detector = DriftDetector(plain)
    state = told(detector, [*of_group(0, 15), *of_group(2, 2)])
    readings = []
    for item in of_group(0, 4, 15):
        state = detector.observe(state, item=int(item))
        readings.append(detector.reading(state))
    assert not any(reading.alarm for reading in readings)
    assert readings[-1].kind == "blip"


def test_an_interest_that_was_left_is_a_return(plain):
    detector = DriftDetector(plain)
    state = told(detector, [*of_group(0, 12), *of_group(1, 6)])
    state = detector.reset(state, "changed")
    state = told(detector, [*of_group(1, 6, 6), *of_group(0, 6, 12)], state)
    reading = detector.reading(state)
    assert reading.alarm and reading.kind == "return"


def test_a_return_is_known_although_the_change_away_was_never_told(plain):
    detector = DriftDetector(plain)
    state = told(detector, [*of_group(0, 12), *of_group(1, 12), *of_group(0, 6, 12)])
    other = told(detector, [*of_group(0, 12), *of_group(1, 12), *of_group(2, 6)])
    assert detector.reading(other).kind != "return"
    assert detector.reading(replace(state, since=6)).kind == "return"


def test_a_slow_turn_is_gradual(plain):
    detector = DriftDetector(plain)
    mixed = []
    for i in range(6):
        mixed += [of_group(1, 12)[i], *of_group(0, 40)[20 + 2 * i : 22 + 2 * i][: 2 - i // 3]]
    state = told(detector, [*of_group(0, 20), *mixed, *of_group(1, 10, 12)])
    whole = detector.reading(replace(state, since=len(mixed) + 10))
    assert whole.alarm and whole.kind == "gradual"


def test_changed_goes_on_with_what_came_after(plain):
    detector = DriftDetector(plain)
    state = told(detector, [*of_group(0, 20), *of_group(1, 8)])
    since = detector.reading(state).since
    after = detector.reset(state, "changed")
    assert len(after.vectors) == since and after.count == state.count
    assert len(after.former) == 1 and after.former[0, 0] == 28 - since
    assert not detector.reading(told(detector, of_group(1, 20, 8), after)).alarm


@pytest.mark.parametrize("verdict", ["gift", "no"])
def test_no_goes_on_with_what_came_before_and_asks_for_more(plain, verdict):
    detector = DriftDetector(plain)
    state = told(detector, [*of_group(0, 20), *of_group(1, 8)])
    since = detector.reading(state).since
    kept = detector.reset(state, verdict)
    assert len(kept.vectors) == 28 - since and kept.lift > 0
    assert not detector.reading(kept).alarm
    later = told(detector, of_group(0, 20, 20), kept)
    assert 0 < later.lift < kept.lift / 1.9


def test_another_verdict_is_refused(plain):
    detector = DriftDetector(plain)
    with pytest.raises(ValueError, match="perhaps"):
        detector.reset(detector.start(), "perhaps")


def test_a_second_act_on_a_product_tells_nothing_new(plain):
    detector = DriftDetector(plain)
    once = told(detector, of_group(0, 10))
    twice = detector.observe(once, item=3)
    assert twice == replace(once, count=once.count + 1)


def test_what_is_new_is_told_by_a_vector(plain, learned):
    for model in (plain, learned):
        detector = DriftDetector(model)
        by_item = told(detector, of_group(0, 9))
        by_vector = detector.start()
        for item in of_group(0, 9):
            by_vector = detector.observe(by_vector, vector=space()[item])
        assert by_item == by_vector


def test_a_vector_of_the_source_is_brought_into_the_space(plain):
    rng = np.random.default_rng(3)
    brought = rng.standard_normal((13, space().shape[1])).astype(np.float32)
    detector = DriftDetector(replace(plain, brought=brought))
    source = rng.standard_normal(12).astype(np.float32)
    state = detector.observe(detector.start(), vector=source)
    np.testing.assert_allclose(state.vectors[0], brought[0] + source @ brought[1:], rtol=1e-5)
    with pytest.raises(ValueError, match="fits neither"):
        detector.observe(state, vector=np.zeros(5))


def test_an_act_is_on_one_product(plain):
    detector = DriftDetector(plain)
    for wrong in ({}, {"item": 1, "vector": space()[1]}):
        with pytest.raises(ValueError, match="either"):
            detector.observe(detector.start(), **wrong)


def test_a_state_of_another_detector_is_refused(plain, learned):
    state = told(DriftDetector(plain), of_group(0, 3))
    other = DriftDetector(learned)
    with pytest.raises(ValueError, match="another detector"):
        other.observe(state, item=1)
    with pytest.raises(ValueError, match="another detector"):
        other.from_bytes(state.to_bytes())


def test_another_opinion_is_asked_only_where_it_is_open(plain):
    asked = []

    def opinion(reading):
        asked.append(reading.probability)
        return 0.99

    model = replace(plain, unsure=(0.2, 0.8), opinion_weight=2.0)
    detector = DriftDetector(model)
    state = told(detector, of_group(0, 20))
    for logit, expected in ((-4.0, 0), (0.1, 1), (4.0, 1)):
        found = detector.reading(replace(state, logits=(logit,)), opinion)
        assert len(asked) == expected
        alone = DriftDetector(model).reading(replace(state, logits=(logit,)))
        assert (found.probability > alone.probability) == (logit == 0.1)
    few = replace(told(detector, of_group(0, 4)), logits=(0.1,))
    detector.reading(few, opinion)
    assert len(asked) == 1


def test_many_streams_at_once_are_the_fold_over_each(plain, learned):
    streams = Splicer(likes(), space(), 1).streams("far_splice", sorted(likes()), 20, 6)
    items = np.stack([stream.items for stream in streams])
    for model in (plain, learned):
        detector = DriftDetector(model)
        logits, since = follow(model, space()[items])
        for row in range(len(items)):
            state = detector.start()
            for place, item in enumerate(items[row]):
                state = detector.observe(state, item=int(item))
                if logits[row, place] > -60:
                    assert state.logits[-1] == pytest.approx(logits[row, place], abs=1e-3)
                    assert state.since == since[row, place]


def test_the_recurrent_unit_is_that_of_pytorch():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    gru, read = torch.nn.GRU(4, 3, batch_first=True), torch.nn.Linear(3, 2)
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    own = Gru(
        *(getattr(gru, name).detach().numpy()[None] for name in names),
        read.weight.detach().numpy()[None],
        read.bias.detach().numpy()[None],
    )
    seen = torch.randn(1, 7, 4)
    right = read(gru(seen)[0])[0].detach().numpy()
    state = own.start()
    for step in range(7):
        state = own.step(state, seen[0, step].numpy())
        np.testing.assert_allclose(own.reading(state)[0], right[step], atol=1e-5)


def test_surprise_is_low_where_the_next_like_is_expected():
    points = np.ones((1, 5, 3), np.float32)
    silent = a_gru(3, 4, 3, 1, 0)
    knows = replace(
        silent, read=np.zeros_like(silent.read), read_bias=np.ones_like(silent.read_bias)
    )
    assert surprises(knows, points)[0, :, 0] == pytest.approx(-1)
    assert surprises(knows, -points)[0, :, 0] == pytest.approx(3)


def test_a_catalogue_alone_makes_a_detector():
    rng = np.random.default_rng(2)
    texts = np.repeat(rng.standard_normal((3, 30)), 20, 0) + 0.2 * rng.standard_normal((60, 30))
    kinds = ["dress"] * 20 + ["tea"] * 20 + ["lamp"] * 20
    model = untrained(texts, kinds, [f"p{i}" for i in range(60)])
    detector = DriftDetector(model)
    assert detector.position["p21"] == 21
    assert detector.reading(told(detector, [*range(8), *range(20, 25)])).alarm
    assert not detector.reading(told(detector, range(13))).alarm
    state = detector.observe(detector.start(), vector=texts[4])
    np.testing.assert_allclose(state.vectors[0], model.items[4], atol=1e-5)
    assert untrained(texts, ["dress"] * 60) is None


def test_a_stored_model_is_the_same_detector(learned, tmp_path):
    model = replace(learned, ids=("a", "b"), about={"seed": 1}, unsure=(0.1, 0.6), threshold=0.7)
    write_model(tmp_path, model, "first")
    write_model(tmp_path, model, "second")
    assert made_from(tmp_path) == "second"
    found = read_model(tmp_path)
    assert found.fingerprint() == model.fingerprint()
    assert (found.ids, found.unsure, found.threshold) == (model.ids, model.unsure, 0.7)
    assert told(DriftDetector(found), range(9)) == told(DriftDetector(model), range(9))
    assert not list(tmp_path.glob("*.part"))


def test_a_damaged_model_is_left_alone(learned, tmp_path):
    assert read_model(tmp_path) is None and made_from(tmp_path) == ""
    write_model(tmp_path, learned, "data")
    (file,) = tmp_path.glob("*.safetensors")
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert read_model(tmp_path) is None
    file.write_bytes(whole)
    assert read_model(tmp_path) is not None
    (tmp_path / MANIFEST).write_text("{}")
    assert read_model(tmp_path) is None


ITEMS = st.lists(st.integers(0, len(space()) - 1), max_size=25)


@settings(max_examples=25, deadline=None)
@given(first=ITEMS, then=ITEMS, verdict=st.sampled_from(["changed", "gift", "no"]))
def test_a_state_comes_back_from_bytes_to_the_bit_and_folds_on_alike(learned, first, then, verdict):
    detector = DriftDetector(learned)
    state = detector.reset(told(detector, first), verdict)
    back = detector.from_bytes(detector.to_bytes(state))
    assert back == state and back.to_bytes() == state.to_bytes()
    assert told(detector, then, back).to_bytes() == told(detector, then, state).to_bytes()


@settings(max_examples=25, deadline=None)
@given(first=ITEMS, then=ITEMS)
def test_observing_changes_no_state_that_was_given(learned, first, then):
    detector = DriftDetector(learned)
    state = told(detector, first)
    before = state.to_bytes()
    told(detector, then, state)
    detector.reset(state, "changed")
    detector.reading(state)
    assert state.to_bytes() == before
    assert told(DriftDetector(learned), first).to_bytes() == before
    with pytest.raises(ValueError, match="read-only"):
        state.earlier_sum[0] = 1


@given(junk=st.binary(max_size=60))
def test_bytes_that_are_no_state_are_refused(junk):
    with pytest.raises(ValueError, match="no state"):
        DriftState.from_bytes(junk)
