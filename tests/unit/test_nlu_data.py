"""The intent examples: complete in both languages, distinct, and apart from the held-out texts."""

from __future__ import annotations

import ast
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "zh")
FILES = ("nlu.yml", "service.yml")
ENOUGH = 60
ACTS = set("start shown asked offered answered talked unclear".split())
# A bare "yes" or "换一批" is the whole language of these intents: any two people say the same.
CLOSED_INTENTS = set(
    "affirm deny greet goodbye thanks more undo start_over dont_care list_show person buy why "
    "compare reject like browse returns".split()
)
TEXT_KEYS = {"text", "user", "shopper", "say", "says", "message", "utterance"}


def intents_in_readme() -> set[str]:
    """The intents that the table in nlu_data/README.md describes."""
    text = (ROOT / "nlu_data" / "README.md").read_text(encoding="utf-8")
    table = text.partition("## Intents")[2].partition("## Context")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def examples(language: str) -> list[tuple[str, str]]:
    """All (intent, text) pairs of a language that are meant in any context, in file order."""
    pairs = []
    for name in FILES:
        file = ROOT / "nlu_data" / language / name
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert data["version"] == "3.1"
        for block in data["nlu"]:
            for line in block["examples"].splitlines():
                assert line.startswith("- "), f"not a list item in {block['intent']}: {line!r}"
                pairs.append((block["intent"], line[2:].strip()))
    return pairs


def in_context(language: str) -> list[tuple[str, str, str]]:
    """All (intent, act before, text) triples of a language."""
    file = ROOT / "nlu_data" / language / "context.yml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [
        (block["intent"], example["metadata"]["after"], str(example["text"]).strip())
        for block in data["nlu"]
        for example in block["examples"]
    ]


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
    files = [*(ROOT / "tests/parse").glob("*.jsonl"), *(ROOT / "tests/nlu").glob("*.jsonl")]
    files += [
        file
        for file in (ROOT / "tests/conversations").rglob("*")
        if file.suffix in data or (file.suffix == ".py" and file.name != "__init__.py")
    ]
    return sorted(files)


def test_both_languages_have_exactly_the_intents_that_are_described() -> None:
    described = intents_in_readme()
    assert len(described) >= 35
    for language in LANGUAGES:
        assert {intent for intent, _ in examples(language)} == described


def test_every_intent_has_an_answer() -> None:
    rules = yaml.safe_load((ROOT / "nlu_data/rules.yml").read_text(encoding="utf-8"))["rules"]
    answered = {step["intent"] for rule in rules for step in rule["steps"] if "intent" in step}
    domain = yaml.safe_load((ROOT / "bot/domain.yml").read_text(encoding="utf-8"))
    assert answered == intents_in_readme() | {"nlu_fallback"}
    assert set(domain["intents"]) == intents_in_readme()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_enough_examples(language: str) -> None:
    counts = Counter(intent for intent, _ in examples(language))
    assert {intent: n for intent, n in counts.items() if n < ENOUGH} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_in_context_name_acts_and_are_never_said_twice_in_one(language: str) -> None:
    triples = in_context(language)
    assert {after for _, after, _ in triples} == ACTS
    assert {intent for intent, _, _ in triples} <= intents_in_readme()
    counts = Counter((after, key(text)) for _, after, text in triples)
    assert [pair for pair, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_words_mean_different_things_in_different_contexts(language: str) -> None:
    meanings = defaultdict(set)
    for intent, _, text in in_context(language):
        meanings[key(text)].add(intent)
    assert sum(len(intents) > 1 for intents in meanings.values()) >= 20


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


def test_english_examples_are_english_but_for_a_few_mixed_ones() -> None:
    pairs = examples("en")
    mixed = [text for _, text in pairs if has_chinese(text)]
    assert 0 < len(mixed) <= 0.05 * len(pairs)


def test_chinese_examples_are_chinese_but_for_a_few_loanwords() -> None:
    pairs = examples("zh")
    foreign = [text for _, text in pairs if not has_chinese(text)]
    assert len(foreign) <= 0.03 * len(pairs), foreign


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
