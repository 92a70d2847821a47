"""How many messages of a session wait for their answers."""

from __future__ import annotations

import sqlalchemy as sa

from bot.channels.core.core import ChannelCore
from bot.channels.core.tables import TO_ANSWER, messages


async def unanswered(core: ChannelCore, conversation_id: str) -> int:
    """Messages that the assistant has still to answer; none where a person does."""
    return await core.read(_count, core, conversation_id)


def _count(core: ChannelCore, conversation_id: str) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(messages)
        .where(messages.c.conversation_id == conversation_id, messages.c.state == TO_ANSWER)
    )
    with core.transcript.database.read.connect() as connection:
        return connection.execute(query).scalar_one()
