"""A turn whose answer was lost on its way is not taken again."""

from __future__ import annotations

from datetime import datetime, timezone

from actions.request.types import Request
from actions.runtime import Runtime
from actions.turn.model import Memory, Reply, TurnInput, TurnOutput
from actions.turn.taken import KEPT, TakenTurns
from catalog.events import Event
from catalog.settings import Settings
from tests.channels import Clock
from tests.little_catalogue import ChecksumEncoder
from tests.talk import turn_service


def output(n: int) -> TurnOutput:
    event = Event(
        key=f"ann:{n}:liked:dress",
        shopper_id="ann",
        conversation_id="ann",
        turn=n,
        kind="liked",
        product_id="dress",
        rank=2,
        payload={"about": "红色"},
        at=datetime(2026, 11, 23, 5, n, tzinfo=timezone.utc),
    )
    reply = Reply(f"reply {n}", ("more", "没有了"), {"type": "message", "n": n})
    request = Request(last_list=("dress", "tee"), shown=("dress", "tee"))
    return TurnOutput(reply, request, Memory(turn=n, language="zh"), (event,))


def test_an_answer_comes_back_as_it_was_also_after_a_restart(tmp_path):
    taken = TakenTurns(tmp_path)
    assert taken.output("ann", "k1") is None
    taken.keep("ann", "k1", output(1))
    taken.close()
    again = TakenTurns(tmp_path)
    assert again.output("ann", "k1") == output(1)
    assert again.output("bob", "k1") is None
    assert again.output("ann", "k2") is None


def test_only_the_latest_answer_of_a_conversation_is_kept(tmp_path):
    taken = TakenTurns(tmp_path)
    taken.keep("ann", "k1", output(1))
    taken.keep("ann", "k2", output(2))
    assert taken.output("ann", "k1") is None
    assert taken.output("ann", "k2") == output(2)


def test_answers_are_forgotten_after_a_day(tmp_path):
    clock = Clock()
    taken = TakenTurns(tmp_path, clock)
    taken.keep("ann", "k1", output(1))
    clock.go(KEPT + 1)
    taken.keep("bob", "k1", output(1))
    assert taken.output("ann", "k1") is None
    assert taken.output("bob", "k1") == output(1)


def test_a_turn_asked_for_again_is_answered_as_the_first_time(tmp_path):
    turn_service(tmp_path / "shop").context.shop.close()
    runtime = Runtime(Settings(home=tmp_path, shop=tmp_path / "shop"), ChecksumEncoder())
    store = runtime.context.shop.store

    def ask(key: str) -> TurnOutput:
        return runtime.handle(
            TurnInput("c", "s", "dress", key=key, intent="find", residual="dress")
        )

    first = ask("k1")
    logged = list(store.iter_events())
    again = ask("k1")
    assert first.events
    assert (again.reply.text, again.request) == (first.reply.text, first.request)
    assert (again.memory, again.events) == (first.memory, first.events)
    assert list(store.iter_events()) == logged


def test_a_turn_that_was_kept_but_not_logged_is_logged_when_it_is_asked_for(tmp_path):
    turn_service(tmp_path / "shop").context.shop.close()
    settings = Settings(home=tmp_path, shop=tmp_path / "shop")
    turn = TurnInput("c", "s", "dress", key="k1", intent="find", residual="dress")
    ended = Runtime(settings, ChecksumEncoder())
    output = ended.answer(turn)
    ended._taken.keep("c", "k1", output)

    runtime = Runtime(settings, ChecksumEncoder())
    assert runtime.handle(turn).reply.text == output.reply.text
    assert list(runtime.context.shop.store.iter_events()) == list(output.events)
