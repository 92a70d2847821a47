"""Answers about shown products: details, one attribute, why, and comparisons."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Optional, Sequence

from actions.recommend.filters import MEASURES
from actions.recommend.reasons import Reason, reasons
from actions.replies.money import format_amount, format_money
from actions.request.resolve import EVIDENCE
from actions.request.types import Change
from actions.turn import lists
from actions.turn.draft import Draft
from catalog.product import Product

#: Attributes answered from the product's own fields.
PRICE, STOCK, RATING = "price", "availability", "rating"
#: Rows of a comparison, and products in one.
ROWS, COMPARED = 8, 4
#: Attributes about the feed rather than the product.
TECHNICAL = re.compile(r"image|img|url|link|sku|barcode|gtin|mpn|图片|链接|编码", re.I)
#: Variants of one product that are looked at.
VARIANTS = 60
#: How much of a description is quoted.
QUOTE = 160


def ask(draft: Draft) -> None:
    """Answer what was asked about one or a few shown products."""
    lists.acknowledgements(draft)
    change, ids = _asked(draft)
    if not ids:
        draft.lines.append(draft.say("not_shown", have=draft.have()))
        if not draft.request.last_list:
            draft.offer("quick_start_over")
        return
    products = draft.context.shop.store.products(ids[:COMPARED])
    draft.request = replace(draft.request, focus=tuple(p.id for p in products))
    about = change.attribute or "details"
    feature = _feature(draft)
    if feature and about in ("details", "feature"):
        about = "feature"
    for product in products:
        if about == "feature" and feature:
            draft.lines.append(_has_feature(draft, product, feature))
        elif about == "why":
            _why(draft, product)
        elif about == "details":
            _details(draft, product)
        else:
            draft.lines.append(_answer(draft, product, about))
    kind = {"why": "explanation"}.get(about, "details")
    cards, language = draft.context.cards, draft.language
    items = [
        cards.card(n, p, _reasons(draft, p) if about == "why" else (), {}, language)
        for n, p in enumerate(products, 1)
    ]
    draft.custom = {"type": kind, "about": about, "items": items}
    draft.offer("quick_similar", "quick_add", "quick_more")


def compare(draft: Draft) -> None:
    """Put two to four products side by side, the rows in which they differ first."""
    lists.acknowledgements(draft)
    i, change = next((i, c) for i, c in enumerate(draft.changes) if c.kind == "compare")
    named = draft.applied.targets.get(i, ())
    if change.referents and len(named) < 2:
        draft.lines.append(draft.say("compare_need_two", have=draft.have()))
        return
    if not named and any(c.kind == "refer" for c in draft.changes[:i]):
        # "The last two, compare them."
        named = draft.request.focus if len(draft.request.focus) > 1 else ()
    ids = named or draft.request.last_list
    products = draft.context.shop.store.products(ids[:COMPARED])
    if len(products) < 2:
        draft.lines.append(draft.say("compare_need_two", have=draft.have()))
        return
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
    draft.offer("quick_add", "quick_cheaper", "quick_more")


def _asked(draft: Draft) -> tuple[Change, tuple[str, ...]]:
    """The question, and the products it is about."""
    for i, change in enumerate(draft.changes):
        if change.kind in ("ask", "refer"):
            if change.referents:
                return change, draft.applied.targets.get(i, ())
            focus = draft.request.focus
            about_all = change.attribute not in ("", "details", "why")
            if focus:
                return change, focus
            return change, draft.request.last_list if about_all else draft.request.last_list[:1]
    return Change("ask", attribute="details"), draft.request.focus


def _reasons(draft: Draft, product: Product) -> list[Reason]:
    position = draft.context.index.position.get(product.id)
    if position is None:
        return []
    scores = {"words": 1.0 if draft.request.text else 0.0}
    if draft.request.similar_to and product.id not in draft.request.similar_to:
        scores["similar"] = 1.0
    found = reasons(draft.request, draft.context.filters, position, scores)
    return [r for r in found if r.kind not in ("words", "sorted")]


def _why(draft: Draft, product: Product) -> None:
    language, context = draft.language, draft.context
    draft.lines.append(draft.say("why_intro", title=product.title_in(language)))
    clauses = []
    for reason in _reasons(draft, product):
        other = context.product(reason.product_id) if reason.product_id else None
        clauses.append(context.cards.reason(reason, product, language, other))
    clauses = clauses or [draft.say("why_nothing")]
    end = "；" if language == "zh" else ";"
    for n, clause in enumerate(clauses):
        last = n == len(clauses) - 1
        draft.lines.append(f"- {clause}{('。' if language == 'zh' else '.') if last else end}")


def _details(draft: Draft, product: Product) -> None:
    language, cards = draft.language, draft.context.cards
    draft.lines.append(product.title_in(language))
    price = cards.price(product, language)
    if product.sale_price is not None and product.price is not None:
        was = draft.say("was", price=format_money(product.price))
        price = f"{price}（{was}）" if language == "zh" else f"{price} ({was})"
    draft.lines.append(f"{price} · {cards.stock(product, language)}{_rating(draft, product)}")
    describer = draft.context.describer
    pairs = [
        f"{describer.attribute(name, language)} {cards.values(name, values, language)}"
        for name in product.attributes
        if (values := cards.stated(product, name))
        and sum(map(len, values)) <= 60
        and not TECHNICAL.search(name)
    ]
    if product.brand:
        name = describer.attribute("brand", language)
        pairs.insert(0, f"{name} {product.brand}")
    if pairs:
        draft.lines.append((" · ").join(pairs[:10]))
    if description := product.description_in(language):
        draft.lines.append(_shorten(description, 300))
    if variants := _variants(draft, product):
        draft.lines.append(draft.say("details_variants", values=variants))


def _rating(draft: Draft, product: Product) -> str:
    if product.rating is None or not product.rating_count:
        return ""
    text = draft.say("rating_n", rating=f"{product.rating:.1f}", n=product.rating_count)
    return f" · {text}"


def _variants(draft: Draft, product: Product) -> str:
    """Colours and sizes that the same product can be had in."""
    ids = draft.context.variants(product.id)
    others = [
        variant
        for variant in draft.context.shop.store.products(ids[:VARIANTS])
        if variant.id != product.id and variant.available
    ]
    parts = []
    for attribute in ("color", "size"):
        own = set(product.attributes.get(attribute, ()))
        seen: dict[str, None] = {}
        for other in others:
            for value in other.attributes.get(attribute, ()):
                if value not in own:
                    seen.setdefault(value)
        if seen:
            parts.append(draft.context.cards.values(attribute, list(seen), draft.language))
    return ("；" if draft.language == "zh" else "; ").join(parts)


def _answer(draft: Draft, product: Product, about: str) -> str:
    """One attribute of one product, or where it may be read, or that it is not stated."""
    language, cards = draft.language, draft.context.cards
    title = product.title_in(language)
    if about == PRICE:
        price = cards.price(product, language)
        if product.sale_price is not None and product.price is not None:
            was = format_money(product.price)
            return draft.say("answer_price_sale", title=title, price=price, was=was)
        return draft.say("answer_price", title=title, price=price)
    if about in (STOCK, "stock"):
        return draft.say("answer_stock", title=title, stock=cards.stock(product, language))
    if about in (RATING, "reviews") and product.rating is not None:
        return draft.say(
            "answer_rating", title=title, rating=f"{product.rating:.1f}", n=product.rating_count
        )
    if not product.attributes.get(about):
        # Asked how big it is, a suitcase answers with its capacity.
        about = next((a for a in MEASURES.get(about, ()) if product.attributes.get(a)), about)
    name = draft.context.describer.attribute(about, language)
    values = cards.stated(product, about) or ((product.brand,) if about == "brand" else ())
    if about == "size" and values:
        values = _all_sizes(draft, product)
    if values and any(values):
        text = cards.values(about, values, language)
        return draft.say("answer_attribute", title=title, attribute=name, values=text)
    stated = _from_text(draft, product, about)
    if stated:
        return draft.say("answer_attribute", title=title, attribute=name, values=stated)
    unknown = draft.say("answer_unknown", title=title, attribute=name)
    if quote := _sentence(product, language, name, about):
        return f"{unknown} {draft.say('answer_text', sentence=quote)}"
    return unknown


def _feature(draft: Draft) -> str:
    """The feature that a question names: "is it waterproof?", 防水吗."""
    text = draft.turn.text
    if not text.rstrip().endswith(("?", "？", "吗", "么", "嘛")):
        return ""
    mentions = draft.context.index.vocabulary.match(text)
    return next((str(m.value) for m in mentions if m.attribute == "feature"), "")


def _has_feature(draft: Draft, product: Product, feature: str) -> str:
    """Yes where the feed or a text says so; otherwise that it is not stated."""
    name = draft.context.describer.value("feature", feature, draft.language)
    title = product.title_in(draft.language)
    if draft.context.facts.evidence(product.id, "feature", feature) >= EVIDENCE:
        return draft.say("answer_feature", title=title, feature=name)
    return draft.say("answer_no_feature", title=title, feature=name)


def _all_sizes(draft: Draft, product: Product) -> tuple[str, ...]:
    sizes: dict[str, None] = {}
    for variant in draft.context.shop.store.products(draft.context.variants(product.id)[:VARIANTS]):
        if variant.available:
            for value in variant.attributes.get("size", ()):
                sizes.setdefault(value)
    return tuple(sizes) or tuple(product.attributes.get("size", ()))


def _from_text(draft: Draft, product: Product, about: str) -> str:
    """Values that the title or description names though the attribute is empty."""
    position = draft.context.index.position.get(product.id)
    if position is None:
        return ""
    found = draft.context.index.facets.of(position).get(about, [])
    sure = [value for value, confidence, _source in found if confidence >= 0.5]
    return draft.context.cards.values(about, sure[:3], draft.language) if sure else ""


def _sentence(product: Product, language: str, *words: str) -> str:
    """The sentence of the description that has one of the words."""
    for sentence in re.split(r"(?<=[。！？.!?])\s*|\n", product.description_in(language)):
        if any(w and w.lower() in sentence.lower() for w in words):
            return _shorten(sentence.strip(), QUOTE)
    return ""


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


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
            _shorten(cards.values(name, cards.stated(p, name), language), 60) or unknown
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
    named = [_position_name(draft, p, n) for n, p in enumerate(products, 1)]
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


def _position_name(draft: Draft, product: Product, n: int) -> str:
    """How the shopper knows it: by its place in the last list."""
    shown: Optional[int] = None
    if product.id in draft.turn.request.last_list:
        shown = draft.turn.request.last_list.index(product.id) + 1
    name = draft.say("nth", n=shown or n)
    return name[0].upper() + name[1:]
