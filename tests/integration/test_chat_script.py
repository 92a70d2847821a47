"""``shoptalk chat --script FILE --json``: the contract, and going on with ``--resume``."""

from __future__ import annotations

import pytest

from .conftest import Ran

SAID = ["a red dress under 500", "I like the second, add it to my list", "第三个是什么颜色？"]
TOO_LONG = "dress " * 250_000


@pytest.fixture(scope="module")
def shop(demo_copy):
    return demo_copy("scripted").shop_dir


@pytest.fixture(scope="module")
def played() -> dict[str, Ran]:
    """The scripts of this module that were played already, by name."""
    return {}


@pytest.fixture
def play(shoptalk, model, shop, tmp_path, played):
    """Play a script once a module."""

    def run(name: str, script: bytes, *more: str) -> Ran:
        if name not in played:
            file = tmp_path / "script.txt"
            file.write_bytes(script)
            played[name] = shoptalk("chat", "--script", file, "--json", *more, "--shop", shop)
        return played[name]

    return run


@pytest.fixture
def first(play) -> Ran:
    """With a byte order mark, blank lines and the line ends of Windows."""
    text = "\ufeff" + "\r\n".join([SAID[0], "", "   ", SAID[1], SAID[2], ""])
    return play("first", text.encode())


@pytest.fixture
def resumed(first, play) -> Ran:
    """The same conversation in new processes; its first message is too long to be answered."""
    return play("resumed", f"{TOO_LONG}\nshow my list\n".encode(), "--resume")


def test_every_message_is_answered_by_one_line_in_order(first):
    assert first.code == 0
    assert [answer["in"] for answer in first.objects] == SAID


def test_an_answer_has_messages_and_its_time(first):
    for answer in first.objects:
        assert set(answer) == {"in", "messages", "ms"}
        assert 0 < answer["ms"] < 30_000
        for message in answer["messages"]:
            assert message["text"].strip()
            assert set(message) <= {"text", "custom", "buttons", "image"}


def test_text_and_data_of_a_reply_are_one_message(first):
    (message,) = first.objects[0]["messages"]
    assert message["custom"]["type"] == "products"
    for item in message["custom"]["items"]:
        assert item["title"] in message["text"]
    assert "\n\n" not in message["text"]


def test_the_servers_are_told_of_on_standard_error(first):
    assert "ready" in first.err
    assert "ready" not in first.out


def test_a_message_without_an_answer_is_an_error_and_exit_code_3(resumed):
    failed, answered = resumed.objects
    assert resumed.code == 3
    assert failed["messages"] == []
    assert failed["error"].strip()
    assert answered["in"] == "show my list"
    assert "error" not in answered


def test_a_conversation_outlives_its_servers(first, resumed):
    shown = first.objects[0]["messages"][0]["custom"]["items"]
    liked = resumed.objects[1]["messages"][0]["custom"]["items"]
    assert [item["id"] for item in liked] == [shown[1]["id"]]


def test_nothing_to_resume_is_said(shoptalk, little_shop, tmp_path):
    (tmp_path / "script.txt").write_text("hello")
    script = ("--script", tmp_path / "script.txt")
    ran = shoptalk("chat", *script, "--resume", "--user", "nobody", "--shop", little_shop)
    assert "no conversation to resume" in ran.sentence


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00dress"], ids=["missing", "not UTF-8"])
def test_a_script_that_cannot_be_read_is_wrong_usage(shoptalk, tmp_path, content):
    script = tmp_path / "my-script.txt"
    if content is not None:
        script.write_bytes(content)
    ran = shoptalk("chat", "--script", script, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "--script" in ran.err


def test_an_option_that_does_not_exist_is_wrong_usage(shoptalk):
    ran = shoptalk("chat", "--skript", "x.txt", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "--skript" in ran.err
