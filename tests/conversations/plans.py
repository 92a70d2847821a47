"""What a script can expect of several products that are wanted together: the ``plan`` of a reply.

``parts`` and ``lacks`` are names that are, or are not, among its parts; ``total_at_most`` is in the
shop's currency or in another, and is checked against the prices of the catalogue; ``met`` whether
the budget is kept; ``keeps`` and ``changes`` parts that have, or have not, the product of a turn.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Mapping

from .played import Played


def planned(p: Played, wanted: Mapping[str, Any]) -> list[str]:
    """One sentence for each thing wrong with the plan in the newest reply."""
    custom = p.now.custom("products")
    plan = custom.get("plan")
    if not plan:
        return [f"there is no plan: {p.now.text[:160]!r}"]
    now = _products(plan)
    wrong = [f"{n!r} is no part of {sorted(now)}" for n in wanted.get("parts", ()) if n not in now]
    wrong += [f"{name!r} is a part" for name in wanted.get("lacks", ()) if name in now]
    if list(now.values()) != p.now.ids:
        wrong.append(f"the parts {now} are not what is listed: {p.now.ids}")
    costs = sum(
        (p.fact(part["product"]).price or Decimal(0)) * part["count"] for part in plan["parts"]
    )
    if costs != Decimal(plan["total"]["amount"]):
        wrong.append(f"the total {plan['total']} is not the sum of the prices, {costs}")
    if "total_at_most" in wanted and costs > (limit := _amount(p, wanted["total_at_most"])):
        wrong.append(f"all cost {costs}, more than {limit}")
    if "met" in wanted and (plan["budget"] or {}).get("met") is not wanted["met"]:
        wrong.append(f"the budget is {plan['budget']}")
    for how, same in (("keeps", True), ("changes", False)):
        if how in wanted:
            before = _products(p.turns[wanted[how]["turn"] - 1].custom("products")["plan"])
            wrong += [
                f"{name!r} was {before.get(name)} and is {now.get(name)}"
                for name in wanted[how]["parts"]
                if (before.get(name) == now.get(name)) is not same
            ]
    return wrong


def _products(plan: Mapping[str, Any]) -> dict[str, str]:
    return {part["name"]: part["product"] for part in plan["parts"]}


def _amount(p: Played, said: Any) -> Decimal:
    if isinstance(said, str):
        amount, currency = said.split()
        return Decimal(amount) * p.catalogue.rates[currency]
    return Decimal(said)
