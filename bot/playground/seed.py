"""The people and places that every playground starts with; their ids never change, so a bot's records stay theirs."""

from __future__ import annotations

from bot.playground.model import Channel, Guild, Member, Role, User
from bot.playground.permissions import EVERY_PERMISSION, MEMBER, Permission
from bot.playground.wire import Snowflakes

FOUNDED_AT = 1_735_732_800.0
"""Seconds since the epoch: New Year's Day 2025, noon, UTC. All fixed ids are of that moment."""


def found_guild() -> tuple[Guild, User]:
    """Return the server, and the bot's account in it; the same objects' ids each time."""
    ids = Snowflakes(lambda: FOUNDED_AT)
    guild_id = ids.next()
    bot = User(ids.next(), "Tandem", "Tandem", 0x5865F2, bot=True)
    ada = User(ids.next(), "ada", "Ada", 0xF0B232)
    grace = User(ids.next(), "grace", "Grace", 0x23A55A)
    linus = User(ids.next(), "linus", "Linus", 0x3BA3D0)
    margaret = User(ids.next(), "margaret", "Margaret", 0xEB459E)

    everyone = Role(guild_id, "@everyone", MEMBER, 0)
    student = Role(ids.next(), "Student", 0, 1, 0x3BA3D0, hoist=True)
    teacher = Role(ids.next(), "Teacher", Permission.MANAGE_GUILD | Permission.MANAGE_MESSAGES, 2, 0x23A55A, hoist=True)
    admin = Role(ids.next(), "Admin", EVERY_PERMISSION, 3, 0xF0B232, hoist=True)
    tandem = Role(ids.next(), "Tandem", MEMBER, 4, bot_id=bot.id)
    general = Channel(ids.next(), "general", "Say hello, or try /lesson async", 0, guild_id)
    lab = Channel(ids.next(), "async-lab", "Watch code wait: /demo parallel", 1, guild_id)

    belongs = {ada: (admin,), grace: (teacher,), linus: (student,), margaret: (student,), bot: (tandem,)}
    guild = Guild(
        id=guild_id,
        name="Tandem Playground",
        owner_id=ada.id,
        roles=(everyone, student, teacher, admin, tandem),
        channels=(general, lab),
        members=tuple(Member(user, roles, FOUNDED_AT) for user, roles in belongs.items()),
        founded_at=FOUNDED_AT,
    )
    return guild, bot
