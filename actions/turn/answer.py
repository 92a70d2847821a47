"""Answers about shown products: details, one attribute, and why."""

from __future__ import annotations

import re
from dataclasses import replace

from actions.recommend.filters import MEASURES
from actions.recommend.reasons import Reason, reasons
from actions.replies.money import format_money
from actions.request.cues import cue_tables
from actions.request.resolve import EVIDENCE
from actions.request.types import Change
from actions.turn import lists, service_products
from actions.turn.bundle.making import reasons_of
from actions.turn.draft import Draft
from actions.turn.model import ANSWERED, UNCLEAR
from actions.turn.pointing import is_on
from actions.turn.ranked import ranked
from actions.turn.stock import all_sizes, in_stock, other_values
from catalog.product import Product

#: Attributes answered from the product's own fields.
PRICE, STOCK, RATING = "price", "availability", "rating"
FIELDS = (PRICE, STOCK, "stock", RATING, "reviews")
#: Attributes that seldom answer what is asked: how to wash it does not say whether it shrinks.
QUOTED = ("care", "quality")
#: Products that one answer is about.
COMPARED = 4
#: Attributes about the feed rather than the product.
TECHNICAL = re.compile(r"image|img|url|link|sku|barcode|gtin|mpn|图片|链接|编码", re.I)
#: How much of a description is quoted.
QUOTE = 160


def ask(draft: Draft) -> None:
    """Answer what was asked about one or a few shown products."""
    lists.acknowledgements(draft)
    change, ids = _asked(draft)
    if _weighs(draft, change):
        return
    if not ids:
        draft.did.add(UNCLEAR)
        draft.lines.append(draft.say("not_shown", have=draft.have()))
        if not draft.request.last_list:
            draft.offer("quick_start_over")
        return
    draft.did.add(ANSWERED)
    products = draft.context.shop.store.products(ids[:COMPARED])
    draft.request = replace(draft.request, focus=tuple(p.id for p in products))
    about = change.attribute or "details"
    feature = _feature(draft)
    if feature and about in ("details", "feature"):
        about = "feature"
    for product in products:
        if about == "feature" and feature:
            draft.lines += _has_feature(draft, product, feature)
        elif about == "why":
            _why(draft, product)
        elif about in (RATING, "reviews") and (told := service_products.reviewed(draft, product)):
            draft.lines += told
        elif about == "details":
            _asked_or_details(draft, product)
        else:
            draft.lines += _answer_with_quotes(draft, product, about)
    kind = {"why": "explanation"}.get(about, "details")
    cards, language = draft.context.cards, draft.language
    beside = (*draft.request.goes_with, *(c.other for _, c in draft.request.because if c.other))
    others = {p.id: p for p in draft.context.shop.store.products(beside)} if beside else {}
    items = [
        cards.card(n, p, _reasons(draft, p) if about == "why" else (), {}, language, others)
        for n, p in enumerate(products, 1)
    ]
    draft.custom = {"type": kind, "about": about, "items": items}
    draft.offer("quick_similar", "quick_add", "quick_more")


def _weighs(draft: Draft, change: Change) -> bool:
    """Answer which of the shown has the most of what is asked about: 哪个续航最长."""
    about = change.attribute
    ends = [r.value for r in change.referents if r.by == "extreme" and r.attribute == about]
    if not ends:
        return False
    shown = draft.context.shop.store.products(draft.request.last_list)
    if len(shown) < 2 or not ranked(draft, shown, about, ends[0] == "max"):
        return False
    draft.offer("quick_similar", "quick_add", "quick_more")
    return True


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
    moved = draft.request.ways(product.id)
    if together := reasons_of(draft, product.id, position):
        return together
    bonds = draft.bonds(position)
    because = draft.request.causes(product.id)
    found = reasons(draft.request, draft.context.filters, position, because, moved, bonds)
    return [r for r in found if r.kind != "sorted"]


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
        draft.lines.append(shorten(description, 300))
    if variants := other_values(draft, product):
        draft.lines.append(draft.say("details_variants", values=variants))


def _rating(draft: Draft, product: Product) -> str:
    if product.rating is None or not product.rating_count:
        return ""
    text = draft.say("rating_n", rating=f"{product.rating:.1f}", n=product.rating_count)
    return f" · {text}"


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
        return in_stock(draft, product)
    if about in (RATING, "reviews") and product.rating is not None:
        return draft.say(
            "answer_rating", title=title, rating=f"{product.rating:.1f}", n=product.rating_count
        )
    if about == "product_type" and (other := _other_thing(draft, product)):
        if quote := _sentence(product, language, other):
            return draft.say("answer_text", sentence=quote)
        return draft.say("answer_silent", title=title, words=other)
    if answer := stated(draft, product, about):
        return answer
    if about == "quality" and (asked := cue_tables().said_of(about, draft.turn.text)):
        if quote := _sentence(product, language, asked):
            return draft.say("answer_text", sentence=quote)
        return draft.say("answer_silent", title=title, words=asked)
    name = draft.context.describer.attribute(about, language)
    unknown = draft.say("answer_unknown", title=title, attribute=name)
    if quote := _sentence(product, language, name, about):
        return f"{unknown} {draft.say('answer_text', sentence=quote)}"
    return unknown


def stated(draft: Draft, product: Product, about: str) -> str:
    """A sentence with a product's values of one attribute; empty where there are none."""
    language, cards = draft.language, draft.context.cards
    if not product.attributes.get(about):
        # Asked how big it is, a suitcase answers with its capacity.
        about = next((a for a in MEASURES.get(about, ()) if product.attributes.get(a)), about)
    values = cards.stated(product, about) or ((product.brand,) if about == "brand" else ())
    if about == "size":
        values = all_sizes(draft, product)
    if values and any(values):
        text = cards.values(about, values, language)
    else:
        text = _from_text(draft, product, about)
    if not text:
        return ""
    name = draft.context.describer.attribute(about, language)
    title = product.title_in(language)
    return draft.say("answer_attribute", title=title, attribute=name, values=text)


def _feature(draft: Draft) -> str:
    """The feature that a question names: "is it waterproof?", 防水吗."""
    for change in draft.turn.changes:
        if change.kind == "add" and is_on(change, "feature"):
            assert change.constraint is not None
            return str(change.constraint.values[0])
    text = draft.turn.text
    asked = any(c.kind == "ask" and c.attribute == "feature" for c in draft.turn.changes)
    if not asked and not text.rstrip().endswith(("?", "？", "吗", "么", "嘛", "不")):
        return ""
    mentions = draft.context.index.vocabulary.match(text)
    return next((str(m.value) for m in mentions if m.attribute == "feature"), "")


def _has_feature(draft: Draft, product: Product, feature: str) -> list[str]:
    """Yes where the feed or a text says so; otherwise that it is not, and what is written."""
    name = draft.context.describer.value("feature", feature, draft.language)
    title = product.title_in(draft.language)
    if draft.context.facts.evidence(product.id, "feature", feature) >= EVIDENCE:
        return [draft.say("answer_feature", title=title, feature=name)]
    about = service_products.subject(draft, product)
    quotes = service_products.quotes(draft, product, about) if about else []
    unstated = draft.say("answer_no_feature", title=title, feature=name)
    return [unstated, *(quotes or service_products.offered(draft))]


def _asked_or_details(draft: Draft, product: Product) -> None:
    """What is written about what no attribute has; without such a question all there is."""
    about = service_products.subject(draft, product)
    quotes = service_products.quotes(draft, product, about) if about else []
    if quotes:
        draft.lines += [draft.say("service_about", title=product.title_in(draft.language)), *quotes]
    elif about.topics:
        draft.lines.append(service_products.unstated(draft, product))
        draft.lines += service_products.offered(draft)
    else:
        _details(draft, product)


def _answer_with_quotes(draft: Draft, product: Product, about: str) -> list[str]:
    """One attribute of one product; where it is not stated, or says little, what is written too."""
    line = _answer(draft, product, about)
    if about not in QUOTED and (about in FIELDS or stated(draft, product, about)):
        return [line]
    subject = service_products.subject(draft, product)
    quotes = service_products.quotes(draft, product, subject, line) if subject else []
    known = stated(draft, product, about) or "“" in line
    return [line, *(quotes or ([] if known else service_products.offered(draft)))]


def _other_thing(draft: Draft, product: Product) -> str:
    """The words for another kind of thing in a question: "can it go in the microwave"."""
    index = draft.context.index
    position = index.position.get(product.id)
    facets = index.facets.of(position).get("product_type", []) if position is not None else []
    own = {value for value, _confidence, _source in facets}
    mentions = index.vocabulary.match(draft.turn.text)
    others = [m for m in mentions if m.attribute == "product_type" and m.value not in own]
    return others[0].surface if others else ""


def _from_text(draft: Draft, product: Product, about: str) -> str:
    """Values that the title or description names though the attribute is empty."""
    position = draft.context.index.position.get(product.id)
    if position is None or about in draft.context.cards.internal:
        return ""
    found = draft.context.index.facets.of(position).get(about, [])
    sure = [value for value, confidence, _source in found if confidence >= 0.5]
    return draft.context.cards.values(about, sure[:3], draft.language) if sure else ""


def _sentence(product: Product, language: str, *words: str) -> str:
    """The sentence of the description that has one of the words."""
    for sentence in re.split(r"(?<=[。！？.!?])\s*|\n", product.description_in(language)):
        if any(w and w.lower() in sentence.lower() for w in words):
            return shorten(sentence.strip(), QUOTE)
    return ""


def shorten(text: str, limit: int) -> str:
    """At most ``limit`` characters of a text."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
