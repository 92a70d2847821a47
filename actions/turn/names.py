"""What shoppers call things: whom words are about, and names that nothing in the shop has."""

from __future__ import annotations

from actions.request.resolve import EVIDENCE
from actions.request.roles import OCCASION, RECIPIENT, THING
from actions.turn.context import Context
from actions.turn.draft import Draft
from actions.turn.model import TurnInput
from catalog.text import fold


def only_about(draft: Draft) -> str:
    """The recipient or occasion that all free words of the request are about, as it was written.

    Such words are a hint and no name: nothing has to be called "dentist" to be for one.
    """
    about = [role.text for role in draft.turn.roles if role.role in (RECIPIENT, OCCASION)]
    words = draft.request.text.casefold().split()
    if not words or not all(any(w in a.casefold() for a in about) for w in words):
        return ""
    return next(a for a in about if words[0] in a.casefold())


def left_out(draft: Draft) -> str:
    """The free words of the request that may be a wish, to be told that nothing has them.

    Where it is known what words are there for, those that no part of the wish has are talk: "my
    mission today: …".
    """
    roles = draft.turn.roles
    words = draft.request.text.split()
    if roles:
        words = [w for w in words if any(w.casefold() in r.text.casefold() for r in roles)]
    return " ".join(words)


def missing(draft: Draft) -> list[str]:
    """Names of things that were asked for and that nothing in the shop is called."""
    index = draft.context.index
    trademarks = index.vocabulary.lexicon.trademarks
    found = []
    for change in draft.changes:
        if change.kind != "add" or change.constraint is None:
            continue
        said = change.constraint.words
        if draft.context.filters.stands_in(change.constraint):
            found.append(said)
            continue
        marks = [mark for mark in trademarks if mark in fold(said)]
        if marks and not any(index.words.has(mark) for mark in marks):
            found.append(_whole(draft.turn, said))
    return found


def _whole(turn: TurnInput, said: str) -> str:
    """The words with those that belong to them: "iPhone 15", where "iPhone" was read."""
    things = (role.text for role in turn.roles if role.role == THING)
    return next((thing for thing in things if said in thing), said)


def kinds_of_product(context: Context, product_id: str) -> list[str]:
    """The product types that are sure of a product, and what these are kinds of."""
    position = context.index.position.get(product_id)
    if position is None:
        return []
    facets = context.index.facets.of(position).get("product_type", [])
    return [str(value) for value, confidence, _ in facets if confidence >= EVIDENCE]


def kind_of_product(context: Context, product_id: str) -> str:
    """The narrowest product type that is sure of a product; empty where it has none."""
    types, vocabulary = kinds_of_product(context, product_id), context.index.vocabulary
    narrow = [
        one
        for one in types
        if not any(
            other != one and other in vocabulary.narrower("product_type", one) for other in types
        )
    ]
    return next(iter(narrow), "")
