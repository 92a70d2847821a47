"""What the bot sends to the action server: the turn at hand and the shared secret.

Rasa posts the whole tracker at each call of an action. Actions read the slots and the latest
message; older events would make every turn slower than the one before.
"""

from __future__ import annotations

import functools
from typing import Any

import pluggy
from rasa.plugin import plugin_manager

from actions.server.token import FIELD, action_token
from catalog.settings import Settings

hookimpl = pluggy.HookimplMarker("rasa")


class ActionCalls:
    """Rasa plugin that is asked for the body of each call to the action server."""

    def __init__(self, token: str):
        self._token = token

    @hookimpl
    def prefix_stripping_for_custom_actions(self, json_body: dict[str, Any]) -> dict[str, Any]:
        """Keep the events from the latest message on, and add the secret."""
        tracker = json_body["tracker"]
        events = tracker.get("events") or []
        said = [i for i, event in enumerate(events) if event.get("event") == "user"]
        latest = events[said[-1] :] if said else events
        return {**json_body, "tracker": {**tracker, "events": latest}, FIELD: self._token}


@functools.lru_cache(maxsize=1)
def sign_action_calls(settings: Settings) -> None:
    """Have Rasa sign its calls to the action server; once a process."""
    plugin_manager().register(ActionCalls(action_token(settings)), name="shoptalk")
