"""Questions about a product that no attribute answers: a sentence is quoted, or nothing is stated.

Also what people say of a product: its rating, and a few of their sentences, good and bad.
"""

from __future__ import annotations

from typing import Sequence

from actions.service.quoting import (
    DESCRIPTION,
    REVIEW,
    Asked,
    Sentence,
    asked,
    best,
    sentences,
)
from actions.turn import service_handoff as handoff
from actions.turn.draft import Draft
from actions.turn.service_faq import shown
from actions.turn.service_reading import is_question
from catalog.masking import masked
from catalog.product import Product
from catalog.service import Review

#: Reviews that are read, of all variants of a product.
READ, VARIANTS = 60, 100
#: From these ratings on a review is good, and up to these bad.
GOOD, BAD = 4.0, 2.9
#: Sentences of good and bad reviews that are told.
TOLD_GOOD, TOLD_BAD = 2, 1
#: How long the sentence is that tells most.
_TELLING = 80


def subject(draft: Draft, product: Product) -> Asked:
    """What a message asks about a product besides its attributes; nothing where it asks none."""
    turn = draft.turn
    if not is_question(turn.text):
        return Asked()
    named = " ".join((*product.title.values(), product.brand))
    return asked(turn.text, turn.residual, named)


def quotes(draft: Draft, product: Product, about: Asked, before: str = "") -> list[str]:
    """Sentences of the description and of reviews that mention what is asked, as quotes.

    Parameters
    ----------
    before
        What is said already: no sentence in it is said again.
    """
    among = [*_described(draft, product), *_written(draft, product)]
    among = [sentence for sentence in among if sentence.text not in before]
    encode = draft.context.searcher.encoder.encode_queries
    found = best(draft.turn.text, about, among, lambda t: encode(list(t)), draft.language)
    return [quoted(draft, sentence) for sentence in found]


def unstated(draft: Draft, product: Product) -> str:
    """That nothing is written about it."""
    return draft.say("service_not_stated", title=product.title_in(draft.language))


def offered(draft: Draft) -> list[str]:
    """The offer to ask a person, where there is one and it was not made in this reply yet."""
    return handoff.offered(draft, handoff.UNKNOWN)


def quoted(draft: Draft, sentence: Sentence) -> str:
    """A sentence with who wrote it, and in which language where it is not the shopper's."""
    kind = "review" if sentence.source == REVIEW else "text"
    other = "" if sentence.language == draft.language else f"in_{sentence.language}"
    return draft.say(f"service_{kind}_{other or 'quote'}", sentence=sentence.text)


def reviewed(draft: Draft, product: Product) -> list[str]:
    """What people say of a product; empty where nobody has said anything."""
    found = _reviews(draft, product)
    rated = [review.rating for review in found if review.rating is not None]
    rating, count = product.rating, product.rating_count or 0
    if rating is None and rated:
        rating, count = sum(rated) / len(rated), len(rated)
    if not found and rating is None:
        return []
    title, n = product.title_in(draft.language), max(count, len(found))
    if rating is None:
        lines = [draft.say("service_reviews_words", title=title, n=n)]
    else:
        lines = [draft.say("service_reviews", title=title, rating=f"{rating:.1f}", n=n)]
    good = [r for r in found if r.rating is not None and r.rating >= GOOD]
    bad = [r for r in found if r.rating is not None and r.rating <= BAD]
    for key, reviews, most in (
        ("service_reviews_good", good, TOLD_GOOD),
        ("service_reviews_bad", bad, TOLD_BAD),
    ):
        lines += [draft.say(key, sentence=s.text) for s in _typical(draft, reviews)[:most]]
    if not (good or bad):
        lines += [quoted(draft, s) for s in _typical(draft, found)[: TOLD_GOOD + TOLD_BAD]]
    return lines


def _typical(draft: Draft, reviews: Sequence[Review]) -> list[Sentence]:
    """The most telling sentence of each review: in the shopper's language, neither a word nor an
    essay, of those that share most with what others wrote."""
    ranked = []
    shared: dict[str, int] = {}
    of_each = [_sentences(review) for review in reviews]
    for found in of_each:
        for topic in {t for s in found for t in asked(s.text, "").topics}:
            shared[topic] = shared.get(topic, 0) + 1
    for place, found in enumerate(of_each):
        if not found:
            continue
        sentence = min(
            found,
            key=lambda s: (
                s.language != draft.language,
                -max((shared[t] for t in asked(s.text, "").topics), default=0),
                abs(len(s.text) - _TELLING),
            ),
        )
        ranked.append((sentence.language != draft.language, place, sentence))
    told = {one.text: one for _other, _place, one in sorted(ranked, key=lambda r: r[:2])}
    return list(told.values())


def _described(draft: Draft, product: Product) -> list[Sentence]:
    text = product.description_in(draft.language)
    return sentences(shown(text, 4000), DESCRIPTION) if text else []


def _written(draft: Draft, product: Product) -> list[Sentence]:
    return [s for review in _reviews(draft, product) for s in _sentences(review)]


def _sentences(review: Review) -> list[Sentence]:
    return sentences(shown(masked(review.text), 2000), REVIEW, review.rating)


def _reviews(draft: Draft, product: Product) -> list[Review]:
    ids = [product.id, *draft.context.variants(product.id)[:VARIANTS]]
    return draft.context.shop.store.service.reviews(list(dict.fromkeys(ids)), READ)
