"""Where the intent of a message and its words disagree: which of them to believe.

An intent is a guess about the whole of a message; a wish that was read in it is in the words. The
first is often wrong in turns of phrase that it never met ("brand should be Acme" sounds like "what
goes with Acme"), and then the search must not be lost.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Callable, Optional

from actions.request.supposed import as_contrast
from actions.request.types import IS, IS_NOT, Change, Constraint
from actions.turn.intents import ASIDE, SERVICE, SURE, TELLING
from actions.turn.model import TurnInput
from actions.turn.pointing import FOCUS, is_on

#: Intents that make something else of a wish than a wish.
_BENDING = frozenset(
    "goes_with compare details size_help why like availability browse list_add list_show "
    "goodbye".split()
)
#: Below this, a guess that nothing is looked for counts less than a wish in a search going on …
_DOUBTED = 0.7
#: … and below this also that something is told of an order.
_GUESSED = 0.5
_ELSEWHERE = SERVICE | {"greet", "thanks", "out_of_scope", "similar"}
_ASKING = ("?", "？", "吗", "么")
#: Intents in which what is said is wished for.
_SEARCHES = frozenset({"find", "refine", "critique", "dont_care", "affirm", "nlu_fallback"})
_REFINE, _FIND, _DONT_CARE, _MORE, _REJECT = "refine", "find", "dont_care", "more", "reject"
_SIMILAR = "similar"
#: Asks for a thing in so many polite words.
_HAPPENS = re.compile(
    r"\b(?:would|do|might|may)\s+you\s+(?:happen\s+to\s+)?(?:have|carry|stock|sell)\s+(?:an?|any|some)\b",
    re.I,
)
_NOT_IT = re.compile(
    r"\b(?:that|this|it)(?:['’]?s|\s+is)\s+not\s+(?:it|what)\b|\bnot (?:quite )?it\b|"
    r"不是这个|不是这种",
    re.I,
)


_ORDER = re.compile(r"\bfirst\W*$|\b(?:sort|order|rank)|排|从.+到|先", re.I)
#: What stands around an answer of a word.
_AROUND = " \t\n.,!?;:~'\"。，！？；：～“”‘’"

#: What says that one thing is to go with another.
_TOGETHER = re.compile(
    r"\b(?:with|match\w*|go|goes|going|pair\w*|together|complet\w*|complement\w*|suit\w*|accessor\w*"
    r"|wear\w*|under|underneath|over|add|extra|for (?:it|this|that|these|them|those))\b"
    r"|搭|配|一起|一套|成套|穿|戴|加",
    re.IGNORECASE,
)

Resolve = Callable[[str, str], Optional[str]]
"""An attribute and words → the value of it that exactly these words name."""


def weighed(turn: TurnInput, resolve: Resolve) -> TurnInput:
    """The message with the intent that its words speak for."""
    turn = _as_asked(turn, resolve)
    if _has_no_preference(turn):
        return _as(turn, _DONT_CARE)
    if _is_another_search(turn):
        return _as(turn, _FIND)
    if _left_unanswered(turn):
        return replace(_as(turn, _MORE), changes=(Change(_MORE),), residual="")
    if _strikes_out(turn):
        # Nothing is on the list: what is to go is what is shown.
        changes = tuple(
            replace(c, kind=_REJECT) if c.kind == "unchoose" and c.referents else c
            for c in turn.changes
        )
        return replace(_as(turn, _REJECT), changes=changes)
    if _wants_others(turn) or _pages_on(turn):
        return replace(_as(turn, _MORE), changes=(Change(_MORE),), residual="")
    if _wants_another_like_it(turn):
        return _as(turn, _SIMILAR)
    if _says_again(turn):
        return replace(_as(turn, _MORE), changes=(Change(_MORE),), residual="")
    changes = _without_pointless_acts(turn)
    turn = turn if changes == turn.changes else replace(turn, changes=changes)
    if _answers(turn) or _puts_in_order(turn):
        return _as(turn, _REFINE)
    if _looks_for_something(turn):
        return _as(turn, _FIND)
    if _wishes_after_all(turn):
        return _as(turn, _REFINE if turn.request.constraints else _FIND)
    return turn


def _strikes_out(turn: TurnInput) -> bool:
    """Whether products are struck out although the shopper's list is empty: "scrap number 1"."""
    listed, chosen = turn.request.last_list, turn.request.chosen
    struck = [r for c in turn.changes if c.kind == "unchoose" for r in c.referents]
    if not chosen:
        return bool(listed) and (turn.intent == "list_remove" or bool(struck))
    ranks = [r.n - 1 if r.n > 0 else len(listed) + r.n for r in struck if r.by == "ordinal"]
    shown = [listed[n] for n in ranks if 0 <= n < len(listed)]
    return bool(shown) and len(shown) == len(struck) and not set(shown) & set(chosen)


def _pages_on(turn: TurnInput) -> bool:
    """ "再往后看看" sounds like a goodbye, 再上几款 like a step back: the words look on."""
    return turn.intent in ("goodbye", "undo") and [c.kind for c in turn.changes] == [_MORE]


def _wants_others(turn: TurnInput) -> bool:
    """ "That's not it, keep looking" while several are shown: none of them was it."""
    if len(turn.request.last_list) < 2 or turn.request.focus:
        return False
    kinds = {c.kind for c in turn.changes}
    unsaid = all(c.referents in ((), FOCUS) for c in turn.changes)
    missed = kinds == {_REJECT} and bool(_NOT_IT.search(turn.text))
    return unsaid and (kinds == {_REJECT, _MORE} or missed)


def _wants_another_like_it(turn: TurnInput) -> bool:
    """ "The second would do if it were blue" sounds like much, and looks for another one."""
    if not any(c.kind == _SIMILAR for c in turn.changes):
        return False
    return turn.intent not in _SEARCHES and as_contrast(turn.text)[1]


def _as_asked(turn: TurnInput, resolve: Resolve) -> TurnInput:
    """Words in an answer mean what was asked for, if they can: cream is a colour then."""
    asked = turn.memory.question
    if not asked:
        return turn
    changes = tuple(_about(c, asked, resolve) for c in turn.changes)
    if not any(is_on(c, asked) for c in changes):
        # A brand may be called "Only": the whole message names it then.
        words = turn.text.strip(_AROUND)
        value = resolve(asked, words) if words else None
        if value is not None:
            wish = Change("add", constraint=Constraint(asked, IS, value, words=words))
            return replace(turn, changes=(wish,), residual="")
    residual = turn.residual.strip()
    if residual and not any(is_on(c, asked) for c in changes):
        value = resolve(asked, residual)
        if value is not None:
            wish = Change("add", constraint=Constraint(asked, IS, value, words=residual))
            return replace(turn, changes=(*changes, wish), residual="")
    return replace(turn, changes=changes)


def _about(change: Change, asked: str, resolve: Resolve) -> Change:
    """A wish, about what was asked if its words name a value of that."""
    said = change.constraint
    if change.kind != "add" or said is None or said.op != IS or said.attribute == asked:
        return change
    value = resolve(asked, said.words) if said.words else None
    if value is None:
        return change
    return replace(change, constraint=replace(said, attribute=asked, value=value))


def _is_another_search(turn: TurnInput) -> bool:
    """ "What about a shirt" names a thing, and nothing says that it is to go with what is shown."""
    if turn.intent != "goes_with" or turn.request.goes_with or len(turn.intents) > 1:
        return False
    named = any(c.kind == "add" and is_on(c, "product_type") for c in turn.changes)
    return named and not _TOGETHER.search(turn.text)


def _has_no_preference(turn: TurnInput) -> bool:
    """ "No strong feelings on that one": not a word against what is shown."""
    if not turn.memory.question or _DONT_CARE not in turn.intents:
        return False
    return not any(c.constraint or (c.referents and c.referents != FOCUS) for c in turn.changes)


def _left_unanswered(turn: TurnInput) -> bool:
    """Whether a question got words that nobody can make anything of: on without an answer."""
    nothing = not turn.changes and len(turn.intents) < 2 and turn.between is None
    guessed = turn.confidence < _GUESSED and turn.intent in _BENDING | _ELSEWHERE
    return bool(turn.memory.question) and nothing and guessed and bool(turn.request.last_list)


def _says_again(turn: TurnInput) -> bool:
    """Whether all that was wished is wished again: what was shown for it was not it."""
    known = {(c.attribute, c.op, c.value, c.hard) for c in turn.request.constraints}
    wishes = [c.constraint for c in turn.changes]
    said = [(c.attribute, c.op, c.value, c.hard) for c in wishes if c is not None]
    repeated = bool(said) and len(said) == len(turn.changes) and set(said) == known
    return repeated and bool(turn.request.last_list) and turn.intent in _SEARCHES


def _without_pointless_acts(turn: TurnInput) -> tuple[Change, ...]:
    """Acts on all that is shown that are none: "I need them for a boy" takes nothing."""
    changes = turn.changes
    if any(c.kind == "add" for c in changes):
        everything = {"shown"}
        changes = tuple(
            c
            for c in changes
            if c.kind != "choose" or {r.by for r in c.referents} != everything or not c.referents
        )
    several = len(turn.request.last_list) > 1 and not turn.request.focus
    if turn.intent == _MORE and several:
        # "Any others like that?" while three are shown.
        changes = tuple(c for c in changes if c.kind != "similar" or c.referents != FOCUS)
    return changes


def _answers(turn: TurnInput) -> bool:
    """Whether the message says what was asked for, and asks nothing itself."""
    asked = turn.memory.question
    if not asked or turn.text.rstrip().endswith(_ASKING):
        return False
    return any(c.kind == "add" and is_on(c, asked) for c in turn.changes)


def _puts_in_order(turn: TurnInput) -> bool:
    """ "Most expensive first" compares nothing that is shown."""
    ordered = bool(turn.changes) and all(c.kind == "sort" for c in turn.changes)
    return ordered and turn.intent in _BENDING and bool(_ORDER.search(turn.text))


def _looks_for_something(turn: TurnInput) -> bool:
    """A kind of thing with a limit to its price is looked for, whatever became of the old one.

    So is one that the message only names: "trainers" asks for no trainer.
    """
    words = [c.constraint.words for c in turn.changes if c.constraint is not None]
    named = len(words) == 1 and is_on(turn.changes[0], "product_type")
    if named and turn.text.strip(" .!?,。！？，").casefold() == words[0].casefold():
        return turn.intent in ASIDE | {"out_of_scope"}
    if _HAPPENS.search(turn.text) and any(is_on(c, "product_type") for c in turn.changes):
        return turn.intent not in _SEARCHES | {"gift", "goes_with"}
    if turn.intent not in SERVICE & TELLING and turn.intent != "compare":
        return False
    if turn.intent == "compare":
        return not turn.request.last_list and any(is_on(c, "product_type") for c in turn.changes)
    adds = [c for c in turn.changes if c.kind == "add"]
    return all(any(is_on(c, name) for c in adds) for name in ("product_type", "price"))


def _wishes_after_all(turn: TurnInput) -> bool:
    """Whether an unsure intent would bend or lose a wish that is all the message has."""
    if len(turn.intents) > 1 or any(is_on(c, "product_type") for c in turn.changes):
        return False
    if not turn.changes or not all(c.kind in ("add", "widen") for c in turn.changes):
        return False
    if turn.intent in _BENDING and _takes_back(turn):
        return True
    if turn.intent in _ELSEWHERE:
        limit = _GUESSED if turn.intent in TELLING else _DOUBTED
        return bool(turn.request.category) and turn.confidence < limit
    if turn.intent not in _BENDING:
        return False
    if turn.text.rstrip().endswith(_ASKING) and turn.intent != "goes_with":
        return False
    limit = _DOUBTED if turn.intent == "compare" else SURE
    return turn.confidence < limit


def _takes_back(turn: TurnInput) -> bool:
    """Whether what was refused before is wished now, or the other way round: "ok, red then"."""
    for change in turn.changes:
        new = change.constraint
        if new is None or new.op not in (IS, IS_NOT):
            continue
        before = (c for c in turn.request.on(new.attribute) if c.op in (IS, IS_NOT))
        if any(c.op != new.op and set(c.values) & set(new.values) for c in before):
            return True
    return False


def _as(turn: TurnInput, intent: str) -> TurnInput:
    """The message with this intent, and the service questions that it asks besides."""
    asides = tuple(i for i in turn.intents if i in SERVICE and i not in TELLING)
    return replace(
        turn,
        intent=intent,
        intents=(intent, *asides) if asides else (),
        confidence=max(turn.confidence, SURE),
        between=None,
    )
