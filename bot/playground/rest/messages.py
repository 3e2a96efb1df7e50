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
    call.channel()
    return NO_CONTENT


def listed(call: Call) -> Reply:
    """Return messages, newest first, by `before`, `after`, `around` and `limit`."""
    limit = _limit(call)
    messages = [message for message in call.world.messages(call.channel()) if message.seen_by is None]
    before, after, around = (snowflake(call.query.get(name)) for name in ("before", "after", "around"))
    if around is not None:
        older = [message for message in messages if message.id < around]
        newer = [message for message in messages if message.id >= around]
        chosen = older[max(0, len(older) - limit // 2) :] + newer[: limit - limit // 2]
    elif after is not None:
        chosen = [message for message in messages if message.id > after][:limit]
    else:
        chosen = [message for message in messages if before is None or message.id < before][-limit:]
    return Reply(body=[seen_by_bot(message, call.world.bot.id) for message in reversed(chosen)])


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


def _public(call: Call) -> Message:
    """Return the message of the path; ephemeral ones do not exist on these routes."""
    message = call.world.message(call.channel(), call.id("message_id"))
    if message.seen_by is not None:
        raise refusal("unknown_message")
    return message


def read(call: Call) -> Reply:
    """Return a message."""
    return Reply(body=seen_by_bot(_public(call), call.world.bot.id))


def post(call: Call) -> Reply:
    """Post a message as the bot."""
    room, body, world = call.channel(), call.message_body(), call.world
    replies_to = None
    if body.get("message_reference") is not None:
        replies_to = _referenced(call, room, as_object(body["message_reference"]))
    return Reply(body=world.post(room, world.bot, body, call.uploads, replies_to=replies_to).payload())


def _referenced(call: Call, room: Channel, reference: Json) -> Message | None:
    """Return the message that a new one replies to; None when it is gone and the reply may do without."""
    message = call.world.find_message(room, snowflake(reference.get("message_id")))
    if message is not None and message.seen_by is None:
        return message
    if reference.get("fail_if_not_exists") is False:
        return None
    raise refused([Fault(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")])


def edit(call: Call) -> Reply:
    """Change one of the bot's messages."""
    message = _public(call)
    if message.author != call.world.bot:
        raise refusal("not_the_author")
    body = call.message_body(message)
    return Reply(body=call.world.edit(message, body, call.uploads).payload())


def remove(call: Call) -> Reply:
    """Remove a message: the bot's own, or any where it may manage messages."""
    world, message = call.world, _public(call)
    may_manage = world.permissions(world.bot_member, message.channel) & Permission.MANAGE_MESSAGES
    if message.author != world.bot and not may_manage:
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
