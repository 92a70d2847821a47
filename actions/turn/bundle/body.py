"""The body of a reply about several products that are wanted together."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from actions.recommend.bundle.candidates import Gatherer
from actions.request.bundle import OUTFIT, Bundle, Part
from actions.request.bundles import steps as s
from actions.request.bundles.editing import edited
from actions.request.bundles.steps import Step
from actions.request.bundles.wishes import MOST, Opening
from actions.request.types import IS, Constraint
from actions.turn.bundle.making import Made, make
from actions.turn.bundle.saying import (
    news,
    none_of_it,
    nothing_for,
    opens,
    remarks,
    unclear,
    ways_on,
)
from actions.turn.bundle.showing import (
    limit_words,
    name_of,
    names_of,
    show,
)
from actions.turn.draft import Draft
from actions.turn.model import ASKED

#: An outfit without these is none.
WORN = frozenset(("dress", "saree", "suit", "top", "bottom", "swimwear"))
CORE = WORN | {"shoes"}


def answer(draft: Draft) -> None:
    """Put several products together, or change those that are shown."""
    asked = draft.plan.bundle
    if isinstance(asked, Opening):
        _open(draft, asked)
    elif draft.request.bundle is not None:
        _edit(draft, draft.request.bundle, asked or ())


def show_again(draft: Draft) -> None:
    """After a step back: the products as they were then, as the store has them now."""
    bundle = draft.request.bundle
    if bundle is None:
        return
    draft.lines.append(draft.say("bundle_undone"))
    made = make(draft, bundle)
    if made.empty:
        nothing_for(draft, made)
        return
    show(draft, made)
    ways_on(draft, made)


def _open(draft: Draft, asked: Opening) -> None:
    bundle = _in_known_currency(draft, asked.bundle)
    gatherer = Gatherer(draft.context.searcher, draft.context.filters)
    missing: list[Part] = []
    parts: list[Part] = []
    for part in bundle.parts:
        here = gatherer.kinds_here(part)
        if part.kinds and not here:
            missing.append(part)
        else:
            # A wider kind that was named stays what it is.
            parts.append(replace(part, kinds=here))
    bundle = replace(bundle, parts=tuple(parts))
    made = make(draft, bundle, free=True) if parts else Made(bundle)
    left_out: list[Part] = []
    while made.empty and len(made.empty) < len(bundle.parts):
        missing += made.empty
        bundle = bundle.without(*(p.name for p in made.empty))
        made = make(draft, bundle, free=True)
    if made.over:
        made, left_out = _without_extras(draft, made)
    if asked.beyond:
        draft.lines.append(draft.say("bundle_beyond", n=MOST, beyond=asked.beyond))
    named = any(part.words for part in parts)
    few = not named and len(missing) > len(made.products)
    few |= bundle.form == OUTFIT and not named and WORN.isdisjoint(p.name for p in bundle.parts)
    if made.empty or not made.products or few:
        none_of_it(
            draft, replace(asked.bundle, budget=None), made.bundle if made.products else None
        )
        return
    opens(draft, made)
    remarks(draft, made, bundle.parts)
    show(draft, made)
    if missing:
        draft.lines.append(draft.say("bundle_missing", names=names_of(draft, missing)))
    if left_out:
        budget = limit_words(draft, made.bundle.budget, made.high)
        names = names_of(draft, left_out)
        draft.lines.append(draft.say("bundle_left_out", budget=budget, names=names))
    if bundle.assumed:
        whom = draft.context.describer.constraint(
            Constraint("gender", IS, bundle.assumed), draft.language
        )
        draft.lines.append(draft.say("bundle_assumed", whom=whom))
        other = "male" if bundle.assumed == "female" else "female"
        draft.offer(f"quick_bundle_{other}")
    ways_on(draft, made)


def _without_extras(draft: Draft, made: Made) -> tuple[Made, list[Part]]:
    """Within the budget without what an outfit or set-up can do without, if that helps.

    What the shopper named is never left out unasked.
    """
    bundle, gone = made.bundle, []
    core = CORE if bundle.form == OUTFIT else frozenset(p.name for p in bundle.parts[:3])
    extras = [p for p in bundle.parts if p.name not in core and not p.words and not p.person]
    for part in reversed(extras):
        gone = [one for one in extras if one is part]
        less = make(draft, bundle.without(part.name), free=True)
        if not less.over and not less.empty:
            return less, gone
    for n in range(2, len(extras) + 1):
        gone = extras[-n:]
        less = make(draft, bundle.without(*(p.name for p in gone)), free=True)
        if not less.over and not less.empty:
            return less, gone
    return made, []


def _edit(draft: Draft, bundle: Bundle, asked: tuple[Step, ...]) -> None:
    asked = tuple(step for step in asked if step.kind != s.SHOW or len(asked) == 1)
    asked = _possible(draft, bundle, asked)
    if not asked:
        if not draft.lines:
            unclear(draft, bundle)
        return
    if {step.kind for step in asked} == {s.SHOW}:
        made = make(draft, bundle)
        opens(draft, made)
        show(draft, made)
        ways_on(draft, made)
        return
    total = _total_now(draft, bundle)
    context = draft.context
    done = edited(bundle, asked, context.facts, context.kin, context.index.vocabulary, total)
    if not done.bundle.parts:
        draft.request = replace(draft.request, bundle=None, last_list=())
        draft.lines.append(draft.say("bundle_all_gone"))
        draft.offer("quick_back", "quick_start_over")
        return
    made = make(draft, done.bundle, done.touched, free=done.anew or bundle.over)
    if made.empty:
        nothing_for(draft, made)
        return
    silent = [c for c in made.candidates if c.silent and not c.near]
    if any(c.part.name in done.touched for c in silent):
        # Nothing is about it: what was there before stays.
        words = [f"“{step.text}”" for step in asked if step.text]
        draft.did.add(ASKED)
        draft.lines.append(draft.say("bundle_nothing_for", what=", ".join(words)))
        draft.offer("quick_back")
        return
    news(draft, bundle, done, made)
    remarks(draft, made, done.bundle.parts)
    show(draft, made, done.touched | set(done.added))
    ways_on(draft, made)


def _possible(draft: Draft, bundle: Bundle, asked: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps without kinds of thing that the shop has none of, and money without a rate."""
    gatherer = Gatherer(draft.context.searcher, draft.context.filters)
    kept: list[Step] = []
    for step in asked:
        currencies = [c.constraint.currency for c in step.changes if c.constraint]
        currencies += [step.money.limit.currency] if step.money else []
        unknown = [c for c in currencies if c and draft.context.rates.convert(1.0, c) is None]
        if step.kind == s.REMOVE and not step.part:
            what = draft.context.describer.value("product_type", step.words, draft.language)
            draft.lines.append(draft.say("bundle_not_in", what=what))
            draft.offer("quick_back")
        elif unknown:
            _no_rate(draft, unknown[0])
        elif step.kinds and not gatherer.kinds_here(Part("", step.kinds, words="named")):
            what = draft.context.describer.value("product_type", step.kinds[0], draft.language)
            draft.lines.append(draft.say("bundle_nothing_for", what=what))
            draft.offer("quick_back")
        elif not _comparable(draft, bundle, step):
            continue
        else:
            kept.append(step)
    return tuple(kept)


def _comparable(draft: Draft, bundle: Bundle, step: Step) -> bool:
    """Whether a part tells by what it is to be more or less; if not, that is said."""
    part = bundle.part(step.part)
    for change in step.changes if part is not None else ():
        if change.kind != "relative" or part is None or not part.product:
            continue
        if draft.context.facts.number(part.product, change.attribute) is None:
            attribute = draft.context.describer.attribute(change.attribute, draft.language)
            name = name_of(draft, part)
            draft.lines.append(draft.say("bundle_cannot_compare", name=name, attribute=attribute))
            draft.offer("quick_back")
            return False
    return True


def _in_known_currency(draft: Draft, bundle: Bundle) -> Bundle:
    """Without money in a currency that the shop has no rate for; the reply asks about it."""
    limits = [bundle.budget, *(c for p in bundle.parts for c in p.constraints)]
    unknown = {
        c.currency
        for c in limits
        if c is not None and c.currency and draft.context.rates.convert(1.0, c.currency) is None
    }
    for currency in sorted(unknown):
        _no_rate(draft, currency)
    if bundle.budget is not None and bundle.budget.currency in unknown:
        bundle = replace(bundle, budget=None)
    parts = tuple(
        replace(p, constraints=tuple(c for c in p.constraints if c.currency not in unknown))
        for p in bundle.parts
    )
    return replace(bundle, parts=parts)


def _no_rate(draft: Draft, currency: str) -> None:
    draft.did.add(ASKED)
    own = draft.context.rates.currency
    draft.lines.append(draft.say("no_rate", currency=currency, own=own))


def _total_now(draft: Draft, bundle: Bundle) -> Optional[float]:
    products = {p.id: p for p in draft.context.shop.store.products(draft.request.last_list)}
    total = 0.0
    for part in bundle.parts:
        price = products[part.product].asking_price if part.product in products else None
        own = draft.context.rates.convert(float(price.amount), price.currency) if price else None
        if own is None:
            return None
        total += own * part.count
    return total
