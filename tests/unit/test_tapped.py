"""Tapped buttons do exactly what they say, to the product they are on, however old the card is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

import pytest

from actions.handlers.base import read_turn
from actions.request.types import Request
from actions.turn.model import Memory, TurnInput, TurnOutput
from actions.turn.service import TurnService
from actions.turn.tapped import ACTS, Tapped, changes_of, read_tapped
from catalog.events import Event
from tests.talk import Talk, custom, ids, turn_service
from tests.unit.test_bundles_in_turns import PRODUCTS as CLOTHES
from tests.unit.test_bundles_in_turns import WEDDING


@dataclass
class TappingTalk(Talk):
    """A conversation in which buttons are tapped, and events logged as the server does."""

    shopper: str = "s"
    kinds: list[str] = field(default_factory=list)

    def say(self, text: str, intent: str = "find", **more: Any) -> TurnOutput:
        return self._logged(super().say(text, intent, **more))

    def tap(self, act: str, *products: str, text: str = "") -> TurnOutput:
        """Tap a button; its words are understood as something else altogether."""
        return self.turn(text or "start over, not red, under 5", Tapped(act, products))

    def turn(self, text: str, tapped: Optional[Tapped], **more: Any) -> TurnOutput:
        turn = TurnInput(
            conversation_id="c",
            shopper_id=self.shopper,
            text=text,
            intent="start_over",
            confidence=0.9,
            intents=("start_over", "goodbye"),
            residual="nonsense",
            request=Request.from_json(self.request.to_json()),
            memory=Memory.from_json(self.memory.to_json()),
            tapped=tapped,
            **more,
        )
        output = self.service.handle(turn)
        self.request, self.memory = output.request, output.memory
        return self._logged(output)

    def _logged(self, output: TurnOutput) -> TurnOutput:
        self.service.context.shop.store.append_events(output.events)
        self.kinds = [event.kind for event in output.events]
        return output


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> TurnService:
    return turn_service(tmp_path_factory.mktemp("shop") / "little")


@pytest.fixture
def talk(service: TurnService) -> TappingTalk:
    service.context.shop.store.erase_events("s")
    return TappingTalk(service)


@pytest.fixture
def dresses(talk: TappingTalk) -> TappingTalk:
    """A list of dresses, one of them wine red."""
    talk.say("show me six dresses")
    assert {"wine", "blue"} <= set(talk.request.last_list)
    return talk


@pytest.fixture
def kettles(dresses: TappingTalk) -> TappingTalk:
    """Kettles are looked for now; the card with the dress stands further up."""
    dresses.say("electric kettle under 150")
    assert not set(dresses.request.last_list) & {"wine", "blue"}
    return dresses


def test_words_of_a_button_are_not_read(dresses):
    before = dresses.request
    dresses.tap("like", "wine")
    assert dresses.request.liked == ("wine",)
    assert dresses.request.constraints == before.constraints
    assert dresses.request.last_list == before.last_list
    assert dresses.kinds == ["liked"]


def test_onto_the_list_and_off_it(dresses):
    output = dresses.tap("choose", "wine")
    assert dresses.request.chosen == ("wine",)
    assert custom(output)["type"] == "list"
    assert "Wine Red Silk Dress" in output.reply.text
    dresses.tap("unchoose", "wine")
    assert dresses.request.chosen == ()
    assert dresses.kinds == ["unchosen"]


def test_not_for_me_shows_others(talk):
    talk.say("dress")
    gone = talk.request.last_list[0]
    output = talk.tap("reject", gone)
    assert talk.request.rejected == (gone,)
    assert gone not in ids(output)
    assert ids(output)


def test_more_like_this(dresses):
    output = dresses.tap("similar", "wine")
    assert dresses.request.similar_to == ("wine",)
    assert "wine" not in ids(output)
    assert set(ids(output)) <= {"red", "red-m", "blue", "blend", "priceless"}


def test_what_goes_with_it(dresses):
    output = dresses.tap("goes_with", "wine")
    assert dresses.request.goes_with == ("wine",)
    assert "Wine Red Silk Dress" in output.reply.text


@pytest.mark.parametrize(("act", "kind"), [("why", "explanation"), ("details", "details")])
def test_questions_about_one_product(dresses, act, kind):
    output = dresses.tap(act, "wine")
    assert custom(output)["type"] == kind
    assert ids(output) == ["wine"]
    assert dresses.request.focus == ("wine",)


def test_two_side_by_side(dresses):
    output = dresses.tap("compare", "wine", "blue")
    assert custom(output)["type"] == "comparison"
    assert ids(output) == ["wine", "blue"]


def test_one_beside_the_others_that_are_shown(dresses):
    output = dresses.tap("compare", dresses.request.last_list[1])
    assert custom(output)["type"] == "comparison"
    assert set(ids(output)) <= set(dresses.request.last_list)
    assert len(ids(output)) > 1


@pytest.mark.parametrize("act", ["like", "choose", "why", "details", "goes_with"])
def test_an_older_card_is_as_good_as_a_new_one(kettles, act):
    output = kettles.tap(act, "wine")
    assert "Wine Red Silk Dress" in output.reply.text


def test_comparing_with_an_older_card(kettles):
    output = kettles.tap("compare", "wine", "blue")
    assert ids(output) == ["wine", "blue"]


def test_like_an_older_card_is_no_kettle(kettles):
    output = kettles.tap("similar", "wine")
    assert set(ids(output)) <= {"red", "red-m", "blue", "blend", "priceless"}
    assert ids(output)
    assert not kettles.request.on("price")


def test_an_older_card_that_is_not_wanted_leaves_the_list_alone(kettles):
    shown = kettles.request.last_list
    output = kettles.tap("reject", "wine")
    assert "Wine Red Silk Dress" in output.reply.text
    assert kettles.request.last_list == shown
    assert kettles.request.rejected == ("wine",)
    assert kettles.kinds == ["rejected"]


def test_a_tap_can_be_taken_back(dresses):
    dresses.tap("choose", "wine")
    dresses.say("back", intent="undo")
    assert dresses.request.chosen == ()


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("product", ["nonesuch", "tee", "' OR 1=1 --"])
def test_what_was_never_shown_cannot_be_tapped(dresses, act, product):
    """Neither products of the catalogue that the shopper did not see, nor what is none."""
    before = dresses.request
    output = dresses.tap(act, product)
    assert product not in ids(output)
    assert "T-Shirt" not in output.reply.text
    for name in ("liked", "rejected", "chosen", "similar_to", "goes_with", "focus"):
        assert getattr(dresses.request, name) == getattr(before, name)
    assert product not in output.reply.text
    assert not {"liked", "rejected", "chosen", "asked"} & set(dresses.kinds)


def test_a_card_of_another_shopper_is_none_of_ours(dresses):
    stranger = TappingTalk(dresses.service, shopper="t")
    stranger.tap("choose", "wine")
    assert stranger.request.chosen == ()


def test_what_has_gone_from_the_shop_cannot_be_tapped(tmp_path):
    service = turn_service(tmp_path / "little")
    talk = TappingTalk(service)
    talk.say("wine red dress")
    talk.say("electric kettle")
    store = service.context.shop.store
    store.deactivate_missing([p.id for p in store.iter_products() if p.id != "wine"])
    talk.tap("choose", "wine")
    assert talk.request.chosen == ()


def test_a_first_message_can_be_a_tap_on_what_a_page_showed(service):
    """Who looked at a product's page has seen it."""
    event = Event("k", "visitor", "c", 0, "clicked", "kettle")
    service.context.shop.store.append_events([event])
    talk = TappingTalk(service, shopper="visitor")
    assert "Electric Kettle" in talk.tap("details", "kettle").reply.text


def test_one_part_of_an_outfit_is_changed(tmp_path):
    talk = TappingTalk(turn_service(tmp_path / "clothes", CLOTHES))
    talk.say(WEDDING)
    bundle = talk.request.bundle
    assert bundle is not None
    first, *others = [part.product for part in bundle.parts]
    talk.tap("reject", first)
    after = talk.request.bundle
    assert after is not None
    assert first not in [part.product for part in after.parts]
    assert [part.product for part in after.parts][1:] == others


# Reading


def test_a_single_change_with_the_products_as_referents():
    (change,) = changes_of(Tapped("choose", ("A", "B")), seen={"A", "B"})
    assert change.kind == "choose"
    assert [(r.by, r.value) for r in change.referents] == [("product", "A"), ("product", "B")]


@pytest.mark.parametrize(
    "data",
    [None, "like", [], {}, {"act": "like"}, {"act": "like", "products": []},
     {"act": "buy", "products": ["A"]}, {"act": ["like"], "products": ["A"]},
     {"act": "like", "products": "A"}, {"act": "like", "products": [5, None, ""]}],
)  # fmt: skip
def test_what_is_no_button_is_read_as_words(data):
    assert read_tapped(data) is None


class Tracker:
    """A tracker with one message, as the action server is given it."""

    sender_id = "web:s"

    def __init__(self, text: str, metadata: dict[str, Any], memory: Memory = Memory()) -> None:  # noqa: B008
        understood = {"language": "en", "intents": [], "changes": [{"kind": "start_over"}]}
        self.latest_message = {"text": text, "shoptalk": understood, "metadata": metadata}
        self._memory = memory

    def get_slot(self, name: str) -> Any:
        return self._memory.to_json() if name == "history" else None

    def get_latest_input_channel(self) -> str:
        return "web"


def test_a_button_comes_with_its_message():
    act = {"act": "similar", "products": ["A"]}
    turn = read_turn(Tracker("More like this", {"act": act, "shopper": "s"}))  # type: ignore[arg-type]
    assert turn.tapped == Tapped("similar", ("A",))
    assert turn.text == "More like this"


def test_the_reply_to_a_button_is_in_the_language_of_the_talk():
    act = {"act": "similar", "products": ["A"]}
    tracker = Tracker("More like this", {"act": act}, Memory(turn=3, language="zh"))
    assert read_turn(tracker).language == "zh"  # type: ignore[arg-type]
    assert read_turn(Tracker("hi", {}, Memory(turn=3, language="zh"))).language == "en"  # type: ignore[arg-type]


# Pictures


def test_a_picture_alone_is_told_that_nobody_here_looks_at_it(dresses):
    before = dresses.request
    output = dresses.turn("", None, picture=True)
    assert "picture" in output.reply.text
    assert "talk to a person" in output.reply.buttons
    assert dresses.request == before


def test_words_beside_a_picture_are_answered(dresses):
    turn = read_turn(Tracker("red", {"picture": "a.jpg"}))  # type: ignore[arg-type]
    assert (turn.text, turn.picture) == ("red", True)
    output = TappingTalk(dresses.service).turn("thanks", None, picture=True)
    assert output.reply.text.count("picture") == 1
    assert len(output.reply.text.splitlines()) > 1


def test_the_placeholder_of_a_picture_without_words_is_no_question():
    turn = read_turn(Tracker("?", {"picture": "a.jpg"}))  # type: ignore[arg-type]
    assert (turn.text, turn.picture) == ("", True)
