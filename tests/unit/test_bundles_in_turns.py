"""Several products wanted together, in conversations over a little shop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog.product import OUT_OF_STOCK
from catalog.shop import Shop
from tests.little_catalogue import product
from tests.talk import Talk, custom, ids, turn_service

PRODUCTS = (
    product("dress-red", "Women Red Dress", "300", color="red", gender="female"),
    product("dress-blue", "Women Blue Dress", "200", color="blue", gender="female"),
    product("dress-black", "Women Black Dress", "150", color="black", gender="female"),
    product("heels-red", "Women Red Heels", "180", color="red", gender="female"),
    product("heels-black", "Women Black Heels", "120", color="black", gender="female"),
    product("heels-blue", "Women Blue Heels", "90", color="blue", gender="female"),
    product("clutch-red", "Red Clutch", "100", color="red"),
    product("clutch-black", "Black Clutch", "60", color="black"),
    product("watch", "Women Silver Watch", "400", color="silver", gender="female"),
    product("gone", "Red Clutch Sold Out", "5", color="red", availability=OUT_OF_STOCK),
    product("brogues", "Men Brown Oxfords", "10", color="brown", gender="male"),
    product("kids", "Girls Pink Heels", "10", color="pink", gender="female", age_group="kids"),
    product("scarf", "Women Wool Scarf", "80", gender="female"),
    product("perfume", "Perfume for Women", "160", gender="female"),
    product("wallet", "Men Leather Wallet", "90", gender="male"),
    product("mens-watch", "Men Steel Watch", "250", gender="male"),
    product("puzzle", "Dinosaur Puzzle", "40", age_group="kids"),
    product("blocks", "Castle Building Blocks", "70", age_group="kids"),
    product("rod", "Fishing Hat for Men", "55", gender="male"),
    product("kettle", "Electric Kettle", "129"),
)
WEDDING = "an outfit for a wedding, for women, under 500 yuan"
GIFTS = "presents for my mum, my dad and my 8-year-old nephew, 400 yuan in all"


@pytest.fixture()
def talk(tmp_path: Path) -> Talk:
    return Talk(turn_service(tmp_path / "shop", PRODUCTS))


def _plan(output: Any) -> dict[str, Any]:
    return custom(output)["plan"]


def _by_part(output: Any) -> dict[str, str]:
    return {part["name"]: part["product"] for part in _plan(output)["parts"]}


def _total(output: Any) -> float:
    return float(_plan(output)["total"]["amount"])


def test_an_outfit_has_one_product_for_each_part_within_the_budget(talk: Talk) -> None:
    said = talk.say(WEDDING)
    assert custom(said)["type"] == "products" and list(_by_part(said).values()) == ids(said)
    assert set(_by_part(said)) == {"dress", "shoes", "bag"}
    prices = [float(item["price"]["amount"]) for item in custom(said)["items"]]
    assert _total(said) == sum(prices) <= 500 and _plan(said)["budget"]["met"]
    assert [item["part"]["name"] for item in custom(said)["items"]] == ["dress", "shoes", "bag"]
    for n, item in enumerate(custom(said)["items"], 1):
        assert f"{n}. " in said.reply.text and item["title"] in said.reply.text
    # What is not for her, sold out, or for children is never chosen.
    assert not {"gone", "brogues", "kids"} & set(ids(said))
    assert f"¥{_total(said):.0f}" in said.reply.text


def test_the_parts_go_together(talk: Talk) -> None:
    said = talk.say(WEDDING)
    colours = {id_.rsplit("-", 1)[-1] for id_ in ids(said)}
    assert colours in ({"red"}, {"black"}, {"blue", "black"}, {"red", "black"})


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("another dress", "dress"),
        ("not that bag", "bag"),
        ("I don't like the shoes", "shoes"),
        ("换一双鞋子", "shoes"),
        ("swap number 1", "dress"),
        ("I like everything except the bag", "bag"),
        ("can I see a different pair of shoes?", "shoes"),
    ],
)
def test_one_part_is_exchanged_and_the_rest_stays(talk: Talk, text: str, part: str) -> None:
    before = _by_part(talk.say(WEDDING))
    after = _by_part(talk.say(text, "refine"))
    assert after.pop(part) != before.pop(part)
    assert after == before


def test_a_cheaper_part_is_cheaper_and_a_colour_is_had(talk: Talk) -> None:
    before = talk.say(WEDDING)
    price = {i["part"]["name"]: float(i["price"]["amount"]) for i in custom(before)["items"]}
    cheaper = talk.say("a cheaper shoe", "critique")
    now = {i["part"]["name"]: float(i["price"]["amount"]) for i in custom(cheaper)["items"]}
    assert now["shoes"] < price["shoes"] and now["dress"] == price["dress"]
    red = talk.say("make the dress red", "refine")
    assert _by_part(red)["dress"] == "dress-red"
    assert _by_part(red)["bag"] == _by_part(cheaper)["bag"]


def test_parts_come_and_go_and_every_step_can_be_taken_back(talk: Talk) -> None:
    first = talk.say(WEDDING)
    without = talk.say("without the bag", "refine")
    assert set(_by_part(without)) == {"dress", "shoes"}
    added = talk.say("add a watch and make it 1000", "find")
    assert _by_part(added)["watch"] == "watch" and _plan(added)["budget"]["amount"] == "1000.00"
    assert _by_part(talk.say("back", "undo")) == _by_part(without)
    assert _by_part(talk.say("上一步", "undo")) == _by_part(first)
    assert "plan" not in custom(talk.say("back", "undo"))


def test_a_smaller_budget_changes_no_more_than_it_has_to_and_says_so(talk: Talk) -> None:
    talk.say(WEDDING)
    before = talk.say("make the dress red", "refine")
    assert 455 < _total(before) <= 500
    # Only the cheapest shoes and the cheapest bag are left beside a dress of 300.
    after = talk.say("make it 455", "budget")
    assert ids(after) == ["dress-red", "heels-blue", "clutch-black"] and _total(after) == 450
    changed = [n for n, id_ in _by_part(after).items() if _by_part(before)[n] != id_]
    assert changed and all(n in after.reply.text.lower() for n in changed)


def test_more_money_changes_nothing(talk: Talk) -> None:
    before = _by_part(talk.say(WEDDING))
    assert _by_part(talk.say("make it 5000", "budget")) == before


def test_a_budget_that_cannot_be_met_is_missed_openly_and_yes_takes_the_way_out(
    talk: Talk,
) -> None:
    said = talk.say("an outfit for a wedding with a dress, heels and a clutch, under 250 yuan")
    # The cheapest of each are 150, 90 and 60.
    assert _plan(said)["total"]["amount"] == "300.00"
    assert _plan(said)["budget"] | {"said": None} == {
        "amount": "250.00",
        "currency": "CNY",
        "met": False,
        "over": "50.00",
        "said": None,
    }
    assert "¥300" in said.reply.text and "¥50" in said.reply.text
    accepted = talk.say("yes", "affirm")
    assert _plan(accepted)["budget"]["met"] and _total(accepted) <= 300


def test_without_a_part_is_offered_where_that_helps(talk: Talk) -> None:
    said = talk.say("an outfit for a wedding with a dress, heels and a clutch, under 250 yuan")
    button = next(b for b in said.reply.buttons if "ithout" in b)
    after = talk.say(button, "refine")
    assert len(ids(after)) == 2 and _plan(after)["budget"]["met"]


def test_extras_that_nobody_named_are_left_out_for_the_budget_and_that_is_said(talk: Talk) -> None:
    said = talk.say("an outfit for a wedding, for women, under 250 yuan")
    assert set(_by_part(said)) == {"dress", "shoes"} and _total(said) <= 250
    assert "bag" in said.reply.text


def test_what_there_is_not_is_said_and_the_rest_stays(talk: Talk) -> None:
    before = talk.say(WEDDING)
    said = talk.say("make the dress purple", "refine")
    assert "plan" not in custom(said) and "purple" in said.reply.text.lower()
    assert talk.request.bundle is not None
    assert list(talk.request.last_list) == ids(before)
    said = talk.say("add a tent", "find")
    assert "tent" in said.reply.text.lower() and talk.request.last_list == tuple(ids(before))


def test_a_wish_of_all_parts_is_one_of_each(talk: Talk) -> None:
    talk.say(WEDDING)
    assert set(ids(talk.say("all in black", "refine"))) == {
        "dress-black",
        "heels-black",
        "clutch-black",
    }


def test_presents_suit_those_who_get_them(talk: Talk) -> None:
    said = talk.say(GIFTS)
    found = _by_part(said)
    assert set(found) == {"mother", "father", "nephew"} and _total(said) <= 400
    assert found["nephew"] in ("puzzle", "blocks")
    assert found["father"] in ("wallet", "mens-watch", "rod")
    assert found["mother"] in ("scarf", "perfume", "watch", "clutch-red", "clutch-black")


def test_presents_are_refined_person_by_person(talk: Talk) -> None:
    before = _by_part(talk.say(GIFTS))
    fishing = _by_part(talk.say("for dad something about fishing", "refine"))
    assert fishing["father"] == "rod"
    assert {**fishing, "father": before["father"]} == before
    scarf = _by_part(talk.say("a scarf for my mum", "refine"))
    assert scarf["mother"] == "scarf" and scarf["nephew"] == before["nephew"]
    nobody = _by_part(talk.say("nothing for my nephew", "refine"))
    assert set(nobody) == {"mother", "father"}
    assert set(_by_part(talk.say("add my sister", "find"))) == {"mother", "father", "sister"}


def test_chinese_presents_are_refined_in_chinese(talk: Talk) -> None:
    talk.say("给爸爸妈妈各挑一份礼物，一共400元")
    talk.say("给爸爸换成钱包", "refine")
    output = talk.say("妈妈的要香水", "refine")
    assert _by_part(output) == {"father": "wallet", "mother": "perfume"}
    assert "合计 ¥250" in output.reply.text
    assert set(_by_part(talk.say("不用给爸爸了", "refine"))) == {"mother"}


def test_the_list_can_be_pointed_at_as_any_other(talk: Talk) -> None:
    shown = ids(talk.say(WEDDING))
    assert talk.say("why number 1?", "why").reply.text
    talk.say("I'll take number 2", "list_add")
    assert talk.request.chosen == (shown[1],) and talk.request.bundle is not None
    compared = talk.say("compare 1 and 2", "compare")
    assert custom(compared)["type"] == "comparison" and talk.request.bundle is not None
    told = talk.say("tell me about the second one", "details")
    assert [item["id"] for item in custom(told)["items"]] == [shown[1]]


def test_nothing_is_called_asked_for_that_was_not(talk: Talk) -> None:
    talk.say("an outfit for a wedding under 500 yuan")
    assert "you asked" not in talk.say("why number 1?", "why").reply.text


def test_what_is_said_of_nothing_in_particular_is_about_the_part_spoken_of_last(talk: Talk) -> None:
    before = _by_part(talk.say(WEDDING))
    talk.say("other shoes", "refine")
    after = _by_part(talk.say("in red please", "refine"))
    assert after == {**before, "shoes": "heels-red"}


def test_another_kind_takes_the_place_of_a_part(talk: Talk) -> None:
    before = _by_part(talk.say("gifts for my dad and my mum, 600 yuan in all, a wallet for dad"))
    talk.say("a wallet for dad", "refine")
    after = _by_part(talk.say("swap the wallet for a watch", "refine"))
    assert after == {**before, "father": "mens-watch"}


def test_a_dress_is_worn_without_trousers_and_trousers_with_a_shirt(tmp_path: Path) -> None:
    more = (
        product("jeans", "Women Blue Jeans", "110", color="blue", gender="female"),
        product("tee", "Women White T-Shirt", "50", color="white", gender="female"),
    )
    talk = Talk(turn_service(tmp_path / "shop", (*PRODUCTS, *more)))
    talk.say(WEDDING)
    jeans = ids(talk.say("jeans instead of the dress", "refine"))
    assert {"jeans", "tee"} <= set(jeans) and not any(i.startswith("dress") for i in jeans)
    dress = ids(talk.say("I'd rather have a dress than jeans", "refine"))
    assert not {"jeans", "tee"} & set(dress) and any(i.startswith("dress") for i in dress)


def test_what_was_left_out_can_come_back(talk: Talk) -> None:
    talk.say(WEDDING)
    assert set(_by_part(talk.say("no bag", "refine"))) == {"dress", "shoes"}
    said = talk.say("without the tent", "refine")
    assert "tent" in said.reply.text and talk.request.bundle is not None
    assert set(_by_part(talk.say("put a clutch back", "refine"))) == {"dress", "shoes", "clutch"}


def test_a_question_about_a_part_changes_nothing(talk: Talk) -> None:
    shown = ids(talk.say(WEDDING))
    talk.say("is the dress red?", "details")
    assert talk.request.last_list == tuple(shown) and talk.request.bundle is not None
    assert ids(talk.say("how much is it all together?", "details")) == shown
    assert _by_part(talk.say("can the dress be red?", "refine"))["dress"] == "dress-red"


def test_another_set_takes_the_place_of_the_one_that_is_open(talk: Talk) -> None:
    talk.say(WEDDING)
    assert set(_by_part(talk.say(GIFTS, "gift"))) == {"mother", "father", "nephew"}
    listed = talk.say("a dress, heels and a clutch, 600 in total", "find")
    assert set(_by_part(listed)) == {"dress", "heels", "clutch"}


def test_clothes_for_a_child_are_no_grown_up_s(talk: Talk) -> None:
    said = talk.say("a birthday outfit for my daughter, she is 8")
    assert not set(ids(said)) - {"kids"}


def test_another_search_and_starting_over_end_it(talk: Talk) -> None:
    shown = ids(talk.say(WEDDING))
    kettle = talk.say("I need an electric kettle", "find")
    assert ids(kettle) == ["kettle"] and talk.request.bundle is None
    assert ids(talk.say("back", "undo")) == shown and talk.request.bundle is not None
    talk.say("start over", "start_over")
    assert talk.request.bundle is None


def test_a_shop_that_has_none_of_it_says_so(tmp_path: Path) -> None:
    grocer = Talk(turn_service(tmp_path / "shop", (product("tea", "Green Tea", "30"),)))
    said = grocer.say("put together an outfit for a wedding")
    assert "plan" not in custom(said) and not ids(said) and grocer.request.bundle is None
    assert said.reply.text.strip()


def test_prices_and_stock_are_those_of_the_store(talk: Talk) -> None:
    shop: Shop = talk.service.context.shop
    dress = _by_part(talk.say(WEDDING))["dress"]
    dearer = next(p for p in PRODUCTS if p.id == dress)
    sold_out = product(dress, dearer.title["en"], "1", gender="female", availability=OUT_OF_STOCK)
    shop.store.upsert_products([sold_out])
    again = Talk(talk.service).say(WEDDING)
    assert dress not in ids(again) and len(ids(again)) == 3


@pytest.mark.parametrize(
    "text",
    [
        "gifts for 200 recipients and 300 friends under 0 dollars",
        "gifts for 200 friends under 500 yuan",
        "an outfit for NaN dollars",
        "an outfit for work for $0",
        "an outfit for women under 1e999 yuan",
        "outfit " * 150,
        "给爸爸" * 100 + "买礼物一共300元",
        "an outfit for a wedding; DROP TABLE products; --",
        "presents for my mum and my mum and my mum, -50 in all",
        "everything for a {party} under {budget}",
    ],
)
def test_strange_orders_get_a_sensible_answer(talk: Talk, text: str) -> None:
    said = talk.say(text)
    assert said.reply.text.strip() and len(ids(said)) <= 8
    assert len(set(ids(said))) == len(ids(said))
    for follow in ("without number 99", "make it -1", "add everything", "make it 0", "not the"):
        talk.say(follow, "refine")


def test_a_currency_without_a_rate_is_asked_about_and_never_taken_for_another(talk: Talk) -> None:
    said = talk.say("an outfit for a wedding, for women, under 500 GBP")
    assert "GBP" in said.reply.text and _plan(said)["budget"] is None
    assert _plan(talk.say("make it 500", "budget"))["budget"]["amount"] == "500.00"
