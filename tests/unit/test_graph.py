"""The knowledge graph: from feeds and files, and vectors told by neighbours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from catalog.feeds.report import FeedError
from catalog.graph.knowledge import GraphBuilder, KnowledgeGraph, feed_graph
from catalog.graph.propagation import Propagation
from catalog.graph.triples import INVERSE, read_triples
from catalog.product import Product


def product(id_: str, brand: str = "", path: tuple[str, ...] = (), **attributes: str) -> Product:
    return Product(
        id=id_,
        title={"en": id_},
        language="en",
        brand=brand,
        product_type=path,
        attributes={name: (value,) for name, value in attributes.items()},
    )


def test_a_feed_links_brands_levels_of_categories_and_values() -> None:
    products = [
        product("a", "Acme", ("Women", "Dresses"), color="Red"),
        product("b", "acme", ("Women", "Hats"), color="red"),
        product("c", "Other", ("Men",), color="blue"),
    ]
    graph = feed_graph(products, ["a", "b", "c"])
    assert graph.relations["brand"].entities == ("acme",)
    assert graph.relations["category"].entities == ("women",)
    assert graph.relations["color"].links.toarray().tolist() == [[1.0], [1.0], [0.0]]


def test_what_only_one_product_has_links_nothing() -> None:
    assert len(feed_graph([product("a", "Acme"), product("b", "Other")], ["a", "b"])) == 0


def test_recbole_graphs_find_their_link_file(tmp_path: Path) -> None:
    (tmp_path / "x.kg").write_text(
        "head_id:token\trelation_id:token\ttail_id:token\n"
        "m.1\tdirected_by\tm.9\nm.2\tdirected_by\tm.9\nm.9\tmade\tm.1\nm.9\tmade\tm.2\n"
        "m.77\tdirected_by\tm.78\nbroken line\n"
    )
    (tmp_path / "x.link").write_text("item_id:token\tentity_id:token\n1\tm.1\n2\tm.2\n404\tm.3\n")
    graph, report = read_triples(tmp_path / "x.kg", ["1", "2", "3"])
    assert set(graph.relations) == {"directed_by", "made" + INVERSE}
    assert graph.relations["directed_by"].links.toarray()[:, 0].tolist() == [1, 1, 0]
    assert (report.links, report.dangling, report.unknown_products) == (4, 1, 1)
    assert report.broken == (7,)


def test_triples_may_name_products_themselves(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("a,material,oak\nb,material,oak\nghost,material,oak\n")
    graph, report = read_triples(file, ["a", "b"])
    assert graph.relations["material"].entities == ("oak",)
    assert report.dangling == 1


@pytest.mark.parametrize("text", ["", "x,y,z\n", "a,b\n"])
def test_a_graph_about_other_products_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "t.csv"
    file.write_text(text)
    with pytest.raises(FeedError, match=r"No triple of t\.csv"):
        read_triples(file, ["a"])


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="cannot be read"):
        read_triples(tmp_path / "none.kg", ["a"])


def families(n: int = 120) -> tuple[KnowledgeGraph, np.ndarray]:
    """Vectors that the relation ``family`` tells and ``noise`` does not."""
    random = np.random.default_rng(0)
    ids = [str(i) for i in range(n)]
    centres = random.normal(size=(6, 5))
    builder = GraphBuilder(ids)
    vectors = np.zeros((n, 5), np.float32)
    for i, id_ in enumerate(ids):
        builder.add(id_, "family", str(i % 6))
        builder.add(id_, "noise", str(random.integers(10)))
        vectors[i] = centres[i % 6] + 0.1 * random.normal(size=5)
    return builder.build(), vectors


def test_relations_that_tell_nothing_weigh_nothing() -> None:
    graph, vectors = families()
    learned = Propagation.fit(graph, vectors, np.ones(len(vectors)))
    assert learned.weights["family"] > 0.9
    assert learned.weights.get("noise", 0.0) < 0.05


def test_a_new_product_gets_the_vector_of_its_family() -> None:
    graph, vectors = families()
    known = np.ones(len(vectors))
    known[:6] = 0
    hidden = np.where(known[:, None] > 0, vectors, 99.0).astype(np.float32)
    found = Propagation.fit(graph, hidden, known).vectors(graph, hidden, known)
    assert np.abs(found[:6] - vectors[:6]).max() < 0.7
    own = np.linalg.norm(found[0] - vectors[0])
    assert all(own < np.linalg.norm(found[0] - vectors[other]) for other in range(1, 6))


def test_no_product_is_told_by_itself() -> None:
    graph, vectors = families()
    known = np.ones(len(vectors))
    learned = Propagation.fit(graph, vectors, known)
    moved = vectors.copy()
    moved[0] += 10
    before = learned.vectors(graph, vectors, known)[0]
    np.testing.assert_allclose(learned.vectors(graph, moved, known)[0], before, atol=1e-3)


def test_graphs_over_other_products_cannot_be_joined() -> None:
    with pytest.raises(ValueError, match="different products"):
        KnowledgeGraph(("a",), {}).joined(KnowledgeGraph(("b",), {}))
