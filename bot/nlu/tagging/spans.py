"""Tags and the spans they spell, as conlleval reads them (Tjong Kim Sang & De Meulder 2003)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Sequence

OUTSIDE = "O"
#: Begin, end (exclusive), label.
Stretch = tuple[int, int, str]


@dataclass(frozen=True)
class SpanScore:
    """How many spans were found as they should be, border for border and label for label."""

    precision: float
    recall: float
    f1: float
    found: int
    """Spans of the prediction."""
    wanted: int
    """Spans of the truth."""
    right: int


def parts(tag: str) -> tuple[str, str]:
    """Prefix and label: ``B-color`` is ("B", "color"), ``O`` is ("O", "")."""
    prefix, _, label = tag.partition("-")
    return (prefix, label) if label or prefix == OUTSIDE else ("I", tag)


def spans_of(tags: Sequence[str]) -> list[Stretch]:
    """Spans that BIO tags spell.

    As conlleval does: an ``I`` that does not go on with a span of its label begins one.

    >>> spans_of(["B-a", "I-a", "I-b", "O", "I-a", "B-a"])
    [(0, 2, 'a'), (2, 3, 'b'), (4, 5, 'a'), (5, 6, 'a')]
    """
    found: list[Stretch] = []
    begin, open_label = 0, ""
    for i, tag in enumerate([*tags, OUTSIDE]):
        prefix, label = parts(tag)
        if open_label and (prefix != "I" or label != open_label):
            found.append((begin, i, open_label))
            open_label = ""
        if prefix != OUTSIDE and not open_label:
            begin, open_label = i, label
    return found


def tags_of(length: int, spans: Iterable[Stretch]) -> list[str]:
    """BIO tags of so many tokens; where spans overlap, the first one has the tokens."""
    tags = [OUTSIDE] * length
    for begin, end, label in spans:
        if all(tag == OUTSIDE for tag in tags[begin:end]):
            tags[begin:end] = [f"B-{label}", *[f"I-{label}"] * (end - begin - 1)]
    return tags


def score_spans(
    wanted: Iterable[Sequence[Stretch]], found: Iterable[Sequence[Stretch]]
) -> SpanScore:
    """Micro-averaged scores over texts; a score of nothing at all is zero.

    Equal to conlleval's and seqeval's (default mode) of the same tags.
    """
    n_wanted = n_found = right = 0
    for truth, guess in zip(wanted, found, strict=True):
        n_wanted += len(truth)
        n_found += len(guess)
        right += len(set(truth) & set(guess))
    precision = right / n_found if n_found else 0.0
    recall = right / n_wanted if n_wanted else 0.0
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    return SpanScore(precision, recall, f1, n_found, n_wanted, right)


def score_tags(wanted: Iterable[Sequence[str]], found: Iterable[Sequence[str]]) -> SpanScore:
    """The same of BIO tags."""
    return score_spans(map(spans_of, wanted), map(spans_of, found))


def may_follow(before: str, after: str) -> bool:
    """Whether BIO lets a tag follow another; ``before`` is ``O`` at the beginning of a text.

    >>> may_follow("B-a", "I-a"), may_follow("B-a", "I-b"), may_follow("O", "I-a")
    (True, False, False)
    """
    prefix, label = parts(after)
    return prefix != "I" or (parts(before)[0] in ("B", "I") and parts(before)[1] == label)
