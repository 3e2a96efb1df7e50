"""The state of the local Discord and every change it can see, all in memory and all synchronous; no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.community import Community
from bot.playground.components import completed
from bot.playground.errors import refusal
from bot.playground.events import Answered, Asked, Edited, Posted, Removed
from bot.playground.interaction import Answer, Ask, Interaction, Interactions
from bot.playground.message import Directory, Flag, Kind, Message, Origin, attach, write
from bot.playground.permissions import Permission
from bot.playground.registry import CommandRegistry
from bot.playground.wire import Json, objects

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.playground.model import Attachment, Channel, Member, Upload, User

MESSAGES_KEPT = 500
"""Messages kept for each channel, and of private ones for each member; the oldest go first, with attachments."""

NONCES_KEPT = 5 * 60.0
"""Seconds in which a nonce stands for its message: the "past few minutes" of Discord's "Create Message"."""


class World(Community):
    """A community and all that is said in it. `base_url` is where attachments are served from."""

    def __init__(self, clock: Callable[[], float], new_secret: Callable[[], str]) -> None:
        """Take `clock` (seconds since the epoch) and a source of unguessable tokens."""
        super().__init__(clock)
        self.base_url = ""
        self.application_id = self.bot.id
        self.bot_token = new_secret()
        self.interactions = Interactions()
        self._new_secret = new_secret
        self.commands = CommandRegistry(self.application_id, self._ids.next, self._emit)
        self._messages: dict[int, dict[int, Message]] = {}
        self._nonces: dict[tuple[int, str], Message] = {}
        self._directory = Directory(self._users, self._roles)

    def sees(self, member: Member, message: Message) -> bool:
        """Tell whether that member has this message on their screen."""
        return message.is_for(member.user.id) and self.may(member, message.channel, Permission.VIEW_CHANNEL)

    # Messages

    def messages(self, channel: Channel) -> list[Message]:
        """Return the channel's messages, oldest first, ephemeral ones included."""
        return list(self._messages.get(channel.id, {}).values())

    def find_message(self, channel: Channel, message_id: int | None) -> Message | None:
        """Return a message of a channel, or None when it is not there."""
        return self._messages.get(channel.id, {}).get(message_id or 0)

    def message(self, channel: Channel, message_id: int | None) -> Message:
        """Return a message of a channel; 10008 when it is not there."""
        found = self.find_message(channel, message_id)
        if found is None:
            raise refusal("unknown_message")
        return found

    def attachment(self, channel_id: int | None, attachment_id: int | None) -> Attachment | None:
        """Return a file kept with a message of that channel, if it is there."""
        kept = self._messages.get(channel_id or 0, {}).values()
        found = (item for message in kept for item in message.attachments if item.id == attachment_id)
        return next(found, None)

    def post(
        self,
        channel: Channel,
        author: User,
        body: Json,
        uploads: Sequence[Upload] = (),
        *,
        replies_to: Message | None = None,
    ) -> Message:
        """Post a message, body as in Discord's "Create Message" and already checked."""
        message = Message(self._ids.next(), channel, author, self.clock())
        message.nonce = body.get("nonce")
        message.tts = bool(body.get("tts"))
        if replies_to is not None:
            message.kind, message.replies_to = Kind.REPLY, replies_to
        if message.nonce is not None:
            self._nonces.pop((author.id, str(message.nonce)), None)  # the newest stand last
            self._nonces[author.id, str(message.nonce)] = message
        return self._add(message, body, uploads)

    def posted_lately(self, author: User, nonce: str | int) -> Message | None:
        """Return the message that its author has posted with this nonce in the past few minutes, if it is there."""
        earliest = self.clock() - NONCES_KEPT
        while self._nonces and (oldest := next(iter(self._nonces.items())))[1].created_at < earliest:
            del self._nonces[oldest[0]]
        found = self._nonces.get((author.id, str(nonce)))
        return None if found is None or found.gone else found

    def edit(self, message: Message, body: Json, uploads: Sequence[Upload] = ()) -> Message:
        """Change a message, body as in Discord's "Edit Message" and already checked."""
        self._fill(message, body, uploads)
        if message.flags & Flag.LOADING:
            message.flags &= ~Flag.LOADING  # what "is thinking…" announced is here: said for the first time, not edited
        else:
            message.edited_at = self.clock()
        self._emit(Edited(message))
        return message

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel of the server, with all that was said there."""
        for message in self._messages.pop(channel.id, {}).values():
            message.gone = True
        super().delete_channel(channel)

    def remove(self, message: Message) -> None:
        """Take a message away; nothing happens when it is gone already."""
        if message.gone:
            return
        del self._messages[message.channel.id][message.id]
        message.gone = True
        self._emit(Removed(message))
        # An answer keeps what it answers to alive: without this, a long talk would be kept to its first message.
        message.replies_to = None

    # Interactions

    def ask(
        self,
        ask: Ask,
        member: Member,
        channel: Channel,
        data: Json,
        *,
        command_name: str | None = None,
        message: Message | None = None,
        opened_by: Interaction | None = None,
    ) -> Interaction:
        """Send the bot an interaction, `data` as in Discord's "Interaction Data" and already checked."""
        interaction = Interaction(
            id=self._ids.next(),
            token=self._new_secret(),
            ask=ask,
            member=member,
            channel=channel,
            data=data,
            asked_at=self.clock(),
            command_name=command_name,
            message=message,
            opened_by=opened_by,
        )
        self.interactions.add(interaction)
        self._emit(Asked(interaction))
        return interaction

    def respond(self, interaction: Interaction, answer: Answer, data: Json, uploads: Sequence[Upload] = ()) -> None:
        """Give an interaction its first answer, `data` already checked.

        Raises:
            ApiError: as `Interaction.check_unanswered`; 10003 when the channel is gone, 10008 when the message to
                update is.
        """
        interaction.check_unanswered(self.clock())
        self.channel(interaction.channel.id)
        source = interaction.message
        if answer is Answer.UPDATE and (source is None or source.gone):
            raise refusal("unknown_message")
        interaction.answer = answer
        match answer:
            case Answer.MESSAGE:
                interaction.original = self._answer_with(interaction, data, uploads)
            case Answer.DEFERRED_MESSAGE:
                interaction.original = self._answer_with(interaction, data, uploads, flags=Flag.LOADING)
                interaction.awaits_content = True
            case Answer.UPDATE if source is not None:
                interaction.original = self.edit(source, data, uploads)
            case Answer.DEFERRED_UPDATE:
                interaction.original = source
            case Answer.MODAL:
                interaction.modal = data | {"components": completed(objects(data["components"]))}
            case _:
                pass
        self._emit(Answered(interaction, objects(data.get("choices"))))

    def follow_up(self, interaction: Interaction, body: Json, uploads: Sequence[Upload] = ()) -> Message:
        """Send a further message through an interaction's token.

        After "is thinking…" the first one takes that message's place, and stays as private as that was announced to
        be (Discord's documentation, "Create Followup Message").
        """
        original = interaction.original
        if interaction.awaits_content and original is not None and not original.gone:
            return self.edit_answer(interaction, original, body, uploads)
        return self._answer_with(interaction, body, uploads, follows=original)

    def edit_answer(
        self, interaction: Interaction, message: Message, body: Json, uploads: Sequence[Upload] = ()
    ) -> Message:
        """Change a message of an interaction; what "is thinking…" was waiting for may be such a change."""
        if message is interaction.original:
            interaction.awaits_content = False
        return self.edit(message, body, uploads)

    def _answer_with(
        self,
        interaction: Interaction,
        body: Json,
        uploads: Sequence[Upload],
        *,
        flags: int = 0,
        follows: Message | None = None,
    ) -> Message:
        """Post a message of the bot that answers an interaction or, when it `follows` an answer, comes after it."""
        metadata = interaction.metadata()
        if follows is not None:
            metadata["original_response_message_id"] = str(follows.id)
        message = Message(self._ids.next(), interaction.channel, self.bot, self.clock(), flags=flags)
        message.origin = Origin(interaction.id, metadata, interaction.command_name, self.application_id)
        message.replies_to = follows or interaction.message
        message.kind = Kind.CHAT_INPUT_COMMAND if message.replies_to is None else Kind.REPLY
        if (body.get("flags") or 0) & Flag.EPHEMERAL:
            message.flags |= Flag.EPHEMERAL
            message.seen_by = interaction.member.user.id
        return self._add(message, body, uploads)

    def _add(self, message: Message, body: Json, uploads: Sequence[Upload]) -> Message:
        self._fill(message, body, uploads)
        room = self._messages.setdefault(self.channel(message.channel.id).id, {})
        room[message.id] = message
        if message.seen_by is None:
            message.channel.last_message_id = message.id
        self._emit(Posted(message))
        alike = [kept for kept in room.values() if kept.seen_by == message.seen_by]
        if len(alike) > MESSAGES_KEPT:
            self.remove(alike[0])
        return message

    def _fill(self, message: Message, body: Json, uploads: Sequence[Upload]) -> None:
        attach(message, body, uploads, new_id=self._ids.next, new_secret=self._new_secret, base_url=self.base_url)
        write(message, body, self._directory, new_id=self._ids.next)
