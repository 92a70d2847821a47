"""What a turn writes into the event log: acts with their rank, and what was searched for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from actions.request.types import Request
from actions.turn.log import EventLog
from actions.turn.model import TurnInput, TurnOutput
from actions.turn.service import TurnService
from catalog.events import Event
from tests.little_catalogue import product
from tests.talk import Talk, ids, turn_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> TurnService:
    return turn_service(tmp_path_factory.mktemp("shop") / "little")


@pytest.fixture
def talk(service: TurnService) -> Talk:
    return Talk(service)


def of(output: TurnOutput, kind: str) -> list[Event]:
    return [event for event in output.events if event.kind == kind]


def searched(output: TurnOutput) -> dict[str, Any]:
    (event,) = of(output, "searched")
    assert event.product_id is None
    assert output.events[0] is event
    return dict(event.payload)


def test_an_act_has_the_rank_at_which_its_product_stood(talk: Talk) -> None:
    shown = ids(talk.say("dress"))
    assert len(shown) > 1
    output = talk.say("I like the second one", intent="like")
    (liked,) = of(output, "liked")
    assert (liked.product_id, liked.rank) == (shown[1], 2)
    (rejected,) = of(talk.say("not the first one", intent="reject"), "rejected")
    assert (rejected.product_id, rejected.rank) == (shown[0], 1)


def test_a_question_has_the_rank_of_what_it_is_about(talk: Talk) -> None:
    shown = ids(talk.say("dress"))
    (asked,) = of(talk.say("what is the second made of?", intent="ask_attribute"), "asked")
    assert (asked.product_id, asked.rank) == (shown[1], 2)


def test_what_is_not_in_the_last_list_has_no_rank() -> None:
    turn = TurnInput("c", "s", "that one", request=Request(last_list=("a", "b")))
    log = EventLog(turn, 2, datetime(2026, 6, 15, tzinfo=timezone.utc))
    assert [log.rank(i) for i in ("a", "b", "c")] == [1, 2, None]


def test_what_is_searched_for_is_logged_in_the_shoppers_own_words(talk: Talk) -> None:
    said = searched(talk.say("red dress under 500, write to ann@mail.com"))
    assert said["text"] == "red dress under 500, write to [email]"
    assert said["category"] == list(talk.request.category) != []
    about = {c["attribute"]: c["value"] for c in said["constraints"]}
    assert about["price"] == 500
    assert about["color"] == "red"


def test_only_a_change_of_what_is_looked_for_is_a_search(talk: Talk) -> None:
    searched(talk.say("dress"))
    for text, intent in (("more", "more"), ("thanks", "thanks"), ("I like the first", "like")):
        assert of(talk.say(text, intent=intent), "searched") == []
    again = searched(talk.say("in blue", intent="refine"))
    assert again["text"] == "in blue"
    assert {c["attribute"] for c in again["constraints"]} >= {"color", "product_type"}
    assert of(talk.say("in blue", intent="refine"), "searched") == []


def test_a_step_back_is_a_correction_and_no_search(talk: Talk) -> None:
    talk.say("red dress")
    talk.say("in blue", intent="refine")
    output = talk.say("back", intent="undo")
    (corrected,) = of(output, "corrected")
    assert corrected.payload == {"about": "step"}
    assert of(output, "searched") == []


def test_chinese_words_are_logged_and_masked(talk: Talk) -> None:
    said = searched(talk.say("500元以下的红色连衣裙，电话13800138000"))
    assert said["text"] == "500元以下的红色连衣裙，电话[phone]"
    assert said["category"]


def test_several_things_wanted_together_are_one_search(tmp_path: Path) -> None:
    kinds = ("Red Dress", "Red Heels", "Red Clutch", "Black Heels")
    products = [
        product(name, f"Women {name}", "100", color=name.split()[0].lower(), gender="female")
        for name in kinds
    ]
    talk = Talk(turn_service(tmp_path / "shop", products))
    said = searched(talk.say("an outfit for a wedding, for women, under 500 yuan"))
    assert len(said["category"]) >= 2
    assert any(c["attribute"] == "price" for c in said["constraints"])
    closed = EventLog(
        TurnInput("c", "s", "all of them", request=talk.request), 2, datetime.now(timezone.utc)
    )
    closed.searched(replace(talk.request, bundle=None))
    assert talk.request.bundle is not None and closed.events == ()
    assert of(talk.say("thanks", intent="thanks"), "searched") == []
