"""What a message says about sizes, read from its words: "I'm a 43 now", 我该穿多大码."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional

from actions.sizing.kinds import ME, kind_in, person_in
from actions.sizing.systems import SYSTEMS, read

#: A message is read this far.
_LENGTH = 400
_SYSTEM = "|".join(sorted((s for s in SYSTEMS if s != "mm"), key=len, reverse=True))
_LETTER = r"(?:xxs|xs|xxxl|xxl|xl|[2-6]xl|s|m|l|small|medium|large|extra large)(?![a-z0-9'’])"
_NUMBER = r"(?<![\d.])\d{1,3}(?:\.5)?(?![\d.]*\d|\s*%)"
_UNITS = (
    r"(?!\s*(?:cm|kg|mm|years?|yrs?|days?|weeks?|hours?|元|块|岁|厘米|"
    r"公斤|斤|天|件|双|条|款|个|号线))"
)
SIZE = (
    rf"(?:size\s+)?(?:(?:{_SYSTEM})\s*(?:(?:men|women)(?:'s|s)?\s*)?(?:size\s*)?)?"
    rf"(?:{_LETTER}|{_NUMBER}{_UNITS})(?:\s*(?:{_SYSTEM})\b)?"
)
_END = (
    r"(?=\s*(?:$|[?.!,;，。？！]|please\b|pls\b|too\b|or\b|and\b|to my\b|"
    r"for\b|instead\b|though\b|now\b|in [a-z]{3}))"
)
_OFTEN = r"(?:\s+(?:usually|normally|always|generally|mostly|often|actually|just|now|only|also))*"
_WHO = r"(?:i|he|she|they|we|(?:my|our) [a-z]+)"
_SAID = tuple(
    re.compile(p, re.I)
    for p in (
        rf"\b{_WHO}{_OFTEN} (?:take|wear|use|fit|buy|get|need)s?{_OFTEN}(?: into)?(?: (?:an?|"
        rf"in))? (?P<size>{SIZE})",
        rf"\b(?:i'?m|i am|he'?s|he is|she'?s|she is|(?:my|our) [a-z]+(?:'s|"
        rf" is)){_OFTEN} (?:(?:an?|size|a size) )(?P<size>{SIZE})(?! (?:man|"
        rf"woman|person|guy|girl|year|fan))",
        rf"\b(?:my|his|her|their|usual|[a-z]+'s) (?:\w+ )?size (?:is |= ?|"
        rf": ?|was )?{_OFTEN}(?:an? )?(?P<size>{SIZE})",
        rf"\b(?:usually|normally|always) (?:an? )?(?P<size>{SIZE})",
        rf"\b{_WHO} (?:takes?|wears?) (?:an? )?(?P<size>{SIZE})",
        rf"(?:平时|一般|通常|习惯|现在|我|他|她|都)(?:都|是)?(?:穿|戴|买)的?(?:是|"
        rf"都是)?\s*(?P<size>{SIZE})",
        rf"(?:鞋码|尺码|码数|鞋号|裤码|衣码|戒指号|指围)(?:现在)?(?:是|为|"
        rf"：|:)?\s*(?P<size>{SIZE})",
        rf"(?:我|他|她)(?:现在|平时)?(?:是)?\s*(?P<size>{SIZE})\s*[码号](?:的?脚)?(?:了)?(?:$|"
        rf"[，。,.!！])",
    )
)
_NAMED = tuple(
    re.compile(p, re.I)
    for p in (
        rf"\bin (?:an? )?(?P<size>{SIZE}){_END}",
        rf"\b(?:have|got|do) (?:it |them |this |that |these |those )?(?:an? )?"
        rf"(?P<size>{SIZE}){_END}",
        rf"(?<!give )(?<!show )(?<!tell )(?<!get )(?<!find )(?<!for )(?<!of )"
        rf"\b(?P<size>(?:us|uk|eu|eur|fr|it)\s*(?:(?:men|women)'?s? )?(?:size )?{_NUMBER})"
        rf"(?!\s*(?:cm|dollars?|usd))",
        rf"(?P<size>\bsize {_NUMBER} ?(?:uk|us|eu|eur|fr|it)\b)",
        rf"[有要换选拿](?:没有|没|个|成)?\s*(?P<size>{SIZE})\s*[码号]?(?:的|吗|么|嘛|$|[?？])",
        rf"(?P<size>{SIZE})\s*[码号]?的?(?:还)?(?:有吗|有没有|有货|有么|还有)",
    )
)
_ALONE = re.compile(
    rf"^(?:and |or |then |what about |how about |i think |maybe |那|那么|嗯|就)*(?:an? )?"
    rf"(?P<size>{SIZE})\s*[码号]?(?: please|吧|呢|的)?\s*[.!?。！？]*$",
    re.I,
)
_FORGET = re.compile(
    r"\b(?:forget|delete|erase|remove|clear|don'?t (?:remember|keep|save))\b[\w' ]{0,30}\bsizes?\b"
    r"|(?:忘了?|忘掉|忘记|删掉|删除|清除|别记|不要记|不用记)[^，。]{0,10}(?:尺码|"
    r"码数|尺寸|鞋码|鞋号|裤码|[大的]码)",
    re.I,
)
_FIT = re.compile(
    r"\b(?:which|what) size (?:should|shall|do|would|must|to|am|is|will)\b[^.]{0,40}"
    r"\b(?:i|me|he|she|get|take|order|pick|buy|right|my [a-z]+)\b"
    r"|\b(?:would|will|does|do|should)\b[^.?]{0,24}\bfit (?:me|him|her|my [a-z]+)\b"
    r"|\b(?:which|what) size\s*[?.!]*$"
    r"|\bwhat(?:'s| is) my (?:\w+ )?size\b|\bwhat size (?:am i|did i say)\b"
    r"|\b(?:will|would|does|do|should|is it going to|gonna) ?(?:it|"
    r"this|that|they|these|those|the [\w ]{1,20})? fit "
    r"(?:me|him|her|us|my [a-z]+)\b|\b(?:runs?|fits?|comes? up) (?:small|"
    r"large|big)\b|\btrue to size\b"
    r"|\bshould i (?:size|go) (?:up|down)|\bmy size\?"
    r"|[该要应]?[穿买选拍拿要戴](?:多大|什么|几|哪个|哪一)个?(?:的)?(?:尺?[码寸号]|的$|的？$)"
    r"|(?:多大|什么|哪个)(?:尺?码|号)合?适?|[码号]数?怎么选|我穿(?:得上)?(?:合适|合身)[吗么]"
    r"|偏大还是偏小|偏小还是偏大|偏[大小码][吗么]|正码[吗么]|尺码(?:标准|准)[吗么不]"
    r"|我?的(?:鞋|裤|衣)?(?:尺?码|尺寸)是(?:多少|多大|什么|几)",
    re.I,
)
_MEASURE = re.compile(
    r"\b(?P<what>chest|bust|waist|foot length|foot|feet|head)\b(?: (?:is|"
    r"are|of|measures?|length|=|around|about))*"
    r"\s*(?:is |are |: ?|of |about )?(?P<n>\d{1,3}(?:\.\d)?)\s*(?P<unit>cm|"
    r"mm|in\b|inch(?:es)?|\"|厘米|公分)"
    r"|(?P<zh>胸围|腰围|脚长|头围)(?:是|有|大概|大约|：|:)*\s*(?P<zn>\d{1,3}(?:\.\d)?)\s*(?P<zu>cm|"
    r"mm|厘米|公分|毫米)?",
    re.I,
)
_PART = {"chest": "chest", "bust": "chest", "胸围": "chest", "waist": "waist", "腰围": "waist",
         "foot": "foot", "feet": "foot", "foot length": "foot", "脚长": "foot", "head": "head",
         "头围": "head"}  # fmt: skip
#: To cm.
_CM = {"mm": 0.1, "毫米": 0.1, "in": 2.54, "inch": 2.54, "inches": 2.54, '"': 2.54}


#: One size in several systems: "EU 42 / UK 8 / US 9".
_EQUAL = re.compile(
    rf"(?P<size>(?:{_SYSTEM})\s*\d{{1,3}}(?:\.5)?)(?:\s*[/|=,，、(（]\s*(?:{_SYSTEM})\s*\d{{1,3}}"
    r"(?:\.5)?[)）]?)+",
    re.I,
)


@dataclass(frozen=True)
class Heard:
    """What one message says about sizes."""

    size: str = ""
    """As it is written in requests: ``42``, ``UK 8``, ``l``; empty where none is named."""
    words: str = ""
    """The words it was read from."""
    person: str = ""
    """Whose it is; empty where the message does not say."""
    kind: str = ""
    """The kind that words beside it name; empty where they do not."""
    states: bool = False
    """Whether it is told which size somebody takes."""
    forgets: bool = False
    asks: bool = False
    """Whether it is asked which size to take, or whether one fits."""
    measure: str = ""
    """Of the body, ``chest``, ``waist``, ``foot`` or ``head``."""
    cm: float = 0.0
    equal: bool = False
    """Whether it is said in several systems at once."""
    bare: bool = False
    """Whether the size is all that the message says."""


def hear(text: str, *, answering: bool = False, shown: bool = False) -> Heard:
    """Read one message.

    Parameters
    ----------
    answering
        Whether a size was asked for, so that a bare number is one.
    shown
        Whether products with sizes are talked about.
    """
    text = text[:_LENGTH].replace("’", "'")
    if _FORGET.search(text):
        return Heard(person=person_in(text) or ME, kind=kind_in(text), forgets=True)
    person = person_in(text) or (ME if re.search(r"\bfor me\b|给我自己", text, re.I) else "")
    measure, cm = _measured(text)
    asks = bool(_FIT.search(text))
    if (several := _EQUAL.search(text)) and (size := _written(several["size"])):
        return Heard(size, several.group(), person, measure=measure, cm=cm, equal=True)
    for pattern in _SAID:
        if found := pattern.search(text):
            size, words = _written(found["size"]), found["size"]
            if size:
                who = person or (ME if re.search(r"\bi\b|\bi'?m\b|\bmy\b|我", text, re.I) else "")
                near = text[max(0, found.start() - 12) : found.end() + 20]
                states = not re.search(r"\b(?:need|get|buy)\b", found.group(), re.I)
                return Heard(size, words, who, kind_in(near), states, False, asks, measure, cm)
    named = _NAMED if shown or not answering else ()
    for pattern in named:
        found = pattern.search(text)
        if found and (size := _written(found["size"])):
            return Heard(size, found["size"], person, "", False, False, asks, measure, cm)
    if answering or shown:
        found = _ALONE.match(text.strip())
        if found and (size := _written(found["size"])):
            return Heard(
                size, found["size"], person, "", answering, False, asks, measure, cm, bare=True
            )
    return Heard(person=person, asks=asks, measure=measure, cm=cm)


def with_system(size: str, words: str) -> str:
    """A size that was read, with the system in the words around it: 8 of "UK 8" is ``UK 8``."""
    written = _written(words)
    if not written or not re.search(rf"(?<![\d.]){re.escape(size)}(?![\d.])", written, re.I):
        return size
    return written


def _written(words: str) -> str:
    """A size as requests have it; empty where the words are none."""
    found = re.sub(r"(?i)\b(?:shoe|in|an?|men'?s?|women'?s?)\b|尺码|鞋码", " ", words)
    found = re.sub(r"(?i)\bsize\b|[码号的]", " ", found)
    size = read(" ".join(found.split()))
    if size is None:
        return ""
    if size.letter:
        return size.letter.lower()
    if not 0 < size.low <= 320:
        return ""
    number = f"{size.low:g}" if size.low == size.high else f"{size.low:g}-{size.high:g}"
    named = size.system not in ("", "mm", "eu")
    return f"{size.system.upper()} {number}" if named else number


def _measured(text: str) -> tuple[str, float]:
    """What of the body is measured, and its cm; empty and 0 where nothing is."""
    found: Optional[re.Match[str]] = _MEASURE.search(text)
    if found is None:
        return "", 0.0
    part = _PART[(found["what"] or found["zh"]).lower()]
    number = float(found["n"] or found["zn"])
    cm = number * _CM.get((found["unit"] or found["zu"] or "cm").lower(), 1.0)
    return (part, cm) if 10 <= cm <= 250 else ("", 0.0)
