"""What is known of a shopper in a conversation: told, corrected, and noticed when it changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.interest.known import KnownShoppers, shopper_model
from tests.by_kind import COLORS, KINDS, PRODUCTS, ByKind
from tests.talk import Talk, turn_service


@pytest.fixture
def talk(tmp_path) -> Talk:
    """A conversation whose events are logged, so that the shopper is known."""
    service = turn_service(tmp_path / "shop", PRODUCTS, encoder=ByKind())
    context = service.context
    shoppers = KnownShoppers(context.shop.store, shopper_model(context.shop, context.index))
    return Logged(replace(service, context=replace(context, shoppers=shoppers)))


class Logged(Talk):
    """A conversation whose events are appended to the log, as the action server does it."""

    def say(self, text, intent="find", **more):
        output = super().say(text, intent, **more)
        self.service.context.shop.store.append_events(output.events)
        self.service.context.shoppers.keep("s")
        return output


def hunt(talk: Talk, thing: str, likes: int = 3):
    """Look for a thing and like what is shown."""
    output = talk.say(thing)
    for _ in range(likes):
        talk.say("I like the first", "like")
        output = talk.say("more", "more")
    return output


def drift(output) -> dict:
    return output.reply.custom["drift"]


def turned(talk: Talk):
    """A hunt for a dress that turns into one for sneakers, up to where it is told."""
    hunt(talk, "a dress", 4)
    for _ in range(4):
        talk.say("sneakers")
        output = talk.say("I like the first", "like")
        output = talk.say("red sneakers")
        if drift(output)["drifted"]:
            return output
        output = talk.say("I like the second", "like")
        output = talk.say("blue sneakers")
        if drift(output)["drifted"]:
            return output
    raise AssertionError("the change was not told")


def test_a_change_of_interest_is_told_with_its_names(talk):
    output = turned(talk)
    assert drift(output)["drifted"]
    assert "dresses" in output.reply.text and "sneakers" in output.reply.text
    assert output.reply.custom["strategy"] == "re_elicit"
    assert "drifted" in [event.kind for event in output.events]


def test_nothing_is_told_while_somebody_stays_with_one_thing(talk):
    hunt(talk, "a dress", 3)
    for color in COLORS[:5]:
        output = talk.say(f"{color} dress")
        assert not drift(output)["drifted"], output.reply.text
        talk.say("I like the first", "like")


def test_yes_leaves_the_old_interest_behind(talk):
    turned(talk)
    talk.say("yes", "affirm")
    talk.say("start over", "start_over")
    output = talk.say("what do you recommend?", "browse")
    kinds = [item["id"].split("-")[0] for item in output.reply.custom["items"]]
    assert kinds[0] == "sneakers"


def test_a_gift_is_taken_back_and_does_not_count(talk):
    turned(talk)
    output = talk.say("no, that was for a friend", "deny")
    assert {item["id"].split("-")[0] for item in output.reply.custom["items"]} == {"dress"}
    told = talk.say("what do you know about me?", "privacy").reply.custom["lines"]
    values = {line["value"] for line in told}
    assert "dress" in values and "sneakers" not in values


def test_it_is_not_told_again_right_after_a_no(talk):
    turned(talk)
    talk.say("no", "deny")
    for color in COLORS[4:8]:
        output = talk.say(f"{color} sneakers")
        assert not drift(output)["drifted"], output.reply.text


def test_what_is_known_can_be_asked_for_and_corrected(talk):
    assert "lines" not in talk.say("what do you know about me?", "privacy").reply.custom
    hunt(talk, "red dress", 2)
    first = talk.say("what do you know about me?", "privacy").reply.custom["lines"][0]
    assert first["value"] == "dress" and first["strength"] > 0
    output = talk.say("forget the first", "fallback")
    assert [(e.kind, e.product_id) for e in output.events] == [("corrected", None)]
    after = talk.say("what do you know about me?", "privacy").reply.custom.get("lines", [])
    assert "dress" not in {line["value"] for line in after}


def test_a_dislike_that_is_told_is_remembered_as_one(talk):
    hunt(talk, "red dress", 2)
    talk.say("what do you know about me?", "privacy")
    talk.say("I don't like red", "refine")
    told = talk.say("what do you know about me?", "privacy").reply.custom["lines"]
    assert [line["strength"] for line in told if line["value"] == "red"] == [-1.0]


def test_everything_can_be_forgotten(talk):
    hunt(talk, "red dress", 2)
    talk.say("forget everything you know about me", "privacy")
    assert "lines" not in talk.say("what do you know about me?", "privacy").reply.custom


def test_states_made_again_from_the_log_are_the_same(talk):
    turned(talk)
    talk.say("no, that was for a friend", "deny")
    hunt(talk, "kettle", 2)
    replayed = talk.service.context.shoppers.replay("s")
    assert replayed.same is True and replayed.events > 20


def test_stars_and_comments_are_logged_of_the_product_that_is_meant(talk):
    shown = talk.say("a dress").reply.custom["items"]
    output = talk.say("I'd give the second 4 stars, it fits well", "feedback")
    logged = {event.kind: event for event in output.events}
    assert logged["rated"].product_id == shown[1]["id"]
    assert (logged["rated"].payload["value"], logged["rated"].rank) == (4.0, 2)
    assert logged["commented"].payload["text"] == "it fits well"


def test_whether_it_helped_is_asked_once_and_logged(talk):
    talk.say("a dress")
    output = talk.say("bye", "goodbye")
    assert "Did this help?" in output.reply.text
    output = talk.say(output.reply.buttons[0], "affirm")
    assert [(e.kind, dict(e.payload)) for e in output.events] == [("helped", {"value": 1})]
    assert "Did this help?" not in talk.say("thanks, bye", "goodbye").reply.text


def test_somebody_unknown_who_says_nothing_is_shown_one_of_each_kind(talk):
    output = talk.say("just looking", "browse")
    assert output.reply.custom["strategy"] == "explore"
    kinds = {item["id"].split("-")[0] for item in output.reply.custom["items"]}
    assert kinds == set(KINDS)


def test_a_search_is_logged_with_what_it_found_before_what_was_shown(talk):
    output = talk.say("red dress, mail me at ann@example.org")
    kinds = [event.kind for event in output.events]
    assert kinds[0] == "searched" and set(kinds[1:]) == {"shown"}
    searched = output.events[0]
    assert "ann@example.org" not in searched.payload["text"]
    assert searched.payload["products"] == [e.product_id for e in output.events[1:4]]


def test_a_list_by_taste_says_that_it_is_one(talk):
    hunt(talk, "kettle", 3)
    talk.say("start over", "start_over")
    output = talk.say("what do you recommend?", "browse")
    assert output.reply.custom["strategy"] == "regular"
    assert any(words in output.reply.text for words in ("taste", "liked so far"))
    assert {item["id"].split("-")[0] for item in output.reply.custom["items"]} == {"kettle"}
