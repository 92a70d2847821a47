"""Speech written down: pauses, no punctuation, one sentence running into the next."""

from __future__ import annotations

from typing import Callable

import pytest

from actions.request.extract import extract
from actions.request.types import Change
from catalog.lexicon import Lexicon
from catalog.vocabulary import Vocabulary

Read = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def reads() -> Read:
    vocabulary = Vocabulary.build([], Lexicon.load())
    return lambda text: [_short(c) for c in extract(text, vocabulary).changes]


def _short(change: Change) -> str:
    """Kind, attribute, value, and the ranks or ways of pointing."""
    wanted = change.constraint
    words = [change.kind, wanted.attribute if wanted else change.attribute]
    words.append(str(wanted.value if wanted else change.value or ""))
    words += [str(r.n or r.by) for r in change.referents]
    return " ".join(w for w in words if w)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("嗯那个我想要买一个防水的双肩包", ["add feature waterproof", "add product_type backpack"]),
        ("那个第二个是什么材质的呀", ["ask material 2"]),
        ("不要那个第一个我觉得第三个挺好的", ["reject 1", "like 3"]),
        ("第一个不好看第二个还可以", ["reject 1", "like 2"]),
        ("第二个和第三个我都挺喜欢的", ["like 2 3"]),
        ("第三个不错就是太贵了", ["like 3", "relative price less"]),
        ("有没有那种棉的四件套", ["add material cotton", "add product_type bedding set"]),
        ("帮我找一下那个耳机", ["add product_type headphones"]),
        ("i don't like the first one um can you show me cheaper ones",
         ["reject 1", "relative price less"]),
        ("so yeah no wool it makes me itch and uh no yellow",
         ["add material wool", "add color yellow"]),
        ("um the last one yeah that one looks really nice", ["like -1"]),
        ("yeah the second one how much is that", ["ask price 2"]),
        ("tell me about the third one is it waterproof", ["ask details 3", "ask feature focus"]),
        ("headphones you know around three hundred",
         ["add product_type headphones", "add price 300.0"]),
        ("headphones that last at least 40 hours",
         ["add product_type headphones", "add battery 40.0"]),
    ],
)  # fmt: skip
def test_spoken_as_it_comes(reads: Read, text: str, changes: list[str]) -> None:
    assert reads(text) == changes


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("which one's better, 2 or 4?", ["compare 2 4"]),
        ("is the second any better than the third?", ["compare 2 3"]),
        ("the cheapest and the most expensive, what's the difference",
         ["compare extreme extreme"]),
        ("最便宜的和最贵的有什么不一样", ["compare extreme extreme"]),
        ("1和4不知道选哪个", ["compare 1 4"]),
        ("is there anything cheaper than the cheapest one here", ["relative price less extreme"]),
        ("what does the cheapest one cost", ["ask price extreme"]),
        ("how well is the last one rated", ["ask rating -1"]),
        ("which country does it come from", ["ask origin focus"]),
        ("防水吗", ["ask feature focus"]),
        ("还有别的款式吗", ["more"]),
        ("I'd like the first one but longer", ["similar 1", "relative length more"]),
        ("the three cheapest lamps", ["count 3", "sort price asc", "add product_type lamp"]),
        ("take the third off my list and put the fourth on it", ["unchoose 3", "choose 4"]),
        ("五个以内", []),
        ("上次买的杯子碎了怎么办", []),
        ("我买的那件黑色外套什么时候发货", []),
    ],
)  # fmt: skip
def test_what_is_pointed_at(reads: Read, text: str, changes: list[str]) -> None:
    assert reads(text) == changes
