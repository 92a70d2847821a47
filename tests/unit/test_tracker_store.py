"""The conversation store: slots survive, turns cost the same, nothing is stored twice."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import check_if_tracker_store_async
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.tracker_store import ConversationStore, events_table
from catalog.errors import ShoptalkError

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [find]
slots:
  request: {type: any, influence_conversation: false, mappings: [{type: custom}]}
  history: {type: any, influence_conversation: false, mappings: [{type: custom}]}
  mood:
    type: categorical
    values: [good, bad]
    influence_conversation: true
    mappings: [{type: custom}]
actions: [action_recommend]
session_config: {session_expiration_time: 60, carry_over_slots_to_new_session: true}
"""
)
CARD = {"type": "products", "items": [{"id": str(i), "title": "x" * 200} for i in range(5)]}


def run(coroutine):
    return asyncio.run(coroutine)


def open_store(path, **options) -> ConversationStore:
    return ConversationStore(DOMAIN, host=f"sqlite:///{path / 'c.db'}", **options)


async def begin(store, sender):
    tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
    if not tracker.applied_events():
        tracker.update(ActionExecuted("action_session_start"))
        tracker.update_with_events([SessionStarted(), ActionExecuted("action_listen")], DOMAIN)
    return tracker


async def take_turn(store, sender, number, **slots):
    """What Rasa does in a turn: read, let an action speak and set slots, listen, save."""
    tracker = await begin(store, sender)
    parsed = {
        "intent": {"name": "find", "confidence": 0.9},
        "entities": [],
        "intent_ranking": [{"name": f"i{i}", "confidence": 0.1} for i in range(10)],
        "shoptalk": {"language": "en", "changes": []},
    }
    tracker.update(UserUttered(f"message {number}", parsed["intent"], [], parsed), DOMAIN)
    tracker.update(ActionExecuted("action_recommend", "RulePolicy", 1.0))
    said = [BotUttered(f"answer {number}"), BotUttered(None, {"custom": CARD})]
    slots = slots or {"request": {"turn": number}, "history": [number - 1, {"of": sender}]}
    tracker.update_with_events([*said, *(SlotSet(k, v) for k, v in slots.items())], DOMAIN)
    tracker.update(ActionExecuted("action_listen", "RulePolicy", 1.0))
    await store.save(tracker)
    return tracker


def rows(store, sender):
    with store._engine.connect() as connection:
        return connection.execute(
            sa.select(events_table).where(events_table.c.sender_id == sender)
        ).all()


async def talk(store, sender, first, last):
    for number in range(first, last + 1):
        await take_turn(store, sender, number)


def test_is_asynchronous_as_rasa_wants_it(tmp_path):
    assert check_if_tracker_store_async(open_store(tmp_path))


def test_slots_survive_200_turns_and_a_restart(tmp_path):
    store = open_store(tmp_path)
    run(talk(store, "ann", 1, 200))
    store.close()

    tracker = run(open_store(tmp_path).retrieve("ann"))

    assert tracker.get_slot("request") == {"turn": 200}
    assert tracker.get_slot("history") == [199, {"of": "ann"}]
    assert tracker.latest_message.text == "message 200"
    assert tracker.latest_action_name == "action_listen"


def test_slots_survive_the_copy_that_rasa_makes_for_each_action(tmp_path):
    store = open_store(tmp_path)
    run(talk(store, "ann", 1, 30))
    tracker = run(store.retrieve("ann"))
    assert tracker.copy().current_slot_values() == tracker.current_slot_values()
    assert tracker.copy().get_slot("request") == {"turn": 30}


def test_reads_only_the_latest_events_and_begins_with_a_turn(tmp_path):
    store = open_store(tmp_path, latest_events=20)
    run(talk(store, "ann", 1, 50))
    events = list(run(store.retrieve("ann")).events)
    assert len(events) <= 22
    first = next(event for event in events if not isinstance(event, SlotSet))
    assert first.action_name == "action_listen"


def test_old_slot_events_are_not_replayed(tmp_path):
    store = open_store(tmp_path)
    run(talk(store, "ann", 1, 9))
    slots = [event for event in run(store.retrieve("ann")).events if isinstance(event, SlotSet)]
    assert sorted(event.key for event in slots) == ["history", "request"]


def test_events_are_stored_once_and_in_order(tmp_path):
    store = open_store(tmp_path)
    run(talk(store, "ann", 1, 20))
    said = [json.loads(row.data)["text"] for row in rows(store, "ann") if row.type_name == "user"]
    assert said == [f"message {number}" for number in range(1, 21)]
    assert len(rows(store, "ann")) == 3 + 20 * 5


def test_saving_again_changes_nothing(tmp_path):
    store = open_store(tmp_path)
    run(talk(store, "ann", 1, 3))
    before = rows(store, "ann")
    tracker = run(store.retrieve("ann"))
    run(store.save(tracker))
    run(store.save(tracker))
    assert rows(store, "ann") == before


def test_product_cards_are_not_stored(tmp_path):
    store = open_store(tmp_path)
    run(talk(store, "ann", 1, 2))
    assert not [row for row in rows(store, "ann") if '"products"' in row.data]


def test_a_slot_set_to_nothing_stays_empty(tmp_path):
    store = open_store(tmp_path)
    run(take_turn(store, "ann", 1, request={"turn": 1}))
    run(take_turn(store, "ann", 2, request=None))
    assert run(store.retrieve("ann")).get_slot("request") is None


def test_slots_that_policies_read_keep_their_events(tmp_path):
    store = open_store(tmp_path)
    run(take_turn(store, "ann", 1, mood="good"))
    run(take_turn(store, "ann", 2, mood="bad"))
    tracker = run(store.retrieve("ann"))
    assert tracker.get_slot("mood") == "bad"
    stored = [event for event in tracker.events if isinstance(event, SlotSet)]
    assert [e.value for e in stored if not e.metadata.get("snapshot")] == ["good", "bad"]


def test_a_new_session_begins_without_the_old_events_but_with_the_slots(tmp_path):
    store = open_store(tmp_path)
    run(talk(store, "ann", 1, 3))

    async def next_session():
        tracker = await store.retrieve("ann")
        tracker.update(ActionExecuted("action_session_start"))
        tracker.update_with_events(
            [SessionStarted(), SlotSet("request", {"turn": 3}), ActionExecuted("action_listen")],
            DOMAIN,
        )
        await store.save(tracker)
        return await store.retrieve("ann")

    tracker = run(next_session())
    assert tracker.get_slot("request") == {"turn": 3}
    assert not [event for event in tracker.events if isinstance(event, UserUttered)]
    everything = run(store.retrieve_full_tracker("ann"))
    assert len([event for event in everything.events if isinstance(event, UserUttered)]) == 3


def test_two_senders_at_once_do_not_meet(tmp_path):
    store = open_store(tmp_path)

    async def both():
        await asyncio.gather(talk(store, "ann", 1, 40), talk(store, "bob", 1, 40))
        return await store.retrieve("ann"), await store.retrieve("bob")

    ann, bob = run(both())
    assert ann.get_slot("history") == [39, {"of": "ann"}]
    assert bob.get_slot("history") == [39, {"of": "bob"}]
    assert len(rows(store, "ann")) == len(rows(store, "bob")) == 3 + 40 * 5
    assert sorted(run(store.keys())) == ["ann", "bob"]


def test_two_stores_write_to_one_database(tmp_path):
    """As two Sanic workers do."""
    one, other = open_store(tmp_path), open_store(tmp_path)

    async def both():
        await asyncio.gather(talk(one, "ann", 1, 20), talk(other, "bob", 1, 20))

    run(both())
    assert run(other.retrieve("ann")).get_slot("request") == {"turn": 20}


def test_a_deleted_sender_is_gone(tmp_path):
    store = open_store(tmp_path)
    run(talk(store, "ann", 1, 2))
    run(talk(store, "bob", 1, 2))
    assert store.delete("ann") == 3 + 2 * 5
    assert run(store.retrieve("ann")) is None
    assert not run(store.exists("ann"))
    assert run(store.exists("bob"))


def test_an_unknown_sender_is_none(tmp_path):
    assert run(open_store(tmp_path).retrieve("nobody")) is None


def test_without_a_shop_one_is_told_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOPTALK_SHOP", str(tmp_path / "nothing"))
    with pytest.raises(ShoptalkError, match="no shop at"):
        ConversationStore(DOMAIN)


def test_a_tracker_from_elsewhere_is_stored_once_too(tmp_path):
    store = open_store(tmp_path)
    tracker = run(take_turn(store, "ann", 1))
    before = rows(store, "ann")
    run(store.save(DialogueStateTracker.from_events("ann", list(tracker.events), DOMAIN.slots)))
    assert rows(store, "ann") == before


def test_turn_200_costs_as_much_as_turn_20(tmp_path):
    store = open_store(tmp_path)

    def least(first, last):
        """Seconds of processor time of the cheapest of some turns."""
        times = []
        for number in range(first, last + 1):
            began = time.process_time()
            run(take_turn(store, "ann", number))
            times.append(time.process_time() - began)
        return min(times)

    run(talk(store, "ann", 1, 20))
    early = least(21, 40)
    run(talk(store, "ann", 41, 180))
    assert least(181, 200) < 1.5 * early


# Replies, for a channel that was stopped before it had them


async def take_named_turn(store, sender, key, text, *said):
    """A turn whose message a channel has named; ``said`` is what the action says."""
    tracker = await begin(store, sender)
    parsed = {"intent": {"name": "find", "confidence": 0.9}, "text": text, "entities": []}
    tracker.update(UserUttered(text, parsed["intent"], [], parsed, metadata={"key": key}), DOMAIN)
    tracker.update(ActionExecuted("action_recommend", "RulePolicy", 1.0))
    events = [*said, SlotSet("request", {"key": key})] if said else []
    tracker.update_with_events(events, DOMAIN)
    tracker.update(ActionExecuted("action_listen", "RulePolicy", 1.0))
    await store.save(tracker)


def test_the_latest_reply_is_kept_whole_under_its_messages_name(tmp_path):
    store = open_store(tmp_path)
    buttons = [{"title": "more", "payload": "more"}]
    said = [BotUttered("One dress.", {"buttons": buttons}), BotUttered(None, {"custom": CARD})]
    run(take_named_turn(store, "ann", "k1", "dress", *said))
    store.close()

    again = open_store(tmp_path)
    text, data = run(again.reply("ann", "k1"))
    assert (text["text"], text["buttons"]) == ("One dress.", buttons)
    assert data["custom"] == CARD
    assert run(again.reply("ann", "k0")) is None
    assert run(again.reply("bob", "k1")) is None
    run(take_named_turn(again, "ann", "k2", "more", BotUttered("Another.")))
    assert run(again.reply("ann", "k1")) is None
    assert run(again.reply("ann", "k2"))[0]["text"] == "Another."


def test_a_named_turn_without_a_reply_was_never_taken(tmp_path):
    store = open_store(tmp_path)
    run(take_named_turn(store, "ann", "k1", "dress", BotUttered("One dress.")))
    before = rows(store, "ann")
    run(take_named_turn(store, "ann", "k2", "more"))
    assert rows(store, "ann") == before
    assert run(store.retrieve("ann")).get_slot("request") == {"key": "k1"}
    run(take_named_turn(store, "ann", "k2", "more", BotUttered("Another.")))
    said = [json.loads(row.data)["text"] for row in rows(store, "ann") if row.type_name == "user"]
    assert said == ["dress", "more"]


def test_a_deleted_senders_reply_is_gone_too(tmp_path):
    store = open_store(tmp_path)
    run(take_named_turn(store, "ann", "k1", "dress", BotUttered("One dress.")))
    store.delete("ann")
    assert run(store.reply("ann", "k1")) is None


# Personal data


def test_what_names_a_person_is_not_kept_and_the_turn_at_hand_sees_it(tmp_path):
    store = open_store(tmp_path)
    text = "I'm ann@mail.com, call 13800138000 about order #20231, size 42 under $200"
    seen = []

    class Watching(ConversationStore):
        async def save(self, tracker):
            seen.append(tracker.latest_message.text)
            await super().save(tracker)
            seen.append(tracker.latest_message.text)

    watching = Watching(DOMAIN, host=f"sqlite:///{tmp_path / 'c.db'}")
    run(take_named_turn(watching, "ann", "k1", text, BotUttered("I wrote to ann@mail.com.")))
    kept = " ".join(row.data for row in rows(store, "ann"))
    for private in ("ann@mail.com", "13800138000", "20231"):
        assert private not in kept
    assert "size 42 under $200" in kept
    assert kept.count("[email]") == 3
    assert seen[-2:] == [text, text]
