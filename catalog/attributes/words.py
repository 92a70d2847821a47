"""A product's texts as the words that attributes are read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from catalog.lexicon.matcher import Token, tokenize
from catalog.text import fold_with_offsets

#: What lies beyond is not read: texts without end must not take time without end.
TITLE_TOKENS, DESCRIPTION_TOKENS = 40, 24
TITLE_CHARACTERS, DESCRIPTION_CHARACTERS = 400, 240


@dataclass(frozen=True)
class Words:
    """The words of a title, then those of a description."""

    tokens: tuple[Token, ...]
    """Folded, with offsets into ``folded``."""
    stems: tuple[str, ...]
    """Of each token: the same for singular and plural."""
    title: int
    """How many tokens the title has; those after it are the description's."""
    text: str
    """Title and description as they were written."""
    offsets: tuple[int, ...]
    """Character of ``text`` of each character of the folded text."""

    def __len__(self) -> int:
        return len(self.tokens)

    def surface(self, first: int, last: int) -> str:
        """The words ``[first, last)`` as they were written."""
        begin = self.offsets[self.tokens[first].start]
        end = self.offsets[self.tokens[last - 1].end]
        return " ".join(self.text[begin:end].split())


def read_words(title: str, description: str = "") -> Words:
    """The words of a product's texts, the beginning of them where they are long."""
    text = title[:TITLE_CHARACTERS]
    folded, offsets = fold_with_offsets(text)
    tokens = tokenize(folded)[:TITLE_TOKENS]
    titled = len(tokens)
    if description.strip():
        more, places = fold_with_offsets(description[:DESCRIPTION_CHARACTERS])
        begins, shift = len(folded) + 1, len(text) + 1
        tokens += [
            Token(token.text, token.start + begins, token.end + begins)
            for token in tokenize(more)[:DESCRIPTION_TOKENS]
        ]
        text = f"{text}\n{description[:DESCRIPTION_CHARACTERS]}"
        offsets = [*offsets, *(place + shift for place in places)]
    return Words(tuple(tokens), tuple(stem(t.text) for t in tokens), titled, text, tuple(offsets))


def stem(token: str) -> str:
    """One form for an English noun and its plural.

    >>> [stem(word) for word in ("shoes", "tshirts", "glass", "accessories", "红", "is")]
    ['shoe', 'tshirt', 'glass', 'accessory', '红', 'is']
    """
    if len(token) <= 3 or not token.isascii() or not token.endswith("s"):
        return token
    if token.endswith("ies") and len(token) > 4:
        return token[:-3] + "y"
    return token if token.endswith(("ss", "us", "is")) else token[:-1]


def form(stems: Sequence[str]) -> str:
    """Some stems as one text, to be looked up by."""
    return " ".join(stems)
