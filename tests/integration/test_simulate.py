"""Simulated shoppers over the running assistant, on the demo shop."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from bot.evaluate.simulate.agent import HttpAgent
from bot.evaluate.simulate.endpoint import RestEndpoint
from bot.evaluate.simulate.facts import COLOR, KIND, sheets
from bot.evaluate.simulate.goals import draw_goals
from bot.evaluate.simulate.personas import PERSONAS
from bot.evaluate.simulate.play import Played, play
from bot.evaluate.simulate.shopper import Habits, Shopper
from bot.evaluate.simulate.wording import LANGUAGES
from catalog.shop import Shop

GOALS = 4


@pytest.fixture(scope="module")
def catalogue(shops):
    shop = Shop.open(shops("demo").shop_dir)
    try:
        return sheets(shop.store.iter_products())
    finally:
        shop.close()


@pytest.fixture(scope="module")
def talk(catalogue, shop_session):
    """Play a goal against the demo shop's assistant."""
    shop_session("demo")
    endpoint = RestEndpoint(shop_session.running["demo"].webhook)

    def converse(goal, language, kind=Shopper, run="", turns=8) -> Played:
        shopper = kind(goal, catalogue, language, Habits(), random.Random(goal.number))
        sender = f"simulated-{run}-{kind.__name__}-{language}-{goal.number}"
        played = Played(goal, language, kind.__name__)
        return play(shopper, endpoint, sender, turns, played, content=kind is Shopper)

    yield converse
    endpoint.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_shoppers_who_help_find_what_they_want(talk, catalogue, language, request):
    run = f"{request.node.name}-{random.SystemRandom().random()}"
    played = [talk(goal, language, run=run) for goal in draw_goals(catalogue, GOALS, 0)]
    assert sum(p.found is not None for p in played) > GOALS / 2
    for p in played:
        assert not [t.reply.error for t in p.turns if t.reply.error]
        assert not [b for t in p.turns for b in t.broken]
        assert all(item in catalogue for t in p.turns for item in t.reply.items)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PERSONAS)
def test_shoppers_who_do_not_help_are_shown_products_and_not_led_in_circles(
    talk, catalogue, name, language, request
):
    run = f"{request.node.name}-{random.SystemRandom().random()}"
    goals = [goal for goal in draw_goals(catalogue, 20, 1) if COLOR in goal.facts][:2]
    for goal in goals:
        # A kind and a colour, so that there is always something else to show.
        facts = {KIND: goal.facts[KIND], COLOR: goal.facts[COLOR]}
        goal = replace(goal, facts=facts, stated=(KIND,))
        played = talk(goal, language, PERSONAS[name], run)
        said = [(t.said.text, t.reply.text) for t in played.turns]
        assert not played.circles, said
        assert sum(t.new for t in played.turns) > 6, said


def test_another_simulator_talks_to_the_same_endpoint(talk, shop_session):
    said = []

    class Connector:
        def register_agent_utterance(self, annotated_utterance):
            said.append(annotated_utterance)

    class Utterance:
        text = "a red dress for women"

    agent = HttpAgent(shop_session.running["demo"].webhook)
    agent.connect_dialogue_connector(Connector())
    agent.welcome()
    agent.receive_utterance(Utterance())
    _welcome, reply = said
    assert reply.dialogue_acts[0].intent == "recommend" and reply.text
    assert all(slot == "item" for slot, _ in reply.dialogue_acts[0].annotations)


def test_the_command_prints_the_same_figures_twice(shoptalk, shops, model, tmp_path):
    def run() -> tuple[dict, list[dict]]:
        file = tmp_path / "said.jsonl"
        ran = shoptalk(
            *("evaluate", "simulate", "--shop", shops("demo").shop_dir, "--shoppers", 2),
            *("--conditions", "messy", "--no-baselines", "--turns", 4, "--json"),
            *("--transcripts", file),
        )
        assert ran.code == 0, ran.err
        said = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        for conversation in said:
            for turn in conversation["turns"]:
                turn.pop("ms")
        return json.loads(ran.out), said

    (first, said), (second, again) = run(), run()
    assert said == again
    assert {"found@4", "turns", "violations", "p50_ms", "p95_ms"} <= set(first)
    assert set(first["conditions"]) == {"messy"} and set(first["personas"]) == set(PERSONAS)
    assert first["found@4"] == second["found@4"] and first["turns"] == second["turns"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--lang", "fr"), "en or zh"),
        (("--conditions", "sunny"), "no condition 'sunny'"),
        (("--conditions", "clean", "--noise", "0.1"), "not both"),
        (("--draw", "blind"), "uniform or popular"),
        (("--url", "nowhere"), "no address"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(shoptalk, shops, arguments, sentence):
    ran = shoptalk("evaluate", "simulate", "--shop", shops("demo").shop_dir, *arguments)
    assert sentence in ran.sentence
