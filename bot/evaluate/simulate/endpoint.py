"""The assistant as a simulated shopper meets it: text in, what is shown and asked out.

Any endpoint will do that speaks Rasa's REST: ``POST {"sender", "message"}`` answered by a list of
``{"text", "buttons", "custom"}``. What is shown is read from the message with ``custom``:

    {"type": "products", "items": [{"id": …}], "request": {"constraints": […]},
     "relaxed": [{"attribute": …}],
     "question": null | {"attribute": …, "options": [{"title", "payload"}]}}

Of these only ``type`` and ``items`` are needed; ids are those of the shop's feed. Without
``custom`` an endpoint can be talked to, but nothing that it shows can be recognised.
"""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Protocol
from urllib.parse import urlsplit

from bot.channels.contract import DEADLINE, FAILED
from bot.cli.conversation import merged
from catalog.errors import ShoptalkError

PRODUCTS = "products"


@dataclass(frozen=True)
class Question:
    """What was asked, in the assistant's name of the attribute, and the answers on offer."""

    attribute: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What came back for one message."""

    text: str
    items: tuple[str, ...] = ()
    """Ids of the products shown, in order."""
    question: Optional[Question] = None
    request: Mapping[str, Any] = field(default_factory=dict)
    relaxed: tuple[str, ...] = ()
    """Attributes of which the assistant says that it did not hold to them."""
    kind: str = ""
    buttons: tuple[str, ...] = ()
    drift: Mapping[str, Any] = field(default_factory=dict)
    """What is said of a change of interest."""
    ms: float = 0.0
    error: str = ""

    @classmethod
    def of(cls, received: Any, ms: float) -> Reply:
        """Read what an endpoint answered; anything out of shape is left out or is an error."""
        if not isinstance(received, list) or not all(isinstance(m, dict) for m in received):
            return cls("", ms=ms, error=f"The answer is no list of messages: {received!r:.100}")
        messages = merged(received)
        data = [m["custom"] for m in messages if isinstance(m.get("custom"), dict)]
        text = "\n".join(str(m["text"]) for m in messages if m.get("text"))
        if FAILED in data or not (text or data):
            return cls(text, ms=ms, error=text or "There was no answer.")
        shown = next((d for d in data if d.get("type") == PRODUCTS), data[0] if data else {})
        items = shown.get("items") if shown.get("type") == PRODUCTS else ()
        return cls(
            text=text,
            items=tuple(str(i["id"]) for i in items or () if isinstance(i, dict) and "id" in i),
            question=_question(shown.get("question")),
            request=shown["request"] if isinstance(shown.get("request"), dict) else {},
            relaxed=tuple(
                str(r["attribute"])
                for r in shown.get("relaxed") or ()
                if isinstance(r, dict) and "attribute" in r
            ),
            kind=str(shown.get("type", "")),
            drift=shown["drift"] if isinstance(shown.get("drift"), dict) else {},
            buttons=tuple(
                str(b.get("payload") or b.get("title"))
                for m in messages
                for b in m.get("buttons") or ()
                if isinstance(b, dict)
            ),
            ms=ms,
        )


class Endpoint(Protocol):
    """Something to talk to."""

    def say(self, sender: str, text: str) -> Reply:
        """What comes back for a message of one sender; a failure is in ``error``."""


class RestEndpoint:
    """An endpoint at a URL; one connection, kept open."""

    def __init__(self, url: str, deadline: float = DEADLINE) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ShoptalkError(f"{url!r} is no address of an endpoint: http://HOST:PORT/PATH.")
        https = parts.scheme == "https"
        kind = http.client.HTTPSConnection if https else http.client.HTTPConnection
        self._path = parts.path or "/"
        self._connection = kind(parts.hostname, parts.port, timeout=deadline)

    def say(self, sender: str, text: str) -> Reply:
        """What comes back for a message of one sender; a failure is in ``error``."""
        body = json.dumps({"sender": sender, "message": text}, ensure_ascii=False).encode()
        began = time.perf_counter()
        try:
            received = self._post(body)
        except (OSError, http.client.HTTPException, ValueError) as problem:
            self._connection.close()
            ms = 1e3 * (time.perf_counter() - began)
            return Reply("", ms=ms, error=f"The endpoint cannot be reached: {problem}")
        return Reply.of(received, 1e3 * (time.perf_counter() - began))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _post(self, body: bytes) -> Any:
        headers = {"Content-Type": "application/json"}
        try:
            self._connection.request("POST", self._path, body, headers)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # Closed after having been idle for long: nothing was processed.
            self._connection.close()
            self._connection.request("POST", self._path, body, headers)
            answer = self._connection.getresponse()
        received = json.loads(answer.read())
        if answer.status != 200:
            raise ValueError(f"status {answer.status}, {received!r:.200}")
        return received


def _question(data: Any) -> Optional[Question]:
    if not isinstance(data, dict) or not data.get("attribute"):
        return None
    options = (o for o in data.get("options") or () if isinstance(o, dict))
    return Question(
        str(data["attribute"]), tuple(str(o.get("payload") or o.get("title")) for o in options)
    )
