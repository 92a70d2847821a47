"""The assistant as an agent that simulators in the manner of UserSimCRS can talk to.

UserSimCRS lets its simulated users talk through DialogueKit: an agent has ``welcome``,
``goodbye`` and ``receive_utterance``, is connected to a connector, and hands what it says to the
connector's ``register_agent_utterance``. ``HttpAgent`` is such an agent over the REST endpoint. It
needs neither package: what it says is an ``AgentUtterance`` with the same fields, or whatever
``make`` turns that into. With DialogueKit installed:

    from dialoguekit.core import AnnotatedUtterance, DialogueAct, Intent, SlotValueAnnotation
    from dialoguekit.participant import DialogueParticipant

    def make(said):
        acts = [
            DialogueAct(Intent(a.intent), [SlotValueAnnotation(*pair) for pair in a.annotations])
            for a in said.dialogue_acts
        ]
        return AnnotatedUtterance(
            said.text, participant=DialogueParticipant.AGENT, dialogue_acts=acts,
            metadata=said.metadata,
        )

    agent = HttpAgent(url, make=make, stop_intent=Intent("EXIT"))

Every message of a user is answered by exactly one utterance, in the same call. Its acts are
``recommend`` with an annotation ``("item", id)`` for each product shown, ``elicit`` with
``(attribute, option)`` for each answer on offer, or with ``(attribute, None)`` where there are
none, ``inform`` where neither was done, and ``error`` where the endpoint failed. Only ``goodbye``
has the act that ends a conversation, whose intent is ``stop_intent``; a user ends one by saying
that intent's label.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, Callable, Optional, Protocol

from bot.evaluate.simulate.endpoint import Endpoint, Reply, RestEndpoint

STOP = "EXIT"
AGENT = "AGENT"
WELCOME = "Hello! What are you looking for?"
GOODBYE = "Goodbye!"


@dataclass(frozen=True)
class AgentAct:
    """What an utterance does: an intent, and slots with their values."""

    intent: Any
    annotations: tuple[tuple[str, Optional[str]], ...] = ()


@dataclass(frozen=True)
class AgentUtterance:
    """What the agent says, with the fields of DialogueKit's annotated utterance."""

    text: str
    dialogue_acts: tuple[AgentAct, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)
    participant: str = AGENT

    @property
    def intent(self) -> Any:
        """That of the first act, as older connectors read it."""
        return self.dialogue_acts[0].intent if self.dialogue_acts else None


class Connector(Protocol):
    """What the agent needs of whoever connects it with a user."""

    def register_agent_utterance(self, annotated_utterance: Any) -> None:
        """Hand over what the agent says."""


class HttpAgent:
    """The assistant at a REST endpoint, as one conversation's agent.

    Parameters
    ----------
    url
        The endpoint, or something that already talks to one.
    make
        Turns what is said into the kind of utterance that the connector takes.
    """

    def __init__(
        self,
        url: str | Endpoint,
        id: str = "shoptalk",
        make: Callable[[AgentUtterance], Any] = lambda said: said,
        stop_intent: Any = STOP,
        sender: Optional[str] = None,
    ) -> None:
        self._id = id
        self._endpoint = RestEndpoint(url) if isinstance(url, str) else url
        self._make = make
        self._stop_intent = stop_intent
        self._sender = sender or f"agent-{uuid.uuid4().hex}"
        self._dialogue_connector: Optional[Connector] = None

    @property
    def id(self) -> str:
        """The agent's name."""
        return self._id

    @property
    def stop_intent(self) -> Any:
        """The intent that ends a conversation."""
        return self._stop_intent

    def to_dict(self) -> dict[str, str]:
        """Who the agent is, for an export of the conversation."""
        return {"id": self._id, "type": AGENT}

    def connect_dialogue_connector(self, dialogue_connector: Connector) -> None:
        """Where to say things from now on."""
        self._dialogue_connector = dialogue_connector

    def welcome(self) -> None:
        """Say the first thing; nothing is sent to the endpoint."""
        self._say(AgentUtterance(WELCOME, (AgentAct("welcome"),)))

    def goodbye(self) -> None:
        """Say the last thing."""
        self._say(AgentUtterance(GOODBYE, (AgentAct(self._stop_intent),)))

    def receive_utterance(self, utterance: Any) -> None:
        """Answer what the user says, an object with ``text``."""
        text = str(utterance.text)
        if text.strip() == str(getattr(self._stop_intent, "label", self._stop_intent)):
            self.goodbye()
            return
        self._say(_utterance(self._endpoint.say(self._sender, text)))

    def _say(self, said: AgentUtterance) -> None:
        if self._dialogue_connector is None:
            raise RuntimeError("The agent is not connected: call connect_dialogue_connector first.")
        self._dialogue_connector.register_agent_utterance(self._make(said))


def _utterance(reply: Reply) -> AgentUtterance:
    if reply.error:
        return AgentUtterance(reply.text or reply.error, (AgentAct("error"),))
    acts = []
    if reply.items:
        acts.append(AgentAct("recommend", tuple(("item", i) for i in reply.items)))
    if reply.question is not None:
        asked = reply.question.attribute
        pairs = tuple((asked, option) for option in reply.question.options)
        acts.append(AgentAct("elicit", pairs or ((asked, None),)))
    metadata = {"request": dict(reply.request), "buttons": list(reply.buttons)}
    return AgentUtterance(reply.text, tuple(acts) or (AgentAct("inform"),), metadata)
