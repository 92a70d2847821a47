"""Who of the staff may do what; pure."""

from __future__ import annotations

from bot.channels.core.model import BY_PERSON, WAITING, Conversation

#: An agent answers who waits; a lead sees and takes every conversation and does the service
#: requests; an admin also reads the audit log.
AGENT, LEAD, ADMIN = "agent", "lead", "admin"
ROLES = (AGENT, LEAD, ADMIN)


def leads(role: str) -> bool:
    """Whether the role has every conversation and the service requests."""
    return role in (LEAD, ADMIN)


def may_audit(role: str) -> bool:
    """Whether the role may read the audit log."""
    return role == ADMIN


def is_mine(name: str, conversation: Conversation) -> bool:
    """Whether this person answers the conversation."""
    return conversation.status == BY_PERSON and conversation.person == name


def may_see(role: str, name: str, conversation: Conversation) -> bool:
    """Whether a person may read the conversation."""
    return leads(role) or conversation.status == WAITING or is_mine(name, conversation)


def may_take(role: str, name: str, conversation: Conversation) -> bool:
    """Whether a person may begin to answer: who waits, for leads also what others have."""
    if conversation.status == WAITING:
        return True
    return leads(role) and not is_mine(name, conversation)


def may_hand_back(role: str, name: str, conversation: Conversation) -> bool:
    """Whether a person may give the conversation to the assistant again."""
    if is_mine(name, conversation):
        return True
    return leads(role) and conversation.status in (WAITING, BY_PERSON)
