"""A seeded sample of what people wrote to a human shop assistant, for measuring the intents.

The dialogues (MG-ShopDial: people shopping with a human assistant) are not part of this project;
nothing of their text is kept here. `shopdial_labels.jsonl` beside this file holds a label for each
utterance of `sample(path)` under its key: `intents`, the main intents a careful reader accepts by
the definitions of nlu_data/README.md (mostly one, two where both are right), and `wants`, what the
request should have got from the utterance.

How the labels were made: one at a time, by a single reader (a language model; no person and no
second reader has gone over them), each utterance read in its dialogue up to there, by what the
client means and not by single words. The assistant's parser and classifier were not run, and what
the data set's annotators saw in a client's utterance was not looked at. Where an utterance says two
things, the main intent is the one that asks something of the shop; a bare wish that answers a
question, or changes the search, is `refine`; a word of approval is `affirm` where it answers a
question, `like` where it may be about a product, both where it may be either.

`wants` uses the lexicon's canonical values; a wish belongs in it when the utterance itself says it.
A list holds all the values named for one attribute, "text" the wishes that fit none, null an
attribute set free, `*_at_most` and `*_at_least` limits; "currency" is there where one was said.

    python -m tests.nlu.shopdial mg_shopdial.json > cases.jsonl
    shoptalk evaluate understanding --cases cases.jsonl
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

# What the assistant did, by what annotators saw in its utterance (their names): the intent with
# the most votes decides, and of equal ones the first in this table. An assistant's `other` is
# nearly always the link to a product's picture.
ACTS = {
    "greeting": "talked",
    "recommend": "shown",
    "elicit": "asked",  # asks for a wish
    "clarify": "asked",
    "o_question": "asked",  # any other question
    "explain": "answered",
    "answer": "answered",
    "disclose": "answered",  # tells something
    "nf": "answered",  # negative feedback: "unfortunately, we have none"
    "other": "shown",
    "interaction": "talked",  # "one moment"
    "pf": "talked",  # positive feedback
}
INTENTS = list(ACTS)
LABELS = Path(__file__).with_name("shopdial_labels.jsonl")


@dataclass(frozen=True)
class Utterance:
    key: str  # "<dialogue id>#<utterance_id>"
    text: str
    after: str  # what the assistant did just before: an act of nlu_data/README.md


def act(votes: list[tuple[str, float]]) -> str | None:
    """The act behind an annotation; None where annotators agreed on nothing."""
    if not votes:
        return None
    intent, _ = min(votes, key=lambda vote: (-vote[1], INTENTS.index(vote[0])))
    return ACTS[intent]


def client_utterances(path: Path) -> list[Utterance]:
    """All non-empty utterances of clients, in the order of the file."""
    dialogues: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    found: list[Utterance] = []
    for dialogue in dialogues:
        after = "start"
        for turn in dialogue["utterances"]:
            if turn["participant"] == "Wizard":
                # One without annotation leaves what was before it.
                after = act([(name, votes) for name, votes in turn["intents"]]) or after
            elif text := turn["utterance"].strip():
                found.append(Utterance(f"{dialogue['id']}#{turn['utterance_id']}", text, after))
    return found


def sample(path: Path, n: int = 100, seed: int = 20) -> list[Utterance]:
    """`n` of the clients' utterances, drawn uniformly, in the order of the file."""
    utterances = client_utterances(path)
    drawn = np.random.default_rng(seed).choice(len(utterances), size=n, replace=False)
    return [utterances[i] for i in sorted(drawn.tolist())]


def labels() -> dict[str, dict[str, Any]]:
    """What each utterance of the sample should have given, by its key."""
    return {row["key"]: row for row in map(json.loads, LABELS.read_text("utf-8").splitlines())}


def cases(path: Path) -> list[dict[str, Any]]:
    """The sample as `shoptalk evaluate understanding` reads it."""
    known = labels()
    return [
        {
            "text": one.text,
            "lang": "en",
            "intents": known[one.key]["intents"],
            "after": one.after,
            "any": True,
        }
        for one in sample(path)
    ]


if __name__ == "__main__":
    for case in cases(Path(sys.argv[1])):
        print(json.dumps(case, ensure_ascii=False))
