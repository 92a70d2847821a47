"""What the shopper is after: evidence by Bayes' rule, gains by enumeration, and the next move."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.recommend.asking.attributes import Attributes
from actions.recommend.asking.belief import Belief, entropy, flattened
from actions.recommend.asking.config import AskConfig
from actions.recommend.asking.evidence import Answer, Choice, NoAnswer, NotTaken
from actions.recommend.asking.gain import Choices, yes_or_no_gains
from actions.recommend.asking.move import answer_rates, best_question, next_move

KEYS = [("color", "red"), ("color", "blue"), ("size", "M"), ("size", "L"), ("brand", "A")]
#: Six products; of the last two the colour is not known, of the last nothing is.
EVIDENCE = np.array(
    [
        [1.0, 0.0, 1.0, 0.0, 1.0],
        [0.8, 0.0, 0.0, 1.0, 0.0],
        [0.0, 1.0, 1.0, 0.0, 0.0],
        [0.9, 0.9, 0.0, 1.0, 1.0],
        [0.0, 0.0, 1.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0, 0.0],
    ]
)
RED, BLUE, M, L, BRAND = range(5)


def attributes(evidence=EVIDENCE, keys=KEYS, **options) -> Attributes:
    return Attributes(keys, sp.csr_matrix(evidence), **options)


def chances(evidence: np.ndarray, keys=KEYS, closed: bool = False):
    """By hand, loop by loop: how likely each product has each value, and would be named by it."""
    has, named = np.zeros(evidence.shape), np.zeros(evidence.shape)
    for attribute in {name for name, _ in keys}:
        own = [i for i, (name, _) in enumerate(keys) if name == attribute]
        shares = [row[own] / max(1.0, row[own].sum()) for row in evidence]
        known = [row[own].any() for row in evidence]
        base = sum(s for s, k in zip(shares, known, strict=True) if k) / max(1, sum(known))
        for product, row in enumerate(evidence):
            unknown = 0.0 * np.ones(len(own)) if closed else base * np.ones(len(own))
            has[product, own] = row[own] if known[product] else unknown
            named[product, own] = shares[product] if known[product] else unknown
    return has, named


def information(p: np.ndarray, likelihood: np.ndarray) -> float:
    """Mutual information in bits from ``likelihood[product, answer]``, by its definition."""
    joint = p[:, None] * likelihood
    answers = joint.sum(axis=0)
    return sum(
        joint[i, a] * np.log2(joint[i, a] / (p[i] * answers[a]))
        for i, a in itertools.product(*map(range, joint.shape))
        if joint[i, a] > 0
    )


def test_an_answer_is_taken_in_by_bayes_rule():
    belief = Belief.of(attributes(), config=AskConfig(noise=0.1)).after(Answer(RED, True))
    red = [1.0, 0.8, 0.0, 0.9, (1 + 0.8 + 0.5) / 4, (1 + 0.8 + 0.5) / 4]
    weights = 0.1 + 0.8 * np.array(red)
    assert belief.probabilities == pytest.approx(weights / weights.sum(), rel=1e-5)
    denied = Belief.of(attributes(), config=AskConfig(noise=0.1)).after(Answer(RED, False))
    assert denied.probabilities == pytest.approx((1 - weights) / (1 - weights).sum(), rel=1e-5)


def test_a_choice_is_taken_in_by_bayes_rule():
    start = Belief.of(attributes(), config=AskConfig(noise=0.3))
    blue = np.array([0.0, 0.0, 1.0, 0.5, 1.5 / 4, 1.5 / 4])
    weights = 0.7 * blue + 0.1
    chosen = start.after(Choice((RED, BLUE), BLUE))
    assert chosen.probabilities == pytest.approx(weights / weights.sum(), rel=1e-5)
    neither = np.array([0.0, 0.2, 0.0, 0.0, 0.2 / 4, 0.2 / 4])
    weights = 0.7 * neither + 0.1
    none = start.after(Choice((RED, BLUE), None))
    assert none.probabilities == pytest.approx(weights / weights.sum(), rel=1e-5)


def test_what_was_shown_comes_back_and_what_was_rejected_does_not():
    start = Belief.of(attributes(), config=AskConfig(miss=0.25))
    shown = start.after(NotTaken((0, 1)))
    assert shown.probabilities == pytest.approx(np.array([1, 1, 4, 4, 4, 4]) / 18)
    rejected = start.after(NotTaken((0,), rejected=True))
    assert rejected.probabilities[0] == 0 and rejected.probabilities.sum() == pytest.approx(1)
    assert 0 not in rejected.top(6)


def test_acts_can_be_undone_in_any_order():
    start = Belief.of(attributes(), [1, 2, 3, 4, 5, 6])
    red, refused = Answer(RED, True), NotTaken((0, 3), rejected=True)
    both = start.after(red, refused)
    assert both.undo().probabilities == pytest.approx(start.after(red).probabilities)
    assert both.without(red).probabilities == pytest.approx(start.after(refused).probabilities)
    assert both.undo(9).probabilities == pytest.approx(start.probabilities)
    assert both.without(Answer(BLUE, True)).evidence == both.evidence


def test_no_answer_leaves_the_products_as_they_are():
    start = Belief.of(attributes())
    assert start.after(NoAnswer((RED,))).probabilities == pytest.approx(start.probabilities)


def test_a_prior_is_flattened():
    assert flattened(np.array([0.0, 5.0, 10.0]), 0.2) == pytest.approx([0.2, 0.6, 1.0])
    assert flattened(np.array([0.0, 0.0]), 0.2) == pytest.approx([1, 1])
    strange = flattened(np.array([np.nan, -3.0, np.inf, 1.0]), 0.5)
    assert strange == pytest.approx([0.5, 0.5, 1.0, 0.5])


some_evidence = st.lists(
    st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.3, 0.8, 1.0]), min_size=5, max_size=5),
    min_size=2,
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(some_evidence, st.integers(0, 10**6), st.sampled_from([0.001, 0.05, 0.3]), st.booleans())
def test_gains_are_those_of_enumeration(rows, seed, noise, closed):
    evidence = np.array(rows)
    scores = np.random.default_rng(seed).random(len(rows))
    config = AskConfig(noise=noise, options=2)
    belief = Belief.of(attributes(evidence, closed=closed), scores, config)
    has, named = chances(evidence, closed=closed)
    gains = yes_or_no_gains(belief)
    for column in range(len(KEYS)):
        yes = noise + (1 - 2 * noise) * has[:, column]
        exact = information(belief.probabilities, np.stack([yes, 1 - yes], axis=1))
        assert gains[column] == pytest.approx(exact, abs=2e-5)
    choices = Choices(belief)
    for options in ([RED, BLUE], [BLUE, RED], [M, L], [M]):
        right = np.stack([named[:, c] for c in options], axis=1)
        other = np.clip(1 - right.sum(axis=1), 0, 1)
        likelihood = (1 - noise) * np.column_stack([right, other]) + noise / (len(options) + 1)
        exact = information(belief.probabilities, likelihood)
        assert choices.gain(np.array(options)) == pytest.approx(exact, abs=2e-5)
        assert choices.most(np.array(options)) >= exact - 2e-5


def test_gains_hold_where_few_of_many_products_are_likely():
    rng = np.random.default_rng(3)
    evidence = rng.random((400, 5)) * (rng.random((400, 5)) < 0.4)
    scores = np.where(np.arange(400) < 20, 1.0, 0.0)
    config = AskConfig(floor=1e-9, noise=0.05)
    belief = Belief.of(attributes(evidence), scores, config)
    has, _ = chances(evidence)
    yes = 0.05 + 0.9 * has[:, L]
    exact = information(belief.probabilities, np.stack([yes, 1 - yes], axis=1))
    assert yes_or_no_gains(belief)[L] == pytest.approx(exact, abs=1e-4)


def test_the_question_that_halves_the_products_is_asked():
    evidence = np.zeros((32, 3))
    evidence[:, 0], evidence[:16, 1], evidence[:3, 2] = 1, 1, 1
    keys = [("all", "yes"), ("half", "yes"), ("few", "yes")]
    belief = Belief.of(attributes(evidence, keys, closed=True), config=AskConfig(k=2, noise=0.0))
    move = next_move(belief)
    assert not move.recommend
    assert (move.question.attribute, move.question.values) == ("half", ("yes",))
    assert move.question.bits == pytest.approx(1.0, abs=0.01)
    asked = next_move(belief.after(Answer(1, False)))
    assert asked.question is None or asked.question.attribute != "half"


def test_a_choice_offers_the_likeliest_values():
    evidence = np.repeat(np.eye(5)[:4], [16, 12, 3, 1], axis=0)
    keys = [("color", c) for c in ("red", "blue", "green", "black", "never")]
    belief = Belief.of(attributes(evidence, keys), config=AskConfig(k=2, options=3))
    question = best_question(belief)
    assert question.values == ("red", "blue", "green")
    assert question.bits > 1


def test_a_few_likely_products_are_recommended():
    belief = Belief.of(attributes(), [9, 8, 0, 0, 0, 0], AskConfig(k=2, floor=0.001))
    move = next_move(belief)
    assert move.recommend
    assert move.products.tolist() == [0, 1]
    assert move.probability > 0.99


def test_turns_are_those_of_the_uncertainty_that_is_left():
    """ "turns_recommending" by hand: what is missed counts ``miss`` of what it did."""
    config = AskConfig(k=2, miss=0.1, turns_per_bit=1.5, floor=0.001)
    belief = Belief.of(attributes(), [9, 8, 7, 3, 2, 1], config)
    p = belief.probabilities
    left = p * [0.1, 0.1, 1, 1, 1, 1]
    turns = 1 + 1.5 * (entropy(left / left.sum()) - 1)
    move = next_move(belief)
    assert move.turns_recommending == pytest.approx(1 + (p[2:].sum()) * turns, rel=1e-6)
    asking = 2 + 1.5 * max(0, belief.entropy - move.question.worth - 1)
    assert move.turns_asking == pytest.approx(asking, rel=1e-6)
    assert move.recommend == (move.turns_recommending <= move.turns_asking)


def test_the_last_turn_recommends():
    evidence = np.zeros((64, 1))
    evidence[:32] = 1
    belief = Belief.of(attributes(evidence, KEYS[:1], closed=True), config=AskConfig(k=1))
    assert not next_move(belief, turns_left=2).recommend
    assert next_move(belief, turns_left=1).recommend


def test_attributes_can_be_left_out():
    belief = Belief.of(attributes())
    assert best_question(belief, skip={"color", "size", "brand"}) is None
    assert best_question(belief, skip={"color", "brand"}).attribute == "size"


def test_who_does_not_care_for_an_attribute_is_asked_less_for_it():
    belief = Belief.of(attributes(), config=AskConfig(answer_rate=0.9))
    rates = answer_rates(belief.after(NoAnswer((RED,))))
    color, size, _brand = rates
    assert color < size < 0.9


def test_who_does_not_care_which_value_is_not_asked_for_single_ones():
    belief = Belief.of(many(), config=AskConfig(patience=99))
    name = best_question(belief).attribute
    belief = belief.after(NoAnswer(best_question(belief).columns))
    for _turn in range(100):
        question = best_question(belief)
        if question is None:
            break
        assert question.attribute != name
        belief = belief.after(NoAnswer(question.columns))
    assert best_question(belief) is None


def many(n: int = 300, seed: int = 0) -> Attributes:
    rng = np.random.default_rng(seed)
    keys = [(f"a{i}", f"v{j}") for i in range(6) for j in range(5)]
    evidence = np.zeros((n, len(keys)))
    for i in range(6):
        evidence[np.arange(n), 5 * i + rng.integers(0, 5, n)] = rng.choice([0.0, 0.8, 1.0], n)
    return Attributes(keys, sp.csr_matrix(evidence))


def test_after_some_questions_without_answers_it_recommends():
    belief = Belief.of(many())
    for asked in range(belief.config.patience):
        move = next_move(belief)
        assert not move.recommend, asked
        belief = belief.after(NoAnswer(move.question.columns))
    assert next_move(belief).recommend


@pytest.mark.parametrize("reply", ["yes", "no", "contrary", "nothing"])
def test_whatever_is_replied_no_question_comes_twice(reply):
    """And a conversation in which nothing is ever taken runs out of questions and products."""
    belief, asked = Belief.of(many(60), config=AskConfig(k=10)), []
    for _turn in range(200):
        move = next_move(belief)
        if not len(move.products):
            break
        if move.recommend:
            belief = belief.after(NotTaken(tuple(move.products.tolist()), rejected=True))
            continue
        columns = move.question.columns
        asked.append(columns)
        if reply == "nothing":
            belief = belief.after(NoAnswer(columns))
        elif len(columns) == 1:
            belief = belief.after(Answer(columns[0], reply == "yes"))
        else:
            chosen = {"yes": columns[0], "no": None, "contrary": columns[-1]}[reply]
            belief = belief.after(Choice(columns, chosen))
    assert not len(next_move(belief).products)
    assert next_move(belief).recommend and next_move(belief).probability == 0
    assert len(asked) == len(set(asked))


def test_answers_that_contradict_each_other_leave_a_distribution():
    belief = Belief.of(attributes(), config=AskConfig(noise=0.0))
    for column in range(5):
        belief = belief.after(Answer(column, True), Answer(column, False))
    assert belief.probabilities.sum() == pytest.approx(1)
    assert np.isfinite(next_move(belief).turns_recommending)


@pytest.mark.parametrize(
    ("evidence", "keys"),
    [
        (np.zeros((0, 0)), []),
        (np.zeros((0, 5)), KEYS),
        (np.zeros((3, 0)), []),
        (np.zeros((3, 5)), KEYS),
        (np.ones((1, 5)), KEYS),
        (np.full((3, 5), np.nan), KEYS),
        (np.array([[np.inf, -1, 7, 0.5, np.nan]] * 3), KEYS),
    ],
)
def test_poor_attributes_give_a_recommendation(evidence, keys):
    belief = Belief.of(attributes(evidence, keys))
    move = next_move(belief)
    assert move.recommend
    assert sorted(move.products) == list(range(len(evidence)))


def test_nothing_allowed_recommends_nothing():
    belief = Belief.of(attributes(), allowed=np.zeros(6, bool))
    assert next_move(belief).products.tolist() == []
    assert belief.entropy == 0


def test_scores_must_be_those_of_the_products():
    with pytest.raises(ValueError, match="6 products"):
        Belief.of(attributes(), [1.0, 2.0])
    with pytest.raises(ValueError, match="column"):
        Attributes([("color", "red")] * 2, sp.csr_matrix(np.ones((2, 2))))


@pytest.mark.parametrize("wrong", [{"k": 0}, {"floor": 2}, {"noise": -0.1}, {"miss": np.nan}])
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        AskConfig(**wrong)


def test_equally_likely_products_come_in_their_order():
    assert Belief.of(attributes()).top(3).tolist() == [0, 1, 2]
    assert entropy(Belief.of(attributes()).probabilities) == pytest.approx(np.log2(6))


def test_a_part_of_the_products_is_described_as_in_the_whole():
    whole = attributes(closed=True)
    part = whole.only(np.array([3, 0]))
    assert part.keys == (KEYS[RED], KEYS[BLUE], KEYS[M], KEYS[L], KEYS[BRAND])
    assert part.has(part.column("color", "blue")).tolist() == pytest.approx([0.9, 0.0])
    assert whole.only(np.array([2])).keys == (KEYS[BLUE], KEYS[M])


some_acts = st.lists(
    st.one_of(
        st.builds(Answer, st.integers(0, 4), st.booleans()),
        st.sampled_from([Choice((RED, BLUE), RED), Choice((M, L), None), NoAnswer((RED, BLUE))]),
        st.builds(NotTaken, st.tuples(st.integers(0, 5)), st.booleans()),
    ),
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(some_acts, st.integers(0, 12), st.lists(st.floats(), min_size=6, max_size=6))
def test_any_acts_leave_a_distribution_that_undoing_takes_back(acts, undone, scores):
    start = Belief.of(attributes(), scores, AskConfig(noise=0.0, miss=0.0, floor=0.0))
    belief = start.after(*acts)
    total = belief.probabilities.sum()
    refused = {p for a in acts if isinstance(a, NotTaken) and a.rejected for p in a.products}
    assert total == (0 if len(refused) == 6 else pytest.approx(1))
    assert belief.probabilities.min() >= 0
    move = next_move(belief)
    assert set(move.products).isdisjoint(refused)
    assert move.question is None or move.question.bits >= 0
    kept = acts[: max(0, len(acts) - undone)]
    assert belief.undo(undone).probabilities == pytest.approx(start.after(*kept).probabilities)
