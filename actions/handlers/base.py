"""What every action does: tracker in, answer out."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Mapping

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import runtime
from actions.replies.texts import Texts
from actions.request.roles import Role
from actions.request.types import Change, Request
from actions.turn.model import Memory, TurnInput, TurnOutput
from actions.turn.parts import read_between, read_parts, wishes
from actions.turn.tapped import read_tapped
from catalog.errors import ShoptalkError

logger = logging.getLogger(__name__)

#: What a channel knows a failed turn by.
FAILED = {"type": "error"}
REQUEST_SLOT = "request"
MEMORY_SLOT = "history"


class TurnAction(Action):
    """Answers the latest message; subclasses say under which name.

    The intent chooses the name, so that stories, analytics and experiments can tell the acts apart.
    What the answer is, the whole message decides: it may do several things at once.
    """

    act = ""

    def name(self) -> str:
        return f"action_{self.act}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[dict[str, Any]]:
        turn = read_turn(tracker)
        try:
            output = await asyncio.to_thread(_handle, turn)
        except ShoptalkError as error:
            logger.error("%s", error)
            dispatcher.utter_message(text=str(error), json_message=FAILED)
            return []
        except Exception:
            # The shopper gets a sentence and keeps the conversation; the engineer gets the trace.
            logger.exception("A turn of conversation %s failed.", turn.conversation_id)
            sorry = Texts.load().say(turn.language, "sorry")
            dispatcher.utter_message(text=sorry, json_message=FAILED)
            return []
        send(dispatcher, output, turn.plain)
        return [
            SlotSet(REQUEST_SLOT, output.request.to_json()),
            SlotSet(MEMORY_SLOT, output.memory.to_json()),
        ]


def _handle(turn: TurnInput) -> TurnOutput:
    return runtime.current().handle(turn)


def send(dispatcher: CollectingDispatcher, output: TurnOutput, plain: bool) -> None:
    """Text with its quick replies first, then the same as data."""
    reply = output.reply
    buttons = [{"title": b, "payload": b} for b in reply.buttons]
    dispatcher.utter_message(text=reply.text, buttons=buttons)
    if reply.custom is not None and not plain:
        dispatcher.utter_message(json_message=dict(reply.custom))


def read_turn(tracker: Tracker) -> TurnInput:
    """The latest message and the conversation's state, as a turn."""
    message: Mapping[str, Any] = tracker.latest_message or {}
    understood = message.get("shoptalk") or {}
    intent = message.get("intent") or {}
    memory = Memory.from_json(tracker.get_slot(MEMORY_SLOT))
    text = message.get("text") or ""
    metadata = message.get("metadata") or {}
    tapped, picture = read_tapped(metadata.get("act")), bool(metadata.get("picture"))
    wordless = not any(c.isalpha() for c in text)
    language = understood.get("language") or memory.language
    if wordless or (tapped is not None and memory.turn):
        # Buttons are in the language of the page.
        language = memory.language
    if picture and wordless:
        text = ""
    parts = read_parts(understood.get("intents"))
    changes, residual = wishes(
        (Change.from_json(c) for c in understood.get("changes") or ()),
        understood.get("residual") or "",
        parts,
    )
    return TurnInput(
        conversation_id=tracker.sender_id,
        shopper_id=str(metadata.get("shopper") or tracker.sender_id),
        text=text,
        key=str(metadata.get("key") or ""),
        intent=intent.get("name") or "",
        confidence=float(intent.get("confidence") or 0.0),
        intents=tuple(part.intent for part in parts),
        between=read_between(understood.get("between")),
        language=language,
        changes=changes,
        residual=residual,
        roles=tuple(Role.from_json(role) for role in understood.get("roles") or ()),
        unread=tuple(understood.get("unread") or ()),
        understanding_ms=understood.get("ms") or {},
        request=Request.from_json(tracker.get_slot(REQUEST_SLOT)),
        memory=memory,
        plain=tracker.get_latest_input_channel() == "cmdline",
        tapped=tapped,
        picture=picture,
        desk=metadata.get("desk") is True,
        said={part.intent: part.text for part in parts if part.text},
    )
