"""Tokenizers with fewer words, which give the same tokens for English and Chinese texts.

More than half of a multilingual vocabulary is for scripts that a shop in English and Chinese never
meets, and both the tokenizer and the table of vectors hold it. A Unigram tokenizer cuts a text into
the pieces whose scores sum up best (Kudo, 2018); pieces with a character that the text does not
have play no part in it. So without the pieces of other scripts, and with the scores of the rest as
they are, every text in the scripts kept is cut as before. Single characters are kept of every
script, so that other texts still have tokens, only more and poorer ones.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from catalog.errors import ShoptalkError

SPACE = "▁"

#: First and last code points of what is kept, in order.
KEPT = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x00FF),  # letters of Western Europe
    (0x0152, 0x0153),  # Œ œ
    (0x0178, 0x0178),  # Ÿ
    (0x2000, 0x2BFF),  # punctuation, currencies, units, arrows, symbols
    (0x2E80, 0x312F),  # radicals, Chinese punctuation, kana, bopomofo
    (0x31A0, 0x9FFF),  # bopomofo, strokes, kana, enclosed and squared forms, Han
    (0xF900, 0xFAFF),  # Han for compatibility
    (0xFE10, 0xFE1F),  # vertical punctuation
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),  # full and half width
    (0x1F000, 0x1FAFF),  # emoji
    (0x20000, 0x3FFFF),  # rare Han
)
_FIRST = [first for first, _last in KEPT]


def is_kept(text: str) -> bool:
    """Whether all characters belong to scripts that are kept."""
    return all(_kept(ord(character)) for character in text)


def _kept(code: int) -> bool:
    place = bisect_right(_FIRST, code) - 1
    return place >= 0 and code <= KEPT[place][1]


def prune(tokenizer: Tokenizer) -> tuple[Tokenizer, np.ndarray]:
    """A tokenizer without the pieces of other scripts.

    Returns
    -------
    tokenizer
        The same rules with fewer pieces, numbered anew in their order.
    kept
        int64 (pieces,): the number that each had before.

    Raises
    ------
    ShoptalkError
        For a tokenizer that is not a Unigram model, where leaving pieces out changes the rest.
    """
    about = json.loads(tokenizer.to_str())
    model = about["model"]
    if model.get("type") != "Unigram":
        raise ShoptalkError(
            "SHOPTALK_VOCABULARY=en-zh needs an encoder with a Unigram tokenizer, and this one "
            f"has {model.get('type')}: set it to full."
        )
    special = {token["id"] for token in about["added_tokens"]} | {model["unk_id"]}
    kept = [
        i
        for i, (piece, _score) in enumerate(model["vocab"])
        if i in special or len(piece.replace(SPACE, "")) < 2 or is_kept(piece.replace(SPACE, ""))
    ]
    added = sorted(i for i in special if i >= len(model["vocab"]))
    number = {old: new for new, old in enumerate([*kept, *added])}
    model["vocab"] = [model["vocab"][i] for i in kept]
    model["unk_id"] = number[model["unk_id"]]
    for token in about["added_tokens"]:
        token["id"] = number[token["id"]]
    _renumber(about.get("post_processor"), number)
    return Tokenizer.from_str(json.dumps(about)), np.array([*kept, *added], np.int64)


def _renumber(processor: Any, number: dict[int, int]) -> None:
    """Give the tokens that a post-processor adds their new numbers, in place."""
    if not processor:
        return
    for part in processor.get("processors", ()):
        _renumber(part, number)
    for token in processor.get("special_tokens", {}).values():
        token["ids"] = [number[i] for i in token["ids"]]
    for name in ("sep", "cls"):
        if name in processor:
            processor[name][1] = number[processor[name][1]]
