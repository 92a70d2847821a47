"""That several products are wanted together, read from what people say."""

from __future__ import annotations

from typing import Optional

import pytest
import yaml

from actions.replies.texts import NLU_DATA
from actions.request.bundle import GIFTS, LISTED, OUTFIT, SETUP, Bundle
from actions.request.bundles.opening import opening
from actions.request.bundles.people import people
from actions.request.bundles.wishes import MOST
from actions.request.types import Request
from catalog.lexicon import Lexicon
from catalog.product import LANGUAGES
from catalog.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(Lexicon.load(), {}, {"gender": 1, "price": 1, "product_type": 1})


def _bundle(text: str, vocabulary: Vocabulary) -> Optional[Bundle]:
    found = opening(text, vocabulary)
    return found.bundle if found else None


@pytest.mark.parametrize(
    ("text", "form", "name", "limit", "currency"),
    [
        ("put together an outfit for a summer wedding under $200", OUTFIT, "wedding", 200, "USD"),
        ("I need a whole look for the office, men", OUTFIT, "office", None, None),
        ("what should I wear to the gym? max 80 dollars", OUTFIT, "sport", 80, "USD"),
        ("office look for men under 5000", OUTFIT, "office", 5000, None),
        ("帮我搭一套500元以内的通勤穿搭", OUTFIT, "office", 500, "CNY"),
        ("公司面试穿什么好？男生，预算1500", OUTFIT, "office", 1500, None),
        ("周末约会穿什么好，女生，预算1000", OUTFIT, "party", 1000, None),
        ("a camping set-up for two below $300", SETUP, "camping", 300, "USD"),
        ("everything for a home office", SETUP, "home office", None, None),
        ("what do I need for camping with 4 people", SETUP, "camping", None, None),
        ("配一套书房用品", SETUP, "study", None, None),
        ("想去露营，两个人，1500以内，帮我配齐装备", SETUP, "camping", 1500, None),
        ("a tent, two sleeping bags and a lantern for under 2000 total", LISTED, "", 2000, None),
    ],
)
def test_an_outfit_or_a_set_up_is_read_with_its_budget(
    text: str,
    form: str,
    name: str,
    limit: Optional[float],
    currency: Optional[str],
    vocabulary: Vocabulary,
) -> None:
    found = _bundle(text, vocabulary)
    assert found is not None and (found.form, found.name) == (form, name)
    assert len(found.parts) >= 3
    if limit is None:
        assert found.budget is None
    else:
        assert found.budget is not None and found.budget.value == limit
        assert found.budget.op == "at_most" and found.budget.currency == currency


@pytest.mark.parametrize(
    ("text", "whom", "limit"),
    [
        (
            "presents for my mum, my dad and my 8-year-old nephew, $150 in all",
            ["mother", "father", "nephew"],
            150,
        ),
        ("给爸爸妈妈和女儿各挑一份礼物，一共300元", ["mother", "father", "daughter"], 300),
        ("gifts for my three kids aged 3, 5 and 9, 30 each", ["child"] * 3, None),
        ("给老公和儿子买礼物，每人100元以内", ["husband", "son"], None),
        ("christmas presents for my parents and two sisters, budget 1000",
         ["mother", "father", "sister", "sister"], 1000),
    ],
)  # fmt: skip
def test_presents_have_a_part_for_everybody(
    text: str, whom: list[str], limit: Optional[float], vocabulary: Vocabulary
) -> None:
    found = _bundle(text, vocabulary)
    assert found is not None and found.form == GIFTS
    assert sorted(part.person for part in found.parts) == sorted(whom)
    assert len({part.name for part in found.parts}) == len(whom)
    assert (found.budget.value if found.budget else None) == limit


def test_an_amount_for_each_is_a_limit_of_every_part(vocabulary: Vocabulary) -> None:
    found = _bundle("gifts for my three kids aged 3, 5 and 9, 30 each", vocabulary)
    assert found is not None and found.budget is None
    limits = [c.value for p in found.parts for c in p.constraints if c.attribute == "price"]
    ages = [c.value for p in found.parts for c in p.constraints if c.attribute == "age_group"]
    assert limits == [30.0] * 3 and ages == ["toddler", "kids", "kids"]


def test_what_is_said_of_somebody_is_theirs(vocabulary: Vocabulary) -> None:
    text = "gifts for my mum who loves tea and my dad who likes fishing, 500 in total"
    found = _bundle(text, vocabulary)
    assert found is not None
    mother, father = (found.part(name) for name in ("mother", "father"))
    assert mother is not None and mother.kinds == ("tea",)
    assert father is not None and "fishing" in father.text and not father.kinds


def test_things_that_are_named_take_the_places_of_a_set(vocabulary: Vocabulary) -> None:
    found = _bundle("an outfit with a red dress and black shoes, 800 budget", vocabulary)
    assert found is not None
    by_kind = {part.kinds: part for part in found.parts}
    assert [c.value for c in by_kind[("dress",)].constraints] == ["red"]
    assert [c.value for c in by_kind[("footwear",)].constraints] == ["black"]
    # Neither a top nor trousers are worn with a dress.
    assert not {"top", "bottom"} & {part.name for part in found.parts}


@pytest.mark.parametrize(
    "text",
    [
        "a red dress under 300",
        "I want to look for shoes",
        "please look for men shoes",
        "does this look good on me?",
        "a gift for my mom",
        "给妈妈买个礼物",
        "do you have camping chairs",
        "show me everything",
        "set of plates under 50",
        "我想买一套床品四件套",
        "an office chair and a desk",
        "where is my order for my wife and son",
        "",
        "?!",
    ],
)
def test_one_thing_is_looked_for_as_ever(text: str, vocabulary: Vocabulary) -> None:
    assert opening(text, vocabulary) is None


def test_what_people_say_of_other_matters_is_no_plan(vocabulary: Vocabulary) -> None:
    """The examples of intents that look for nothing new hold no plan."""
    read = []
    for language in LANGUAGES:
        path = NLU_DATA / language / "nlu.yml"
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if block.get("intent") in (None, "find", "gift", "goes_with"):
                continue
            lines = [line[2:].strip() for line in block["examples"].split("\n") if line]
            read += [text for text in lines if opening(text, vocabulary)]
    assert read == []


def test_more_people_than_can_be_planned_for_are_counted(vocabulary: Vocabulary) -> None:
    found = opening("gifts for 200 friends under $500", vocabulary)
    assert found is not None and len(found.bundle.parts) == MOST and found.beyond == 200 - MOST


@pytest.mark.parametrize("amount", ["0", "NaN", "-5", "1e999", "∞", "9" * 400, "0.0.0", "零"])
def test_strange_amounts_are_read_without_harm(amount: str, vocabulary: Vocabulary) -> None:
    for text in (f"an outfit for work for ${amount}", f"给爸爸妈妈买礼物，一共{amount}元"):
        found = _bundle(text, vocabulary)
        assert found is not None
        assert found == Bundle.from_json(found.to_json())
        if found.budget is not None:
            assert all(0 <= float(v) < float("inf") for v in found.budget.values)


def test_a_bundle_survives_json_within_a_request(vocabulary: Vocabulary) -> None:
    found = _bundle("gifts for my mum who loves tea and my dad, 50 each", vocabulary)
    request = Request(bundle=found, last_list=("a", "b"))
    assert Request.from_json(request.to_json()) == request


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("8岁的侄子和奶奶", [("nephew", (8.0,)), ("grandmother", ())]),
        ("my son (6) and daughter (9)", [("son", (6.0,)), ("daughter", (9.0,))]),
        ("my grandson and my grandma", [("son", ()), ("grandmother", ())]),
        ("a person from my office", []),
        ("爸妈", [("mother", ()), ("father", ())]),
    ],
)
def test_people_are_named_with_their_ages(
    text: str, named: list[tuple[str, tuple[float, ...]]]
) -> None:
    assert [(one.person, one.ages) for one in people(text)] == named


@pytest.mark.parametrize(
    "text",
    [
        "pink cotton baby clothes below 100 as a gift for my nephew",
        "给刚出生的宝宝挑个礼物 蓝的婴儿衣服",
        "送儿子的橙色的女童裙子",
        "给宝宝买预算150的纯棉宝宝裙子",
        "something to wear at home",
    ],
)
def test_one_present_is_one_search(text: str, vocabulary) -> None:
    assert opening(text, vocabulary) is None
