"""Turns that are taps on a button of a card, and messages with a picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from actions.request.bundles.steps import REPLACE, Step
from actions.request.types import Request
from actions.turn import plan as p
from actions.turn.context import Context
from actions.turn.draft import Draft
from actions.turn.model import ANSWERED, UNCLEAR, TurnInput
from actions.turn.plan import Plan
from actions.turn.tapped import REJECT, SIMILAR, Tapped, at_hand, changes_of

#: Bodies of the replies to buttons.
_BODIES = {
    "like": p.ACKNOWLEDGE,
    "choose": p.ACKNOWLEDGE,
    "unchoose": p.ACKNOWLEDGE,
    "similar": p.RECOMMEND,
    "goes_with": p.RECOMMEND,
    "compare": p.COMPARE,
    "why": p.ASK,
    "details": p.ASK,
}
#: Events that say that a shopper has seen a product, and how many of the last are looked through.
_SEEN, _LAST = ("shown", "clicked", "carted", "chosen", "bought"), 2000


def read(turn: TurnInput, context: Context) -> TurnInput:
    """The turn with exactly the changes that the button stands for.

    What its words were understood as is put aside; they are no words of the shopper's own.
    """
    tapped = turn.tapped
    if tapped is None:
        return turn
    seen = _seen(turn, tapped, context)
    kind_of = context.facts.kind
    changes = changes_of(tapped, seen, _is_elsewhere(turn.request, tapped, context), kind_of)
    return replace(
        turn,
        text="",
        intent="",
        confidence=1.0,
        intents=(),
        between=None,
        changes=changes,
        residual="",
        roles=(),
        unread=(),
    )


def plan(turn: TurnInput, context: Context) -> Optional[Plan]:
    """What is answered to a tap, or to a picture without words; None for any other message."""
    if turn.tapped is None:
        return Plan(p.PICTURE) if turn.picture and not turn.text else None
    tapped, request = turn.tapped, turn.request
    if tapped.act != REJECT:
        known = any(r.by == "product" for c in turn.changes for r in c.referents)
        anew = tapped.act == SIMILAR and known and _is_elsewhere(request, tapped, context)
        return Plan(_BODIES[tapped.act], turn.changes, anew=anew)
    if request.bundle is not None:
        parts = (request.bundle.of_product(i) for i in tapped.products)
        names = dict.fromkeys(part.name for part in parts if part is not None)
        if names:
            return Plan(p.BUNDLE, bundle=tuple(Step(REPLACE, name) for name in names))
    listed = not set(tapped.products).isdisjoint(request.last_list)
    return Plan(p.RECOMMEND if listed else p.PUT_ASIDE, turn.changes)


def put_aside(draft: Draft) -> None:
    """A product of an older list is not wanted: nothing that is shown now changes by that."""
    ids = tuple(i for i in draft.request.rejected if i in draft.turn.tapped_products)
    if not ids:
        draft.did.add(UNCLEAR)
        draft.lines.append(draft.say("not_shown", have=draft.have()))
        return
    draft.did.add(ANSWERED)
    titles = draft.context.titles(ids, draft.language)
    draft.lines.append(draft.say("put_aside", titles=titles))
    draft.offer("quick_more", "quick_start_over")


def picture(draft: Draft) -> None:
    """A picture and no words: what is on it has to be said."""
    draft.did.add(UNCLEAR)
    draft.lines.append(draft.say("picture_alone"))
    draft.offer("quick_person")


def beside(draft: Draft) -> None:
    """A picture beside words: the words were answered, the picture was not seen."""
    if draft.turn.picture and draft.turn.text:
        draft.lines.append(draft.say("picture_beside"))
        draft.offer("quick_person")


def _seen(turn: TurnInput, tapped: Tapped, context: Context) -> set[str]:
    """Those of the button's products that are in the catalogue and were shown to the shopper."""
    store = context.shop.store
    wanted = store.active(list(tapped.products))
    past = (Request.from_json(before) for before in turn.memory.past)
    seen = wanted & at_hand(turn.request, past)
    if seen != wanted:
        logged = store.events(turn.shopper_id, kinds=_SEEN, limit=_LAST)
        seen |= wanted & {event.product_id for event in logged if event.product_id}
    return seen


def _is_elsewhere(request: Request, tapped: Tapped, context: Context) -> bool:
    """Whether the product is of another search than the one at hand, whose wishes it breaks."""
    product_id = tapped.products[0]
    position = context.index.position.get(product_id)
    if position is None or product_id in request.last_list or not request.constraints:
        return False
    wanted = replace(request, rejected=(), shown=())
    return not bool(context.filters.hard(wanted)[position])
