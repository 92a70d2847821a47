"""How simulated shoppers put things: what is meant, in words drawn from a bank of a language."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping, Sequence

import yaml

from bot.evaluate.simulate.facts import BRAND, COLOR, KIND, PRICE, WHOM, names
from catalog.errors import ShoptalkError

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "zh")
#: Attributes whose values are parts of a thing: "with long sleeves".
PARTS = frozenset({"sleeve", "neck"})
#: Parts that are said like a quality.
_QUALITIES = frozenset({"sleeveless"})
#: Before the kind, in this order.
_BEFORE = ("occasion", COLOR, "pattern", "material", "fit", "closure")
_AFTER_IF = ("for ", "with ")
#: What cannot be counted takes no article.
_UNCOUNTED = ("wear", "jewellery", "luggage", "clothing", "bedding")
_NTH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ZH_N = "一二三四五六七八九"


class Wording:
    """The words of one shopper, who does not repeat a phrase before the bank is used up."""

    def __init__(self, language: str, random_: random.Random) -> None:
        self.language = language
        self._bank = bank(language)
        self._random = random_
        self._left: dict[str, list[str]] = {}

    def say(self, act: str, **slots: Any) -> str:
        """A sentence for an act with its slots filled."""
        left = self._left.get(act)
        if not left:
            left = self._left[act] = list(self._bank[act])
            self._random.shuffle(left)
        if "n" in slots:
            n = int(slots["n"])
            slots["nth"] = _NTH[n - 1] if n <= len(_NTH) else f"{n}th"
            slots["n"] = _ZH_N[n - 1] if self.language == "zh" and n <= len(_ZH_N) else n
        return left.pop().format(**slots)

    def in_order(self, act: str, number: int, **slots: Any) -> str:
        """The sentence of an act that has this number, from 0; after the last the first again."""
        templates = self._bank[act]
        return templates[number % len(templates)].format(**slots)

    def value(self, attribute: str, value: Any) -> str:
        """A value as the shopper calls it."""
        if attribute == PRICE:
            return f"{float(value):.0f}"
        called = self._random.choice(names(attribute, str(value), self.language))
        part = self.language == "en" and attribute == "neck" and called.startswith(("round", "v-"))
        return f"a {called}" if part else called

    def what(self, facts: Mapping[str, Any]) -> dict[str, str]:
        """The slots of a thing with what is said of it."""
        said = {a: self.value(a, v) for a, v in facts.items()}
        kind = said.get(KIND, "")
        thing = _zh_thing(said) if self.language == "zh" else _en_thing(said)
        return {
            "what": thing,
            "a_what": _with_article(thing, kind) if self.language == "en" else thing,
            "kind": kind,
            "a_kind": _with_article(kind, kind) if self.language == "en" else kind,
        }

    def fact(self, attribute: str, value: Any, act: str = "critique") -> str:
        """One fact, as a critique of what is shown or an answer to a question."""
        called = self.value(attribute, value)
        if act == "answer":
            special = f"answer_{attribute}"
            return self.say(special if special in self._bank else "answer", v=called)
        if attribute == KIND:
            return self.say("critique_kind", kind=called, a_kind=_with_article(called, called))
        if attribute in (COLOR, PRICE, BRAND, WHOM):
            return self.say(f"critique_{attribute}", v=called)
        is_part = attribute in PARTS and value not in _QUALITIES
        return self.say("critique_with" if is_part else "critique_trait", v=called)

    def phrase(self, attribute: str, value: Any) -> str:
        """A fact as it stands in a sentence: "under 800", "from Puma", "in navy"."""
        called = self.value(attribute, value)
        if self.language == "zh":
            return {PRICE: f"{called}以内", WHOM: f"{called}款"}.get(attribute, called)
        is_part = attribute in PARTS and value not in _QUALITIES
        before = {PRICE: "under ", BRAND: "from ", WHOM: "for ", COLOR: "in "}.get(attribute, "")
        return f"{'with ' if is_part else before}{called}"


@lru_cache(maxsize=len(LANGUAGES))
def bank(language: str) -> Mapping[str, Sequence[str]]:
    """Act → its templates."""
    if language not in LANGUAGES:
        raise ShoptalkError(f"Shoppers speak {' or '.join(LANGUAGES)}, not {language!r}.")
    return yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))


def _en_thing(said: Mapping[str, str]) -> str:
    after = [said[a] for a in _BEFORE if a in said and said[a].startswith(_AFTER_IF)]
    before = [said[a] for a in _BEFORE if a in said and not said[a].startswith(_AFTER_IF)]
    parts = [f"with {said[a]}" for a in PARTS & said.keys() if said[a] != "sleeveless"]
    if said.get("sleeve") == "sleeveless":
        before.insert(0, "sleeveless")
    words = [*before, said.get(KIND, "thing"), *after, *sorted(parts)]
    words += [f"for {said[WHOM]}"] if WHOM in said else []
    words += [f"by {said[BRAND]}"] if BRAND in said else []
    words += [f"under {said[PRICE]}"] if PRICE in said else []
    return " ".join(words)


def _zh_thing(said: Mapping[str, str]) -> str:
    words = [f"{said[BRAND]}的"] if BRAND in said else []
    words += [said[a] for a in (WHOM, *_BEFORE, "sleeve", "neck") if a in said]
    thing = "".join([*words, said.get(KIND, "东西")])
    return f"{said[PRICE]}以内的{thing}" if PRICE in said else thing


def _with_article(thing: str, kind: str) -> str:
    head = kind.split()[-1] if kind else ""
    paired = kind.startswith("pair of ")
    plural = head.endswith("s") and not head.endswith("ss")
    if not paired and (plural or head.endswith(_UNCOUNTED)):
        return thing
    return f"{'an' if thing[:1].lower() in 'aeiou' else 'a'} {thing}"
