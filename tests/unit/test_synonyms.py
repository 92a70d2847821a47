"""A merchant's words for things are understood as wishes and found as words, in both languages."""

from __future__ import annotations

import json

import pytest

from catalog.index import CatalogueIndex
from catalog.index.build import build_index
from catalog.index.manifest import current_build, verify
from catalog.index.reword import reword_index
from catalog.lexicon import Lexicon
from catalog.rules import RuleSet, Synonym
from catalog.rules.stored import save_rules
from catalog.shop import Shop
from catalog.vocabulary import Vocabulary
from tests.little_catalogue import PRODUCTS, ChecksumEncoder
from tests.talk import Talk, ids, turn_service

SYNONYMS = (
    Synonym(("zoomies", "跑跑鞋"), "sneakers"),
    Synonym(("tomatoey",), "红色", "color"),
    Synonym(("brewomatic", "烧水神器"), "electric"),
    Synonym(("blend",), "polyester", "material"),
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


@pytest.fixture(scope="module")
def vocabulary(lexicon) -> Vocabulary:
    built = Vocabulary.build(PRODUCTS, lexicon, SYNONYMS)
    return Vocabulary.from_json(json.loads(json.dumps(built.to_json())), lexicon)


@pytest.mark.parametrize(
    ("text", "attribute", "value"),
    [
        ("zoomies under 300", "product_type", "sneakers"),
        ("a Zoomy pair of zoomies", "product_type", "sneakers"),
        ("想要一双跑跑鞋", "product_type", "sneakers"),
        ("something tomatoey", "color", "red"),
        ("a dress, no blend please", "material", "polyester"),
    ],
)
def test_words_of_shoppers_name_values(vocabulary, text, attribute, value):
    found = {(m.attribute, m.value) for m in vocabulary.match(text)}
    assert (attribute, value) in found


def test_parts_of_other_words_are_left_alone(vocabulary):
    assert vocabulary.match("zoomiest") == []
    assert vocabulary.widened("zoomiest") == "zoomiest"


def test_a_search_of_words_also_looks_for_what_is_meant(vocabulary):
    assert vocabulary.widened("a brewomatic") == "a brewomatic electric"
    assert vocabulary.widened("烧水神器") == "烧水神器 electric"


def test_without_synonyms_the_vocabulary_is_written_as_it_was(lexicon):
    assert "synonyms" not in Vocabulary.build(PRODUCTS, lexicon).to_json()


def test_what_a_synonym_meant_may_go(lexicon):
    gone = Vocabulary.build((), lexicon, (Synonym(("acmeish",), "Acme", "brand"),))
    assert gone.match("something acmeish") == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("zoomies", ["sneakers"]),
        ("白色跑跑鞋", ["sneakers"]),
        ("brewomatic", ["kettle"]),
        ("烧水神器", ["kettle"]),
    ],
)
def test_in_a_conversation(tmp_path, text, shown):
    talk = Talk(turn_service(tmp_path / "shop", rules=RuleSet(synonyms=SYNONYMS)))
    assert ids(talk.say(text))[:1] == shown


def test_an_index_gets_new_synonyms_without_being_built_again(tmp_path, lexicon):
    shop = Shop.create(tmp_path / "shop", currency="CNY")
    shop.store.upsert_products(PRODUCTS)
    assert not reword_index(shop, SYNONYMS)
    build_index(shop, ChecksumEncoder(), lexicon)
    index = CatalogueIndex.open(shop, lexicon)
    assert reword_index(shop, SYNONYMS)
    newer = index.reload_if_changed()
    assert newer.vocabulary.meaning("zoomies") == ("product_type", "sneakers")
    assert newer.ids == index.ids
    verify(shop.index_dir)
    assert not reword_index(shop, SYNONYMS)
    save_rules(shop.path, RuleSet(synonyms=SYNONYMS))
    before = current_build(shop.index_dir)
    build_index(shop, ChecksumEncoder(), lexicon)
    assert current_build(shop.index_dir) == before
    # Without the rules the next build forgets them.
    save_rules(shop.path, RuleSet())
    build_index(shop, ChecksumEncoder(), lexicon)
    assert newer.reload_if_changed().vocabulary.meaning("zoomies") is None
    shop.close()
