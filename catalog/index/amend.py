"""A build that differs from the current one in a few files; the others are the same on disk."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Iterator, Mapping, Sequence

from catalog.errors import ShoptalkError
from catalog.index.manifest import MANIFEST, building, current_build, publish, read_manifest


@contextmanager
def amended(build: Path, changes: Mapping[str, Any], without: Sequence[str]) -> Iterator[Path]:
    """Yield a folder with what a build has; on leaving it becomes the current one.

    Parameters
    ----------
    build
        The current one, as it was when what is to be written was made from it.
    changes
        Fields of the manifest that are others.
    without
        Names of files that are not taken over: what is to be written in their place.

    Raises
    ------
    ShoptalkError
        Where the index is damaged, another process is building it, or has just built another.
    """
    index_dir = build.parent
    before = read_manifest(build)
    now = datetime.now(timezone.utc)
    manifest = replace(
        before,
        build=f"{now:%Y%m%dT%H%M%S%f}-{before.revision[-8:]}",
        created=now.isoformat(timespec="seconds"),
        **changes,
    )
    with building(index_dir, manifest.build) as folder:
        if current_build(index_dir) != build:
            raise ShoptalkError(
                f"The index at {index_dir} was built anew meanwhile: run `shoptalk index` again."
            )
        for file in build.iterdir():
            if file.name not in (*without, MANIFEST):
                _same(file, folder / file.name)
        yield folder
        publish(folder, manifest)


def _same(file: Path, other: Path) -> None:
    """A second name for a file that is never written again; a copy where there are no links."""
    try:
        os.link(file, other)
    except OSError:
        shutil.copyfile(file, other)
