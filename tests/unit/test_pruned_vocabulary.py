"""The vocabulary of English and Chinese: the same tokens for their texts, something for others."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tokenizers import AddedToken, Tokenizer
from tokenizers.models import BPE, Unigram
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing

from catalog.encoders.base import BaseEncoder, load_base
from catalog.encoders.text import OnnxTextEncoder, load_text_encoder
from catalog.encoders.vocabulary import is_kept, prune
from catalog.errors import ShoptalkError
from catalog.settings import EN_ZH, FULL, ROOT, Settings
from tests.real_data import real_data

EXAMPLE = re.compile(r"^\s+- (.+)$")
OTHERS = {
    "Russian": "красное платье до пяти тысяч рублей",
    "Arabic": "فستان أحمر للصيف",
    "Hindi": "गर्मियों के लिए लाल पोशाक",
    "Korean": "여름용 빨간 원피스",
    "Thai": "ชุดเดรสสีแดง",
    "Vietnamese": "váy đỏ mùa hè giá rẻ",
    "Greek": "κόκκινο φόρεμα",
    "unassigned": "\u0378\U000e0001 \ud7a4",
}


def _tiny(pieces: list[str]) -> Tokenizer:
    """A Unigram tokenizer whose special tokens come first and last."""
    vocabulary = [("<s>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    vocabulary += [(piece, -1.0 - i) for i, piece in enumerate(pieces)]
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=2))
    tokenizer.pre_tokenizer = Metaspace()
    tokenizer.add_special_tokens([AddedToken(t) for t in ("<s>", "</s>", "<unk>", "<mask>")])
    ends = [("<s>", 0), ("<mask>", 3 + len(pieces))]
    tokenizer.post_processor = TemplateProcessing(single="<s> $A <mask>", special_tokens=ends)
    return tokenizer


@pytest.mark.parametrize(
    "text", ["dress", "crème", "裙子", "ワンピ", "５０％", "👗", "€", "“…”", "½"]
)
def test_english_and_chinese_characters_are_kept(text: str) -> None:
    assert is_kept(text)


@pytest.mark.parametrize(
    "text", ["платье", "فستان", "पोशाक", "원피스", "ชุด", "váỵ", "φόρεμα", "aж"]
)
def test_other_scripts_are_not(text: str) -> None:
    assert not is_kept(text)


def test_pieces_of_other_scripts_go_and_the_rest_is_numbered_in_order() -> None:
    tokenizer, kept = prune(_tiny(["▁", "▁red", "▁крас", "к", "裙", "ное"]))
    assert kept.tolist() == [0, 1, 2, 3, 4, 6, 7, 9]
    assert [tokenizer.id_to_token(i) for i in range(8)] == [
        "<s>", "</s>", "<unk>", "▁", "▁red", "к", "裙", "<mask>"
    ]  # fmt: skip
    encoding = tokenizer.encode("red裙 к")
    assert encoding.tokens == ["<s>", "▁red", "裙", "▁", "к", "<mask>"]
    assert encoding.ids == [0, 4, 6, 3, 5, 7]


def test_scores_stay_so_that_cuts_stay() -> None:
    whole = _tiny(["▁", "▁re", "d", "▁red", "裙", "子", "裙子", "ш", "ша"])
    part, _kept = prune(whole)
    for text in ("red裙子", "red d 子裙子", "re裙d"):
        assert part.encode(text).tokens == whole.encode(text).tokens


def test_other_tokenizers_cannot_be_pruned() -> None:
    with pytest.raises(ShoptalkError, match="set it to full"):
        prune(Tokenizer(BPE()))


@pytest.mark.parametrize("value", ["english", "EN-ZH "])
def test_unknown_vocabulary_is_one_sentence(value: str) -> None:
    with pytest.raises(ShoptalkError, match="SHOPTALK_VOCABULARY must be full or en-zh"):
        Settings.from_env({"SHOPTALK_VOCABULARY": value})


@pytest.fixture(scope="module")
def settings() -> Settings:
    return replace(Settings.from_env(), vocabulary=EN_ZH)


@pytest.fixture(scope="module")
def full(settings: Settings) -> BaseEncoder:
    return load_base(replace(settings, vocabulary=FULL))


@pytest.fixture(scope="module")
def pruned(settings: Settings) -> BaseEncoder:
    return load_base(settings)


def _examples() -> list[str]:
    lines = [
        line for path in sorted(ROOT.glob("nlu_data/*/*.yml"))
        for line in path.read_text("utf-8").splitlines()
    ]  # fmt: skip
    texts = [match[1] for match in map(EXAMPLE.match, lines) if match]
    for path in sorted(ROOT.glob("tests/parse/*.jsonl")):
        texts += [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]
    return texts


def _column(path: str, name: str) -> list[str]:
    with real_data(path).open(encoding="utf-8-sig", newline="") as stream:
        return [row[name] for row in csv.DictReader(stream)]


def _taggings(path: str) -> list[str]:
    """Texts of a file with lines of ``character:label … <=> intent``."""
    lines = real_data(path).read_text("utf-8").splitlines()
    return ["".join(t.rpartition(":")[0] for t in line.split(" <=> ")[0].split()) for line in lines]


def _assert_same_tokens(texts: list[str], full: BaseEncoder, pruned: BaseEncoder) -> None:
    """Texts in the scripts kept have equal tokens; nearly all texts are in them."""
    assert len(texts) > 200
    kept = [text for text in texts if is_kept(text.replace("\t", " "))]
    assert len(kept) > 0.99 * len(texts)
    whole, part = (b.tokenizer.encode_batch(kept) for b in (full, pruned))
    assert [e.tokens for e in part] == [e.tokens for e in whole]
    assert [e.offsets for e in part] == [e.offsets for e in whole]


def test_tokens_of_examples_and_cases_are_the_same(full: BaseEncoder, pruned: BaseEncoder) -> None:
    _assert_same_tokens(_examples(), full, pruned)


def test_tokens_of_banking77_are_the_same(full: BaseEncoder, pruned: BaseEncoder) -> None:
    _assert_same_tokens(_column("nlu/banking77/test.csv", "text"), full, pruned)


def test_tokens_of_ecsa_are_the_same(full: BaseEncoder, pruned: BaseEncoder) -> None:
    _assert_same_tokens(_taggings("nlu/ecsa_zh/test"), full, pruned)


@pytest.mark.parametrize(
    ("path", "name"),
    [("catalogs/myntra.csv", "ProductName"), ("catalogs/yanxuan_goods.csv", "name")],
)
def test_tokens_of_titles_are_the_same(
    path: str, name: str, full: BaseEncoder, pruned: BaseEncoder
) -> None:
    _assert_same_tokens(_column(path, name), full, pruned)


def test_table_has_the_rows_of_the_pieces_kept(full: BaseEncoder, pruned: BaseEncoder) -> None:
    assert pruned.words.size < 0.55 * full.words.size
    assert pruned.tokenizer.get_vocab_size() <= pruned.words.size
    for piece in ("<s>", "▁red", "裙", "▁dress", "</s>"):
        ours, theirs = (b.tokenizer.token_to_id(piece) for b in (pruned, full))
        assert np.array_equal(
            pruned.words.rows(np.array([ours])), full.words.rows(np.array([theirs]))
        )


@pytest.mark.parametrize("text", OTHERS.values(), ids=list(OTHERS))
def test_texts_of_other_languages_have_vectors(settings: Settings, text: str) -> None:
    vector = load_text_encoder(settings).encode_queries([text])[0]
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_vectors_are_the_same(full: BaseEncoder, pruned: BaseEncoder) -> None:
    texts = ["a red dress", "夏天穿的连衣裙 500元以内", "crème brûlée torch — 50 % off 👗"]
    ours, theirs = (OnnxTextEncoder(b).encode_queries(texts) for b in (pruned, full))
    assert (ours * theirs).sum(axis=1).min() > 0.9999


def test_an_index_of_the_other_vocabulary_is_refused(
    settings: Settings, full: BaseEncoder, pruned: BaseEncoder
) -> None:
    assert full.fingerprint != pruned.fingerprint
    with pytest.raises(ShoptalkError, match="shoptalk index"):
        load_text_encoder(settings, fingerprint=f"{full.fingerprint}-int8")


def test_texts_of_a_file_are_read_once_each(tmp_path: Path) -> None:
    from bot.cli.evaluate_encoder import read_texts

    lines, rows = tmp_path / "a.txt", tmp_path / "a.jsonl"
    lines.write_text("red dress\n\n红色连衣裙\nred dress\n", "utf-8")
    rows.write_text('{"text": "red dress"}\n{"text": "红色连衣裙"}\n', "utf-8")
    assert read_texts(lines) == read_texts(rows) == ["red dress", "红色连衣裙"]


@pytest.mark.parametrize("content", [b"one", b"", b"\xff\xfe\x00"])
def test_a_file_without_texts_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    from bot.cli.evaluate_encoder import read_texts

    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(ShoptalkError, match="holds"):
        read_texts(tmp_path / "a.txt")


def test_nearness_of_vectors_with_known_neighbours() -> None:
    from catalog.encoders.parity import nearness

    angles = np.radians([0, 1, 3, 7, 15, 31, 63, 90, 100, 120, 150, 175])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    same = nearness(vectors, vectors)
    assert same == {"cosine_mean": 1.0, "cosine_min": 1.0, "top10_overlap": 1.0}
    # One of twelve vectors turned round: it is near no other any more, nor itself.
    turned = vectors.copy()
    turned[0] *= -1
    found = nearness(vectors, turned)
    assert found["cosine_min"] == -1.0
    assert found["cosine_mean"] == pytest.approx(10 / 12, abs=1e-5)
    assert 0.5 < found["top10_overlap"] < 1.0


def test_command_prints_the_figures(settings: Settings, tmp_path: Path) -> None:
    from typer import Typer
    from typer.testing import CliRunner

    from bot.cli.evaluate_encoder import register

    group = Typer()
    group.callback()(lambda: None)
    register(group)
    path = tmp_path / "texts.txt"
    path.write_text("red dress\n红色连衣裙\nblue shoes\nкрасное платье\n", "utf-8")
    ran = CliRunner().invoke(group, ["encoder", "--texts", str(path), "--json"])
    assert ran.exit_code == 0, ran.output
    figures = json.loads(ran.stdout.strip().splitlines()[-1])
    assert (figures["texts"], figures["vectors"], figures["same_tokens"]) == (4, 4, 0.75)
    assert figures["cosine_min"] < 0.99 < figures["int8"]["cosine_min"]
    smaller, larger = figures[EN_ZH], figures[FULL]
    assert smaller["size_mb"] < 0.6 * larger["size_mb"]
    assert smaller["memory_mb"] < 0.6 * larger["memory_mb"]
    assert min(smaller["load_s"], smaller["ms_p50"]) > 0
