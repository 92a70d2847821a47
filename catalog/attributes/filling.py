"""What a feed leaves out, inferred from the titles and descriptions of its products.

An inferred value is soft: it is no fact, and is never told as one. It ranks products, and it
warns where a value is excluded, as a passing mention in a description does.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

from catalog.attributes import artefact
from catalog.attributes.artefact import Learned
from catalog.attributes.examples import Examples
from catalog.attributes.names import Names, attribute_of
from catalog.attributes.presence import likely_stated
from catalog.attributes.reader import ColumnReader
from catalog.attributes.words import Words
from catalog.index.facets import INFERRED, UNISEX, Facet
from catalog.lexicon import Lexicon

#: How sure an inferred value is at most: below what meets a constraint, above what excludes.
AT_MOST = 0.45
#: Each half of the products is judged by what the other teaches: quick, and rather too careful.
FOLDS = 2
#: Of training the classifier; which is best makes little difference, and takes time to find out.
STRENGTHS = (1.0,)
#: Read so many texts at once.
BATCH = 1000

Progress = Callable[[int, int], None]
"""Called with attributes done and to do."""


def infer(
    examples: Examples,
    lexicon: Lexicon,
    folder: Path,
    before: Optional[Path] = None,
    progress: Optional[Progress] = None,
) -> dict[int, list[Facet]]:
    """Position → what is inferred of the product there.

    Parameters
    ----------
    folder
        Where what was learned is written.
    before
        A folder with what was learned last; what comes from the same data is taken over.
    """
    known = artefact.read(before) if before is not None else {}
    learned: dict[str, Learned] = {}
    found: dict[int, list[Facet]] = {}
    names = list(examples.attributes())
    for done, name in enumerate(names):
        if progress is not None:
            progress(done, len(names))
        one = _learned(name, examples, lexicon, known.get(name))
        learned[name] = one
        for position, value, confidence in one.inferred:
            values = (value, "male", "female") if value == UNISEX else (value,)
            facets = [Facet(name, each, confidence, INFERRED) for each in values]
            found.setdefault(position, []).extend(facets)
    if progress is not None:
        progress(len(names), len(names))
    artefact.write(folder, learned)
    return found


def _learned(name: str, examples: Examples, lexicon: Lexicon, known: Optional[Learned]) -> Learned:
    """Learn one attribute and fill it, as far as that was not done for the same products."""
    filled = examples.filled(name)
    places = examples.lacking(name)
    made_from = f"{lexicon.fingerprint}-{examples.fingerprint(filled)}"
    filled_from = examples.fingerprint({i: str(i) for i in places})
    reader = known.reader if known is not None and known.made_from == made_from else None
    if known is not None and (known.made_from, known.filled_from) == (made_from, filled_from):
        return known
    texts, values = [examples.products[i].words() for i in filled], list(filled.values())
    gap = _Gap.of(name, texts, values, places, examples, lexicon)
    inferred: list[tuple[int, str, float]] = []
    if examples.is_worth(len(gap.like) + len(gap.naming)):
        if reader is None:
            reader = ColumnReader.learn(
                name, texts, values, lexicon, folds=FOLDS, strengths=STRENGTHS
            )
        inferred = gap.fill(reader, lexicon) if reader.useful else []
    return Learned(reader, made_from, filled_from, tuple(inferred))


@dataclass(frozen=True)
class _Gap:
    """The products that lack an attribute and may be given one."""

    name: str
    lacking: dict[int, Words]
    like: set[int]
    """Those that read like products which state it."""
    naming: set[int]
    """Others whose text has a name of one of its values."""

    @classmethod
    def of(
        cls,
        name: str,
        texts: list[Words],
        values: list[str],
        places: list[int],
        examples: Examples,
        lexicon: Lexicon,
    ) -> _Gap:
        lacking = {i: examples.products[i].words() for i in places}
        like = likely_stated(texts, list(lacking.values()), examples.stand_for(name))
        names = Names.learn([], values, attribute_of(name, values, lexicon), lexicon)
        alike = {i for i, one in zip(lacking, like, strict=True) if one}
        naming = {i for i, words in lacking.items() if i not in alike and names.mentions(words)}
        return cls(name, lacking, alike, naming)

    def fill(self, reader: ColumnReader, lexicon: Lexicon) -> list[tuple[int, str, float]]:
        """Position, value and confidence of what is sure enough."""
        found = []
        positions = sorted(self.like | self.naming)
        for start in range(0, len(positions), BATCH):
            batch = positions[start : start + BATCH]
            guesses = reader.read([self.lacking[i] for i in batch], lexicon)
            for position, guess in zip(batch, guesses, strict=True):
                if guess.inferred and (guess.named or position in self.like):
                    value = lexicon.resolve(self.name, guess.value) or guess.value
                    found.append((position, value, round(AT_MOST * guess.probability, 4)))
        return found
