"""The desk's files, the login page, and the words of both."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Mapping

from bot.channels.security.headers import page_headers
from bot.channels.security.static import StaticFiles

FOLDER = Path(__file__).resolve().parent / "page"
LANGUAGES = ("en", "zh")
_PLACE = re.compile(r"\{\{([a-z_]+)\}\}")


class Pages:
    """What is served at /staff/, from memory."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.files = StaticFiles(folder)
        self._templates = {
            name: (folder / f"{name}.html").read_text("utf-8") for name in ("desk", "login")
        }
        self._texts = {
            language: json.loads((folder / f"{language}.json").read_text("utf-8"))
            for language in LANGUAGES
        }

    def desk(self) -> bytes:
        """The page behind the login; its words come with its script."""
        return self._templates["desk"].encode("utf-8")

    def login(self, language: str, problem: str = "", minutes: int = 0, form: bool = True) -> bytes:
        """The login page.

        Parameters
        ----------
        problem
            The key of a sentence to tell, or empty.
        form
            Whether there is a form: not where the password would travel in the clear.
        """
        texts: Mapping[str, str] = self._texts[language]
        said = texts[problem].replace("{minutes}", str(minutes)) if problem else ""
        values = {
            **texts,
            "code": language,
            "lang": "zh-CN" if language == "zh" else "en",
            "problem": said,
            "problem_hidden": "" if problem else "hidden",
            "form_hidden": "" if form else "hidden",
        }
        return _filled(self._templates["login"], values).encode("utf-8")


def headers_of_pages() -> dict[str, str]:
    """As of all pages; forms tell their origin to our own server, so that it can be checked."""
    return {**page_headers(), "Referrer-Policy": "same-origin"}


def language_of(asked: str, accepts: str) -> str:
    """The page's language: what was asked for, else what the browser likes best of ours."""
    if asked in LANGUAGES:
        return asked
    for one in accepts[:200].lower().split(","):
        if (language := one.strip()[:2]) in LANGUAGES:
            return language
    return LANGUAGES[0]


def _filled(template: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda match: html.escape(values[match[1]]), template)
