"""Kinds of intents: which of them look for products, which are beside that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

from actions.turn.model import TurnInput

#: Questions for a shop's customer service.
SERVICE = frozenset(
    "shipping order_status order_change returns payment promotions warranty complaint privacy "
    "account store_info".split()
)
#: Small talk that is answered with a word.
SHORT_TALK = frozenset({"greet", "goodbye", "thanks"})
#: Small talk that is answered with what the assistant is.
ABOUT_ITSELF = frozenset({"capabilities", "bot_challenge"})
#: Intents that ask nothing of the catalogue.
ASIDE = SERVICE | SHORT_TALK | ABOUT_ITSELF | {"person", "feedback"}
#: What was not understood, or is none of a shop's business.
UNKNOWN = frozenset({"", "nlu_fallback", "out_of_scope"})
#: Answers to what the assistant asked or offered.
BARE_ANSWERS = frozenset({"affirm", "deny", "dont_care"})

#: Products in such a message are those of an order, or an example: they are not looked for.
TELLING = frozenset(
    "order_status order_change returns warranty complaint privacy account person feedback "
    "bot_challenge".split()
)
#: Service questions that may be about a shown product.
OF_A_PRODUCT = frozenset({"shipping", "warranty"})

#: Intents whose words that fit no attribute say what is looked for.
NAMING = frozenset({"find", "gift"})
#: Intents whose words are searched for where no change was understood.
SEARCHING_WORDS = NAMING | {"refine", "similar", "critique"}
#: Intents that ask about shown products → the attribute that they ask for.
ASKED_FOR: Mapping[str, str] = {
    "why": "why",
    "details": "details",
    "availability": "availability",
    "size_help": "size",
}
#: Intents that mean nothing before products were shown.
ABOUT_SHOWN = frozenset(
    "compare details size_help why like reject similar goes_with critique list_add more".split()
)
#: Intents that can be put to the shopper as one of two: ``intent_…`` and ``message_…`` in the
#: replies say how.
ASKABLE = (
    SERVICE
    | ABOUT_ITSELF
    | {"person", "feedback"}
    | frozenset(
        "find gift browse refine budget critique similar goes_with compare details availability "
        "size_help why like reject buy list_add list_remove list_show undo start_over more".split()
    )
)


#: Intents that are answered before others in the same message: acts on what was shown go with them.
LEADING = ("goes_with",)
#: From this confidence on, an intent counts more than words that may be about anything.
SURE = 0.6


@dataclass(frozen=True)
class Said:
    """The intents of a message, sorted."""

    shopping: str = ""
    """The one that is about products, if any."""
    asides: tuple[str, ...] = ()
    """Those beside it, in the order said."""
    alone: bool = True
    """Whether the message surely has no other intent about products than ``shopping``."""


def sorted_out(turn: TurnInput) -> Said:
    """Sort the intents of a message.

    What was not understood is left out where something else was. A bare yes or no counts only
    while something is open: "ok thanks" is thanks.
    """
    several = len(turn.intents) > 1
    said = tuple(dict.fromkeys(turn.intents)) if several else (turn.intent,)
    asides = tuple(i for i in said if i in ASIDE)
    shopping = [i for i in said if i not in ASIDE | UNKNOWN]
    telling = [i for i in shopping if i not in BARE_ANSWERS]
    if asides and not (turn.memory.offers or turn.memory.question):
        shopping = telling
    best = telling or shopping
    sure = turn.between is None and (several or turn.confidence >= SURE)
    sure = sure and len(best) == 1
    first = (i for i in (*LEADING, turn.intent) if i in best)
    return Said(next(first, next(iter(best), "")), asides, sure)
