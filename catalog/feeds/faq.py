"""A merchant's questions and answers, out of a file into a shop."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Iterator, Optional

from catalog.feeds.columns import row_error
from catalog.feeds.faq_files import read_faq_table
from catalog.feeds.report import FeedError, RowError
from catalog.feeds.service_table import (
    Kind,
    Problems,
    ServiceMap,
    ServiceReport,
    checked,
    default_service_map,
    over,
    read_service_map,
)
from catalog.feeds.table import Row, Table
from catalog.feeds.text import clean_line, clean_text, language_of
from catalog.product import LANGUAGES
from catalog.service import FaqEntry
from catalog.shop import Shop
from catalog.text import fold

_TEXTS = ("question", "answer", "alternatives")
_OF_LANGUAGE = tuple(f"{name}_{language}" for name in _TEXTS for language in LANGUAGES)
_QUESTIONS = ("q", "title", "问题", "问", "标题")
_ANSWERS = ("a", "reply", "content", "回答", "答案", "答", "内容")
_OTHERS = ("alternative", "variants", "similar", "paraphrases", "同义问法", "相似问")
FAQ = Kind(
    columns=("id", "topic", "language", *_TEXTS, *_OF_LANGUAGE),
    needed=(),
    aliases={
        **dict.fromkeys(_QUESTIONS, "question"),
        **dict.fromkeys(_ANSWERS, "answer"),
        **dict.fromkeys(_OTHERS, "alternatives"),
        **dict.fromkeys(("category", "section", "tag", "分类", "类别", "主题"), "topic"),
        **dict.fromkeys(("lang", "locale", "语言"), "language"),
        **{
            f"{name}{mark}{alias}": f"{name}_{language}"
            for name in _TEXTS
            for language, aliases in (("en", ("en", "english")), ("zh", ("zh", "cn", "chinese")))
            for alias in aliases
            for mark in "._"
        },
    },
)
_LONGEST_QUESTION, _LONGEST_ANSWER, _LONGEST_ID = 500, 8000, 200


def read_faq(
    file: Path, map_file: Optional[Path] = None
) -> tuple[list[FaqEntry], tuple[RowError, ...]]:
    """The entries of a file in its order, and what is wrong with rows that are none.

    Parameters
    ----------
    file
        JSON (a list, or an object with one), JSON lines, YAML, CSV or Parquet.
    map_file
        Which column means what; without it the columns have canonical or usual names.

    Raises
    ------
    FeedError
        Where the file or the map cannot be used.
    """
    given = read_service_map(FAQ, Path(map_file)) if map_file is not None else None
    table = read_faq_table(
        Path(file),
        encoding=given.encoding if given else None,
        delimiter=given.delimiter if given else None,
    )
    named = over(given, table) if given else default_service_map(FAQ, table.columns, table.source)
    for name in ("question", "answer"):
        if not any(column.startswith(name) for column in named.columns):
            raise FeedError(
                f"{table.source} has no column {name!r}: say with --map in a map file which one "
                f"it is."
            )
    problems = Problems()
    entries = list(_entries(table, named, problems))
    return entries, problems.sorted(table)


def import_faq(
    shop: Shop,
    file: Path,
    map_file: Optional[Path] = None,
    *,
    on_error: str = "skip",
    keep_missing: bool = False,
) -> ServiceReport:
    """Put the answers of a file in place of the shop's; all of them, or none.

    Parameters
    ----------
    on_error
        ``skip`` leaves broken rows out, ``abort`` changes nothing if there is one.
    keep_missing
        Keep answers that are not in the file.

    Raises
    ------
    FeedError
        Where the file or the map cannot be used, or none of the rows.
    """
    checked(on_error)
    entries, errors = read_faq(file, map_file)
    if errors and on_error == "abort":
        return ServiceReport(errors=errors)
    if errors and not entries:
        raise FeedError(f"None of the rows of {Path(file).name} can be used: {errors[0]}")
    changes = shop.store.service.replace_faq(entries, keep=keep_missing)
    return ServiceReport(**asdict(changes), errors=errors)


def _entries(table: Table, named: ServiceMap, problems: Problems) -> Iterator[FaqEntry]:
    seen: dict[str, int] = {}
    for row in table:
        error = row_error(row)
        entry = None
        if error is None:
            try:
                entry = _entry(row, named)
                if entry.id in seen:
                    raise ValueError(
                        f"The same question is on line {seen[entry.id]}, which was kept: write it "
                        f"once."
                    )
            except ValueError as problem:
                error = RowError(row.line, "", str(problem))
        if error is not None:
            problems.errors.append(error)
        elif entry is not None:
            seen[entry.id] = row.line
            yield entry


def _entry(row: Row, named: ServiceMap) -> FaqEntry:
    questions = _texts("question", row, named)
    answers = _texts("answer", row, named, follow=questions)
    both = [language for language in questions if language in answers]
    if not both:
        raise ValueError("The row has no question with an answer: write both.")
    if any(len(questions[language]) > _LONGEST_QUESTION for language in both):
        raise ValueError(f"The question is longer than {_LONGEST_QUESTION} characters: shorten it.")
    if any(len(answers[language]) > _LONGEST_ANSWER for language in both):
        raise ValueError(f"The answer is longer than {_LONGEST_ANSWER} characters: shorten it.")
    identifier = named.line("id", row)
    if len(identifier) > _LONGEST_ID:
        raise ValueError(f"The id is longer than {_LONGEST_ID} characters: shorten it.")
    return FaqEntry(
        id=identifier or question_id(questions[both[0]]),
        question={language: questions[language] for language in both},
        answer={language: answers[language] for language in both},
        topic=named.line("topic", row),
        alternatives=_alternatives(row, named, both),
    )


def question_id(question: str) -> str:
    """The id of an entry that the file gives none: of its question, whatever its case.

    >>> question_id("How?") == question_id("how?"), len(question_id("How?"))
    (True, 16)
    """
    return hashlib.blake2b(fold(question).encode(), digest_size=8).hexdigest()


def _texts(
    name: str, row: Row, named: ServiceMap, follow: Optional[dict[str, str]] = None
) -> dict[str, str]:
    """Language → text; a text that says not which is in that of ``follow``, or in its own."""
    clean = clean_text if name == "answer" else clean_line
    found = {lang: clean(named.text(f"{name}_{lang}", row, "\n")) for lang in LANGUAGES}
    found = {language: text for language, text in found.items() if text}
    text = clean(named.text(name, row, "\n"))
    if text:
        said = named.line("language", row).lower()[:2]
        only = next(iter(follow)) if follow and len(follow) == 1 else ""
        language = said if said in LANGUAGES else only or language_of(text)
        found.setdefault(language, text)
    return found


def _alternatives(row: Row, named: ServiceMap, languages: list[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for language in ("", *languages):
        for cell in named.all(f"alternatives_{language}" if language else "alternatives", row):
            for line in cell.splitlines():
                if text := clean_line(line)[:_LONGEST_QUESTION]:
                    own = language or language_of(text)
                    if own in languages:
                        found.setdefault(own, []).append(text)
    return {language: tuple(dict.fromkeys(texts)) for language, texts in found.items()}
