"""Labels of different files that mean the same although they are written differently."""

from __future__ import annotations

import re
from collections import Counter
from typing import Iterable

AROUND = re.compile(r"^[\W_]+|[\W_]+$")


def key(label: str) -> str:
    """What is compared: no case, and no punctuation at either end.

    >>> key("Refund_not_showing_up"), key("reverted_card_payment?"), key("+")
    ('refund_not_showing_up', 'reverted_card_payment', '+')
    """
    return AROUND.sub("", label).casefold() or label


def meeting(labels: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """The known label that each label of another file stands for, where there is one.

    The same spelling comes first. Otherwise two labels meet where they have the same key, and no
    others on either side have it: what one file tells apart stays apart.

    >>> meeting({"Card_arrival", "exchange"}, {"card_arrival?", "refund"})
    {'Card_arrival': 'card_arrival?'}
    """
    known = set(known)
    others = sorted(set(labels) - known)
    found = {label: label for label in labels if label in known}
    free = {key(label): label for label in sorted(known - found.keys())}
    used = Counter(key(label) for label in others)
    taken = Counter(key(label) for label in known)
    for label in others:
        if used[key(label)] == taken[key(label)] == 1 and key(label) in free:
            found[label] = free[key(label)]
    return found
