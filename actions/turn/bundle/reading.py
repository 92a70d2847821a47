"""Whether a message is about several products that are wanted together, and what it asks."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional, Sequence

from actions.request.apply import LASTING
from actions.request.bundle import Part
from actions.request.bundles import steps as s
from actions.request.bundles.money import Money
from actions.request.bundles.opening import opening, opening_beside
from actions.request.bundles.steps import Step, only_asks, steps
from actions.request.types import IS, Change, Request
from actions.turn import plan as p
from actions.turn.context import Context
from actions.turn.decide import decide
from actions.turn.model import TurnInput
from actions.turn.plan import Plan
from actions.turn.pointing import names_kind

#: Bodies that have nothing to say while several products are wanted together.
_LOST = frozenset((p.FALLBACK, p.BUDGET, p.DENY, p.AFFIRM))
#: Bodies that would show other products.
_SEEKS = frozenset((p.RECOMMEND, p.MORE)) | _LOST
#: Intents that look for something else.
_SEARCHING = frozenset(("find", "gift", "browse"))


def bundle_plan(turn: TurnInput, context: Context) -> Optional[Plan]:
    """The plan for such a message; None where the message is about something else."""
    if not turn.text.strip():
        return None
    bundle, vocabulary = turn.request.bundle, context.index.vocabulary
    ordered = any(c.kind in ("start_over", "back") for c in turn.changes)
    if ordered or (turn.intent == "undo" and not turn.changes):
        return None
    if bundle is not None:
        offered = _accepted(turn)
        anew = None if offered else opening_beside(turn.text, bundle, vocabulary)
        if anew is not None:
            return Plan(p.BUNDLE, bundle=anew)
        focus = bundle.of_product(turn.request.focus[0]) if turn.request.focus else None
        last = focus.name if focus else ""
        read = offered or steps(turn.text, bundle, vocabulary, is_of(context), last)
        summed = any(step.kind == s.SHOW for step in read)
        if read and (summed or not only_asks(turn.text) or decide(turn).body in _SEEKS):
            return Plan(p.BUNDLE, bundle=read)
    elif _about_shown(turn):
        return None
    otherwise = _otherwise(turn) if bundle is not None else None
    if otherwise is not None or (bundle is not None and decide(turn).body not in _SEEKS):
        return otherwise
    found = opening(turn.text, vocabulary, _known_gender(turn.request))
    return None if found is None else Plan(p.BUNDLE, bundle=found)


def is_of(context: Context) -> s.IsOf:
    """Whether the product of a part is of one of some kinds, or of one wider or narrower."""
    facts, narrower = context.facts, context.index.vocabulary.narrower

    def check(part: Part, kinds: Sequence[str]) -> bool:
        return any(
            facts.evidence(part.product, "product_type", kind) >= 0.5
            for wanted in kinds
            for kind in narrower("product_type", wanted)
        )

    return check


def still_open(request: Request, products: bool, planned: bool) -> Request:
    """The request after a turn: a list of other products ends what was wanted together."""
    if request.bundle is None or not products or planned:
        return request
    return replace(request, bundle=None)


def _about_shown(turn: TurnInput) -> bool:
    """ "What outfit goes with the second": a question about what is shown."""
    pointing = turn.intent == "goes_with" or any(
        c.kind == "goes_with" or c.referents for c in turn.changes
    )
    return pointing and bool(turn.request.last_list)


def _known_gender(request: Request) -> str:
    known = [c for c in request.on(LASTING[0]) if c.op == IS and isinstance(c.value, str)]
    return str(known[-1].value) if known else ""


def _accepted(turn: TurnInput) -> tuple[Step, ...]:
    """ "Yes" to the first way out that was offered."""
    affirms = {c.kind for c in turn.changes} == {"affirm"}
    affirms = affirms or (turn.intent == "affirm" and not turn.changes)
    if not affirms or not turn.memory.offers:
        return ()
    return tuple(_step(change) for change in turn.memory.offers[0])


def _step(change: Change) -> Step:
    if change.constraint is not None:
        return Step(s.BUDGET, money=Money(change.constraint))
    return Step(s.REMOVE, str(change.value))


def _otherwise(turn: TurnInput) -> Optional[Plan]:
    """What no step was read in: a similar one is another one, and what is unclear is asked."""
    usual = decide(turn)
    if usual.body in _LOST and not turn.memory.offers:
        return Plan(p.BUNDLE, bundle=())
    if usual.body == p.MORE:
        return Plan(p.BUNDLE, bundle=(Step(s.AGAIN),))
    if usual.body != p.RECOMMEND or names_kind(turn) or turn.intent in _SEARCHING:
        return None
    if any(c.kind in ("goes_with", "similar", "sort") for c in usual.changes):
        return None
    return Plan(p.BUNDLE, bundle=())
