"""The number of an order and a contact, read from what a shopper writes, in both languages."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from catalog.masking import ORDER, PHONE, masked

#: A message is read this far.
_LENGTH = 600
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_CODE = r"#?[A-Za-z]{0,8}[-_]?\d[A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*(?![A-Za-z0-9@%])"
#: Digits with what people put between them.
_DIGITS = r"\+?\(?\d(?:[ ()./-]{0,2}\d){6,14}(?!\d)"
_CALLED = re.compile(
    r"(?:phone|mobile|telephone|cell(?:phone)?|tel|whatsapp|wechat|手机|电话|联系方式|联系)"
    r"(?:\s*(?:number|no\.?|号码|号|is|was|on it is|是|为|[:：#]))*\s*(?P<digits>" + _DIGITS + ")",
    re.I,
)
_ORDERED = re.compile(
    r"(?:order|purchase|订单编号|订单|单号|编号)(?:\s*(?:number|no\.?|nr\.?|id|code|is|was|with|"
    r"编号|号码|单号|号|是|为|[:：#]))*\s*(?P<code>" + _CODE + ")",
    re.I,
)
_NUMBERED = re.compile(
    r"(?<![A-Za-z])(?:number|no\.|nr\.?|号码)(?:\s*(?:is|was|是|为|[:：#]))*\s*(?P<code>"
    + _CODE
    + ")",
    re.I,
)
_HASH = re.compile(r"(?<![\w&])#\s?(?P<code>[A-Za-z]{0,8}-?\d[A-Za-z0-9-]{2,})")
_PHONES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\w+])(?:\+|00(?=[1-9]))\d{1,3}(?:[ ./-]?\(?\d{1,4}\)?){2,6}(?!\d)",
        r"(?<![\d.+-])(?:86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)",
        r"(?<![\d.+-])(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[ .-]\d{4}(?!\d)",
        r"(?<![\d.+-])0\d{2,4}[ -/]\d{5,8}(?!\d)",
    )
)
_LOOSE = re.compile(r"(?<![A-Za-z0-9@$¥€£.])" + _CODE)
_ALONE = re.compile(r"#?\s?[A-Za-z]{1,4}[-_ ]?\d{5,15}|#\s?\d{4,15}")
#: What stands behind an amount, a measure or a date.
_MEASURE = re.compile(
    r"\s*(?:元|块|人民币|rmb|yuan|usd|dollars?|euros?|pounds?|bucks|cm|mm|kg|g\b|ml|l\b|厘米|公斤|克|"
    r"毫升|升|年|月|日|天|days?|weeks?|months?|hours?|号楼|室|栋|%)",
    re.I,
)
_LEAST_CODE, _LEAST_PHONE, _MOST_PHONE = 4, 7, 15


@dataclass(frozen=True)
class Told:
    """What a message tells of an order; empty where it does not."""

    number: str = ""
    contact: str = ""
    cued: bool = False
    """Whether words or a sign say that the number is an order's."""

    def __bool__(self) -> bool:
        return bool(self.number or self.contact)


def read(text: str, expected: bool = False, has_number: bool = False) -> Told:
    """What a message tells of an order.

    Parameters
    ----------
    expected
        Whether a number and a contact were asked for: bare codes and numbers are read as such.
    has_number
        Whether the number is known already, so that bare digits are rather a telephone number.

    >>> read("order 10023, ann@example.com")
    Told(number='10023', contact='ann@example.com', cued=True)
    """
    rest = unicodedata.normalize("NFKC", text[:_LENGTH])
    rest, mails = _taken(rest, _EMAIL)
    rest, called = _taken(rest, _CALLED, "digits")
    rest, ordered = _taken(rest, _ORDERED, "code")
    rest, hashed = _taken(rest, _HASH, "code")
    phones = list(called)
    for pattern in _PHONES:
        rest, found = _taken(rest, pattern)
        phones += found
    rest, numbered = _taken(rest, _NUMBERED, "code")
    cued = [code for code in (*ordered, *hashed, *numbered) if _is_number(code)]
    phones = [phone for phone in phones if _is_phone(phone)]
    contact = next(iter((*mails, *phones)), "")
    number = next(iter(cued), "")
    if not expected:
        return Told(number, contact, bool(number))
    for match in _LOOSE.finditer(rest):
        code = match[0]
        if not _is_number(code) or _MEASURE.match(rest, match.end()):
            continue
        if not number and not (has_number and not contact and _is_phone(code)):
            number = code
        elif not contact and _is_phone(code):
            contact = code
    if not number and contact and not has_number and contact in phones and len(phones) > 1:
        number, contact = phones[0], phones[1]
    return Told(number.lstrip("# "), contact, bool(cued))


def hidden(text: str, expected: bool = False) -> str:
    """A text with what it tells of an order replaced, and with other personal data masked.

    >>> hidden("DM-10023, that is ann@example.com", expected=True)
    '[order], that is [email]'
    """
    told = read(text, expected)
    text = unicodedata.normalize("NFKC", text) if told else text
    if told.number:
        text = text.replace(told.number, ORDER)
    if told.contact and "@" not in told.contact:
        text = text.replace(told.contact, PHONE)
    return masked(text)


def is_number(text: str) -> bool:
    """Whether a message is nothing but what looks like an order's number.

    >>> is_number("DM-10023"), is_number("WH-1000XM5"), is_number("500")
    (True, False, False)
    """
    return _ALONE.fullmatch(unicodedata.normalize("NFKC", text).strip(" .!。")) is not None


def _taken(text: str, pattern: re.Pattern[str], group: str = "") -> tuple[str, list[str]]:
    """What a pattern finds, and the text without it."""
    found = [(match[group] if group else match[0]).strip() for match in pattern.finditer(text)]
    return pattern.sub(" ; ", text) if found else text, found


def _is_number(code: str) -> bool:
    return sum(character.isdigit() for character in code) >= _LEAST_CODE


def _is_phone(code: str) -> bool:
    digits = sum(character.isdigit() for character in code)
    letters = any(character.isalpha() for character in code)
    return not letters and _LEAST_PHONE <= digits <= _MOST_PHONE
