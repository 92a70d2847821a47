"""Opinions of several models, and the logistic model that weighs them."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from bot.evaluate.splits import Protocol, split
from catalog.collaborative.ease import Ease, EaseConfig
from catalog.collaborative.logistic import logistic_weights
from catalog.collaborative.opinions import Opinions
from catalog.collaborative.relevance import Offers, Relevance
from tests.unit.test_splits import log


def test_every_model_says_something_of_every_product() -> None:
    data = split(log(shoppers=60, products=40), Protocol.random, 0).train
    opinions = Opinions.of(data.shape[1]).fit(data)
    told = opinions.scores(data.matrix()[:7])
    assert told.shape == (7, 40, len(opinions.models))
    assert told.mean(axis=1) == pytest.approx(0.0, abs=1e-4)
    assert told.std(axis=1) == pytest.approx(1.0, abs=1e-3)


def test_a_catalogue_too_large_for_ease_has_opinions_without_it() -> None:
    names = [model.name for model in Opinions.of(Ease.LIMIT + 1).models]
    assert names and Ease.name not in names


def test_evenness_links_rare_products_more_and_popular_ones_less() -> None:
    data = split(log(shoppers=200, products=40), Protocol.random, 0).train
    popularity = data.popularity()
    rare, popular = popularity.argmin(), popularity.argmax()
    typical = float(np.median(popularity[popularity > 0]))
    plain = Ease(EaseConfig(regularisation=10.0 * typical)).fit(data).weights
    even = Ease(EaseConfig(regularisation=10.0, evenness=1.0)).fit(data).weights
    gained = np.abs(even).sum(axis=1) / np.abs(plain).sum(axis=1)
    assert gained[rare] > 1 > gained[popular]


def test_weights_are_those_of_another_implementation() -> None:
    random = np.random.default_rng(0)
    terms = random.normal(size=(3000, 4)).astype(np.float32)
    odds = terms @ np.array([1.0, -2.0, 0.0, 0.5]) - 3
    taken = random.random(3000) < 1 / (1 + np.exp(-odds))
    weights, intercept = logistic_weights(terms, taken, 10.0)
    theirs = LogisticRegression(C=0.1, tol=1e-8).fit(terms, taken)
    assert weights == pytest.approx(theirs.coef_[0], abs=0.02)
    assert intercept == pytest.approx(theirs.intercept_[0], abs=0.02)


def test_weights_are_found_where_terms_tell_nearly_all() -> None:
    terms = np.linspace(-50, 50, 2000, dtype=np.float32)[:, None]
    weights, intercept = logistic_weights(terms, terms[:, 0] > 30, 1.0)
    assert np.isfinite(weights).all() and -intercept / weights[0] == pytest.approx(30, abs=1)


def offers(opinions: int, told: bool = True) -> tuple[Offers, np.ndarray]:
    """Candidates whose scores tell nothing and whose first opinion tells all."""
    import scipy.sparse as sp

    random = np.random.default_rng(3)
    products = np.stack([random.permutation(60)[:20] for _ in range(300)])
    evidence = random.normal(size=(300, 20, opinions)).astype(np.float32)
    found = Offers.of(
        products,
        np.zeros((300, 20), np.float32),
        np.tile(np.arange(1, 21), (300, 1)),
        sp.csr_matrix((random.random((300, 60)) < 0.2).astype(np.float32)),
        random.integers(1, 90, 60),
        random.random(60) < 0.5,
        evidence if told else None,
    )
    return found, random.random((300, 20)) < 1 / (1 + np.exp(2 - 2 * evidence[..., 0]))


def test_what_other_models_say_makes_relevance_surer() -> None:
    found, taken = offers(2)
    likely = Relevance.fit(found, taken).probabilities(found)
    assert likely[taken].mean() > 1.8 * likely[~taken].mean()


def test_relevance_wants_the_opinions_that_it_was_learned_from() -> None:
    found, taken = offers(2)
    model = Relevance.fit(found, taken)
    with pytest.raises(ValueError, match="learned from 2 opinions"):
        model.probabilities(offers(2, told=False)[0])
