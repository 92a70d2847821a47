"""Accounts, passwords, sessions, login limits and the audit log of the staff."""

from __future__ import annotations

import asyncio
import time

import pytest
import sqlalchemy as sa

from bot.channels.core.database import open_url
from bot.channels.security.problem import Problem
from bot.staff import accounts as accounts_module
from bot.staff import audit as acts
from bot.staff import passwords
from bot.staff.accounts import Accounts
from bot.staff.audit import Audit
from bot.staff.cookie import Cookie, cookie_for, is_safe
from bot.staff.database import with_staff
from bot.staff.login import Login
from bot.staff.passwords import check_password, hashed, is_password
from bot.staff.sessions import IDLE, LONGEST, Sessions
from bot.staff.tables import accounts_table, audit_table, sessions_table
from catalog.errors import ShoptalkError
from catalog.settings import PRODUCTION, Settings

PASSWORD = "a long password of ours"
KEYS = ("the first secret of this test",)


class Clock:
    """A clock that a test sets."""

    def __init__(self):
        self.now = time.time()

    def __call__(self):
        return self.now


@pytest.fixture
def database(tmp_path):
    opened = with_staff(open_url(f"sqlite:///{tmp_path / 'channels.db'}"))
    yield opened
    opened.close()


@pytest.fixture
def cheap(monkeypatch):
    """Passwords that are hashed at once."""
    monkeypatch.setattr(passwords, "LOG_N", 4)
    monkeypatch.setattr(passwords, "P", 1)
    monkeypatch.setattr(accounts_module, "_NOBODY", hashed("of nobody"))


@pytest.fixture
def accounts(database, cheap):
    return Accounts(database, Audit(database))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sessions(database, accounts, clock):
    return Sessions(database, accounts, KEYS, clock)


@pytest.fixture
def anna(accounts):
    return accounts.add("Anna", "agent", PASSWORD, "test", "Anna from the shop")


def test_a_password_is_kept_as_a_salted_hash_that_costs():
    began = time.thread_time()
    stored = hashed(PASSWORD)
    assert time.thread_time() - began > 0.05
    assert PASSWORD not in stored
    assert stored != hashed(PASSWORD)
    assert is_password(PASSWORD, stored)
    assert not is_password(PASSWORD + " ", stored)


@pytest.mark.parametrize("password", ["short", "x" * 12, "abababababab", "x" * 1001])
def test_a_password_that_is_easily_guessed_is_refused(password):
    with pytest.raises(ShoptalkError):
        check_password(password)


def test_there_is_no_account_until_one_is_added(accounts):
    assert accounts.all() == []
    assert accounts.checked("admin", "admin") is None


def test_an_unknown_name_takes_as_long_as_a_wrong_password(database):
    accounts = Accounts(database, Audit(database))
    accounts.add("Anna", "agent", PASSWORD, "test")

    def seconds(name):
        began = time.thread_time()
        assert accounts.checked(name, "some other password") is None
        return time.thread_time() - began

    known, unknown = (min(seconds(name) for _ in range(3)) for name in ("Anna", "Nobody"))
    assert unknown > known / 2
    assert known > unknown / 2


def test_names_are_told_apart_without_case_and_width(accounts, anna):
    assert accounts.checked(" ａｎｎａ ", PASSWORD) == anna
    with pytest.raises(ShoptalkError, match="already"):
        accounts.add("ANNA", "lead", PASSWORD, "test")


@pytest.mark.parametrize("name", ["", "<b>", "a\nb", "x" * 41, "-rf", "a\x00b"])
def test_what_cannot_be_a_name(accounts, name):
    with pytest.raises(ShoptalkError):
        accounts.add(name, "agent", PASSWORD, "test")


def test_sql_in_a_name_is_a_name_that_nobody_has(accounts, anna):
    assert accounts.checked("' OR 1=1 --", PASSWORD) is None
    assert accounts.find("Anna' --") is None


def test_the_database_has_neither_passwords_nor_what_cookies_have(database, sessions, anna):
    cookie = sessions.start(anna)
    with database.read.connect() as connection:
        rows = [
            str(row)
            for table in (accounts_table, sessions_table, audit_table)
            for row in connection.execute(sa.select(table))
        ]
    assert rows
    assert not any(PASSWORD in row or cookie in row for row in rows)


def test_a_session_ends_after_eight_hours_whatever_is_done(sessions, anna, clock):
    cookie = sessions.start(anna)
    for _ in range(LONGEST // 600 - 1):
        clock.now += 600
        assert sessions.find(cookie) is not None
    clock.now += 601
    assert sessions.find(cookie) is None


def test_a_session_ends_after_half_an_hour_in_which_only_the_page_called(sessions, anna, clock):
    cookie = sessions.start(anna)
    for _ in range(IDLE // 60 - 1):
        clock.now += 60
        assert sessions.find(cookie, active=False) is not None
    clock.now += 61
    assert sessions.find(cookie) is None


def test_logging_in_again_ends_the_session_of_before(sessions, anna):
    old = sessions.start(anna)
    new = sessions.start(anna, instead_of=old)
    assert new != old
    assert sessions.find(old) is None
    assert sessions.find(new).account == anna


def test_another_browser_stays_logged_in(sessions, anna):
    first, _second = sessions.start(anna), sessions.start(anna)
    assert sessions.find(first) is not None


def test_logging_out_ends_the_session_for_good(sessions, anna):
    cookie = sessions.start(anna)
    sessions.end(sessions.find(cookie))
    assert sessions.find(cookie) is None


def test_a_new_password_ends_the_sessions(accounts, sessions, anna):
    cookie = sessions.start(anna)
    accounts.set_password("anna", "another long password", "test")
    assert sessions.find(cookie) is None
    assert accounts.checked("Anna", PASSWORD) is None
    assert accounts.checked("Anna", "another long password") is not None


def test_a_login_that_overlaps_a_new_password_is_worth_nothing(accounts, sessions, anna):
    accounts.set_password("anna", "another long password", "test")
    assert sessions.find(sessions.start(anna)) is None


def test_a_removed_account_is_logged_out(accounts, sessions, anna):
    cookie = sessions.start(anna)
    accounts.remove("Anna", "test")
    assert sessions.find(cookie) is None
    assert accounts.all() == []


def test_forged_cookies_are_no_sessions(database, accounts, sessions, anna, clock):
    cookie = sessions.start(anna)
    payload, _, mac = cookie.partition(".")
    other = Sessions(database, accounts, ("a secret of somebody else",), clock)
    forged = ["", ".", payload, f"{payload}.", f"{payload}.{mac[:-1]}A", f"{payload}x.{mac}",
              other.start(anna), "é" * 20, "x" * 10_000]  # fmt: skip
    for one in forged:
        assert sessions.find(one) is None, one
    assert sessions.find(cookie) is not None


def test_sessions_outlive_a_change_of_the_secret_while_both_are_set(
    database, accounts, sessions, anna, clock
):
    cookie = sessions.start(anna)
    both = Sessions(database, accounts, ("the second secret of this test", *KEYS), clock)
    only_new = Sessions(database, accounts, ("the second secret of this test",), clock)
    assert both.find(cookie) is not None
    assert only_new.find(cookie) is None


def test_account_changes_are_in_the_audit_log(database, accounts, anna):
    accounts.set_password("Anna", "another long password", "cli:root")
    accounts.remove("Anna", "cli:root")
    told = [(one.act, one.about) for one in Audit(database).latest()]
    assert told == [
        (acts.ACCOUNT_REMOVED, "Anna"),
        (acts.PASSWORD_CHANGED, "Anna"),
        (acts.ACCOUNT_ADDED, "Anna (agent)"),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE staff_audit SET who = 'somebody else'",
        "DELETE FROM staff_audit",
        "REPLACE INTO staff_audit (id, at, who, act, address, conversation_id, about) "
        "VALUES (1, 0, '', 'view', '', '', '')",
    ],
)
def test_the_audit_log_refuses_change(database, accounts, anna, statement):
    before = Audit(database).latest()
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), database.write.begin() as c:
        c.exec_driver_sql(statement)
    assert Audit(database).latest() == before


def logins(database, accounts, clock):
    sessions = Sessions(database, accounts, KEYS, clock)
    return Login(accounts, sessions, Audit(database, clock), ticks=clock)


def attempt(login, name, password, address="203.0.113.5"):
    return asyncio.run(login.check(name, password, address, ""))


def test_guessing_is_stopped_and_the_right_password_too_until_time_has_passed(
    database, accounts, anna, clock
):
    login = logins(database, accounts, clock)
    for n in range(5):
        assert attempt(login, "Anna", f"wrong password {n}") is None
    with pytest.raises(Problem) as refused:
        attempt(login, "Anna", PASSWORD)
    assert refused.value.status == 429
    assert 0 < refused.value.retry_after <= 180
    clock.now += refused.value.retry_after + 1
    assert attempt(login, "Anna", PASSWORD) is not None


def test_guessing_elsewhere_does_not_keep_anybody_out(database, accounts, anna, clock):
    login = logins(database, accounts, clock)
    for n in range(5):
        attempt(login, "Anna", f"wrong password {n}")
    assert attempt(login, "Anna", PASSWORD, "198.51.100.7") is not None


def test_one_address_may_not_try_many_names(database, accounts, anna, clock):
    login = logins(database, accounts, clock)
    for n in range(20):
        assert attempt(login, f"name{n}", "some password") is None
    with pytest.raises(Problem):
        attempt(login, "Anna", PASSWORD)


def test_logging_in_often_is_no_guessing(database, accounts, anna, clock):
    login = logins(database, accounts, clock)
    assert all(attempt(login, "Anna", PASSWORD) for _ in range(30))


def test_failed_logins_are_written_down_without_what_was_typed(database, accounts, anna, clock):
    login = logins(database, accounts, clock)
    attempt(login, "anna", "my wrong password")
    attempt(login, "a password in the wrong field", "x")
    told = [(one.act, one.who, one.address) for one in Audit(database).latest(2)]
    assert told == [
        (acts.LOGIN_FAILED, "", "203.0.113.5"),
        (acts.LOGIN_FAILED, "Anna", "203.0.113.5"),
    ]


def test_the_cookie_is_closed_as_far_as_it_can_be():
    public = Cookie(secure=True)
    assert public.set("x").startswith("__Host-")
    for rule in ("HttpOnly", "SameSite=Strict", "Secure", "Path=/"):
        assert f"; {rule}" in public.set("x")
        assert f"; {rule}" in public.unset()
    assert "Secure" not in Cookie(secure=False).set("x")


def test_only_a_loopback_server_in_development_sends_the_cookie_in_the_clear():
    assert not cookie_for(Settings()).secure
    assert cookie_for(Settings(environment=PRODUCTION)).secure
    assert cookie_for(Settings(host="0.0.0.0")).secure
    public = cookie_for(Settings(host="0.0.0.0"))
    assert not is_safe(public, "http", "shop.example:5005")
    assert is_safe(public, "https", "shop.example")
    assert is_safe(public, "http", "localhost:5005")
    assert is_safe(public, "http", "[::1]:5005")
