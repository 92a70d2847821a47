"""The body of a reply that shows products."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Mapping, Optional, Sequence

from actions.recommend.causes import causes
from actions.recommend.filters import Mask
from actions.recommend.history import REMEMBERED, TELLING, taken_before
from actions.recommend.reasons import reasons
from actions.recommend.search import Found, Hit
from actions.replies.describe import UNSAID
from actions.replies.money import format_amount
from actions.request.types import Cause, Constraint, Request
from actions.stages import stage
from actions.turn import (
    age,
    drifting,
    exploring,
    lists,
    names,
    narrowing,
    searched,
    turning,
    usual,
    variants,
)
from actions.turn.draft import Draft
from actions.turn.model import ASKED, UNCLEAR
from actions.turn.query import query_words, titles_before
from actions.turn.relax import SHOWN_LIMIT, offer_relaxations
from actions.turn.worn import fresh, spent, worn
from catalog.product import Product

#: Products in a list unless the shopper says how many.
LIST_LENGTH = 3
#: Hits read beyond that, in case the store has moved on since the index was built.
SPARE = 6
_SINGLE = re.compile(r"\bthe\s+(?:\w+est|most\s+\w+|best[\s-]\w+)\s+one\b", re.I)


def recommend(draft: Draft) -> None:
    """Show what fits the request now; offer the smallest relaxation where nothing does."""
    if _points_at_nothing(draft):
        return
    lists.acknowledgements(draft)
    _preface(draft)
    if draft.refused and not draft.changes:
        return
    if apart := draft.context.filters.kept_apart(draft.request):
        draft.lines.append(draft.say("kept_apart", n=apart))
    about = names.only_about(draft)
    if about and not draft.context.index.words.scores(draft.request.text).any():
        # Nothing is written about whom it is for: what most people like is the better guess.
        draft.request = replace(draft.request, text="")
    if results := _results(draft):
        found, mask = results
        if draft.request.constraints and not found.by_words:
            if not about and (words := names.left_out(draft)):
                draft.lines.append(draft.say("words_not_found", words=words))
            draft.request = replace(draft.request, text="")
        if draft.turn.unread:
            separator = "、" if draft.language == "zh" else ", "
            draft.lines.append(draft.say("cannot_tell", what=separator.join(draft.turn.unread)))
        draft.lines.append(_header(draft, found, about))
        _show(draft, found, mask)


def more(draft: Draft) -> None:
    """The next ones."""
    lists.acknowledgements(draft)
    if results := _results(draft):
        found, mask = results
        if any(c.kind == "dont_care" for c in draft.changes) and draft.turn.memory.question:
            draft.lines.append(draft.say("answer_ok"))
        header = _header(draft, found, "") if draft.request.goes_with else ""
        draft.lines.append(header or draft.say("more", what=draft.what()))
        _show(draft, found, mask)


def show_again(draft: Draft) -> None:
    """After a step back: the list that was shown then, as the store has it now."""
    request = draft.request
    if not request.last_list:
        key = "undone" if request.constraints else "undone_start"
        draft.lines.append(draft.say(key, what=draft.what()))
        return
    draft.lines.append(draft.say("undone", what=draft.what()))
    fits = draft.context.filters.hard(replace(request, rejected=()))
    where = draft.context.index.position
    still = [i for i in request.last_list if i in where and fits[where[i]]]
    if not still:
        # What was shown was only close to what is looked for.
        offer_relaxations(draft)
        return
    products = draft.context.shop.store.products(still)
    hits = []
    for product in products:
        position = draft.context.index.position.get(product.id)
        if position is not None:
            hits.append(Hit(product.id, position, 0.0, {}, draft.request.ways(product.id)))
    _list(draft, hits, products)
    draft.offer("quick_cheaper", "quick_more")


def _results(draft: Draft) -> Optional[tuple[Found, Mask]]:
    """What fits and was not shown yet; where there is nothing, relaxations are offered."""
    with stage("filter"):
        mask = draft.context.filters.hard(draft.request)
    found = _search(draft, mask) if mask.any() else None
    left = found is not None and bool(found.hits) and not spent(draft, found.hits)
    if found is not None and left and not _ran_out(draft.request, found):
        return found, mask
    if draft.request.goes_with and mask.any():
        title = draft.context.titles(draft.request.goes_with, draft.language)
        key = "goes_with_no_more" if draft.request.shown else "goes_with_nothing"
        draft.lines.append(draft.say(key, title=title, what=draft.what()))
        draft.offer("quick_similar", "quick_back")
    elif not age.ask_instead(draft):
        offer_relaxations(draft, seen_all=found is not None)
        draft.lines.append(usual.unstated(draft))
    return None


def _search(draft: Draft, mask: Mask) -> Found:
    k = draft.request.count or LIST_LENGTH
    explores = drifting.strategy(draft) == drifting.EXPLORE
    with stage("search"):
        found = draft.context.searcher.search(
            drifting.of_now(draft, usual.preferred(draft)),
            query_words(draft),
            k * (exploring.WITHIN if explores else 1) + SPARE + len(worn(draft)),
            mask,
            history=_history(draft),
            interest=draft.known.scores if draft.known is not None else None,
            titles=titles_before(draft),
            places=k,
        )
    true = fresh(draft, _still_true(draft, found.hits))
    hits = exploring.varied(draft, true, k) if explores else tuple(true[:k])
    return replace(found, hits=usual.in_size(draft, hits, mask))


def _history(draft: Draft) -> Mapping[str, float]:
    """What the shopper took before; nothing is looked up where nothing was learned from others."""
    if draft.context.index.learned is None:
        return {}
    store = draft.context.shop.store
    events = store.events(draft.turn.shopper_id, kinds=TELLING, limit=REMEMBERED)
    if draft.known is None:
        return taken_before(events)
    return draft.known.of_now(taken_before(draft.known.remembered(events)))


def _still_true(draft: Draft, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Drop hits whose price or stock in the store no longer is what the index knew."""
    context = draft.context
    ids = [h.id for h in hits]
    active = context.shop.store.active(ids)
    now = {p.id: p for p in context.shop.store.products(ids) if p.id in active}
    limits = [
        interval
        for c in draft.request.on("price")
        if c.hard and (interval := context.filters.interval(c)) is not None
    ]
    any_stock = bool(draft.request.on("availability"))

    def holds(product: Optional[Product]) -> bool:
        if product is None or not (product.available or any_stock):
            return False
        price = product.asking_price
        if price is None:
            return not limits
        amount = context.rates.convert(float(price.amount), price.currency)
        return amount is not None and all(
            low - 1e-6 <= amount <= high + 1e-6 for low, high in limits
        )

    return tuple(h for h in hits if holds(now.get(h.id)))


def _show(draft: Draft, found: Found, mask: Mask) -> None:
    """The list itself, what comes after it, and the state it leaves."""
    hits = found.hits
    products = draft.context.shop.store.products([h.id for h in hits])
    ids = tuple(h.id for h in hits)
    draft.request = replace(
        draft.request,
        last_list=ids,
        shown=(*draft.request.shown, *ids)[-SHOWN_LIMIT:],
        focus=ids[:1] if len(ids) == 1 or _asks_for_the_first(draft) else (),
        moved=tuple((hit.id, how) for hit in hits for how in hit.moved),
        because=tuple((hit.id, cause) for hit in hits for cause in _causes(draft, hit, found)),
    )
    _list(draft, hits, products)
    draft.lines.append(usual.note(draft, products))
    searched.note(draft, ids)
    if draft.log is not None:
        for rank, hit in enumerate(hits, 1):
            draft.log.add("shown", hit.id, rank=rank, scores={**hit.scores, "total": hit.total})
    if not (drifting.tell(draft) or age.ask(draft) or narrowing.ask(draft, found, mask)):
        draft.offer("quick_cheaper", "quick_more")
        if len(ids) > 1:
            draft.offer("quick_compare")
        draft.offer("quick_why")


def _asks_for_the_first(draft: Draft) -> bool:
    """ "The lightest one, please": of those in order the first is meant."""
    return any(c.kind == "sort" for c in draft.changes) and bool(_SINGLE.search(draft.turn.text))


def _list(draft: Draft, hits: Sequence[Hit], products: Sequence[Product]) -> None:
    context, language = draft.context, draft.language
    by_id = {p.id: p for p in products}
    others = _named(draft)
    items = []
    for rank, hit in enumerate(hits, 1):
        product = by_id[hit.id]
        bonds, request = draft.bonds(hit.position), draft.request
        met = reasons(request, context.filters, hit.position, None, hit.moved, bonds)
        line = context.cards.line(rank, product, met, language)
        draft.lines.append(variants.beside(draft, line, product))
        because = request.causes(hit.id)
        why = reasons(request, context.filters, hit.position, because, hit.moved, bonds)
        scores = {"total": hit.total, **hit.scores}
        told = [r for r in why if r.kind != "sorted" and r.product_id in ("", *others)]
        card = context.cards.card(rank, product, told, scores, language, others)
        items.append(card)
    draft.custom = {
        "type": "products",
        "strategy": drifting.strategy(draft),
        "request": draft.request.to_json(),
        "relaxed": [],
        "items": items,
        "question": None,
        "drift": drifting.as_data(draft.known),
    }


def _causes(draft: Draft, hit: Hit, found: Found) -> tuple[Cause, ...]:
    if found.scored is None:
        return ()
    searcher, request = draft.context.searcher, drifting.of_now(draft, draft.request)
    return causes(searcher, request, hit, found.scored, found.history)


def _named(draft: Draft) -> dict[str, Product]:
    """The products that reasons name, by id."""
    request = draft.request
    ids = (*request.goes_with, *(cause.other for _, cause in request.because if cause.other))
    return {p.id: p for p in draft.context.shop.store.products(ids)} if ids else {}


def _ran_out(request: Request, found: Found) -> bool:
    """Whether all that goes with what is sought was shown, and the rest only resembles it."""
    seen = bool(request.goes_with and request.shown)
    return seen and not any(hit.scores.get("goes_with") for hit in found.hits)


def _header(draft: Draft, found: Found, about: str) -> str:
    request, shown = draft.request, len(found.hits)
    what = draft.what()
    if request.goes_with:
        title = draft.context.titles(request.goes_with, draft.language)
        surely = any(hit.scores.get("goes_with") for hit in found.hits)
        key = "found_goes_with" if surely else "found_in_common"
        header = draft.say(f"{key}_kind" if request.constraints else key, title=title, what=what)
    elif request.similar_to and (
        title := draft.context.titles(request.similar_to[:1], draft.language)
    ):
        header = draft.say("found_similar", title=title.strip("《》"), what=what)
    elif not request.constraints and about:
        header = draft.say("found_for", what=about)
    elif not request.constraints and not request.text:
        key = "found_known" if drifting.is_known(draft) else "found_anything"
        header = draft.say("found_sorted" if request.sort else key)
    elif not request.constraints:
        key = "found_text" if found.by_words else "found_unsure"
        header = draft.say(key, what=request.text or what)
    elif found.total == 1:
        header = draft.say("found_one", what=what)
    elif found.total <= shown:
        header = draft.say("found_all", what=what, k=shown)
    else:
        count = draft.context.describer.counted(found.total, request, draft.language)
        header = draft.say("found", n=count, what=what, k=shown)
    if request.sort is not None:
        direction = "desc" if request.sort.descending else "asc"
        key = f"order_{request.sort.attribute}_{direction}"
        if draft.context.texts.has(draft.language, key):
            order = draft.say(key)
        else:
            name = draft.context.describer.attribute(request.sort.attribute, draft.language)
            order = draft.say("order_other", attribute=name)
        colon = "：" if draft.language == "zh" else ":"
        space = "" if draft.language == "zh" else " "
        header = header.rstrip("：:。.") + space + draft.say("sorted_by", order=order) + colon
    return header


def _preface(draft: Draft) -> None:
    """What has to be said before the list: left out, put aside, converted."""
    context, language = draft.context, draft.language
    rejected = tuple(i for i in draft.request.rejected if i not in draft.turn.request.rejected)
    if rejected and set(rejected) >= set(draft.turn.request.last_list):
        draft.lines.append(draft.say("rejected_all"))
    elif rejected:
        draft.lines.append(draft.say("left_out", titles=context.titles(rejected, language)))
    said_again = {(c.attribute, c.op, c.value) for c in draft.request.constraints}
    dropped = [
        c
        for c in draft.applied.dropped
        if (c.hard or c.attribute not in UNSAID) and (c.attribute, c.op, c.value) not in said_again
    ]
    if dropped and not draft.request.goes_with:
        separator = "、" if language == "zh" else ", "
        what = separator.join(context.describer.constraint(c, language) for c in dropped)
        same = draft.request.category == draft.turn.request.category
        draft.lines.append(draft.say("gave_way" if same else "reset_note", what=what))
    turning.say_unsortable(draft)
    turning.say_turned(draft)
    for name in names.missing(draft):
        draft.lines.append(draft.say("no_such_name", name=name))
    for currency in draft.refused:
        draft.did.add(ASKED)
        draft.lines.append(draft.say("no_rate", currency=currency, own=context.rates.currency))
    for change in draft.changes:
        _say_converted(draft, change.constraint)
        if change.constraint and context.filters.unknowable(change.constraint, draft.request):
            name = context.describer.attribute(change.constraint.attribute, language)
            draft.lines.append(draft.say("not_in_feed", attribute=name))


def _say_converted(draft: Draft, constraint: Optional[Constraint]) -> None:
    """Name the rate's result where a price was given in another currency."""
    if constraint is None or not constraint.currency:
        return
    rates = draft.context.rates
    if constraint.attribute != "price" or constraint.currency == rates.currency:
        return
    said = [format_amount(float(v), constraint.currency) for v in constraint.values]
    own = [
        format_amount(round(rates.convert(float(v), constraint.currency) or 0.0, 2), rates.currency)
        for v in constraint.values
    ]
    draft.lines.append(draft.say("converted", **{"from": "–".join(said), "to": "–".join(own)}))


def _points_at_nothing(draft: Draft) -> bool:
    """Say so where all that was said points at products that were not shown."""
    unresolved = draft.applied.unresolved
    if not unresolved or len(unresolved) < len(draft.changes):
        return False
    draft.did.add(UNCLEAR)
    draft.lines.append(draft.say("not_shown", have=draft.have()))
    return True
