"""Nothing fits: the nearest things that do, and what each would cost the shopper."""

from __future__ import annotations

from dataclasses import replace

from actions.recommend.filters import Filters
from actions.recommend.relaxation import Relaxation, relaxations
from actions.replies.money import format_amount
from actions.request.apply import NUMERIC
from actions.request.types import AT_LEAST, AT_MOST, Change, Constraint, Request
from actions.turn.draft import Draft
from actions.turn.query import query_words
from actions.turn.worn import worn
from catalog.product import Product

#: Ids of shown products that are kept for "more".
SHOWN_LIMIT = 120


def offer_relaxations(draft: Draft, seen_all: bool = False) -> None:
    """Name the smallest relaxations, one product for each; the request itself stays.

    Parameters
    ----------
    seen_all
        Some products do fit, but all of them have been shown: relax until there are others.
    """
    context, language = draft.context, draft.language
    base = context.searcher.unseen(draft.request, context.filters.base(draft.request))
    tired = [p for i in worn(draft) if (p := context.index.position.get(i)) is not None]
    others = base.copy()
    others[tired] = False
    options = relaxations(draft.request, context.filters, base=others if others.any() else base)
    shown: list[tuple[Relaxation, Product]] = []
    for option in options:
        product = _first(draft, option.request, {p.id for _o, p in shown} | worn(draft))
        if product is not None:
            shown.append((option, product))
    if not shown and draft.request.shown:
        draft.lines.append(draft.say("no_more", what=draft.what()))
        draft.offer("quick_back", "quick_start_over")
        return
    if not shown:
        _have_none(draft)
        return
    key = "seen_all" if seen_all else "nothing"
    draft.lines.append(draft.say(key, what=draft.what()))
    items = []
    for rank, (option, product) in enumerate(shown, 1):
        line = context.cards.line(rank, product, (), language).split(" — ")[0]
        draft.lines.append(f"{line} — {_note(draft, option, product)}")
        card = context.cards.card(rank, product, (), {"total": 0.0}, language)
        items.append({**card, "relaxed": option.to_json()})
        draft.buttons += [_button(draft, old, new) for old, new in option.changed[:1]]
    draft.lines.append(draft.say("which_way"))
    draft.offer("quick_start_over")
    ids = tuple(p.id for _o, p in shown)
    draft.request = replace(
        draft.request,
        last_list=ids,
        shown=(*draft.request.shown, *ids)[-SHOWN_LIMIT:],
        focus=ids if len(ids) == 1 else (),
        moved=(),
    )
    draft.custom = {
        "type": "products",
        "strategy": "explore",
        "request": draft.request.to_json(),
        "relaxed": [entry for option, _p in shown for entry in option.to_json()],
        "items": items,
        "question": None,
        "drift": {"drifted": False, "probability": 0.0},
    }
    if draft.log is not None:
        for rank, product_id in enumerate(ids, 1):
            draft.log.add("shown", product_id, rank=rank, relaxed=True)
    draft.memory = replace(
        draft.memory,
        in_row=0,
        offers=tuple(_changes(option) for option, _p in shown),
    )


def _first(draft: Draft, request: Request, taken: set[str]) -> Product | None:
    found = draft.context.searcher.search(
        request, query_words(draft, request), 3 + len(taken), by_rules=False
    )
    for hit in found.hits:
        if hit.id not in taken:
            products = draft.context.shop.store.products([hit.id])
            if products and products[0].available:
                return products[0]
    return None


def _have_none(draft: Draft) -> None:
    """Not even giving up everything but the category helps: say what there is instead."""
    draft.lines.append(draft.say("nothing_at_all", what=draft.what()))
    names = draft.context.departments(draft.language)
    if names:
        separator = "、" if draft.language == "zh" else ", "
        draft.lines.append(draft.say("nothing_have", types=separator.join(names)))
        draft.buttons += names
    draft.offer("quick_back", "quick_start_over")
    draft.custom = {
        "type": "products",
        "strategy": "explore",
        "request": draft.request.to_json(),
        "relaxed": [],
        "items": [],
        "question": None,
        "drift": {"drifted": False, "probability": 0.0},
    }


def _changes(option: Relaxation) -> tuple[Change, ...]:
    """What accepting the option does to the request."""
    out = []
    for old, new in option.changed:
        if new is None:
            out.append(Change("drop", attribute=old.attribute))
        else:
            out.append(Change("add", constraint=new))
    return tuple(out)


def _note(draft: Draft, option: Relaxation, product: Product) -> str:
    language, describer = draft.language, draft.context.describer
    notes = []
    for old, new in option.changed:
        if old.attribute == "price" and new is not None and product.asking_price is not None:
            notes.append(_price_note(draft, draft.context.filters, old, product))
        elif new is None:
            notes.append(_gives_up(draft, old))
        else:
            notes.append(describer.constraint(new, language))
    return ("；" if language == "zh" else "; ").join(notes)


def _price_note(draft: Draft, filters: Filters, old: Constraint, product: Product) -> str:
    assert product.asking_price is not None
    amount = float(product.asking_price.amount)
    low, high = filters.interval(old) or (0.0, 0.0)
    if old.words == "relative":
        high, low = round(high + 0.01, 2), round(low - 0.01, 2)
    over = amount - high if amount > high else low - amount
    difference = format_amount(round(max(over, 0.0), 2), product.asking_price.currency)
    zh = draft.language == "zh"
    if over < 0.01:
        return "价格相同" if zh else "the same price"
    if amount > high:
        return f"贵 {difference}" if zh else f"{difference} over"
    return f"便宜 {difference}" if zh else f"{difference} under"


def _gives_up(draft: Draft, old: Constraint) -> str:
    words = draft.context.describer.constraint(old, draft.language)
    return f"不符合“{words}”" if draft.language == "zh" else f"does not meet “{words}”"


def _button(draft: Draft, old: Constraint, new: Constraint | None) -> str:
    describer, language = draft.context.describer, draft.language
    name = describer.attribute(old.attribute, language)
    if new is None:
        return draft.say("button_drop", attribute=name)
    if old.attribute == "price" and new.op in (AT_MOST, AT_LEAST):
        return describer.price(new, language)
    if new.op in NUMERIC:
        return draft.say("button_drop", attribute=name)
    return draft.say("button_move", to=describer.constraint(new, language))
