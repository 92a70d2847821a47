"""The core of channels: each message answered once, in order, whatever fails meanwhile."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.channels.core import answering
from bot.channels.core.database import open_url
from bot.channels.core.handoff import HandoffError
from bot.channels.core.model import (
    BOT,
    BY_BOT,
    BY_PERSON,
    HANDOFF,
    NOTICE,
    PERSON,
    SHOPPER,
    WAITING,
    Capabilities,
    Inbound,
    Said,
    Unavailable,
)
from bot.channels.core.tables import metadata, versions
from bot.channels.core.work import ANSWER
from catalog.errors import ShoptalkError
from tests import channels
from tests.channel_contract import AdapterContract
from tests.channels import Clock, Echo, Toy, open_core, running, said, said_in, settled, until

#: PostgreSQL where an empty database is named; SQLite always.
DATABASES = ["sqlite", *(["postgresql"] if os.environ.get("TEST_POSTGRESQL_URL") else [])]


@pytest.fixture(params=DATABASES, autouse=True)
def place(request, monkeypatch):
    """Every test runs on every kind of database."""
    if request.param == "postgresql":
        url = os.environ["TEST_POSTGRESQL_URL"]
        engine = sa.create_engine(url, future=True)
        metadata.drop_all(engine)
        engine.dispose()
        monkeypatch.setattr(channels, "PLACE", url)


class FarToy:
    """The toy channel is its own other side."""

    def __init__(self):
        self.adapter = Toy()
        self.address = "ann"
        self.details = {}

    def taken(self):
        return self.adapter.texts

    def fail(self, times):
        self.adapter.busy = times

    def refuse(self):
        self.adapter.blocked = True


class TestToyChannel(AdapterContract):
    """The contract holds for the toy."""

    @pytest.fixture
    def far(self):
        return FarToy()


def play(core, turn, story):
    """Run a story with a core at work; what it returns."""

    async def whole():
        async with running(core, turn):
            return await story(core)

    return asyncio.run(whole())


# Taking messages in


def test_a_message_is_answered_and_its_place_is_told(tmp_path):
    toy, turn = Toy(), Echo()

    async def story(core):
        accepted = await core.accept([said("hello", "k1")])
        await settled(core)
        return accepted, await core.messages("toy:ann")

    accepted, (first, second) = play(open_core(tmp_path, [toy]), turn, story)
    assert [(a.seq, a.new) for a in accepted] == [(1, True)]
    assert (first.seq, first.author, first.key) == (1, SHOPPER, "k1")
    assert (second.seq, second.author, second.reply_to) == (2, BOT, 1)
    assert toy.texts == ["you said hello"]
    assert toy.shown == [True, False]


def test_the_same_key_is_one_message_in_a_conversation_and_two_in_two(tmp_path):
    toy, turn = Toy(), Echo()

    async def story(core):
        again = [said("hello", "k"), said("hello", "k"), said("hello", "k", "bob")]
        accepted = await core.accept(again)
        accepted += await core.accept(again[:1])
        await settled(core)
        return accepted

    accepted = play(open_core(tmp_path, [toy]), turn, story)
    assert [(a.seq, a.new) for a in accepted] == [(1, True), (1, False), (1, True), (1, False)]
    assert len(turn.asked) == 2


def test_a_key_chosen_to_be_ours_keeps_no_reply_out(tmp_path):
    toy, turn = Toy(), Echo()

    async def story(core):
        await core.accept([said("one", "k1")])
        await settled(core)
        ours = (await core.messages("toy:ann"))[1].key
        await core.accept([said("two", ours)])
        await settled(core)

    play(open_core(tmp_path, [toy]), turn, story)
    assert toy.texts == ["you said one", "you said two"]


@pytest.mark.parametrize(
    "inbound",
    [
        said("hello", ""),
        said("hello", "x" * 256),
        said("hello", "k", ""),
        said("hello", "k", "x" * 252),
        said("hello", "a\x00b"),
    ],
    ids=["no key", "long key", "no address", "long address", "control"],
)
def test_a_message_that_cannot_be_named_is_refused(tmp_path, inbound):
    async def story(core):
        with pytest.raises(ValueError, match=r"message|name"):
            await core.accept([inbound])
        return await core.conversations()

    assert play(open_core(tmp_path, [Toy()]), Echo(), story) == []


def test_characters_that_no_database_keeps_are_left_out(tmp_path):
    turn = Echo()

    async def story(core):
        odd = replace(said("a\x00b\ud800c 红色 \U0001f600", "k1"), payload={"x": "\x00\ud800"})
        await core.accept([odd])
        await settled(core)

    play(open_core(tmp_path, [Toy()]), turn, story)
    assert turn.asked == ["abc 红色 \U0001f600"]


def test_language_and_details_are_those_of_the_newest_message(tmp_path):
    async def story(core):
        first = Inbound("toy", "ann", "k1", "hello", language="zh", details={"to": 1})
        await core.accept([first])
        english = await core.conversation("toy:ann")
        await core.accept([Inbound("toy", "ann", "k2", "红色连衣裙", details={"to": 2})])
        await core.accept([Inbound("toy", "ann", "k3", "42")])
        return english, await core.conversation("toy:ann")

    first, last = play(open_core(tmp_path, [Toy()]), Echo(), story)
    assert (first.language, first.details) == ("en", {"to": 1})
    assert (last.language, last.details, last.shopper_id) == ("zh", {"to": 2}, "toy:ann")


# Order


def test_messages_of_one_shopper_are_answered_in_order_while_others_are_served(tmp_path):
    going, served = asyncio.Event(), []

    async def turn(conversation, message):
        if message.text == "slow":
            await asyncio.wait_for(going.wait(), 10)
        served.append((conversation.address, message.text))
        return [Said("done")]

    async def story(core):
        await core.accept([said("slow", "1"), said("quick", "2"), said("hello", "1", "bob")])
        await until(lambda: _is(served == [("bob", "hello")]))
        going.set()
        await settled(core)

    play(open_core(tmp_path, [Toy()]), turn, story)
    assert served == [("bob", "hello"), ("ann", "slow"), ("ann", "quick")]


def test_many_shoppers_have_each_their_own_order(tmp_path):
    toy, turn = Toy(), Echo()
    names = [f"s{i}" for i in range(20)]

    async def story(core):
        await asyncio.gather(
            *(core.accept([said(f"m{n}", f"k{n}", a)]) for n in range(5) for a in names)
        )
        await settled(core)
        return [await core.messages(f"toy:{name}") for name in names]

    transcripts = play(open_core(tmp_path, [toy]), turn, story)
    for messages in transcripts:
        assert [m.seq for m in messages] == list(range(1, 11))
        asked = [m.seq for m in messages if m.author == SHOPPER]
        assert [m.reply_to for m in messages if m.author == BOT] == asked


# Turns that fail


def test_a_turn_is_tried_again_until_it_can_be_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(answering, "FIRST_PAUSE", 0.001)
    tries = []

    async def turn(conversation, message):
        tries.append(message.text)
        if len(tries) < 4:
            raise Unavailable("away")
        return [Said("here")]

    toy = Toy()

    async def story(core):
        await core.accept([said("hello", "k1")])
        await settled(core)

    play(open_core(tmp_path, [toy]), turn, story)
    assert toy.texts == ["here"]
    assert len(tries) == 4


@pytest.mark.parametrize("said_text", ["hello", "你好"])
def test_where_nobody_answers_the_shopper_is_told_once(tmp_path, monkeypatch, said_text):
    monkeypatch.setattr(answering, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(answering, "PATIENCE", 0.01)

    async def turn(conversation, message):
        raise Unavailable("away")

    toy = Toy()

    async def story(core):
        await core.accept([said(said_text, "k1"), said(said_text, "k2")])
        await settled(core)

    play(open_core(tmp_path, [toy]), turn, story)
    assert [m.custom for m in toy.taken] == [{"type": "error"}] * 2
    assert ("请" in toy.texts[0]) == (said_text == "你好")


def test_who_waited_behind_others_for_long_is_told_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(answering, "FIRST_PAUSE", 0.001)
    clock = Clock()
    tries = []

    async def turn(conversation, message):
        tries.append(message.text)
        if message.text == "first":
            clock.go(61.0)
            return [Said("done")]
        raise Unavailable("away")

    toy = Toy()

    async def story(core):
        await core.accept([said("first", "k1"), said("second", "k2")])
        await settled(core)

    play(open_core(tmp_path, [toy], clock), turn, story)
    assert tries == ["first", "second"]
    assert toy.taken[1].custom == {"type": "error"}


def test_a_turn_that_is_broken_is_given_up_after_three_tries(tmp_path, monkeypatch):
    monkeypatch.setattr(answering, "FIRST_PAUSE", 0.001)
    tries = []

    async def turn(conversation, message):
        tries.append(1)
        raise RuntimeError("broken")

    toy = Toy()

    async def story(core):
        await core.accept([said("hello", "k1")])
        await settled(core)

    play(open_core(tmp_path, [toy]), turn, story)
    assert (len(tries), len(toy.taken)) == (3, 1)


# Delivery


def test_a_channel_says_how_long_to_wait(tmp_path):
    clock = Clock()
    toy = Toy(busy=1, after=500.0)

    async def story(core):
        await core.accept([said("hello", "k1")])
        await until(lambda: _is(toy.tries == 1))
        clock.go(400.0)
        await core.accept([said("more", "k2")])
        await until(lambda: _answered(core, 4))
        assert toy.tries == 1
        clock.go(101.0)
        await settled(core)

    play(open_core(tmp_path, [toy], clock), Echo(), story)
    assert toy.texts == ["you said hello", "you said more"]


def test_what_no_longer_helps_is_given_up(tmp_path):
    clock = Clock()
    toy = Toy(busy=2)

    async def story(core):
        await core.accept([said("hello", "k1")])
        await until(lambda: _is(toy.tries == 1))
        clock.go(49 * 3600.0)
        await settled(core)
        await core.accept([said("more", "k2")])
        await settled(core)

    play(open_core(tmp_path, [toy], clock), Echo(), story)
    assert toy.texts == ["you said more"]


def test_the_attempts_are_told_and_the_key_stays(tmp_path):
    clock = Clock()
    toy = Toy(busy=3)

    async def story(core):
        await core.accept([said("hello", "k1")])

        async def arrived():
            clock.go(300.0)
            return bool(toy.taken)

        await until(arrived)
        await settled(core)
        return await core.messages("toy:ann")

    messages = play(open_core(tmp_path, [toy], clock), Echo(), story)
    assert (messages[1].attempts, messages[1].key) == (4, toy.taken[0].key)


def test_a_channel_that_is_off_keeps_what_it_has_to_deliver(tmp_path):
    toy, turn = Toy(busy=100), Echo()

    async def first(core):
        await core.accept([said("hello", "k1")])
        await until(lambda: _is(toy.tries > 0))

    play(open_core(tmp_path, [toy], Clock()), turn, first)
    other = Toy(name="other")

    async def second(core):
        await core.accept([said("hi", "k1", channel="other")])
        await until(lambda: _is(bool(other.taken)))

    later = Clock(Clock().now + 3600)
    play(open_core(tmp_path, [other], later), turn, second)
    toy.busy = 0

    async def third(core):
        await settled(core)

    play(open_core(tmp_path, [toy], later), turn, third)
    assert toy.texts == ["you said hello"]


# Handoff


def handing_over(*texts):
    """A turn that asks for a person at some texts."""

    async def turn(conversation, message):
        if message.text in texts:
            data = {"type": HANDOFF, "reason": "asked", "summary": "a red dress"}
            return [Said("A person will answer.", custom=data)]
        return [Said(f"you said {message.text}")]

    return turn


def test_a_reply_that_asks_for_a_person_silences_the_assistant(tmp_path):
    toy = Toy()

    async def story(core):
        await core.accept([said("person", "k1"), said("hello?", "k2")])
        await settled(core)
        waiting = await core.conversation("toy:ann")
        await core.accept([said("anybody?", "k3")])
        await settled(core)
        return waiting, await said_in(core)

    waiting, transcript = play(open_core(tmp_path, [toy]), handing_over("person"), story)
    assert (waiting.status, waiting.reason, waiting.summary) == (WAITING, "asked", "a red dress")
    assert transcript == [
        "shopper: person",
        "shopper: hello?",
        "bot: A person will answer.",
        "shopper: anybody?",
    ]
    assert [c.status for c in toy.over] == [WAITING]
    assert toy.back == []


def test_the_other_desk_is_told_again_until_it_hears(tmp_path):
    clock = Clock()
    toy = Toy()

    async def story(core):
        await core.accept([said("hello", "k1")])
        await settled(core)
        toy.busy = 3
        await core.hand_over("toy:ann", "asked", "help")

        async def told():
            clock.go(300.0)
            return bool(toy.over)

        await until(told)
        await core.hand_back("toy:ann")
        await settled(core)

    play(open_core(tmp_path, [toy], clock), Echo(), story)
    assert (len(toy.over), len(toy.back)) == (1, 1)


def test_a_turn_at_hand_is_dropped_where_a_person_takes_over(tmp_path):
    going, began = asyncio.Event(), asyncio.Event()

    async def turn(conversation, message):
        began.set()
        await going.wait()
        return [Said("too late")]

    toy = Toy()

    async def story(core):
        await core.accept([said("hello", "k1")])
        await asyncio.wait_for(began.wait(), 10)
        await core.take("toy:ann", "Bea")
        await core.say("toy:ann", Said("Bea here.", author=PERSON, name="Bea"))
        going.set()
        await settled(core)
        return await said_in(core)

    transcript = play(open_core(tmp_path, [toy]), turn, story)
    assert transcript == ["shopper: hello", "person: Bea here."]
    assert toy.texts == ["Bea here."]


def test_who_may_do_what(tmp_path):
    async def story(core):
        name = "toy:ann"
        await core.accept([said("hello", "k1")])
        await settled(core)
        with pytest.raises(HandoffError):
            await core.hand_back(name)
        assert (await core.hand_over(name, "asked", "help")).status == WAITING
        with pytest.raises(HandoffError):
            await core.hand_over(name, "asked", "again")
        assert (await core.take(name, "Bea")).person == "Bea"
        assert (await core.take(name, "Bea")).status == BY_PERSON
        with pytest.raises(HandoffError, match="Bea"):
            await core.take(name, "Carl")
        with pytest.raises(HandoffError, match="Bea"):
            await core.hand_back(name, "Carl")
        returned = await core.hand_back(name, "Bea")
        assert (returned.status, returned.person, returned.reason) == (BY_BOT, "", "")
        with pytest.raises(ShoptalkError, match="no such conversation"):
            await core.take("toy:nobody", "Bea")

    play(open_core(tmp_path, [Toy()]), Echo(), story)


def test_the_same_thing_is_said_once_a_key(tmp_path):
    toy = Toy()

    async def story(core):
        await core.accept([said("hello", "k1")])
        await settled(core)
        first = await core.say("toy:ann", Said("Hi.", author=PERSON), key="x")
        again = await core.say("toy:ann", Said("Hi.", author=PERSON), key="x")
        await core.say("toy:ann", Said("A colleague joined.", author=NOTICE))
        await settled(core)
        return first.seq, again.seq

    assert play(open_core(tmp_path, [toy]), Echo(), story) == (3, 3)
    assert toy.texts[1:] == ["Hi.", "A colleague joined."]


def test_the_desk_lists_by_status_newest_first(tmp_path):
    clock = Clock()

    async def story(core):
        for name in ("ann", "bob", "cat"):
            clock.go(10.0)
            await core.accept([said("hello", "k1", name)])
            await settled(core)
        await core.hand_over("toy:bob", "asked", "help")
        everybody = [c.address for c in await core.conversations()]
        waiting = [c.address for c in await core.conversations({WAITING})]
        return everybody, waiting, len(await core.conversations(limit=1))

    everybody, waiting, one = play(open_core(tmp_path, [Toy()], clock), Echo(), story)
    assert sorted(everybody) == ["ann", "bob", "cat"]
    assert everybody[-1] == "ann"
    assert (waiting, one) == (["bob"], 1)


# News


def test_who_waits_is_woken_by_typing_and_by_the_reply(tmp_path):
    going = asyncio.Event()

    async def turn(conversation, message):
        await going.wait()
        return [Said("done")]

    async def story(core):
        (accepted,) = await core.accept([said("hello", "k1")])
        news = await core.changed("toy:ann", accepted.seq, 5.0, news=-1)
        await until(lambda: core.typing("toy:ann"))
        waiting = asyncio.ensure_future(core.changed("toy:ann", accepted.seq, 5.0, news))
        going.set()
        await asyncio.wait_for(waiting, 4.0)
        await settled(core)
        await until(lambda: _not(core.typing("toy:ann")))
        await asyncio.wait_for(core.changed("toy:ann", 1, 5.0), 1.0)
        return [m.text for m in await core.messages("toy:ann", after=1)]

    assert play(open_core(tmp_path, [Toy()]), turn, story) == ["done"]


def test_news_are_messages_status_and_typing_at_once(tmp_path):
    going = asyncio.Event()

    async def turn(conversation, message):
        await going.wait()
        return [Said("done")]

    async def story(core):
        nobody = await core.news("toy:nobody")
        await core.accept([said("hello", "k1")])
        await until(lambda: core.typing("toy:ann"))
        during = await core.news("toy:ann", after=1)
        going.set()
        await settled(core)
        await until(lambda: _not(core.typing("toy:ann")))
        await core.hand_over("toy:ann", "asked", "")
        return nobody, during, await core.news("toy:ann", after=1)

    nobody, during, after = play(open_core(tmp_path, [Toy()]), turn, story)
    assert (nobody.messages, nobody.status, nobody.last_seq) == ((), BY_BOT, 0)
    assert (during.messages, during.typing, during.last_seq) == ((), True, 1)
    assert [m.text for m in after.messages] == ["done"]
    assert (after.status, after.typing, after.last_seq) == (WAITING, False, 2)


def test_typing_ends_with_the_answer_though_the_claim_is_given_back_later(tmp_path):
    async def story():
        core = open_core(tmp_path, [Toy()], holder="here/1/x")
        there = replace(core.work, holder="there/1/y")
        try:
            await core.accept([said("hello", "k1")])
            assert core.work.claim("toy:ann", ANSWER, core.now())
            assert not await core.typing("toy:ann")
            core.work.release("toy:ann", ANSWER)
            assert there.claim("toy:ann", ANSWER, core.now())
            during = await core.news("toy:ann", after=1)
            await core.write(core.transcript.finish, "toy:ann", 1, [Said("done")], core.now())
            return during.typing, (await core.news("toy:ann", after=1)).typing
        finally:
            core.close()

    assert asyncio.run(story()) == (True, False)


def test_time_is_up_where_there_is_no_news(tmp_path):
    async def story(core):
        await core.accept([said("hello", "k1")])
        await settled(core)
        await asyncio.wait_for(core.changed("toy:ann", 2, 0.05), 2.0)
        await asyncio.wait_for(core.changed("toy:nobody", 0, 0.05), 2.0)

    play(open_core(tmp_path, [Toy()]), Echo(), story)


# Several processes


def test_two_processes_share_one_database(tmp_path):
    toys, turns = [Toy(), Toy()], [Echo(), Echo()]
    names = [f"s{i}" for i in range(12)]

    async def story():
        cores = [open_core(tmp_path, [toy], holder=f"host{i}/1/x") for i, toy in enumerate(toys)]
        async with running(cores[0], turns[0]), running(cores[1], turns[1]):
            for n in range(3):
                for i, name in enumerate(names):
                    await cores[(i + n) % 2].accept([said(f"m{n}", f"k{n}", name)])
            await settled(cores[0])
            return [await cores[1].messages(f"toy:{name}") for name in names]

    for messages in asyncio.run(story()):
        assert [m.text for m in messages if m.author == BOT] == [f"you said m{n}" for n in range(3)]
        assert [m.seq for m in messages] == [1, 2, 3, 4, 5, 6]
    keys = [m.key for toy in toys for m in toy.taken]
    assert len(keys) == len(set(keys)) == 36
    assert len(turns[0].asked) + len(turns[1].asked) == 36


def test_what_another_process_writes_wakes_who_waits_here(tmp_path):
    async def story():
        here = open_core(tmp_path, [Toy()], holder="here/1/x")
        there = open_core(tmp_path, [Toy()], holder="there/1/x")
        async with running(here, Echo()):
            await here.accept([said("hello", "k1")])
            await settled(here)
            waiting = asyncio.ensure_future(here.changed("toy:ann", 2, 10.0))
            await until(lambda: _is("toy:ann" in here.waiting.watched()))
            await there.say("toy:ann", Said("Bea here.", author=PERSON))
            await asyncio.wait_for(waiting, 5.0)
            there.close()
            return await said_in(here)

    assert asyncio.run(story())[-1] == "person: Bea here."


def test_a_process_that_died_holds_nothing_once_its_lease_is_over(tmp_path):
    clock = Clock()
    dead = open_core(tmp_path, [Toy()], clock, holder="elsewhere/1/x")

    async def before():
        await dead.accept([said("hello", "k1")])
        assert await dead.write(dead.work.claim, "toy:ann", "answer", clock())

    asyncio.run(before())
    dead.close()
    turn = Echo()

    async def story(core):
        await core.accept([said("hello", "k1", "bob")])
        await until(lambda: _is(bool(turn.asked)))
        assert len(turn.asked) == 1
        clock.go(16.0)
        await settled(core)

    play(open_core(tmp_path, [Toy()], clock, holder="here/1/y"), turn, story)
    assert len(turn.asked) == 2


# At rest


def test_what_is_old_is_forgotten_and_told_so(tmp_path):
    clock = Clock()
    forgotten = []

    async def forget(conversation_id):
        forgotten.append(conversation_id)

    async def story():
        core = open_core(tmp_path, [Toy()], clock)
        await core.start(Echo(), forget)
        await core.accept([said("old", "k1"), said("old", "k1", "bob")])
        await settled(core)
        clock.go(60 * 86400.0)
        await core.accept([said("new", "k2", "bob")])
        await settled(core)
        clock.go(31 * 86400.0)
        await core.purge()
        left = await core.messages("toy:bob"), await core.conversation("toy:ann")
        (accepted,) = await core.accept([said("again", "k3", "bob")])
        await settled(core)
        await core.stop()
        core.close()
        return left, accepted

    (bob, ann), accepted = asyncio.run(story())
    assert [m.text for m in bob] == ["new", "you said new"]
    assert ann is None
    assert forgotten == ["toy:ann"]
    assert accepted.seq == 5


def test_an_older_program_refuses_a_newer_database(tmp_path):
    url = f"sqlite:///{tmp_path / 'channels.db'}"
    database = open_url(url)
    with database.write.begin() as connection:
        connection.execute(sa.update(versions).values(version=99))
    database.close()
    with pytest.raises(ShoptalkError, match="newer Shoptalk: update"):
        open_url(url)


def test_a_database_that_is_none_says_so(tmp_path):
    (tmp_path / "channels.db").write_text("no database " * 100)
    with pytest.raises(ShoptalkError, match="cannot be opened"):
        open_url(f"sqlite:///{tmp_path / 'channels.db'}")


def test_what_was_acknowledged_is_on_disk(tmp_path):
    database = open_url(f"sqlite:///{tmp_path / 'channels.db'}")
    with database.write.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    database.close()


def test_a_number_stands_for_an_option_that_was_written_out(tmp_path):
    asked = []

    async def turn(conversation, message):
        asked.append(message.text)
        return [Said("Which one?", buttons=("red", "blue"))]

    toy = Toy(capabilities=Capabilities(buttons=0))

    async def story(core):
        for n, text in enumerate(("hello", "2", "red")):
            await core.accept([said(text, f"k{n}")])
            await settled(core)
        return await said_in(core)

    transcript = play(open_core(tmp_path, [toy]), turn, story)
    assert asked == ["hello", "blue", "red"]
    assert "shopper: 2" in transcript


async def _is(holds):
    return holds


async def _not(other):
    return not await other


async def _answered(core, seq):
    conversation = await core.conversation("toy:ann")
    return conversation is not None and conversation.last_seq >= seq
