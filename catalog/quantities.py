"""Values that are numbers with units, and values made of other values, in either language."""

from __future__ import annotations

import re
import unicodedata
from typing import Callable, Optional

#: (names in English, one and many; names in Chinese). Symbols have one English form.
_UNITS = (
    (("piece", "pieces", "pcs", "pc"), ("件", "片", "块")),
    (("h", "hours", "hour", "hr", "hrs"), ("小时", "个小时")),
    (("minute", "minutes", "min", "mins"), ("分钟",)),
    (("day", "days"), ("天", "日")),
    (("week", "weeks"), ("周", "星期")),
    (("month", "months"), ("个月", "月")),
    (("year", "years"), ("年",)),
    (("person", "people", "persons"), ("人",)),
    (("pack", "packs"), ("包",)),
    (("pair", "pairs"), ("双", "对")),
    (("cup", "cups"), ("杯",)),
    (("tier", "tiers"), ("层",)),
    (("seat", "seats", "seater"), ("座",)),
    (("key", "keys"), ("键",)),
    (("inch", "inches", '"'), ("英寸", "寸")),
    (("m bed", "metre bed", "meter bed"), ("米床",)),
    (("m", "meter", "meters", "metre", "metres"), ("米",)),
    (("cm",), ("厘米", "公分")),
    (("mm",), ("毫米",)),
    (("kg",), ("千克", "公斤")),
    (("g", "gram", "grams"), ("克",)),
    (("mg",), ("毫克",)),
    (("L", "liter", "liters", "litre", "litres"), ("升",)),
    (("ml",), ("毫升",)),
    (("W", "watt", "watts"), ("瓦",)),
    (("V",), ("伏",)),
    (("mAh",), ("毫安时", "毫安")),
    (("%",), ("%",)),
    (("GB",), ("GB",)),
    (("TB",), ("TB",)),
    (("Hz",), ("Hz", "赫兹")),
    (("GHz",), ("GHz",)),
)
_EN = {n.lower(): units for units in _UNITS for n in units[0]}
_ZH = {n: units for units in _UNITS for n in units[1]}
_NUMBER = r"\d+(?:[.,]\d+)*"
_NUMBERS = rf"{_NUMBER}(?:\s*[x×*~-]\s*{_NUMBER})*"
_NAMES = "|".join(sorted(map(re.escape, {*_EN, *_ZH}), key=len, reverse=True))
_QUANTITY = re.compile(
    rf"(?P<numbers>{_NUMBERS})(?P<more>\+?)\s*(?P<unit>{_NAMES})(?P<after>\+?)", re.I
)
_AGE = re.compile(rf"(?P<n>{_NUMBER})\s*(?P<plus>\+)?\s*(?P<unit>years?|months?)(?P<after>\+)?")
_AGE_ZH = re.compile(rf"(?P<n>{_NUMBER})\s*(?P<unit>个月|岁)(?:以上|\+)?")
_MEGAPIXELS = re.compile(rf"(?P<n>{_NUMBER})\s*(?:MP|megapixels?)", re.I)
_MEGAPIXELS_ZH = re.compile(rf"(?P<n>{_NUMBER})\s*(?P<scale>[万亿])像素")
_YES_NO = {"yes": ("yes", "是"), "no": ("no", "否"), "true": ("yes", "是"), "false": ("no", "否")}
_SHARE = re.compile(
    r"(\d+(?:\.\d+)?)\s*%\s*([^\d%,，、;；/+&]+?)(?=$|[\s,，、;；/+&]*\d|[,，、;；/+&])"
)
_SHARE_AFTER = re.compile(r"([^\d%,，、;；/+&\s]+)\s*(\d+(?:\.\d+)?)\s*%")
_JOINT = re.compile(r"\s*(?:\s&\s|\s?/\s?|[,，、;；+]|\s和\s?|\sand\s)\s*")
_EXTENT = re.compile(
    rf"({_NUMBER})\s*(cm|m|厘米|米)?\s*[x×*乘]\s*({_NUMBER})\s*(cm|m|厘米|米)?(?![a-z\d.])"
)
#: The age of the reader for whom a toy is, rather than a time.
AGES = frozenset({"age", "age_group"})


def quantity(value: str, language: str, attribute: str = "") -> Optional[str]:
    """A number with a unit in the language, or None where the value is something else.

    >>> quantity("4 pieces", "zh"), quantity("24 inch", "zh"), quantity("1.5 m bed", "zh")
    ('4 件', '24 英寸', '1.5 米床')
    >>> quantity("12小时", "en"), quantity("1件", "en"), quantity("200*230cm", "en")
    ('12 h', '1 piece', '200 × 230 cm')
    >>> quantity("3+ years", "zh", "age"), quantity("50 MP", "zh"), quantity("yes", "zh")
    ('3 岁以上', '5000 万像素', '是')
    """
    text = unicodedata.normalize("NFKC", value).strip()
    zh = language == "zh"
    if text.lower() in _YES_NO:
        return _YES_NO[text.lower()][zh]
    if attribute in AGES and (age := _age(text, zh)):
        return age
    if match := _MEGAPIXELS.fullmatch(text):
        return f"{float(match['n']) * 100:g} 万像素" if zh else f"{match['n']} MP"
    if match := _MEGAPIXELS_ZH.fullmatch(text):
        pixels = float(match["n"]) * (100 if match["scale"] == "亿" else 0.01)
        return text if zh else f"{pixels:g} MP"
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return None
    english, chinese = _EN.get(match["unit"].lower()) or _ZH[match["unit"]]
    numbers = re.sub(r"\s*[x×*]\s*", " × ", match["numbers"])
    more = match["more"] or match["after"]
    unit = chinese[0] if zh else _english(english, numbers)
    if zh:
        own = match["unit"] if match["unit"] in _ZH else unit
        return f"{numbers} {own}{'以上' if more else ''}" if unit != "%" else f"{numbers}%"
    return f"{numbers}{more} {unit}" if unit != "%" else f"{numbers}%"


def extents(text: str) -> list[tuple[int, int, tuple[float, float]]]:
    """Lengths by widths in a text: where each stands, and both in centimetres, the shorter first.

    >>> extents("160*230cm"), extents("a rug, 2.3 x 1.6 m")
    ([(0, 9, (160.0, 230.0))], [(7, 18, (160.0, 230.0))])
    """
    found = []
    for match in _EXTENT.finditer(text.lower()):
        one, unit, other, last = match.groups()
        in_metres = (last or unit or "") in ("m", "米")
        scale = 100 if in_metres else 1
        short, long = sorted(round(float(n.replace(",", "")) * scale, 3) for n in (one, other))
        found.append((match.start(), match.end(), (short, long)))
    return found


def shares(value: str, name: Callable[[str], Optional[str]], language: str) -> Optional[str]:
    """What something is made of, in percent: "60%棉 40%聚酯纤维" → "60% cotton, 40% polyester".

    None unless ``name`` knows every material.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    if text[:1].isdigit():
        parts, left = _SHARE.findall(text), _SHARE.sub("", text)
    else:
        parts = [(share, material) for material, share in _SHARE_AFTER.findall(text)]
        left = _SHARE_AFTER.sub("", text)
    if not parts or left.strip(" ,，、;；/+&。."):
        return None
    named = [(share, name(material.strip())) for share, material in parts]
    if any(material is None for _, material in named):
        return None
    if language == "zh":
        return "，".join(f"{share}%{material}" for share, material in named)
    return ", ".join(f"{share}% {material}" for share, material in named)


def listed(value: str, name: Callable[[str], Optional[str]], language: str) -> Optional[str]:
    """Several values in one, "Suits & Blazers" or "白色/灰色"; None unless all are known."""
    parts = [part for part in _JOINT.split(value.strip()) if part]
    if len(parts) < 2:
        return None
    named = [name(part) for part in parts]
    if any(part is None for part in named):
        return None
    unique = list(dict.fromkeys(part for part in named if part))
    return ("、" if language == "zh" else ", ").join(unique)


def _english(names: tuple[str, ...], numbers: str) -> str:
    one, many = names[0], names[1] if len(names) > 1 else names[0]
    if one in ("h", "m", "g", "L", "W", "inch", "m bed", "GB"):
        return one
    return one if numbers == "1" else many


def _age(text: str, zh: bool) -> Optional[str]:
    if match := _AGE.fullmatch(text):
        plus = match["plus"] or match["after"]
        if not zh:
            return text
        unit = "岁" if match["unit"].startswith("year") else "个月"
        return f"{match['n']} {unit}{'以上' if plus else ''}"
    if match := _AGE_ZH.fullmatch(text):
        if zh:
            return text
        return f"{match['n']}+ {'years' if match['unit'] == '岁' else 'months'}"
    return None
