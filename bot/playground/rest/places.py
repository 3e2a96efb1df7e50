"""Routes of who and where: users, the application, the gateway's address, servers, their members' roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.errors import refusal
from bot.playground.permissions import Permission
from bot.playground.rest.call import NO_CONTENT, Call, Reply, Route, refused
from bot.playground.strict.fault import fault
from bot.playground.wire import Json, as_object, snowflake

if TYPE_CHECKING:
    from bot.playground.model import Guild, Member, Role


def me(call: Call) -> Reply:
    """Return the bot's own user."""
    private = {"verified": True, "mfa_enabled": False, "locale": "en-US", "email": None, "premium_type": 0}
    return Reply(body=call.world.bot.payload() | private)


def user(call: Call) -> Reply:
    """Return a user."""
    return Reply(body=call.world.user(call.id("user_id")).payload())


def my_guilds(call: Call) -> Reply:
    """Return the servers the bot is in."""
    world = call.world
    return Reply(
        body=[_partial(guild, world.permissions(world.bot_member_of(guild.id))) for guild in world.guilds_of_bot]
    )


def _partial(guild: Guild, permissions: int) -> Json:
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": False,
        "permissions": str(permissions),
        "features": [],
    }


def open_direct_message(call: Call) -> Reply:
    """Open a direct message channel, or return the one there is."""
    recipient = snowflake(as_object(call.body).get("recipient_id"))
    if recipient is None:
        raise refused([fault(("recipient_id",), "BASE_TYPE_REQUIRED")])
    person = call.world.user(recipient)
    if person.bot:
        raise refusal("cannot_message_user")
    return Reply(body=call.world.direct_message(person).payload())


def application(call: Call) -> Reply:
    """Return the bot's application."""
    world = call.world
    bot = world.bot.payload()
    owner = world.user(world.guild.owner_id).payload()
    return Reply(
        body={
            "id": str(world.application_id),
            "icon": None,
            "team": None,
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "name": world.bot.display_name,
            "description": "",
            "type": None,
            "verify_key": "0" * 64,
            "flags": 0,
            "flags_new": "0",
            "redirect_uris": [],
            "rpc_origins": [],
            "bot": bot,
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": owner,
            "approximate_guild_count": len(world.guilds_of_bot),
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "eligible_oauth2_scopes": [],
            "integration_types_config": {"0": {}},
        }
    )


def gateway(call: Call) -> Reply:
    """Return the gateway's address."""
    return Reply(body={"url": call.gateway_url})


def gateway_for_bot(call: Call) -> Reply:
    """Return the gateway's address and how a bot should start its sessions."""
    return Reply(body={"url": call.gateway_url} | call.starts())


def guild(call: Call) -> Reply:
    """Return a server."""
    found = call.guild()
    counts: Json = {}
    if call.flag("with_counts"):
        total = len(found.members)
        counts = {"approximate_member_count": total, "approximate_presence_count": total}
    return Reply(body=found.payload() | counts)


def guild_channels(call: Call) -> Reply:
    """Return a server's channels."""
    return Reply(body=[channel.payload() for channel in call.guild().channels])


def guild_member(call: Call) -> Reply:
    """Return one member of a server."""
    found = call.guild()
    return Reply(body=call.world.member(call.id("user_id"), found.id).payload())


def guild_members(call: Call) -> Reply:
    """Refuse the list of members: it takes the privileged members intent, which nobody has here."""
    call.guild()
    raise refusal("missing_access")


def search_members(call: Call) -> Reply:
    """Return the members whose name starts with the query."""
    members, query = call.guild().members, call.query.get("query", "").casefold()
    found = [member for member in members if query and member.user.display_name.casefold().startswith(query)]
    return Reply(body=[member.payload() for member in found])


def give_role(call: Call) -> Reply:
    """Give a member a role ("Add Guild Member Role" in Discord's API reference)."""
    member, role = _role_of_member(call)
    call.world.give_role(member, role)
    return NO_CONTENT


def take_role(call: Call) -> Reply:
    """Take a role from a member ("Remove Guild Member Role" in Discord's API reference)."""
    member, role = _role_of_member(call)
    call.world.take_role(member, role)
    return NO_CONTENT


def _role_of_member(call: Call) -> tuple[Member, Role]:
    """Return the member and the role of the path, which the bot may give and take.

    It must be allowed to manage roles, and bear a higher one (Discord's documentation, "Permission Hierarchy"); roles
    that came with an app are managed by that app's installation alone, and @everyone is no role in this respect.

    Raises:
        ApiError: 10004, 10007 and 10011 when the server, the member or the role is not there, 50013 when the bot may
            not give this role.
    """
    world = call.world
    guild_id = call.guild().id
    member, role = world.member(call.id("user_id"), guild_id), world.role(call.id("role_id"), guild_id)
    if role.id == guild_id:
        raise refusal("unknown_role")
    bot = world.bot_member_of(guild_id)
    may_manage = world.permissions(bot) & Permission.MANAGE_ROLES
    if not may_manage or role.bot_id is not None or role.position >= bot.rank:
        raise refusal("missing_permissions")
    return member, role


def guild_roles(call: Call) -> Reply:
    """Return a server's roles."""
    return Reply(body=[role.payload() for role in call.guild().roles])


def guild_role(call: Call) -> Reply:
    """Return one role of a server."""
    guild_id = call.guild().id
    return Reply(body=call.world.role(call.id("role_id"), guild_id).payload())


ROUTES = (
    Route("GET", "/users/@me", me),
    Route("GET", "/users/@me/guilds", my_guilds),
    Route("POST", "/users/@me/channels", open_direct_message),
    Route("GET", "/users/{user_id}", user),
    Route("GET", "/applications/@me", application),
    Route("GET", "/oauth2/applications/@me", application),
    Route("GET", "/gateway", gateway, open=True),
    Route("GET", "/gateway/bot", gateway_for_bot),
    Route("GET", "/guilds/{guild_id}", guild),
    Route("GET", "/guilds/{guild_id}/channels", guild_channels),
    Route("GET", "/guilds/{guild_id}/members", guild_members),
    Route("GET", "/guilds/{guild_id}/members/search", search_members),
    Route("GET", "/guilds/{guild_id}/members/{user_id}", guild_member),
    Route("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", give_role),
    Route("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", take_role),
    Route("GET", "/guilds/{guild_id}/roles", guild_roles),
    Route("GET", "/guilds/{guild_id}/roles/{role_id}", guild_role),
)
