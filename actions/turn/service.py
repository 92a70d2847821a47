"""One turn: from an understood message to the reply, the new state and the events."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from typing import Callable, Mapping

from actions.request.apply import LASTING, Applied, apply
from actions.request.types import IS, IS_NOT, Change, Constraint, Referent, Request
from actions.turn import (
    age,
    answer,
    beside,
    buying,
    comparison,
    drifting,
    fitting,
    lists,
    rating,
    recommend,
    remembering,
    searched,
    service_body,
    service_faq,
    service_handoff,
    service_plan,
    service_reading,
    sizes,
    talk,
    tapping,
    usual,
    variants,
)
from actions.turn import plan as planning
from actions.turn.bundle import body as bundles
from actions.turn.bundle.reading import bundle_plan, still_open
from actions.turn.context import Context
from actions.turn.decide import decide
from actions.turn.draft import Draft
from actions.turn.knowledge import Knowledge
from actions.turn.log import EventLog
from actions.turn.model import TurnInput, TurnOutput
from actions.turn.plan import Plan
from actions.turn.pointing import described
from actions.turn.weighing import weighed

Body = Callable[[Draft], None]

BODIES: Mapping[str, Body] = {
    planning.RECOMMEND: recommend.recommend,
    planning.MORE: recommend.more,
    planning.COMPARE: comparison.compare,
    planning.ASK: answer.ask,
    planning.LIST: lists.show,
    planning.ACKNOWLEDGE: lists.acknowledge,
    planning.BUY: buying.buy,
    planning.BUDGET: talk.budget,
    planning.SMALLTALK: talk.smalltalk,
    planning.PERSON: talk.person,
    planning.FEEDBACK: talk.feedback,
    planning.BESIDE: talk.beside_only,
    planning.OUT_OF_SCOPE: talk.out_of_scope,
    planning.FALLBACK: talk.fallback,
    planning.CLARIFY: talk.clarify,
    planning.AFFIRM: talk.affirm,
    planning.DENY: talk.deny,
    planning.EMPTY: talk.empty,
    planning.UNDER_AGE: age.declined,
    planning.SIZES: fitting.speak,
    planning.BUNDLE: bundles.answer,
    planning.KNOWN: remembering.speak,
    planning.DRIFT: drifting.answer,
    planning.RATED: rating.answer,
    planning.PUT_ASIDE: tapping.put_aside,
    planning.PICTURE: tapping.picture,
    planning.SERVICE: service_body.speak,
    planning.HANDOFF: service_handoff.body,
    planning.FAQ: service_faq.body,
}


@dataclass(frozen=True)
class TurnService:
    """Answers messages over one open shop; holds no state of any conversation."""

    context: Context

    def handle(self, turn: TurnInput) -> TurnOutput:
        """Answer one message.

        Everything that is remembered is in the request and the memory that come back.
        """
        turn = tapping.read(turn, self.context)
        if turn.tapped is None:
            turn = service_reading.read(turn)
        turn = replace(turn, changes=_pointed_at_by_order(turn.changes, turn.request))
        turn, said_of_sizes = sizes.read(turn, self.context)
        if turn.tapped is None:
            turn = weighed(turn, self.context.index.vocabulary.resolve)
            turn = described(turn, self.context.facts)
        said = age.answer(turn)
        turn = age.shown_again(turn, said)
        # An offer and a question are open for one turn: the plan reads them from the turn.
        memory = replace(
            turn.memory,
            turn=turn.memory.turn + 1,
            language=turn.language,
            offers=(),
            question="",
            age_asked=0,
            astray=0,
            listed=(),
            service=turn.memory.service.carried(),
        )
        memory = age.remembered(memory, said)
        decided = (
            tapping.plan(turn, self.context)
            or age.plan(said)
            or (service_plan.before(turn, self.context) if turn.tapped is None else None)
            or remembering.plan(turn)
            or drifting.plan(turn)
            or rating.plan(turn)
            or sizes.plan(turn, said_of_sizes)
            or bundle_plan(turn, self.context)
            or decide(turn)
        )
        decided = service_plan.after(decided, turn, self.context)
        asked = decided.body == planning.ASK
        memory = sizes.remembered(memory, turn, said_of_sizes, asked)
        context = self.context.of_age(memory.of_age)
        draft = Draft(context, turn, decided, turn.request, memory)
        if context.shoppers is not None:
            shoppers = context.shoppers
            state = shoppers.state(turn.shopper_id)
            draft.known = Knowledge(shoppers.model, state, shoppers.opinion)
        if decided.body == planning.UNDO:
            self._undo(draft)
        elif decided.body == planning.START_OVER:
            self._start_over(draft, decided)
        else:
            self._change(draft, decided)
            BODIES[draft.plan.body](draft)
        beside.speak(draft)
        tapping.beside(draft)
        service_plan.watch(draft)
        return self._finish(draft)

    def _change(self, draft: Draft, decided: Plan) -> None:
        changes, refused = _without_unknown_currencies(decided.changes, self.context)
        draft.refused = refused
        if decided.anew or _new_gift(changes, draft.request):
            keep = {key: getattr(draft.request, key) for key in ("liked", "rejected", "chosen")}
            draft.request = Request(last_list=draft.request.last_list, **keep)
        applied = self._applied(draft.request, changes)
        if described := _descriptions(applied.unresolved):
            # "The blue one" with nothing blue in the list: a wish, then.
            changes = tuple(described.get(c, c) for c in changes)
            applied = self._applied(draft.request, changes)
            if draft.plan.body == planning.ASK:
                draft.plan = replace(draft.plan, body=planning.RECOMMEND)
        applied = self._by_the_last_word(draft.request, changes, applied)
        applied = self._without_pointless_gender(draft.request, changes, applied)
        applied = variants.as_wanted(draft, applied)
        draft.applied = usual.without_note(draft, applied)
        draft.changes = changes
        draft.request = applied.request
        variants.of_chosen(draft, changes)
        draft.log = EventLog.of(draft.turn, draft.memory, changes, applied)
        if draft.known is not None:
            draft.known.take(draft.log.events)
        if any(c.kind == "add" and c.constraint for c in changes) and _new_category(draft, applied):
            draft.memory = replace(draft.memory, asked=(), in_row=0)

    def _applied(self, request: Request, changes: tuple[Change, ...]) -> Applied:
        context = self.context
        return apply(request, changes, context.facts, context.kin, context.covers)

    def _by_the_last_word(
        self, before: Request, changes: tuple[Change, ...], applied: Applied
    ) -> Applied:
        """Where a shade that is wanted and one that is not leave nothing, the one said last counts.

        Dark blue and not navy: nothing, where all that is dark blue is navy.
        """
        filters, request = self.context.filters, applied.request
        for change in changes:
            new = change.constraint
            if change.kind != "add" or new is None or new.op not in (IS, IS_NOT):
                continue
            opposite = IS_NOT if new.op == IS else IS
            at_odds = [
                c
                for c in before.on(new.attribute)
                if c.op == opposite and c in request.constraints and c.attribute == "color"
            ]
            left = tuple(c for c in request.constraints if c not in at_odds)
            without = replace(request, constraints=left)
            if at_odds and not filters.hard(request).any() and filters.hard(without).any():
                request = without
                applied = replace(applied, dropped=(*applied.dropped, *at_odds))
        return replace(applied, request=request)

    def _without_pointless_gender(
        self, before: Request, changes: tuple[Change, ...], applied: Applied
    ) -> Applied:
        """Whom the last search was for says nothing about a thing that is for anybody."""
        request = applied.request
        said = any(c.constraint and c.constraint.attribute in LASTING for c in changes)
        genders = request.on("gender")
        if said or not genders or before.category == request.category:
            return applied
        if all(self.context.gendered(request.category, gender) for gender in genders):
            return applied
        return replace(applied, request=request.without(*LASTING))

    def _undo(self, draft: Draft) -> None:
        if not draft.memory.past:
            draft.lines.append(draft.say("nothing_to_undo"))
            return
        before = Request.from_json(draft.memory.past[-1])
        draft.memory = replace(draft.memory, past=draft.memory.past[:-1], in_row=0)
        draft.request = before
        draft.undone = True
        draft.log = EventLog.corrected(draft.turn, draft.memory)
        (bundles if before.bundle else recommend).show_again(draft)

    def _start_over(self, draft: Draft, decided: Plan) -> None:
        draft.request = Request(chosen=draft.request.chosen)
        kept = sizes.started_over(draft.memory.sizes)
        draft.memory = replace(draft.memory, asked=(), in_row=0, sizes=kept)
        if decided.changes:
            self._change(draft, decided)
            recommend.recommend(draft)
        else:
            draft.lines.append(draft.say("started_over"))
            if kept.taken:
                draft.lines.append(draft.say("sizes_kept"))
            if draft.request.chosen:
                draft.lines.append(draft.say("list_kept", n=len(draft.request.chosen)))
                draft.offer("quick_list")

    def _finish(self, draft: Draft) -> TurnOutput:
        searched.note(draft)
        memory, custom = draft.memory, draft.custom
        planned = "plan" in custom
        draft.request = still_open(draft.request, custom.get("type") == "products", planned)
        if memory.turn == 1 and self.context.shop.settings.synthetic:
            draft.lines.insert(0, draft.say("synthetic"))
        text = "\n".join(draft.lines)
        if text and zlib.crc32(text.encode()) == memory.said:
            # Nobody says the same word for word twice.
            draft.lines.insert(0, draft.say("again"))
            text = "\n".join(draft.lines)
        memory = replace(memory, act=draft.act, said=zlib.crc32(text.encode()))
        if not draft.undone and _worth_undoing(draft.turn.request, draft.request):
            memory = memory.remember(draft.turn.request)
        events = draft.log.events if draft.log else ()
        return TurnOutput(draft.reply(), draft.request, memory, events)


def _pointed_at_by_order(changes: tuple[Change, ...], request: Request) -> tuple[Change, ...]:
    """ "The cheapest one, add it": an order followed by an act on "it" points at a product."""
    if not request.last_list:
        return changes
    out: list[Change] = []
    for change in changes:
        before = out[-1] if out else None
        acts = change.kind in ("choose", "like", "reject", "ask")
        if acts and change.referents == (Referent("focus"),) and before and before.kind == "sort":
            extreme = "max" if before.value == "desc" else "min"
            found = Referent("extreme", attribute=before.attribute, value=extreme)
            out[-1] = replace(change, referents=(found,))
            continue
        out.append(change)
    return tuple(out)


def _new_gift(changes: tuple[Change, ...], request: Request) -> bool:
    added = [c.constraint for c in changes if c.kind == "add" and c.constraint]
    gift = any(c.attribute == "occasion" and "gift" in c.values for c in added)
    typed = any(c.attribute == "product_type" for c in added)
    return gift and not typed and bool(request.category)


def _descriptions(unresolved: tuple[Change, ...]) -> dict[Change, Change]:
    """Changes that only point at a product by a value → the wish for that value."""
    found = {}
    for change in unresolved:
        by_value = [r for r in change.referents if r.by == "value"]
        pointing = change.kind == "refer" or change.attribute == "availability"
        if pointing and len(by_value) == len(change.referents) == 1:
            wish = Constraint(by_value[0].attribute, IS, by_value[0].value)
            found[change] = Change("add", constraint=wish)
    return found


def _worth_undoing(before: Request, after: Request) -> bool:
    """Talking about a product is not a step; a change of request, lists or results is."""
    return replace(before, focus=()) != replace(after, focus=())


def _new_category(draft: Draft, applied: Applied) -> bool:
    return draft.turn.request.category != applied.request.category


def _without_unknown_currencies(
    changes: tuple[Change, ...], context: Context
) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Leave out limits in a currency the shop has no rate for; the reply asks about them."""
    kept, refused = [], []
    for change in changes:
        currency = change.constraint.currency if change.constraint else None
        if currency and context.rates.convert(1.0, currency) is None:
            refused.append(currency)
        else:
            kept.append(change)
    return tuple(kept), tuple(refused)
