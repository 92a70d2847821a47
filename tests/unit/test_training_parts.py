"""Batches, losses and the optimiser, against values that can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from bot.nlu.training.batches import Batches, Row, Tokens, inside, tokenise
from bot.nlu.training.config import TrainConfig
from bot.nlu.training.dropout import Masks, PooledDropout
from bot.nlu.training.loss import contrastive, cross_entropy, divergence, same_text, smoothed
from bot.nlu.training.optimiser import Optimiser, rate_at
from catalog.encoders.base import BaseEncoder
from tests.toy_encoder import TEXTS, toy_encoder


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> BaseEncoder:
    return toy_encoder(tmp_path_factory.mktemp("toy"))


def test_tokens_of_a_part_are_those_that_touch_it() -> None:
    tokens = Tokens([0, 7, 8, 9, 2], [(0, 0), (0, 3), (3, 6), (7, 9), (0, 0)])
    assert inside(tokens, 0, 6).tolist() == [False, True, True, False, False]
    assert inside(tokens, 4, 8).tolist() == [False, False, True, True, False]
    assert not inside(tokens, 6, 7).any()


def test_long_texts_are_cut_and_keep_their_end(toy: BaseEncoder) -> None:
    (cut, short) = tokenise(toy, [("red " * 50, ""), ("red", "")], 16)
    assert len(cut.ids) == len(cut.offsets) == 16
    assert cut.ids[-1] == short.ids[-1] == toy.tokenizer.token_to_id("</s>")


def test_places_are_those_of_the_text_whatever_stands_before_it(toy: BaseEncoder) -> None:
    (plain, answer) = tokenise(toy, [("red shoes", ""), ("red shoes", "hello there")], 64)
    assert len(answer.ids) > len(plain.ids)
    for tokens in (plain, answer):
        assert [tokens.offsets[i] for i in np.flatnonzero(inside(tokens, 0, 9))] == [(0, 3), (4, 9)]


def test_parts_have_vectors_and_labels_of_their_own(toy: BaseEncoder) -> None:
    both = Row("red shoes. my order", ((0, 0.5), (1, 0.5)), ((0, 9, 0), (11, 19, 1)))
    batch = Batches(toy, [both, Row("hello", ((2, 1.0),))], 3, 64).make([0, 1])
    assert batch.rows.tolist() == [0, 0, 0, 1]
    assert batch.targets.tolist() == [[0.5, 0.5, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert batch.shares.sum(-1).tolist() == pytest.approx([1.0] * 4)
    words = [[toy.tokenizer.id_to_token(i) for i in ids] for ids in batch.ids.tolist()]
    read = [
        [word for word, share in zip(words[row], shares, strict=True) if share]
        for row, shares in zip(batch.rows.tolist(), batch.shares.tolist(), strict=True)
    ]
    assert read[1:3] == [["red", "shoes"], ["my", "order"]]
    assert read[3] == ["<s>", "hello", "</s>"]


def labelled(texts: dict[str, list[str]]) -> list[Row]:
    """Rows with a number for each label, in order."""
    return [Row(text, ((n, 1.0),)) for n, group in enumerate(texts.values()) for text in group]


def test_every_text_is_in_one_batch_and_contrast_has_pairs(toy: BaseEncoder) -> None:
    rows = labelled({**TEXTS, "find": TEXTS["find"] + ["red hat"]})
    data = Batches(toy, rows, 3, 64)
    for groups in (data.by_length(4, _random()), data.in_pairs(4, _random())):
        assert sorted(i for group in groups for i in group.tolist()) == list(range(len(rows)))
    pairs = Batches(toy, labelled({k: v[:4] for k, v in TEXTS.items()}), 3, 64)
    for group in pairs.in_pairs(4, _random()):
        labels = [pairs.rows[i].targets[0][0] for i in group]
        assert all(labels.count(label) >= 2 for label in labels)


def _random() -> np.random.Generator:
    return np.random.default_rng(0)


def test_losses_by_hand() -> None:
    targets = torch.tensor([[1.0, 0.0]])
    logits, even = torch.tensor([[math.log(3), 0.0]]), torch.zeros(1, 2)
    assert smoothed(targets, 0.1).tolist()[0] == pytest.approx([0.95, 0.05])
    assert float(cross_entropy(even, targets)) == pytest.approx(math.log(2))
    assert float(cross_entropy(logits, targets)) == pytest.approx(-math.log(0.75))
    assert float(cross_entropy(logits, smoothed(targets, 1.0))) == pytest.approx(
        -0.5 * (math.log(0.75) + math.log(0.25))
    )
    # ½ · Σ (p - q)(ln p - ln q) of (¾, ¼) and (½, ½).
    assert float(divergence(logits, even)) == pytest.approx(0.125 * math.log(3))
    assert float(divergence(logits, logits)) == 0.0


def test_contrastive_losses_by_hand() -> None:
    vectors = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    alike = contrastive(vectors, torch.eye(3)[[0, 0, 1]], temperature=1.0)
    assert alike is not None
    assert float(alike) == pytest.approx(math.log(1 + math.exp(-1)))
    assert contrastive(vectors, torch.eye(3), temperature=1.0) is None
    two = torch.eye(2)
    assert float(same_text(two, two, 1.0)) == pytest.approx(math.log(1 + math.exp(-1)))
    assert float(same_text(two, two.flip(0), 1.0)) == pytest.approx(math.log(1 + math.e))


def test_rate_rises_then_falls_to_zero() -> None:
    rates = [rate_at(step, 10, 0.2) for step in range(11)]
    assert rates == pytest.approx([0.5, 1, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8, 0])
    assert rate_at(0, 1, 0.0) == 1.0


def test_average_follows_the_weights_and_stands_in_for_them() -> None:
    weight = nn.Parameter(torch.zeros(1))
    optimiser = Optimiser([(0.1, [weight])], TrainConfig(average=0.9, warm_up=0.0), 20)
    average = 0.0
    for step in range(1, 6):
        weight.grad = torch.ones(1)
        optimiser.step()
        keep = min(0.9, (1 + step) / (10 + step))
        average = keep * average + (1 - keep) * weight.item()
    last = weight.item()
    with optimiser.averaged():
        assert weight.item() == pytest.approx(average)
    assert weight.item() == last < average


def test_half_precision_does_not_lose_small_steps() -> None:
    weight = nn.Parameter(torch.tensor([256.0], dtype=torch.bfloat16))
    config = TrainConfig(weight_decay=0.0, warm_up=0.0)
    optimiser = Optimiser([(0.3, [weight])], config, 20)
    for _ in range(20):
        weight.grad = torch.ones(1, dtype=torch.bfloat16)
        optimiser.step()
        optimiser.clear()
    # bfloat16 has no number between 254 and 256: each step alone would be rounded away.
    assert weight.item() <= 254


def test_dropout_drops_its_share_and_keeps_the_mean() -> None:
    torch.manual_seed(0)
    masks = Masks(0.25)
    layer = PooledDropout(masks)
    ones = torch.ones(400, 400)
    once, again = layer(ones), layer(ones)
    assert float((once == 0).float().mean()) == pytest.approx(0.25, abs=0.01)
    assert float(once.mean()) == pytest.approx(1.0, abs=0.01)
    assert not torch.equal(once, again)
    masks.p = 0.0
    assert torch.equal(layer(ones), ones)
    masks.p = 0.5
    assert torch.equal(layer.eval()(ones), ones)
