"""The request in words, for the encoder and the word index."""

from __future__ import annotations

from typing import Optional

from actions.request.types import CONTAINS, IS, Request
from actions.turn.draft import Draft


def query_words(draft: Draft, request: Optional[Request] = None) -> str:
    """The request in the catalogue's own language, for the encoder and the word index."""
    request = request or draft.request
    language = (*draft.context.shop.settings.languages, "en")[0]
    words = [
        draft.context.describer.value(c.attribute, value, language)
        for c in request.constraints
        if c.op in (IS, CONTAINS)
        for value in c.values
    ]
    return " ".join(dict.fromkeys([*words, request.text])).strip()
