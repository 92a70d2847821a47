"""Files from memory: each under its own name only, packed where that is smaller."""

from __future__ import annotations

import gzip

import pytest

from bot.channels.security.static import StaticFiles, takes_gzip

SCRIPT = b"export const answer = 42; // " + b"a line that says little " * 50


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "widget"
    (folder / "parts").mkdir(parents=True)
    (folder / "shop-talk.js").write_bytes(SCRIPT)
    (folder / "parts" / "card.css").write_text("a{}")
    (folder / "__init__.py").write_text("SECRET = 1")
    (folder / ".hidden.js").write_text("1")
    (folder / "_notes.css").write_text("b{}")
    (tmp_path / "secret.js").write_text("secret")
    (folder / "link.js").symlink_to(tmp_path / "secret.js")
    return StaticFiles(folder)


def test_a_file_comes_with_its_type_and_is_never_sniffed(files):
    answer = files.answer("shop-talk.js")
    assert (answer.status, answer.body) == (200, SCRIPT)
    assert answer.type.startswith("text/javascript")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert files.answer("parts/card.css").body == b"a{}"


def test_it_is_packed_for_who_takes_that(files):
    answer = files.answer("shop-talk.js", "br, gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body) == SCRIPT
    assert len(answer.body) < len(SCRIPT) / 4
    assert "Accept-Encoding" in answer.headers["Vary"]
    # Three bytes do not get smaller.
    assert "Content-Encoding" not in files.answer("parts/card.css", "gzip").headers


def test_what_is_known_is_not_sent_again(files):
    for accepts in ("", "gzip"):
        tag = files.answer("shop-talk.js", accepts).headers["ETag"]
        for known in (tag, f'"other", W/{tag}'):
            again = files.answer("shop-talk.js", accepts, known)
            assert (again.status, again.body) == (304, b"")
        assert files.answer("shop-talk.js", accepts, '"other"').status == 200
    assert files.answer("shop-talk.js").headers["ETag"] != tag


@pytest.mark.parametrize(
    "name",
    ["__init__.py", ".hidden.js", "_notes.css", "link.js", "../secret.js", "%2e%2e/secret.js",
     "parts/../../secret.js", "..\\secret.js", "/etc/passwd", "parts", "", "shop-talk.js/",
     "shop-talk.js\x00.css", "parts//card.css"],
)  # fmt: skip
def test_nothing_else_has_a_name(files, name):
    assert files.answer(name) is None


@pytest.mark.parametrize(
    ("accepts", "takes"),
    [("gzip", True), ("gzip;q=0.5", True), ("br;q=1, gzip; q=1.0", True), ("GZIP", True),
     ("", False), ("br", False), ("gzip;q=0", False), ("gzip;q=0.000", False), ("xgzip", False)],
)  # fmt: skip
def test_who_takes_gzip(accepts, takes):
    assert takes_gzip(accepts) is takes
