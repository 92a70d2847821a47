"""What a product in a list comes in, and which of its variants goes onto the shopper's list."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from actions.request.apply import Applied
from actions.request.types import Change
from actions.sizing.memory import CHOSEN, SAID, Taken
from actions.sizing.systems import ordered, read
from actions.turn import sizes, stock
from actions.turn.draft import Draft
from catalog.product import Product

#: Colours and sizes that a line names.
_COLORS, _SIZES = 3, 8


def comes_in(draft: Draft, product: Product) -> str:
    """ "also in blue and black; sizes 38–44", of what is in stock; empty for a single product."""
    there = [v for v in stock.variants(draft, product) if v.available]
    if len(there) < 2:
        return ""
    own = product.attributes.get("color", ())
    colors = list(
        dict.fromkeys(c for v in there for c in v.attributes.get("color", ()) if c not in own)
    )
    parts = []
    if colors:
        named = draft.context.cards.values("color", colors[:_COLORS], draft.language)
        more = len(colors) - _COLORS
        key = "comes_in_colors_more" if more > 0 else "comes_in_colors"
        parts.append(draft.say(key, values=named, n=more))
    alike = [v for v in there if v.attributes.get("color", ()) == own]
    labels = ordered([s for v in alike for s in v.attributes.get("size", ())])
    if len(labels) > 1:
        parts.append(draft.say("comes_in_sizes", values=spread(draft, labels)))
    return ("；" if draft.language == "zh" else "; ").join(parts)


def beside(draft: Draft, line: str, product: Product) -> str:
    """A line of a list with what the product comes in behind it."""
    also = comes_in(draft, product)
    if not also:
        return line
    separator = "；" if draft.language == "zh" else "; "
    return f"{line}{separator if ' — ' in line else ' — '}{also}"


def with_size(draft: Draft, line: str, product: Product) -> str:
    """A line of the shopper's list with the size that is on it, where it is one of several."""
    labels = product.attributes.get("size", ())
    if len(labels) != 1 or len(draft.context.variants(product.id)) < 2:
        return line
    values = draft.context.cards.values("size", labels, draft.language)
    size = draft.say("size_on_list", size=values)
    separator = "；" if draft.language == "zh" else "; "
    return f"{line}{separator if ' — ' in line else ' — '}{size}"


def spread(draft: Draft, labels: list[str]) -> str:
    """Sizes in a few words: 38–44 where none is missing between, else each."""
    read_ = [read(label) for label in labels]
    numbers = [s.low for s in read_ if s is not None and not s.letter and s.low == s.high]
    whole = len(numbers) == len(labels) and len(labels) > 2
    if whole and all(b - a == 1 for a, b in pairwise(numbers)):
        return f"{labels[0]}–{labels[-1]}"
    # What they are called stands before them.
    text = draft.context.cards.values("size", labels[:_SIZES], draft.language).replace(" 码", "")
    return f"{text} …" if len(labels) > _SIZES else text


def as_wanted(draft: Draft, applied: Applied) -> Applied:
    """Put the variant onto the list that was named, or that is in the shopper's size.

    What is named and cannot be had is not put there, and the reply says what can.
    """
    before = set(draft.turn.request.chosen)
    new = [i for i in applied.request.chosen if i not in before]
    chooses = [n for n, c in enumerate(draft.plan.changes) if c.kind == "choose"]
    if not new or not chooses:
        return applied
    wanted = stock.named_values(draft)
    put: dict[str, str] = {}
    for product in draft.context.shop.store.products(new):
        kind = sizes.product_kind(draft.context, product.id)
        taken = draft.memory.sizes.of(draft.memory.sizes.person, kind) if kind else None
        sought = dict(wanted)
        shown = product.id in draft.turn.request.last_list
        if taken is not None and shown and "size" not in sought and taken.how == SAID:
            sought["size"] = taken.sizes[0]
        if not sought:
            continue
        found = stock.variant(draft, product, sought)
        if found is not None and stock.orderable(draft, found):
            same = found.attributes.get("color", ()) == product.attributes.get("color", ())
            if wanted or same:
                put[product.id] = found.id
                continue
        if wanted:
            put[product.id] = ""
            draft.lines.append(stock.in_stock(draft, product))
    chosen = tuple(dict.fromkeys(filter(None, (put.get(i, i) for i in applied.request.chosen))))
    targets = {
        n: tuple(filter(None, (put.get(i, i) for i in ids))) if n in chooses else ids
        for n, ids in applied.targets.items()
    }
    return replace(applied, request=replace(applied.request, chosen=chosen), targets=targets)


def of_chosen(draft: Draft, changes: tuple[Change, ...]) -> None:
    """Keep the sizes of what was put onto the list, where nothing surer is known."""
    known = draft.memory.sizes
    for n, change in enumerate(changes):
        if change.kind != "choose":
            continue
        for product in draft.context.shop.store.products(draft.applied.targets.get(n, ())):
            labels = tuple(product.attributes.get("size", ()))
            kind = sizes.product_kind(draft.context, product.id)
            if kind and len(labels) == 1:
                known = known.with_size(Taken(known.person, kind, labels, CHOSEN))
    draft.memory = replace(draft.memory, sizes=known)
