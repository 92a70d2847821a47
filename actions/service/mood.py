"""How angry a message is, and whether its anger is about us: by rules over word lists.

Anger is graded from 0 to 3. A strong word that only lends weight to a wish ("a fucking good
red") is none; what is said against the assistant or the shop is.
"""

from __future__ import annotations

import re

from actions.service.words import patterns, plain, says

CALM, ANNOYED, ANGRY, FURIOUS = 0, 1, 2, 3

_CLAUSES = re.compile(r"[,.;!?，。；！？\n]+")
_SHOUTED = re.compile(r"[!！]{2,}|[!！].*[!！]|\?{3,}|？{3,}")
#: As many words in capitals, without small ones, are shouted.
_CAPITALS = 4


def anger(text: str, wishes: bool = False) -> int:
    """How angry a message is at us.

    Parameters
    ----------
    wishes
        Whether the message says what is looked for: swear words in it may be about that.

    >>> anger("where is my order"), anger("you useless bot"), anger("a damn good red", True)
    (0, 3, 0)
    """
    said = plain(text)
    if says("abuse", said):
        return FURIOUS
    if says("threats", said):
        return FURIOUS
    grade = CALM
    for clause in _CLAUSES.split(said):
        at_us = says("us", clause)
        if says("swears", clause) and not wishes:
            grade = max(grade, FURIOUS if at_us else ANGRY)
        if says("insults", clause) and at_us and not wishes:
            grade = max(grade, ANGRY)
    if weary := len(list(patterns()["fed_up"].finditer(said))):
        grade = max(grade, ANGRY if weary == 1 else FURIOUS)
    if says("annoyed", said):
        grade = max(grade, ANNOYED)
    return min(FURIOUS, grade + 1) if grade and _shouted(text) else grade


def _shouted(text: str) -> bool:
    words = re.findall(r"[A-Za-z]{2,}", text)
    capitals = len(words) >= _CAPITALS and all(word.isupper() for word in words)
    return capitals or _SHOUTED.search(text) is not None
