"""What a catalogue has to learn from: which products have an attribute, and which lack it."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Iterable, Iterator, Mapping, Sequence

from catalog.attributes.words import Words, read_words
from catalog.product import Product

#: An attribute is learned from so many products, of two values or more that so many have.
ENOUGH, OF_A_VALUE = 40, 5
#: Where products have fewer in common than this on average, values are texts and not kinds.
EACH = 4
#: More products than this teach little more, and take as much longer.
MOST = 800
#: An attribute is worth learning where this share of the products lacks it …
LACKED = 0.01
#: … and where this share of those that have it has one value of it.
SINGLE = 0.8
#: A kind of product has an attribute where so many, and this share, of it state one.
OF_A_KIND, USUAL = 5, 0.5
#: Attributes that are no property to be read from a title: what a variant is, what a thing is.
NOT_READ = frozenset(
    "product_type size price sale_price availability rating added gtin mpn sku link".split()
)


@dataclass(frozen=True)
class Example:
    """A product as far as attributes are read from it."""

    title: str
    description: str
    kinds: tuple[str, ...]
    """Product types that it likely is."""

    def words(self) -> Words:
        return read_words(self.title, self.description)


class Examples:
    """Products in the order of their positions, and their attributes."""

    def __init__(self) -> None:
        self.products: list[Example] = []
        self._values: dict[str, dict[int, str]] = defaultdict(dict)
        self._several: Counter[str] = Counter()
        self._stated: dict[str, set[int]] = defaultdict(set)

    def add(
        self,
        product: Product,
        stated: Mapping[str, Sequence[str]],
        known: Iterable[str],
        kinds: Sequence[str],
    ) -> None:
        """Add the next product.

        Parameters
        ----------
        stated
            Attribute → its values in the feed; one value alone is learned from.
        known
            Attributes that need not be inferred, for the feed or the texts tell them.
        kinds
            Product types that it likely is.
        """
        position = len(self.products)
        languages = (product.language, *(n for n in product.title if n != product.language))
        titles = " / ".join(product.title[name] for name in languages if product.title.get(name))
        self.products.append(
            Example(titles, product.description_in(product.language), tuple(kinds))
        )
        for attribute, values in stated.items():
            if attribute in NOT_READ or not values:
                continue
            if len(values) == 1:
                self._values[attribute][position] = values[0]
            else:
                self._several[attribute] += 1
            self._stated[attribute].add(position)
        for attribute in known:
            self._stated[attribute].add(position)

    def attributes(self) -> Iterator[str]:
        """Attributes that can be learned, and that some product lacks."""
        for attribute, values in sorted(self._values.items()):
            counts = Counter(values.values())
            common = [value for value, n in counts.items() if n >= OF_A_VALUE]
            if len(values) < ENOUGH or len(common) < 2 or len(values) < EACH * len(counts):
                continue
            if 2 * sum(n for v, n in counts.items() if _is_kind(v)) < len(values):
                continue
            if len(values) < SINGLE * (len(values) + self._several[attribute]):
                continue
            if self.is_worth(len(self.lacking(attribute))):
                yield attribute

    def is_worth(self, count: int) -> bool:
        """Whether so many products to fill are worth the learning."""
        return count > 0 and count >= LACKED * len(self.products)

    def filled(self, attribute: str) -> dict[int, str]:
        """Position → value of products to learn from: a sample where there are very many.

        Which products are in the sample is up to their titles alone, so that it stays the same
        when others come and go.
        """
        values = self._values[attribute]
        if len(values) <= MOST:
            return dict(sorted(values.items()))
        digests = {i: zlib.crc32(self.products[i].title.encode("utf-8", "replace")) for i in values}
        chosen = sorted(values, key=lambda i: (digests[i], i))[:MOST]
        return {i: values[i] for i in sorted(chosen)}

    def lacking(self, attribute: str) -> list[int]:
        """Products that lack the attribute though their kind usually has it."""
        stated = self._stated[attribute]
        if len(stated) == len(self.products):
            return []
        of_kind: Counter[str] = Counter()
        with_it: Counter[str] = Counter()
        for position, example in enumerate(self.products):
            of_kind.update(example.kinds)
            if position in stated:
                with_it.update(example.kinds)
        overall = len(stated) >= USUAL * len(self.products)
        found = []
        for position, example in enumerate(self.products):
            if position in stated:
                continue
            counted = [kind for kind in example.kinds if of_kind[kind] >= OF_A_KIND]
            # The narrowest kind says most: clothing may have necklines, trousers have none.
            narrow = min(counted, key=of_kind.__getitem__, default="")
            usual = with_it[narrow] >= USUAL * of_kind[narrow] if narrow else overall
            if usual:
                found.append(position)
        return found

    def stand_for(self, attribute: str) -> float:
        """How many products each of ``filled`` stands for."""
        return max(1.0, len(self._values[attribute]) / MOST)

    def fingerprint(self, values: Mapping[int, str]) -> str:
        """Names what is learned from: texts and values, whatever else of products changes."""
        digest = hashlib.sha256()
        for position, value in values.items():
            example = self.products[position]
            parts = (value, example.title, example.description)
            digest.update("\0".join(parts).encode("utf-8", "replace") + b"\1")
        return digest.hexdigest()[:16]


def _is_kind(value: str) -> bool:
    """Whether a value says what something is like, and not how much of it there is."""
    return not any(c.isdigit() for c in value) and len(value) <= 40
