"""A drift model as files: arrays in one, in the other what it is, of which data, and a checksum.

The manifest is replaced in one step and names the file with the arrays: a reader finds the old
model or the new one, never a part.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from pathlib import Path
from typing import Any, Mapping, Optional

import numpy as np

from actions.interest.drift.model import DriftModel
from catalog.errors import ShoptalkError

log = logging.getLogger(__name__)

MANIFEST = "drift.json"
WHAT, FORMAT = "drift detector", 1


def write_model(folder: Path, model: DriftModel, made_from: str) -> Path:
    """Write a model and put it in force; the manifest's path.

    Parameters
    ----------
    made_from
        Fingerprint of the data and code that it was trained from.

    Raises
    ------
    ShoptalkError
        Where the folder cannot be written.
    """
    from safetensors.numpy import save

    data = save({name: np.ascontiguousarray(a, "<f4") for name, a in model.arrays().items()})
    checksum = hashlib.sha256(data).hexdigest()
    name = f"drift-{checksum[:16]}.safetensors"
    manifest = {
        "what": WHAT,
        "format": FORMAT,
        "made_from": made_from,
        "file": name,
        "sha256": checksum,
        "numbers": model.numbers(),
        "about": dict(model.about),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / name, data)
        _replace(folder / MANIFEST, json.dumps(manifest, indent=2).encode("utf-8"))
        for old in folder.glob("drift-*.safetensors"):
            if old.name != name:
                old.unlink(missing_ok=True)
    except OSError as error:
        raise ShoptalkError(f"{folder} cannot be written: {error.strerror}.") from error
    return folder / MANIFEST


def read_model(folder: Path) -> Optional[DriftModel]:
    """The model in force; None where there is none that can be used."""
    from safetensors.numpy import load

    try:
        manifest = _manifest(folder)
        data = (folder / Path(manifest["file"]).name).read_bytes()
        if hashlib.sha256(data).hexdigest() != manifest["sha256"]:
            raise ValueError("its checksum is another one")
        return DriftModel.of(load(data), manifest["numbers"], manifest["about"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        log.warning("The drift detector in %s is left alone: %s", folder, error)
        return None


def made_from(folder: Path) -> str:
    """What the model in force was trained from; empty where there is none."""
    try:
        manifest = _manifest(folder)
        return str(manifest["made_from"]) if (folder / manifest["file"]).is_file() else ""
    except (OSError, ValueError, TypeError, KeyError):
        return ""


def _manifest(folder: Path) -> Mapping[str, Any]:
    found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if (found["what"], found["format"]) != (WHAT, FORMAT):
        raise ValueError("it is of another form")
    return dict(found)


def _replace(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)
