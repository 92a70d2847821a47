"""Learning from texts without labels, and all options at once."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bot.nlu.training.adapt import adapt_to, padded, remaining
from bot.nlu.training.batches import Tokens
from bot.nlu.training.config import TrainConfig
from bot.nlu.training.encoder import Trainable
from bot.nlu.training.fit import fit
from bot.nlu.training.predict import logits_of
from bot.nlu.training.reconstruct import Decoder
from catalog.encoders.base import BaseEncoder
from tests.toy_encoder import CHECK, TEXTS, examples, toy_encoder

#: Nearly the same texts: telling them apart is to be learned.
ALIKE = [
    f"where is the {color} {thing} i want"
    for color in ("red", "blue", "green")
    for thing in ("dress", "shoes", "bag", "hat")
]
UNLABELLED = examples(TEXTS)[0] + examples(CHECK)[0] + ["my bag is late", "find my parcel"]


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> BaseEncoder:
    return toy_encoder(tmp_path_factory.mktemp("toy"))


def adapted(
    base: BaseEncoder, texts: list[str], **options: object
) -> tuple[list[float], dict[str, np.ndarray], list[str]]:
    """Losses of the epochs, what has changed, and what was told."""
    rate = 0.1 if options["method"] == "full" else 0.3
    fast = {"batch": 12, "adapt_epochs": 6, "precision": "fp32", "learning_rate": rate}
    config = TrainConfig.of({**fast, **options})
    torch.set_num_threads(1)
    encoder = Trainable(base, config, 10)
    told: list[str] = []
    return adapt_to(encoder, base, texts, config, told.append), encoder.changed(), told


def test_most_tokens_of_the_text_go_and_the_special_ones_stay() -> None:
    text = Tokens(list(range(100, 202)), [(0, 0), *((i, i + 1) for i in range(100)), (0, 0)])
    random = np.random.default_rng(0)
    counts = []
    for _ in range(50):
        left = remaining(text, random)
        assert (left[0], left[-1]) == (100, 201)
        assert left == sorted(left)
        counts.append(len(left) - 2)
    assert np.mean(counts) == pytest.approx(40, abs=3)
    two = Tokens([0, 5, 6, 2], [(0, 0), (0, 1), (1, 2), (0, 0)])
    assert all(len(remaining(two, random)) >= 3 for _ in range(50))


def test_padding_is_masked() -> None:
    ids, mask = padded([[5, 6, 7], [5]])
    assert ids[0].tolist() == [5, 6, 7]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]


def test_decoder_does_not_see_what_it_is_to_say() -> None:
    torch.manual_seed(0)
    words = torch.randn(10, 16)
    decoder = Decoder(words, torch.zeros(8, 16), [2, 3, 5, 7, 9], heads=2).eval()
    vector = torch.nn.functional.normalize(torch.randn(1, 16), dim=-1)

    def first(ids: list[int]) -> float:
        """The loss of the first token said, whatever comes behind it."""
        numbers = torch.tensor([ids])
        only = torch.tensor([[1, 1] + [0] * (len(ids) - 2)])
        return float(decoder.loss(vector, numbers, only).detach())

    assert first([2, 3, 5, 7]) == pytest.approx(first([2, 3, 9, 9]), abs=1e-6)
    assert first([2, 3, 5, 7]) != pytest.approx(first([2, 5, 5, 7]), abs=1e-3)


@pytest.mark.parametrize("method", ["full", "lora"])
@pytest.mark.parametrize("adapt", ["simcse", "tsdae"])
def test_adaptation_lowers_its_loss_and_trains_what_the_method_trains(
    toy: BaseEncoder, method: str, adapt: str
) -> None:
    losses, changed, told = adapted(toy, ALIKE, method=method, adapt=adapt)
    assert losses[-1] < 0.8 * losses[0]
    assert [line.split(":")[0] for line in told] == [f"{adapt} {n}/6" for n in range(1, 7)]
    before = Trainable(toy, TrainConfig(method=method, precision="fp32"), 1).changed()
    assert changed.keys() == before.keys()
    assert any(not np.array_equal(changed[name], before[name]) for name in changed)


@pytest.mark.parametrize("adapt", ["simcse", "tsdae"])
def test_adaptation_is_the_same_for_the_same_seed(toy: BaseEncoder, adapt: str) -> None:
    once, again, other = (
        adapted(toy, ALIKE, method="full", adapt=adapt, adapt_epochs=1, seed=seed)
        for seed in (0, 0, 1)
    )
    assert once[0] == again[0] != other[0]
    assert all(np.array_equal(once[1][name], again[1][name]) for name in once[1])


@pytest.mark.parametrize("texts", [[], ["hello"], ["hello", "hello", " "]])
def test_fewer_than_two_texts_teach_nothing(toy: BaseEncoder, texts: list[str]) -> None:
    losses, _changed, _told = adapted(toy, texts, method="lora", adapt="simcse")
    assert losses == []


def test_all_options_together_learn(toy: BaseEncoder) -> None:
    texts, labels = examples(TEXTS)
    check, right = examples(CHECK)
    number = {label: i for i, label in enumerate(sorted(TEXTS))}
    config = TrainConfig(
        method="full",
        words=True,
        learning_rate=3e-3,
        head_learning_rate=1e-2,
        layer_decay=0.9,
        batch=4,
        accumulate=2,
        epochs=3,
        fgm=0.3,
        rdrop=0.3,
        contrastive=0.1,
        contrastive_epochs=1,
        average=0.5,
        word_dropout=0.1,
        spelling=0.1,
        synonyms=0.2,
        compose=0.3,
        adapt="tsdae",
        self_train=1,
        ensemble=2,
        precision="fp32",
        threads=1,
    )
    told: list[str] = []
    trained = fit(
        toy,
        (texts, np.array([number[label] for label in labels]), [""] * len(texts)),
        3,
        (check, np.array([number[label] for label in right]), [""] * len(check)),
        [text for text in UNLABELLED if text not in texts],
        config,
        told.append,
    )
    guesses = logits_of(toy, trained, check, config).argmax(-1)
    assert np.mean(guesses == [number[label] for label in right]) >= 7 / 9
    for said in ("teacher 2/2", "self-training 1/1", "tsdae 1/1", "contrastive 1/1", "epoch 3/3"):
        assert any(line.startswith(said) for line in told)
