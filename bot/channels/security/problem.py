"""Requests that are refused, in words that say what to do and tell no secrets."""

from __future__ import annotations

import math
from typing import Any, Optional


class Problem(Exception):
    """One refusal.

    Parameters
    ----------
    status, code, message
        The HTTP status, a word for programs, a sentence for people.
    retry_after
        Seconds after which it may be tried again, for 429.
    """

    def __init__(
        self, status: int, code: str, message: str, retry_after: Optional[float] = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after

    def to_json(self) -> dict[str, Any]:
        return {"error": self.code, "message": self.message}

    @property
    def headers(self) -> dict[str, str]:
        """``Retry-After`` in whole seconds with 429, ``WWW-Authenticate`` with 401."""
        if self.retry_after is not None:
            return {"Retry-After": str(max(1, math.ceil(self.retry_after)))}
        return {"WWW-Authenticate": "Bearer"} if self.status == 401 else {}


def unauthorized() -> Problem:
    """One answer to every token that is not in force, whatever is wrong with it."""
    return Problem(401, "unauthorized", "This session is not in force: ask for a new one.")


def not_found() -> Problem:
    """Nothing is there, or nothing that this session may see: which of them is not told."""
    return Problem(404, "not_found", "There is nothing here.")


def forbidden_origin() -> Problem:
    """A page of a site that is not listed."""
    return Problem(403, "origin", "Pages of this origin may not use this server.")


def bad_request(code: str, message: str) -> Problem:
    """A request that is wrong in itself; it must not be repeated as it is."""
    return Problem(400, code, message)


def too_large(most: int) -> Problem:
    """A body or a frame over the limit, in bytes."""
    return Problem(413, "too_large", f"At most {most} bytes are taken.")


def too_many(after: float, what: str = "requests") -> Problem:
    """Too much at once; ``after`` seconds are to be waited."""
    return Problem(429, "too_many", f"Too many {what}: wait a little.", after)
