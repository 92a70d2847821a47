"""What an utterance asks of a product: values, prices and measures with their negation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Optional, Sequence

from actions.request import cues as cue
from actions.request.clauses import Clause
from actions.request.companions import is_companion, with_parts
from actions.request.figures import figure_at
from actions.request.negation import denied_values, norm_at
from actions.request.piece import Piece
from actions.request.types import (
    IS,
    IS_NOT,
    TOGETHER,
    Change,
    Constraint,
)
from catalog.vocabulary import Mention

Placed = tuple[int, Change]


#: "It need not be red" takes the value out of the request instead of excluding it.
_UNVALUED = frozenset(
    "不用是|不需要是|不用非要|不用非要是|不用一定是|不必非要|no need for|no need for a|"
    "no need for any|no need of|forget|"
    "forget about|ignore|remove|drop|clear|lift|doesnt have to be|does not have to be|"
    "doesnt need to be|need not be|no need to be|not necessarily|never mind|nevermind|"
    "不看|去掉|取消|忽略|不一定要|不一定是|不一定|不必是|不非得|不是非要|不用非得".split("|")
)


#: Said after what no longer counts: 价格限制去掉吧.
_LIFTED = frozenset("去掉 取消 放开 忽略 取消掉 撤掉 不用管 别管 不用考虑".split())
_ACCEPTED = frozenset(("dont mind", "open to", "不介意", "不在意", "不在乎"))


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
    kept = _without_broader(clause, [a for a in atoms if a.index not in gone], narrower)
    placed += _grouped(clause, kept)
    placed += _available(clause, used)
    for index, piece in clause.indexes():
        hard = not _soft(clause, index)
        figure = figure_at(clause, index, piece, hard) if index not in used else None
        if figure is not None:
            placed.append((_offset(clause, index), Change("add", constraint=figure)))
    return placed


def _offset(clause: Clause, index: int) -> int:
    return clause.reading.tokens[clause.reading.pieces[index].first].start


def _atoms(clause: Clause, used: set[int], opening: bool) -> list[_Atom]:
    denied = denied_values(clause)
    widening = _widening(clause, opening)
    named = {p.attribute for p in clause.pieces if p.attribute}
    atoms: list[_Atom] = []
    for index, piece in clause.indexes():
        mention = _by_gender(piece.value)
        if mention is None or index in used:
            continue
        if norm_at(clause, index - 1) in ("too", "less", "太"):
            continue
        attribute, value = mention.attribute, mention.value
        for other, meaning in mention.alternatives:
            if other in named and attribute not in named:
                attribute, value = other, meaning
                break
        if attribute == "product_type" and is_companion(
            clause, index, any(a.attribute == "product_type" for a in atoms)
        ):
            continue
        soft = _soft(clause, index, attribute)
        soft = soft or (attribute == "gender" and bool(piece.recipient))
        widened = widening and index not in denied and not _said_before(clause, index)
        atoms.append(_Atom(piece, index, attribute, value, index in denied, soft, widened))
        for other, meaning in _of_children(clause, index):
            atoms.append(_Atom(piece, index, other, meaning, index in denied, False, widened))
    return _spared(clause, _unmeasured(clause, _unreplaced(clause, atoms)))


def _by_gender(mention: Optional[Mention]) -> Optional[Mention]:
    """Of a girl first that she is female: her age may be said better beside it."""
    if mention is None or mention.attribute != "age_group":
        return mention
    gender = next((value for a, value in mention.alternatives if a == "gender"), None)
    if gender is None:
        return mention
    age = ((mention.attribute, mention.value),)
    return replace(mention, attribute="gender", value=gender, alternatives=age)


def _of_children(clause: Clause, index: int) -> Sequence[tuple[str, str]]:
    """The age of boys and girls, unless another word of the clause tells it."""
    mention = _by_gender(clause.reading.pieces[index].value)
    if mention is None or mention.attribute != "gender":
        return ()
    others = [p.value for k, p in clause.indexes() if k != index]
    if any(m and m.attribute == "age_group" and m == _by_gender(m) for m in others):
        return ()
    return [reading for reading in mention.alternatives if reading[0] == "age_group"]


def _unreplaced(clause: Clause, atoms: list[_Atom]) -> list[_Atom]:
    """ "blue instead of red" only asks for blue."""
    if not any(norm_at(clause, k) in ("instead of", "rather than") for k in clause.where(cue.NOT)):
        return atoms
    wanted = {a.attribute for a in atoms if not a.denied}
    return [a for a in atoms if not (a.denied and a.attribute in wanted)]


def _unmeasured(clause: Clause, atoms: list[_Atom]) -> list[_Atom]:
    """A figure is more exact than a word: of "3岁宝宝" the age counts."""
    measured = {p.measure.attribute for p in clause.pieces if p.measure}
    return [a for a in atoms if a.attribute not in measured]


def _spared(clause: Clause, atoms: Sequence[_Atom]) -> list[_Atom]:
    """ "no red dresses" denies red, not dresses; a "non leather bag" is a bag."""
    adjective = any(norm_at(clause, k) in ("non", "free") for k in range(clause.first, clause.stop))
    if adjective:
        return [replace(a, denied=a.denied and a.attribute != "product_type") for a in atoms]
    denied = {a.attribute for a in atoms if a.denied}
    if denied > {"product_type"}:
        return [a for a in atoms if not (a.denied and a.attribute == "product_type")]
    return list(atoms)


def _soft(clause: Clause, index: int, attribute: str = "") -> bool:
    places = clause.where(cue.SOFT)
    if attribute == "product_type":
        # "Maybe a lamp" is a lamp all the same.
        places = [k for k in places if norm_at(clause, k) not in ("maybe", "perhaps")]
    if not places:
        return False
    if any(p < index for p in places):
        return True
    if attribute == "product_type":
        return False
    after = clause.reading.pieces[places[0] + 1 : clause.stop]
    return not any(p.content for p in after)


def _widening(clause: Clause, opening: bool) -> bool:
    first = clause.reading.pieces[clause.first]
    if opening and cue.OR in first.cues and norm_at(clause, clause.first) != "either":
        return True
    if clause.contrast and not (clause.has(cue.WANT, cue.FIND, cue.NOT) or _types(clause)):
        last = clause.reading.pieces[clause.stop - 1]
        if last.cues & {cue.YES, cue.CARELESS}:
            return True
    if any(norm_at(clause, k) in _ACCEPTED for k in clause.where(cue.ANY, cue.WIDEN)):
        return True
    if not any(_accepts(clause, k) for k in clause.where(cue.WIDEN)):
        return False
    strong = any(
        clause.reading.norm(clause.reading.pieces[k]).replace(" ", "") not in _MERELY_ALSO
        for k in clause.where(cue.WIDEN)
    )
    return strong or not (clause.has(cue.WANT, cue.FIND, cue.TO) or _types(clause))


def _accepts(clause: Clause, k: int) -> bool:
    """Whether "too" at ``k`` means also: not in "too plain"."""
    return norm_at(clause, k) != "too" or norm_at(clause, k + 1) in ("", "please", "thanks")


_MERELY_ALSO = frozenset(("also", "too", "aswell", "也要", "也喜欢", "也看看"))


def _said_before(clause: Clause, index: int) -> bool:
    """Whether a comma parts the value from the 也行 that accepts another one."""
    after = range(index + 1, max(clause.where(cue.WIDEN), default=index))
    return any(clause.reading.pieces[k].break_ for k in after)


def _types(clause: Clause) -> bool:
    return any(p.value and p.value.attribute == "product_type" for p in clause.pieces)


def _without_broader(
    clause: Clause, atoms: list[_Atom], narrower: Callable[[str, str], frozenset[str]]
) -> list[_Atom]:
    """Of "shoes … running shoes" only the narrower one stays; a value said twice stays once."""
    kept: list[_Atom] = []
    for atom in atoms:
        others = [a for a in atoms if a.attribute == atom.attribute and a.denied == atom.denied]
        twice = any(a.value == atom.value for a in kept if a in others)
        covers = any(
            a.value != atom.value
            and a.value in narrower(atom.attribute, atom.value)
            and not _either(clause, a, atom)
            for a in others
        )
        if not twice and not (covers and atom.attribute == "product_type"):
            kept.append(atom)
    return kept


def _either(clause: Clause, one: _Atom, other: _Atom) -> bool:
    """Whether "or" stands between two values: then both were meant."""
    between = range(min(one.index, other.index), max(one.index, other.index))
    return any(cue.OR in clause.reading.pieces[k].cues for k in between)


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
        if atom.attribute in TOGETHER and not any(_either(clause, atom, a) for a in group):
            done.discard((atom.attribute, atom.widened))
            group = [atom]
        values = tuple(a.value for a in group)
        last = group[-1].piece
        if atom.attribute == "product_type":
            last = clause.reading.pieces[with_parts(clause, group[-1].index)]
        words = clause.reading.surface(group[0].piece.first, last.stop)
        constraint = Constraint(
            atom.attribute, IS, values if len(values) > 1 else values[0], not atom.soft, words=words
        )
        placed.append((place, Change("widen" if atom.widened else "add", constraint=constraint)))
    return placed


def _available(clause: Clause, used: set[int]) -> list[Placed]:
    """ "in stock only", 只看有货的."""
    for index, piece in clause.indexes():
        if piece.attribute == "availability" and index not in used and clause.has(cue.ONLY):
            words = clause.reading.surface(piece.first, piece.stop)
            wanted = Constraint("availability", IS, "in_stock", words=words)
            return [(_offset(clause, index), Change("add", constraint=wanted))]
    return []


def _undone(clause: Clause, atom: _Atom) -> bool:
    after = clause.where(cue.UNNEEDED)
    if atom.denied:
        # "It matters not if it is not waterproof": 不防水也没关系.
        after += clause.where(cue.WIDEN)
    if any(k > atom.index for k in after):
        return True
    return any(k < atom.index and norm_at(clause, k) in _UNVALUED for k in clause.where(cue.ANY))


def _dropped(clause: Clause, used: set[int], atoms: Sequence[_Atom]) -> list[Placed]:
    """Attributes that do not matter ("any colour", 价格无所谓) or may give way."""
    placed: list[Placed] = []
    denied = {a.attribute for a in atoms if a.denied}
    careless = clause.has(cue.CARELESS) or norm_at(clause, clause.stop - 1) in ("any", "任何")
    for index, piece in clause.indexes():
        if not piece.attribute or index in used or piece.attribute in denied:
            continue
        before = index - 1
        while before >= clause.first and norm_at(clause, before) in (
            "the",
            "of",
            "a",
            "什么",
            "哪",
        ):
            before -= 1
        anything = before >= clause.first and cue.ANY in clause.reading.pieces[before].cues
        lifted = range(index + 1, min(index + 4, clause.stop))
        anything = anything or any(norm_at(clause, k) in _LIFTED for k in lifted)
        place = _offset(clause, max(before, clause.first) if anything else index)
        if (anything or careless) and not any(a.attribute == piece.attribute for a in atoms):
            placed.append((place, Change("drop", attribute=piece.attribute)))
            used.add(index)
        elif clause.has(cue.FLEXIBLE):
            placed.append((place, Change("relax", attribute=piece.attribute)))
            used.add(index)
    return placed
