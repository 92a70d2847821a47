"""The first message of a conversation where nobody talks: a query, a line of a log."""

from __future__ import annotations

from actions.request.extract import extract
from actions.request.types import Request
from actions.turn.model import TurnInput
from catalog.vocabulary import Vocabulary


def opening(
    text: str, vocabulary: Vocabulary, request: Request, shopper_id: str = "nobody"
) -> TurnInput:
    """A message that looks for something, read by its words alone: no intent is guessed."""
    said = extract(text, vocabulary)
    return TurnInput(
        conversation_id="opening",
        shopper_id=shopper_id,
        text=text,
        intent="find",
        confidence=1.0,
        language=said.language,
        changes=said.changes,
        residual=said.free_text,
        request=request,
    )
