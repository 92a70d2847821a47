"""A change of interest: told once, answered or not, and taken back where it was none."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Optional, Sequence

from actions.interest.said import CHANGED, GIFT, NO, verdict
from actions.interest.steps import Step
from actions.request.types import Request
from actions.turn import plan as p
from actions.turn import recommend
from actions.turn.draft import Draft
from actions.turn.knowledge import Knowledge
from actions.turn.model import ASKED, TurnInput
from actions.turn.names import kinds_of_product
from actions.turn.plan import Plan
from actions.turn.pointing import is_on

#: Turns after one in which a drift was told, in which none is told again.
QUIET = 6
#: Turns in which what was told can still be answered.
OPEN = 3
#: Kinds of products that an interest is named by, at most, and what share of it is not named.
KINDS, REST = 2, 0.3
RE_ELICIT, EXPLORE, REGULAR = "re_elicit", "explore", "regular"
#: Interests wider than this are looked into rather than served.
WIDE = 0.8


def plan(turn: TurnInput) -> Optional[Plan]:
    """What an answer to a drift that was told does; None where the message is none."""
    told = turn.memory.drift
    if not told or turn.memory.turn - told >= OPEN:
        return None
    said = verdict(turn.text)
    at_once = turn.memory.turn == told
    if not said or (said != GIFT and not at_once):
        return None
    if any(is_on(c, "product_type", "price", "color", "brand") for c in turn.changes):
        # "No, I need something for my sister": that is looked for.
        return None
    return Plan(p.DRIFT, (), said)


def tell(draft: Draft) -> bool:
    """Say below a list that the interest seems to be another one now; whether it was said."""
    known, memory = draft.known, draft.memory
    if known is None or draft.log is None:
        return False
    reading = known.reading
    quiet = memory.drift_told and memory.turn - memory.drift_told < QUIET
    if not reading.alarm or quiet:
        return False
    before, after = known.state.windows(reading.since)
    old, new = named(draft, before), named(draft, after)
    if not old or old == new:
        return False
    event = draft.log.add(
        "drifted",
        None,
        since=reading.since,
        probability=round(reading.probability, 4),
        change=reading.kind,
    )
    known.take([event] if event else [])
    draft.lines.append(
        draft.say(f"drift_{'back' if reading.kind == 'return' else 'told'}", old=old, new=new)
    )
    draft.offer("quick_drift_changed", "quick_drift_no", "quick_drift_gift")
    draft.memory = replace(memory, drift=memory.turn, drift_told=memory.turn, in_row=0)
    draft.custom["strategy"] = RE_ELICIT
    draft.custom["drift"] = {
        **draft.custom["drift"],
        "probability": round(float(reading.probability), 4),
        "drifted": True,
        "kind": reading.kind,
        "from": old,
        "to": new,
    }
    draft.did.add(ASKED)
    return True


def answer(draft: Draft) -> None:
    """What was told is confirmed, or taken back; what follows is shown."""
    said = draft.plan.topic
    known = draft.known
    if known is None or draft.log is None:
        return
    told = known.state.told
    since = 0 if told is None else told.since + known.state.count - told.count
    before, after = known.state.windows(since)
    old, new = named(draft, before), named(draft, after)
    event = draft.log.add("corrected", None, about="drift", verdict=said)
    known.take([event] if event else [])
    draft.memory = replace(draft.memory, drift=0)
    if said == CHANGED:
        draft.lines.append(draft.say("drift_changed", old=old, new=new))
        recommend.more(draft)
        return
    key = "drift_no" if said == NO else "drift_gift" if old else "drift_gift_plain"
    draft.lines.append(draft.say(key, old=old, new=new))
    if said == NO:
        draft.offer("quick_more", "quick_back")
        return
    if request := _last_of(draft, before):
        # The search that was interrupted by what was for somebody else goes on.
        draft.request = request
        recommend.more(draft)
    else:
        draft.offer("quick_more")


def strategy(draft: Draft) -> str:
    """How products are chosen now: regular, explore while nothing is known, re_elicit after a
    drift that was told."""
    known, memory = draft.known, draft.memory
    if memory.drift and memory.turn - memory.drift < OPEN:
        return RE_ELICIT
    if known is None or draft.request.constraints or draft.request.text:
        return REGULAR
    return REGULAR if is_known(draft) else EXPLORE


def is_known(draft: Draft) -> bool:
    """Whether enough is known of the shopper to go by it."""
    return draft.known is not None and draft.known.width < WIDE


def as_data(known: Optional[Knowledge]) -> dict[str, object]:
    """What a reply's data says of a change of interest that is not told."""
    if known is None:
        return {"drifted": False, "probability": 0.0}
    data: dict[str, object] = {
        "drifted": False,
        "probability": round(float(known.reading.probability), 4),
    }
    if known.read_ms is not None:
        data["read_ms"] = round(known.read_ms, 1)
    return data


def of_now(draft: Draft, request: Request) -> Request:
    """The request as it is searched for: without likes that belong to an interest of before, or
    were for somebody else. What they still count for is in the history."""
    stale = draft.known.state.stale if draft.known is not None else {}
    if not stale or request.goes_with:
        return request
    liked, chosen = (
        tuple(i for i in ids if i not in stale) for ids in (request.liked, request.chosen)
    )
    return replace(request, liked=liked, chosen=chosen)


def named(draft: Draft, steps: Sequence[Step]) -> str:
    """What some steps were about, as one or two kinds of products in words; empty where unknown.

    The later a step, the more it counts.
    """
    weights: list[tuple[float, set[str]]] = []
    for place, step in enumerate(steps, len(steps)):
        kinds = set(step.kinds)
        if not kinds:
            kinds.update(k for i in step.products for k in kinds_of_product(draft.context, i))
        if kinds:
            weights.append((float(place), kinds))
    names: list[str] = []
    left = weights
    while left and len(names) < KINDS:
        counts: dict[str, float] = defaultdict(float)
        for weight, kinds in left:
            for kind in kinds:
                counts[kind] += weight
        best = min(counts, key=lambda kind: (-counts[kind], _wider(draft, kind), kind))
        names.append(best)
        left = [one for one in left if best not in one[1]]
        if sum(weight for weight, _ in left) < REST * sum(weight for weight, _ in weights):
            break
    return draft.context.describer.nouns(names, draft.language)


def _wider(draft: Draft, kind: str) -> int:
    return len(draft.context.index.vocabulary.narrower("product_type", kind))


def _last_of(draft: Draft, before: Sequence[Step]) -> Optional[Request]:
    """The last request of this conversation whose list belongs to some steps."""
    own = {i for step in before for i in step.products}
    for past in reversed(draft.memory.past):
        if own.intersection(past.get("last_list", ())):
            return replace(
                Request.from_json(past),
                rejected=draft.request.rejected,
                chosen=draft.request.chosen,
            )
    return None
