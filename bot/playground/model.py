"""Who and what there is in the playground's world, each with the JSON object Discord shows of it; no rules here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.playground.wire import iso

if TYPE_CHECKING:
    from bot.playground.permissions import Overwrite
    from bot.playground.wire import Json


@dataclass(frozen=True)
class User:
    """An account: a person or the bot. `color` is 0xRRGGBB and tints the avatar on the chat page."""

    id: int
    username: str
    display_name: str
    color: int
    bot: bool = False

    def payload(self) -> Json:
        """Return Discord's user object."""
        return {
            "id": str(self.id),
            "username": self.username,
            "global_name": None if self.bot else self.display_name,
            "discriminator": "4242" if self.bot else "0",
            "avatar": None,
            "banner": None,
            "accent_color": self.color,
            "avatar_decoration_data": None,
            "collectibles": None,
            "primary_guild": None,
            "bot": self.bot,
            "public_flags": 0,
            "flags": 0,
        }


@dataclass(eq=False)
class Role:
    """A role of a server; `bot_id` when it is the one that came with a bot. Higher `position`, higher rank."""

    id: int
    name: str
    permissions: int
    position: int
    color: int = 0
    hoist: bool = False
    bot_id: int | None = None
    guild_id: int = 0

    def payload(self) -> Json:
        """Return Discord's role object."""
        role: Json = {
            "id": str(self.id),
            "name": self.name,
            "description": None,
            "permissions": str(self.permissions),
            "position": self.position,
            "color": self.color,
            "colors": {"primary_color": self.color, "secondary_color": None, "tertiary_color": None},
            "hoist": self.hoist,
            "managed": self.bot_id is not None,
            "mentionable": False,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
        }
        if self.bot_id is not None:
            role["tags"] = {"bot_id": str(self.bot_id)}
        return role


@dataclass(eq=False)
class Member:
    """A user in one server; who is in two is two members. `roles` leaves @everyone out, as Discord does."""

    user: User
    roles: tuple[Role, ...]
    joined_at: float
    guild_id: int

    @property
    def rank(self) -> int:
        """The position of the highest role."""
        return max((role.position for role in self.roles), default=0)

    def payload(self) -> Json:
        """Return Discord's guild member object."""
        return self.partial() | {"user": self.user.payload()}

    def partial(self) -> Json:
        """Return the member object without its user, as it rides on messages and resolved data."""
        return {
            "roles": [str(role.id) for role in self.roles],
            "nick": None,
            "avatar": None,
            "banner": None,
            "joined_at": iso(self.joined_at),
            "premium_since": None,
            "communication_disabled_until": None,
            "pending": False,
            "mute": False,
            "deaf": False,
            "flags": 0,
        }


@dataclass
class Channel:
    """A text channel of a server or, when it has a `recipient`, a direct message between them and the bot."""

    id: int
    name: str
    topic: str = ""
    position: int = 0
    guild_id: int | None = None
    recipient: User | None = None
    last_message_id: int | None = None
    overwrites: tuple[Overwrite, ...] = ()

    def payload(self) -> Json:
        """Return Discord's channel object."""
        last = None if self.last_message_id is None else str(self.last_message_id)
        common: Json = {"id": str(self.id), "last_message_id": last, "flags": 0}
        if self.recipient is not None:
            return common | {"type": 1, "recipients": [self.recipient.payload()]}
        return common | {
            "type": 0,
            "guild_id": str(self.guild_id),
            "name": self.name,
            "topic": self.topic,
            "position": self.position,
            "parent_id": None,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "last_pin_timestamp": None,
            "permission_overwrites": [overwrite.payload() for overwrite in self.overwrites],
        }


@dataclass(eq=False)
class Guild:
    """A server. Its lists are replaced, never changed: whoever walks one walks on."""

    id: int
    name: str
    owner_id: int
    roles: tuple[Role, ...]
    channels: tuple[Channel, ...]
    members: tuple[Member, ...]
    founded_at: float

    def payload(self) -> Json:
        """Return Discord's guild object, as REST shows it."""
        switched_off = (
            "icon banner splash discovery_splash home_header description application_id afk_channel_id"
            " system_channel_id widget_channel_id rules_channel_id safety_alerts_channel_id vanity_url_code"
            " public_updates_channel_id incidents_data premium_progress_bar_enabled_user_updated_at"
        )
        return dict.fromkeys(switched_off.split()) | {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner_id),
            "features": [],
            "region": "deprecated",
            "afk_timeout": 300,
            "system_channel_flags": 0,
            "widget_enabled": False,
            "verification_level": 0,
            "roles": [role.payload() for role in self.roles],
            "emojis": [],
            "stickers": [],
            "default_message_notifications": 1,
            "mfa_level": 0,
            "explicit_content_filter": 0,
            "max_presences": None,
            "max_members": 500_000,
            "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "premium_progress_bar_enabled": False,
            "preferred_locale": "en-US",
            "nsfw": False,
            "nsfw_level": 0,
        }

    def announcement(self, *, visible: tuple[Member, ...]) -> Json:
        """Return the guild as GUILD_CREATE carries it, with the members that a bot without the members intent sees."""
        empty = "threads voice_states presences stage_instances guild_scheduled_events soundboard_sounds"
        lists: Json = {name: [] for name in empty.split()}
        return (
            self.payload()
            | lists
            | {
                "joined_at": iso(self.founded_at),
                "large": False,
                "unavailable": False,
                "member_count": len(self.members),
                "members": [member.payload() for member in visible],
                "channels": [channel.payload() for channel in self.channels],
            }
        )


@dataclass(frozen=True)
class Upload:
    """A file that came with a request, as its form field said it."""

    form_field: str
    filename: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Attachment:
    """A file kept with a message and served back at `url`. Sizes are in bytes and pixels."""

    id: int
    filename: str
    content_type: str
    url: str
    data: bytes = field(repr=False)
    description: str | None = None
    size_in_pixels: tuple[int, int] | None = None
    ephemeral: bool = False

    def payload(self) -> Json:
        """Return Discord's attachment object."""
        attachment: Json = {
            "id": str(self.id),
            "filename": self.filename,
            "size": len(self.data),
            "url": self.url,
            "proxy_url": self.url,
            "content_type": self.content_type,
        }
        if self.description is not None:
            attachment["description"] = self.description
        if self.size_in_pixels is not None:
            attachment["width"], attachment["height"] = self.size_in_pixels
        if self.ephemeral:
            attachment["ephemeral"] = True
        return attachment
