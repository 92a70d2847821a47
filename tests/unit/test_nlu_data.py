"""The intent examples: complete in both languages, distinct, and apart from the held-out texts."""

from __future__ import annotations

import ast
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "zh")
INTENTS = set(
    "find refine critique similar compare details why like reject list_add list_remove list_show "
    "undo start_over more dont_care affirm deny greet goodbye thanks capabilities person service "
    "out_of_scope".split()
)
WIDE_INTENTS = ("find", "refine", "critique", "service", "out_of_scope")
# A bare "yes" or "换一批" is the whole language of these intents: any two people say the same.
CLOSED_INTENTS = set("affirm deny greet goodbye thanks more undo start_over dont_care".split())
TEXT_KEYS = {"text", "user", "shopper", "say", "says", "message", "utterance"}


def examples(language: str) -> list[tuple[str, str]]:
    """All (intent, text) pairs of a language, in the order of its file."""
    data = yaml.safe_load((ROOT / "nlu_data" / language / "nlu.yml").read_text(encoding="utf-8"))
    assert data["version"] == "3.1"
    pairs = []
    for block in data["nlu"]:
        for line in block["examples"].splitlines():
            assert line.startswith("- "), f"not a list item in {block['intent']}: {line!r}"
            pairs.append((block["intent"], line[2:].strip()))
    return pairs


def key(text: str) -> str:
    """What makes two texts one example: case, width, spacing and end punctuation do not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", " ", folded).strip(" .,!?。~…")


def has_chinese(text: str) -> bool:
    return re.search(r"[\u4e00-\u9fff]", text) is not None


def is_closed_form(intent: str, text: str) -> bool:
    short = len(text) <= 4 if has_chinese(text) else len(text.split()) <= 2
    return intent in CLOSED_INTENTS and short


def texts_in(value: Any, under: str = "") -> Iterator[str]:
    """What shoppers say in a parsed data file: the strings, or lists of them, under a text key."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts_in(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner, under)
    elif isinstance(value, str) and under in TEXT_KEYS:
        yield value


def held_out_texts(file: Path) -> list[str]:
    source = file.read_text(encoding="utf-8")
    if file.suffix == ".jsonl":
        return list(texts_in([json.loads(line) for line in source.splitlines() if line.strip()]))
    if file.suffix == ".json":
        return list(texts_in(json.loads(source)))
    if file.suffix in {".yml", ".yaml"}:
        return list(texts_in(list(yaml.safe_load_all(source))))
    constants = (
        node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)
    )
    return [
        text for text in constants if isinstance(text, str) and (" " in text or has_chinese(text))
    ]


def held_out_files() -> list[Path]:
    data = {".jsonl", ".json", ".yml", ".yaml"}
    files = [*(ROOT / "tests/parse").glob("*.jsonl")]
    files += [
        file
        for file in (ROOT / "tests/conversations").rglob("*")
        if file.suffix in data or (file.suffix == ".py" and file.name != "__init__.py")
    ]
    return sorted(files)


def test_both_languages_have_exactly_the_intents_of_the_bot() -> None:
    for language in LANGUAGES:
        assert {intent for intent, _ in examples(language)} == INTENTS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_enough_examples(language: str) -> None:
    counts: dict[str, int] = defaultdict(int)
    for intent, _ in examples(language):
        counts[intent] += 1
    assert {intent: n for intent, n in counts.items() if n < 30} == {}
    assert {intent: counts[intent] for intent in WIDE_INTENTS if counts[intent] < 55} == {}


def test_no_example_occurs_twice() -> None:
    for language in LANGUAGES:
        where: dict[str, list[str]] = defaultdict(list)
        for intent, text in examples(language):
            where[key(text)].append(intent)
        assert {text: intents for text, intents in where.items() if len(intents) > 1} == {}


def test_a_text_in_both_languages_means_the_same_in_both() -> None:
    english = {key(text): intent for intent, text in examples("en")}
    chinese = {key(text): intent for intent, text in examples("zh")}
    shared = english.keys() & chinese.keys()
    assert {t: (english[t], chinese[t]) for t in shared if english[t] != chinese[t]} == {}


def test_english_examples_have_no_chinese() -> None:
    assert [text for _, text in examples("en") if has_chinese(text)] == []


def test_chinese_examples_are_chinese_but_for_a_few_loanwords() -> None:
    pairs = examples("zh")
    foreign = [text for _, text in pairs if not has_chinese(text)]
    assert len(foreign) <= 0.02 * len(pairs), foreign
    assert [text for text in foreign if len(text.split()) > 3] == []


def test_examples_carry_no_entity_markup() -> None:
    for language in LANGUAGES:
        assert [text for _, text in examples(language) if re.search(r"[\[\]{}]", text)] == []


def test_no_example_is_a_held_out_text() -> None:
    files = held_out_files()
    held_out = {key(text): file.name for file in files for text in held_out_texts(file)}
    assert held_out, f"no shopper texts found in {[file.name for file in files]}"
    shared = [
        (language, intent, text, held_out[key(text)])
        for language in LANGUAGES
        for intent, text in examples(language)
        if key(text) in held_out and not is_closed_form(intent, key(text))
    ]
    assert shared == []
