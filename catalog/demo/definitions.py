"""Reads the demo shop's definitions: words, colors, brands and one file per department.

The files are YAML and meant to be edited; every scalar is read as text. A text for people is a
pair ``[English, Chinese]``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping, NamedTuple

import yaml

FOLDER = Path(__file__).resolve().parent
SEASONS = ("spring", "summer", "autumn", "winter")
_MEASURE = re.compile(r"([\d.]+(?: × [\d.]+)*) (\S+)")


class Text(NamedTuple):
    """The same words in English and Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class Word:
    """One value of an attribute, with what follows from it."""

    value: str
    text: Text
    say: tuple[Text, ...] = ()
    """Sentences that are true of every product with this value."""
    season: frozenset[str] = frozenset(SEASONS)
    price: float = 1.0
    """Factor on the price."""
    feature: str = ""
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values of other attributes that do not go with this one."""


@dataclass(frozen=True)
class Brand:
    """An invented brand: what it sells, and its factor on prices."""

    name: str
    sells: frozenset[str]
    price: float


@dataclass(frozen=True)
class Design:
    """One product idea of a kind, told in its own words; axes are drawn around it."""

    name: Text
    say: tuple[Text, ...]
    axes: Mapping[str, tuple[str, ...]]
    facts: Mapping[str, tuple[str, ...]]
    colors: tuple[str, ...]
    sizes: tuple[Word, ...]
    gender_sizes: Mapping[str, tuple[Word, ...]]
    """Sizes that take the place of ``sizes`` for a gender."""
    product_type: str
    noun: Text
    close: tuple[Text, ...]
    """Closing remarks, one of which ends the description."""
    price: float
    weight: int


@dataclass(frozen=True)
class Kind:
    """A sort of product, such as dresses: how many, at what price, and what may vary."""

    id: str
    count: int
    brands: str
    price: tuple[float, float]
    titles: tuple[Text, ...]
    tell: tuple[str, ...]
    """Axes whose sentences go into the description, in this order."""
    seasonal: bool
    size_attribute: str
    shades: tuple[int, int]
    """Least and most colors of one product."""
    designs: tuple[Design, ...]
    words: Mapping[str, Mapping[str, Word]]


@dataclass(frozen=True)
class Definitions:
    """Everything that the demo shop is made from."""

    kinds: tuple[Kind, ...]
    colors: Mapping[str, Text]
    brands: tuple[Brand, ...]
    words: Mapping[str, Mapping[str, Word]]
    units: Mapping[str, Text]

    def word(self, kind: Kind, attribute: str, value: str) -> Word:
        """The word for a value: the kind's own, the shop's, or made from a measure."""
        for words in (kind.words, self.words):
            if value in words.get(attribute, {}):
                return words[attribute][value]
        text, number = Text(value, ""), ""
        measure = _MEASURE.fullmatch(value)
        if measure and measure[2] in self.units:
            number, unit = measure[1], self.units[measure[2]]
            text = Text(*(form.format(n=number) for form in unit))
        say: tuple[Text, ...] = ()
        for words in (kind.words, self.words):
            if "*" in words.get(attribute, {}):
                any_value = words[attribute]["*"].say
                say = tuple(Text(*(form.format(n=number) for form in t)) for t in any_value)
                break
        return Word(value, text, say=say)


def load_definitions(folder: Path = FOLDER) -> Definitions:
    """Read every definition file below ``folder``."""
    shop = read_yaml(folder / "shop.yml")
    palettes = {name: tuple(colors) for name, colors in shop["palettes"].items()}
    kinds = [
        _kind(name, entry, palettes)
        for path in sorted((folder / "departments").glob("*.yml"))
        for name, entry in read_yaml(path).items()
    ]
    return Definitions(
        kinds=tuple(kinds),
        colors={name: Text(name, zh) for name, zh in shop["colors"].items()},
        brands=tuple(_brands(read_yaml(folder / "brands.yml"))),
        words=_words(read_yaml(folder / "words.yml")),
        units={name: Text(*forms) for name, forms in shop["units"].items()},
    )


class _TextLoader(yaml.SafeLoader):
    """YAML in which ``yes`` and ``28`` stay the texts that they are."""


_TextLoader.yaml_implicit_resolvers = {"<": [("tag:yaml.org,2002:merge", re.compile("^<<$"))]}


def read_yaml(path: Path) -> Any:
    """A definition file as plain data in which every scalar is a text."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_TextLoader)


def _texts(entry: Any) -> tuple[Text, ...]:
    """One pair, or a list of pairs."""
    if not entry:
        return ()
    pairs = [entry] if isinstance(entry[0], str) else entry
    return tuple(Text(*pair) for pair in pairs)


def _facts(entry: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {k: (v,) if isinstance(v, str) else tuple(v) for k, v in entry.items()}


def _word(value: str, entry: Any) -> Word:
    if isinstance(entry, list):
        return Word(value, Text(*entry))
    return Word(
        value,
        Text(*entry.get("text", (value, ""))),
        say=_texts(entry.get("say")),
        season=frozenset(entry.get("season", SEASONS)),
        price=float(entry.get("price", 1)),
        feature=entry.get("feature", ""),
        facts=_facts(entry.get("facts", {})),
        without=_facts(entry.get("without", {})),
    )


def _words(entry: Mapping[str, Any]) -> dict[str, dict[str, Word]]:
    return {
        attribute: {value: _word(value, word) for value, word in words.items()}
        for attribute, words in entry.items()
    }


def _brands(tiers: Mapping[str, Any]) -> list[Brand]:
    return [
        Brand(name, frozenset(sells.split()), float(tier["price"]))
        for tier in tiers.values()
        for name, sells in tier["brands"].items()
    ]


def _sizes(entry: Any) -> tuple[Word, ...]:
    """Sizes as a list, or as a mapping with a price factor or more to each."""
    if isinstance(entry, list):
        return tuple(Word(value, Text(value, value)) for value in entry)
    return tuple(
        _word(v, {"price": e, "text": [v, v]} if isinstance(e, str) else {"text": [v, v], **e})
        for v, e in entry.items()
    )


def _kind(name: str, entry: Mapping[str, Any], palettes: Mapping[str, tuple[str, ...]]) -> Kind:
    low, high = entry["price"]
    fewest, most = entry.get("shades", ("1", "2"))
    return Kind(
        id=name,
        count=int(entry["count"]),
        brands=entry["brands"],
        price=(float(low), float(high)),
        titles=_texts(entry["title"]),
        tell=tuple(entry.get("tell", ())),
        seasonal=entry.get("seasonal") == "yes",
        size_attribute=entry.get("size_attribute", "size"),
        shades=(int(fewest), int(most)),
        designs=tuple(_design(entry, design, palettes) for design in entry["designs"]),
        words=_words(entry.get("words", {})),
    )


def _design(
    kind: Mapping[str, Any], entry: Mapping[str, Any], palettes: Mapping[str, tuple[str, ...]]
) -> Design:
    """A design takes from its kind whatever it does not say itself."""

    def either(key: str, default: Any) -> Any:
        return entry.get(key, kind.get(key, default))

    colors = either("colors", ())
    return Design(
        name=Text(*entry["name"]),
        say=_texts(entry["say"]),
        axes=_facts({**kind.get("axes", {}), **entry.get("axes", {})}),
        facts=_facts({**kind.get("facts", {}), **entry.get("facts", {})}),
        colors=palettes[colors] if isinstance(colors, str) else tuple(colors),
        sizes=_sizes(either("sizes", [])),
        gender_sizes={g: _sizes(sizes) for g, sizes in either("gender_sizes", {}).items()},
        product_type=either("product_type", ""),
        noun=Text(*either("noun", ("", ""))),
        close=_texts(either("close", ())),
        price=float(entry.get("price", 1)),
        weight=int(entry.get("weight", 1)),
    )
