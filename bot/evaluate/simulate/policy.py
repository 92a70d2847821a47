"""What became of the questions: which were put, when, and what they led to."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Iterator, Mapping, Sequence

from bot.evaluate.simulate.play import Played

ANSWER, DONT_CARE, DONT_KNOW = "answer", "dont_care", "dont_know"


def policy(played: Sequence[Played]) -> dict[str, Any]:
    """The policy of asking, as a table.

    Returns
    -------
    ``by_attribute`` and ``by_place`` (the first question of a conversation, the second …), each:
    ``asked``, how many; of these the shares ``answered``, ``dont_care``, ``dont_know``, and
    ``found_next``, where the next list had what was looked for. ``given_up``: the attribute of the
    last question (or ``none``) → conversations that found nothing.
    """
    by_attribute: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    by_place: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for attribute, place, act, found in _questions(played):
        by_attribute[attribute].append((act, found))
        by_place[str(place)].append((act, found))
    most = sorted(by_attribute, key=lambda a: (-len(by_attribute[a]), a))
    return {
        "by_attribute": {a: _shares(by_attribute[a]) for a in most},
        "by_place": {p: _shares(by_place[p]) for p in sorted(by_place, key=int)},
        "given_up": _given_up(played),
    }


def _questions(played: Sequence[Played]) -> Iterator[tuple[str, int, str, bool]]:
    """Attribute, place among the conversation's questions, the act after it, whether it led there;
    those that the conversation ended with have no answer and are left out."""
    for one in played:
        place = 0
        for number, turn in enumerate(one.turns[:-1], 1):
            if turn.reply.question is not None:
                place += 1
                after = one.turns[number]
                yield turn.reply.question.attribute, place, after.said.act, one.found == number + 1


def _shares(acts: Sequence[tuple[str, bool]]) -> dict[str, Any]:
    def share(flags: Sequence[bool]) -> float:
        return round(sum(flags) / len(flags), 3)

    return {
        "asked": len(acts),
        "answered": share([act == ANSWER for act, _ in acts]),
        "dont_care": share([act == DONT_CARE for act, _ in acts]),
        "dont_know": share([act == DONT_KNOW for act, _ in acts]),
        "found_next": share([found for _, found in acts]),
    }


def _given_up(played: Sequence[Played]) -> Mapping[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for one in played:
        if one.found is None:
            asked = [t.reply.question.attribute for t in one.turns if t.reply.question]
            counts[asked[-1] if asked else "none"] += 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
