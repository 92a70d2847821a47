"""Several products that go together as a list with their total, and as data."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Collection, Optional, Sequence

from actions.recommend.reasons import Reason
from actions.replies.money import format_amount
from actions.request.bundle import GIFTS, LISTED, Bundle, Part
from actions.request.types import AT_MOST, Constraint, Request
from actions.turn.bundle.making import Made, reasons_of
from actions.turn.draft import Draft
from catalog.product import Product
from catalog.sets.sets import told_sets

#: What a heading does not repeat: it stands in the name of the set, or was assumed.
_UNSAID = frozenset(("occasion",))


def show(draft: Draft, made: Made, spoken_of: Collection[str] = ()) -> None:
    """The list, the total, and the state it leaves.

    ``spoken_of`` are the parts that the message was about; "it" is such a part if it is one.
    """
    bundle, products = made.bundle, made.products
    ids = tuple(product.id for product in products)
    draft.request = replace(
        Request(
            liked=draft.request.liked, rejected=draft.request.rejected, chosen=draft.request.chosen
        ),
        last_list=ids,
        shown=ids,
        focus=tuple(p.product for p in bundle.parts if p.name in spoken_of)
        if len(spoken_of) == 1
        else (),
        bundle=bundle,
    )
    items = []
    for rank, (part, product) in enumerate(zip(bundle.parts, products, strict=True), 1):
        told = _reasons(draft, product)
        draft.lines.append(_line(draft, rank, part, product, told))
        items.append(_item(draft, rank, part, product, told, made))
    draft.lines.append(_total(draft, made))
    draft.custom = {
        "type": "products",
        "strategy": "regular",
        "request": draft.request.to_json(),
        "relaxed": [],
        "items": items,
        "plan": _data(draft, made),
        "question": None,
        "drift": {"drifted": False, "probability": 0.0},
    }
    if draft.log is not None:
        for rank, product in enumerate(products, 1):
            draft.log.add("shown", product.id, rank=rank, part=bundle.parts[rank - 1].name)


def heading(draft: Draft, bundle: Bundle) -> str:
    """What was wanted: "A wedding outfit for women, up to $200"."""
    language, describer = draft.language, draft.context.describer
    named = told_sets().set_of(bundle.form, bundle.name)
    what = named.label[language] if named else draft.say(f"bundle_{bundle.form}")
    unsaid = set(_UNSAID)
    if bundle.assumed or any(c.attribute == "age_group" for c in bundle.constraints):
        # "For kids" says enough of who it is.
        unsaid.add("gender")
    shared = [
        describer.constraint(replace(c, hard=True), language)
        for c in bundle.constraints
        if c.attribute not in unsaid
    ]
    if bundle.people > 1:
        shared.insert(0, draft.say("bundle_for_n", n=bundle.people))
    if bundle.budget is not None:
        shared.append(budget_words(draft, bundle.budget))
    what = what[0].upper() + what[1:]
    if not shared:
        return what
    comma = "、" if language == "zh" else ", "
    bracket = "（{}）" if language == "zh" else " ({})"
    return what + bracket.format(comma.join(shared))


def name_of(draft: Draft, part: Part) -> str:
    """What a part is called: "shoes", "dad"."""
    sets, language = told_sets(), draft.language
    if part.person:
        person = sets.people[part.person]
        own = part.words if part.words and _is_of(part.words, language) else ""
        if own.isascii() and own.endswith("s") and not own.endswith("ss"):
            own = ""
        name = own or person.label[language]
        number = part.name.rsplit(" ", 1)[-1]
        return f"{name} {number}" if number.isdigit() else name
    label = sets.label(part.name, language)
    if label and (not part.kinds or set(part.kinds) & sets.kinds_of(part.name)):
        return label
    kind = next((k for k in part.kinds), part.name)
    return draft.context.describer.value("product_type", kind, language).lower()


def names_of(draft: Draft, parts: list[Part]) -> str:
    """Several of them in one text."""
    comma = "、" if draft.language == "zh" else ", "
    return comma.join(name_of(draft, part) for part in parts)


def amount(draft: Draft, value: float) -> str:
    """Money in the shop's currency."""
    return format_amount(Decimal(str(round(value, 2))), draft.context.rates.currency)


def budget_words(draft: Draft, budget: Constraint) -> str:
    """The budget as it was said, with what it is in the shop's currency."""
    words = draft.context.describer.constraint(replace(budget, hard=True), draft.language)
    rates = draft.context.rates
    if budget.currency in (None, rates.currency):
        return words
    interval = draft.context.filters.interval(budget)
    if interval is None:
        return words
    own = amount(draft, interval[1])
    return f"{words}（约 {own}）" if draft.language == "zh" else f"{words}, that is {own}"


def limit_words(draft: Draft, budget: Optional[Constraint], high: float) -> str:
    """The most that may be spent, in the currency that was said."""
    if budget is None:
        return amount(draft, high)
    if budget.words == "relative":
        return amount(draft, high + 0.01)
    if budget.currency in (None, draft.context.rates.currency) or budget.op != AT_MOST:
        return amount(draft, high)
    said = format_amount(float(budget.values[-1]), budget.currency or "")
    return (
        f"{said} ({amount(draft, high)})"
        if draft.language == "en"
        else (f"{said}（{amount(draft, high)}）")
    )


def _is_of(words: str, language: str) -> bool:
    return words.isascii() == (language == "en")


def _line(draft: Draft, rank: int, part: Part, product: Product, why: Sequence[Reason]) -> str:
    """``1. Shoes: title ¥399 · in stock — red``."""
    cards, language = draft.context.cards, draft.language
    told = [r for r in why if r.bond is None]
    line = cards.line(rank, product, told, language)
    head = f"{rank}. "
    name = name_of(draft, part)
    colon = "：" if language == "zh" else ": "
    times = f"{part.count} × " if part.count > 1 else ""
    return f"{head}{name[0].upper()}{name[1:]}{colon}{times}{line[len(head) :]}"


def _reasons(draft: Draft, product: Product) -> list[Reason]:
    position = draft.context.index.position.get(product.id)
    if position is None:
        return []
    return reasons_of(draft, product.id, position)


def _item(
    draft: Draft, rank: int, part: Part, product: Product, why: Sequence[Reason], made: Made
) -> dict[str, Any]:
    cards, found = draft.context.cards, made.candidates
    others = {p.id: p for p in made.products}
    score = 0.0
    if found:
        own = found[rank - 1]
        position = draft.context.index.position[product.id]
        score = round(float(own.scores[own.positions == position].max(initial=0.0)), 4)
    card = cards.card(rank, product, why, {"total": score}, draft.language, others)
    return {**card, "part": _part(draft, part)}


def _part(draft: Draft, part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "label": name_of(draft, part),
        "person": part.person or None,
        "kinds": list(part.kinds),
        "count": part.count,
        "constraints": [c.to_json() for c in part.constraints],
        "product": part.product,
    }


def _data(draft: Draft, made: Made) -> dict[str, Any]:
    bundle, currency = made.bundle, draft.context.rates.currency
    limited = bundle.budget is not None and made.high != float("inf")
    return {
        "form": bundle.form,
        "name": bundle.name or None,
        "parts": [_part(draft, part) for part in bundle.parts],
        "total": {"amount": f"{made.total:.2f}", "currency": currency},
        "budget": {
            "amount": f"{made.high:.2f}",
            "currency": currency,
            "met": made.total <= made.high + 1e-6,
            "over": f"{made.over:.2f}",
            "said": bundle.budget.to_json(),
        }
        if limited and bundle.budget is not None
        else None,
    }


def _total(draft: Draft, made: Made) -> str:
    total, bundle = amount(draft, made.total), made.bundle
    relative = bundle.budget is not None and bundle.budget.words == "relative"
    if bundle.budget is None or made.high == float("inf") or (relative and not made.over):
        return draft.say("bundle_total", total=total)
    budget = limit_words(draft, bundle.budget, made.high)
    if made.over:
        return draft.say(
            "bundle_total_over", total=total, over=amount(draft, made.over), budget=budget
        )
    if made.short:
        return draft.say("bundle_total_short", total=total, short=amount(draft, made.short))
    left = made.high - made.total
    key = "bundle_total_left" if left >= 0.01 else "bundle_total_exact"
    return draft.say(key, total=total, left=amount(draft, left), budget=budget)


def title_key(bundle: Bundle) -> str:
    """The key of the sentence above the list."""
    return "bundle_shown_each" if bundle.form in (GIFTS, LISTED) else "bundle_shown"
