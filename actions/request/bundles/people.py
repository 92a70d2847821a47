"""For whom presents are: "my mum, my dad and my 8-year-old nephew", 爸爸妈妈和女儿."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from actions.request.ages import age_group
from actions.request.numbers import parse_numbers
from catalog.sets.sets import told_sets

#: Nobody above is called a child by the age alone.
CHILD = 17
_AGE = re.compile(
    r"(\d{1,3})\s*(?:-|\s)?(?:years?|yrs?|yo|y/o)(?:\s*-?\s*old)?|(?:aged?|ages|is|turning)\s+(\d{1,3})(?![\d.])"
    r"|(\d{1,3}|[一二三四五六七八九十]+)\s*岁",
    re.IGNORECASE,
)
_AGES = re.compile(
    r"(?:aged?|ages|are)\s+((?:\d{1,2}(?:\s*(?:,|and|&)\s*(?:and\s+)?)?)+)"
    r"|((?:\d{1,2}(?:岁)?\s*(?:、|和|,|，)?\s*)+)岁",
    re.IGNORECASE,
)
#: A mother's day is nobody, and neither is the one whose baby it is.
_OWNER = re.compile(r"(?:['’]s|s['’])\s|\s*(?:['’]?s day|shower)|节|家(?!人)|的(?:老师|朋友|同事)")
#: Baby clothes are clothes.
_THING = re.compile(
    r"\s+(?:clothes|clothing|wear|dress(?:es)?|shoes|socks|toys?|rompers?|onesies?|bodysuits?)\b"
    r"|连体衣|衣|裙|鞋|玩具|裤|帽|袜|睡衣|外套",
    re.IGNORECASE,
)
_OR = re.compile(r"\s*(?:or(?: an?)?(?: my)?|还是|或者?)\s*", re.IGNORECASE)
_EXCEPT = re.compile(r"\b(?:from|because of)\s+(?:my\s+)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Named:
    """Someone who was named, and where."""

    person: str
    """A name of ``catalog.sets``."""
    words: str
    start: int
    end: int
    count: int = 1
    """How many of them."""
    ages: tuple[float, ...] = ()


def people(text: str) -> list[Named]:
    """Everybody a text names, in the order named."""
    found = []
    sets = told_sets()
    matches: list[re.Match[str]] = []
    for match in _pattern().finditer(text):
        if _EXCEPT.search(text[: match.start()]) or _OWNER.match(text, match.end()):
            continue
        if _THING.match(text, match.end()):
            continue
        if matches and _OR.fullmatch(text, matches[-1].end(), match.start()):
            # A boy or a girl is one of both.
            continue
        if matches and text[matches[-1].end() : match.start()] == " ":
            matches.pop()
        matches.append(match)
    for k, match in enumerate(matches):
        name = _who(match.group())
        before = text[matches[k - 1].end() if k else 0 : match.start()]
        after = text[match.end() : matches[k + 1].start() if k + 1 < len(matches) else len(text)]
        own = _ages(after) if _plural(match.group()) else ()
        count = _count(before, match.group())
        ages = own or _age(before, after)
        if own and count == 1:
            count = len(own)
        ages = ages[:count]
        for person in sets.pairs.get(name, (name,)):
            words = match.group() if name not in sets.pairs else ""
            found.append(Named(person, words, match.start(), match.end(), count, ages))
    return found


def age_groups_of(named: Named, n: int) -> str:
    """The age group of the ``n``-th of those who were named together; empty where it is unsaid."""
    if not named.ages:
        return ""
    years = named.ages[min(n, len(named.ages) - 1)]
    return age_group(years) if years <= CHILD else "adult"


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    names = sorted(told_sets().person_words, key=len, reverse=True)
    english = "|".join(n for n in names if n.isascii())
    chinese = "|".join(n for n in names if not n.isascii())
    return re.compile(rf"(?<![a-z-])(?:{english})(?![a-z])|(?:{chinese})", re.IGNORECASE)


def _who(surface: str) -> str:
    for spec, name in told_sets().person_words.items():
        if re.fullmatch(spec, surface, re.IGNORECASE):
            return name
    raise KeyError(surface)


def _plural(surface: str) -> bool:
    return surface.isascii() and (surface.endswith("s") or surface == "children")


def _count(before: str, surface: str) -> int:
    """How many there are: "three kids", 两个同事."""
    near = before[-14:]
    numbers = [n for n in parse_numbers(near) if n.high is None and n.value == int(n.value)]
    if not numbers:
        return 1
    last = numbers[-1]
    between = near[last.end :].strip().casefold()
    counted = between in ("", "个", "位", "名", "best", "close", "good", "of my", "little", "young")
    if not counted or not (_plural(surface) or not surface.isascii()):
        return 1
    return max(1, int(min(last.value, 1e6)))


def _age(before: str, after: str) -> tuple[float, ...]:
    """An age right before or right behind: "8-year-old nephew", "nephew (8)", 8岁的侄子."""
    tail = re.split(r"[,，;；、。]|\band\b|和", before)[-1]
    head = re.split(r"[,，;；、。]|\band\b|和", after)[0]
    for part, last in ((tail, True), (head, False)):
        matches = list(_AGE.finditer(part))
        if matches:
            digits = next(g for g in matches[-1 if last else 0].groups() if g)
            value = [n.value for n in parse_numbers(digits)]
            if value and value[0] < 120:
                return (value[0],)
    bare = re.match(r"\s*[(（]\s*(\d{1,2})\s*[)）]", after)
    return (float(bare.group(1)),) if bare else ()


def _ages(after: str) -> tuple[float, ...]:
    """Several ages at once: "kids aged 3, 5 and 9"."""
    found = _AGES.search(after[:60])
    if not found:
        return ()
    return tuple(float(n) for n in re.findall(r"\d{1,2}", found.group()))
