"""The state of the local Discord and every change it can see, all in memory and all synchronous; no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.errors import refusal
from bot.playground.events import Answered, Asked, BotSeen, DirectMessageOpened, Edited, Event, Posted, Removed
from bot.playground.ids import Json, Snowflakes
from bot.playground.interaction import TOKEN_LIVES, Answer, Ask, Interaction
from bot.playground.message import Directory, Flag, Kind, Message, Origin, attach, write
from bot.playground.model import Attachment, Channel, Member, Role, Upload, User
from bot.playground.permissions import DIRECT_MESSAGE, combined
from bot.playground.registry import CommandRegistry
from bot.playground.seed import found_guild

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Listener = "Callable[[Event], None]"

MESSAGES_KEPT = 500
"""Messages kept for each channel; the oldest go first, with their attachments."""


class World:
    """One server, its people and its bot."""

    def __init__(self, clock: Callable[[], float], new_secret: Callable[[], str]) -> None:
        """Take `clock` (seconds since the epoch) and a source of unguessable tokens."""
        self.clock = clock
        self.ids = Snowflakes(clock)
        self.base_url = ""
        self.guild, self.bot = found_guild()
        self.application_id = self.bot.id
        self.bot_token = new_secret()
        self.bot_online = False
        self.commands = CommandRegistry(self.application_id, self.ids.next, self.emit)
        self._new_secret = new_secret
        self._members = {member.user.id: member for member in self.guild.members}
        self._roles = {role.id: role for role in self.guild.roles}
        self._channels = {channel.id: channel for channel in self.guild.channels}
        self._messages: dict[int, dict[int, Message]] = {channel_id: {} for channel_id in self._channels}
        self._interactions: dict[int, Interaction] = {}
        self._listeners: list[Callable[[Event], None]] = []

    # Who listens

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` with every event from now on; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def emit(self, event: Event) -> None:
        """Tell every listener."""
        for listener in tuple(self._listeners):
            listener(event)

    def set_bot_online(self, online: bool) -> None:
        """Record whether the bot is connected to the gateway."""
        if online != self.bot_online:
            self.bot_online = online
            self.emit(BotSeen(online))

    # Who and what there is

    @property
    def people(self) -> list[Member]:
        """The members who are persons, in the order they are listed."""
        return [member for member in self.guild.members if not member.user.bot]

    @property
    def channels(self) -> list[Channel]:
        """The server's channels, then the direct messages."""
        return list(self._channels.values())

    def member(self, user_id: int | None) -> Member:
        """Return a member; 10007 when there is none of that id."""
        if user_id is None or user_id not in self._members:
            raise refusal("unknown_member")
        return self._members[user_id]

    def user(self, user_id: int | None) -> User:
        """Return a user; 10013 when there is none of that id."""
        if user_id is None or user_id not in self._members:
            raise refusal("unknown_user")
        return self._members[user_id].user

    def role(self, role_id: int | None) -> Role:
        """Return a role; 10011 when there is none of that id."""
        if role_id is None or role_id not in self._roles:
            raise refusal("unknown_role")
        return self._roles[role_id]

    def channel(self, channel_id: int | None) -> Channel:
        """Return a channel; 10003 when there is none of that id."""
        if channel_id is None or channel_id not in self._channels:
            raise refusal("unknown_channel")
        return self._channels[channel_id]

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
        channel = Channel(self.ids.next(), self.bot.display_name, recipient=person)
        self._channels[channel.id] = channel
        self._messages[channel.id] = {}
        self.emit(DirectMessageOpened(channel))
        return channel

    # Messages

    def messages(self, channel: Channel) -> list[Message]:
        """Return the channel's messages, oldest first, ephemeral ones included."""
        return list(self._messages[channel.id].values())

    def message(self, channel: Channel, message_id: int | None) -> Message:
        """Return a message of a channel; 10008 when it is not there."""
        found = None if message_id is None else self._messages[channel.id].get(message_id)
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
        message = Message(self.ids.next(), channel, author, self.clock())
        message.nonce = body.get("nonce")
        message.tts = bool(body.get("tts"))
        if replies_to is not None:
            message.kind, message.replies_to = Kind.REPLY, replies_to
        return self._add(message, body, uploads)

    def edit(self, message: Message, body: Json, uploads: Sequence[Upload] = ()) -> Message:
        """Change a message, body as in Discord's "Edit Message" and already checked."""
        self._fill(message, body, uploads)
        message.flags &= ~Flag.LOADING
        message.edited_at = self.clock()
        self.emit(Edited(message))
        return message

    def remove(self, message: Message) -> None:
        """Take a message away; nothing happens when it is gone already."""
        if self._messages[message.channel.id].pop(message.id, None) is not None:
            self.emit(Removed(message))

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
        now = self.clock()
        self._interactions = {
            key: old for key, old in self._interactions.items() if now - old.asked_at <= 2 * TOKEN_LIVES
        }
        interaction = Interaction(
            id=self.ids.next(),
            token=self._new_secret(),
            ask=ask,
            member=member,
            channel=channel,
            data=data,
            asked_at=now,
            command_name=command_name,
            message=message,
            opened_by=opened_by,
        )
        self._interactions[interaction.id] = interaction
        self.emit(Asked(interaction))
        return interaction

    def interaction(self, interaction_id: int | None) -> Interaction:
        """Return an interaction; 10062 when there is none of that id."""
        if interaction_id is None or interaction_id not in self._interactions:
            raise refusal("unknown_interaction")
        return self._interactions[interaction_id]

    def interaction_of_token(self, token: str) -> Interaction:
        """Return the interaction whose webhook has that token; 10015 when there is none."""
        for interaction in self._interactions.values():
            if interaction.token == token:
                return interaction
        raise refusal("unknown_webhook")

    def respond(self, interaction: Interaction, answer: Answer, data: Json, uploads: Sequence[Upload] = ()) -> None:
        """Give an interaction its first answer, `data` already checked; errors as in `check_unanswered`."""
        interaction.check_unanswered(self.clock())
        interaction.answer = answer
        match answer:
            case Answer.MESSAGE:
                interaction.original = self._answer_with(interaction, data, uploads)
            case Answer.DEFERRED_MESSAGE:
                interaction.original = self._answer_with(interaction, data, (), loading=True)
                interaction.awaits_content = True
            case Answer.DEFERRED_UPDATE:
                interaction.original = interaction.message
            case Answer.UPDATE:
                interaction.original = interaction.message
                if interaction.message is not None:
                    self.edit(interaction.message, data, uploads)
            case Answer.MODAL:
                interaction.modal = data
            case Answer.CHOICES | Answer.PONG:
                pass
        self.emit(Answered(interaction, tuple(data.get("choices", ()))))

    def follow_up(self, interaction: Interaction, body: Json, uploads: Sequence[Upload] = ()) -> Message:
        """Send a further message through an interaction's token.

        After "is thinking…" the first one takes that message's place, and stays as private as that was announced to
        be (Discord's documentation, "Followup Messages").
        """
        if interaction.awaits_content and interaction.original is not None:
            interaction.awaits_content = False
            return self.edit(interaction.original, body, uploads)
        return self._answer_with(interaction, body, uploads, follows_up=True)

    def _answer_with(
        self,
        interaction: Interaction,
        body: Json,
        uploads: Sequence[Upload],
        *,
        loading: bool = False,
        follows_up: bool = False,
    ) -> Message:
        metadata = interaction.metadata(interaction.channel.guild_id)
        if follows_up and interaction.original is not None:
            metadata["original_response_message_id"] = str(interaction.original.id)
        message = Message(self.ids.next(), interaction.channel, self.bot, self.clock())
        message.origin = Origin(metadata, interaction.command_name, self.application_id)
        message.replies_to = interaction.original if follows_up else interaction.message
        message.kind = Kind.REPLY if message.replies_to is not None else Kind.CHAT_INPUT_COMMAND
        if (body.get("flags") or 0) & Flag.EPHEMERAL:
            message.flags |= Flag.EPHEMERAL
            message.seen_by = interaction.member.user.id
        if loading:
            message.flags |= Flag.LOADING
        return self._add(message, body, uploads)

    def _add(self, message: Message, body: Json, uploads: Sequence[Upload]) -> Message:
        self._fill(message, body, uploads)
        room = self._messages[message.channel.id]
        room[message.id] = message
        if message.seen_by is None:
            message.channel.last_message_id = message.id
        self.emit(Posted(message))
        while len(room) > MESSAGES_KEPT:
            self.remove(next(iter(room.values())))
        return message

    def _fill(self, message: Message, body: Json, uploads: Sequence[Upload]) -> None:
        attach(message, body, uploads, new_id=self.ids.next, base_url=self.base_url)
        write(message, body, Directory({key: member.user for key, member in self._members.items()}, self._roles))
