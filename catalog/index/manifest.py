"""Builds of an index on disk: what one is made of, which one is current, and how it changes.

``<shop>/index/`` holds one folder per build and the file ``CURRENT`` with the name of the one in
use. A build is written under another name, then renamed, then pointed to: a reader finds the old
build or the new one, never a part. The build before stays, for readers that are just opening it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional

from catalog.errors import ShoptalkError

WHAT = "catalogue index"
#: Raise when what a build consists of changes: older builds are then made again.
FORMAT = 3
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
LOCK = ".lock"
BUILDING = ".building-"
#: Weights learned from events; a build serves without them as well.
BLEND_FILE = "blend.json"


@dataclass(frozen=True)
class Manifest:
    """What a build is, from which data, made with what."""

    build: str
    created: str
    """UTC, ISO 8601."""
    revision: str
    """Of the products in the store."""
    encoder: str
    lexicon: str
    money: str
    """Of the shop's currency and rates, which prices were converted with."""
    products: int
    texts: int
    """Different product texts: variants with equal texts share a vector."""
    dim: int
    synonyms: str = ""
    """Of the merchant's synonyms, which the vocabulary has; empty for none."""
    events: str = ""
    """How far the log went that taste was learned from; empty where none was."""
    learner: str = ""
    """Which way attributes were read from texts; empty for builds before there was one."""
    inferred: int = 0
    """Values of attributes that were inferred from texts."""
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """File name → ``bytes`` and ``sha256``."""
    what: str = WHAT
    format: int = FORMAT

    def made_from(self, other: Manifest) -> bool:
        """Whether both were made from the same data with the same means."""
        keys = ("revision", "encoder", "lexicon", "money", "synonyms", "learner", "format")
        return all(getattr(self, key) == getattr(other, key) for key in keys)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def current_build(index_dir: Path) -> Optional[Path]:
    """The folder of the build in use, or None where none was made."""
    try:
        name = (index_dir / CURRENT).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not name or Path(name).name != name:
        raise damaged(index_dir, f"{CURRENT} names no build")
    return index_dir / name


def read_manifest(build: Path) -> Manifest:
    """Read the manifest of a build and check that its files are there at their full size.

    Raises
    ------
    ShoptalkError
        Where something is missing, cut short, or of another version.
    """
    try:
        data = json.loads((build / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**data)
    except FileNotFoundError:
        raise damaged(build.parent, f"{build.name}/{MANIFEST} is missing") from None
    except (ValueError, TypeError) as error:
        raise damaged(build.parent, f"{build.name}/{MANIFEST} cannot be read") from error
    if manifest.what != WHAT or manifest.format != FORMAT:
        raise ShoptalkError(
            f"The index at {build.parent} was made by another version: run `shoptalk index` again."
        )
    for name, about in manifest.files.items():
        if name == BLEND_FILE:
            continue
        file = build / name
        if not file.is_file():
            raise damaged(build.parent, f"{build.name}/{name} is missing")
        if file.stat().st_size != about["bytes"]:
            raise damaged(build.parent, f"{build.name}/{name} has the wrong size")
    return manifest


def verify(index_dir: Path) -> Manifest:
    """Read every file of the current build and compare its checksum.

    Raises
    ------
    ShoptalkError
        Where there is no build or a file is not what was written.
    """
    build = current_build(index_dir)
    if build is None:
        raise ShoptalkError(f"There is no index at {index_dir}: run `shoptalk index`.")
    manifest = read_manifest(build)
    for name, about in manifest.files.items():
        if checksum(build / name) != about["sha256"]:
            raise damaged(index_dir, f"{build.name}/{name} was changed")
    return manifest


def damaged(index_dir: Path, what: str) -> ShoptalkError:
    """The error for an index that cannot be used."""
    return ShoptalkError(
        f"The index at {index_dir} is damaged ({what}): run `shoptalk index --force`."
    )


def checksum(file: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def building(index_dir: Path, name: str) -> Iterator[Path]:
    """Yield an empty folder to write a build into; only one process builds at a time.

    Raises
    ------
    ShoptalkError
        Where another process is building this index now.
    """
    index_dir.mkdir(parents=True, exist_ok=True)
    with (index_dir / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ShoptalkError(
                f"The index at {index_dir} is being built by another process: wait for it."
            ) from None
        for left in index_dir.glob(f"{BUILDING}*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = index_dir / f"{BUILDING}{name}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def publish(folder: Path, manifest: Manifest) -> Manifest:
    """Complete the build in ``folder`` with its manifest and make it the current one."""
    index_dir = folder.parent
    files = {
        file.name: {"bytes": file.stat().st_size, "sha256": checksum(file)}
        for file in sorted(folder.iterdir())
    }
    complete = Manifest(**{**manifest.to_json(), "files": files})
    text = json.dumps(complete.to_json(), indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    for file in folder.iterdir():
        _sync(file)
    before = (index_dir / CURRENT).read_text().strip() if (index_dir / CURRENT).exists() else ""
    folder.rename(index_dir / manifest.build)
    pointer = index_dir / f"{CURRENT}.part"
    pointer.write_text(manifest.build + "\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(index_dir / CURRENT)
    _remove_old(index_dir, keep={manifest.build, before})
    return complete


def _remove_old(index_dir: Path, keep: set[str]) -> None:
    for folder in index_dir.iterdir():
        if (folder / MANIFEST).is_file() and folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)


def _sync(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
