"""What an utterance asks of a product: values, prices and measures with their negation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Optional, Sequence

from actions.request.clauses import Clause
from actions.request.cues import (
    AND, ANY, CARELESS, EXIST, FIND, FLEXIBLE, NOT, NOT_AFTER, OR, SOFT, TO, WANT, WIDEN,
)  # fmt: skip
from actions.request.pieces import Piece
from actions.request.types import IS, IS_NOT, Change, Constraint

Placed = tuple[int, Change]
"""A change with the offset in the text that it begins at."""

#: "It need not be red" takes the value out of the request instead of excluding it.
_UNVALUED = frozenset(
    "forget|forget about|ignore|remove|drop|clear|lift|doesnt have to be|does not have to be|"
    "doesnt need to be|need not be|no need to be|not necessarily|never mind|nevermind|"
    "去掉|取消|忽略|不一定要|不一定是|不一定|不必是|不非得|不是非要|不用非得".split("|")
)
_ACCEPTED = frozenset(("dont mind", "open to", "不介意", "不在意", "不在乎"))
_FOR = frozenset(("for", "with", "like"))
_SKIPPED = frozenset("a an the my your his her our for with of 的".split())
_LATIN_NP_END = frozenset("i we you he she they show find give want need 我 我要 我想".split())


@dataclass(frozen=True)
class _Atom:
    """One value as it was said."""

    piece: Piece
    index: int
    attribute: str
    value: str
    denied: bool
    soft: bool
    widened: bool


def constraints(
    clause: Clause,
    used: set[int],
    narrower: Callable[[str, str], frozenset[str]],
    *,
    opening: bool,
) -> list[Placed]:
    """The constraint changes of one clause; ``used`` are pieces that an act has taken."""
    atoms = _atoms(clause, used, opening)
    placed = _dropped(clause, used, atoms)
    gone = {a.index for a in atoms if _undone(clause, a)}
    for atom in atoms:
        if atom.index in gone:
            drop = Change("drop", attribute=atom.attribute, value=atom.value)
            placed.append((_offset(clause, atom.index), drop))
    kept = _without_broader([a for a in atoms if a.index not in gone], narrower)
    placed += _grouped(clause, kept)
    for index, piece in clause.indexes():
        figure = _figure(clause, index, piece) if index not in used else None
        if figure is not None:
            placed.append((_offset(clause, index), Change("add", constraint=figure)))
    return placed


def _offset(clause: Clause, index: int) -> int:
    return clause.reading.tokens[clause.reading.pieces[index].first].start


def _norm(clause: Clause, index: int) -> str:
    if not 0 <= index < len(clause.reading.pieces):
        return ""
    return clause.reading.norm(clause.reading.pieces[index])


def _atoms(clause: Clause, used: set[int], opening: bool) -> list[_Atom]:
    denied = _denied(clause)
    widening = _widening(clause, opening)
    named = {p.attribute for p in clause.pieces if p.attribute}
    atoms: list[_Atom] = []
    for index, piece in clause.indexes():
        mention = piece.value
        if mention is None or index in used:
            continue
        attribute, value = mention.attribute, mention.value
        for other, meaning in mention.alternatives:
            if other in named and attribute not in named:
                attribute, value = other, meaning
                break
        if attribute == "product_type" and _is_companion(clause, index, atoms):
            continue
        soft = _soft(clause, index) or (attribute == "gender" and bool(piece.recipient))
        widened = widening and index not in denied
        atoms.append(_Atom(piece, index, attribute, value, index in denied, soft, widened))
    return _spared(clause, atoms)


def _spared(clause: Clause, atoms: Sequence[_Atom]) -> list[_Atom]:
    """ "no red dresses" denies red, not dresses; a "non leather bag" is a bag."""
    adjective = any(_norm(clause, k) in ("non", "free") for k in range(clause.first, clause.stop))
    if adjective:
        return [replace(a, denied=a.denied and a.attribute != "product_type") for a in atoms]
    denied = {a.attribute for a in atoms if a.denied}
    if denied > {"product_type"}:
        return [a for a in atoms if not (a.denied and a.attribute == "product_type")]
    return list(atoms)


def _denied(clause: Clause) -> set[int]:
    """Indexes of the values that a negation covers."""
    pieces = clause.reading.pieces
    denied: set[int] = set()
    active = False
    last: Optional[str] = None
    for index, piece in clause.indexes():
        norm = _norm(clause, index)
        if NOT in piece.cues and not _negates_nothing(clause, index):
            active, last = True, None
        elif piece.value:
            if active:
                denied.add(index)
                last = piece.value.attribute
        elif active and last and AND in piece.cues:
            following = _next_value(clause, index + 1)
            active = following is not None and following == last
        elif active and last and piece.break_ == 1:
            active = _list_goes_on(clause, index)
        elif active and (piece.cues.intersection((WANT, FIND)) or norm in _LATIN_NP_END):
            active = EXIST in piece.cues
    for index, piece in clause.indexes():
        if NOT_AFTER not in piece.cues or index == clause.first:
            continue
        if _next_value(clause, index + 1) is not None and NOT in piece.cues:
            continue
        k = index - 1
        while k >= clause.first:
            before = pieces[k]
            if before.value:
                denied.add(k)
            elif not (
                before.plain or before.break_ == 1 or before.cues.intersection((OR, AND))
            ):
                break
            k -= 1
    return denied


def _negates_nothing(clause: Clause, index: int) -> bool:
    """A "no" that answers ("no, red"), and 没有…吗, which asks."""
    norm = _norm(clause, index)
    if norm in ("no", "not", "不") and index + 1 < clause.stop:
        following = clause.reading.pieces[index + 1]
        if norm == "no" and (following.break_ or following.cues.intersection((WANT, FIND))):
            return True
        if norm == "no" and _norm(clause, index + 1) in ("i", "im", "we", "it", "the"):
            return True
    if norm in ("没有", "没") and index == clause.first:
        return clause.question or _norm(clause, clause.stop - 1) in ("吗", "么")
    return False


def _next_value(clause: Clause, index: int) -> Optional[str]:
    """The attribute of the value that comes next, small words aside."""
    while index < clause.stop:
        piece = clause.reading.pieces[index]
        if piece.value:
            return piece.value.attribute
        if not piece.plain and not piece.cues.intersection((OR, AND)):
            return None
        if _norm(clause, index) not in _SKIPPED and not piece.cues:
            return None
        index += 1
    return None


def _list_goes_on(clause: Clause, index: int) -> bool:
    """Whether "or" or "nor" closes the list begun before the comma: "not red, blue or black"."""
    for piece in clause.reading.pieces[index + 1 : clause.stop]:
        if OR in piece.cues:
            return True
        if not (piece.value or piece.break_ == 1 or piece.plain):
            return False
    return _norm(clause, index) == "、"


def _soft(clause: Clause, index: int) -> bool:
    places = clause.where(SOFT)
    if not places:
        return False
    if any(p < index for p in places):
        return True
    after = clause.reading.pieces[places[0] + 1 : clause.stop]
    return not any(p.content for p in after)


def _widening(clause: Clause, opening: bool) -> bool:
    first = clause.reading.pieces[clause.first]
    if opening and OR in first.cues and _norm(clause, clause.first) != "either":
        return True
    if any(_norm(clause, k) in _ACCEPTED for k in clause.where(ANY, WIDEN)):
        return True
    if not clause.has(WIDEN):
        return False
    strong = any(
        clause.reading.norm(clause.reading.pieces[k]).replace(" ", "") not in _MERELY_ALSO
        for k in clause.where(WIDEN)
    )
    return strong or not (clause.has(WANT, FIND, TO) or _types(clause))


_MERELY_ALSO = frozenset(("also", "too", "aswell", "也要", "也喜欢", "也看看"))


def _types(clause: Clause) -> bool:
    return any(p.value and p.value.attribute == "product_type" for p in clause.pieces)


def _is_companion(clause: Clause, index: int, atoms: Sequence[_Atom]) -> bool:
    """Whether the thing is only what the wanted one goes with: "a case for my phone"."""
    if not any(a.attribute == "product_type" for a in atoms):
        return False
    k = index - 1
    while k >= clause.first and (
        clause.reading.pieces[k].value or _norm(clause, k) in ("a", "an", "the", "my", "的", "我")
    ):
        k -= 1
    if k < clause.first:
        return False
    return _norm(clause, k) in _FOR or TO in clause.reading.pieces[k].cues


def _without_broader(
    atoms: list[_Atom], narrower: Callable[[str, str], frozenset[str]]
) -> list[_Atom]:
    """Of "shoes … running shoes" only the narrower one stays; a value said twice stays once."""
    kept: list[_Atom] = []
    for atom in atoms:
        others = [a for a in atoms if a.attribute == atom.attribute and a.denied == atom.denied]
        twice = any(a.value == atom.value for a in kept if a in others)
        covers = any(
            a.value != atom.value and a.value in narrower(atom.attribute, atom.value)
            for a in others
        )
        if not twice and not (covers and atom.attribute == "product_type"):
            kept.append(atom)
    return kept


def _grouped(clause: Clause, atoms: Sequence[_Atom]) -> list[Placed]:
    placed: list[Placed] = []
    done: set[tuple[str, bool]] = set()
    for atom in atoms:
        place = _offset(clause, atom.index)
        if atom.denied:
            words = clause.reading.surface(atom.piece.first, atom.piece.stop)
            constraint = Constraint(atom.attribute, IS_NOT, atom.value, not atom.soft, words=words)
            placed.append((place, Change("add", constraint=constraint)))
            continue
        if (atom.attribute, atom.widened) in done:
            continue
        done.add((atom.attribute, atom.widened))
        group = [
            a
            for a in atoms
            if a.attribute == atom.attribute and not a.denied and a.widened == atom.widened
        ]
        values = tuple(a.value for a in group)
        words = clause.reading.surface(group[0].piece.first, group[-1].piece.stop)
        constraint = Constraint(
            atom.attribute, IS, values if len(values) > 1 else values[0], not atom.soft, words=words
        )
        placed.append((place, Change("widen" if atom.widened else "add", constraint=constraint)))
    return placed


def _figure(clause: Clause, index: int, piece: Piece) -> Optional[Constraint]:
    words = clause.reading.surface(piece.first, piece.stop)
    hard = not _soft(clause, index)
    if piece.price:
        p = piece.price
        return Constraint("price", p.op, p.value, hard, currency=p.currency, words=words)
    if piece.measure:
        m = piece.measure
        op = IS_NOT if m.op == IS and index > clause.first and _refused(clause, index) else m.op
        return Constraint(m.attribute, op, m.value, hard, unit=m.unit, words=words)
    return None


def _refused(clause: Clause, index: int) -> bool:
    return any(NOT in p.cues for p in clause.reading.pieces[max(clause.first, index - 2) : index])


def _undone(clause: Clause, atom: _Atom) -> bool:
    return any(k < atom.index and _norm(clause, k) in _UNVALUED for k in clause.where(ANY))


def _dropped(clause: Clause, used: set[int], atoms: Sequence[_Atom]) -> list[Placed]:
    """Attributes that do not matter ("any colour", 价格无所谓) or may give way."""
    placed: list[Placed] = []
    denied = {a.attribute for a in atoms if a.denied}
    careless = clause.has(CARELESS)
    for index, piece in clause.indexes():
        if not piece.attribute or index in used or piece.attribute in denied:
            continue
        before = index - 1
        while before >= clause.first and _norm(clause, before) in ("the", "of", "a", "什么", "哪"):
            before -= 1
        anything = before >= clause.first and ANY in clause.reading.pieces[before].cues
        place = _offset(clause, max(before, clause.first) if anything else index)
        if (anything or careless) and not any(a.attribute == piece.attribute for a in atoms):
            placed.append((place, Change("drop", attribute=piece.attribute)))
            used.add(index)
        elif clause.has(FLEXIBLE):
            placed.append((place, Change("relax", attribute=piece.attribute)))
            used.add(index)
    return placed
