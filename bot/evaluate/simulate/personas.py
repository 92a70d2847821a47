"""Shoppers who do not help: "whatever", beside the point, now this and now its opposite."""

from __future__ import annotations

from typing import Mapping

from bot.evaluate.simulate.endpoint import Reply
from bot.evaluate.simulate.facts import COLOR, KIND, WHOM
from bot.evaluate.simulate.shopper import Said, Shopper

#: Whoever talks beside the point does so this often where nothing was asked.
BESIDE = 0.5


class Whatever(Shopper):
    """Names a kind of thing, and is content with whatever from there on."""

    def open(self) -> Said:
        self._turn = 1
        return self._sent(self._need("open", {KIND: self.goal.facts[KIND]}))

    def _next(self, reply: Reply) -> Said:
        return Said(self._wording.say("whatever"), "whatever")


class Beside(Shopper):
    """Never answers what it is asked."""

    def _next(self, reply: Reply) -> Said:
        if reply.question is not None or self._random.random() < BESIDE:
            return Said(self._wording.say("beside"), "beside")
        return super()._next(reply)


class Contradict(Shopper):
    """Wants something, then anything but that, then that again."""

    def _next(self, reply: Reply) -> Said:
        cared = [a for a in self.goal.facts if a not in (KIND, WHOM, "price")]
        attribute = COLOR if COLOR in cared else cared[0] if cared else WHOM
        value = self.goal.facts.get(attribute)
        if value is None:
            return super()._next(reply)
        called = self._wording.value(attribute, value)
        text = self._wording.in_order("contradict", self._turn - 2, v=called)
        return Said(text, "contradict", attribute)


PERSONAS: Mapping[str, type[Shopper]] = {
    "whatever": Whatever,
    "beside": Beside,
    "contradict": Contradict,
}
