"""What is said around the list of a bundle: above it, about changes, and ways on."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Optional

from actions.request.bundle import GIFTS, Bundle, Part
from actions.request.bundles import steps as s
from actions.request.bundles.editing import Edited
from actions.request.bundles.wishes import MOST
from actions.request.types import AT_MOST, Change, Constraint
from actions.turn.bundle.making import Made
from actions.turn.bundle.showing import (
    amount,
    heading,
    limit_words,
    name_of,
    names_of,
    title_key,
)
from actions.turn.draft import Draft
from actions.turn.model import ASKED, UNCLEAR


def opens(draft: Draft, made: Made) -> None:
    """What the list is, or by how much the budget is missed."""
    if made.over:
        _over(draft, made)
    else:
        what = heading(draft, made.bundle)
        draft.lines.append(draft.say(title_key(made.bundle), what=what, n=len(made.products)))


def _over(draft: Draft, made: Made) -> None:
    """Say by how much the budget is missed, and offer the nearest ways out."""
    budget = limit_words(draft, made.bundle.budget, made.high)
    draft.lines.append(
        draft.say(
            "bundle_over",
            budget=budget,
            total=amount(draft, made.total),
            over=amount(draft, made.over),
        )
    )


def news(draft: Draft, before: Bundle, done: Edited, made: Made) -> None:
    """What is different from the list before."""
    after = made.bundle
    if done.anew:
        draft.lines.append(draft.say("bundle_again"))
    if done.beyond:
        draft.lines.append(draft.say("bundle_full", n=MOST))
    if made.over:
        _over(draft, made)
        return
    if s.NO_BUDGET in done.said:
        draft.lines.append(draft.say("bundle_no_budget"))
    if s.BUDGET in done.said and after.budget is not None:
        budget = limit_words(draft, after.budget, made.high)
        draft.lines.append(draft.say("bundle_budget", budget=budget))
    if done.removed:
        draft.lines.append(draft.say("bundle_removed", names=names_of(draft, list(done.removed))))
    changed = [
        part
        for part in after.parts
        if (old := before.part(part.name)) is not None and old.product != part.product
    ]
    if added := [p for p in after.parts if p.name in done.added]:
        draft.lines.append(draft.say("bundle_added", names=names_of(draft, added)))
    if s.SHARED in done.said or before.over:
        draft.lines.append(draft.say("bundle_now", what=heading(draft, after)))
        return
    meant = [p for p in changed if p.name in done.touched]
    forced = [p for p in changed if p.name not in done.touched]
    if s.CHEAPER in done.said:
        meant, forced = changed, []
    if meant and not done.anew:
        key = "bundle_changed_gifts" if after.form == GIFTS else "bundle_changed"
        draft.lines.append(draft.say(key, names=names_of(draft, meant)))
    if forced and not done.anew and after.budget is not None:
        budget = limit_words(draft, after.budget, made.high)
        draft.lines.append(draft.say("bundle_forced", budget=budget, names=names_of(draft, forced)))
    if not (changed or added or done.removed or done.anew):
        draft.lines.append(draft.say("bundle_same"))


def remarks(draft: Draft, made: Made, asked: tuple[Part, ...]) -> None:
    """Say where nothing is about what it should be about."""
    for found in made.candidates:
        if found.silent:
            name = name_of(draft, found.part)
            key = "bundle_near" if found.near else "bundle_silent"
            words = next((p.text for p in asked if p.name == found.part.name), "")
            draft.lines.append(draft.say(key, words=words, name=name))


def nothing_for(draft: Draft, made: Made) -> None:
    """Nothing is what a part is to be: the list before stays."""
    draft.did.add(ASKED)
    describer, language = draft.context.describer, draft.language
    for part in made.empty[:2]:
        wishes = [
            describer.constraint(replace(c, hard=True), language)
            for c in part.constraints
            if c.attribute not in ("gender", "age_group")
        ]
        if part.person and part.kinds:
            wishes.insert(0, describer.value("product_type", part.kinds[0], language))
        comma = "、" if language == "zh" else ", "
        what = f"{name_of(draft, part)} ({comma.join(wishes)})" if wishes else name_of(draft, part)
        draft.lines.append(draft.say("bundle_nothing_for", what=what))
    draft.offer("quick_back")


def none_of_it(draft: Draft, bundle: Bundle, there: Optional[Bundle]) -> None:
    """The shop has not what it takes."""
    what = heading(draft, replace(bundle, constraints=()))
    if there is not None:
        few = names_of(draft, list(there.parts))
        draft.lines.append(draft.say("bundle_few", what=what, names=few))
    else:
        draft.lines.append(draft.say("bundle_none", what=what))
    names = draft.context.departments(draft.language)
    if names:
        comma = "、" if draft.language == "zh" else ", "
        draft.lines.append(draft.say("nothing_have", types=comma.join(names)))
        draft.buttons += names


def unclear(draft: Draft, bundle: Bundle) -> None:
    """Say what can be changed."""
    draft.did.add(UNCLEAR)
    part = bundle.parts[-1]
    key = "bundle_unclear_gifts" if bundle.form == GIFTS else "bundle_unclear"
    draft.lines.append(draft.say(key, part=name_of(draft, part)))
    draft.offer("quick_bundle_cheaper", "quick_back", "quick_start_over")


def ways_on(draft: Draft, made: Made) -> None:
    """Quick replies, and what "yes" takes where the budget is missed."""
    if made.over:
        raised = float(math.ceil(made.total))
        offers: list[tuple[Change, ...]] = []
        draft.buttons.append(draft.say("quick_bundle_raise", amount=amount(draft, raised)))
        limit = Constraint("price", AT_MOST, raised)
        offers.append((Change("add", constraint=limit),))
        for part in made.without:
            key = "quick_bundle_nobody" if part.person else "quick_bundle_without"
            draft.buttons.append(draft.say(key, part=name_of(draft, part)))
            offers.append((Change("drop", attribute="product_type", value=part.name),))
        draft.memory = replace(draft.memory, offers=tuple(offers))
        draft.offer("quick_back")
        return
    dearest = _dearest(made)
    if dearest is not None:
        key = "quick_bundle_gift" if dearest.person else "quick_bundle_other"
        draft.buttons.append(draft.say(key, part=name_of(draft, dearest)))
    draft.offer("quick_bundle_cheaper", "quick_bundle_all", "quick_why")


def _dearest(made: Made) -> Optional[Part]:
    prices = [
        (float(p.asking_price.amount) if p.asking_price else 0.0, -n)
        for n, p in enumerate(made.products)
    ]
    return made.bundle.parts[-max(prices)[1]] if prices else None
