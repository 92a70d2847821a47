"""Intents, rules, domain and actions fit each other; what the bot sends is read as it comes."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker

from actions.handlers import turns
from actions.handlers.base import TurnAction, read_turn
from catalog.settings import ROOT

DOMAIN = yaml.safe_load((ROOT / "bot/domain.yml").read_text(encoding="utf-8"))
RULES = yaml.safe_load((ROOT / "nlu_data/rules.yml").read_text(encoding="utf-8"))["rules"]
ACTION_OF = {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in RULES}


def test_the_domain_has_the_intents_that_are_written_down() -> None:
    readme = (ROOT / "nlu_data/README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[a-z_` ]+`) \|", readme, re.MULTILINE)
    written = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}
    assert set(DOMAIN["intents"]) == written


def test_every_intent_has_one_rule() -> None:
    assert set(ACTION_OF) == {*DOMAIN["intents"], "nlu_fallback"}
    assert len(RULES) == len(ACTION_OF)


def test_every_action_is_served_and_used() -> None:
    served = {
        action().name()
        for action in vars(turns).values()
        if isinstance(action, type) and issubclass(action, TurnAction) and action is not TurnAction
    }
    assert served == set(DOMAIN["actions"]) == set(ACTION_OF.values())


@pytest.mark.parametrize(
    ("intent", "action"),
    [
        ("gift", "recommend"),
        ("browse", "recommend"),
        ("budget", "recommend"),
        ("availability", "details"),
        ("size_help", "details"),
        ("buy", "buy"),
        ("bot_challenge", "smalltalk"),
        ("shipping", "service"),
        ("privacy", "service"),
    ],
)
def test_the_action_of_an_intent(intent: str, action: str) -> None:
    assert ACTION_OF[intent] == f"action_{action}"


def tracker(message: Any, slots: Any = None) -> Tracker:
    return Tracker("c", slots or {}, message, [], False, None, {}, "")


def test_a_message_with_several_parts() -> None:
    turn = read_turn(
        tracker(
            {
                "text": "not red, and do you ship to Canada?",
                "intent": {"name": "refine", "confidence": 0.93},
                "shoptalk": {
                    "language": "en",
                    "changes": [{"kind": "more"}],
                    "residual": "",
                    "ms": {"intent": 3.0},
                    "intents": [
                        {"name": "refine", "confidence": 0.93, "text": "not red"},
                        {"name": "shipping", "confidence": 0.9, "text": "do you ship to Canada?"},
                    ],
                    "between": ["refine", "reject"],
                },
            },
            {"history": {"turn": 3, "act": "shown"}},
        )
    )
    assert turn.intents == ("refine", "shipping")
    assert turn.between == ("refine", "reject")
    assert turn.memory.act == "shown"
    assert [c.kind for c in turn.changes] == ["more"]


@pytest.mark.parametrize(
    "message",
    [
        None,
        {},
        {"text": None, "intent": None, "shoptalk": None},
        {"text": "x", "intent": {}, "shoptalk": {}},
        {
            "text": "x",
            "intent": {"name": None, "confidence": None},
            "shoptalk": {"changes": None, "residual": None, "ms": None, "intents": None},
        },
        {"text": "x", "shoptalk": {"intents": "refine", "between": "ab"}},
        {"text": "x", "shoptalk": {"intents": [None, {"confidence": 1}], "between": [None, 1]}},
    ],
)
def test_whatever_is_missing_is_empty(message: Any) -> None:
    turn = read_turn(tracker(message))
    assert turn.intents == ()
    assert turn.between is None
    assert turn.changes == ()
    assert turn.intent == ""
    assert turn.language == "en"
    assert turn.memory.act == "start"
