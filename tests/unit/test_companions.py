"""What goes with a product, told by kinds, by shoppers, and said in a conversation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from actions.recommend.companions import Companions
from catalog.events import Event
from catalog.graph.complements import Complements, told_by_hand
from catalog.index.learn import learn_from_events
from catalog.lexicon import Lexicon
from tests.little_catalogue import product
from tests.talk import Talk, ids, turn_service

PRODUCTS = (
    product("dress", "Women Red Dress", "399", color="red", gender="female", occasion="party"),
    product("dress-2", "Women Blue Dress", "299", color="blue", gender="female"),
    product("heels", "Women Red Heels", "250", color="red", gender="female", occasion="party"),
    product("heels-2", "Women Black Heels", "150", color="black", gender="female"),
    product("brogues", "Men Black Oxfords", "350", color="black", gender="male"),
    product("clutch", "Red Clutch", "99", color="red"),
    product("kids", "Girls Pink Sandals", "89", color="pink", gender="female", age_group="kids"),
    product("kettle", "Electric Kettle", "129"),
    product("tea", "Green Tea", "35"),
    product("drill", "Cordless Drill", "299"),
)


@pytest.fixture()
def talk(tmp_path: Path) -> Talk:
    return Talk(turn_service(tmp_path / "shop", PRODUCTS))


def _companions(talk: Talk) -> tuple[Companions, dict[str, int]]:
    index = talk.service.context.index
    return Companions(index), index.position


def test_every_kind_told_by_hand_is_one_of_the_lexicon() -> None:
    known = {concept.id for concept in Lexicon.load().concepts("product_type")}
    told = told_by_hand()
    assert {kind for kind, others in told.items() for kind in (kind, *others)} <= known
    assert all(len(set(others)) == len(others) for others in told.values())
    assert not any(kind in others for kind, others in told.items())


def test_a_kind_goes_with_what_wider_kinds_go_with_but_with_no_kin() -> None:
    lexicon = Lexicon.load()
    complements = Complements({"dress": ["heels", "clutch"]}, lexicon)
    maxi, dress = complements.of(["maxi dress"]), complements.of(["dress"])
    assert dress["heels"] > dress["clutch"] > maxi["clutch"] > 0
    assert complements.of(["clutch"])["dress"] < dress["clutch"]
    assert complements.of(["kettle"]) == {}
    assert Complements({"dress": ["maxi dress"]}, lexicon).of(["dress"]) == {}


def test_companions_are_of_other_kinds_for_the_same_person_and_share_what_they_can(
    talk: Talk,
) -> None:
    companions, position = _companions(talk)
    everything = np.ones(len(position), bool)
    pool, parts = companions.scores(["dress"], everything)
    found = {id_: place for place, id_ in enumerate(position) if position[id_] in pool}
    assert set(found) == {"heels", "heels-2", "clutch"}
    at = {id_: int(np.flatnonzero(pool == position[id_])[0]) for id_ in found}
    assert parts["common"][at["heels"]] > parts["common"][at["heels-2"]]
    assert parts["variety"][at["heels"]] == 0 > parts["variety"][at["heels-2"]]


def test_where_nothing_is_known_to_go_with_it_nothing_is_said_to(talk: Talk) -> None:
    companions, position = _companions(talk)
    pool, parts = companions.scores(["drill"], np.ones(len(position), bool))
    assert len(pool) and not parts["goes_with"].any()
    assert companions.scores(["unknown"], np.ones(len(position), bool))[0].size == 0
    assert companions.bonds(["drill"], position["kettle"]) == []


def test_what_goes_with_a_shown_product(talk: Talk) -> None:
    talk.say("a dress")
    shown = list(talk.request.last_list)
    output = talk.say("what goes with the second?", "goes_with")
    assert talk.request.goes_with == (shown[1],)
    assert set(ids(output)) <= {"heels", "heels-2", "clutch"}
    assert len(ids(output)) >= 2
    assert "Dress" in output.reply.text.splitlines()[0]


def test_a_reason_names_the_kinds_and_what_both_have(talk: Talk) -> None:
    talk.say("a red dress")
    output = talk.say("what goes with it?", "goes_with")
    red = next(n for n, id_ in enumerate(ids(output), 1) if id_ == "heels")
    why = talk.say(f"why number {red}?", "why").reply.text
    assert "complete each other" in why and "in common with Women Red Dress" in why


def test_companions_can_be_narrowed_and_left(talk: Talk) -> None:
    talk.say("a red dress")
    talk.say("what goes with it?", "goes_with")
    assert set(ids(talk.say("only heels", "refine"))) == {"heels", "heels-2"}
    assert talk.request.goes_with == ("dress",)
    assert ids(talk.say("find a kettle", "find")) == ["kettle"]
    assert talk.request.goes_with == ()


def test_a_kind_that_is_shown_is_what_is_sought_where_the_other_is_pointed_at(talk: Talk) -> None:
    talk.say("a red dress")
    talk.say("what goes with it?", "goes_with")
    output = talk.say("which clutch goes with it?", "goes_with")
    assert ids(output) == ["clutch"] and talk.request.goes_with == ("dress",)
    talk.say("a red dress")
    talk.say("what goes with it?", "goes_with")
    talk.say("what goes with the clutch?", "goes_with")
    assert talk.request.goes_with == ("clutch",)


def test_a_named_kind_is_what_is_sought_and_a_price_limits_it(talk: Talk) -> None:
    talk.say("a red dress")
    assert ids(talk.say("which heels go with it?", "goes_with"))[0] == "heels"
    assert ids(talk.say("cheaper", "critique")) == ["heels-2"]
    assert ids(talk.say("undo", "undo")) == ["heels", "heels-2"]


def test_liking_a_product_and_asking_what_goes_with_it_does_both(talk: Talk) -> None:
    talk.say("a red dress")
    output = talk.say("i like the first, what goes with it", "like", intents=("like", "goes_with"))
    assert talk.request.liked == ("dress",)
    assert "heels" in ids(output)


def test_what_is_on_the_list_is_completed_and_not_shown_again(talk: Talk) -> None:
    talk.say("a red dress")
    talk.say("add it to my list", "list_add")
    assert "heels" in ids(talk.say("what goes with it?", "goes_with"))
    talk.say("add the heels to my list", "list_add")
    found = ids(talk.say("what goes with everything on my list", "goes_with"))
    assert talk.request.goes_with == talk.request.chosen == ("dress", "heels")
    assert found[0] == "clutch" and not {"dress", "heels"} & set(found)


def test_nothing_shown_yet_is_a_search(talk: Talk) -> None:
    assert "dress" in ids(talk.say("what goes with a red dress", "goes_with"))


def test_no_companion_is_said_to_be_none_and_no_more_no_more(talk: Talk) -> None:
    talk.say("a kettle")
    assert ids(talk.say("what goes with it?", "goes_with")) == ["tea"]
    output = talk.say("more", "more")
    assert not ids(output) and "Electric Kettle" in output.reply.text


def test_in_chinese(talk: Talk) -> None:
    talk.say("红色的裙子")
    output = talk.say("第一个配什么鞋", "goes_with")
    assert ids(output)[0] == "heels" and "搭配" in output.reply.text.splitlines()[0]


def _bought(visit: int, *products: str) -> list[Event]:
    return [
        Event(
            key=f"{visit}:{id_}",
            shopper_id=f"s{visit}",
            conversation_id=f"c{visit}",
            turn=1,
            kind="bought",
            product_id=id_,
            at=datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=visit),
        )
        for id_ in products
    ]


def test_what_shoppers_took_together_counts_more_than_what_is_told(tmp_path: Path) -> None:
    each_a_kind = [replace(one, product_type=(one.id,)) for one in PRODUCTS]
    context = turn_service(tmp_path / "shop", each_a_kind).context
    shop = context.shop
    events = [event for n in range(60) for event in _bought(n, "drill", "tea", "clutch")]
    events += [event for n in range(60, 200) for event in _bought(n, "heels", "brogues")]
    shop.store.append_events(events)
    assert learn_from_events(shop)
    newer = context.index.reload_if_changed()
    assert newer is not None
    companions = Companions(newer)
    pool, parts = companions.scores(["drill"], np.ones(len(newer.ids), bool))
    taken = {newer.ids[p] for p, goes in zip(pool, parts["goes_with"], strict=True) if goes}
    assert taken == {"tea", "clutch"}
    bond = companions.bonds(["drill"], newer.position["tea"])[0]
    assert (bond.how, bond.n, bond.with_id) == ("together", 60, "drill")


def test_like_one_of_the_companions_but_cheaper_is_of_its_kind(talk: Talk) -> None:
    talk.say("a red dress")
    shown = ids(talk.say("what goes with it?", "goes_with"))
    n = next(k for k, i in enumerate(shown, 1) if i.startswith("heels"))
    output = talk.say(f"something like number {n} but cheaper", "similar")
    assert output.request.category == ("heels",)
    assert output.request.goes_with == ()
