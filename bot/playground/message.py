"""A message and how a request's body becomes one: attachments, mentions, component ids. No store, no I/O."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, field
from enum import IntFlag
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from bot.playground.ids import Json, iso, snowflake
from bot.playground.model import Attachment, Channel, Upload, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence


class Flag(IntFlag):
    """Message flags (Discord's API reference, "Message Flags")."""

    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    IS_COMPONENTS_V2 = 1 << 15


class Kind:
    """Message types (Discord's API reference, "Message Types")."""

    DEFAULT = 0
    REPLY = 19
    CHAT_INPUT_COMMAND = 20


@dataclass(frozen=True)
class Origin:
    """Which interaction made a message: Discord's `interaction_metadata`, and the words "used /lesson"."""

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

    def is_seen_by(self, user_id: int) -> bool:
        """Tell whether that person has this message on their screen."""
        recipient = self.channel.recipient
        return self.seen_by in (None, user_id) and (recipient is None or recipient.id == user_id)

    def payload(self) -> Json:
        """Return Discord's message object."""
        return self._plain() | self._history()

    def _plain(self) -> Json:
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

    def _history(self) -> Json:
        history: Json = {}
        if self.origin is not None:
            application = str(self.origin.application_id)
            history |= {"application_id": application, "webhook_id": application}
            history["interaction_metadata"] = self.origin.metadata
        if self.replies_to is not None:
            target = self.replies_to
            history["message_reference"] = {
                "type": 0,
                "message_id": str(target.id),
                "channel_id": str(target.channel.id),
            }
            if target.channel.guild_id is not None:
                history["message_reference"]["guild_id"] = str(target.channel.guild_id)
            history["referenced_message"] = target._plain()
        return history


@dataclass(frozen=True)
class Directory:
    """Whom a text can mention."""

    users: Mapping[int, User]
    roles: Mapping[int, object]


def attach(
    message: Message,
    body: Json,
    uploads: Sequence[Upload],
    *,
    new_id: Callable[[], int],
    base_url: str,
) -> None:
    """Give the message the attachments that the body keeps and the files that came with it.

    `attachments` of the body lists what stays (by id) and describes what is new (by n of `files[n]`); a body that says
    nothing of attachments keeps them all (Discord's API reference, "Editing Message Attachments").
    """
    listed = cast("list[Json] | None", body.get("attachments"))
    if listed is not None:
        kept = {str(entry.get("id")) for entry in listed}
        message.attachments = [old for old in message.attachments if str(old.id) in kept]
    described = {str(entry.get("id")): entry for entry in listed or []}
    for position, upload in enumerate(uploads):
        number = _file_number(upload.field, position)
        entry = described.get(str(number), {})
        attachment_id = new_id()
        filename = _safe_filename(entry.get("filename") or upload.filename)
        message.attachments.append(
            Attachment(
                id=attachment_id,
                filename=filename,
                content_type=_content_type(upload, filename),
                url=f"{base_url}/attachments/{message.channel.id}/{attachment_id}/{filename}",
                data=upload.data,
                description=entry.get("description"),
                size_in_pixels=image_size(upload.data),
                ephemeral=message.seen_by is not None,
            )
        )


def write(message: Message, body: Json, directory: Directory) -> None:
    """Put the body's words, embeds and components on the message; what the body leaves out stays as it was."""
    if "content" in body:
        message.content = body["content"] or ""
    if "embeds" in body:
        embeds = cast("list[Json]", body["embeds"] or [])
        message.embeds = [{"type": "rich"} | _with_urls(embed, message.attachments) for embed in embeds]
    if "components" in body:
        message.components = numbered(_with_urls(body["components"] or [], message.attachments))
    if "flags" in body:
        settable = Flag.IS_COMPONENTS_V2 | Flag.SUPPRESS_EMBEDS | Flag.SUPPRESS_NOTIFICATIONS
        message.flags |= (body["flags"] or 0) & settable
    _mention(message, body.get("allowed_mentions"), directory)


def texts(message: Message) -> Iterator[str]:
    """Yield every text of the message in which a mention counts: its content and its text displays."""
    yield message.content
    for component in walk(message.components):
        if component.get("type") == TEXT_DISPLAY:
            yield component.get("content", "")


TEXT_DISPLAY = 10


def walk(components: Iterable[Json]) -> Iterator[Json]:
    """Yield the components and all that they hold, in the order they are read."""
    for component in components:
        yield component
        nested = list(cast("list[Json]", component.get("components") or []))
        nested += [component[key] for key in ("accessory", "component") if component.get(key)]
        yield from walk(nested)


def numbered(components: list[Json]) -> list[Json]:
    """Give every component without an `id` the next free one, as Discord does; the list is changed and returned."""
    taken = {component["id"] for component in walk(components) if component.get("id")}
    free = (number for number in count(1) if number not in taken)
    for component in walk(components):
        if not component.get("id"):
            component["id"] = next(free)
    return components


def image_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels of a PNG or GIF, read from its header; None of anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    return None


def _file_number(field_name: str, position: int) -> int:
    """Return n of a form field `files[n]`; any other name counts by its position."""
    match = re.fullmatch(r"files\[(\d{1,4})\]", field_name)
    return int(match[1]) if match else position


def _safe_filename(name: str) -> str:
    """Return the name with all but letters, digits, dots, dashes and underscores replaced, as Discord does."""
    return re.sub(r"[^\w.\-]", "_", name, flags=re.ASCII).lstrip(".") or "file"


def _content_type(upload: Upload, filename: str) -> str:
    guessed = mimetypes.guess_type(filename)[0]
    return guessed or upload.content_type or "application/octet-stream"


def _with_urls(value: Any, attachments: Sequence[Attachment]) -> Any:
    """Return a copy in which every `attachment://name` became that attachment, the way Discord resolves media."""
    if isinstance(value, list):
        return [_with_urls(item, attachments) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    copy: Json = {key: _with_urls(item, attachments) for key, item in cast("Json", value).items()}
    url = copy.get("url")
    if isinstance(url, str) and url.startswith("attachment://"):
        name = url.removeprefix("attachment://")
        found = next((item for item in reversed(attachments) if item.filename == name), None)
        if found is not None:
            shown = found.payload()
            copy |= {key: shown[key] for key in ("url", "proxy_url", "content_type", "width", "height") if key in shown}
            copy["attachment_id"] = shown["id"]
    return copy


def _mention(message: Message, allowed: Json | None, directory: Directory) -> None:
    """Work out whom the message mentions, within `allowed_mentions` (all that the text says when that is absent)."""
    text = "\n".join(texts(message))
    users = {int(found) for found in re.findall(r"<@!?(\d+)>", text)}
    roles = {int(found) for found in re.findall(r"<@&(\d+)>", text)}
    everyone = re.search(r"@(everyone|here)\b", text) is not None
    if allowed is not None:
        parse = cast("list[str]", allowed.get("parse") or [])
        if "users" not in parse:
            users &= {found for item in allowed.get("users") or [] if (found := snowflake(item)) is not None}
        if "roles" not in parse:
            roles &= {found for item in allowed.get("roles") or [] if (found := snowflake(item)) is not None}
        everyone = everyone and "everyone" in parse
    message.mentions = [user for user_id, user in directory.users.items() if user_id in users]
    message.mention_roles = [role_id for role_id in directory.roles if role_id in roles]
    message.mention_everyone = everyone
