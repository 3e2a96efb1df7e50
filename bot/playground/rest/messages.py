"""Routes of channels and their messages, as a bot reads and writes them with its own token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.errors import refusal
from bot.playground.permissions import Permission
from bot.playground.rest.call import NO_CONTENT, Call, Reply, Route, refused
from bot.playground.session import seen_by_bot
from bot.playground.strict import Fault
from bot.playground.strict.fault import fault
from bot.playground.wire import Json, as_object, snowflake

if TYPE_CHECKING:
    from bot.playground.message import Message
    from bot.playground.model import Channel

# "Get Channel Messages" in Discord's API reference.
PAGE_SIZE = 50
LARGEST_PAGE = 100


def channel(call: Call) -> Reply:
    """Return a channel."""
    return Reply(body=call.channel().payload())


def typing(call: Call) -> Reply:
    """Accept that the bot is typing; the page does not show it."""
    call.channel(Permission.SEND_MESSAGES)
    return NO_CONTENT


def listed(call: Call) -> Reply:
    """Return messages, newest first, by `before`, `after`, `around` and `limit`.

    Without the permission to read its history a channel has none ("Get Channel Messages").
    """
    limit, room, world = _limit(call), call.channel(), call.world
    if not world.bot_may(room, Permission.READ_MESSAGE_HISTORY):
        return Reply(body=[])
    messages = [message for message in world.messages(room) if message.seen_by is None]
    before, after, around = (snowflake(call.query.get(name)) for name in ("before", "after", "around"))
    if around is not None:
        older = [message for message in messages if message.id < around]
        newer = [message for message in messages if message.id >= around]
        chosen = older[max(0, len(older) - limit // 2) :] + newer[: limit - limit // 2]
    elif after is not None:
        chosen = [message for message in messages if message.id > after][:limit]
    else:
        chosen = [message for message in messages if before is None or message.id < before][-limit:]
    return Reply(body=[seen_by_bot(message, world.bot.id) for message in reversed(chosen)])


def _limit(call: Call) -> int:
    text = call.query.get("limit", str(PAGE_SIZE))
    limit = snowflake(text)
    if limit is None:
        raise refused([fault(("limit",), "NUMBER_TYPE_COERCE", value=text, kind="int")])
    if limit < 1:
        raise refused([fault(("limit",), "NUMBER_TYPE_MIN", least=1)])
    if limit > LARGEST_PAGE:
        raise refused([fault(("limit",), "NUMBER_TYPE_MAX", most=LARGEST_PAGE)])
    return limit


def _public(call: Call, *needed: int) -> Message:
    """Return the message of the path; ephemeral ones do not exist on these routes."""
    message = call.world.message(call.channel(*needed), call.id("message_id"))
    if message.seen_by is not None:
        raise refusal("unknown_message")
    return message


def read(call: Call) -> Reply:
    """Return a message."""
    return Reply(body=seen_by_bot(_public(call, Permission.READ_MESSAGE_HISTORY), call.world.bot.id))


def post(call: Call) -> Reply:
    """Post a message as the bot; with `enforce_nonce` the message that its nonce has posted already comes back.

    Raises:
        ApiError: 50007 and 50278 when the person of a direct message takes none, 160002 as `_referenced`.
    """
    room, body, world = call.channel(Permission.SEND_MESSAGES), call.message_body(), call.world
    _check_recipient(call, room)
    _check_parts(call, room, body)
    replies_to = None
    if body.get("message_reference") is not None:
        replies_to = _referenced(call, room, as_object(body["message_reference"]))
    posted = world.posted_lately(world.bot, body["nonce"]) if body.get("enforce_nonce") and "nonce" in body else None
    if posted is None:
        posted = world.post(room, world.bot, body, call.uploads, replies_to=replies_to)
    return Reply(body=posted.payload())


def _check_recipient(call: Call, room: Channel) -> None:
    """Refuse a direct message to somebody who takes none, or who shares no server with the bot.

    Source: Discord's documentation, "JSON Error Codes".
    """
    world, person = call.world, room.recipient
    if person is None:
        return
    if not world.shares_a_guild(person):
        raise refusal("no_mutual_guilds")
    if not world.has_open_inbox(person):
        raise refusal("cannot_message_user")


def _check_parts(call: Call, room: Channel, body: Json) -> None:
    """Refuse files and embeds where the bot may not send such (Discord's documentation, "Permissions")."""
    needed = Permission(0)
    if call.uploads:
        needed |= Permission.ATTACH_FILES
    if body.get("embeds"):
        needed |= Permission.EMBED_LINKS
    if not call.world.bot_may(room, needed):
        raise refusal("missing_permissions")


def _referenced(call: Call, room: Channel, reference: Json) -> Message | None:
    """Return the message that a new one replies to; None when it is gone and the reply may do without.

    Raises:
        ApiError: 160002 without the permission to read the channel's history, 50035 when there is no such message.
    """
    if not call.world.bot_may(room, Permission.READ_MESSAGE_HISTORY):
        raise refusal("reply_without_history")
    message = call.world.find_message(room, snowflake(reference.get("message_id")))
    if message is not None and message.seen_by is None:
        return message
    if reference.get("fail_if_not_exists") is False:
        return None
    raise refused([Fault(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")])


def edit(call: Call) -> Reply:
    """Change one of the bot's messages; it need not be allowed to send new ones."""
    message = _public(call)
    if message.author != call.world.bot:
        raise refusal("not_the_author")
    body = call.message_body(message)
    _check_parts(call, message.channel, body)
    return Reply(body=call.world.edit(message, body, call.uploads).payload())


def remove(call: Call) -> Reply:
    """Remove a message: the bot's own, or any where it may manage messages."""
    world, message = call.world, _public(call)
    if message.author != world.bot and not world.bot_may(message.channel, Permission.MANAGE_MESSAGES):
        raise refusal("missing_permissions")
    world.remove(message)
    return NO_CONTENT


_CHANNEL = "/channels/{channel_id}"

ROUTES = (
    Route("GET", _CHANNEL, channel),
    Route("POST", _CHANNEL + "/typing", typing),
    Route("GET", _CHANNEL + "/messages", listed),
    Route("POST", _CHANNEL + "/messages", post),
    Route("GET", _CHANNEL + "/messages/{message_id}", read),
    Route("PATCH", _CHANNEL + "/messages/{message_id}", edit),
    Route("DELETE", _CHANNEL + "/messages/{message_id}", remove),
)
