"""``shoptalk staff``: accounts from the command line."""

from __future__ import annotations

import io
import sys

import pytest

from bot.staff import passwords
from bot.staff.accounts import Accounts
from bot.staff.audit import Audit
from bot.staff.database import open_staff_database
from catalog.settings import Settings

PASSWORD = "a long password of ours"


@pytest.fixture
def typed(monkeypatch):
    """What is typed into standard input."""

    def typed(text):
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    monkeypatch.setattr(passwords, "LOG_N", 4)
    return typed


def checked(shop, name, password):
    database = open_staff_database(Settings(shop=shop))
    try:
        return Accounts(database, Audit(database)).checked(name, password)
    finally:
        database.close()


def test_somebody_is_added_listed_changed_and_removed(shoptalk, little_copy, typed):
    shop = ("--shop", little_copy)
    assert "no account yet" in shoptalk("staff", "list", *shop).out
    typed(f"{PASSWORD}\n")
    ran = shoptalk("staff", "add", "Anna", "--role", "lead", "--password-stdin", *shop)
    assert ran.code == 0, ran
    assert "Anna can log in at /staff/ as lead" in ran.out
    assert [one["role"] for one in shoptalk("staff", "list", "--json", *shop).objects] == ["lead"]
    assert checked(little_copy, "anna", PASSWORD)
    typed("another long password\n")
    assert shoptalk("staff", "password", "anna", "--password-stdin", *shop).code == 0
    assert not checked(little_copy, "anna", PASSWORD)
    assert checked(little_copy, "anna", "another long password")
    assert shoptalk("staff", "remove", "Anna", *shop).code == 0
    assert shoptalk("staff", "remove", "Anna", *shop).sentence.startswith("There is no account")
    told = shoptalk("staff", "audit", "--json", *shop)
    acts = [(one["act"], one["who"].partition(":")[0]) for one in told.objects]
    assert acts == [
        ("account_removed", "cli"),
        ("password_changed", "cli"),
        ("account_added", "cli"),
    ]
    assert PASSWORD not in told.out
    assert len(shoptalk("staff", "audit", "--limit", 1, *shop).out.splitlines()) == 1


def test_a_password_is_asked_for_twice_without_being_shown(
    shoptalk, little_copy, typed, monkeypatch
):
    answers = iter([PASSWORD, "something else", PASSWORD, PASSWORD])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(answers))
    add = ("staff", "add", "Ben", "--shop", little_copy)
    assert "differ" in shoptalk(*add).sentence
    assert shoptalk(*add).code == 0
    assert PASSWORD not in shoptalk("staff", "list", "--shop", little_copy).out


@pytest.mark.parametrize(
    ("arguments", "password", "says"),
    [
        (("Anna",), "short", "12 characters"),
        (("Anna", "--role", "boss"), PASSWORD, "There is no role 'boss'"),
        (("<b>",), PASSWORD, "cannot be a name"),
    ],
)
def test_what_is_refused(shoptalk, little_copy, typed, arguments, password, says):
    typed(f"{password}\n")
    ran = shoptalk("staff", "add", *arguments, "--password-stdin", "--shop", little_copy)
    assert says in ran.sentence


def test_without_a_shop_nothing_is_made(shoptalk, tmp_path):
    ran = shoptalk("staff", "list", "--shop", tmp_path / "none")
    assert ran.sentence.startswith("There is no shop")
    assert not (tmp_path / "none").exists()


def test_serving_tells_how_to_get_an_account_until_there_is_one(little_copy, typed):
    from bot.cli.processes import Servers
    from bot.cli.serve import desk

    servers = Servers(Settings(shop=little_copy), 1, 2)
    assert "shoptalk staff add NAME --role lead" in desk(servers)[0]
    database = open_staff_database(servers.settings)
    Accounts(database, Audit(database)).add("Anna", "lead", PASSWORD, "test")
    database.close()
    assert desk(servers) == []
