"""The request in words, for the encoder and the word index."""

from __future__ import annotations

from typing import Optional

from actions.recommend.history import GIVEN_BACK, REMEMBERED, kept_before
from actions.request.types import CONTAINS, IS, Request
from actions.turn.draft import Draft
from catalog.encoders.context import KEPT
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


def titles_before(draft: Draft) -> list[str]:
    """Titles of what the shopper took before, newest first, as many as the encoder is to read."""
    most = draft.context.searcher.titles
    if not most:
        return []
    store, request = draft.context.shop.store, draft.request
    events = store.events(draft.turn.shopper_id, kinds=(*KEPT, *GIVEN_BACK), limit=REMEMBERED)
    if draft.known is not None:
        events = draft.known.remembered(events)
    kept = kept_before(events, (*request.liked, *request.chosen))
    gone = {*request.rejected, *(draft.known.state.stale if draft.known is not None else ())}
    ids = [id_ for id_ in kept if id_ not in gone][:most]
    found = store.products(ids)
    return list(dict.fromkeys(product.title_in(product.language) for product in found))
