"""Attributes read from titles: names found, spans tagged, evidence weighed, gaps filled."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from actions.recommend.filters import FREE, MEETS
from catalog.attributes import artefact, crf, filling
from catalog.attributes.examples import Examples
from catalog.attributes.names import Names, attribute_of
from catalog.attributes.presence import likely_stated
from catalog.attributes.reader import ColumnReader
from catalog.attributes.weighing import threshold, wilson
from catalog.attributes.words import Words, read_words
from catalog.index.facets import INFERRED, annotate, stated
from catalog.lexicon import Lexicon
from catalog.product import Product
from tests.little_catalogue import product

COLOURS = ("Red", "Blue", "Green", "Black", "White", "Navy Blue")
KINDS = {"Sneakers": "Casual Shoes", "Loafers": "Formal Shoes", "Kurta": "Ethnic", "Tee": "Tops"}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def titles(n: int, seed: int = 0) -> list[tuple[str, str, str]]:
    """Title, colour and kind; a colour is in every name, a kind in none of them."""
    draw = random.Random(seed)
    found = []
    for _ in range(n):
        colour, noun = draw.choice(COLOURS), draw.choice(sorted(KINDS))
        brand, line = draw.choice(("Red Tape", "Puma", "Acme")), draw.choice(("Grand", "Swift"))
        found.append((f"{brand} Men {line} {colour} {noun}", colour, KINDS[noun]))
    return found


def learned(lexicon: Lexicon, column: str, pairs: list[tuple[str, str]]) -> ColumnReader:
    texts = [read_words(title) for title, _ in pairs]
    return ColumnReader.learn(column, texts, [value for _, value in pairs], lexicon)


@pytest.fixture(scope="module")
def colours(lexicon: Lexicon) -> ColumnReader:
    return learned(lexicon, "baseColour", [(t, c) for t, c, _ in titles(300)])


@pytest.fixture(scope="module")
def kinds(lexicon: Lexicon) -> ColumnReader:
    return learned(lexicon, "type", [(t, k) for t, _, k in titles(300)])


# Names in texts


def aligned(lexicon: Lexicon, column: str, value: str, title: str, others: tuple = ()) -> list[str]:
    words = read_words(title)
    values = [value, *others]
    attribute = attribute_of(column, values, lexicon)
    names = Names.learn([words] * len(values), values, attribute, lexicon)
    return [words.surface(m.first, m.last) for m in names.align(words, value)]


def test_values_are_aligned_with_the_words_that_name_them(lexicon: Lexicon) -> None:
    assert aligned(lexicon, "color", "Navy Blue", "Acme NAVY-BLUE shirt") == ["NAVY-BLUE"]
    assert aligned(lexicon, "type", "Casual Shoes", "Blue casual shoe, suede") == ["casual shoe"]
    assert aligned(lexicon, "color", "Red", "Coloured shirt") == []


def test_the_longer_name_is_the_one_that_is_meant(lexicon: Lexicon) -> None:
    title = "Navy Blue Tee"
    assert aligned(lexicon, "color", "Blue", title, ("Navy Blue",)) == []
    assert aligned(lexicon, "color", "Navy Blue", title, ("Blue",)) == ["Navy Blue"]


def test_values_are_aligned_with_their_other_names_and_across_languages(lexicon: Lexicon) -> None:
    assert aligned(lexicon, "color", "red", "法式红色连衣裙") == ["红色"]
    assert aligned(lexicon, "color", "红色", "法式红裙") == ["红"]
    assert aligned(lexicon, "color", "Grey", "Gray wool scarf") == ["Gray"]
    assert aligned(lexicon, "颜色", "藏青色", "男士藏青色西装") == ["藏青色"]


def test_a_column_is_known_by_its_values(lexicon: Lexicon) -> None:
    assert attribute_of("baseColour", ["Red", "Blue", "Off White"], lexicon) == "color"
    assert attribute_of("cut", ["Quux", "Frobnicated"], lexicon) == ""


# The field


def test_marginals_are_those_of_all_sequences_counted_one_by_one() -> None:
    draw = np.random.default_rng(0)
    rows = sparse.csr_matrix(draw.normal(size=(5, 4)))
    field = crf.Field(draw.normal(size=(4, 3)), draw.normal(size=(4, 3)))
    found = field.marginals(rows, [3, 0, 2])
    emissions = rows @ field.weights
    for begin, length in ((0, 3), (3, 2)):
        totals = np.zeros((length, 3))
        for code in range(3**length):
            tags = [code // 3**i % 3 for i in range(length)]
            steps = [3, *tags[:-1]]
            if any(t == crf.IN and b in (crf.OUT, 3) for b, t in zip(steps, tags, strict=True)):
                continue
            score = sum(
                emissions[begin + i, t] + field.steps[b, t]
                for i, (b, t) in enumerate(zip(steps, tags, strict=True))
            )
            for i, t in enumerate(tags):
                totals[i, t] += np.exp(score)
        expected = totals / totals.sum(axis=1, keepdims=True)
        assert np.allclose(found[begin : begin + length], expected, atol=1e-9)


def test_training_finds_the_tags_it_was_shown() -> None:
    # Feature 0 begins a span, feature 1 goes on with it, feature 2 is outside.
    rows = sparse.csr_matrix(np.eye(3)[[2, 0, 1, 2, 0, 2, 2]])
    tags = np.array([0, 1, 2, 0, 1, 0, 0])
    field = crf.fit(rows, [4, 3], tags, crf.CrfConfig(penalty=0.01))
    found = field.marginals(rows, [4, 3])
    assert (found.argmax(axis=1) == tags).all()
    assert [s[:2] for s in crf.decode(found[:4])] == [(1, 3)]


# Reading


def values_of(reader: ColumnReader, lexicon: Lexicon, *texts: str) -> list[str]:
    return [guess.value for guess in reader.read([read_words(t) for t in texts], lexicon)]


def test_a_colour_in_the_brand_is_not_the_colour(colours: ColumnReader, lexicon: Lexicon) -> None:
    read = values_of(colours, lexicon, "Red Tape Men Grand Blue Loafers", "Puma Men Swift Red Tee")
    assert read == ["Blue", "Red"]


def test_a_value_that_no_product_has_is_read(colours: ColumnReader, lexicon: Lexicon) -> None:
    (guess,) = colours.read([read_words("Puma Men Swift Lavender Tee")], lexicon)
    assert guess.by_tagger == "Lavender"
    assert guess.by_classifier in COLOURS


def test_a_value_that_no_text_names_is_read(kinds: ColumnReader, lexicon: Lexicon) -> None:
    assert values_of(kinds, lexicon, "Acme Men Grand Blue Sneakers", "Kurta") == [
        "Casual Shoes",
        "Ethnic",
    ]
    (guess,) = kinds.read([read_words("Acme Men Grand Blue Sneakers")], lexicon)
    assert guess.inferred and guess.probability > 0.9 and not guess.named


def test_chinese_titles_are_read(lexicon: Lexicon) -> None:
    draw = random.Random(1)
    pairs = []
    for _ in range(200):
        colour = draw.choice(("红色", "蓝色", "黑色", "米白色"))
        style = draw.choice(("法式", "复古", "简约"))
        pairs.append((f"{style}{colour}{draw.choice(('连衣裙', '衬衫', '外套'))}", colour))
    reader = learned(lexicon, "颜色", pairs)
    (guess,) = reader.read([read_words("简约米白色衬衫")], lexicon)
    assert (guess.value, guess.inferred) == ("米白色", True)


def test_nothing_is_inferred_from_labels_that_say_nothing(lexicon: Lexicon) -> None:
    draw = random.Random(2)
    pairs = [(title, draw.choice(("yes", "no", "maybe"))) for title, _, _ in titles(200)]
    reader = learned(lexicon, "mood", pairs)
    guesses = reader.read([read_words(title) for title, _, _ in titles(100, seed=9)], lexicon)
    assert sum(guess.inferred for guess in guesses) <= 5


def test_probabilities_mean_what_they_say(kinds: ColumnReader, lexicon: Lexicon) -> None:
    draw = random.Random(3)
    pairs = [
        (title, kind if draw.random() < 0.7 else "Ethnic") for title, _, kind in titles(400, seed=4)
    ]
    reader = learned(lexicon, "type", pairs[:300])
    guesses = reader.read([read_words(title) for title, _ in pairs[300:]], lexicon)
    right = [g.value == value for g, (_, value) in zip(guesses, pairs[300:], strict=True)]
    assert abs(np.mean([g.probability for g in guesses]) - np.mean(right)) < 0.1


def test_what_empty_and_hostile_texts_say(colours: ColumnReader, lexicon: Lexicon) -> None:
    hostile = ("", "   ", "!!! ???", "\x00\x07", "a" * 100_000, "鞋" * 5_000, "🧥👟", "’‘-_'\"")
    guesses = colours.read([read_words(text, text) for text in hostile], lexicon)
    assert len(guesses) == len(hostile)
    assert not any(guess.inferred for guess in guesses)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_read(title: str, description: str) -> None:
    words = read_words(title, description)
    for i in range(len(words)):
        assert words.surface(i, i + 1) in " ".join(words.text.split())


def test_one_value_only_is_that_value(lexicon: Lexicon) -> None:
    reader = learned(lexicon, "color", [(f"Acme shirt {i}", "Red") for i in range(30)])
    assert values_of(reader, lexicon, "Puma shirt") == ["Red"]


def test_one_row_is_no_ground_to_infer(lexicon: Lexicon) -> None:
    reader = learned(lexicon, "color", [("Red shirt", "Red")])
    assert not reader.useful
    with pytest.raises(ValueError, match="nothing to learn"):
        learned(lexicon, "color", [])


def test_the_threshold_is_where_enough_is_right() -> None:
    sure = np.array([0.99] * 100 + [0.9] * 100 + [0.86] * 100)
    right = np.array([True] * 100 + [True] * 98 + [False] * 2 + [True] * 60 + [False] * 40)
    assert threshold(sure, right) == 0.9
    assert threshold(sure, ~right) > 1
    assert threshold(np.array([0.99] * 5), np.array([True] * 5)) > 1  # five are too few
    assert threshold(np.full(200, 0.5), np.ones(200, bool)) > 1  # and this is not sure
    assert wilson(np.array([95]), np.array([100]))[0] == pytest.approx(0.901, abs=0.002)


# Filling a catalogue


def catalogue(n: int = 200) -> list[Product]:
    """Shoes whose wear is known by their noun; every fifth product lacks it."""
    found = []
    for i, (title, colour, kind) in enumerate(titles(n)):
        columns = {"color": colour, "wear": kind} if i % 5 else {"color": colour}
        found.append(product(f"p{i}", title, "100", **columns))
    return found


def examples(products: list[Product], lexicon: Lexicon) -> Examples:
    collected = Examples()
    for one in products:
        found = annotate(one, lexicon)
        kinds = [f.value for f in found if f.attribute == "product_type"]
        collected.add(one, stated(one, lexicon), {f.attribute for f in found}, kinds)
    return collected


def test_what_a_feed_leaves_out_is_inferred_softly(lexicon: Lexicon, tmp_path: Path) -> None:
    products = catalogue()
    found = filling.infer(examples(products, lexicon), lexicon, tmp_path)
    truth = {i: kind for i, (_, _, kind) in enumerate(titles(200)) if not i % 5}
    assert set(found) <= set(truth)
    assert len(found) > 0.8 * len(truth)
    for position, facets in found.items():
        (facet,) = facets
        assert (facet.attribute, facet.value) == ("wear", truth[position])
        assert facet.source == INFERRED
        assert FREE < facet.confidence < MEETS


def test_what_was_learned_is_taken_over_unless_products_change(
    lexicon: Lexicon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / str(i) for i in range(3)]
    for folder in folders:
        folder.mkdir()
    products = catalogue()
    first = filling.infer(examples(products, lexicon), lexicon, folders[0])
    fitted: list[str] = []
    real = ColumnReader.learn.__func__  # type: ignore[attr-defined]

    def counted(cls, column, *args, **kwargs):  # type: ignore[no-untyped-def]
        fitted.append(column)
        return real(cls, column, *args, **kwargs)

    monkeypatch.setattr(ColumnReader, "learn", classmethod(counted))
    again = filling.infer(examples(products, lexicon), lexicon, folders[1], folders[0])
    assert (again, fitted) == (first, [])
    changed = [*products[:-1], product("new", "Acme Men Grand Red Tee", "1", wear="Ethnic")]
    filling.infer(examples(changed, lexicon), lexicon, folders[2], folders[1])
    assert fitted == ["wear"]


def test_a_reader_is_the_same_after_it_was_kept(
    kinds: ColumnReader, lexicon: Lexicon, tmp_path: Path
) -> None:
    kept = artefact.Learned(kinds, "a", "b", ((3, "Tops", 0.4),))
    artefact.write(tmp_path, {"type": kept})
    loaded = artefact.read(tmp_path)["type"]
    texts = [read_words(title) for title, _, _ in titles(40, seed=5)]
    assert loaded.reader is not None
    assert loaded.reader.read(texts, lexicon) == kinds.read(texts, lexicon)
    assert loaded.inferred == kept.inferred


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe", b'{"what": 1}', b"{"])
def test_what_cannot_be_read_is_learned_anew(
    kinds: ColumnReader, tmp_path: Path, content: bytes
) -> None:
    artefact.write(tmp_path, {"type": artefact.Learned(kinds, "a", "b", ())})
    assert artefact.read(tmp_path)
    (tmp_path / artefact.ABOUT).write_bytes(content)
    assert artefact.read(tmp_path) == {}


def test_numbers_that_cannot_be_read_are_learned_anew(kinds: ColumnReader, tmp_path: Path) -> None:
    artefact.write(tmp_path, {"type": artefact.Learned(kinds, "a", "b", ())})
    (tmp_path / artefact.NUMBERS).write_bytes(b"PK\x03\x04 no archive")
    assert artefact.read(tmp_path) == {}


def test_a_feed_without_columns_teaches_nothing(lexicon: Lexicon, tmp_path: Path) -> None:
    products = [product(f"p{i}", title, "1") for i, (title, _, _) in enumerate(titles(60))]
    assert filling.infer(examples(products, lexicon), lexicon, tmp_path) == {}
    assert json.loads((tmp_path / artefact.ABOUT).read_text())["columns"] == {}


def test_kinds_of_products_that_never_have_an_attribute_get_none(
    lexicon: Lexicon, tmp_path: Path
) -> None:
    shoes = [
        product(f"s{i}", f"Acme {line} Shoes {i}", "1", closure2=value)
        for i in range(60)
        for line, value in [(("Grand", "laced"), ("Swift", "buckled"))[i % 2]]
    ]
    kettles = [product(f"k{i}", f"Acme {('Grand', 'Swift')[i % 2]} Kettle", "1") for i in range(30)]
    assert filling.infer(examples(shoes + kettles, lexicon), lexicon, tmp_path) == {}


def test_products_unlike_those_that_state_an_attribute_are_told_apart() -> None:
    draw = random.Random(6)

    def words(n: int, noun: str) -> list[Words]:
        return [
            read_words(f"{draw.choice(('Acme', 'Puma'))} {draw.choice(COLOURS)} {noun}")
            for _ in range(n)
        ]

    zipped, knitted = words(60, "padded jacket"), words(30, "knitted dress")
    assert not likely_stated(zipped, knitted).any()
    assert likely_stated(zipped, words(15, "padded jacket")).mean() > 0.8
    assert not likely_stated([], knitted).any()
