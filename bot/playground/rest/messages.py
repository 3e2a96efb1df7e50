"""Routes of channels and their messages, as a bot reads and writes them with its own token."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.playground.errors import InvalidFormError, refusal
from bot.playground.ids import Json, snowflake
from bot.playground.permissions import Permission
from bot.playground.rest.call import NO_CONTENT, Call, Reply, Route
from bot.playground.session import seen_by_bot
from bot.playground.strict import Fault, error_body, is_empty_message, message_faults

if TYPE_CHECKING:
    from bot.playground.message import Message
    from bot.playground.model import Channel

PAGE_SIZE = 50
LARGEST_PAGE = 100


def channel(call: Call) -> Reply:
    """Return a channel."""
    return Reply(body=call.channel().payload())


def typing(call: Call) -> Reply:
    """Accept that the bot is typing; the page does not show it."""
    call.channel()
    return NO_CONTENT


def _public(call: Call, room: Channel) -> Message:
    """Return the message of the path; ephemeral ones do not exist on these routes."""
    message = call.world.message(room, call.id("message_id"))
    if message.seen_by is not None:
        raise refusal("unknown_message")
    return message


def listed(call: Call) -> Reply:
    """Return messages, newest first, by `before`, `after`, `around` and `limit`."""
    room = call.channel()
    limit = _limit(call)
    messages = [message for message in call.world.messages(room) if message.seen_by is None]
    before, after, around = (snowflake(call.query.get(name)) for name in ("before", "after", "around"))
    if around is not None:
        newer = [message for message in messages if message.id >= around][: (limit + 1) // 2]
        older = [message for message in messages if message.id < around][-(limit // 2) :] if limit > 1 else []
        chosen = older + newer
    elif after is not None:
        chosen = [message for message in messages if message.id > after][:limit]
    else:
        chosen = [message for message in messages if before is None or message.id < before][-limit:]
    return Reply(body=[seen_by_bot(message, call.world.bot.id) for message in reversed(chosen)])


def _limit(call: Call) -> int:
    text = call.query.get("limit", str(PAGE_SIZE))
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST_PAGE:
        fault = Fault(("limit",), "NUMBER_TYPE_MAX", f"int value should be between 1 and {LARGEST_PAGE}.")
        raise InvalidFormError(error_body([fault]))
    return int(text)


def read(call: Call) -> Reply:
    """Return a message."""
    return Reply(body=seen_by_bot(_public(call, call.channel()), call.world.bot.id))


def post(call: Call) -> Reply:
    """Post a message as the bot."""
    room, body, world = call.channel(), call.object(), call.world
    call.check(lambda: message_faults(body, files=len(call.uploads)))
    if is_empty_message(body, len(call.uploads)):
        raise refusal("empty_message")
    replies_to = _referenced(call, room, cast("Json | None", body.get("message_reference")))
    return Reply(body=world.post(room, world.bot, body, call.uploads, replies_to=replies_to).payload())


def _referenced(call: Call, room: Channel, reference: Json | None) -> Message | None:
    """Return the message that a new one replies to."""
    if reference is None:
        return None
    message_id = snowflake(reference.get("message_id"))
    found = next((message for message in call.world.messages(room) if message.id == message_id), None)
    if found is None and reference.get("fail_if_not_exists", True):
        fault = Fault(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        raise InvalidFormError(error_body([fault]))
    return found


def edit(call: Call) -> Reply:
    """Change one of the bot's messages."""
    message, body = _public(call, call.channel()), call.object()
    if message.author != call.world.bot:
        raise refusal("not_the_author")
    call.check(lambda: message_faults(body, files=len(call.uploads), existing=message.payload()))
    return Reply(body=call.world.edit(message, body, call.uploads).payload())


def remove(call: Call) -> Reply:
    """Remove a message: the bot's own, or any where it may manage messages."""
    world, room = call.world, call.channel()
    message = _public(call, room)
    may_manage = world.permissions(world.member(world.bot.id), room) & Permission.MANAGE_MESSAGES
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
