"""An index with other synonyms: everything else of it stays as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from catalog.index.amend import amended
from catalog.index.catalogue import VOCABULARY_FILE
from catalog.index.manifest import current_build, read_manifest
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
    with amended(build, {"synonyms": fingerprint}, without=(VOCABULARY_FILE,)) as folder:
        data = json.loads((build / VOCABULARY_FILE).read_text(encoding="utf-8"))
        data.pop("synonyms", None)
        if synonyms:
            data["synonyms"] = [synonym.to_json() for synonym in synonyms]
        text = json.dumps(data, ensure_ascii=False)
        (folder / VOCABULARY_FILE).write_text(text, encoding="utf-8")
    return True
