"""Bodies of customer service: what is said to a proof, and to an open question that is left."""

from __future__ import annotations

from actions.service.proof import read as read_proof
from actions.turn import service_orders as orders
from actions.turn.draft import Draft
from actions.turn.service_plan import AGAIN, LACKING, LEFT


def speak(draft: Draft) -> None:
    """Answer what belongs to an open question of customer service."""
    topic, state = draft.plan.topic, draft.turn.memory.service
    if topic == LEFT:
        draft.lines.append(draft.say("service_left"))
        if draft.request.last_list:
            draft.offer("quick_more", "quick_start_over")
    elif topic == LACKING:
        draft.lines.append(orders.lacking(draft))
    elif topic == AGAIN:
        draft.lines.append(orders.again(draft))
    else:
        told = read_proof(draft.turn.text, True, bool(state.number))
        if not orders.known(draft):
            draft.lines.append(draft.say("service_order_status"))
            return
        draft.lines.append(orders.prove(draft, orders.wanted_of(draft.turn), told))
