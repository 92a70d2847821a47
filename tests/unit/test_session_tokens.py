"""Tokens of sessions: whose they are, how long, and for what; none that is not ours is one."""

from __future__ import annotations

import base64
import json
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.security.secret import new_session, session_secrets
from bot.channels.security.token import CHAT, LIFETIME, STAFF, Signer, bearer
from catalog.errors import ShoptalkError
from catalog.settings import Settings

OLD, NEW = "an-old-secret-of-ours", "a-new-secret-of-ours"
NOW = 1_800_000_000.0
SESSION = new_session()


@pytest.fixture
def signer() -> Signer:
    return Signer([NEW], CHAT)


def test_a_token_names_its_session_until_it_ends(signer):
    token, claims = signer.mint(SESSION, NOW, "zh")
    assert signer.verify(token, NOW) == claims
    assert (claims.session, claims.language) == (SESSION, "zh")
    assert signer.verify(token, NOW + LIFETIME - 1) == claims
    assert signer.verify(token, NOW + LIFETIME) is None


def test_it_is_renewed_from_half_its_life_on(signer):
    _token, claims = signer.mint(SESSION, NOW)
    assert claims.renew_at == NOW + LIFETIME / 2


def test_a_token_from_the_future_is_none(signer):
    token, _claims = signer.mint(SESSION, NOW)
    assert signer.verify(token, NOW - 3600) is None


def test_another_secret_or_purpose_signs_nothing_for_us(signer):
    for other in (Signer([OLD], CHAT), Signer([NEW], STAFF)):
        token, _claims = other.mint(SESSION, NOW)
        assert signer.verify(token, NOW) is None


def test_the_first_secret_signs_and_all_verify(signer):
    before, _claims = Signer([OLD], CHAT).mint(SESSION, NOW)
    changing = Signer([NEW, OLD], CHAT)
    assert changing.verify(before, NOW) is not None
    after, _claims = changing.mint(SESSION, NOW)
    assert signer.verify(after, NOW) is not None
    assert signer.verify(before, NOW) is None


def test_another_session_in_the_payload_needs_another_signature(signer):
    token, _claims = signer.mint(SESSION, NOW)
    payload, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(payload + "=="))
    said["s"] = new_session()
    forged = base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()
    assert signer.verify(f"{forged}.{signature}", NOW) is None


@given(place=st.integers(0, 10_000), change=st.characters(min_codepoint=33, max_codepoint=126))
def test_a_token_with_any_character_changed_is_none(place, change):
    signer = Signer([NEW], CHAT)
    token, _claims = signer.mint("A" * 22, NOW)
    place %= len(token)
    changed = token[:place] + change + token[place + 1 :]
    # The last character of base64 has bits that mean nothing: still, it must be as we wrote it.
    assert (signer.verify(changed, NOW) is not None) == (changed == token)


@given(st.one_of(st.text(), st.binary(), st.none(), st.integers()))
def test_whatever_else_is_none(value):
    assert Signer([NEW], CHAT).verify(value, NOW) is None


@pytest.mark.parametrize("secrets", [[], [""], ["good enough for all", ""]])
def test_signing_needs_a_secret(secrets):
    with pytest.raises(ValueError, match="secret"):
        Signer(secrets, CHAT)


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer abc", "abc"),
        ("bearer abc ", "abc"),
        ("Basic abc", ""),
        ("abc", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_the_header_of_a_token(header, token):
    assert bearer(header) == token


def test_a_header_without_end_is_cut():
    assert len(bearer("Bearer " + "a" * 100_000)) < 600


def test_names_of_sessions_are_long_and_new():
    names = {new_session() for _ in range(200)}
    assert len(names) == 200
    assert {len(base64.urlsafe_b64decode(name + "==")) for name in names} == {16}


def test_the_secret_is_made_once_and_its_owners_alone(tmp_path):
    settings = Settings(home=tmp_path)
    first = session_secrets(settings)
    assert session_secrets(settings) == first
    assert len(first[0]) >= 32
    assert stat.S_IMODE((tmp_path / "session-secret").stat().st_mode) == 0o600


def test_configured_secrets_keep_their_order(tmp_path):
    settings = Settings(home=tmp_path, session_secret=f"{NEW}, {OLD}")
    assert session_secrets(settings) == (NEW, OLD)
    assert not (tmp_path / "session-secret").exists()


@pytest.mark.parametrize("secret", ["short", f"{NEW},short", f"{NEW},"])
def test_a_secret_that_can_be_guessed_is_refused(tmp_path, secret):
    with pytest.raises(ShoptalkError, match="SHOPTALK_SESSION_SECRET") as error:
        session_secrets(Settings(home=tmp_path, session_secret=secret))
    assert "short" not in str(error.value)
