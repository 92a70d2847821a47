"""Which pages may use the API from a browser: their origins, compared as a whole."""

from __future__ import annotations

import re
from typing import Mapping, Optional

from catalog.errors import ShoptalkError

_ORIGIN = re.compile(r"(https?)://((?:[a-z0-9-]+\.)*[a-z0-9-]+|\[[0-9a-f:.]+\])(:\d{1,5})?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
#: Seconds that a browser may remember the answer to a preflight.
_PREFLIGHT_SECONDS = "600"
METHODS = "GET, POST, OPTIONS"
HEADERS = "Authorization, Content-Type"


class Origins:
    """The origins in the settings; the server's own may always.

    Parameters
    ----------
    text
        Origins as ``https://shop.example``, separated by commas.

    Raises
    ------
    ShoptalkError
        For what is no origin: a path behind it, a wildcard, no scheme.
    """

    def __init__(self, text: str) -> None:
        self._listed = frozenset(_origin(one.strip()) for one in text.split(",") if one.strip())

    def lists(self, origin: str) -> bool:
        """Whether another site's page of this origin may read what is answered."""
        return origin in self._listed

    def allows(self, origin: Optional[str], host: str) -> bool:
        """Whether a request may come from there.

        Parameters
        ----------
        origin
            The header of that name; None where the caller is no browser, or asks its own server.
        host
            The header of that name. Its own pages are served by this server.
        """
        return origin is None or self.lists(origin) or is_own(origin, host)

    def headers(self, origin: Optional[str]) -> dict[str, str]:
        """What lets a listed origin's page read the answer, and caches keep answers apart."""
        if origin is None or not self.lists(origin):
            return {"Vary": "Origin"}
        return {
            "Vary": "Origin",
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": "Retry-After",
        }

    def preflight(self, origin: Optional[str]) -> Mapping[str, str]:
        """The answer to ``OPTIONS``: what such a page may send, or nothing."""
        headers = self.headers(origin)
        if "Access-Control-Allow-Origin" in headers:
            headers["Access-Control-Allow-Methods"] = METHODS
            headers["Access-Control-Allow-Headers"] = HEADERS
            headers["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS
        return headers


def is_own(origin: str, host: str) -> bool:
    """Whether a page was served under the very name and port that the request is for."""
    return bool(host) and origin in (f"http://{host}", f"https://{host}")


def _origin(text: str) -> str:
    match = _ORIGIN.fullmatch(text)
    if match is None:
        raise ShoptalkError(
            f"SHOPTALK_ORIGINS has {text!r}: write origins as https://shop.example, in small "
            "letters, without a path."
        )
    port = match[3] or ""
    return text.removesuffix(port) if port == _DEFAULT_PORTS[match[1]] else text
