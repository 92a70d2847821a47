"""An index with other synonyms: everything else of it stays as it is."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.index.catalogue import VOCABULARY_FILE
from catalog.index.manifest import MANIFEST, building, current_build, publish, read_manifest
from catalog.rules.model import Synonym, fingerprint_of

if TYPE_CHECKING:
    from catalog.shop import Shop


def reword_index(shop: Shop, synonyms: tuple[Synonym, ...]) -> bool:
    """Give the current build of a shop's index these synonyms; readers follow it as any build.

    Returns
    -------
    Whether there was something to do: not where there is no index, or it has them.

    Raises
    ------
    ShoptalkError
        Where the index is damaged, or another process is building it.
    """
    build = current_build(shop.index_dir)
    fingerprint = fingerprint_of(synonyms)
    if build is None or read_manifest(build).synonyms == fingerprint:
        return False
    now = datetime.now(timezone.utc)
    before = read_manifest(build)
    manifest = replace(
        before,
        build=f"{now:%Y%m%dT%H%M%S%f}-{before.revision[-8:]}",
        created=now.isoformat(timespec="seconds"),
        synonyms=fingerprint,
    )
    with building(shop.index_dir, manifest.build) as folder:
        for file in build.iterdir():
            if file.name not in (VOCABULARY_FILE, MANIFEST):
                _same(file, folder / file.name)
        data = json.loads((build / VOCABULARY_FILE).read_text(encoding="utf-8"))
        data.pop("synonyms", None)
        if synonyms:
            data["synonyms"] = [synonym.to_json() for synonym in synonyms]
        text = json.dumps(data, ensure_ascii=False)
        (folder / VOCABULARY_FILE).write_text(text, encoding="utf-8")
        publish(folder, manifest)
    return True


def _same(file: Path, other: Path) -> None:
    """A second name for a file that is never written again; a copy where there are no links."""
    try:
        os.link(file, other)
    except OSError:
        shutil.copyfile(file, other)
