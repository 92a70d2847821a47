"""The request in words, for the encoder and the word index."""

from __future__ import annotations

from typing import Optional

from actions.request.types import CONTAINS, IS, Request
from actions.turn.draft import Draft
from catalog.text import detect_language

#: What stands for the words of a constraint that a comparison made: "cheaper".
RELATIVE = "relative"


def query_words(draft: Draft, request: Optional[Request] = None) -> str:
    """The request in words, for the encoder and the word index.

    A value is told as it was said, because "brogues" says more than that they are formal shoes;
    one that was said in another language than the catalogue's by the catalogue's name first.
    """
    request = request or draft.request
    languages = draft.context.shop.settings.languages or ("en",)
    words: list[str] = []
    for constraint in request.constraints:
        if constraint.op not in (IS, CONTAINS):
            continue
        said = "" if constraint.words == RELATIVE else constraint.words
        if not said or detect_language(said) not in languages:
            words += [
                draft.context.describer.value(constraint.attribute, value, languages[0])
                for value in constraint.values
            ]
        words.append(said)
    return " ".join(dict.fromkeys(word for word in [*words, request.text] if word))
