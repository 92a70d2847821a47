"""Products side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import Sequence

from actions.replies.money import format_amount
from actions.turn import lists, recommend
from actions.turn.answer import COMPARED, PRICE, RATING, STOCK, TECHNICAL, shorten
from actions.turn.draft import Draft
from actions.turn.model import ANSWERED, UNCLEAR
from actions.turn.ranked import place, ranked, weighed
from catalog.product import Product

#: Rows of a comparison.
ROWS = 8


def compare(draft: Draft) -> None:
    """Put two to four products side by side, the rows in which they differ first."""
    lists.acknowledgements(draft)
    i, change = next((i, c) for i, c in enumerate(draft.changes) if c.kind == "compare")
    named = draft.applied.targets.get(i, ())
    if change.referents and len(named) < 2:
        _need_two(draft)
        return
    if not named and any(c.kind == "refer" for c in draft.changes[:i]):
        # "The last two, compare them."
        named = draft.request.focus if len(draft.request.focus) > 1 else ()
    ids = named or draft.request.last_list
    products = draft.context.shop.store.products(ids)
    if not ids and draft.request.constraints:
        # "Help me choose a shirt": there has to be something to choose from first.
        recommend.recommend(draft)
        return
    if len(products) < 2:
        _need_two(draft)
        return
    draft.offer("quick_add", "quick_cheaper", "quick_more")
    by = None if any(c.kind == "compare" for c in draft.turn.changes) else weighed(draft)
    if by is not None and ranked(draft, products, *by):
        return
    products = products[:COMPARED]
    draft.did.add(ANSWERED)
    draft.request = replace(draft.request, focus=tuple(p.id for p in products))
    language = draft.language
    if len(products) == 2:
        a, b = (p.title_in(language) for p in products)
        draft.lines.append(draft.say("compare_intro", a=a, b=b))
    else:
        draft.lines.append(draft.say("compare_many", n=len(products)))
    rows = _rows(draft, products)
    different = [row for row in rows if len(set(row[2])) > 1][:ROWS]
    same = [row for row in rows if len(set(row[2])) == 1]
    for _key, name, values in different:
        draft.lines.append(draft.say("compare_row", attribute=name, values=" | ".join(values)))
    if same:
        separator = "、" if language == "zh" else ", "
        facts = separator.join(f"{name} {values[0]}" for _key, name, values in same[:4])
        draft.lines.append(draft.say("compare_same", values=facts))
    _verdict(draft, products)
    draft.custom = {
        "type": "comparison",
        "items": [
            draft.context.cards.card(n, p, (), {}, language) for n, p in enumerate(products, 1)
        ],
        "rows": [
            {"attribute": key, "name": name, "values": values}
            for key, name, values in [*different, *same]
        ],
    }


def _need_two(draft: Draft) -> None:
    draft.did.add(UNCLEAR)
    draft.lines.append(draft.say("compare_need_two", have=draft.have()))


def _rows(draft: Draft, products: Sequence[Product]) -> list[tuple[str, str, list[str]]]:
    """(attribute, its name, one value for each product)."""
    language, cards, describer = draft.language, draft.context.cards, draft.context.describer
    unknown = draft.say("not_stated")
    rows = [
        (PRICE, describer.attribute(PRICE, language), [cards.price(p, language) for p in products])
    ]
    if any(p.rating is not None for p in products):
        values = [unknown if p.rating is None else f"{p.rating:.1f}" for p in products]
        rows.append((RATING, describer.attribute(RATING, language), values))
    if any(p.brand for p in products):
        brands = [p.brand or unknown for p in products]
        rows.append(("brand", describer.attribute("brand", language), brands))
    names: dict[str, int] = {}
    for product in products:
        for name in product.attributes:
            if TECHNICAL.search(name):
                continue
            names[name] = names.get(name, 0) + 1
    for name in sorted(names, key=lambda n: -names[n]):
        values = [
            shorten(cards.values(name, cards.stated(p, name), language), 60) or unknown
            for p in products
        ]
        if any(v != unknown for v in values):
            rows.append((name, describer.attribute(name, language), values))
    rows.append(
        (STOCK, describer.attribute(STOCK, language), [cards.stock(p, language) for p in products])
    )
    return rows


def _verdict(draft: Draft, products: Sequence[Product]) -> None:
    """Which is cheapest and which is rated best, where one is."""
    named = [place(draft, p, products) for p in products]
    named = [name[0].upper() + name[1:] for name in named]
    priced = [
        (p.asking_price.amount, n) for n, p in enumerate(products) if p.asking_price is not None
    ]
    priced.sort()
    if len(priced) == len(products) and priced[0][0] < priced[1][0]:
        money = products[priced[0][1]].asking_price
        assert money is not None
        difference = format_amount(priced[1][0] - priced[0][0], money.currency)
        which = named[priced[0][1]]
        key = "compare_cheaper" if len(products) == 2 else "compare_cheapest"
        draft.lines.append(draft.say(key, which=which, difference=difference))
    rated = sorted(((p.rating or 0.0), n) for n, p in enumerate(products))
    if rated[-1][0] > rated[-2][0]:
        draft.lines.append(draft.say("compare_rated", which=named[rated[-1][1]]))
