"""Discord's permission bits, and how roles and a channel's overwrites add up to them; no objects of the world."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bot.playground.wire import Json


class Permission(IntFlag):
    """The permissions that this world uses (Discord's API reference, "Permissions")."""

    CREATE_INSTANT_INVITE = 1 << 0
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CHANGE_NICKNAME = 1 << 26
    MANAGE_ROLES = 1 << 28
    USE_APPLICATION_COMMANDS = 1 << 31
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38


EVERY_PERMISSION = (1 << 53) - 1
"""What an administrator holds: every bit Discord has published."""

MEMBER = (
    Permission.CREATE_INSTANT_INVITE
    | Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.CHANGE_NICKNAME
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
"""What @everyone may do here."""

DIRECT_MESSAGE = MEMBER & ~Permission.CREATE_INSTANT_INVITE
"""What both sides of a direct message may do."""


class Bearer(IntEnum):
    """Whom an overwrite is for (Discord's API reference, "Overwrite Object")."""

    ROLE = 0
    MEMBER = 1


@dataclass(frozen=True)
class Overwrite:
    """What a channel allows and denies a role or a member, whatever their roles say; `id` is theirs."""

    id: int
    bearer: Bearer
    allow: int = 0
    deny: int = 0

    def payload(self) -> Json:
        """Return Discord's overwrite object."""
        return {"id": str(self.id), "type": int(self.bearer), "allow": str(self.allow), "deny": str(self.deny)}


def combined(permissions: Iterable[int], *, owner: bool = False) -> int:
    """Return what roles with these permissions allow together; owners and administrators hold every bit."""
    total = 0
    for bits in permissions:
        total |= bits
    return EVERY_PERMISSION if owner or total & Permission.ADMINISTRATOR else total


def overwritten(
    base: int, overwrites: Iterable[Overwrite], *, everyone: int, roles: Collection[int], member: int
) -> int:
    """Return what is left and added of `base` in a channel with these overwrites, for a member with these roles.

    First @everyone's overwrite counts, then those of all roles together, then the member's own; in each of these
    steps what is allowed outweighs what is denied. Administrators keep every bit. The three are ids.

    Source: Discord's documentation, "Permission Hierarchy" and "Permission Overwrites".
    """
    if base & Permission.ADMINISTRATOR:
        return base
    steps: dict[int, tuple[int, int]] = {}
    for overwrite in overwrites:
        step = 0 if overwrite.id == everyone else 1 if overwrite.id in roles else 2
        if step < 2 or overwrite.id == member:
            allow, deny = steps.get(step, (0, 0))
            steps[step] = allow | overwrite.allow, deny | overwrite.deny
    for step in sorted(steps):
        allow, deny = steps[step]
        base = base & ~deny | allow
    return base
