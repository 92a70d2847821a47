"""What a "no" covers: "not red or black", 不要红色的也不要黑的, "polyester-free"."""

from __future__ import annotations

from typing import Optional

from actions.request import cues as cue
from actions.request.clauses import Clause
from actions.request.stopwords import STOPWORDS

_LATIN_NP_END = frozenset("i we you he she they show find give want need 我 我要 我想".split())


#: A clause within the clause begins: "he doesn't like when …".
_SUBORDINATE = frozenset("when if because since unless while where so 因为 如果".split())
#: What is too much of something is not what is looked for: 太花了.
_EXCESS = frozenset(("too", "太", "过于", "less"))
_PARTICLES = frozenset("了 的 吧 啊 哦 呀 哈 啦 呢 就 先 , ，".split())
_PREPOSITIONS = frozenset("for with in to on from at by of and or but please 的 了 吧".split())


_SKIPPED = frozenset("a an the my your his her our for with of 的".split())


def norm_at(clause: Clause, index: int) -> str:
    """The words of the piece at ``index`` of the reading, "" beyond its ends."""
    if not 0 <= index < len(clause.reading.pieces):
        return ""
    return clause.reading.norm(clause.reading.pieces[index])


def denied_values(clause: Clause) -> set[int]:
    """Indexes of the values that a negation covers."""
    pieces = clause.reading.pieces
    denied: set[int] = set()
    active = described = False
    last: Optional[str] = None
    for index, piece in clause.indexes():
        norm = norm_at(clause, index)
        if _opens(clause, index):
            active, last, described = True, None, _describes(clause, index)
        elif active and _ends(clause, index, last, described):
            active = False
        elif active and last is None and piece.attribute:
            described = True
        elif active and last is None and piece.plain and norm not in _SKIPPED:
            described = described or norm not in STOPWORDS
        elif active and last and cue.NOT_AFTER in piece.cues and cue.NOT not in piece.cues:
            active = False
        elif piece.value:
            if active:
                denied.add(index)
                last = piece.value.attribute
        elif active and last and cue.AND in piece.cues:
            following = _next_value(clause, index + 1)
            active = following is not None and following == last
        elif active and last and piece.break_ == 1:
            active = _list_goes_on(clause, index, denied)
        elif active and (piece.cues.intersection((cue.WANT, cue.FIND)) or norm in _LATIN_NP_END):
            active = cue.EXIST in piece.cues or _opens(clause, index - 1)
    for index, piece in clause.indexes():
        if cue.NOT_AFTER not in piece.cues or index == clause.first:
            continue
        if cue.NOT in piece.cues and leads(clause, index):
            continue
        k = index - 1
        parted = False
        while k >= clause.first:
            before = pieces[k]
            parted = parted or before.break_ == 1
            if before.value and parted and before.value.attribute == "product_type":
                break
            if before.value:
                denied.add(k)
            elif not (
                before.plain or before.break_ == 1 or before.cues.intersection((cue.OR, cue.AND))
            ):
                break
            k -= 1
    return denied


def _ends(clause: Clause, index: int, last: Optional[str], described: bool) -> bool:
    """Whether the reach of a negation ends at ``index``."""
    piece, norm = clause.reading.pieces[index], norm_at(clause, index)
    if norm in _SUBORDINATE or piece.relative or piece.sort:
        return True
    return norm == "的" and _thing_follows(clause, index, last, described)


def denied_words(clause: Clause) -> set[int]:
    """Indexes of the unread words that a negation covers: "no synthetic stuff", 不要耐克的."""
    words: set[int] = set()
    for index, piece in clause.indexes():
        if norm_at(clause, index) in _EXCESS:
            words.update(_plain_run(clause, range(index + 1, clause.stop)))
        if not piece.cues.intersection((cue.NOT, cue.NOT_AFTER, cue.DISLIKE)):
            continue
        if cue.NOT in piece.cues and not _negates_nothing(clause, index):
            words.update(_plain_run(clause, range(index + 1, clause.stop)))
        if cue.NOT_AFTER in piece.cues and index > clause.first:
            words.update(_plain_run(clause, range(index - 1, clause.first - 1, -1)))
    return words


def _plain_run(clause: Clause, places: range) -> list[int]:
    """Unread words in a row, up to what begins another phrase once there is a content word."""
    run: list[int] = []
    content = False
    for k in places:
        norm = norm_at(clause, k)
        if not clause.reading.pieces[k].plain or (content and norm in _PREPOSITIONS):
            break
        content = content or norm not in STOPWORDS
        run.append(k)
    return run


def leads(clause: Clause, index: int) -> bool:
    """Whether what is denied comes after the 不要 at ``index``, not before it."""
    if _next_value(clause, index + 1) is not None:
        return True
    if index + 1 >= clause.stop or not clause.reading.pieces[index + 1].plain:
        return False
    norm = norm_at(clause, index + 1)
    return norm not in STOPWORDS and norm not in _PARTICLES


def _describes(clause: Clause, index: int) -> bool:
    """Whether a bare 不 denies the adjective after it and no more: 不辣的零食."""
    if norm_at(clause, index) != "不" or index + 1 >= clause.stop:
        return False
    return clause.reading.pieces[index + 1].plain


def _thing_follows(clause: Clause, index: int, last: Optional[str], described: bool) -> bool:
    """Whether 的 at ``index`` leads to the thing that is wanted without what was denied.

    不要皮的包 asks for bags, 没有logo的T恤 for T-shirts.
    """
    if last is None:
        return described
    following = _next_values(clause, index + 1)
    return "product_type" in following and last not in following


def _opens(clause: Clause, index: int) -> bool:
    """Whether a negation begins at ``index``."""
    cues = clause.reading.pieces[index].cues
    if cue.THAN in cues:
        return _other_before(clause, index)
    return cue.NOT in cues and not _negates_nothing(clause, index)


def _other_before(clause: Clause, index: int) -> bool:
    """Whether "than" excludes: "any other brand than …"."""
    return any(norm_at(clause, k).startswith("other") for k in range(clause.first, index)) or any(
        norm_at(clause, k) in ("any other", "different") for k in range(clause.first, index)
    )


def _negates_nothing(clause: Clause, index: int) -> bool:
    """A "no" that answers ("no, red"), and 没有…吗, which asks."""
    norm = norm_at(clause, index)
    if norm in ("no", "not", "不") and index + 1 < clause.stop:
        following = clause.reading.pieces[index + 1]
        if norm == "no" and (following.break_ or following.cues.intersection((cue.WANT, cue.FIND))):
            return True
        if norm == "no" and norm_at(clause, index + 1) in ("i", "im", "we", "it", "the"):
            return True
    if norm in ("没有", "没") and index == clause.first:
        return clause.question or norm_at(clause, clause.stop - 1) in ("吗", "么")
    return False


def _next_value(clause: Clause, index: int) -> Optional[str]:
    """The attribute of the value that comes next, small words aside."""
    while index < clause.stop:
        piece = clause.reading.pieces[index]
        if piece.value:
            return piece.value.attribute
        if not piece.plain and not piece.cues.intersection((cue.OR, cue.AND)):
            return None
        if norm_at(clause, index) not in _SKIPPED and not piece.cues:
            return None
        index += 1
    return None


def _next_values(clause: Clause, index: int) -> list[str]:
    """The attributes of the values that come next, up to the thing: 红色连衣裙, 男衬衫."""
    found: list[str] = []
    while index < clause.stop and "product_type" not in found:
        piece = clause.reading.pieces[index]
        if piece.value:
            found.append(piece.value.attribute)
        elif norm_at(clause, index) not in _SKIPPED:
            break
        index += 1
    return found


def _list_goes_on(clause: Clause, index: int, denied: set[int]) -> bool:
    """Whether the comma at ``index`` stands in a list: "not red, blue or black".

    "not red, blue" asks for blue; of three and more all are denied.
    """
    accepted = {cue.CARELESS, cue.WIDEN, cue.YES, cue.LIKE}
    closing = clause.reading.pieces[clause.stop - 1].cues
    if norm_at(clause, index) != "、" and closing & accepted and cue.NOT_AFTER not in closing:
        return False
    more = int(index - 3 in denied)
    for piece in clause.reading.pieces[index + 1 : clause.stop]:
        more += piece.value is not None
        if cue.OR in piece.cues:
            return True
        if not (piece.value or piece.break_ == 1 or piece.plain):
            break
    return more > 1 or norm_at(clause, index) == "、"
