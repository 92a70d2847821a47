"""What every collaborative model does, on a board whose right answer is known."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evaluate.baselines.neighbours import ItemKnn, Rp3Beta
from catalog.collaborative.als import Als, AlsConfig
from catalog.collaborative.blend import Blend, BlendConfig
from catalog.collaborative.content import ContentConfig
from catalog.collaborative.default import default_model
from catalog.collaborative.ease import Ease, EaseConfig
from catalog.collaborative.hybrid import Content, Hybrid, HybridConfig
from catalog.collaborative.interactions import Interactions
from catalog.collaborative.popularity import Popularity
from catalog.collaborative.posterior import TastePosterior
from catalog.event_table import EventTable
from catalog.events import EVENT_KINDS

SIZE = 40
EASE = EaseConfig(regularisation=20.0)
ALS = AlsConfig(factors=4, regularisation=3.0, iterations=15)


def board(size: int = SIZE, left_out: int = 5) -> Interactions:
    """Even shoppers take even products, odd ones odd products; each leaves a few of them out."""
    random = np.random.default_rng(0)
    shopper, product = np.nonzero((np.add.outer(np.arange(size), np.arange(size)) % 2) == 0)
    kept = np.ones(len(shopper), bool)
    for row in range(size):
        kept[random.choice(np.flatnonzero(shopper == row), left_out, replace=False)] = False
    return interactions(shopper[kept], product[kept], size)


def interactions(shopper: np.ndarray, product: np.ndarray, size: int) -> Interactions:
    names = tuple(map(str, range(size)))
    n = len(shopper)
    table = EventTable(
        names,
        names,
        shopper.astype(np.int32),
        product.astype(np.int32),
        np.full(n, EVENT_KINDS.index("bought"), np.uint8),
        np.full(n, np.nan, np.float32),
        np.arange(n, dtype=np.int64) + 1,
    )
    return Interactions.of(table, unary=True)


def content() -> Content:
    """Texts that say whether a product is even, and little else."""
    random = np.random.default_rng(1)
    texts = random.normal(0, 0.1, (SIZE, 16)).astype(np.float32)
    texts[::2, 0] += 1
    texts[1::2, 1] += 1
    return Content(texts / np.linalg.norm(texts, axis=1, keepdims=True))


MODELS = {
    "ease": lambda: Ease(EASE),
    "als": lambda: Als(ALS),
    "blend": lambda: Blend(BlendConfig(ease=EASE, als=ALS)),
    "hybrid": lambda: Hybrid(
        content(),
        HybridConfig(
            blend=BlendConfig(ease=EASE, als=ALS),
            content=ContentConfig(penalty=1.0),
        ),
    ),
    "itemknn": ItemKnn,
    "rp3beta": Rp3Beta,
}


@pytest.mark.parametrize("name", MODELS)
def test_products_of_the_own_kind_come_first(name: str) -> None:
    data = board()
    scores = MODELS[name]().fit(data).scores(data.matrix())
    scores[data.matrix().nonzero()] = -np.inf
    own = (np.add.outer(np.arange(SIZE), np.arange(SIZE)) % 2) == 0
    for row in range(SIZE):
        assert own[row, np.argsort(-scores[row])[:5]].all()


@pytest.mark.parametrize("name", MODELS)
def test_a_new_shopper_needs_no_fit(name: str) -> None:
    model = MODELS[name]().fit(board())
    new = sp.csr_matrix(([1.0, 1.0], ([0, 0], [3, 7])), (1, SIZE), dtype=np.float32)
    scores = model.scores(new)[0]
    scores[[3, 7]] = -np.inf
    assert (np.argsort(-scores)[:5] % 2 == 1).all()


@pytest.mark.parametrize("name", MODELS)
def test_an_empty_history_gets_finite_scores(name: str) -> None:
    scores = MODELS[name]().fit(board()).scores(sp.csr_matrix((2, SIZE), dtype=np.float32))
    assert scores.shape == (2, SIZE)
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("name", [*MODELS, "popularity"])
def test_there_is_nothing_to_learn_from_nothing(name: str) -> None:
    model = {**MODELS, "popularity": Popularity}[name]()
    empty = board().where(np.zeros(len(board()), bool))
    with pytest.raises(ValueError, match="no interactions"):
        model.fit(empty)


def test_popularity_counts_shoppers() -> None:
    data = interactions(np.array([0, 1, 2, 2]), np.array([4, 4, 4, 1]), 5)
    scores = Popularity().fit(data).scores(sp.csr_matrix((1, 5), dtype=np.float32))
    assert scores[0].tolist() == [0, 1, 0, 0, 3]


def test_ease_is_the_closed_form() -> None:
    data = board()
    gram = (data.matrix().T @ data.matrix()).toarray() + 7.0 * np.eye(SIZE)
    inverse = np.linalg.inv(gram)
    expected = inverse / -np.diag(inverse)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(
        Ease(EaseConfig(regularisation=7.0)).fit(data).weights, expected, atol=1e-5
    )


def test_thinned_ease_keeps_the_strongest_links(monkeypatch: pytest.MonkeyPatch) -> None:
    data = board()
    whole = Ease(EaseConfig(regularisation=1.0)).fit(data).weights
    monkeypatch.setattr("catalog.collaborative.ease.WHOLE", 10)
    thin = Ease(EaseConfig(regularisation=1.0, keep=12)).fit(data).weights.toarray()
    assert ((thin != 0).sum(axis=1) == 12).all()
    np.testing.assert_allclose(thin[thin != 0], whole[thin != 0], rtol=1e-3, atol=1e-4)
    for row in range(SIZE):
        kept = thin[row] != 0
        assert np.abs(whole[row, ~kept]).max() <= np.abs(whole[row, kept]).min() + 1e-4


def test_ease_refuses_a_catalogue_it_cannot_hold() -> None:
    class Small(Ease):
        LIMIT = 10

    with pytest.raises(ValueError, match="use ALS"):
        Small().fit(board())


def test_folding_in_is_what_implicit_does() -> None:
    from implicit.cpu.als import AlternatingLeastSquares

    data = board()
    ours = Als(ALS).fit(data)
    theirs = AlternatingLeastSquares(
        factors=4, regularization=3.0, iterations=15, random_state=0, num_threads=1
    )
    confidence = data.matrix() * ALS.confidence
    theirs.fit(confidence, show_progress=False)
    np.testing.assert_allclose(
        ours.fold_in(data.matrix())[3],
        theirs.recalculate_user(3, confidence[3]),
        rtol=1e-3,
        atol=1e-4,
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, SIZE - 1), min_size=1, max_size=30, unique=True))
def test_updates_one_by_one_are_folding_in_at_once(taken: list[int]) -> None:
    model = fitted()
    posterior = TastePosterior.prior(model)
    for product in taken:
        posterior = posterior.update(model.products[product])
    row = sp.csr_matrix((np.ones(len(taken)), ([0] * len(taken), taken)), (1, SIZE))
    np.testing.assert_allclose(posterior.mean, model.fold_in(row)[0], rtol=1e-4, atol=1e-5)


def test_the_posterior_gets_narrower_and_a_rejection_lowers_the_score() -> None:
    model = fitted()
    before = TastePosterior.prior(model).update(model.products[2])
    after = before.update(model.products[4], liked=False)
    near = model.products[[4]]
    assert float(near[0] @ after.mean) < float(near[0] @ before.mean)
    assert after.width(near)[0] < before.width(near)[0]


_FITTED: list[Als] = []


def fitted() -> Als:
    if not _FITTED:
        _FITTED.append(Als(ALS).fit(board()))
    return _FITTED[0]


def test_content_speaks_for_products_that_nobody_took() -> None:
    data = board()
    new = [10, 11, 20, 21]
    known = data.where(~np.isin(data.product, new))
    model = MODELS["hybrid"]()
    scores = model.fit(known).scores(known.matrix())
    even, odd = scores[::2].mean(axis=0), scores[1::2].mean(axis=0)
    assert (even[[10, 20]] > odd[[10, 20]]).all()
    assert (odd[[11, 21]] > even[[11, 21]]).all()


def test_interactions_gather_events_by_pair() -> None:
    kinds = [EVENT_KINDS.index(k) for k in ("clicked", "bought", "shown", "rejected", "bought")]
    table = EventTable(
        ("a", "b"),
        ("x", "y"),
        np.array([0, 0, 0, 1, 1], np.int32),
        np.array([0, 0, 1, 0, 1], np.int32),
        np.array(kinds, np.uint8),
        np.array([np.nan, 2, np.nan, np.nan, 3], np.float32),
        np.array([1, 5, 2, 3, 4]),
    )
    data = Interactions.of(table)
    assert data.shopper.tolist() == [0, 1] and data.product.tolist() == [0, 1]
    assert data.at.tolist() == [5, 4] and data.rating.tolist() == [2, 3]
    np.testing.assert_allclose(data.strength, np.log2([1 + 0.3 + 1.5, 1 + 1.5]), rtol=1e-6)


def test_sharing_counts_like_liking_and_words_count_nothing() -> None:
    names = ("shared", "commented", "helped", "profiled", "searched", "liked")
    n = len(names)
    table = EventTable(
        ("a",),
        tuple(map(str, range(n))),
        np.zeros(n, np.int32),
        np.arange(n, dtype=np.int32),
        np.array([EVENT_KINDS.index(name) for name in names], np.uint8),
        np.ones(n, np.float32),
        np.arange(n),
    )
    data = Interactions.of(table)
    assert [names[p] for p in data.product] == ["shared", "liked"]
    assert data.strength[0] == data.strength[1]


def test_a_product_half_a_life_back_counts_half() -> None:
    data = interactions(np.zeros(3), np.array([2, 0, 1]), 3)
    np.testing.assert_allclose(data.matrix(half_life=2.0).toarray()[0], [0.7071, 1.0, 0.5], 1e-3)


@pytest.mark.parametrize("size", [100, 30_001])
def test_the_usual_model_depends_on_the_catalogue(size: int) -> None:
    assert default_model(size).name == ("blend" if size < 30_000 else "als")
