"""The question below a list, whose answer would narrow the search."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Optional

from actions.recommend.filters import Mask
from actions.recommend.inquiry import Question
from actions.recommend.search import Found
from actions.turn.draft import Draft
from catalog.settings import ANY, OFF

#: Questions one after the other.
IN_A_ROW = 2


def ask(draft: Draft, found: Found, mask: Mask) -> bool:
    """Put a question where its answer would help; at most two in a row."""
    memory = draft.memory
    question = None if memory.in_row >= IN_A_ROW else _question(draft, found, mask)
    if question is None:
        draft.memory = replace(memory, in_row=0)
        return False
    text = _text(draft, question.attribute)
    options = [_option(draft, question, number) for number in range(len(question.wishes))]
    options.append(draft.say("no_preference"))
    draft.lines.append(text)
    draft.buttons += options
    draft.custom["question"] = {
        "attribute": question.attribute,
        "text": text,
        "options": [{"title": o, "payload": o} for o in dict.fromkeys(options)],
    }
    draft.memory = replace(
        memory,
        question=question.attribute,
        asked=(*memory.asked, question.attribute),
        in_row=memory.in_row + 1,
    )
    return True


def _question(draft: Draft, found: Found, mask: Mask) -> Optional[Question]:
    context, request = draft.context, draft.request
    # What is sought by what it is to another product is not sought by what it is.
    beside_one = request.similar_to or request.goes_with
    if context.asks == OFF or request.sort or beside_one:
        return None
    left = context.searcher.unseen(request, mask)
    drawn = Random(f"{draft.turn.conversation_id} {draft.memory.turn}")
    at_random = drawn if context.asks == ANY else None
    asked = draft.memory.asked
    return context.questions.best(request, context.filters, left, found.scored, asked, at_random)


def _text(draft: Draft, attribute: str) -> str:
    key = f"ask_{attribute}"
    if draft.context.texts.has(draft.language, key):
        return draft.say(key)
    name = draft.context.describer.attribute(attribute, draft.language)
    return draft.say("ask_other", attribute=name)


def _option(draft: Draft, question: Question, number: int) -> str:
    wish, describer = question.wishes[number], draft.context.describer
    if wish.attribute == "price":
        return describer.price(wish, draft.language)
    return describer.value(wish.attribute, wish.value, draft.language)
