"""Simulated shoppers: what they want, what they say, and by what they judge."""

from __future__ import annotations

import random
import re
from decimal import Decimal
from itertools import chain

import pytest

from bot.evaluate.simulate.agent import AgentAct, HttpAgent
from bot.evaluate.simulate.baselines import PAGE, PopularEndpoint
from bot.evaluate.simulate.endpoint import PRODUCTS, Question, Reply, RestEndpoint
from bot.evaluate.simulate.facts import (
    BRAND,
    COLOR,
    KIND,
    PRICE,
    TRAITS,
    WHOM,
    Sheet,
    near,
    sheets,
    table,
    value_in,
)
from bot.evaluate.simulate.figures import ahead, figures, led
from bot.evaluate.simulate.goals import (
    ENOUGH,
    POPULAR,
    Goal,
    changed,
    draw_goals,
    limit_for,
)
from bot.evaluate.simulate.personas import PERSONAS
from bot.evaluate.simulate.play import Played, Turn, play
from bot.evaluate.simulate.shopper import Habits, Pager, Shopper
from bot.evaluate.simulate.slips import misspelt
from bot.evaluate.simulate.violations import of_the_request, of_what_was_said
from bot.evaluate.simulate.wording import LANGUAGES, Wording, bank
from catalog.errors import ShoptalkError
from catalog.product import Money, Product
from tests.unit.test_nlu_data import examples, in_context, key

COLORS = ("Red", "Navy Blue", "Black", "Olive Green")


def product(id: str, title: str, price: str = "500", **more: object) -> Product:
    fields = {"brand": "Acme", "attributes": {"gender": ("Women",)}, **more}
    money = Money(Decimal(price), "INR") if price else None
    return Product(id=id, title={"en": title}, language="en", price=money, **fields)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def catalogue() -> dict[str, Sheet]:
    """Shirts and dresses in four colours, plain and printed, dear and cheap, of two brands."""
    products = [
        product(
            f"{kind[:2]}{n}",
            f"{brand} Women {COLORS[n % 4]} {('Solid', 'Printed')[n // 4 % 2]} {kind}",
            price=str(400 + 100 * (n % 7)),
            brand=brand,
            description={"en": f"Has a round neck and {('long', 'short')[n % 2]} sleeves"},
        )
        for kind in ("Shirt", "Dress")
        for n in range(24)
        for brand in (("Acme", "Bobo")[n % 2],)
    ]
    return sheets(products)


def goal_of(sheet: Sheet, **facts: object) -> Goal:
    return Goal(0, sheet.id, sheet.group, {KIND: "shirt", **facts}, (KIND,))


def shopper_of(catalogue, goal, language="en", seed=0, kind=Shopper, **habits) -> Shopper:
    return kind(goal, catalogue, language, Habits(**habits), random.Random(seed))


# What the feed says


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Acme Women Blue Shirt Dress", "dress"),
        ("Acme Men Leather Formal Derbys", "formal shoes"),
        ("Acme Men White T-shirt", "t-shirt"),
        ("Acme Women Red Kurta with Palazzos", "kurta"),
        ("Acme Women Denim Jacket", "jacket"),
        ("Acme Women Printed Dress Material", "dress material"),
        ("Acme Women Solid Hooded Sweatshirt", "sweatshirt"),
    ],
)
def test_the_last_kind_in_a_title_is_what_the_product_is(title, kind):
    assert sheets([product("p", title)])["p"].values[KIND] == {kind}


def test_the_title_is_believed_before_the_column():
    row = product("p", "Acme Women Peach-Coloured Solid Top", attributes={"color": ("Red",)})
    assert sheets([row])["p"].values[COLOR] == {"peach"}


def test_a_product_contradicts_only_what_its_row_denies():
    sheet = sheets([product("p", "Acme Women Blue Printed Shirt", price="500")])["p"]
    assert sheet.contradicts(COLOR, "red")
    assert not sheet.contradicts(COLOR, "navy"), "blue may be navy"
    assert not sheet.contradicts("material", "cotton"), "nothing is said of it"
    assert not sheet.contradicts("pattern", "floral"), "a print may be one of flowers"
    assert sheet.contradicts(PRICE, 499) and not sheet.contradicts(PRICE, 500)
    assert not sheet.meets("material", "cotton")


def test_children_are_not_men_or_women():
    boys = product("p", "Boys Shirt", attributes={"gender": ("male",), "age_group": ("kids",)})
    assert sheets([boys])["p"].values[WHOM] == {"boys"}


def test_every_value_can_be_read_and_said():
    for attribute, values in table().items():
        for value, named in values.items():
            assert named.near <= set(values), (attribute, value)
            if not named.never:
                assert set(named.names) == set(LANGUAGES), (attribute, value)
            if attribute in (KIND, *TRAITS):
                assert named.pattern is not None, (attribute, value)


def test_what_a_value_is_called_is_read_as_the_value():
    for attribute, values in table().items():
        for value, named in values.items():
            for name in chain.from_iterable(named.names.values()):
                read = value_in(attribute, name)
                assert read == value or read in near(attribute, value), (attribute, value, name)


# Goals


def test_a_goal_is_met_by_its_target_and_the_same_seed_draws_it_again(catalogue):
    goals = draw_goals(catalogue, 40, seed=3)
    assert goals == draw_goals(catalogue, 40, seed=3) != draw_goals(catalogue, 40, seed=4)
    for goal in goals:
        target = catalogue[goal.target]
        assert goal.misses(target) == [] and goal.accepts(target)
        assert {KIND} <= set(goal.stated) <= set(goal.facts)
        assert 2 <= len(set(goal.facts) - {KIND, WHOM}) <= 5
        assert 1 <= len(set(goal.stated) - {KIND}) <= 2


def test_a_goal_accepts_what_is_as_good_and_nothing_less(catalogue):
    goal = goal_of(catalogue["Sh0"], color="red", pattern="solid", price=700.0)
    accepted = {s.id for s in catalogue.values() if goal.accepts(s)}
    assert accepted == {
        i
        for i, s in catalogue.items()
        if i.startswith("Sh") and "Red Solid" in s.title and s.price <= 700
    } | {"Sh0"}


def test_popular_products_are_drawn_more_often():
    products = [
        product(f"p{n}", "Acme Women Red Solid Shirt", rating=5.0, rating_count=1000 * (n == 7))
        for n in range(ENOUGH)
    ]
    drawn = [g.target for g in draw_goals(sheets(products), 100, 0, POPULAR)]
    assert drawn.count("p7") > 80


def test_a_changed_goal_is_met_by_a_product_too(catalogue):
    goal = goal_of(catalogue["Sh0"], whom="women", color="red", pattern="solid")
    new, attribute = changed(goal, catalogue, [COLOR], random.Random(0))
    assert attribute == COLOR and new.facts[COLOR] != "red"
    assert new.accepts(catalogue[new.target])


def test_a_feed_that_tells_nothing_is_named():
    with pytest.raises(ShoptalkError, match=r"values\.yml"):
        draw_goals(sheets([product("p", "Thing")]), 1, 0)
    with pytest.raises(ShoptalkError, match="uniform or popular"):
        draw_goals({}, 1, 0, "random")


@pytest.mark.parametrize("price", [3.0, 99.0, 799.0, 12999.0])
def test_a_limit_is_a_round_sum_above_the_price(price):
    limit = limit_for(price, random.Random(1))
    assert price < limit < 2 * price and limit == int(limit)


# Words


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_a_dozen_ways_to_do_everything(language):
    assert set(bank(language)) == set(bank("en"))
    for act, templates in bank(language).items():
        assert len(set(templates)) == len(templates) >= 12, act


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_shopper_says_what_the_assistant_learned_from(language):
    learned = {key(text) for _, text in examples(language)}
    learned |= {key(text) for _, _, text in in_context(language)}
    named = {
        key(name)
        for values in table().values()
        for value in values.values()
        for name in value.names.get(language, ())
    }
    words = "|".join(map(re.escape, sorted(named)))
    shared = []
    for act, templates in bank(language).items():
        for template in templates:
            if not re.search(r"\w", re.sub(r"\{\w+\}", "", template)):
                continue
            number = r"\d+" if act.endswith("_price") else r"under \d+|\d+以内"
            value = rf"(?:{words}|{number})"
            parts = re.split(r"\{(\w+)\}", key(template))
            pattern = "".join(
                re.escape(part)
                if not n % 2
                else (".+" if part in ("what", "a_what", "old") else value)
                for n, part in enumerate(parts)
            )
            shared += [(act, template, t) for t in learned if re.fullmatch(pattern, t)]
    assert shared == []


def test_a_phrase_comes_again_only_when_all_others_were_used():
    wording = Wording("en", random.Random(0))
    n = len(bank("en")["more"])
    assert len({wording.say("more") for _ in range(n)}) == n


def test_a_thing_is_described_as_people_do():
    facts = {KIND: "shirt", WHOM: "men", COLOR: "black", PRICE: 800.0, "sleeve": "long"}
    said = Wording("en", random.Random(0)).what(facts)["a_what"]
    assert re.fullmatch(r"a black shirt with (long|full) sleeves for (men|a man) under 800", said)
    chinese = Wording("zh", random.Random(0)).what(facts)["what"]
    assert re.fullmatch(r"800以内的男(士)?黑色长袖(衬衫|衬衣)", chinese)


@pytest.mark.parametrize(("text", "language"), [("navy shirt please", "en"), ("蓝色衬衫", "zh")])
def test_a_slip_changes_a_word_and_leaves_the_rest(text, language):
    slipped = [misspelt(text, language, random.Random(n)) for n in range(20)]
    assert all(s != text or language == "en" for s in slipped) and len(set(slipped)) > 1
    assert all(abs(len(s) - len(text)) <= 1 for s in slipped)
    assert misspelt("12 XL", language, random.Random(0)) == "12 XL"


# Behaviour


def shown(*ids: str, asked: str = "", options: tuple[str, ...] = ()) -> Reply:
    question = Question(asked, options) if asked else None
    return Reply(text="…", items=ids, question=question, kind=PRODUCTS)


def test_a_question_is_answered_by_what_is_wanted(catalogue):
    goal = goal_of(catalogue["Sh0"], color="red", pattern="solid")
    for seed in range(10):
        shopper = shopper_of(catalogue, goal, seed=seed)
        shopper.open()
        said = shopper.answer(shown("Sh1", asked="color", options=("blue", "red")))
        assert (said.act, said.attribute) == ("answer", COLOR) and "red" in said.text.lower()
        assert shopper.said[COLOR] == "red"


def test_a_question_about_nothing_that_matters_is_answered_so(catalogue):
    shopper = shopper_of(catalogue, goal_of(catalogue["Sh0"], color="red"))
    shopper.open()
    assert shopper.answer(shown("Sh1", asked="season", options=("summer",))).act == "dont_care"


def test_who_always_knows_nothing_never_answers(catalogue):
    shopper = shopper_of(catalogue, goal_of(catalogue["Sh0"], color="red"), unknown=1.0)
    shopper.open()
    assert shopper.answer(shown("Sh1", asked="color")).act == "dont_know"
    assert COLOR not in shopper.said


def test_who_looks_names_what_is_wrong(catalogue):
    goal = goal_of(catalogue["Sh0"], color="red")
    for seed in range(10):
        shopper = shopper_of(catalogue, goal, seed=seed, volunteers=1.0)
        shopper.open()
        said = shopper.answer(shown("Sh1", "Sh2"))
        assert said.attribute == COLOR and said.act in ("critique", "like_but")


def test_who_does_not_volunteer_only_refuses(catalogue):
    goal = goal_of(catalogue["Sh0"], color="red")
    for seed in range(10):
        shopper = shopper_of(catalogue, goal, seed=seed, volunteers=0.0)
        shopper.open()
        assert shopper.answer(shown("Sh1", "Sh2")).act in ("more", "reject_all", "reject_one")


def test_a_wrong_answer_is_judged_by_the_true_goal_and_corrected_in_time(catalogue):
    goal = goal_of(catalogue["Sh0"], color="red", pattern="solid")
    shopper = shopper_of(catalogue, goal, wrong=1.0)
    shopper.open()
    shopper.answer(shown("Sh1", asked="color", options=("red", "black", "green")))
    assert shopper.said[COLOR] in ("black", "green") and shopper.goal.facts[COLOR] == "red"
    said = [shopper.answer(shown("Sh1")) for _ in range(12)]
    assert any(s.act == "correct" and s.attribute == COLOR for s in said)
    assert shopper.said[COLOR] == "red"


def test_who_changes_their_mind_wants_the_new_thing(catalogue):
    goal = Goal(0, "Sh0", "Sh0", {KIND: "shirt", COLOR: "red"}, (KIND, COLOR))
    shopper = shopper_of(catalogue, goal, changes=1.0)
    shopper.open()
    acts = [shopper.answer(shown("Sh1")).act for _ in range(3)]
    assert acts.count("change") == 1
    assert shopper.goal.facts[COLOR] == shopper.said[COLOR] != "red"


def test_another_kind_of_thing_is_refused_first(catalogue):
    shopper = shopper_of(catalogue, goal_of(catalogue["Sh0"], color="red"))
    shopper.open()
    said = shopper.answer(shown("Dr0", "Dr1"))
    assert (said.act, said.attribute) == ("critique", KIND)


@pytest.mark.parametrize("name", PERSONAS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_those_who_do_not_help_always_have_something_to_say(catalogue, name, language):
    goal = draw_goals(catalogue, 1, 0)[0]
    shopper = shopper_of(catalogue, goal, language, kind=PERSONAS[name])
    said = [shopper.open(), *(shopper.answer(shown("Sh1", asked="color")) for _ in range(30))]
    assert all(s.text and "{" not in s.text for s in said)
    assert {s.act for s in said[1:]} == {name}


# Conversations


class Feed:
    """An endpoint that shows the feed, three products a message."""

    def __init__(self, catalogue, request=None):
        self.ids, self.request, self.heard = list(catalogue), request or {}, []

    def say(self, sender: str, text: str) -> Reply:
        self.heard.append((sender, text))
        page = len(self.heard) - 1
        items = tuple(self.ids[3 * page : 3 * page + 3])
        return Reply(text=f"page {page}", items=items, request=self.request, ms=float(page))


def test_the_same_seed_says_the_same_things(catalogue):
    def heard(seed: int) -> list:
        feed = Feed(catalogue)
        goal = draw_goals(catalogue, 1, 5)[0]
        habits = {"wrong": 0.3, "typos": 0.5, "changes": 0.5}
        play(
            shopper_of(catalogue, goal, seed=seed, **habits), feed, "s", 8, Played(goal, "en", "x")
        )
        return feed.heard

    assert heard(1) == heard(1) != heard(2)


def test_a_conversation_ends_with_what_was_sought(catalogue):
    goal = goal_of(catalogue["Sh4"], color="red", pattern="printed")
    played = play(
        shopper_of(catalogue, goal, kind=Pager), Feed(catalogue), "s", 8, Played(goal, "en", "x")
    )
    assert (played.found, played.target, len(played.turns)) == (2, 2, 2)
    assert played.ended == "found" and all(t.new == 3 for t in played.turns)


def test_popular_products_come_first(catalogue):
    goal = goal_of(catalogue["Sh0"])
    endpoint = PopularEndpoint([goal], catalogue, {"Sh9": 2.0, "Dr9": 9.0, "Sh8": 1.0})
    first, second = endpoint.say("x-0", "anything"), endpoint.say("x-0", "more")
    assert first.items[:2] == ("Sh9", "Sh8") and len(first.items) == PAGE
    assert not set(first.items) & set(second.items)


def test_figures_of_a_known_few(catalogue):
    goal = goal_of(catalogue["Sh0"])

    def one(found, *texts) -> Played:
        feed = Feed(catalogue)
        played = Played(goal, "en", "x", found=found)
        shopper = shopper_of(catalogue, goal, kind=Pager)
        shopper.open()
        for text in texts:
            reply = Reply(text=text, items=("Sh1",) if text == "same" else (), ms=10.0)
            played.turns.append(Turn(shopper.answer(feed.say("s", "…")), reply, new=0))
        return played

    some = [one(2, "a", "b"), one(None, "same", "same", "same")]
    told = figures(some, (1, 3))
    assert told["found@1"] == 0 and told["found@3"] == 0.5
    assert told["turns"] == (2 + 4) / 2 and told["turns_if_found"] == 2
    assert told["p50_ms"] == 10.0 and told["violations"]["products"] == 3
    assert led(some)["circles"] == led(some)["same_list"] == 0.5
    difference = ahead(some, some[::-1], 3, 3, seed=0)["found@3"]
    assert difference["mean"] == 0 and difference["low"] < 0 < difference["high"]


# Violations


def constraint(attribute: str, value: object, op: str = "is", **more: object) -> dict:
    return {"constraints": [{"attribute": attribute, "op": op, "value": value, **more}]}


@pytest.mark.parametrize(
    ("request_", "breaks"),
    [
        (constraint("color", "red"), True),
        (constraint("color", ["red", "blue"]), False),
        (constraint("color", "navy"), False),
        (constraint("color", "red", hard=False), False),
        (constraint("color", "blue", op="is_not"), True),
        (constraint("price", 499, op="at_most"), True),
        (constraint("price", 499, op="at_most", currency="USD"), False),
        (constraint("price", [400, 600], op="between"), False),
        (constraint("price", "cheap", op="at_most"), False),
        (constraint("product_type", "dress"), True),
        (constraint("product_type", "spaceship"), False),
        (constraint("gender", "male"), True),
        (constraint("brand", "Bobo"), True),
        (constraint("brand", "ACME"), False),
        ({"constraints": ["nonsense", None]}, False),
        ({}, False),
    ],
)
def test_what_breaks_a_request(request_, breaks):
    sheet = sheets([product("p", "Acme Women Blue Solid Shirt")])["p"]
    assert bool(of_the_request(request_, [sheet])) is breaks


def test_what_was_said_is_broken_unless_the_assistant_says_so():
    sheet = sheets([product("p", "Acme Women Blue Solid Shirt")])["p"]
    said = {KIND: "shirt", COLOR: "red", BRAND: "Acme"}
    assert [b["attribute"] for b in of_what_was_said(said, [sheet])] == [COLOR]
    assert of_what_was_said(said, [sheet], relaxed=["color"]) == []


# Endpoints


def test_a_reply_in_any_shape_is_read_or_is_an_error():
    received = [
        {"text": "Look:", "buttons": [{"title": "more", "payload": "more"}]},
        {"custom": {"type": "products", "items": [{"id": 1}, {}, None], "question": "?"}},
    ]
    reply = Reply.of(received, 1.0)
    assert (reply.items, reply.buttons, reply.error) == (("1",), ("more",), "")
    for broken in (None, {}, "text", [1], [], [{"custom": {"type": "error"}, "text": "Sorry."}]):
        assert Reply.of(broken, 1.0).error


def test_an_endpoint_that_is_not_there_is_an_error_of_the_turn():
    endpoint = RestEndpoint("http://127.0.0.1:9/webhook", deadline=2)
    assert "cannot be reached" in endpoint.say("s", "hello").error
    with pytest.raises(ShoptalkError, match="no address"):
        RestEndpoint("127.0.0.1:5005")


class Connector:
    """What DialogueKit's connector does with an agent, as far as an agent sees it."""

    def __init__(self) -> None:
        self.said: list = []

    def register_agent_utterance(self, annotated_utterance) -> None:
        self.said.append(annotated_utterance)


class Utterance:
    def __init__(self, text: str) -> None:
        self.text = text


class Scripted:
    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)

    def say(self, sender: str, text: str) -> Reply:
        return self.replies.pop(0)


def test_an_agent_answers_every_utterance_once_and_says_what_it_does():
    asked = shown("Sh1", "Sh2", asked="color", options=("red",))
    agent = HttpAgent(Scripted(asked, Reply("Hm."), Reply("", error="down")), stop_intent="BYE")
    connector = Connector()
    agent.connect_dialogue_connector(connector)
    agent.welcome()
    for text in ("a shirt", "hm", "hello?", "BYE"):
        agent.receive_utterance(Utterance(text))
    acts = [said.dialogue_acts for said in connector.said]
    assert acts[1] == (
        AgentAct("recommend", (("item", "Sh1"), ("item", "Sh2"))),
        AgentAct("elicit", (("color", "red"),)),
    )
    assert [a[0].intent for a in acts] == ["welcome", "recommend", "inform", "error", "BYE"]
    assert agent.to_dict() == {"id": "shoptalk", "type": "AGENT"}


def test_an_agent_says_things_in_the_words_of_its_connector():
    connector = Connector()
    agent = HttpAgent(Scripted(Reply("Hm.")), make=lambda said: said.text.upper())
    agent.connect_dialogue_connector(connector)
    agent.receive_utterance(Utterance("hi"))
    assert connector.said == ["HM."]
