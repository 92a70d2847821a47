"""What somebody usually takes: a soft wish of every search, and a sentence below its list."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional, Sequence

import numpy as np

from actions.recommend.filters import Mask
from actions.recommend.search import Hit
from actions.request.apply import Applied
from actions.request.resolve import EVIDENCE
from actions.request.types import IS, Constraint, Request
from actions.sizing.kinds import ME, group_of, kind_of, kinds
from actions.sizing.memory import BOUGHT, Taken
from actions.sizing.systems import converted, read
from actions.turn import sizes, stock
from actions.turn.draft import Draft
from catalog.product import Product

#: Events that tell a size, and how many of the last are read.
_TELLING, _LAST = ("carted", "bought"), 40


def preferred(draft: Draft) -> Request:
    """The request with the size that is usually taken as a soft wish, where none is said."""
    taken = usual(draft)
    if taken is None:
        return draft.request
    value = taken.sizes if len(taken.sizes) > 1 else taken.sizes[0]
    wish = Constraint("size", IS, value, hard=False)
    return replace(draft.request, constraints=(*draft.request.constraints, wish))


def in_size(draft: Draft, hits: Sequence[Hit], mask: Mask) -> tuple[Hit, ...]:
    """The same products, each in the size that is usually taken where its colour has that."""
    taken = usual(draft)
    if taken is None or draft.request.sort is not None:
        return tuple(hits)
    context = draft.context
    index, sized = context.index, context.filters.sizes.evidence(taken.sizes[0]) >= EVIDENCE
    out = []
    for hit in hits:
        there = np.flatnonzero(sized & mask & (index.group == index.group[hit.position]))
        own = context.product(hit.id) if len(there) and not sized[hit.position] else None
        found = context.shop.store.products([index.ids[p] for p in there[: stock.VARIANTS]])
        fitting = [v for v in found if own is not None and v.available and alike(v, own)]
        if fitting:
            hit = replace(hit, id=fitting[0].id, position=index.position[fitting[0].id])
        out.append(hit)
    return tuple(out)


def note(draft: Draft, products: Sequence[Product]) -> str:
    """ "You take 42 in shoes: nos. 1 and 3 are in stock in it"; empty where nothing is known."""
    if draft.request.on("size"):
        return "\n".join(filter(None, (equals(draft), unstated(draft))))
    taken = usual(draft)
    if taken is None or not products:
        return ""
    there, silent = [], 0
    for n, product in enumerate(products, 1):
        found = stock.variant(draft, product, {"size": taken.sizes[0]})
        if found is not None and alike(found, product) and stock.orderable(draft, found):
            there.append(n)
        silent += not stock.all_sizes(draft, product)
    if len(there) == len(products):
        fits = draft.say("size_all_there")
    elif there:
        separator = "、" if draft.language == "zh" else ", "
        fits = draft.say("size_some_there", which=separator.join(map(str, there)))
    else:
        key = "size_none_stated" if silent == len(products) else "size_none_there"
        fits = draft.say(key)
    return told(draft, taken, f"size_{taken.how}").rstrip("。.") + fits


def unstated(draft: Draft) -> str:
    """How many products would fit but do not state their sizes; empty where all do."""
    filters, request = draft.context.filters, draft.request
    asked = [c for c in request.on("size") if c.hard and c.op == IS]
    if not asked or filters.unknowable(asked[0], request):
        return ""
    silent = filters.hard(request, skip=asked) & ~filters.sizes.stated()
    n = len(set(draft.context.index.group[silent].tolist()))
    return draft.say("size_n_unstated", n=n) if n else ""


def equals(draft: Draft) -> str:
    """The European size of one that was said in another system; empty where no table has it."""
    request = draft.request
    kind = kind_of(request.category, draft.context.index.vocabulary) if request.category else ""
    family = kinds()[kind].family if kind else ""
    for change in draft.changes:
        constraint = change.constraint
        if constraint is None or constraint.attribute != "size" or constraint.op != IS:
            continue
        size = read(str(constraint.values[0]))
        if family and size is not None and size.system in ("uk", "us", "fr", "it"):
            group = group_for(draft, draft.memory.sizes.person, ())
            if other := converted(str(constraint.values[0]), "eu", family, group):
                return draft.say("size_equals", size=constraint.values[0], other=other)
    return ""


def without_note(draft: Draft, applied: Applied) -> Applied:
    """Without saying that a size no longer counts where it is known to be the person's own."""
    kept = tuple(c for c in applied.dropped if c.attribute != "size")
    vocabulary = draft.context.index.vocabulary
    old, new = draft.turn.request.category, applied.request.category
    same = bool(applied.request.on("size"))
    same = same or kind_of(old, vocabulary) == kind_of(new, vocabulary)
    return replace(applied, dropped=kept) if same else applied


def known(draft: Draft, person: str, kind: str) -> Optional[Taken]:
    """The size a person takes: as the conversation has told, else as was bought before."""
    taken = draft.memory.sizes.of(person, kind)
    if taken is not None or person != ME or not kind:
        return taken
    store = draft.context.shop.store
    events = store.events(draft.turn.shopper_id, kinds=_TELLING, limit=_LAST)
    ids = [e.product_id for e in reversed(events) if e.product_id]
    for product in store.products(list(dict.fromkeys(ids))):
        labels = tuple(product.attributes.get("size", ()))
        if len(labels) == 1 and sizes.product_kind(draft.context, product.id) == kind:
            return Taken(person, kind, labels, BOUGHT)
    return None


def usual(draft: Draft) -> Optional[Taken]:
    """What the person takes in the kind that is looked for, unless a size is asked for."""
    request = draft.request
    if not request.category or request.on("size"):
        return None
    kind = kind_of(request.category, draft.context.index.vocabulary)
    return known(draft, draft.memory.sizes.person, kind) if kind else None


def alike(found: Product, product: Product) -> bool:
    """Whether a variant has the product's own colour, or none is stated."""
    color = found.attributes.get("color", ())
    return not color or color == product.attributes.get("color", ())


def told(draft: Draft, taken: Taken, key: str) -> str:
    """ "You take 42 in shoes", with the other systems where a table has them."""
    me = "me" if taken.person == ME else "other"
    separator = "/"
    label = separator.join(label_of(draft, s) for s in taken.sizes)
    family = kinds()[taken.kind].family if taken.kind in kinds() else ""
    size = read(taken.sizes[0])
    if family and size is not None and size.system in ("uk", "us", "fr", "it"):
        group = group_for(draft, taken.person, ())
        if other := converted(taken.sizes[0], "eu", family, group):
            label += f"（≈{other}）" if draft.language == "zh" else f" (about {other})"
    kind = kind_word(draft, taken.kind)
    key = key if key in ("size_noted", "size_said", "size_bought", "size_chosen") else "size_asked"
    return draft.say(f"{key}_{me}", size=label, kind=kind, whose=whose(draft, taken.person))


def label_of(draft: Draft, size: str) -> str:
    """A size as it is told: letters are large."""
    found = read(size)
    return found.letter if found is not None and found.letter else size


def whose(draft: Draft, person: str) -> str:
    """Whose a size is, in words."""
    return draft.say(f"person_{person}")


def kind_word(draft: Draft, kind: str) -> str:
    """A kind of product in words."""
    return draft.say(f"sized_{kind}") if kind else ""


def group_for(draft: Draft, person: str, products: Sequence[Product]) -> str:
    """Men, women or children, by the person, the request and what is shown."""
    genders = {str(v) for c in draft.request.on("gender") for v in c.values}
    ages = {str(v) for c in draft.request.on("age_group") for v in c.values}
    facets, position = draft.context.index.facets, draft.context.index.position
    for product in products:
        of = facets.of(position[product.id]) if product.id in position else {}
        ages |= {v for v, sure, _ in of.get("age_group", []) if sure >= EVIDENCE}
        if not draft.request.on("gender"):
            genders |= {v for v, sure, _ in of.get("gender", []) if sure >= EVIDENCE}
    return group_of(person, genders, ages)
