"""A simulated shopper: says what it needs, answers, looks at what is shown, and says what is wrong.

It knows its goal and the feed, and of the assistant only what any shopper sees: the products, the
question below them, and the text. What is said and when is drawn from a seed.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import Any, Mapping, Optional

from bot.evaluate.simulate.endpoint import Question, Reply
from bot.evaluate.simulate.facts import (
    ASSISTANTS,
    BRAND,
    KIND,
    PRICE,
    WHOM,
    Sheet,
    sayable,
    table,
    value_in,
)
from bot.evaluate.simulate.goals import Goal, changed
from bot.evaluate.simulate.slips import misspelt
from bot.evaluate.simulate.wording import Wording

#: How often an answer is the text of an option, where one says it.
BY_OPTION = 0.5
#: How often who has no preference on what was asked adds something of their own.
ADDS = 0.25
#: How often a wrong statement is noticed when the next list is seen.
NOTICED = 0.5
#: How often a shown product that is wrong in one point only is pointed at.
POINTS = 0.4
#: A fact that the assistant does not heed is said this often.
PATIENCE = 3
#: The message in which a shopper who changes its mind does so.
CHANGE_AT = (3, 4)


@dataclass(frozen=True)
class Habits:
    """How a shopper talks; each is the probability that it happens when it could."""

    wrong: float = 0.0
    """A fact said after the opening is a wrong one; noticed and corrected later, or not."""
    unknown: float = 0.0
    """A question about something that is cared about is answered by not knowing."""
    changes: float = 0.0
    """One fact of the goal changes in mid conversation."""
    typos: float = 0.0
    """A message has a slip in it."""
    volunteers: float = 0.5
    """Who sees what is wrong and was not asked says what; else it is refused without a reason."""


@dataclass(frozen=True)
class Said:
    """One message of a shopper."""

    text: str
    act: str
    attribute: str = ""


class Shopper:
    """One conversation's shopper.

    Parameters
    ----------
    goal
        What is wanted; it may change on the way.
    catalogue
        Product id → facts.
    random_, words
        What is done is drawn from the first and how it is put from the second, so that the same
        shopper opens with the same words whatever its habits are.
    """

    def __init__(
        self,
        goal: Goal,
        catalogue: Mapping[str, Sheet],
        language: str,
        habits: Habits,
        random_: random.Random,
        words: Optional[random.Random] = None,
    ) -> None:
        self.goal = goal
        self.said: dict[str, Any] = {}
        """Attribute → the value that the assistant was told last."""
        self._catalogue = catalogue
        self._habits = habits
        self._random = random_
        self._wording = Wording(language, words or random_)
        self._language = language
        self._times: Counter[str] = Counter()
        self._turn = 0
        self._change_at = random_.choice(CHANGE_AT) if random_.random() < habits.changes else None

    def open(self) -> Said:
        """The first message."""
        self._turn = 1
        facts = {a: self.goal.facts[a] for a in self.goal.stated}
        return self._sent(self._need("open", facts))

    def answer(self, reply: Reply) -> Said:
        """The next message, after what came back."""
        self._turn += 1
        return self._sent(self._next(reply))

    def seen(self, reply: Reply) -> list[Sheet]:
        """The facts of what a reply shows."""
        return [self._catalogue[i] for i in reply.items if i in self._catalogue]

    def _next(self, reply: Reply) -> Said:
        if self._turn == self._change_at and (said := self._change()):
            return said
        if (said := self._correct()) is not None:
            return said
        if reply.question is not None:
            return self._reply_to(reply.question)
        items = self.seen(reply)
        if not items:
            return self._say_all()
        return self._look(items)

    def _change(self) -> Optional[Said]:
        found = changed(self.goal, self._catalogue, list(self.said), self._random)
        if found is None:
            return None
        self.goal, attribute = found
        old, new = self.said[attribute], self.goal.facts[attribute]
        return self._instead("change", attribute, old, new)

    def _correct(self) -> Optional[Said]:
        wrong = [a for a, v in self.said.items() if v != self.goal.facts.get(a, v)]
        if not wrong or self._random.random() >= NOTICED:
            return None
        attribute = wrong[0]
        old, true = self.said[attribute], self.goal.facts[attribute]
        return self._instead("correct", attribute, old, true)

    def _instead(self, act: str, attribute: str, old: Any, new: Any) -> Said:
        self.said[attribute] = new
        phrases = {
            "v": self._wording.phrase(attribute, new),
            "old": self._wording.phrase(attribute, old),
        }
        return Said(self._wording.say(act, **phrases), act, attribute)

    def _reply_to(self, question: Question) -> Said:
        attribute = _ours(question.attribute)
        if attribute not in self.goal.facts:
            text = self._wording.say("dont_care")
            extra = next((a for a in self.goal.facts if a not in self.said), None)
            if extra is None or self._random.random() >= ADDS:
                return Said(text, "dont_care", question.attribute)
            value = self._value(extra)
            joint = "，" if self._language == "zh" else ", but "
            text += joint + self._wording.phrase(extra, value)
            return Said(text, "dont_care", question.attribute)
        if self._random.random() < self._habits.unknown:
            return Said(self._wording.say("dont_know"), "dont_know", attribute)
        value = self._value(attribute, question)
        options = [o for o in question.options if value_in(attribute, o) == value]
        if options and self._random.random() < BY_OPTION:
            return Said(options[0], "answer", attribute)
        return Said(self._wording.fact(attribute, value, "answer"), "answer", attribute)

    def _look(self, items: list[Sheet]) -> Said:
        """Say what is wrong with what is shown, or only that it is."""
        missed = Counter(a for sheet in items for a in self.goal.misses(sheet))
        if missed[KIND] == len(items) and self._times[KIND] < PATIENCE:
            return self._state(KIND)
        if self._random.random() < self._habits.volunteers:
            order = list(self.goal.facts)
            new = [a for a in missed if a not in self.said]
            if new:
                worst = max(new, key=lambda a: (missed[a], -order.index(a)))
                return self._point(items, worst) or self._state(worst)
            unheeded = [
                a
                for a, n in missed.items()
                if n == len(items) and self._times[a] < PATIENCE and a != KIND
            ]
            if unheeded:
                return self._again(min(unheeded, key=order.index))
        return self._refuse(items)

    def _state(self, attribute: str) -> Said:
        text = self._wording.fact(attribute, self._value(attribute))
        return Said(text, "critique", attribute)

    def _again(self, attribute: str) -> Said:
        value = self._value(attribute)
        return Said(
            self._wording.say("again", v=self._wording.phrase(attribute, value)),
            "again",
            attribute,
        )

    def _point(self, items: list[Sheet], attribute: str) -> Optional[Said]:
        """ "Like the second, but in red"."""
        near = [n for n, s in enumerate(items, 1) if self.goal.misses(s) == [attribute]]
        if not near or len(items) < 2 or attribute == KIND or self._random.random() >= POINTS:
            return None
        phrase = self._wording.phrase(attribute, self._value(attribute))
        return Said(self._wording.say("like_but", n=near[0], v=phrase), "like_but", attribute)

    def _refuse(self, items: list[Sheet]) -> Said:
        act = self._random.choices(("more", "reject_all", "reject_one"), (0.5, 0.35, 0.15))[0]
        if act == "reject_one" and len(items) > 1:
            worst = max(range(len(items)), key=lambda k: len(self.goal.misses(items[k])))
            return Said(self._wording.say(act, n=worst + 1), act)
        act = "more" if act == "reject_one" else act
        return Said(self._wording.say(act), act)

    def _say_all(self) -> Said:
        """Nothing was shown: all that was said, anew."""
        facts = {a: self.goal.facts[a] for a in self.goal.facts if a in {KIND, *self.said}}
        return self._need("restate", facts)

    def _need(self, act: str, facts: Mapping[str, Any]) -> Said:
        for attribute, value in facts.items():
            self.said[attribute] = value
            self._times[attribute] += 1
        return Said(self._wording.say("open", **self._wording.what(facts)), act)

    def _value(self, attribute: str, question: Optional[Question] = None) -> Any:
        """The value to say, which is a wrong one now and then; it counts as said."""
        true = self.goal.facts[attribute]
        value = true
        if attribute != KIND and self._random.random() < self._habits.wrong:
            value = self._other(attribute, true, question)
        self.said[attribute] = value
        self._times[attribute] += 1
        return value

    def _other(self, attribute: str, true: Any, question: Optional[Question]) -> Any:
        if attribute == PRICE:
            return float(round(float(true) * 0.6))
        if attribute == WHOM:
            pairs = {"men": "women", "women": "men", "boys": "girls", "girls": "boys"}
            return pairs.get(str(true), true)
        if attribute == BRAND:
            return self._random.choice(list(self._catalogue.values())).brand or true
        offered = [value_in(attribute, o) for o in (question.options if question else ())]
        others = [v for v in offered if v not in (None, true)]
        others = others or [v for v in table()[attribute] if v != true and sayable(attribute, v)]
        return self._random.choice(others)

    def _sent(self, said: Said) -> Said:
        if self._random.random() < self._habits.typos:
            return Said(misspelt(said.text, self._language, self._random), said.act, said.attribute)
        return said


class Pager(Shopper):
    """Says what it needs once, and pages through the list."""

    def _next(self, reply: Reply) -> Said:
        return Said(self._wording.say("more"), "more")


def _ours(attribute: str) -> str:
    """Our name of an attribute that the assistant asks about, or its own."""
    return next((a for a, theirs in ASSISTANTS.items() if attribute in theirs), attribute)
