"""Each training method, from the first step to the classifier that is loaded again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from bot.nlu.classifier import IntentClassifier
from bot.nlu.training.batches import Batches, Row
from bot.nlu.training.config import METHODS, TrainConfig
from bot.nlu.training.encoder import WORDS, Trainable, apply
from bot.nlu.training.loop import Trained
from bot.nlu.training.optimiser import Optimiser
from bot.nlu.training.predict import logits_of
from catalog.encoders.base import BaseEncoder, load_base
from catalog.errors import ShoptalkError
from catalog.settings import Settings
from tests.toy_encoder import CHECK, TEXTS, examples, toy_settings

MESSAGES = [
    "a red dress under 50 dollars, please",
    "where is my order?",
    "我想买一件红色的连衣裙",
    "hello",
]
#: Method → the endings of the names of the weights that it may change.
MERGED = {
    "lora": ("query.weight", "value.weight", "intermediate.dense.weight"),
    "adalora": ("query.weight", "value.weight", "intermediate.dense.weight"),
    "ia3": tuple(
        f"{layer}.{kind}"
        for layer in ("key", "value", "intermediate.dense")
        for kind in ("weight", "bias")
    ),
    "prefix": (),
}


@pytest.fixture(scope="module")
def real() -> BaseEncoder:
    return load_base(Settings.from_env())


def vectors(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    summed = (hidden * mask[..., None]).sum(1)
    return torch.nn.functional.normalize(summed, dim=-1)


def trained_a_little(base: BaseEncoder, config: TrainConfig) -> tuple[Trainable, torch.Tensor]:
    """The encoder after some steps away from what it said, and the vectors it gives then."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    batch = Batches(base, [Row(text, ((0, 1.0),)) for text in MESSAGES], 1, 64).make(range(4))
    encoder = Trainable(base, config, 4, words=batch.ids.unique().tolist())
    optimiser = Optimiser([(config.rate * f, ps) for f, ps in encoder.groups()], config, 4)
    away = torch.nn.functional.normalize(torch.randn(4, base.dim), dim=-1)
    encoder.train()
    for step in range(1, 5):
        loss = -(vectors(encoder.hidden(batch.ids, batch.mask), batch.mask) * away).sum()
        extra = encoder.extra_loss()
        (loss if extra is None else loss + extra).backward()
        optimiser.step()
        encoder.after_step(step)
        optimiser.clear()
    encoder.train(False)
    with torch.no_grad():
        return encoder, vectors(encoder.hidden(batch.ids, batch.mask), batch.mask)


def said(base: BaseEncoder, model: torch.nn.Module) -> torch.Tensor:
    batch = Batches(base, [Row(text, ((0, 1.0),)) for text in MESSAGES], 1, 64).make(range(4))
    with torch.no_grad():
        hidden = model(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state
    return vectors(hidden, batch.mask)


@pytest.mark.parametrize("method", METHODS)
def test_what_is_kept_is_the_trained_encoder_and_nothing_else_changes(
    real: BaseEncoder, method: str
) -> None:
    # AdaLoRA begins with no singular values, and they grow slowly.
    rate = 0.05 if method == "adalora" else None
    config = TrainConfig(method=method, precision="fp32", dropout=0.0, learning_rate=rate)
    encoder, now = trained_a_little(real, config)
    before = real.model()
    after = apply(real.model(), encoder.changed())
    assert (said(real, before) * now).sum(-1).min() < 0.9999
    assert (said(real, after) * now).sum(-1).min() > 0.999
    weights = dict(after.named_parameters())
    different = {n for n, p in before.named_parameters() if not torch.equal(p, weights[n])}
    if method == "full":
        assert WORDS not in different
        assert len(different) > 0.9 * len(weights)
    else:
        assert all(name.endswith(MERGED[method]) for name in different)
        assert bool(different) == bool(MERGED[method])


@pytest.mark.parametrize("method", ["full", "lora", "adalora", "ia3"])
def test_layers_below_the_first_stay_as_they_are(real: BaseEncoder, method: str) -> None:
    config = TrainConfig(method=method, first_layer=10, precision="fp32")
    encoder, after = trained_a_little(real, config)
    changed = encoder.changed()
    assert changed
    assert {name.split("layer.")[1].split(".")[0] for name in changed} == {"10", "11"}
    assert torch.allclose(said(real, apply(real.model(), changed)), after, atol=0.02)


def test_only_words_that_occur_get_other_vectors(real: BaseEncoder) -> None:
    config = TrainConfig(method="full", precision="fp32", dropout=0.0, words=True)
    encoder, now = trained_a_little(real, config)
    after = apply(real.model(), encoder.changed())
    assert (said(real, after) * now).sum(-1).min() > 0.999
    table = after.embeddings.word_embeddings.weight
    changed = (table != real.model().embeddings.word_embeddings.weight).any(-1)
    occurring = {i for e in real.tokenizer.encode_batch(MESSAGES) for i in e.ids}
    assert occurring <= set(torch.nonzero(changed).flatten().tolist())
    assert int(changed.sum()) <= len(occurring) + 3  # and the prefix of queries


def test_a_prefix_looks_the_same_in_a_longer_batch(real: BaseEncoder) -> None:
    encoder, now = trained_a_little(real, TrainConfig(method="prefix", precision="fp32"))
    model = apply(real.model(), encoder.changed())
    alone = Batches(real, [Row(MESSAGES[3], ((0, 1.0),))], 1, 64).make([0])
    with torch.no_grad():
        hidden = model(input_ids=alone.ids, attention_mask=alone.mask).last_hidden_state
    assert float((vectors(hidden, alone.mask)[0] * now[3]).sum()) > 0.999


def test_what_was_trained_on_another_encoder_is_refused(real: BaseEncoder) -> None:
    lora = Trainable(real, TrainConfig(method="lora"), 1).changed()
    deeper = {name.replace("layer.0.", "layer.99."): array for name, array in lora.items()}
    fewer = {"prefix.keys": np.zeros((2, 4, 384)), "prefix.values": np.zeros((2, 4, 384))}
    for changed in (deeper, fewer):
        with pytest.raises(KeyError):
            apply(real.model(), changed)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return toy_settings(tmp_path_factory.mktemp("toy"))


@pytest.mark.parametrize("method", METHODS)
def test_classifier_is_trained_kept_and_loaded(toy: Settings, tmp_path: Path, method: str) -> None:
    options = TrainConfig(
        method=method,
        words=True,
        rank=4,
        virtual_tokens=4,
        learning_rate=3e-3 if method == "full" else None,
        epochs=2,
        batch=5,
        precision="fp32",
        threads=1,
    )
    texts, labels = examples(TEXTS)
    heard: list[str] = []
    classifier = IntentClassifier(toy, options)
    classifier.fit(texts, labels, valid=examples(CHECK), progress=heard.append)
    check, right = examples(CHECK)
    predicted = classifier.predict(check)
    assert np.mean([a == b for a, b in zip(predicted.best, right, strict=True)]) >= 7 / 9
    assert predicted.probabilities.sum(-1) == pytest.approx(np.ones(9), abs=1e-5)
    assert any("epoch 2/2" in line for line in heard)

    classifier.save(tmp_path)
    loaded = IntentClassifier.load(tmp_path, toy, lambda _said: None)
    assert loaded.fingerprint == classifier.fingerprint
    again = loaded.predict(check)
    assert (again.labels, again.best) == (predicted.labels, predicted.best)
    assert again.probabilities == pytest.approx(predicted.probabilities, abs=1e-6)

    learned = Trained(loaded._changed, loaded._weights, loaded._bias)
    base = load_base(toy, lambda _said: None)
    exact = logits_of(base, learned, check, options) / loaded.temperature
    exact = np.exp(exact) / np.exp(exact).sum(-1, keepdims=True)
    assert again.probabilities == pytest.approx(exact, abs=0.03)


@pytest.mark.parametrize("probe", [0.0, 0.3])
def test_texts_out_of_scope_teach_what_is_near(probe: float, toy: Settings, tmp_path: Path) -> None:
    options = TrainConfig(
        method="full", learning_rate=3e-3, epochs=2, precision="fp32", threads=1, probe=probe
    )
    texts, labels = examples(TEXTS)
    check, right = examples(CHECK)
    foreign = [f"{number} {number}" for number in range(20)]
    valid = ([*check, *foreign], [*right, *["elsewhere"] * 20])
    classifier = IntentClassifier(toy, options).fit(texts, labels, valid=valid)
    assert classifier.familiar is not None
    assert len(classifier.familiar[0]) == (2 if probe else 1)
    classifier.save(tmp_path)
    loaded = IntentClassifier.load(tmp_path, toy, lambda _said: None)
    said = loaded.predict(valid[0])
    told, scope = said.probabilities, said.probabilities.sum(-1)
    assert told == pytest.approx(classifier.predict(valid[0]).probabilities, abs=1e-6)
    assert (scope < 1).all()
    # The odds that it is the best label, if anything, against those that it is nothing.
    best = told.max(-1)
    assert said.scores / (1 - said.scores) == pytest.approx(best / (1 - scope), rel=1e-3)
    assert loaded.predict([]).scores.shape == (0,)


def test_what_the_encoder_knew_before_has_a_say(toy: Settings, tmp_path: Path) -> None:
    options = TrainConfig(method="full", epochs=1, probe=1.0, hold_out=0, threads=1)
    texts, labels = examples(TEXTS)
    classifier = IntentClassifier(toy, options).fit(texts, labels)
    classifier.save(tmp_path)
    loaded = IntentClassifier.load(tmp_path, toy, lambda _said: None)
    told = loaded.predict(texts)
    assert np.mean([a == b for a, b in zip(told.best, labels, strict=True)]) > 0.8
    # Nothing that was trained since counts, neither the head nor the encoder.
    loaded._weights = np.zeros_like(loaded._weights)
    seen = [one.whole() for one in loaded.passes(texts)]
    dim = loaded._weights.shape[1]
    assert seen[0].shape == (2 * dim,)
    other = [np.concatenate([np.zeros(dim, np.float32), one[dim:]]) for one in seen]
    assert loaded.of_vectors(other).probabilities == pytest.approx(told.probabilities, abs=1e-6)
    assert told.probabilities.sum(-1) == pytest.approx(np.ones(len(texts)), abs=1e-5)


def test_parts_of_a_text_are_seen_both_ways(toy: Settings) -> None:
    options = TrainConfig(method="full", epochs=1, probe=0.5, hold_out=0, threads=1)
    texts, labels = examples(TEXTS)
    classifier = IntentClassifier(toy, options).fit(texts, labels)
    (seen,) = classifier.passes(texts[:1])
    part = seen.part(0, len(texts[0]))
    assert part.shape == seen.whole().shape
    assert classifier.of_vectors([part]).probabilities.shape == (1, 3)


def test_shares_of_a_prediction_are_not_more_than_all_of_it() -> None:
    with pytest.raises(ShoptalkError, match="neighbours and probe"):
        TrainConfig(neighbours=0.6, probe=0.5)


def test_the_nearest_texts_have_a_say(toy: Settings, tmp_path: Path) -> None:
    options = TrainConfig(method="full", epochs=1, neighbours=1.0, hold_out=0, threads=1)
    texts, labels = examples(TEXTS)
    classifier = IntentClassifier(toy, options).fit(texts, labels)
    classifier.save(tmp_path)
    loaded = IntentClassifier.load(tmp_path, toy, lambda _said: None)
    told = loaded.predict(texts).probabilities
    loaded._weights = np.zeros_like(loaded._weights)
    assert loaded.predict(texts).probabilities == pytest.approx(told, abs=1e-6)
    assert told == pytest.approx(classifier.predict(texts).probabilities, abs=1e-6)
    assert told.sum(-1) == pytest.approx(np.ones(len(texts)), abs=1e-5)
    assert loaded.predict([]).probabilities.shape == (0, 3)
