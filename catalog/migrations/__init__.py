"""Alembic migrations of the store; they run when a store is opened.

A new one is a file in ``versions`` whose ``down_revision`` is the last one's ``revision``;
``catalog.schema.HEAD`` names the newest. Released migrations are never edited, and they do not
import ``catalog.schema``, which goes on changing.
"""
