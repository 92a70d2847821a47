"""What the desk refuses; the codes are those that its page has words for."""

from __future__ import annotations

from bot.channels.security.problem import Problem


def logged_out() -> Problem:
    """Nobody is logged in with this cookie."""
    return Problem(401, "logged_out", "Nobody is logged in: log in at /staff/.")


def forbidden() -> Problem:
    """This person may not do that."""
    return Problem(403, "forbidden", "Your role may not do that.")


def not_found() -> Problem:
    """There is no such thing, or none that this person may know of."""
    return Problem(404, "not_found", "There is nothing here.")


def conflict() -> Problem:
    """It was so a moment ago, and is not any more."""
    return Problem(409, "conflict", "Somebody else was quicker.")


def bad(code: str = "bad_request", message: str = "The request is wrong in itself.") -> Problem:
    """The call has another form than this one takes."""
    return Problem(400, code, message)
