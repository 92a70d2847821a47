"""What both ends of the REST channel know."""

from __future__ import annotations

PATH = "/webhooks/rest/webhook"
#: Seconds after which a turn has failed.
DEADLINE = 30.0
#: The ``custom`` of the sentence that stands for a failed turn.
FAILED = {"type": "error"}
