"""Routes that answer interactions: the first answer, and what its token allows for 15 minutes after."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.playground.errors import refusal
from bot.playground.interaction import Answer, Interaction
from bot.playground.message import Flag, Message
from bot.playground.rest.call import NO_CONTENT, Call, Reply, Route
from bot.playground.strict import interaction_response_faults, is_empty_message, message_faults

if TYPE_CHECKING:
    from bot.playground.ids import Json


def answer(call: Call) -> Reply:
    """Give an interaction its first answer."""
    interaction = call.world.interaction(call.id("interaction_id"))
    if interaction.token != call.path["interaction_token"]:
        raise refusal("unknown_interaction")
    interaction.check_unanswered(call.world.clock())
    body, existing = call.object(), interaction.message
    call.check(
        lambda: interaction_response_faults(
            body,
            files=len(call.uploads),
            interaction_type=int(interaction.ask),
            existing=None if existing is None else existing.payload(),
        )
    )
    kind, data = Answer(body["type"]), cast("Json", body.get("data") or {})
    if kind is Answer.MESSAGE and is_empty_message(data, len(call.uploads)):
        raise refusal("empty_message")
    call.world.respond(interaction, kind, data, call.uploads)
    if not call.flag("with_response"):
        return NO_CONTENT
    return Reply(body=_outcome(interaction, kind))


def _outcome(interaction: Interaction, kind: Answer) -> Json:
    """Return Discord's interaction callback response object."""
    about: Json = {"id": str(interaction.id), "type": int(interaction.ask)}
    outcome: Json = {"interaction": about}
    original = interaction.original
    if original is not None:
        about["response_message_id"] = str(original.id)
        about["response_message_loading"] = bool(original.flags & Flag.LOADING)
        about["response_message_ephemeral"] = bool(original.flags & Flag.EPHEMERAL)
        about["channel_id"] = str(original.channel.id)
        if original.channel.guild_id is not None:
            about["guild_id"] = str(original.channel.guild_id)
        outcome["resource"] = {"type": int(kind), "message": original.payload()}
    return outcome


def _interaction(call: Call) -> Interaction:
    """Return the interaction whose token the path carries, while the token works."""
    if call.id("webhook_id") != call.world.application_id:
        raise refusal("unknown_webhook")
    interaction = call.world.interaction_of_token(call.path["webhook_token"])
    interaction.check_token(call.world.clock())
    return interaction


def _message(call: Call, interaction: Interaction) -> Message:
    """Return the message that the path names: `@original`, or one that this token has sent."""
    named = call.path.get("message_id", "@original")
    original = interaction.original
    if named == "@original":
        if original is None:
            raise refusal("unknown_message")
        return call.world.message(original.channel, original.id)
    message = call.world.message(interaction.channel, call.id("message_id"))
    mine = message is original or (message.origin is not None and message.origin.metadata["id"] == str(interaction.id))
    if not mine:
        raise refusal("unknown_message")
    return message


def follow_up(call: Call) -> Reply:
    """Send a further message."""
    interaction, body = _interaction(call), call.object()
    waiting = interaction.original if interaction.awaits_content else None
    existing = None if waiting is None else waiting.payload()
    call.check(lambda: message_faults(body, files=len(call.uploads), existing=existing))
    if is_empty_message(body, len(call.uploads)):
        raise refusal("empty_message")
    return Reply(body=call.world.follow_up(interaction, body, call.uploads).payload())


def read(call: Call) -> Reply:
    """Return a message of this interaction."""
    return Reply(body=_message(call, _interaction(call)).payload())


def edit(call: Call) -> Reply:
    """Change a message of this interaction; the answer that "is thinking…" was waiting for may be such a change."""
    interaction, body = _interaction(call), call.object()
    message = _message(call, interaction)
    call.check(lambda: message_faults(body, files=len(call.uploads), existing=message.payload()))
    if message is interaction.original:
        interaction.awaits_content = False
    return Reply(body=call.world.edit(message, body, call.uploads).payload())


def remove(call: Call) -> Reply:
    """Remove a message of this interaction."""
    interaction = _interaction(call)
    message = _message(call, interaction)
    if message is interaction.original:
        interaction.awaits_content = False
    call.world.remove(message)
    return NO_CONTENT


_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"

ROUTES = (
    Route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", answer, open=True),
    Route("POST", _WEBHOOK, follow_up, open=True),
    *(
        Route(method, f"{_WEBHOOK}/messages/{name}", handler, open=True)
        for name in ("@original", "{message_id}")
        for method, handler in (("GET", read), ("PATCH", edit), ("DELETE", remove))
    ),
)
