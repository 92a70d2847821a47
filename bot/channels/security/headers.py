"""Headers that keep what is served from being turned against those who read it."""

from __future__ import annotations

from typing import Sequence

#: For every answer, whatever it is.
COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
#: For what is data and no page: should a browser show it as one, nothing in it works.
_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def content_security_policy(*, images: Sequence[str] = (), connect: Sequence[str] = ()) -> str:
    """The policy of our own pages: scripts and styles from our own files, and nothing inline.

    Parameters
    ----------
    images, connect
        Further sources that pictures, and calls of scripts, may come from: ``https:``, ``blob:``.
        The server itself and pictures within scripts (``blob:``, ``data:``) always may.
    """
    parts = {
        "default-src": ("'none'",),
        "script-src": ("'self'",),
        "style-src": ("'self'",),
        "img-src": ("'self'", "blob:", "data:", *images),
        "font-src": ("'self'",),
        "connect-src": ("'self'", *connect),
        "manifest-src": ("'self'",),
        "form-action": ("'self'",),
        "base-uri": ("'none'",),
        "frame-ancestors": ("'none'",),
        "object-src": ("'none'",),
    }
    return "; ".join(" ".join((name, *dict.fromkeys(values))) for name, values in parts.items())


def page_headers(*, images: Sequence[str] = (), connect: Sequence[str] = ()) -> dict[str, str]:
    """Headers of an HTML page of ours: storefront, staff."""
    policy = content_security_policy(images=images, connect=connect)
    return {
        **COMMON,
        "Content-Security-Policy": policy,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def data_headers() -> dict[str, str]:
    """Headers of an answer of an API: never kept, never a page."""
    return {
        **COMMON,
        "Content-Security-Policy": _DATA_POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def file_headers() -> dict[str, str]:
    """Headers of scripts, styles and pictures that other sites' pages may load, too."""
    return {
        **COMMON,
        "Content-Security-Policy": _DATA_POLICY,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": "no-cache",
    }
