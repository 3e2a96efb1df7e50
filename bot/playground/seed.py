"""The people and places of a playground's servers; their ids never change, so a bot's records stay theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.model import Channel, Guild, Member, Role, User
from bot.playground.permissions import EVERY_PERMISSION, MEMBER, Bearer, Overwrite, Permission
from bot.playground.wire import Snowflakes

if TYPE_CHECKING:
    from collections.abc import Iterable

FOUNDED_AT = 1_735_732_800.0
"""Seconds since the epoch: New Year's Day 2025, noon, UTC. All fixed ids are of that moment."""

# Highest first. A bot gives and takes the roles below its own, so Admin is none of them.
RANKS = ("Admin", "Tandem", "Teacher", "Async", "Student", "@everyone")


def found_guild() -> tuple[Guild, User]:
    """Return the home server, and the bot's account in it; the same objects' ids each time.

    Ids are handed out in the order of these lines: what is new goes to their end.
    """
    ids = Snowflakes(lambda: FOUNDED_AT)
    guild_id = ids.next()
    bot = User(ids.next(), "Tandem", "Tandem", 0x5865F2, bot=True)
    ada = User(ids.next(), "ada", "Ada", 0xF0B232)
    grace = User(ids.next(), "grace", "Grace", 0x23A55A)
    linus = User(ids.next(), "linus", "Linus", 0x3BA3D0)
    margaret = User(ids.next(), "margaret", "Margaret", 0xEB459E)

    def role(role_id: int, name: str, permissions: int, color: int = 0, bot_id: int | None = None) -> Role:
        position = len(RANKS) - 1 - RANKS.index(name)
        return Role(role_id, name, permissions, position, color, color != 0, bot_id, guild_id)

    everyone = role(guild_id, "@everyone", MEMBER)
    student = role(ids.next(), "Student", 0, 0x3BA3D0)
    teacher = role(ids.next(), "Teacher", Permission.MANAGE_GUILD | Permission.MANAGE_MESSAGES, 0x23A55A)
    admin = role(ids.next(), "Admin", EVERY_PERMISSION, 0xF0B232)
    tandem = role(ids.next(), "Tandem", MEMBER | Permission.MANAGE_ROLES, bot_id=bot.id)
    general = Channel(ids.next(), "general", "Say hello, or try /lesson async", 0, guild_id)
    lab = Channel(ids.next(), "async-lab", "Watch code wait: /demo parallel", 1, guild_id)
    passed = role(ids.next(), "Async", 0, 0xB47EDE)
    announcements = Channel(ids.next(), "announcements", "News, from those who run this place", 2, guild_id)
    announcements.overwrites = (
        Overwrite(guild_id, Bearer.ROLE, deny=Permission.SEND_MESSAGES),
        Overwrite(teacher.id, Bearer.ROLE, allow=Permission.SEND_MESSAGES),
    )

    belongs = {ada: (admin,), grace: (teacher,), linus: (student,), margaret: (student,), bot: (tandem,)}
    guild = Guild(
        id=guild_id,
        name="Tandem Playground",
        owner_id=ada.id,
        roles=(everyone, student, teacher, admin, tandem, passed),
        channels=(general, lab, announcements),
        members=tuple(Member(user, roles, FOUNDED_AT, guild_id) for user, roles in belongs.items()),
        founded_at=FOUNDED_AT,
    )
    return guild, bot


def further_guild(number: int, name: str, bot: User, people: Iterable[User]) -> Guild:
    """Return the server of that number, the home server being 0: two channels, the bot, and these people.

    It was founded so many milliseconds after home, so that each server belongs to the next shard: a server's shard is
    its id without the lowest 22 bits, modulo the number of shards (Discord's documentation, "Sharding"). The first of
    the people owns it.
    """
    founded_at = FOUNDED_AT + (number + 0.5) / 1000  # half a millisecond more: a fraction may be a hair too small
    ids = Snowflakes(lambda: founded_at)
    guild_id = ids.next()
    everyone = Role(guild_id, "@everyone", MEMBER, 0, guild_id=guild_id)
    passed = Role(ids.next(), "Async", 0, 1, 0xB47EDE, hoist=True, guild_id=guild_id)
    teacher = Role(ids.next(), "Teacher", Permission.MANAGE_GUILD, 2, 0x23A55A, hoist=True, guild_id=guild_id)
    tandem = Role(ids.next(), "Tandem", MEMBER | Permission.MANAGE_ROLES, 3, bot_id=bot.id, guild_id=guild_id)
    general = Channel(ids.next(), "general", "", 0, guild_id)
    lab = Channel(ids.next(), "async-lab", "", 1, guild_id)
    persons = tuple(Member(user, (), founded_at, guild_id) for user in people)
    return Guild(
        id=guild_id,
        name=name,
        owner_id=persons[0].user.id if persons else bot.id,
        roles=(everyone, passed, teacher, tandem),
        channels=(general, lab),
        members=(*persons, Member(bot, (tandem,), founded_at, guild_id)),
        founded_at=founded_at,
    )
