"""Building a catalogue's index from the store."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional, Sequence

import numpy as np

from catalog.attributes import artefact, filling
from catalog.attributes.examples import Examples
from catalog.encoders.text import TextEncoder
from catalog.errors import ShoptalkError
from catalog.index.catalogue import VOCABULARY_FILE
from catalog.index.columns import ColumnsBuilder
from catalog.index.facet_table import LIKELY, FacetTableBuilder
from catalog.index.facets import Facet, annotate, stated
from catalog.index.manifest import (
    Manifest,
    building,
    checksum,
    current_build,
    publish,
    read_manifest,
)
from catalog.index.measures import measure_columns
from catalog.index.product_text import encoder_text, word_fields
from catalog.index.vectors import VECTORS_FILE, write_vectors
from catalog.index.words import WordIndexBuilder
from catalog.lexicon import Lexicon
from catalog.product import Product
from catalog.rules.model import Synonym, fingerprint_of
from catalog.rules.stored import load_rules
from catalog.vocabulary import Vocabulary

if TYPE_CHECKING:
    from catalog.shop import Shop

log = logging.getLogger(__name__)

HASHES_FILE = "hashes.npy"
HASH_BYTES = 16

Progress = Callable[[str, int, int], None]
"""Called with the stage (``read``, ``learn``, ``encode`` or ``write``), done and total."""


@dataclass
class _Read:
    """What reading the products once gives, besides what the builders hold."""

    texts: dict[str, int]
    """Different texts → their row."""
    text_of: list[int]
    measures: dict[str, dict[int, Sequence[str]]]
    inferred: int = 0
    """Values that were inferred from texts."""


def build_index(
    shop: Shop,
    encoder: TextEncoder,
    lexicon: Lexicon,
    *,
    progress: Optional[Progress] = None,
    force: bool = False,
) -> Manifest:
    """Build the index of a shop and make it the current one.

    Nothing is done where products, encoder and lexicon are those of the current build. Vectors of
    texts that the current build has are taken over from it.

    Parameters
    ----------
    force
        Build anew whatever is there, from nothing.

    Raises
    ------
    ShoptalkError
        Where the shop has no products, or another process is building its index.
    """
    synonyms = load_rules(shop.path).synonyms
    wanted = _planned(shop, encoder, lexicon, synonyms)
    current = None if force else _readable(shop.index_dir)
    if current is not None and current[1].made_from(wanted):
        return current[1]
    total = shop.store.count()
    if not total:
        raise ShoptalkError(
            f"The shop at {shop.path} has no products: import some with "
            f"`shoptalk import products FILE --shop {shop.path}`."
        )
    report = progress or (lambda stage, done, total: None)
    with building(shop.index_dir, wanted.build) as folder:
        before = _learned_before(current)
        read = _write_products(shop, lexicon, synonyms, folder, before, total, report)
        known = _known_vectors(current, encoder)
        vectors, hashes = _encode(list(read.texts), encoder, known, report)
        report("write", 0, 1)
        write_vectors(folder, vectors, np.array(read.text_of))
        np.save(folder / HASHES_FILE, hashes)
        manifest = Manifest(
            **{
                **wanted.to_json(),
                "products": len(read.text_of),
                "texts": len(vectors),
                "dim": encoder.dim,
                "inferred": read.inferred,
            }
        )
        complete = publish(folder, manifest)
        report("write", 1, 1)
    return complete


def _planned(
    shop: Shop, encoder: TextEncoder, lexicon: Lexicon, synonyms: tuple[Synonym, ...]
) -> Manifest:
    """What the build will be made from, read before the products are."""
    now = datetime.now(timezone.utc)
    revision = shop.store.revision()
    money = json.dumps([shop.settings.currency, dict(shop.settings.rates)], sort_keys=True)
    return Manifest(
        build=f"{now:%Y%m%dT%H%M%S%f}-{revision[-8:]}",
        created=now.isoformat(timespec="seconds"),
        revision=revision,
        encoder=encoder.fingerprint,
        lexicon=lexicon.fingerprint,
        money=hashlib.sha256(money.encode()).hexdigest()[:16],
        products=0,
        texts=0,
        dim=encoder.dim,
        synonyms=fingerprint_of(synonyms),
        learner=str(artefact.FORMAT),
    )


def _readable(index_dir: Path) -> Optional[tuple[Path, Manifest]]:
    """The build in use, to be kept or to take vectors from; a damaged one is built anew."""
    try:
        build = current_build(index_dir)
        return None if build is None else (build, read_manifest(build))
    except ShoptalkError:
        return None


def _write_products(
    shop: Shop,
    lexicon: Lexicon,
    synonyms: tuple[Synonym, ...],
    folder: Path,
    before: Optional[Path],
    total: int,
    report: Progress,
) -> _Read:
    vocabulary = Vocabulary.build(shop.store.iter_products(), lexicon, synonyms)
    data = json.dumps(vocabulary.to_json(), ensure_ascii=False)
    (folder / VOCABULARY_FILE).write_text(data, encoding="utf-8")
    columns = ColumnsBuilder(shop.settings.currency, shop.rates)
    facets, words, examples = FacetTableBuilder(), WordIndexBuilder(), Examples()
    read = _Read({}, [], {})
    for position, product in enumerate(shop.store.iter_products()):
        columns.add(product)
        found = annotate(product, lexicon)
        facets.add(found)
        likely = [(facet.attribute, facet.value) for facet in found if facet.confidence >= LIKELY]
        _add_example(examples, product, found, lexicon)
        words.add(word_fields(product, likely, lexicon))
        text = encoder_text(product)
        read.text_of.append(read.texts.setdefault(text, len(read.texts)))
        for name, values in product.attributes.items():
            attribute = lexicon.attribute_of(name) or name
            read.measures.setdefault(attribute, {})[position] = values
        if position % 200 == 0:
            report("read", position, total)
    report("read", len(read.text_of), total)
    learning = partial(report, "learn")
    for position, inferred in filling.infer(examples, lexicon, folder, before, learning).items():
        facets.add_to(position, inferred)
        read.inferred += len(inferred)
    columns.write(folder)
    facets.write(folder, measure_columns(read.measures, len(read.text_of)))
    words.write(folder)
    return read


def _add_example(
    examples: Examples, product: Product, found: Sequence[Facet], lexicon: Lexicon
) -> None:
    """What the feed says of a product, to learn from; not what its own texts contradict."""
    doubted = {(f.attribute, f.value) for f in found if f.confidence < LIKELY}
    known = {facet.attribute for facet in found}
    kinds = [f.value for f in found if f.attribute == "product_type" and f.confidence >= LIKELY]
    sure = {
        attribute: [value for value in values if (attribute, value) not in doubted]
        for attribute, values in stated(product, lexicon).items()
    }
    examples.add(product, sure, known, kinds)


def _learned_before(current: Optional[tuple[Path, Manifest]]) -> Optional[Path]:
    """The current build, if what it learned of attributes is there as it was written."""
    if current is None:
        return None
    build, manifest = current
    for name in (artefact.ABOUT, artefact.NUMBERS):
        about = manifest.files.get(name)
        if about is None or checksum(build / name) != about["sha256"]:
            return None
    return build


def _known_vectors(
    current: Optional[tuple[Path, Manifest]], encoder: TextEncoder
) -> dict[bytes, np.ndarray]:
    """Vectors of the current build by the hash of their text."""
    if current is None or current[1].encoder != encoder.fingerprint:
        return {}
    try:
        vectors = np.load(current[0] / VECTORS_FILE, mmap_mode="r", allow_pickle=False)
        hashes = np.load(current[0] / HASHES_FILE, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        log.warning("The old vectors cannot be read and are made anew: %s", error)
        return {}
    return {row.tobytes(): vectors[i] for i, row in enumerate(hashes)}


def _encode(
    texts: Sequence[str], encoder: TextEncoder, known: dict[bytes, np.ndarray], report: Progress
) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of texts and the hashes they are found by the next time."""
    digests = [hashlib.blake2b(t.encode(), digest_size=HASH_BYTES).digest() for t in texts]
    vectors = np.empty((len(texts), encoder.dim), np.float32)
    missing = [i for i, digest in enumerate(digests) if digest not in known]
    for i, digest in enumerate(digests):
        if digest in known:
            vectors[i] = known[digest]
    reused = len(texts) - len(missing)
    report("encode", reused, len(texts))
    if missing:
        vectors[missing] = encoder.encode_products(
            [texts[i] for i in missing],
            lambda done, total: report("encode", reused + done, reused + total),
        )
    hashes = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, HASH_BYTES)
    return vectors, hashes
