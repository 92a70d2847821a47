"""The widget's words: both languages have the same, and the sources use what there is."""

from __future__ import annotations

import json
import re

from bot.widget.bundle import PARTS, SOURCE, script

WORDS = json.loads((SOURCE / "strings.json").read_text("utf-8"))
CODE = "".join((SOURCE / part).read_text("utf-8") for part in PARTS)


def test_both_languages_have_the_same_words_with_the_same_fields():
    assert WORDS["en"].keys() == WORDS["zh"].keys()
    for key, text in WORDS["en"].items():
        assert fields(text) == fields(WORDS["zh"][key]), key


def test_every_source_is_joined_and_none_is_left_out():
    assert sorted(PARTS) == sorted(path.name for path in SOURCE.glob("*.js"))
    assert script().decode().startswith("(() => {")


def test_nothing_in_the_script_parses_markup():
    for name in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser",
                 "eval(", "new Function", ".style.", "cssText"):  # fmt: skip
        assert name not in CODE, name


def test_words_that_the_script_asks_for_are_there():
    for key in re.findall(r"\bsay(?:_)?\(\"(\w+)\"", CODE):
        assert key in WORDS["en"], key


def fields(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))
