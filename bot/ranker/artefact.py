"""A fine-tuned encoder on disk, in the form of any encoder of the cache.

``<shop>/ranker/<fingerprint>/`` is the base encoder's folder with other weights; ``CURRENT`` names
the one in use. What the layers learned is all that differs: the table of words stays.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, Mapping

from catalog.encoders.base import BaseEncoder
from catalog.encoders.convert import ABOUT, TOKENIZER, WEIGHTS
from catalog.encoders.tuned import CURRENT, RANKER, open_tuned
from catalog.encoders.words import TABLE

_COPIED = ("config.json", "tokenizer_config.json", TOKENIZER)


def write_ranker(
    model: Any, base: BaseEncoder, folder: Path, figures: Mapping[str, Any]
) -> BaseEncoder:
    """Write a fine-tuned model beside those of a shop and put it in force.

    Parameters
    ----------
    model
        The encoder as a ``transformers`` model of the base's architecture.
    folder
        ``<shop>/ranker``.
    figures
        What it was measured by; kept with it.
    """
    from safetensors.numpy import load_file, save_file

    tensors = load_file(str(base.folder / WEIGHTS))
    learned = model.state_dict()
    for name in tensors:
        if name != TABLE:
            tensors[name] = learned[name].detach().float().cpu().contiguous().numpy()
    digest = hashlib.sha256(base.fingerprint.encode())
    for name in sorted(tensors):
        if name != TABLE:
            digest.update(name.encode() + tensors[name].tobytes())
    fingerprint = digest.hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
    try:
        for name in _COPIED:
            if (base.folder / name).is_file():
                shutil.copyfile(base.folder / name, building / name)
        save_file(tensors, str(building / WEIGHTS), metadata={"format": "pt"})
        about = json.loads((base.folder / ABOUT).read_text("utf-8"))
        (building / ABOUT).write_text(json.dumps(about, indent=2), "utf-8")
        made = {"base": base.fingerprint, "figures": dict(figures)}
        (building / RANKER).write_text(json.dumps(made, indent=2), "utf-8")
        target = folder / fingerprint
        if target.exists():
            shutil.rmtree(target)
        building.chmod(0o755)
        building.rename(target)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return open_tuned(target)


def read_titles(encoder: BaseEncoder, titles: int, gain: float) -> BaseEncoder:
    """Have a ranker read so many titles of what a shopper took before; 0 for words alone.

    Parameters
    ----------
    gain
        What titles gained over words alone; kept with it.
    """
    path = encoder.folder / RANKER
    made = {**json.loads(path.read_text("utf-8")), "titles": titles, "titles_gain": gain}
    part = path.with_name(f".{RANKER}.{os.getpid()}.part")
    part.write_text(json.dumps(made, indent=2), "utf-8")
    part.replace(path)
    return open_tuned(encoder.folder)


def use_ranker(folder: Path, encoder: BaseEncoder) -> None:
    """Name the encoder in use; the others of the folder but the one before are removed."""
    pointer = folder / CURRENT
    before = pointer.read_text("utf-8").strip() if pointer.is_file() else ""
    part = pointer.with_name(f".{CURRENT}.{os.getpid()}.part")
    part.write_text(encoder.fingerprint + "\n", "utf-8")
    part.replace(pointer)
    for other in folder.iterdir():
        if (other / RANKER).is_file() and other.name not in (before, encoder.fingerprint):
            shutil.rmtree(other, ignore_errors=True)
