"""Sizes in several systems, what messages say about them, and who takes which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.sizing.kinds import kinds, person_in
from actions.sizing.memory import ASKED, SAID, Sizes, Taken
from actions.sizing.said import hear
from actions.sizing.systems import alike, by_measure, converted, nearest, ordered, read, tables


@pytest.mark.parametrize(
    ("wanted", "label", "system", "family", "group"),
    [
        ("42", "EU 42", "", "shoes", "men"),
        ("UK 8", "42", "", "shoes", "men"),
        ("US 9", "42", "", "shoes", "men"),
        ("42", "9", "US", "shoes", "men"),
        ("UK 5", "38-39", "", "shoes", "women"),
        ("42", "260", "", "shoes", "men"),
        ("42", "26 cm", "", "shoes", "men"),
        ("l", "Large", "", "clothes", "men"),
        ("UK 10", "38", "", "clothes", "women"),
        ("US 6", "M", "", "clothes", "women"),
        ("m", "32", "", "trousers", "men"),
        ("7", "54.4 mm", "", "rings", "men"),
    ],
)
def test_one_size_in_two_systems_is_one(
    wanted: str, label: str, system: str, family: str, group: str
) -> None:
    assert alike(wanted, label, system, family, group)


@pytest.mark.parametrize(
    ("wanted", "label", "system", "family", "group"),
    [
        ("42", "43", "", "shoes", "men"),
        ("UK 8", "8", "US", "shoes", "men"),
        ("US 9", "42", "", "shoes", "women"),
        ("m", "l", "", "clothes", "men"),
        ("42", "1.5 m bed", "", "shoes", "men"),
        ("1e9", "42", "", "shoes", "men"),
    ],
)
def test_different_sizes_are_told_apart(
    wanted: str, label: str, system: str, family: str, group: str
) -> None:
    assert not alike(wanted, label, system, family, group)


def test_men_and_women_have_different_numbers_for_one_foot() -> None:
    assert converted("US 9", "eu", "shoes", "men") == "EU 42"
    assert converted("US 9", "eu", "shoes", "women") == "EU 40"
    assert converted("42", "mm", "shoes", "men") == "260 mm"
    assert converted("99", "uk", "shoes", "men") == ""


@given(st.sampled_from(["men", "women"]), st.integers(0, 9), st.sampled_from(["uk", "us"]))
def test_there_and_back_is_the_same_shoe(group: str, row: int, system: str) -> None:
    european = f"EU {tables()['shoes'][group]['eu'][row]}"
    assert converted(converted(european, system, "shoes", group), "eu", "shoes", group) == european


@given(st.text(max_size=40), st.sampled_from(["shoes", "clothes", "trousers", "rings", ""]))
def test_no_text_breaks_the_reading_of_sizes(text: str, family: str) -> None:
    read(text)
    assert alike("42", text, text, family, "men") in (True, False)
    hear(text, answering=True, shown=True)


def test_every_scale_has_as_many_rows_as_the_european_one() -> None:
    for family in ("shoes", "clothes"):
        for table in tables()[family].values():
            lengths = {len(rows) for rows in table.values() if isinstance(rows, list)}
            assert lengths == {len(table["eu"])}
            assert all(r == sorted(r) for r in table.values() if isinstance(r, list))


def test_a_measure_gives_a_size_or_nothing() -> None:
    assert by_measure("chest", 100, "men") == "M"
    assert by_measure("foot", 26.0, "men") == "42"
    assert by_measure("waist", 81, "men") == "32"
    assert by_measure("chest", 5000, "men") == ""
    assert by_measure("foot", 26.0, "nobody") == ""


def test_sizes_go_from_small_to_large() -> None:
    assert ordered(["XL", "S", "M", "S"]) == ["S", "M", "XL"]
    assert ordered(["44", "9", "42"]) == ["9", "42", "44"]
    assert nearest("42", ["39", "41", "43", "M"]) == ["41", "43"]
    assert nearest("m", ["S", "XXL", "44"], 1) == ["S"]


@pytest.mark.parametrize(
    ("text", "size", "person", "kind", "states"),
    [
        ("I take 42 in shoes", "42", "me", "shoes", True),
        ("I'm a 43 now", "43", "me", "", True),
        ("my shoe size is UK 8", "UK 8", "me", "shoes", True),
        ("my son wears 30", "30", "son", "", True),
        ("我穿42码的鞋", "42", "me", "shoes", True),
        ("我现在43码了", "43", "me", "", True),
        ("给我老公买鞋，他穿44", "44", "husband", "shoes", True),
        ("a t-shirt in L", "l", "", "", False),
        ("US 9 sneakers", "US 9", "", "", False),
        ("有没有L的", "l", "", "", False),
        ("do you have it in 42?", "42", "", "", False),
    ],
)
def test_sizes_are_read_from_words(
    text: str, size: str, person: str, kind: str, states: bool
) -> None:
    heard = hear(text)
    assert (heard.size, heard.person, heard.states) == (size, person, states)
    assert heard.kind in (kind, "shoes" if "鞋" in text else kind)


@pytest.mark.parametrize(
    "text",
    ["I'm 43", "in 200 words", "we need it in 5 days", "I am 175 cm", "give us 9 of them",
     "I'm a big fan", "size ''; drop table products", "size 99999999999", "under $42", "42%"],
)  # fmt: skip
def test_other_numbers_are_no_sizes(text: str) -> None:
    assert hear(text, shown=True).size == ""


@pytest.mark.parametrize(
    "text",
    ["which size should I take?", "will it fit me?", "does it run small?", "我该穿多大码",
     "选什么尺码好", "偏大还是偏小", "我的鞋码是多少", "what's my size"],
)  # fmt: skip
def test_questions_about_the_fit_are_heard(text: str) -> None:
    assert hear(text).asks


@pytest.mark.parametrize("text", ["forget my size", "忘掉我的尺码", "don't remember my shoe size"])
def test_what_is_to_be_forgotten_is_heard(text: str) -> None:
    assert hear(text).forgets


def test_what_is_said_takes_the_place_of_what_was_asked_and_not_the_other_way_round() -> None:
    known = Sizes().with_size(Taken("me", "shoes", ("42",), ASKED))
    known = known.with_size(Taken("me", "shoes", ("43",), SAID))
    known = known.with_size(Taken("me", "shoes", ("44",), ASKED))
    assert known.of("me", "shoes") == Taken("me", "shoes", ("43",), SAID)
    assert known.of("me", "trousers") is None
    assert known.of("son", "shoes") is None


def test_one_person_is_forgotten_and_the_others_stay() -> None:
    known = Sizes().with_size(Taken("me", "shoes", ("42",)))
    known = known.with_size(Taken("me", "tops", ("l",))).with_size(Taken("son", "shoes", ("30",)))
    assert known.without("me", "shoes").of("me", "tops") is not None
    assert {t.person for t in known.without("me").taken} == {"son"}


def test_the_memory_survives_json_and_is_bounded() -> None:
    known = Sizes(person="son").with_measure("me", "chest", 100.0)
    for n in range(100):
        known = known.with_size(Taken("me", f"kind {n}", ("42",)))
    assert len(known.taken) < 50
    assert Sizes.from_json(known.to_json()) == known
    assert Sizes.from_json(None) == Sizes()


def test_who_is_named_last_is_meant() -> None:
    assert person_in("not for my son, for my wife") == "wife"
    assert person_in("给女儿买") == "daughter"
    assert person_in("black shoes") == ""


def test_every_kind_names_a_family_that_has_a_table() -> None:
    assert all(k.family in ("", *tables()) for k in kinds().values())
