"""Taggers of words: the field against brute force, spans as conlleval counts, files, roles."""

from __future__ import annotations

import itertools
import re
import time
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.passes import Pass
from bot.nlu.tagger import RoleTagger, SlotTagger
from bot.nlu.tagging.annotations import ROLES, Annotated, compose, parse, read_spans
from bot.nlu.tagging.config import TaggerConfig
from bot.nlu.tagging.crf import Crf
from bot.nlu.tagging.data import Tagged, read_tagged
from bot.nlu.tagging.roles import emissions, goals, places
from bot.nlu.tagging.spans import score_tags, spans_of, tags_of
from bot.nlu.tagging.unseen import apart
from bot.nlu.tagging.variants import Variants, words_of
from bot.nlu.tagging.viterbi import allowed_steps, decode, marginals
from bot.nlu.training.batches import Tokens
from catalog.errors import ShoptalkError
from catalog.lexicon.lexicon import Lexicon
from catalog.settings import Settings

ROOT = Path(__file__).parents[2]
LABELS = ("O", "B-a", "I-a", "B-b", "I-b")


def lattice(tokens: int, seed: int = 0) -> tuple[Crf, torch.Tensor]:
    torch.manual_seed(seed)
    crf = Crf(len(LABELS), allowed_steps(LABELS))
    with torch.no_grad():
        for parameter in crf.parameters():
            parameter.normal_()
    return crf, torch.randn(1, tokens, len(LABELS))


def all_scores(crf: Crf, emissions: torch.Tensor) -> dict[tuple[int, ...], float]:
    starts, transitions, ends = (table.detach().numpy() for table in crf.tables())
    own = emissions[0].numpy()
    found = {}
    for path in itertools.product(range(len(LABELS)), repeat=len(own)):
        score = starts[path[0]] + ends[path[-1]] + sum(own[i, tag] for i, tag in enumerate(path))
        score += sum(transitions[a, b] for a, b in itertools.pairwise(path))
        found[path] = float(score)
    return found


@pytest.mark.parametrize("tokens", [1, 2, 4])
def test_the_loss_is_minus_the_log_of_the_share_of_all_sequences(tokens: int) -> None:
    crf, own = lattice(tokens)
    scores = all_scores(crf, own)
    total = np.logaddexp.reduce(list(scores.values()))
    mask = torch.ones(1, tokens, dtype=torch.bool)
    for path in [(1, 2, 0, 3)[:tokens], (0, 0, 1, 1)[:tokens]]:
        loss = crf.loss(own, torch.tensor([path]), mask)
        assert float(loss.detach()) == pytest.approx(total - scores[path], abs=1e-3)


@pytest.mark.parametrize("seed", range(5))
def test_the_decoded_sequence_is_the_best_of_all(seed: int) -> None:
    crf, own = lattice(4, seed)
    scores = all_scores(crf, own)
    best = decode(own[0].numpy(), *(table.detach().numpy() for table in crf.tables()))
    assert tuple(best) == max(scores, key=lambda path: scores[path])


def test_padding_changes_no_loss() -> None:
    crf, own = lattice(3)
    tags, mask = torch.tensor([[1, 2, 0]]), torch.ones(1, 3, dtype=torch.bool)
    alone = crf.loss(own, tags, mask)
    longer = torch.cat([own, torch.randn(1, 2, len(LABELS))], dim=1)
    padded = crf.loss(
        longer, torch.tensor([[1, 2, 0, 4, 4]]), torch.tensor([[True, True, True, False, False]])
    )
    assert float(padded.detach()) == pytest.approx(float(alone.detach()), abs=1e-4)


def test_marginals_sum_to_one_and_agree_with_all_sequences() -> None:
    crf, own = lattice(3)
    scores = all_scores(crf, own)
    total = np.logaddexp.reduce(list(scores.values()))
    found = crf.marginals(own, torch.ones(1, 3, dtype=torch.bool))[0].numpy()
    assert found.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-4)
    tables = (table.detach().numpy() for table in crf.tables())
    assert marginals(own[0].numpy(), *tables) == pytest.approx(found, abs=1e-4)
    share = sum(np.exp(score - total) for path, score in scores.items() if path[1] == 2)
    assert found[1, 2] == pytest.approx(share, abs=1e-4)


@given(st.lists(st.lists(st.floats(-5, 5), min_size=5, max_size=5), min_size=1, max_size=8))
def test_what_is_decoded_never_breaks_bio(own: list[list[float]]) -> None:
    crf = Crf(len(LABELS), allowed_steps(LABELS))
    tables = [table.detach().numpy() for table in crf.tables()]
    tags = [LABELS[i] for i in decode(np.array(own, np.float32), *tables)]
    for before, after in zip(["O", *tags], tags, strict=False):
        assert not after.startswith("I-") or before in (f"B-{after[2:]}", after)


def test_steps_that_the_training_tags_take_are_allowed_even_against_bio() -> None:
    assert not allowed_steps(LABELS)[0, 2]
    assert allowed_steps(LABELS, [["O", "I-a"]])[0, 2]


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("O O", []),
        ("B-a I-a O", [(0, 2, "a")]),
        ("B-a B-a", [(0, 1, "a"), (1, 2, "a")]),
        ("I-a I-a B-b", [(0, 2, "a"), (2, 3, "b")]),
        ("B-a I-b I-b", [(0, 1, "a"), (1, 3, "b")]),
        ("O I-a O I-a", [(1, 2, "a"), (3, 4, "a")]),
    ],
)
def test_spans_are_read_as_conlleval_reads_them(tags: str, spans: list) -> None:
    assert spans_of(tags.split()) == spans


def test_a_span_counts_only_whole_and_with_its_label() -> None:
    wanted = ["B-a I-a O B-b".split(), "B-a O".split()]
    found = ["B-a O O B-b".split(), "B-b O".split()]
    score = score_tags(wanted, found)
    assert (score.right, score.found, score.wanted) == (1, 3, 3)
    assert score.precision == score.recall == score.f1 == pytest.approx(1 / 3)


def test_nothing_found_and_nothing_wanted_is_no_error() -> None:
    assert score_tags([["O"]], [["O"]]).f1 == 0.0
    assert score_tags([["B-a"]], [["O"]]).recall == 0.0


@given(st.lists(st.sampled_from(LABELS), max_size=12))
def test_spans_written_as_tags_are_the_same_spans(tags: list[str]) -> None:
    spans = spans_of(tags)
    assert spans_of(tags_of(len(tags), spans)) == spans


RED_SKIRT = [Tagged(("红", "色", "裙"), ("B-color", "I-color", "B-type"))]


@pytest.mark.parametrize(
    "written",
    [
        "红:B-color 色:I-color 裙:B-type <=> <NULL>\n",
        "红 B-color\n色 I-color\n裙 B-type\n\n",
        "红 NN B-color\n色 NN I-color\n裙 NN B-type",
        '{"tokens": ["红", "色", "裙"], "tags": ["B-color", "I-color", "B-type"]}\n',
    ],
)
def test_each_form_of_file_gives_the_same_texts(tmp_path: Path, written: str) -> None:
    path = tmp_path / "texts"
    path.write_text(written, encoding="utf-8")
    assert read_tagged(path) == RED_SKIRT


def test_a_colon_may_be_a_token(tmp_path: Path) -> None:
    path = tmp_path / "texts"
    path.write_text("::O 裙:B-type <=> x\n", encoding="utf-8")
    assert read_tagged(path)[0].tokens == (":", "裙")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b"", "in no form"),
        (b"just some words\n", "in no form"),
        ("红:B-color\n色I-color\n".encode(), "line 2"),
        (b'{"tokens": ["a"], "tags": ["B-x", "O"]}\n', "line 1"),
        (b'{"tokens": ["a"], "tags": ["X"]}\n', "line 1"),
        (b"a B-x\nb\n", "line 2"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_damaged_file_is_told_in_one_sentence(tmp_path: Path, written: bytes, said: str) -> None:
    path = tmp_path / "texts"
    path.write_bytes(written)
    with pytest.raises(ShoptalkError, match=said) as error:
        read_tagged(path)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ShoptalkError, match="cannot be read"):
        read_tagged(tmp_path / "none")


def toy_texts(count: int, seed: int = 0) -> list[Tagged]:
    random = np.random.default_rng(seed)
    colors, things = ["红色", "黑色", "蓝色", "白色"], ["裙子", "外套", "鞋", "毛衣"]
    texts = []
    for _ in range(count):
        color, thing = random.choice(colors), random.choice(things)
        tags = [*tags_of(len(color), [(0, len(color), "color")])]
        tags += tags_of(len(thing), [(0, len(thing), "type")])
        texts.append(Tagged(tuple(color + thing), tuple(tags)))
    return texts


def test_training_composes_texts_of_known_words_only() -> None:
    texts = toy_texts(50)
    config = TaggerConfig(sample=0.2, compose=2.0, mask=0.0)
    variants = Variants(texts, config, np.random.default_rng(0))
    epoch = variants.epoch()
    assert len(epoch) == len(variants) == 30
    known = {word for text in texts for word in words_of(text)}
    assert {word for one in epoch for word in words_of(one.text)} <= known


def test_words_are_hidden_whole() -> None:
    variants = Variants(toy_texts(50), TaggerConfig(mask=0.5), np.random.default_rng(0))
    covered = 0
    for one in variants.epoch():
        for begin, end, _label in spans_of(one.text.tags):
            assert len(set(one.covered[begin:end])) == 1
            covered += one.covered[begin]
    assert covered


def test_texts_apart_share_no_word() -> None:
    train, test = apart(toy_texts(200), 0.5, seed=1)
    known = {word for text in train for word in words_of(text)}
    assert not known & {word for text in test for word in words_of(text)}


def test_too_few_texts_cannot_be_kept_apart() -> None:
    with pytest.raises(ShoptalkError, match="too few"):
        apart(toy_texts(1), 0.5, seed=0)


@pytest.fixture(scope="module")
def learned() -> SlotTagger:
    options = {"sample": 1.0, "compose": 0.5, "batch": 16, "epochs": 2, "threads": 1, "mask": 0.05}
    return SlotTagger(Settings.from_env(), TaggerConfig.of(options)).fit(
        toy_texts(160), valid=toy_texts(20, seed=1), progress=lambda _message: None
    )


def test_the_tagger_learns_a_pattern(learned: SlotTagger) -> None:
    texts = toy_texts(30, seed=2)
    found = learned.predict([text.tokens for text in texts])
    assert score_tags([text.tags for text in texts], found).f1 > 0.95
    assert max(learned.held_out) > 0.95


def test_a_saved_tagger_says_the_same(learned: SlotTagger, tmp_path: Path) -> None:
    learned.save(tmp_path)
    again = SlotTagger.load(tmp_path, Settings.from_env())
    texts = [list("蓝色鞋"), list("我要黑色毛衣")]
    assert again.predict(texts) == learned.predict(texts)


def test_empty_and_overlong_texts_are_tagged_too(learned: SlotTagger) -> None:
    long = list("红色裙子" * 100)
    empty, many = learned.predict([[], long])
    assert empty == []
    assert len(many) == len(long)
    assert set(many[300:]) == {"O"}


def test_a_damaged_tagger_is_told(learned: SlotTagger, tmp_path: Path) -> None:
    learned.save(tmp_path)
    (tmp_path / "tagger.json").write_text("{}")
    with pytest.raises(ShoptalkError, match="damaged"):
        SlotTagger.load(tmp_path, Settings.from_env())


def test_an_untrained_tagger_says_so() -> None:
    with pytest.raises(ShoptalkError, match="not trained"):
        SlotTagger(Settings.from_env()).predict([["a"]])
    with pytest.raises(ShoptalkError, match="tags other than O"):
        SlotTagger(Settings.from_env()).fit([Tagged(("a",), ("O",))])


def test_an_unknown_option_is_told() -> None:
    with pytest.raises(ShoptalkError, match="no option 'masks'"):
        TaggerConfig.of({"masks": 0.5})


def test_marks_become_places_in_the_text() -> None:
    found = parse("i want a [rain jacket](thing) but not [yellow](unwanted)")
    assert found.text == "i want a rain jacket but not yellow"
    assert [(found.text[a:b], role) for a, b, role in found.parts] == [
        ("rain jacket", "thing"),
        ("yellow", "unwanted"),
    ]


@pytest.mark.parametrize("wrong", ["[cup](thingy)", "a [cup", "a [cup] please"])
def test_a_wrong_mark_is_told(wrong: str) -> None:
    with pytest.raises(ShoptalkError, match=r"role|mark"):
        parse(wrong)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("spans: 3", "no list"),
        ("spans: ['[a](x)']", "no role"),
        ("spans: []\ntemplates: ['{cup}']", "no words"),
        ("spans: [", "no YAML"),
    ],
)
def test_a_damaged_file_of_spans_is_told(tmp_path: Path, written: str, said: str) -> None:
    path = tmp_path / "spans.yml"
    path.write_text(written)
    with pytest.raises(ShoptalkError, match=said):
        read_spans(path)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_our_own_sentences_are_many_distinct_and_have_all_roles(language: str) -> None:
    path = ROOT / "nlu_data" / language / "spans.yml"
    assert "nlu" not in yaml.safe_load(path.read_text(encoding="utf-8"))
    file = read_spans(path)
    texts = [re.sub(r"\W", "", text.text.casefold()) for text in file.texts]
    assert len(texts) >= 200
    assert len(set(texts)) == len(texts)
    counts = dict.fromkeys(ROLES, 0)
    for text in file.texts:
        for _begin, _end, role in text.parts:
            counts[role] += 1
    assert min(counts.values()) >= 30
    assert sum(not text.parts for text in file.texts) >= 30


@pytest.mark.parametrize("language", ["en", "zh"])
def test_composed_texts_are_the_same_for_a_seed_and_fill_every_name(language: str) -> None:
    file = read_spans(ROOT / "nlu_data" / language / "spans.yml")
    lexicon = Lexicon.load()
    texts = compose(file, lexicon, language, 100, seed=3)
    assert texts == compose(file, lexicon, language, 100, seed=3)
    assert not any("{" in text.text for text in texts)
    assert {role for text in texts for _b, _e, role in text.parts} == set(ROLES)


STATES = np.random.default_rng(0).normal(size=(8, 16)).astype(np.float32)
WORDS = {"want": 0, "a": 1, "cup": 2, "lamp": 3, "not": 4, "red": 5, "blue": 6, "please": 7}


def read(text: str) -> Pass:
    """An encoder that knows each word by itself."""
    offsets, at = [(0, 0)], 0
    hidden = [np.zeros(16, np.float32)]
    for word in text.split(" "):
        begin = max(0, at - 1)
        offsets.append((begin, at + len(word)))
        at += len(word) + 1
        hidden.append(STATES[WORDS[word]])
    return Pass(Tokens([0] * len(offsets), offsets), np.stack(hidden))


LESSONS = [
    parse("want a [cup](thing) not [red](unwanted)"),
    parse("want a [lamp](thing) not [blue](unwanted)"),
    parse("want a red [lamp](thing)"),
    parse("want a blue [cup](thing) please"),
    parse("not [red](unwanted) please"),
    parse("please"),
]


@pytest.fixture(scope="module")
def roles() -> RoleTagger:
    lessons = LESSONS * 20
    return RoleTagger().fit([read(lesson.text) for lesson in lessons], lessons)


def test_roles_are_told_by_the_words_around(roles: RoleTagger) -> None:
    text = "want a red cup not blue"
    spans = roles.tag(read(text), text)
    assert [(text[s.begin : s.end], s.role) for s in spans] == [
        ("cup", "thing"),
        ("blue", "unwanted"),
    ]
    assert all(0 < s.confidence <= 1 for s in spans)


def test_saved_roles_say_the_same_and_are_small(roles: RoleTagger, tmp_path: Path) -> None:
    roles.save(tmp_path)
    text = "not blue please"
    again = RoleTagger.load(tmp_path).tag(read(text), text)
    told = [(span.begin, span.end, span.role) for span in again]
    assert told == [(s.begin, s.end, s.role) for s in roles.tag(read(text), text)]
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 300_000


def test_damaged_roles_are_told(roles: RoleTagger, tmp_path: Path) -> None:
    roles.save(tmp_path)
    (tmp_path / "roles.safetensors").write_bytes(b"")
    with pytest.raises(ShoptalkError, match="damaged"):
        RoleTagger.load(tmp_path)
    with pytest.raises(ShoptalkError, match="not trained"):
        RoleTagger().tag(read("please"))


def test_a_message_without_words_has_no_roles(roles: RoleTagger) -> None:
    assert roles.tag(Pass(Tokens([0], [(0, 0)]), np.zeros((1, 16), np.float32))) == []


def test_the_network_is_the_same_in_numpy_as_where_it_is_trained(roles: RoleTagger) -> None:
    from bot.nlu.tagging.roles import RoleConfig
    from bot.nlu.tagging.roles_train import _Network

    network = _Network(16, RoleConfig(hidden=8)).eval()
    states = np.random.default_rng(1).normal(size=(5, 16)).astype(np.float32)
    weights = {**network.arrays(), "mean": np.zeros(16), "spread": np.ones(16)}
    with torch.no_grad():
        there = torch.ones(1, 5, dtype=torch.bool)
        expected = network(torch.from_numpy(states)[None], there)[0].numpy()
    assert emissions(states, weights) == pytest.approx(expected, abs=1e-4)


def test_a_token_belongs_to_the_part_that_has_most_of_it() -> None:
    passed = Pass(Tokens([0] * 3, [(0, 2), (2, 6), (6, 7)]), np.zeros((3, 16), np.float32))
    annotated = Annotated("abcdefg", ((0, 5, "thing"),))
    assert goals(passed, places(passed), annotated) == ["B-thing", "I-thing", "O"]


def test_little_words_that_stick_to_a_piece_belong_to_no_span() -> None:
    from bot.nlu.tagging.roles import _trimmed

    assert _trimmed("给我爸买", 0, 3, "recipient") == (1, 3)
    assert _trimmed("不掉色的口红", 0, 4, "quality") == (0, 3)
    assert _trimmed("那个蓝色的", 0, 5, "reference") == (0, 5)
    assert _trimmed("a  red cup", 1, 6, "thing") == (3, 6)


def test_tagging_a_message_takes_a_fraction_of_a_millisecond(roles: RoleTagger) -> None:
    from bot.nlu.tagging.roles import RoleConfig, tag
    from bot.nlu.tagging.roles_train import _Network

    network = _Network(384, RoleConfig())
    random = np.random.default_rng(0)
    tables = {name: roles._weights[name] for name in ("starts", "transitions", "ends")}
    weights = {**network.arrays(), **tables, "mean": np.zeros(384, np.float32)}
    weights["spread"] = np.ones(384, np.float32)
    offsets = [(i, i + 1) for i in range(12)]
    hidden = random.normal(size=(12, 384)).astype(np.float32)
    passed = Pass(Tokens([0] * 12, offsets), hidden)
    times = []
    for _ in range(50):
        began = time.perf_counter()
        tag(passed, weights, "x" * 12)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.001
