"""A message as customer service reads it, before anything is planned."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.request.types import Change, Referent
from actions.service import received
from actions.service.proof import hidden
from actions.service.proof import read as read_proof
from actions.service.words import plain, says
from actions.turn.intents import UNKNOWN
from actions.turn.model import TurnInput
from actions.turn.pointing import FOCUS, only_one, pointed_at
from catalog.masking import EMAIL, ORDER, PHONE, masked
from catalog.text import detect_language

COMPLAINT = "complaint"
#: What a number is announced with that is also the name of a thing.
_PHONES = frozenset({"phone", "mobile", "mobile phone", "cell", "cell phone", "手机", "电话"})
#: Intents that are said in more words than the name of a thing.
_UNSAID = frozenset({"complaint", "privacy", "account", "store_info"})
_NEXT_TO_NOTHING = 4
_PLACES = {
    **{word: n for n, word in enumerate("first second third fourth fifth".split(), 1)},
    **{word: n for n, word in enumerate("一二三四五", 1)},
    **{str(n): n for n in range(1, 6)},
}
_ORDINAL = re.compile(
    r"\b(first|second|third|fourth|fifth)\b|第([一二三四五1-5])(?:个|款|件|条|双)"
)
#: Words that a question begins with.
_ASKING = re.compile(
    r"(?:(?:and|but|so|ok|okay|hi|hello|hey|well|also|then|please),? )*(?:what|how|who|where|when|"
    r"why|which|whose|is|are|was|were|do|does|did|can|could|will|would|has|have|should|any|isn't|"
    r"doesn't|don't|can't|won't)\b"
)
#: 会不会, 好不好, 有没有.
_EITHER_OR = re.compile(r"([\u4e00-\u9fff])[不没]\1")
#: Intents that may stand for a complaint about something received, and are answered otherwise.
_MISREAD = UNKNOWN | {"feedback", "details", "refine", "reject", "warranty", "availability", "more"}


def read(turn: TurnInput) -> TurnInput:
    """The message without personal data among its wishes, and with complaints told from others."""
    return _complaints(_without_personal_data(_in_the_same_language(turn)))


def is_question(text: str) -> bool:
    """Whether a message asks something."""
    said = plain(text)
    asked = said.rstrip("!。. ").endswith(("?", "吗", "么", "呢", "嘛"))
    asked = asked or _ASKING.match(said) is not None
    return asked or says("policy", said) or _EITHER_OR.search(said) is not None


def asks_for_rule(text: str) -> bool:
    """Whether a message asks how something is done here, and not for it to be done.

    >>> asks_for_rule("can I return shoes?"), asks_for_rule("can I return order 10023?")
    (True, False)
    """
    return is_question(text) and not says("wants", plain(text)) and not read_proof(text)


def intents(turn: TurnInput) -> tuple[str, ...]:
    """All intents of a message."""
    return turn.intents if len(turn.intents) > 1 else (turn.intent,)


def meant(turn: TurnInput) -> tuple[Referent, ...]:
    """Which of the shown products a question is about."""
    if found := pointed_at(turn):
        return found
    if match := _ORDINAL.search(plain(turn.text)):
        return (Referent("ordinal", n=_PLACES[match[1] or match[2]]),)
    return FOCUS if only_one(turn.request) else ()


def groping(changes: tuple[Change, ...], turn: TurnInput) -> bool:
    """Whether words that were not understood are looked for as they are."""
    return UNKNOWN.issuperset(intents(turn)) and all(c.kind == "text" for c in changes)


def words_of(turn: TurnInput, intent: str) -> str:
    """The part of a message that an intent is in; all of it where it has one part."""
    return turn.said.get(intent) or turn.text


def _in_the_same_language(turn: TurnInput) -> TurnInput:
    """Numbers and addresses are in no language: the words beside them, or those before, are."""
    if not read_proof(turn.text, expected=True):
        return turn
    rest = hidden(turn.text, expected=True)
    for mark in (EMAIL, PHONE, ORDER):
        rest = rest.replace(mark, " ")
    spoken = any(character.isalpha() for character in rest)
    return replace(turn, language=detect_language(rest) if spoken else turn.memory.language)


def _without_personal_data(turn: TurnInput) -> TurnInput:
    if masked(turn.text) == turn.text:
        return turn
    kept = tuple(c for c in turn.changes if masked(_words(c)) == _words(c) and not _phone(c))
    residual = " ".join(w for w in turn.residual.split() if not _personal(w, turn.text))
    return replace(turn, changes=kept, residual=residual)


def _phone(change: Change) -> bool:
    """Whether the phone in "my phone is …" was read as a thing that is looked for."""
    constraint = change.constraint
    return constraint is not None and constraint.words.casefold() in _PHONES


def _words(change: Change) -> str:
    constraint = change.constraint
    return str(change.value or "") + (f" {constraint.words}" if constraint else "")


def _personal(word: str, text: str) -> bool:
    """Whether a word of a message is gone, or less often there, where it is masked."""
    return masked(text).casefold().count(word.casefold()) < text.casefold().count(word.casefold())


def _only_names(turn: TurnInput) -> bool:
    """Whether a message says next to nothing but what a thing is called."""
    named = [c.constraint for c in turn.changes if c.constraint is not None]
    if turn.residual or not any(c.attribute == "product_type" for c in named):
        return False
    left = turn.text.casefold()
    for constraint in named:
        left = left.replace((constraint.words or "").casefold(), " ")
    return len(re.findall(r"[a-z]+|[\u4e00-\u9fff]", left)) <= _NEXT_TO_NOTHING


def _complaints(turn: TurnInput) -> TurnInput:
    said = intents(turn)
    if len(said) == 1 and said[0] in _UNSAID and _only_names(turn):
        # "Silk quilt", "got cookies?": nothing but a thing that is sold.
        return replace(turn, intent="find", intents=(), between=None)
    if COMPLAINT in said:
        if len(said) == 1 and received.only_price(turn.text):
            # "Too expensive" is about what was shown, not about what was received.
            return replace(turn, intent="critique", intents=())
        return turn
    misread = not turn.between and _MISREAD.issuperset(said)
    if misread and received.complaint(turn.text):
        return replace(turn, intent=COMPLAINT, intents=(), between=None, confidence=1.0)
    return turn
