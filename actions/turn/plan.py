"""What a plan is: the body of the reply, what to change first, and what is said beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

from actions.request.bundles.steps import Step
from actions.request.bundles.wishes import Opening
from actions.request.types import Change
from actions.service.ports import Found

#: Bodies of a reply.
RECOMMEND = "recommend"
MORE = "more"
COMPARE = "compare"
ASK = "ask"
LIST = "list"
BUY = "buy"
BUDGET = "budget"
UNDO = "undo"
START_OVER = "start_over"
ACKNOWLEDGE = "acknowledge"
SMALLTALK = "smalltalk"
PERSON = "person"
FEEDBACK = "feedback"
#: No body: what is said beside it is all.
BESIDE = "beside"
OUT_OF_SCOPE = "out_of_scope"
FALLBACK = "fallback"
CLARIFY = "clarify"
DENY = "deny"
AFFIRM = "affirm"
EMPTY = "empty"
UNDER_AGE = "under_age"
SIZES = "sizes"
BUNDLE = "bundle"
KNOWN = "known"
DRIFT = "drift"
RATED = "rated"
PUT_ASIDE = "put_aside"
PICTURE = "picture"
#: Customer service: the topic says which part of it.
SERVICE = "service"
HANDOFF = "handoff"
FAQ = "faq"


@dataclass(frozen=True)
class Plan:
    """The body of the reply, and the changes to make first."""

    body: str
    changes: tuple[Change, ...] = ()
    topic: str = ""
    """The intent behind the body where one body serves several."""
    beside: tuple[str, ...] = ()
    """Intents with a sentence of their own beside the body, in the order said."""
    anew: bool = False
    """Whether whatever was looked for before is another matter."""
    bundle: Optional[Union[Opening, tuple[Step, ...]]] = None
    """Several products that are wanted together, or what is changed about them."""
    found: Optional[Found] = None
    """The shop's own answer, where the body is that."""
