"""What the roles of words change: names nothing has, things nobody spoke of, recipients."""

from __future__ import annotations

import pytest

from actions.request.extract import extract
from actions.request.roles import Role, blanked
from actions.turn.service import TurnService
from tests.talk import Talk, ids, turn_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> TurnService:
    return turn_service(tmp_path_factory.mktemp("shop") / "little")


@pytest.fixture
def talk(service: TurnService) -> Talk:
    return Talk(service)


def told(service: TurnService, text: str, *roles: tuple[str, str]) -> tuple[list[str], list[str]]:
    """The values that a text asks for or refuses, and what of it was not read."""
    played = [Role(role, words, text.index(words)) for words, role in roles]
    said = extract(text, service.context.index.vocabulary, roles=played)
    constraints = [c.constraint for c in said.changes if c.constraint]
    signs = {"is": "", "is_not": "-"}
    return sorted(f"{signs[c.op]}{c.value}" for c in constraints), list(said.unread)


@pytest.mark.parametrize(
    ("text", "role", "values"),
    [
        ("not too shiny black shirt", ("not too shiny", "quality"), ["black", "shirt"]),
        ("a dress that doesn't wobble, in red", ("doesn't wobble", "quality"), ["dress", "red"]),
        ("不勒的红色连衣裙", ("不勒", "quality"), ["dress", "red"]),
    ],
)
def test_a_refused_quality_takes_nothing_else_with_it(
    service: TurnService, text: str, role: tuple[str, str], values: list[str]
) -> None:
    assert told(service, text, role) == (values, [role[0]])


def test_a_thing_in_a_quality_is_not_looked_for(service: TurnService) -> None:
    text = "想买个能塞进书包的雨伞"
    quality, thing = ("能塞进书包", "quality"), ("雨伞", "thing")
    assert told(service, text, quality, thing) == (["umbrella"], ["能塞进书包"])
    # Without another thing it may be what is looked for.
    assert told(service, text, quality) == told(service, text)


def test_a_refused_value_is_refused_whatever_its_role(service: TurnService) -> None:
    text = "a dress, not red"
    assert told(service, text, ("not red", "quality")) == told(service, text)
    assert told(service, text)[0] == ["-red", "dress"]


def test_roles_that_say_nothing_change_nothing(service: TurnService) -> None:
    text = "a red dress for my sister, under 300"
    plain = extract(text, service.context.index.vocabulary)
    roles = [Role("thing", "dress", 6), Role("recipient", "my sister", 16)]
    assert extract(text, service.context.index.vocabulary, roles=roles) == plain


def test_blanks_keep_everything_in_its_place() -> None:
    text = "not shiny, 不勒 的 shoes"
    gone = blanked(text, [Role("quality", "不勒", text.index("不勒"))])
    assert len(gone) == len(text)
    assert gone.index("shoes") == text.index("shoes")


def test_what_cannot_be_told_is_said(talk: Talk) -> None:
    output = talk.say("a dress that is not too shiny", roles={"not too shiny": "quality"})
    assert "not too shiny" in output.reply.text
    assert ids(output)


def test_nothing_is_told_of_a_list_that_is_empty(talk: Talk) -> None:
    output = talk.say("a sofa that doesn't wobble", roles={"doesn't wobble": "quality"})
    assert ids(output) == []
    assert "wobble" not in output.reply.text


def test_a_thing_without_a_word_in_the_catalogue_is_another_search(talk: Talk) -> None:
    talk.say("red dress under 500")
    talk.say("do you have a theremin", roles={"theremin": "thing"})
    assert talk.request.constraints == ()
    assert talk.request.text == "theremin"


def test_words_about_what_is_looked_for_belong_to_it(talk: Talk) -> None:
    talk.say("red dress under 500")
    talk.say("one with embroidery", roles={"embroidery": "quality"})
    assert talk.request.category == ("dress",)


def test_nothing_has_to_be_called_after_the_person_it_is_for(talk: Talk) -> None:
    named = talk.say("something for my dentist").reply.text
    output = talk.say("something for my dentist", roles={"my dentist": "recipient"})
    assert "“my dentist”" in output.reply.text
    assert output.reply.text != named
    assert ids(output)


@pytest.mark.parametrize(
    ("text", "role", "name"),
    [
        ("a kindle paperwhite please", ("kindle paperwhite", "thing"), "kindle paperwhite"),
        ("a kindle please", ("a kindle", "quality"), "kindle"),
    ],
)
def test_one_makers_thing_that_is_not_there_is_named(
    talk: Talk, text: str, role: tuple[str, str], name: str
) -> None:
    words, part = role
    talk.say("any dress")
    before = talk.say("a tablet").reply.text
    assert "called" not in before
    output = Talk(talk.service).say(text, roles={words: part})
    assert f"“{name}”" in output.reply.text
