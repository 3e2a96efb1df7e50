"""Roles that a bot gives and takes: which it may, who hears of it, and what people see."""

from __future__ import annotations

import pytest

from bot.playground import Playground
from bot.playground.model import Role
from bot.playground.permissions import MEMBER, Permission
from bot.playground.session import Intent
from tests.playground.local_discord import Rest, Tab, Time, Wire


def role(playground: Playground, name: str) -> Role:
    return next(each for each in playground.world.guild.roles if each.name == name)


def path(playground: Playground, name: str = "Async", member: int = 3) -> str:
    """The path of a role of Linus, or of another member."""
    world = playground.world
    user = world.guild.members[member - 1].user
    return f"/guilds/{world.guild.id}/members/{user.id}/roles/{role(playground, name).id}"


async def test_everything_keeps_its_id_and_what_is_new_comes_after(playground: Playground) -> None:
    guild = playground.world.guild
    first = guild.id
    assert [each.id - first for each in guild.roles] == [0, 6, 7, 8, 9, 12]
    assert [each.id - first for each in guild.channels] == [10, 11, 13]
    ranks = sorted(guild.roles, key=lambda each: each.position, reverse=True)
    assert [each.name for each in ranks] == ["Admin", "Tandem", "Teacher", "Async", "Student", "@everyone"]


async def test_a_bot_gives_and_takes_a_role_below_its_own(
    rest: Rest, playground: Playground, tabs: dict[str, Tab]
) -> None:
    assert (await rest("PUT", path(playground))).status == 204
    for tab in tabs.values():
        member = (await tab.next("member"))["member"]
        assert [each["name"] for each in member["roles"]] == ["Async", "Student"]
        assert member["name_color"] == "#b47ede"
    linus = playground.world.guild.members[2].user
    shown = (await rest("GET", f"/guilds/{playground.world.guild.id}/members/{linus.id}")).body
    assert shown["roles"] == [str(role(playground, name).id) for name in ("Student", "Async")]
    assert (await rest("DELETE", path(playground))).status == 204
    assert [each["name"] for each in (await tabs["Ada"].next("member"))["member"]["roles"]] == ["Student"]


async def test_a_role_given_twice_is_given_once(rest: Rest, playground: Playground, tabs: dict[str, Tab]) -> None:
    for method in ("PUT", "PUT", "DELETE", "DELETE"):
        assert (await rest(method, path(playground))).status == 204
    for _ in range(2):
        await tabs["Ada"].next("member")
    await tabs["Ada"].sees_nothing()


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_roles_that_a_bot_may_not_give(rest: Rest, playground: Playground, method: str) -> None:
    for name in ("Admin", "Tandem"):
        assert (await rest(method, path(playground, name))).code == (403, 50013)
    assert (await rest(method, path(playground, "@everyone"))).code == (404, 10011)
    world = playground.world
    unknown = path(playground).rpartition("/")[0]
    assert (await rest(method, f"{unknown}/1")).code == (404, 10011)
    assert (await rest(method, f"/guilds/{world.guild.id}/members/1/roles/1")).code == (404, 10007)
    assert (await rest(method, path(playground).replace(str(world.guild.id), "1", 1))).code == (404, 10004)


async def test_a_bot_without_the_permission_or_the_rank_gives_none(rest: Rest, playground: Playground) -> None:
    own = role(playground, "Tandem")
    playground.world.change_role(own, permissions=MEMBER)
    assert (await rest("PUT", path(playground))).code == (403, 50013)
    playground.world.change_role(own, permissions=MEMBER | Permission.MANAGE_ROLES, position=1)
    assert (await rest("PUT", path(playground))).code == (403, 50013)
    playground.world.change_role(role(playground, "Async"), position=0)
    assert (await rest("PUT", path(playground))).status == 204


async def test_a_deleted_role_is_given_to_nobody(rest: Rest, playground: Playground, wire: Wire) -> None:
    world, passed = playground.world, role(playground, "Async")
    where = path(playground)
    await rest("PUT", where)
    world.delete_role(passed)
    assert await wire.event("GUILD_ROLE_DELETE") == {"guild_id": str(world.guild.id), "role_id": str(passed.id)}
    assert (await rest("PUT", where)).code == (404, 10011)
    assert passed not in world.guild.members[2].roles


async def test_only_the_privileged_intent_hears_of_other_members(time: Time) -> None:
    everything = Intent.GUILDS | Intent.GUILD_MEMBERS
    async with (
        Playground(clock=time, privileged_intents=Intent.GUILD_MEMBERS) as playground,
        Wire.to(playground) as curious,
        Wire.to(playground) as modest,
    ):
        await curious.identify(playground.token, intents=everything)
        assert len((await curious.event("GUILD_CREATE"))["members"]) == 5
        await modest.identify(playground.token, intents=Intent.GUILDS)
        assert len((await modest.event("GUILD_CREATE"))["members"]) == 1
        world, passed = playground.world, role(playground, "Async")
        world.give_role(world.people[0], passed)
        heard = await curious.event("GUILD_MEMBER_UPDATE")
        assert (heard["user"]["username"], heard["roles"][0]) == ("ada", str(passed.id))
        world.give_role(world.bot_member, passed)
        for wire in (curious, modest):
            assert (await wire.event("GUILD_MEMBER_UPDATE"))["user"]["id"] == str(world.bot.id)
