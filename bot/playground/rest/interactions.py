"""Routes that answer interactions: the first answer, and what its token allows for 15 minutes after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.errors import refusal
from bot.playground.interaction import Answer, Interaction
from bot.playground.message import Flag, Message
from bot.playground.rest.call import NO_CONTENT, Call, Reply, Route
from bot.playground.strict import interaction_response_faults, is_empty_message
from bot.playground.wire import as_object

if TYPE_CHECKING:
    from bot.playground.wire import Json


def answer(call: Call) -> Reply:
    """Give an interaction its first answer."""
    interaction = call.world.interactions.get(call.id("interaction_id"))
    if interaction.token != call.path["interaction_token"]:
        raise refusal("unknown_interaction")
    interaction.check_unanswered(call.world.clock())
    source, files = interaction.message, len(call.uploads)
    call.check(
        lambda: interaction_response_faults(
            call.body,
            files=files,
            interaction_type=int(interaction.ask),
            existing=None if source is None else source.payload(),
        )
    )
    body = as_object(call.body)
    kind, data = Answer(body["type"]), as_object(body.get("data"))
    if call.strict and kind is Answer.MESSAGE and is_empty_message(data, files):
        raise refusal("empty_message")
    call.world.respond(interaction, kind, data, call.uploads)
    return Reply(body=_outcome(interaction, kind)) if call.flag("with_response") else NO_CONTENT


def _outcome(interaction: Interaction, kind: Answer) -> Json:
    """Return Discord's interaction callback response object; only a message that was sent or changed is shown."""
    about: Json = {"id": str(interaction.id), "type": int(interaction.ask)}
    original = interaction.original
    if original is None:
        return {"interaction": about}
    about |= {
        "response_message_id": str(original.id),
        "response_message_loading": bool(original.flags & Flag.LOADING),
        "response_message_ephemeral": bool(original.flags & Flag.EPHEMERAL),
        "channel_id": str(original.channel.id),
    }
    if original.channel.guild_id is not None:
        about["guild_id"] = str(original.channel.guild_id)
    resource: Json = {"type": int(kind), "message": original.payload()}
    return {"interaction": about} | ({"resource": resource} if kind in (Answer.MESSAGE, Answer.UPDATE) else {})


def _interaction(call: Call) -> Interaction:
    """Return the interaction whose token the path carries, while the token works and its channel is there."""
    if call.id("webhook_id") != call.world.application_id:
        raise refusal("unknown_webhook")
    interaction = call.world.interactions.of_token(call.path["webhook_token"])
    interaction.check_token(call.world.clock())
    call.world.channel(interaction.channel.id)
    return interaction


def _message(call: Call, interaction: Interaction) -> Message:
    """Return the message that the path names: `@original`, or one that this interaction has made."""
    original = interaction.original
    if "message_id" in call.path:
        message = call.world.message(interaction.channel, call.id("message_id"))
        if message is original or (message.origin is not None and message.origin.interaction_id == interaction.id):
            return message
    elif original is not None and not original.gone:
        return original
    raise refusal("unknown_message")


def follow_up(call: Call) -> Reply:
    """Send a further message."""
    interaction = _interaction(call)
    body = call.message_body(interaction.original if interaction.awaits_content else None)
    return Reply(body=call.world.follow_up(interaction, body, call.uploads).payload())


def read(call: Call) -> Reply:
    """Return a message of this interaction."""
    return Reply(body=_message(call, _interaction(call)).payload())


def edit(call: Call) -> Reply:
    """Change a message of this interaction."""
    interaction = _interaction(call)
    message = _message(call, interaction)
    body = call.message_body(message)
    return Reply(body=call.world.edit_answer(interaction, message, body, call.uploads).payload())


def remove(call: Call) -> Reply:
    """Remove a message of this interaction."""
    call.world.remove(_message(call, _interaction(call)))
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
