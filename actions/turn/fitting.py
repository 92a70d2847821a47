"""Which size fits: by what was said before, by measures, or by asking; and on what that rests."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Sequence

from actions.sizing.kinds import ME, kinds
from actions.sizing.memory import Taken
from actions.sizing.systems import by_measure, read
from actions.turn import sizes, stock
from actions.turn.draft import Draft
from actions.turn.model import ANSWERED
from actions.turn.usual import alike, group_for, kind_word, known, label_of, told, whose
from catalog.product import Product

#: What a text says about how a thing turns out.
_RUNS = re.compile(
    r"true to size|runs? (?:a (?:bit|little) )?(?:small|large|big|narrow|wide)|size (?:up|down)|"
    r"(?:one|a) size (?:up|down|larger|smaller|bigger)|comes? up (?:small|large|big)|"
    r"尺码标准|标准码|正码|偏大|偏小|偏紧|大一码|小一码|按平时",
    re.I,
)
#: A line of a size chart: "M: chest 96-100 cm", "42 = 26.5 cm".
_CHART = re.compile(
    r"(?<![\w.])(?P<size>(?:EU |UK |US )?\d{2}(?:\.5)?|X{0,3}[SML]|"
    r"[2-5]XL)\s*[码号]?\s*[:：=(（]\s*"
    r"(?:chest|bust|waist|foot|胸围|腰围|脚长)?\s*(?P<low>\d{2,3}(?:\.\d)?)"
    r"(?:\s*[-–~～至]\s*(?P<high>\d{2,3}(?:\.\d)?))?\s*(?:cm|厘米|公分)?",
)


def speak(draft: Draft) -> None:
    """The body of a turn that is about sizes."""
    topic = draft.plan.topic
    draft.did.add(ANSWERED)
    _, said = sizes.read(draft.turn, draft.context)
    if topic == sizes.FORGOTTEN:
        person = said.heard.person or said.person
        before, kind = draft.turn.memory.sizes, said.heard.kind
        known = any(t.person == person and kind in ("", t.kind) for t in before.taken)
        key = "size_forgotten" if known else "size_nothing_known"
        draft.lines.append(draft.say(key, whose=whose(draft, person)))
        return
    kind = said.kind or said.current
    if topic == sizes.NOTED:
        draft.memory = replace(draft.memory, question="")
        if not kind:
            draft.lines.append(draft.say("size_of_what", size=label_of(draft, said.heard.size)))
            return
        taken = draft.memory.sizes.of(said.person, kind)
        if taken is not None:
            draft.lines.append(told(draft, taken, "size_noted"))
        if draft.request.last_list:
            draft.offer("quick_more")
        return
    _which(draft, said.person, kind)


def _which(draft: Draft, person: str, kind: str) -> None:
    """ "Which size should I take?"."""
    products = _products(draft, kind)
    group = group_for(draft, person, products)
    taken = known(draft, person, kind)
    name = kinds()[kind].measure if kind in kinds() else ""
    cm = draft.memory.sizes.measure(person, name) if name else None
    size, stated = "", False
    if cm is not None and (taken is None or draft.turn.memory.question == "size"):
        size, stated = _by_chart(products, cm)
        size = size or by_measure(name, cm, group)
        if size:
            part = draft.say(f"size_measure_{name}", cm=f"{cm:g}")
            key = "size_by_chart" if stated else "size_by_table"
            whom = draft.say(f"size_for_{group}")
            draft.lines.append(draft.say(key, measure=part, size=label_of(draft, size), whom=whom))
            taken = Taken(person, kind, (size,))
        elif taken is None:
            draft.lines.append(draft.say("size_no_table"))
    elif taken is not None:
        draft.lines.append(told(draft, taken, f"size_{taken.how}"))
    runs = _texts(draft, products)
    draft.lines += runs
    if taken is not None:
        draft.lines += [_there(draft, p, taken, group) for p in products]
        if not runs and products:
            draft.lines.append(draft.say("size_makers"))
        if products:
            draft.request = replace(draft.request, focus=tuple(p.id for p in products))
            draft.offer("quick_add", "quick_more")
        return
    draft.lines += _sizes_of(draft, products)
    measured = draft.say(f"size_or_{name}") if name else ""
    what = kind_word(draft, kind)
    key = "size_ask_me" if person == ME else "size_ask_other"
    ask = draft.say(key, kind=what, whose=whose(draft, person), measure=measured)
    draft.lines.append(ask)
    draft.memory = replace(draft.memory, question="size")


def _products(draft: Draft, kind: str) -> Sequence[Product]:
    """The products that a question about a size is about."""
    targets = next((ids for ids in draft.applied.targets.values() if ids), ())
    ids = targets or draft.request.focus or draft.request.last_list
    fitting = [i for i in ids if sizes.product_kind(draft.context, i) == kind]
    return draft.context.shop.store.products(fitting[:3])


def _there(draft: Draft, product: Product, taken: Taken, group: str) -> str:
    """Whether a product is in stock in the size, and in what else."""
    title = product.title_in(draft.language)
    size = taken.sizes[0]
    labels = stock.all_sizes(draft, product)
    if not labels:
        return draft.say("size_unstated", title=title)
    found = stock.variant(draft, product, {"size": size})
    if found is None:
        values = draft.context.cards.values("size", labels, draft.language)
        label = label_of(draft, size)
        return draft.say("size_not_made", title=title, size=label, values=values)
    if found.available and not alike(found, product):
        values = draft.context.cards.values("color", found.attributes["color"], draft.language)
        label = label_of(draft, size)
        return draft.say("size_other_color", title=title, size=label, values=values)
    own = found.attributes.get("size", (size,))
    label = label_of(draft, size)
    if len(own) == 1 and read(own[0]) != read(size):
        label = f"{label} = {own[0]}"
    key = "size_in_stock" if stock.orderable(draft, found) else "size_sold_out"
    return draft.say(key, title=title, size=label)


def _by_chart(products: Sequence[Product], cm: float) -> tuple[str, bool]:
    """The size that a product's own chart gives for a measure."""
    for product in products:
        texts = [*product.description.values(), *product.attributes.get("size_chart", ())]
        for text in texts:
            rows = list(_CHART.finditer(text[:4000]))
            for row in rows if len(rows) > 1 else ():
                low = float(row["low"])
                if low - 0.5 <= cm <= float(row["high"] or low) + 0.5:
                    return row["size"].strip(), True
    return "", False


def _texts(draft: Draft, products: Sequence[Product]) -> list[str]:
    """What the shop writes about how products turn out."""
    found = []
    for product in products:
        for sentence in re.split(r"(?<=[。！？.!?])\s*|\n", product.description_in(draft.language)):
            if _RUNS.search(sentence):
                title = product.title_in(draft.language)
                found.append(draft.say("size_text", title=title, sentence=sentence.strip()[:160]))
                break
    return found


def _sizes_of(draft: Draft, products: Sequence[Product]) -> list[str]:
    lines = []
    for product in products:
        title = product.title_in(draft.language)
        if labels := stock.all_sizes(draft, product):
            values = draft.context.cards.values("size", labels, draft.language)
            lines.append(draft.say("size_comes_in", title=title, values=values))
        else:
            lines.append(draft.say("size_unstated", title=title))
    return lines
