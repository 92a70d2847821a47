"""Building an index, using it, replacing it, and finding it damaged."""

from __future__ import annotations

import dataclasses
import fcntl
import json
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Callable, Optional, Sequence

import numpy as np
import pytest

from catalog.errors import ShoptalkError
from catalog.index import CatalogueIndex, Manifest, verify
from catalog.index.build import build_index
from catalog.index.manifest import CURRENT, current_build
from catalog.lexicon import Lexicon
from catalog.product import Money, Product
from catalog.shop import Shop


class FakeEncoder:
    """A vector per text from its checksum; remembers what it was asked to encode."""

    dim = 16

    def __init__(self, fingerprint: str = "fake-exact"):
        self.fingerprint = fingerprint
        self.encoded: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        rows = [np.random.default_rng(zlib.crc32(t.encode())).normal(size=self.dim) for t in texts]
        vectors = np.array(rows, np.float32).reshape(-1, self.dim)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def encode_products(
        self, texts: Sequence[str], progress: Optional[Callable[[int, int], None]] = None
    ) -> np.ndarray:
        self.encoded += texts
        return self.encode_queries(texts)


def product(id_: str, title: str, price: str = "100", **fields: object) -> Product:
    return Product(
        id=id_,
        title={"en": title},
        language="en",
        price=Money(Decimal(price), "CNY"),
        **fields,  # type: ignore[arg-type]
    )


PRODUCTS = [
    product("a", "Women Red Printed Dress", attributes={"weight": ("300 g",)}),
    product("b", "Men Maroon Solid T-Shirt", "50", attributes={"weight": ("200 g",)}),
    product("c-s", "Women Blue Cotton Kurta", attributes={"size": ("S",)}, item_group_id="c"),
    product("c-m", "Women Blue Cotton Kurta", attributes={"size": ("S",)}, item_group_id="c"),
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop.create(tmp_path / "shop", name="Test", currency="CNY")
    shop.store.upsert_products(PRODUCTS)
    return shop


@pytest.fixture
def index(shop: Shop, lexicon: Lexicon) -> CatalogueIndex:
    build_index(shop, FakeEncoder(), lexicon)
    return CatalogueIndex.open(shop, lexicon)


def test_shop_without_index_says_what_to_run(shop: Shop, lexicon: Lexicon) -> None:
    with pytest.raises(ShoptalkError, match="no index yet: run `shoptalk index"):
        CatalogueIndex.open(shop, lexicon)


def test_shop_without_products_says_what_to_run(tmp_path: Path, lexicon: Lexicon) -> None:
    empty = Shop.create(tmp_path / "empty", name="Empty")
    with pytest.raises(ShoptalkError, match="no products: import some"):
        build_index(empty, FakeEncoder(), lexicon)


def test_index_holds_every_product(index: CatalogueIndex) -> None:
    assert sorted(index.ids) == ["a", "b", "c-m", "c-s"]
    b = index.position["b"]
    assert index.price[b] == 50
    assert index.group[index.position["c-m"]] == index.group[index.position["c-s"]]
    assert index.facets.numbers("weight")[0][b] == pytest.approx(0.2)
    assert index.manifest.products == 4
    assert index.manifest.texts == 3


def test_finds_by_facet_words_and_vector(index: CatalogueIndex) -> None:
    a, b = index.position["a"], index.position["b"]
    red = index.facets.evidence("color", "red")
    assert red[a] >= 0.8
    assert red[b] > 0.5, "maroon is a kind of red"
    assert index.words.search("dresses", 1)[0].tolist() == [a]
    positions, cosine = index.vectors.search(index.vectors.vector(b), 1)
    assert (positions.tolist(), cosine[0]) == ([b], pytest.approx(1))


def test_chinese_words_find_english_products(index: CatalogueIndex) -> None:
    assert index.words.search("红色连衣裙", 1)[0].tolist() == [index.position["a"]]


def test_nothing_changed_builds_nothing(shop: Shop, lexicon: Lexicon) -> None:
    encoder = FakeEncoder()
    first = build_index(shop, encoder, lexicon)
    assert build_index(shop, encoder, lexicon) == first
    assert len(encoder.encoded) == 3


def test_only_changed_texts_are_encoded(shop: Shop, lexicon: Lexicon) -> None:
    encoder = FakeEncoder()
    build_index(shop, encoder, lexicon)
    encoder.encoded.clear()
    shop.store.upsert_products(
        [dataclasses.replace(PRODUCTS[0], price=Money(Decimal(90), "CNY")), product("d", "Sofa")]
    )
    build_index(shop, encoder, lexicon)
    index = CatalogueIndex.open(shop, lexicon)
    assert encoder.encoded == ["Sofa"]
    assert index.price[index.position["a"]] == 90
    expected = FakeEncoder().encode_queries(["Women Red Printed Dress"])[0]
    assert index.vectors.vector(index.position["a"]) == pytest.approx(expected)


@pytest.mark.parametrize("changed", ["encoder", "rates"])
def test_other_means_build_anew(shop: Shop, lexicon: Lexicon, changed: str) -> None:
    first = build_index(shop, FakeEncoder(), lexicon)
    if changed == "rates":
        shop.change(rates={"USD": "7"})
    encoder = FakeEncoder("other-exact" if changed == "encoder" else "fake-exact")
    assert build_index(shop, encoder, lexicon).build != first.build
    assert len(encoder.encoded) == (3 if changed == "encoder" else 0)


def test_reader_keeps_its_build_and_finds_the_next(
    shop: Shop, lexicon: Lexicon, index: CatalogueIndex
) -> None:
    assert index.reload_if_changed() is None
    for number in range(3):
        shop.store.upsert_products([product(f"new-{number}", f"Chair number {number}")])
        build_index(shop, FakeEncoder(), lexicon)
    assert index.words.search("dress", 1)[0].tolist() == [index.position["a"]]
    assert len(index.vectors.search(index.vectors.vector(0), 10)[0]) == 4
    newer = index.reload_if_changed()
    assert newer is not None
    assert "new-2" in newer.position
    assert len(index) == 4


def test_only_the_last_two_builds_are_kept(shop: Shop, lexicon: Lexicon) -> None:
    for number in range(4):
        shop.store.upsert_products([product(f"new-{number}", "Chair")])
        build_index(shop, FakeEncoder(), lexicon)
    folders = [f for f in shop.index_dir.iterdir() if f.is_dir()]
    assert len(folders) == 2
    assert current_build(shop.index_dir) in folders


def test_interrupted_build_leaves_the_old_one(
    shop: Shop, lexicon: Lexicon, index: CatalogueIndex
) -> None:
    shop.store.upsert_products([product("d", "Sofa")])

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "encode":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(shop, FakeEncoder(), lexicon, progress=interrupt)
    assert CatalogueIndex.open(shop, lexicon).manifest == index.manifest
    assert not list(shop.index_dir.glob(".building-*"))


def test_one_build_at_a_time(shop: Shop, lexicon: Lexicon, index: CatalogueIndex) -> None:
    with (shop.index_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ShoptalkError, match="by another process"):
            build_index(shop, FakeEncoder(), lexicon, force=True)


def test_progress_ends_at_the_total(shop: Shop, lexicon: Lexicon) -> None:
    said: dict[str, tuple[int, int]] = {}
    build_index(
        shop,
        FakeEncoder(),
        lexicon,
        progress=lambda stage, done, total: said.__setitem__(stage, (done, total)),
    )
    assert said["read"] == (4, 4)
    assert said["write"] == (1, 1)


def _files(shop: Shop) -> list[str]:
    build = current_build(shop.index_dir)
    assert build is not None
    return sorted(json.loads((build / "manifest.json").read_text())["files"])


ONLY_BUILDS_READ = ("hashes.npy", "attributes.json", "attributes.npz")


@pytest.mark.parametrize("how", ["missing", "short", "garbage"])
def test_damaged_files_are_one_sentence(shop: Shop, lexicon: Lexicon, how: str) -> None:
    build_index(shop, FakeEncoder(), lexicon)
    for name in _files(shop):
        build_index(shop, FakeEncoder(), lexicon, force=True)
        build = current_build(shop.index_dir)
        assert build is not None
        file, content = build / name, (build / name).read_bytes()
        if how == "missing":
            file.unlink()
        else:
            file.write_bytes(content[:-1] if how == "short" else b"\xff" * len(content))
        with pytest.raises(ShoptalkError, match="damaged") as error:
            verify(shop.index_dir)
        assert "\n" not in str(error.value)
        if name not in ONLY_BUILDS_READ or how != "garbage":
            with pytest.raises(ShoptalkError, match="damaged"):
                CatalogueIndex.open(shop, lexicon)


@pytest.mark.parametrize("name", [CURRENT, "manifest.json"])
def test_damaged_pointers_are_one_sentence(shop: Shop, lexicon: Lexicon, name: str) -> None:
    build_index(shop, FakeEncoder(), lexicon)
    build = current_build(shop.index_dir)
    assert build is not None
    (shop.index_dir if name == CURRENT else build).joinpath(name).write_text("../..")
    with pytest.raises(ShoptalkError, match="damaged"):
        CatalogueIndex.open(shop, lexicon)


def test_damaged_build_is_built_anew(shop: Shop, lexicon: Lexicon, index: CatalogueIndex) -> None:
    build = current_build(shop.index_dir)
    assert build is not None
    (build / "vectors.npy").write_bytes(b"")
    encoder = FakeEncoder()
    build_index(shop, encoder, lexicon)
    assert len(encoder.encoded) == 3
    assert isinstance(verify(shop.index_dir), Manifest)


def test_manifest_names_its_making(shop: Shop, lexicon: Lexicon) -> None:
    manifest = build_index(shop, FakeEncoder(), lexicon)
    assert manifest.revision == shop.store.revision()
    assert (manifest.encoder, manifest.lexicon) == ("fake-exact", lexicon.fingerprint)
    assert all(len(about["sha256"]) == 64 for about in manifest.files.values())
