"""One action for each reply that the dialogue policy can choose."""

from __future__ import annotations

from actions.handlers.base import TurnAction


class Recommend(TurnAction):
    """Finds, refines, critiques."""

    act = "recommend"


class More(TurnAction):
    """Shows the next ones."""

    act = "more"


class Compare(TurnAction):
    """Puts products side by side."""

    act = "compare"


class Details(TurnAction):
    """Answers about a product."""

    act = "details"


class Why(TurnAction):
    """Gives the reasons for a recommendation."""

    act = "why"


class Like(TurnAction):
    """Notes what the shopper likes."""

    act = "like"


class Reject(TurnAction):
    """Leaves out what the shopper does not want."""

    act = "reject"


class Buy(TurnAction):
    """Says how to order."""

    act = "buy"


class ShoppersList(TurnAction):
    """Adds to, takes from and shows the shopper's list."""

    act = "list"


class Undo(TurnAction):
    """Takes one step back."""

    act = "undo"


class StartOver(TurnAction):
    """Forgets the search."""

    act = "start_over"


class Answer(TurnAction):
    """Reads a bare yes or no against what was asked or offered."""

    act = "answer"


class Smalltalk(TurnAction):
    """Greets, thanks, says goodbye, says what this is."""

    act = "smalltalk"


class Feedback(TurnAction):
    """Somebody is not content with the answer."""

    act = "feedback"


class Person(TurnAction):
    """Somebody asks for a human being."""

    act = "person"


class Service(TurnAction):
    """Answers what a shop's customer service is asked."""

    act = "service"


class Fallback(TurnAction):
    """Asks where nothing was understood."""

    act = "fallback"
