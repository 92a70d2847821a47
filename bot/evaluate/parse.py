"""How many utterances are turned into exactly the changes they should be.

A case is ``{"text", "lang", "shop", "changes"}``, one JSON object a line; ``changes`` as
`actions.request.types.Change.to_json` writes them, without ``words``. Both sides go through the
shop's vocabulary, so that "sneaker", "sneakers" and 板鞋 are the same value. What a shopper wants
is a set: constraints, orders and counts may come in any order. What a shopper does is not: likes,
questions and the other acts must come in the order they were said in. A figure with a unit is the
same however it is written: ``screen_size is "15.6 inch"`` and ``screen_size about 15.6 in``.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Mapping, Optional, Sequence

from actions.request.types import ABOUT, IS, Change, Constraint, Referent
from catalog.errors import ShoptalkError
from catalog.index.measures import UNITS, parse_measure
from catalog.settings import Settings
from catalog.vocabulary import Vocabulary

if TYPE_CHECKING:
    from bot.nlu.classifier import IntentClassifier

#: Kinds of change that say what is wanted; all others are acts.
WISHES = frozenset({"add", "widen", "drop", "relax", "sort", "count", "text"})

#: Names that the same measure goes by; its unit says which is meant.
_SAME_MEASURE = {"battery_life": "battery", "battery_capacity": "battery", "size": "length"}

Parse = Callable[[str, Vocabulary], Sequence[Change]]


@dataclass(frozen=True)
class Case:
    """One utterance and the changes it makes."""

    text: str
    language: str
    shop: str
    changes: tuple[Change, ...]


def evaluate_parse(
    cases_path: Path, settings: Settings, classifier: Optional[IntentClassifier] = None
) -> dict[str, Any]:
    """The share of cases whose changes are exactly right, and every one that is not.

    A case's shop is looked for as a path, under the shop in use, and below ``settings.home``; the
    shop in use stands in for one that is not there, and ``stand_ins`` says so. With a classifier
    the roles of words that it tells are used, as in the bot.
    """
    from bot.nlu.shop_vocabulary import ShopVocabulary

    cases = read_cases(cases_path)
    folders: dict[str, Optional[Path]] = {c.shop: _folder(c.shop, settings) for c in cases}
    vocabularies = {
        name: ShopVocabulary(folder or settings.shop_dir).current()
        for name, folder in folders.items()
    }
    parse = None if classifier is None else partial(_with_roles, classifier)
    figures = evaluate_cases(cases, vocabularies, parse)
    figures["stand_ins"] = sorted(name for name, folder in folders.items() if folder is None)
    return figures


def evaluate_cases(
    cases: Sequence[Case], vocabularies: Mapping[str, Vocabulary], parse: Optional[Parse] = None
) -> dict[str, Any]:
    """The same on cases and vocabularies that were read already."""
    parse = parse or _extract
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    failures = []
    for case in cases:
        vocabulary = vocabularies[case.shop]
        got = tuple(parse(case.text, vocabulary))
        total[case.language] += 1
        if same(case.changes, got, vocabulary):
            right[case.language] += 1
        else:
            failures.append(
                {
                    "text": case.text,
                    "lang": case.language,
                    "shop": case.shop,
                    "expected": [_plain(c) for c in case.changes],
                    "got": [_plain(c) for c in got],
                }
            )
    return {
        "exact": round(right.total() / total.total(), 4) if total else None,
        "cases": total.total(),
        "per_language": {lang: round(right[lang] / n, 4) for lang, n in sorted(total.items())},
        "failures": failures,
    }


def same(expected: Sequence[Change], got: Sequence[Change], vocabulary: Vocabulary) -> bool:
    """Whether two lists of changes mean the same."""
    if not any(c.kind == "text" for c in expected):
        # Words that fit no attribute are kept for the search; they change nothing by themselves.
        got = [c for c in got if c.kind != "text"]
    wished, done = _split(expected, vocabulary)
    wished_too, done_too = _split(got, vocabulary)
    return wished == wished_too and done == done_too


def read_cases(path: Path) -> list[Case]:
    """Read cases.

    Raises
    ------
    ShoptalkError
        Where the file cannot be read or a line is not a case.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ShoptalkError(f"{path} cannot be read: {error.strerror}.") from error
    cases = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            changes = tuple(Change.from_json(c) for c in data["changes"])
            cases.append(Case(data["text"], data["lang"], data["shop"], changes))
        except (ValueError, KeyError, TypeError) as error:
            raise ShoptalkError(
                f"{path}, line {number} is no case of text, lang, shop and changes: {error}."
            ) from error
    return cases


def _with_roles(
    classifier: IntentClassifier, text: str, vocabulary: Vocabulary
) -> Sequence[Change]:
    from actions.request.extract import extract
    from bot.nlu.understanding import roles_of

    (seen,) = classifier.passes([text])
    return extract(text, vocabulary, roles=roles_of(text, seen, classifier)).changes


def _extract(text: str, vocabulary: Vocabulary) -> Sequence[Change]:
    from actions.request.extract import extract

    return extract(text, vocabulary).changes


def _folder(name: str, settings: Settings) -> Optional[Path]:
    in_use = settings.shop_dir
    if in_use.name == name:
        return in_use
    places = (Path(name), in_use.parent / name, settings.home / "shops" / name)
    tested = settings.home / "tests" / name
    return next((p for p in (*places, tested) if (p / "shop.json").is_file()), None)


def _split(changes: Sequence[Change], vocabulary: Vocabulary) -> tuple[Counter[Any], list[Any]]:
    wishes: Counter[Any] = Counter()
    acts = []
    alike: tuple[Any, ...] = ()
    for change in changes:
        if change.kind in WISHES:
            wishes[_wish(change, vocabulary)] += 1
            continue
        referents = tuple(_referent(r, vocabulary) for r in change.referents)
        if change.kind == "similar":
            alike = referents
        if change.kind == "compare" and referents == (("shown", 0, "", ""),):
            referents = ()  # the whole list, said or not
        if change.kind == "relative" and referents == alike:
            referents = ()  # "like the first but cheaper": cheaper than what was named already
        acts.append((change.kind, change.attribute, change.value, referents))
    return wishes, acts


def _wish(change: Change, vocabulary: Vocabulary) -> tuple[Any, ...]:
    if change.constraint is None:
        value = _value(change.attribute, change.value, vocabulary)
        return (change.kind, change.attribute, value)
    c = change.constraint
    measured = _measured(c)
    if measured is not None:
        return (change.kind, *measured, c.hard)
    value = tuple(_value(c.attribute, v, vocabulary) for v in c.values)
    if c.op in ("is", "is_not", "contains"):
        value = tuple(sorted(set(value), key=str))
    return (change.kind, c.attribute, c.op, value, c.hard, c.currency, c.unit)


def _measured(c: Constraint) -> Optional[tuple[Any, ...]]:
    """Attribute, operator, figures and unit of a measure in the units that an index counts in."""
    if c.op == IS and c.unit is None and all(isinstance(v, str) for v in c.values):
        stated = [parse_measure(v) for v in c.values if v[:1].isdigit()]
        found = [m for m in stated if m is not None and m[1]]
        if not found or len(found) < len(c.values):
            return None
        unit, op, figures = found[0][1], ABOUT, [value for value, _ in found]
    elif c.unit is not None and c.unit in UNITS:
        unit, factor = UNITS[c.unit]
        op, figures = c.op, [float(v) * factor for v in c.values]
        op = ABOUT if op == IS else op
    else:
        return None
    attribute = _SAME_MEASURE.get(c.attribute, c.attribute)
    return attribute, op, tuple(round(f, 3) for f in figures), unit


def _value(attribute: str, value: Any, vocabulary: Vocabulary) -> Any:
    if isinstance(value, (int, float)):
        return float(value)
    if not isinstance(value, str):
        return value
    known = vocabulary.resolve(attribute, value)
    return (known or value).casefold().replace(" ", "_")


def _referent(referent: Referent, vocabulary: Vocabulary) -> tuple[str, int, str, str]:
    value = referent.value
    if referent.by == "value":
        value = str(_value(referent.attribute, value, vocabulary))
    return (referent.by, referent.n, referent.attribute, value)


def _plain(change: Change) -> dict[str, Any]:
    return {k: v for k, v in change.to_json().items() if k != "words"}
