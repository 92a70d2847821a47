"""How the results should change as a whole: like this one, cheaper, sorted, five of them, more."""

from __future__ import annotations

from actions.request import cues as cue
from actions.request.referents import FOCUS, SHOWN
from actions.request.scales import EXCLUDED, MODERATE
from actions.request.turns import Turn, acted, extreme, first_of, referents_of, small
from actions.request.types import IS_NOT, Constraint

_SUBJECTS = frozenset(
    "i we you he she they really also do did dont didnt not mom dad wife and would".split()
)


_ADVERBS = frozenset("quite kinda kind rather sort of do also still".split())
_CLASSIFIERS = frozenset("个 款 件 条 双 种 套 只 张 台 部 本 瓶 盒 支 把 项 组 样".split())


#: Cues of "more" that may also begin something else ("more colorful").
_INCOMPLETE = frozenset("more other another next 其他 更多 再来".split())
#: Words of likeness that need not say to what: "something similar".
_RESEMBLANCE = frozenset("similar 类似 相似 同类 同类型 相近".split())
_COUNTED = frozenset("options option items products ones choices results suggestions pairs".split())


_LIMITING = frozenset("top just only 再 最多 只 就 仅 只要 只看 只需要 随便".split())
_LOOK = frozenset(("看看", "看一下", "瞧瞧"))


_COLORFUL = frozenset("color colour shade tone blue green pink grey gray brown red".split())


def similar(turn: Turn) -> None:
    """ "something like the first", "do you have it in blue?"."""
    clause = turn.clause
    found = referents_of(turn, loose=True)
    place = next((k for k in clause.where(cue.AS, cue.SAME, cue.LIKE) if _is_alike(turn, k)), None)
    if place is not None and found and not clause.has(cue.COMPARE):
        turn.put(place, "similar", referents=found)
        turn.use_referents()
        turn.used.add(place)
        return
    vague = [k for k in clause.where(cue.AS) if turn.norm(k) in _RESEMBLANCE]
    if vague and not found and not clause.content and not clause.has(cue.COMPARE):
        turn.put(vague[0], "similar", referents=FOCUS)
        return
    same = [k for k in clause.where(cue.SAME) if k not in turn.used]
    if same and not found and (clause.content or len(clause.pieces) <= 2):
        turn.put(same[0], "similar", referents=FOCUS)
        return
    for k, piece in clause.indexes():
        said = turn.norm(k + 1) == "in" and k + 2 < clause.stop
        number = clause.reading.tokens[piece.first].number
        if said and not piece.sure and number is not None and number.value >= 2:
            # "Show me two in white": how many, not which.
            turn.put(k, "count", value=int(number.value))
            turn.used.add(k)
            return
        wanted = clause.reading.pieces[k + 2] if said else None
        if piece.referents and wanted and (wanted.value or wanted.measure):
            asks = clause.question or turn.norm(clause.first).split(" ")[0] in (
                "can",
                "could",
                "may",
            )
            if not clause.has(cue.LIKE, cue.TAKE) or clause.has(cue.EXIST) or asks:
                turn.put(k, "similar", referents=piece.referents)
                turn.used.add(k)
            return


def _is_alike(turn: Turn, k: int) -> bool:
    """Whether "like" at ``k`` means resemblance."""
    if turn.norm(k) != "like":
        return bool(turn.clause.reading.pieces[k].cues & {cue.AS, cue.SAME})
    before = k - 1
    while turn.norm(before) in _ADVERBS:
        before -= 1
    if turn.norm(before) in _SUBJECTS or k + 1 >= turn.clause.stop:
        return False
    return not turn.clause.reading.pieces[k - 1].cues & {cue.NOT} or k == turn.clause.first


def relative(turn: Turn) -> None:
    """ "cheaper", "bigger than the second", 再大一点."""
    clause = turn.clause
    for k, piece in clause.indexes():
        if piece.relative is None or clause.has(cue.ASIDE):
            continue
        attribute, way = piece.relative
        if attribute == "height":
            named = next((p.attribute for p in clause.pieces if p.attribute), "")
            if not named and turn.norm(k).split(" ")[-1] in ("high", "low", "higher"):
                continue
            attribute = named or attribute
        following = turn.norm(k + 1)
        shade = turn.norm(k + 2) if following == "in" else following
        if attribute == "weight" and shade.split(" ")[0] in _COLORFUL:
            continue
        allowed = any(j > k for j in clause.where(cue.WIDEN, cue.CARELESS))
        permitted = allowed or any(j > k for j in clause.where(cue.YES))
        if attribute == "price" and "budget" in turn.norm(k) and permitted:
            # To go over it is either a complaint, or what is allowed.
            turn.put(k, "relax", attribute=attribute)
            continue
        if way == "more" and (allowed or (turn.norm(k - 1) == "be" and _permits(turn))):
            turn.put(k, "relax", attribute=attribute)
            continue
        if _excludes(turn, k):
            continue
        if turn.norm(k) == "更好" and k > clause.first and clause.reading.pieces[k - 1].relative:
            continue
        if turn.norm(k) in ("便宜", "贵") and clause.has(cue.QUESTION) and referents_of(turn):
            continue
        if clause.has(cue.COMPARE) or _asks_whether(turn):
            continue
        found = (
            () if turn.used else referents_of(turn, loose=clause.has(cue.THAN) or _subject(turn))
        )
        if found in (SHOWN, FOCUS) and not clause.has(cue.THAN) and following != "as":
            found = ()
        if not found and clause.has(cue.THAN):
            found = extreme(turn)
        turn.put(k, "relative", attribute=attribute, value=way, referents=found)
        if found or referents_of(turn):
            turn.use_referents()
    _compared(turn)


def _excludes(turn: Turn, k: int) -> bool:
    """ "A dress that's not too long" rules out long ones; of what was shown it is a critique."""
    piece = turn.clause.reading.pieces[k]
    excluded = EXCLUDED.get(piece.relative) if piece.relative else None
    named = any(p.value and p.value.attribute == "product_type" for p in turn.clause.reading.pieces)
    if excluded is None or not named or not turn.norm(k).startswith(MODERATE):
        return False
    attribute, value = excluded
    words = turn.clause.reading.surface(piece.first, piece.stop)
    turn.put(k, "add", constraint=Constraint(attribute, IS_NOT, value, words=words))
    return True


def _compared(turn: Turn) -> None:
    """A bare adjective after 比: 比这个大的, 比第三个轻."""
    clause = turn.clause
    than = next((k for k in clause.where(cue.THAN) if turn.norm(k) == "比"), None)
    found = referents_of(turn)
    if than is None or not found or acted(turn) or clause.has(cue.COMPARE, cue.ASIDE):
        return
    for k, piece in clause.indexes():
        if k > than and piece.plain:
            at = cue.cue_tables().adjective.at(clause.reading.tokens, piece.first)
            if at is not None:
                attribute, way = at[1]
                turn.put(k, "relative", attribute=attribute, value=way, referents=found)
                turn.use_referents()
                turn.used.update(range(k, k + at[0]))
                return


def _asks_whether(turn: Turn) -> bool:
    """Whether it is asked if something is so, not wished: "is linen cooler?"."""
    first = turn.norm(turn.clause.first)
    if not turn.clause.question or first not in ("is", "are", "does", "do", "was", "will"):
        return False
    return turn.clause.reading.pieces[turn.clause.first + 1].value is not None


def _permits(turn: Turn) -> bool:
    """ "the price can be higher"."""
    return any(word in ("can", "could", "may") for word in turn.clause.norms())


def _subject(turn: Turn) -> bool:
    """Whether a bare number opens the clause as its subject: "2 is too small"."""
    return turn.norm(turn.clause.first + 1) in ("is", "was", "looks", "太")


def sort(turn: Turn) -> None:
    """ "cheapest first", 评分最高的."""
    for k, piece in turn.clause.indexes():
        if piece.sort and k not in turn.used and not piece.referents:
            shown = referents_of(turn) == SHOWN
            if shown and not acted(turn):
                turn.put(k, "refer", referents=extreme(turn))
                continue
            turn.put(k, "sort", attribute=piece.sort[0], value=piece.sort[1])


def count(turn: Turn) -> None:
    """ "show me three", 来五个."""
    clause = turn.clause
    for k, piece in clause.indexes():
        token = clause.reading.tokens[piece.first]
        if (piece.sure and piece.referents) or piece.content or k in turn.used:
            continue
        n = int(token.number.value) if token.number else 0
        following = turn.norm(k + 1)
        next_piece = clause.reading.pieces[k + 1] if k + 1 < clause.stop else None
        counted = following in _CLASSIFIERS or following in _COUNTED
        thing = next_piece is not None and bool(
            next_piece.value or next_piece.sort or next_piece.relative
        )
        before = {c for j in range(clause.first, k) for c in clause.reading.pieces[j].cues}
        asked = bool(before & {cue.FIND, cue.ONLY}) or turn.norm(k - 1) in _LIMITING
        ordered = counted and any(p.sort for p in clause.pieces)
        ordered = ordered or bool(next_piece and next_piece.sort and turn.norm(k - 1) == "the")
        plain = following in _COUNTED and cue.WANT not in before
        if n == 1 and _only_one(turn, k, before):
            turn.put(k, "count", value=1)
            turn.used.add(k)
            return
        closes = next_piece is None or following in _LOOK
        if n >= 2 and ((asked and (counted or thing or closes)) or ordered or plain):
            turn.put(k, "count", value=n)
            turn.used.add(k)
            return
        if piece.plain:
            continue
        if n >= 2 and asked and turn.norm(k - 1) in ("top", "just", "only"):
            turn.put(k, "count", value=n)
            return


def _only_one(turn: Turn, k: int, before: set[str]) -> bool:
    """ "just show me one", 就看一个: not the "one" of "show me a red one"."""
    following = turn.norm(k + 1)
    stop = k + 1 + (following in _CLASSIFIERS)
    rest = [turn.norm(j) for j in range(stop, turn.clause.stop)]
    if any(
        w not in ("please", "only", "吧", "就", "好", "就好", "行", "就行", "看看") for w in rest
    ):
        return False
    if turn.norm(k) == "one" and not _asked_just_before(turn, k):
        return False
    limited = any(turn.norm(j) in _LIMITING for j in range(turn.clause.first, k))
    shown = bool(before & {cue.FIND, cue.WANT}) or turn.norm(k - 1) in ("看", "就", "给")
    return shown and (limited or cue.ONLY in before or turn.norm(k) == "one")


def _asked_just_before(turn: Turn, k: int) -> bool:
    cues = turn.clause.reading.pieces[k - 1].cues if k > turn.clause.first else frozenset()
    return bool(cues & {cue.FIND, cue.WANT, cue.ONLY}) or turn.norm(k - 1) in _LIMITING


def more(turn: Turn) -> None:
    """ "more", "anything else?", 换一批."""
    clause = turn.clause
    place = first_of(turn, cue.MORE)
    if (
        not clause.has(cue.MORE)
        or acted(turn)
        or clause.has(cue.DETAILS, cue.COMPARE, cue.ASIDE, cue.THAN, cue.CARELESS)
    ):
        return
    if any(p.relative for p in clause.pieces) and turn.norm(place) in ("more", "another"):
        return
    following = clause.reading.pieces[place + 1] if place + 1 < clause.stop else None
    if any(k < place for k in clause.where(cue.NOT)):
        return
    adjective = following is not None and following.value is not None
    if adjective and following.value.attribute != "product_type" and turn.norm(place) == "more":  # type: ignore[union-attr]
        return
    if turn.norm(place) in ("换个", "换一个") and following is not None and following.value:
        return
    if turn.norm(place) == "more" and turn.norm(place + 1) in ("for", "of", "to", "on", "in"):
        return
    if following is not None and following.attribute:
        if not any(c.kind in ("ask", "drop") for _, c in turn.placed):
            if following.attribute == "product_type":
                return
            if following.attribute in ("brand", "style"):
                turn.put(place, "more")
            else:
                turn.put(place + 1, "ask", attribute=following.attribute, referents=FOCUS)
        return
    unread = following is not None and following.plain and not small(turn, following)
    if unread and turn.norm(place) in _INCOMPLETE:
        return
    turn.put(place, "more")
