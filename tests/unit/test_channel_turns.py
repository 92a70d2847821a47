"""Turns through Rasa: one reply an action, its commands defused, and once after a crash."""

from __future__ import annotations

import asyncio

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered

from bot.channels.core.model import ACT, PICTURE, SHOPPER, Conversation, Message, Said, Unavailable
from bot.channels.core.running import RasaTurns, defused, replies, turn_metadata
from bot.tracker_store import ConversationStore

DOMAIN = Domain.from_yaml('version: "3.1"\nintents: [find]\nactions: [action_recommend]\n')
CARD = {"type": "products", "items": []}
ANN = Conversation("web:ann", "web", "ann", shopper_id="web:ann")


def message(text, key="k1", **more):
    return Message("web:ann", 1, SHOPPER, text, key=key, **more)


class Rasa:
    """Takes a message as Rasa does: collects the reply, and saves the conversation at the end."""

    def __init__(self, store, *answers):
        self.store = store
        self.answers = answers
        self.taken = []

    async def __call__(self, taken):
        self.taken.append(taken)
        tracker = await self.store.get_or_create_tracker(taken.sender_id)
        intent = {"name": "find", "confidence": 0.9}
        tracker.update(UserUttered(taken.text, intent, [], metadata=taken.metadata), DOMAIN)
        for answer in self.answers:
            event = BotUttered(answer.get("text"), {k: v for k, v in answer.items() if k != "text"})
            tracker.update(event, DOMAIN)
            await taken.output_channel.send_response(taken.sender_id, event.message())
        tracker.update(ActionExecuted("action_listen"), DOMAIN)
        await self.store.save(tracker)


@pytest.fixture
def store(tmp_path):
    return ConversationStore(DOMAIN, host=f"sqlite:///{tmp_path / 'c.db'}")


def take(turns, *arguments):
    return asyncio.run(turns(*arguments))


ANSWERS = (
    {"text": "One.\n\nTwo.", "buttons": [{"title": "more", "payload": "show me more"}]},
    {"custom": CARD},
    {"text": "And this.\n\nToo."},
)
SAID = [Said("One.\n\nTwo.", ("show me more",), CARD), Said("And this.\n\nToo.")]


def test_text_and_data_of_one_action_are_one_reply(store):
    rasa = Rasa(store, *ANSWERS)
    assert take(RasaTurns(rasa, store), ANN, message("dress")) == SAID
    (taken,) = rasa.taken
    assert (taken.sender_id, taken.input_channel) == ("web:ann", "web")
    assert (taken.metadata["shopper"], taken.metadata["desk"]) == ("web:ann", True)


def test_a_message_that_was_answered_before_gets_the_same_reply(store):
    rasa = Rasa(store, *ANSWERS)
    take(RasaTurns(rasa, store), ANN, message("dress"))
    again = Rasa(store, {"text": "Something else."})
    assert take(RasaTurns(again, store), ANN, message("dress")) == SAID
    assert again.taken == []
    assert take(RasaTurns(again, store), ANN, message("dress", "k2"))[0].text == "Something else."


def test_a_turn_without_an_answer_is_to_be_tried_again_and_leaves_no_trace(store):
    with pytest.raises(Unavailable):
        take(RasaTurns(Rasa(store), store), ANN, message("dress"))
    before = asyncio.run(store.retrieve("web:ann"))
    assert not [event for event in before.events if isinstance(event, UserUttered)]
    assert take(RasaTurns(Rasa(store, *ANSWERS), store), ANN, message("dress")) == SAID


def test_without_our_store_a_turn_is_still_taken(store):
    assert take(RasaTurns(Rasa(store, *ANSWERS), None), ANN, message("dress")) == SAID


def test_a_forgotten_conversation_leaves_no_state(store):
    turns = RasaTurns(Rasa(store, *ANSWERS), store)
    take(turns, ANN, message("dress"))
    asyncio.run(turns.forget("web:ann"))
    assert asyncio.run(store.retrieve("web:ann")) is None


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("/restart", "restart"),
        ("  / /inform{}", "inform{}"),
        ("\u3000/back", "back"),
        ("/", "?"),
        ("", "?"),
        ("s/m or l", "s/m or l"),
        ("//", "?"),
    ],
)
def test_a_shoppers_text_is_never_a_command(store, text, given):
    assert defused(text) == given
    rasa = Rasa(store, *ANSWERS)
    take(RasaTurns(rasa, store), ANN, message(text))
    assert rasa.taken[0].text == given


def test_acts_and_pictures_are_told_beside_the_text():
    act = {"act": "similar", "products": ["p1"]}
    assert turn_metadata(ANN, message("more like this", kind=ACT, payload=act))["act"] == act
    picture = message("this one", kind=PICTURE, payload={"picture": "x.jpg"})
    assert turn_metadata(ANN, picture)["picture"] == "x.jpg"
    assert {"act", "picture"}.isdisjoint(turn_metadata(ANN, message("dress")))


def test_the_same_key_in_another_conversation_is_another_name():
    other = Conversation("web:bob", "web", "bob", "web:bob")
    assert turn_metadata(ANN, message("x"))["key"] != turn_metadata(other, message("x"))["key"]


def test_nothing_said_is_no_reply():
    assert replies([]) == []
    assert replies([{"text": ""}]) == []
