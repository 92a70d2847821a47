"""From an utterance to the changes it makes to the request.

Tokens → pieces (values of the catalogue, prices, measures, referents, cues) → clauses → acts and
constraints → changes in the order they were said. What no change accounts for is the residual.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Callable, Optional, Sequence

from actions.request.acts import Turn, read_acts
from actions.request.clauses import Clause, clauses
from actions.request.constraints import Placed, constraints
from actions.request.corrections import put_right
from actions.request.cues import (
    ASIDE,
    CARELESS,
    FIND,
    NO,
    NOT,
    NOT_AFTER,
    POLITE,
    QUESTION,
    SHIELD,
    TAKE,
    THAN,
    YES,
)
from actions.request.dimensions import named_measures
from actions.request.negation import denied_words
from actions.request.pieces import Matcher, Reading, read
from actions.request.referents import FOCUS
from actions.request.residual import residual
from actions.request.roles import Role, blanked, strange_refusals, things_of_qualities
from actions.request.supposed import about_one_like_it, as_contrast
from actions.request.turns import definites
from actions.request.types import IS, IS_NOT, Change, Constraint, Referent
from catalog.text import detect_language

#: 不 asks at the end of a message (防水不, 有红色的不？), unless somebody refuses (我不, 就不).
ASKING_NO = re.compile(r"(?<=[\w）)])(?<![我也都就才偏要不])不(?=\s*[?？]?\s*$)")
#: What is no quality, whatever the tagger takes it for: "never mind the headphones".
_GIVES_UP = re.compile(r"never\s?mind\b|forget\b", re.IGNORECASE)
#: A message is read this far; nobody asks for a product in more.
MAX_LENGTH = 1000


@dataclass(frozen=True)
class Utterance:
    """What was understood of a message."""

    language: str
    changes: tuple[Change, ...] = ()
    residual: str = ""
    """Content words that no change accounts for, service questions included."""
    free_text: str = ""
    """The residual without the clauses that ask for service rather than products."""
    asides: tuple[str, ...] = ()
    """Those clauses, as they were written."""
    unread: tuple[str, ...] = ()
    """Qualities that are wanted and that the catalogue has no words for: "not too shiny"."""

    def to_json(self) -> dict[str, Any]:
        return {
            "language": self.language,
            "changes": [change.to_json() for change in self.changes],
            "residual": self.residual,
            "free_text": self.free_text,
            "asides": list(self.asides),
            "unread": list(self.unread),
        }


def extract(
    text: str, vocabulary: Matcher, *, language: Optional[str] = None, roles: Sequence[Role] = ()
) -> Utterance:
    """Read one utterance. Never fails: what is not understood is residual.

    ``vocabulary`` is the shop's ``catalog.vocabulary.Vocabulary``; ``language`` overrides what
    the script of the text suggests; ``roles`` are those of words that the tagger is sure of.
    """
    text, supposed = as_contrast(ASKING_NO.sub("吗", text[:MAX_LENGTH]))
    reading = read(text, vocabulary)
    roles = [role for role in roles if not _GIVES_UP.match(role.text)]
    strange = [*strange_refusals(reading, roles), *things_of_qualities(reading, roles)]
    if strange:
        reading = read(blanked(text, strange), vocabulary)
    parts = clauses(reading)
    narrower = getattr(vocabulary, "narrower", _itself)
    placed: list[Placed] = []
    pending: Optional[Placed] = None
    used: set[int] = set()
    for number, clause in enumerate(parts):
        turn = read_acts(clause)
        if pending is not None and _wants_referent(turn):
            turn.placed = [(p, _about(c, pending[1])) for p, c in turn.placed]
            placed.remove(pending)
        if placed and _completes(turn, placed[-1][1]):
            start, open_ = placed.pop()
            turn.placed = [(start, replace(open_, referents=turn.placed[0][1].referents))]
        elif len(ends := _both_ends(placed)) > 1 and _is_open_comparison(turn):
            placed = [p for p in placed if p[1].kind != "sort"]
            turn.placed = [(turn.placed[0][0], Change("compare", referents=ends))]
        elif placed and placed[-1][1] == Change("compare") and len(both := definites(turn)) > 1:
            turn.placed = [(placed.pop()[0], Change("compare", referents=both))]
        pending = next((p for p in turn.placed if p[1].kind == "refer"), None)
        if clause.contrast and placed and placed[-1][1].kind == "like" and not clause.has(QUESTION):
            turn.placed = [(p, _liked_too(c)) for p, c in turn.placed]
        new: list[Placed] = list(turn.placed)
        used |= turn.used
        if _asks_for_products(clause, turn):
            new += constraints(clause, turn.used, narrower, opening=number == 0)
        new += _recipient(clause, vocabulary)
        if clause.contrast and placed and _wishes(new):
            placed[-1] = (placed[-1][0], _like_it(placed[-1][1], parts[number - 1]))
        placed = put_right(clause, placed, new) if clause.corrects else placed + new
    if supposed:
        placed = about_one_like_it(placed)
    changes = _answers(parts, reading, _consistent(_settled(placed), narrower))
    changes = named_measures(changes, text, vocabulary)
    asides = tuple(
        reading.surface(c.pieces[0].first, c.pieces[-1].stop) for c in parts if c.has(ASIDE)
    )
    return Utterance(
        language or detect_language(text),
        changes,
        residual(parts, used=used),
        residual([c for c in parts if not c.has(ASIDE)], wanted=True, used=used),
        asides,
        tuple(role.text for role in strange),
    )


def _itself(attribute: str, value: str) -> frozenset[str]:
    return frozenset({value})


def _asks_for_products(clause: Clause, turn: Turn) -> bool:
    """Whether values in the clause are wishes: not in a comparison, nor in a service question."""
    if any(c.kind in ("compare", "start_over", "show_list") for _, c in turn.placed):
        return False
    service = [clause.reading.norm(clause.reading.pieces[k]) for k in clause.where(ASIDE)]
    return not service or clause.has(FIND) or set(service) <= _SELLING


def _wants_referent(turn: Turn) -> bool:
    """Whether the clause acts on "it" without saying so: "the second, why?"."""
    if any(p.referents for p in turn.clause.pieces):
        return False
    return any(c.referents == FOCUS and c.kind != "similar" for _, c in turn.placed)


def _wishes(new: list[Placed]) -> bool:
    """Whether all that is said asks for something else about a product."""
    kinds = {c.kind for _, c in new}
    return bool(kinds) and kinds <= {"add", "relative"} and not any(c.referents for _, c in new)


def _like_it(change: Change, clause: Clause) -> Change:
    """ "The first one but longer" is one like the first."""
    pointed = change.kind == "refer" or (change.kind == "choose" and not clause.has(TAKE))
    return replace(change, kind="similar") if pointed else change


def _both_ends(placed: list[Placed]) -> tuple[Referent, ...]:
    """What "the cheapest and the best rated" point at."""
    return tuple(
        Referent("extreme", 0, c.attribute, "min" if c.value == "asc" else "max")
        for _, c in placed
        if c.kind == "sort"
    )


def _is_open_comparison(turn: Turn) -> bool:
    return [c for _, c in turn.placed] == [Change("compare")]


def _liked_too(change: Change) -> Change:
    """ "I like the style of the first but the color of the third"."""
    return Change("like", referents=change.referents) if change.kind == "ask" else change


def _completes(turn: Turn, before: Change) -> bool:
    """Whether the clause only names what the act before it is about: "which is better, 1 or 2?"."""
    if len(turn.placed) != 1 or turn.placed[0][1].kind != "refer" or before.referents:
        return False
    if before.kind == "relative":
        return THAN in turn.clause.pieces[0].cues
    return before.kind == "compare" and len(turn.placed[0][1].referents) > 1


def _about(change: Change, referred: Change) -> Change:
    if change.referents != FOCUS:
        return change
    return Change(change.kind, attribute=change.attribute, referents=referred.referents)


def _settled(placed: list[Placed]) -> tuple[Change, ...]:
    """In the order said, each change once."""
    ordered: list[Change] = []
    shows = any(
        c.constraint
        and c.constraint.attribute == "product_type"
        and _WITH_SCREEN.intersection(c.constraint.values)
        for _, c in placed
    )
    for _, change in sorted(placed, key=lambda p: p[0]):
        c = change.constraint
        if shows and c and c.unit == "in" and c.attribute == "length":
            change = replace(change, constraint=replace(c, attribute="screen_size"))
        if change.kind == "relative":
            alike = [c for c in ordered if _same_wish(c, change)]
            if alike and (alike[0].referents or not change.referents):
                continue
            ordered = [c for c in ordered if c not in alike]
        again = change.kind == "compare" and any(c.kind == "compare" for c in ordered)
        if change not in ordered and not (again and not change.referents):
            ordered.append(change)
    return tuple(ordered)


def _consistent(
    changes: tuple[Change, ...], narrower: Callable[[str, str], frozenset[str]]
) -> tuple[Change, ...]:
    """Without denials of what is wanted by another name: "black tea, but no tea bags"."""
    wanted = [c.constraint for c in changes if c.constraint and c.constraint.op == IS]

    denied = {
        c.constraint.attribute: k
        for k, c in reversed(list(enumerate(changes)))
        if c.constraint and c.constraint.op == IS_NOT
    }

    def undoes(change: Change) -> bool:
        no = change.constraint
        if no is None or no.op != IS_NOT or not isinstance(no.value, str):
            return False
        kinds = narrower(no.attribute, no.value)
        return any(
            yes.attribute == no.attribute
            and yes.words != no.words
            and any(value in kinds for value in yes.values)
            for yes in wanted
        )

    return tuple(
        change
        for k, change in enumerate(changes)
        if not undoes(change)
        and not (
            # "Except red, any colour will do" says nothing more than "not red".
            change.kind == "drop" and change.value is None and denied.get(change.attribute, k) < k
        )
    )


def _same_wish(one: Change, other: Change) -> bool:
    wish = (one.kind, one.attribute, one.value)
    return wish == (other.kind, other.attribute, other.value)


def _answers(
    parts: list[Clause], reading: Reading, changes: tuple[Change, ...]
) -> tuple[Change, ...]:
    """A bare yes, no or "whatever", where nothing else was said."""
    if changes:
        return changes
    if any(c.has(CARELESS) and not c.has(FIND, ASIDE) and not denied_words(c) for c in parts):
        return (Change("dont_care"),)
    said = [p for p in reading.pieces if not p.break_ and POLITE not in p.cues]
    if len(said) == 1 and reading.norm(said[0]) == "anything":
        return (Change("dont_care"),)
    allowed = {YES, NO, POLITE, SHIELD}
    if not said or any(not p.plain and not p.cues & allowed for p in said):
        return ()
    if residual(parts):
        return ()
    for piece in said:
        if NO in piece.cues:
            return (Change("deny"),)
        if YES in piece.cues:
            return (Change("affirm"),)
    return ()


#: Terms of sale that one may ask of products: "any discount on red shoes?".
_SELLING = frozenset(
    ("包邮", "优惠", "打折", "满减", "促销", "分期", "discount", "discounts", "free shipping")
)
#: Things whose inches are those of the screen.
_WITH_SCREEN = frozenset(
    ("laptop", "tv", "phone", "monitor", "tablet", "computer", "smartwatch", "projector")
)
_GENDER_SIGNS = frozenset("for give 给 送 送给 合 帮".split())


def _recipient(clause: Clause, vocabulary: Matcher) -> list[Placed]:
    """Who wears it (男的穿), and as a soft hint who it is for: "a gift for my mom"."""
    if not vocabulary.knows("gender"):
        return []
    if any(p.value and p.value.attribute == "gender" for p in clause.pieces):
        return []
    for piece in clause.pieces:
        if piece.wearer:
            words = clause.reading.surface(piece.first, piece.stop)
            op = IS_NOT if clause.has(NOT, NOT_AFTER) else IS
            said = Constraint("gender", op, piece.wearer, words=words)
            start = clause.reading.tokens[piece.first].start
            return [(start, Change("add", constraint=said))]
        near = clause.reading.tokens[max(0, piece.first - 4) : piece.first]
        if piece.recipient and _GENDER_SIGNS.intersection(t.norm for t in near):
            words = clause.reading.surface(piece.first, piece.stop)
            hint = Constraint("gender", IS, piece.recipient, hard=False, words=words)
            start = clause.reading.tokens[piece.first].start
            return [(start, Change("add", constraint=hint))]
    return []
