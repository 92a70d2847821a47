"""The tables of conversations on channels."""

from __future__ import annotations

import json
from typing import Any, Optional

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

#: The present shape of these tables; a program refuses a database that is newer.
VERSION = 1
#: What the version is kept under; other parts of the database have their own.
PART = "channels"

#: The most characters of a conversation's id and of a message's key.
LONGEST_NAME = 255

#: Where a shopper's message stands: to be answered; answered; left to a person. Where one of ours
#: stands: to be delivered; delivered; not wanted by the channel.
TO_ANSWER, ANSWERED, LEFT = "to_answer", "answered", "left"
TO_DELIVER, DELIVERED, REFUSED = "to_deliver", "delivered", "refused"

#: What the channel's own desk has still to be told of a conversation.
OVER, BACK = "over", "back"

metadata = sa.MetaData()


class Json(TypeDecorator):
    """Plain JSON in a column of text, readable whatever characters are in it."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Optional[str]:
        """As ASCII: databases differ in what else they take."""
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: Optional[str], dialect: Any) -> Any:
        """The value again."""
        return None if value is None else json.loads(value)


versions = sa.Table(
    "channel_versions",
    metadata,
    sa.Column("part", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
)
conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(LONGEST_NAME), primary_key=True),
    sa.Column("channel", sa.String(64), nullable=False),
    sa.Column("address", sa.String(LONGEST_NAME), nullable=False),
    sa.Column("shopper_id", sa.String(LONGEST_NAME), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("person", sa.String(LONGEST_NAME), nullable=False),
    sa.Column("reason", sa.String(64), nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("details", Json, nullable=False),
    # OVER, BACK or empty: what adapter.handed_over and handed_back have still to be called for.
    sa.Column("to_tell", sa.String(8), nullable=False),
    sa.Column("tell_at", sa.Float(53), nullable=False),
    sa.Column("tell_attempts", sa.Integer, nullable=False),
    # Seconds since the epoch.
    sa.Column("updated_at", sa.Float(53), nullable=False),
    sa.Index("ix_conversations_updated", "updated_at"),
    sa.Index("ix_conversations_status", "status", "updated_at"),
    sa.Index("ix_conversations_to_tell", "to_tell"),
)
messages = sa.Table(
    "messages",
    metadata,
    sa.Column(
        "conversation_id",
        sa.String(LONGEST_NAME),
        sa.ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(LONGEST_NAME), nullable=False),
    sa.Column("author", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("buttons", Json, nullable=False),
    sa.Column("custom", Json, nullable=False),
    sa.Column("payload", Json, nullable=False),
    sa.Column("name", sa.String(LONGEST_NAME), nullable=False),
    sa.Column("reply_to", sa.Integer),
    sa.Column("at", sa.Float(53), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    # Not to be tried before, in seconds since the epoch.
    sa.Column("due", sa.Float(53), nullable=False),
    # A key that somebody chose keeps out nothing of another conversation, and nothing of ours.
    sa.UniqueConstraint("conversation_id", "author", "key", name="uq_messages_key"),
    sa.Index("ix_messages_work", "state", "due"),
    sa.Index("ix_messages_at", "at"),
)
#: Which process works on what of a conversation, and until when it says so.
claims = sa.Table(
    "channel_claims",
    metadata,
    sa.Column("conversation_id", sa.String(LONGEST_NAME), primary_key=True),
    sa.Column("work", sa.String(16), primary_key=True),
    sa.Column("holder", sa.String(LONGEST_NAME), nullable=False),
    sa.Column("until", sa.Float(53), nullable=False),
)
