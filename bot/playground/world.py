"""The state of the local Discord and every change it can see, all in memory and all synchronous; no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.components import completed
from bot.playground.errors import refusal
from bot.playground.events import Answered, Asked, BotSeen, DirectMessageOpened, Edited, Event, Posted, Removed
from bot.playground.interaction import Answer, Ask, Interaction, Interactions
from bot.playground.message import Directory, Flag, Kind, Message, Origin, attach, write
from bot.playground.model import Attachment, Channel, Member, Role, Upload, User
from bot.playground.permissions import DIRECT_MESSAGE, combined
from bot.playground.registry import CommandRegistry
from bot.playground.seed import found_guild
from bot.playground.wire import Json, Snowflakes, objects

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MESSAGES_KEPT = 500
"""Messages kept for each channel; the oldest go first, with their attachments."""


class World:
    """One server, its people and its bot. `base_url` is where attachments are served from."""

    def __init__(self, clock: Callable[[], float], new_secret: Callable[[], str]) -> None:
        """Take `clock` (seconds since the epoch) and a source of unguessable tokens."""
        self.clock = clock
        self.base_url = ""
        self.guild, self.bot = found_guild()
        self.application_id = self.bot.id
        self.bot_token = new_secret()
        self.bot_online = False
        self.interactions = Interactions()
        self._new_secret = new_secret
        self._ids = Snowflakes(clock)
        self.commands = CommandRegistry(self.application_id, self._ids.next, self._emit)
        self._members = {member.user.id: member for member in self.guild.members}
        self._roles = {role.id: role for role in self.guild.roles}
        self._channels = {channel.id: channel for channel in self.guild.channels}
        self._messages: dict[int, dict[int, Message]] = {channel_id: {} for channel_id in self._channels}
        self._directory = Directory({key: member.user for key, member in self._members.items()}, self._roles)
        self._listeners: list[Callable[[Event], None]] = []

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        """Call `listener` with every event from now on."""
        self._listeners.append(listener)

    def _emit(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)

    def set_bot_online(self, online: bool) -> None:
        """Record whether the bot is connected to the gateway."""
        if online != self.bot_online:
            self.bot_online = online
            self._emit(BotSeen(online))

    # Who and what there is

    @property
    def people(self) -> list[Member]:
        """The members who are persons, in the order they are listed."""
        return [member for member in self.guild.members if not member.user.bot]

    @property
    def channels(self) -> list[Channel]:
        """The server's channels, then the direct messages."""
        return list(self._channels.values())

    @property
    def bot_member(self) -> Member:
        """The bot in the server."""
        return self._members[self.bot.id]

    def member(self, user_id: int | None) -> Member:
        """Return a member; 10007 when there is none of that id."""
        found = self._members.get(user_id or 0)
        if found is None:
            raise refusal("unknown_member")
        return found

    def user(self, user_id: int | None) -> User:
        """Return a user; 10013 when there is none of that id."""
        found = self._members.get(user_id or 0)
        if found is None:
            raise refusal("unknown_user")
        return found.user

    def role(self, role_id: int | None) -> Role:
        """Return a role; 10011 when there is none of that id."""
        found = self._roles.get(role_id or 0)
        if found is None:
            raise refusal("unknown_role")
        return found

    def channel(self, channel_id: int | None) -> Channel:
        """Return a channel; 10003 when there is none of that id."""
        found = self._channels.get(channel_id or 0)
        if found is None:
            raise refusal("unknown_channel")
        return found

    def permissions(self, member: Member, channel: Channel) -> int:
        """Return the permission bits that a member has in a channel."""
        if channel.guild_id is None:
            return DIRECT_MESSAGE
        everyone = self._roles[self.guild.id]
        bits = [role.permissions for role in (everyone, *member.roles)]
        return combined(bits, owner=member.user.id == self.guild.owner_id)

    def direct_message(self, person: User) -> Channel:
        """Return the channel between the bot and a person, opened when it is the first time."""
        for channel in self._channels.values():
            if channel.recipient == person:
                return channel
        channel = Channel(self._ids.next(), self.bot.display_name, recipient=person)
        self._channels[channel.id] = channel
        self._messages[channel.id] = {}
        self._emit(DirectMessageOpened(channel))
        return channel

    # Messages

    def messages(self, channel: Channel) -> list[Message]:
        """Return the channel's messages, oldest first, ephemeral ones included."""
        return list(self._messages[channel.id].values())

    def find_message(self, channel: Channel, message_id: int | None) -> Message | None:
        """Return a message of a channel, or None when it is not there."""
        return self._messages[channel.id].get(message_id or 0)

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
        return self._add(message, body, uploads)

    def edit(self, message: Message, body: Json, uploads: Sequence[Upload] = ()) -> Message:
        """Change a message, body as in Discord's "Edit Message" and already checked."""
        self._fill(message, body, uploads)
        if message.flags & Flag.LOADING:
            message.flags &= ~Flag.LOADING  # what "is thinking…" announced is here: said for the first time, not edited
        else:
            message.edited_at = self.clock()
        self._emit(Edited(message))
        return message

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
            ApiError: as `Interaction.check_unanswered`; 10008 when the message to update is gone.
        """
        interaction.check_unanswered(self.clock())
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
        room = self._messages[message.channel.id]
        room[message.id] = message
        if message.seen_by is None:
            message.channel.last_message_id = message.id
        self._emit(Posted(message))
        if len(room) > MESSAGES_KEPT:
            self.remove(next(iter(room.values())))
        return message

    def _fill(self, message: Message, body: Json, uploads: Sequence[Upload]) -> None:
        attach(message, body, uploads, new_id=self._ids.next, base_url=self.base_url)
        write(message, body, self._directory, new_id=self._ids.next)
