"""Personal data out of what people wrote: e-mail, card, phone and order numbers.

What stands for money, a size, a year or a model stays as it is, so that the words still say what
was wanted. Names and street addresses cannot be told from other words and stay.
"""

from __future__ import annotations

import re
from typing import Any

EMAIL, CARD, PHONE, ORDER = "[email]", "[card]", "[phone]", "[order]"

# ASCII classes: Chinese letters stand next to an address without a space.
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
#: 14 to 19 digits in groups (ISO/IEC 7812); 13 are left to the bar codes of products (EAN-13).
_CARD = re.compile(r"(?<![\d+.,-])[2-6]\d{3}(?:[ -]?\d){10,15}(?![\d]|[.,]\d)")
#: "#12345", after whatever says that it is the number of an order.
_HASH = re.compile(r"(?<![\w&#])#[A-Za-z]{0,4}-?\d{4,}(?:-?[A-Za-z0-9]+)*")
_CODE = r"[A-Za-z]{0,5}-?\d(?:[A-Za-z0-9-]{4,}[A-Za-z0-9])"
_ORDERED = re.compile(
    r"(?i:(?P<cue>\b(?:order|invoice|tracking|parcel|shipment)"
    r"(?:\s*(?:number|no\.?|nr\.?|id|code|is|#|:))+\s*#?\s*"
    rf"|\b(?:order|invoice|tracking)\s+(?=[A-Z]{{0,5}}-?\d{{8}})))(?P<code>{_CODE})"
)
_ORDERED_ZH = re.compile(
    r"(?P<cue>(?:订单|运单|快递|物流|退货|发票)(?:编号|号码|单号|号)?(?:是|为)?\s*[:：#]?\s*)"
    rf"(?P<code>{_CODE})(?!\s*[年月元块万])"
)
_PHONES = (
    # Chinese: mobiles of 11 digits, not behind another country's code; land lines with their area.
    re.compile(
        r"(?<![\d.,+-])(?<!\+\d[ -])(?<!\+\d\d[ -])(?<!\+\d\d\d[ -])"
        r"(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![\d]|[.,]\d)"
    ),
    re.compile(r"(?<![\d.,+-])0\d{2,3}-\d{7,8}(?!\d)"),
    # International: +49 151 12345678, 0049 30 1234567, +1 (415) 555-2671.
    re.compile(r"(?<![\w+])(?<!\d )(?:\+|00(?=[1-9]))\d{1,3}(?:[ ./-]?\(?\d{1,4}\)?){2,6}(?![\d])"),
    # North American: 415-555-2671, 415.555.2671, (415) 555 2671.
    re.compile(r"(?<![\d.,+-])(?:\(\d{3}\) ?|\d{3}-)\d{3}[ -]\d{4}(?![\d]|[.,]\d)"),
    re.compile(r"(?<![\d.,+-])\d{3}\.\d{3}\.\d{4}(?![\d]|[.,]\d)"),
)
#: Seven digits and more after words that announce a telephone number.
_CALLED = re.compile(
    r"(?P<cue>(?i:\b(?:phone|mobile|telephone|cell)\s*(?:number|no\.?)(?:\s*is)?|\btel\b\.?"
    r"|\b(?:call|text|whatsapp)\s+me\s+(?:at|on))|电话号码|手机号码?|联系电话|电话[是为])"
    r"(?P<gap>\s*[:：]?\s*[是为]?\s*)(?P<code>\(?\d(?:[ ()-]?\d){6,14})"
)
_LEAST_PHONE, _MOST_PHONE = 7, 15


def masked(text: str) -> str:
    """The same words with what names a person by number or address replaced.

    Masking twice is masking once.

    >>> masked("I'm ann@mail.com, call 13800138000 about #20231"), masked("size 42 under $200")
    ("I'm [email], call [phone] about [order]", 'size 42 under $200')
    """
    text = _EMAIL.sub(EMAIL, text)
    text = _HASH.sub(ORDER, text)
    text = _ORDERED.sub(lambda match: match["cue"] + ORDER, text)
    text = _ORDERED_ZH.sub(lambda match: match["cue"] + ORDER, text)
    text = _CARD.sub(lambda match: CARD if _luhn(match[0]) else match[0], text)
    for pattern in _PHONES:
        text = pattern.sub(_phone, text)
    return _CALLED.sub(lambda match: match["cue"] + match["gap"] + PHONE, text)


def masked_json(value: Any) -> Any:
    """Plain JSON with every text in it masked; its keys stay."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {key: masked_json(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked_json(one) for one in value]
    return value


def _phone(match: re.Match[str]) -> str:
    digits = sum(character.isdigit() for character in match[0])
    return PHONE if _LEAST_PHONE <= digits <= _MOST_PHONE else match[0]


def _luhn(text: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812 over those before it."""
    digits = [int(character) for character in reversed(text) if character.isdigit()]
    doubled = (divmod(2 * digit, 10) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(map(sum, doubled))) % 10 == 0
