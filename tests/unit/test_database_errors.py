"""Errors of the database are logged: they must not tell what shoppers wrote."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.tracker_store import _open
from catalog.database import connect

SAID = "I am erika@example.com"


@pytest.mark.parametrize("opened", [connect, _open])
def test_an_error_tells_the_statement_and_not_what_was_in_it(opened, tmp_path):
    engine = opened(f"sqlite:///{tmp_path / 'a.db'}")
    query = sa.text("INSERT INTO nowhere VALUES (:said)")
    with engine.begin() as connection, pytest.raises(sa.exc.OperationalError) as failed:
        connection.execute(query, {"said": SAID})
    engine.dispose()
    assert "nowhere" in str(failed.value)
    assert SAID not in str(failed.value)
