"""One conversation with the bot over its REST channel."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass, field
from typing import Any, Optional

from bot.channels.contract import DEADLINE, FAILED, PATH
from bot.launch import HOST

#: Seconds that the bot has beyond its own deadline to say that it failed.
GRACE = 5.0


@dataclass(frozen=True)
class Exchange:
    """One message and what came back."""

    said: str
    messages: tuple[dict[str, Any], ...]
    """Each with ``text``, and ``custom`` and ``buttons`` where there are any."""
    ms: float
    error: Optional[str] = None

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"in": self.said, "messages": list(self.messages)}
        out["ms"] = round(self.ms, 1)
        if self.error is not None:
            out["error"] = self.error
        return out


@dataclass
class Conversation:
    """A sender at the bot's REST channel.

    Parameters
    ----------
    sender
        The conversation's id.
    shopper
        Whose profile it is, where that is known.
    """

    port: int
    sender: str
    shopper: Optional[str] = None
    deadline: float = DEADLINE
    _connection: Optional[http.client.HTTPConnection] = field(default=None, repr=False)

    def say(self, text: str) -> Exchange:
        """Send one message and wait for the answer; a failure is in ``error``, never raised."""
        body: dict[str, Any] = {"sender": self.sender, "message": text}
        if self.shopper:
            body["metadata"] = {"shopper": self.shopper}
        began = time.perf_counter()
        messages: list[dict[str, Any]] = []
        try:
            received = self._post(json.dumps(body, ensure_ascii=False).encode("utf-8"))
            messages, error = merged(received), None
        except TimeoutError:
            error = "The assistant did not answer in time."
        except (OSError, http.client.HTTPException, ValueError) as problem:
            error = f"The assistant cannot be reached: {problem}"
        ms = 1e3 * (time.perf_counter() - began)
        failed = [m["text"] for m in messages if m.get("custom") == FAILED]
        if failed:
            error = failed[0]
        elif error is None and not messages:
            error = "The assistant gave no answer."
        elif error is None and ms > 1e3 * self.deadline:
            error = f"The answer took more than {self.deadline:.0f} s."
        return Exchange(text, () if error else tuple(messages), ms, error)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _post(self, body: bytes) -> list[dict[str, Any]]:
        fresh = self._connection is None
        if self._connection is None:
            wait = self.deadline + GRACE
            self._connection = http.client.HTTPConnection(HOST, self.port, timeout=wait)
        try:
            self._connection.request("POST", PATH, body, {"Content-Type": "application/json"})
            answer = self._connection.getresponse()
            received = json.loads(answer.read())
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.close()
            if fresh:
                raise
            # The server closes connections that were idle for long; nothing was processed.
            return self._post(body)
        except BaseException:
            self.close()
            raise
        if answer.status != 200 or not isinstance(received, list):
            raise ValueError(f"status {answer.status}, {received!r:.200}")
        return received


def merged(received: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Text and data that Rasa sends one after the other, as one message each."""
    messages: list[dict[str, Any]] = []
    for part in received:
        content = {k: part[k] for k in ("text", "custom", "buttons", "image") if part.get(k)}
        if set(content) == {"custom"} and messages and "custom" not in messages[-1]:
            messages[-1].update(content)
        elif content:
            messages.append({"text": "", **content})
    return messages
