"""A message and how a request's body becomes one: attachments, words, mentions. No store, no I/O."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, field
from enum import IntFlag
from typing import TYPE_CHECKING, Any

from bot.playground.components import Component, completed, walk, with_media
from bot.playground.model import Attachment, Channel, Upload, User
from bot.playground.wire import Json, as_list, iso, objects, snowflake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


class Flag(IntFlag):
    """Message flags (Discord's API reference, "Message Flags")."""

    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    IS_COMPONENTS_V2 = 1 << 15


SETTABLE = Flag.SUPPRESS_EMBEDS | Flag.SUPPRESS_NOTIFICATIONS | Flag.IS_COMPONENTS_V2
"""The flags that a body can switch; whether a message is ephemeral is settled when it is announced."""


class Kind:
    """Message types (Discord's API reference, "Message Types")."""

    DEFAULT = 0
    REPLY = 19
    CHAT_INPUT_COMMAND = 20


@dataclass(frozen=True)
class Origin:
    """Which interaction made a message: Discord's `interaction_metadata`, and the words "used /lesson"."""

    interaction_id: int
    metadata: Json
    command_name: str | None
    application_id: int


@dataclass
class Message:
    """A message of a channel. Times are seconds since the epoch; `seen_by` is the one who sees an ephemeral one."""

    id: int
    channel: Channel
    author: User
    created_at: float
    content: str = ""
    embeds: list[Json] = field(default_factory=list[Json])
    components: list[Json] = field(default_factory=list[Json])
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    flags: int = 0
    kind: int = Kind.DEFAULT
    tts: bool = False
    nonce: str | int | None = None
    edited_at: float | None = None
    mentions: list[User] = field(default_factory=list[User])
    mention_roles: list[int] = field(default_factory=list[int])
    mention_everyone: bool = False
    origin: Origin | None = None
    replies_to: Message | None = None
    seen_by: int | None = None
    gone: bool = False

    def is_for(self, user_id: int) -> bool:
        """Tell whether a message of its channel is for that person too: private ones have one reader."""
        recipient = self.channel.recipient
        return self.seen_by in (None, user_id) and (recipient is None or recipient.id == user_id)

    def payload(self) -> Json:
        """Return Discord's message object."""
        message = self.alone()
        if self.origin is not None:
            application = str(self.origin.application_id)
            message |= {"application_id": application, "webhook_id": application}
            message["interaction_metadata"] = self.origin.metadata
        target = self.replies_to
        if target is not None:
            room = target.channel
            guild = {} if room.guild_id is None else {"guild_id": str(room.guild_id)}
            reference = {"type": 0, "message_id": str(target.id), "channel_id": str(room.id)}
            message["message_reference"] = reference | guild
            message["referenced_message"] = None if target.gone else target.alone()
        return message

    def alone(self) -> Json:
        """Return the message object without what it answers to."""
        message: Json = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "type": self.kind,
            "author": self.author.payload(),
            "content": self.content,
            "embeds": self.embeds,
            "components": self.components,
            "attachments": [attachment.payload() for attachment in self.attachments],
            "mentions": [user.payload() for user in self.mentions],
            "mention_roles": [str(role) for role in self.mention_roles],
            "mention_everyone": self.mention_everyone,
            "timestamp": iso(self.created_at),
            "edited_timestamp": None if self.edited_at is None else iso(self.edited_at),
            "flags": self.flags,
            "pinned": False,
            "tts": self.tts,
        }
        if self.nonce is not None:
            message["nonce"] = self.nonce
        return message


@dataclass(frozen=True)
class Directory:
    """Whom a text can mention, by id."""

    users: Mapping[int, User]
    roles: Mapping[int, object]


def attach(
    message: Message,
    body: Json,
    uploads: Sequence[Upload],
    *,
    new_id: Callable[[], int],
    new_secret: Callable[[], str],
    base_url: str,
) -> None:
    """Give the message the attachments that the body keeps and the files that came with it.

    Addresses carry a mark that cannot be guessed, so only who was shown a file can ask for it; Discord's die after a
    day, these with their message (Discord's API reference, "Signed Attachment CDN URLs").

    `attachments` of the body lists what stays (by id) and describes what is new (by n of `files[n]`); a body that says
    nothing of attachments keeps them all (Discord's API reference, "Uploading Files" and "Edit Message").
    """
    listed = objects(body.get("attachments"))
    named = {str(entry.get("id")): entry for entry in listed}
    if body.get("attachments") is not None:
        message.attachments = [old for old in message.attachments if str(old.id) in named]
    for position, upload in enumerate(uploads):
        entry = named.get(str(_file_number(upload.form_field, position)), {})
        attachment_id = new_id()
        filename = _safe_filename(entry.get("filename") or upload.filename)
        message.attachments.append(
            Attachment(
                id=attachment_id,
                filename=filename,
                content_type=mimetypes.guess_type(filename)[0] or upload.content_type or "application/octet-stream",
                url=f"{base_url}/attachments/{message.channel.id}/{attachment_id}/{filename}?hm={new_secret()}",
                data=upload.data,
                description=entry.get("description"),
                size_in_pixels=image_size(upload.data),
                ephemeral=message.seen_by is not None,
            )
        )


def write(message: Message, body: Json, directory: Directory, *, new_id: Callable[[], int]) -> None:
    """Put the body's words, embeds and components on the message; what the body leaves out stays as it was."""
    if "content" in body:
        message.content = body["content"] or ""
    if "embeds" in body:
        embeds = [_completed_embed(embed) for embed in body["embeds"] or ()]
        message.embeds = with_media(embeds, message.attachments, new_id)
    if "components" in body:
        message.components = with_media(completed(body["components"] or ()), message.attachments, new_id)
    if body.get("flags") is not None:
        message.flags = (message.flags & ~SETTABLE) | (body["flags"] & SETTABLE)
    _mention(message, body.get("allowed_mentions"), directory)


def _completed_embed(embed: Json) -> Json:
    """Return the embed with what Discord adds to it."""
    fields = [{"inline": False} | field for field in objects(embed.get("fields"))]
    return {"type": "rich"} | embed | ({"fields": fields} if fields else {})


def texts(message: Message) -> Iterator[str]:
    """Yield every text of the message in which a mention counts: its content and its text displays."""
    yield message.content
    for component in walk(message.components):
        if component["type"] == Component.TEXT_DISPLAY:
            yield component["content"]


def image_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels of a PNG or GIF, read from its header; None of anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    return None


def _file_number(form_field: str, position: int) -> int:
    """Return n of a form field `files[n]`; any other name counts by its position."""
    match = re.fullmatch(r"files\[(\d{1,4})\]", form_field)
    return int(match[1]) if match else position


def _safe_filename(name: str) -> str:
    """Return the name with all but letters, digits, dots, dashes and underscores replaced, as Discord does."""
    return re.sub(r"[^\w.\-]", "_", name, flags=re.ASCII).lstrip(".") or "file"


def _mention(message: Message, allowed: Json | None, directory: Directory) -> None:
    """Work out whom the message mentions, within `allowed_mentions`; without those, all that the text says counts.

    Source: Discord's API reference, "Allowed Mentions Object".
    """
    text = "\n".join(texts(message))
    users = {int(found) for found in re.findall(r"<@!?(\d{1,20})>", text)}
    roles = {int(found) for found in re.findall(r"<@&(\d{1,20})>", text)}
    everyone = re.search(r"@(everyone|here)\b", text) is not None
    wakes_replied = True
    if allowed is not None:
        parse = as_list(allowed.get("parse"))
        users = users if "users" in parse else users & _ids(allowed.get("users"))
        roles = roles if "roles" in parse else roles & _ids(allowed.get("roles"))
        everyone = everyone and "everyone" in parse
        wakes_replied = bool(allowed.get("replied_user"))
    if wakes_replied and message.origin is None and message.replies_to is not None:
        users.add(message.replies_to.author.id)
    message.mentions = [user for user_id, user in directory.users.items() if user_id in users] if users else []
    message.mention_roles = [role_id for role_id in directory.roles if role_id in roles]
    message.mention_everyone = everyone


def _ids(values: Any) -> set[int]:
    return {found for value in as_list(values) if (found := snowflake(value)) is not None}
