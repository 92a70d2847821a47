"""More texts to learn from than were written: the same with slips, and two in one."""

from __future__ import annotations

import re
from typing import Callable, Optional, Sequence

import numpy as np

from bot.nlu.training.batches import Row
from bot.nlu.training.config import TrainConfig

CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: What stands between two things that are said together.
JOINTS = (". ", "! ", ", ", " and ", " also ", ", and ", "; ", " ", " btw ", ", oh and ", "\n")
JOINTS_ZH = ("。", "，", "，另外", "，还有", " ", "！", "，顺便", "；", "，对了", "然后", "")
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
#: A Chinese character, or a word of others with the space after it.
WORD = re.compile(r"[\u4e00-\u9fff]\s*|[^\s\u4e00-\u9fff]+\s*|^\s+")
#: Replaces product words in a text; None where there are none.
Swap = Callable[[str, np.random.Generator], Optional[str]]


class Augmenter:
    """Rows of an epoch.

    Parameters
    ----------
    swap
        Changes product words, see ``bot.nlu.training.swap``.
    """

    def __init__(self, config: TrainConfig, swap: Optional[Swap] = None) -> None:
        self._config = config
        if swap is None and config.synonyms:
            from bot.nlu.training.swap import lexicon_swap

            swap = lexicon_swap()
        self._swap = swap

    def rows(self, rows: Sequence[Row], epoch: int) -> list[Row]:
        """The rows, some of them changed and some added; the same ones for the same epoch."""
        config = self._config
        random = np.random.default_rng((config.seed, epoch))
        found = [self._changed(row, random) for row in rows]
        singles = [row for row in found if not row.after and not row.parts]
        if config.compose and singles:
            for _ in range(round(config.compose * len(rows))):
                a, b = random.integers(0, len(singles), 2)
                found.append(compose(singles[a], singles[b], random))
        return found

    def _changed(self, row: Row, random: np.random.Generator) -> Row:
        config, text = self._config, row.text
        if row.parts:
            return row
        if config.synonyms and self._swap is not None and random.random() < config.synonyms:
            text = self._swap(text, random) or text
        if config.word_dropout and random.random() < config.word_dropout:
            text = drop_words(text, random)
        if config.spelling and random.random() < config.spelling:
            text = misspell(text, random)
        return row if text == row.text else Row(text, row.targets, after=row.after)


def compose(first: Row, second: Row, random: np.random.Generator) -> Row:
    """Two texts said together; each part keeps its label, the whole has half of each."""
    joints = JOINTS_ZH if CHINESE.search(first.text + second.text) else JOINTS
    a = first.text.rstrip(" .。!！") if random.random() < 0.7 else first.text
    joint = joints[int(random.integers(len(joints)))]
    text = f"{a}{joint}{second.text}"
    if (first_label := first.label) == (second_label := second.label):
        return Row(text, ((first_label, 1.0),))
    parts = ((0, len(a), first_label), (len(a) + len(joint), len(text), second_label))
    return Row(text, ((first_label, 0.5), (second_label, 0.5)), parts)


def drop_words(text: str, random: np.random.Generator, share: float = 0.1) -> str:
    """Leave out a tenth of the words, at least one of three or more; characters in Chinese."""
    words = WORD.findall(text)
    if len(words) < 3:
        return text
    count = max(1, round(share * len(words)))
    gone = set(random.choice(len(words), count, replace=False).tolist())
    return "".join(word for i, word in enumerate(words) if i not in gone).rstrip()


def misspell(text: str, random: np.random.Generator) -> str:
    """One slip of the fingers in one longer Latin word; texts without one stay as they are.

    A letter is left out, doubled, changed for its neighbour on the keyboard, or for the next one
    in the word; the first and the last stay.
    """
    words = [m.span() for m in re.finditer(r"[A-Za-z]{4,}", text)]
    if not words:
        return text
    begin, end = words[int(random.integers(len(words)))]
    at = int(random.integers(begin + 1, end - 1))
    letter, after = text[at], text[at + 1]
    near = _neighbour(letter, random)
    slips = ["", letter * 2, near]
    slip = slips[int(random.integers(len(slips)))]
    if at + 2 < end and letter != after and random.random() < 0.25:
        return text[:at] + after + letter + text[at + 2 :]
    return text[:at] + slip + text[at + 1 :]


def _neighbour(letter: str, random: np.random.Generator) -> str:
    """A letter beside this one on the keyboard."""
    row = next(row for row in KEYS if letter.lower() in row)
    at = row.index(letter.lower())
    beside = row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    found = beside[int(random.integers(len(beside)))]
    return found.upper() if letter.isupper() else found
