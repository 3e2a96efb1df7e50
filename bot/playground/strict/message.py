"""The limits of a message: content, embeds, mentions, attachments, polls, and how they go with its components."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from bot.playground.strict.components import LAYOUT, LEGACY_LAYOUT, media_urls
from bot.playground.strict.fault import Fault, Path, fault
from bot.playground.strict.shape import (
    SNOWFLAKE,
    Boolean,
    Integer,
    Items,
    Model,
    Number,
    OneOf,
    Shape,
    Text,
    Timestamp,
    Url,
    from_digits,
)

IS_COMPONENTS_V2: Final = 1 << 15

MAX_EMBED_TEXT: Final = 6_000

_INT32: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Nonce:
    """A mark that a client finds its message by: a number, or up to 25 characters."""

    most: int = 25

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`."""
        if not isinstance(value, str | int) or isinstance(value, bool):
            faults.append(fault(path, "NONCE_TYPE_INVALID_TYPE"))
        elif isinstance(value, str) and len(value) > self.most:
            faults.append(fault(path, "NONCE_TYPE_TOO_LONG", most=self.most))
        return value


def _embed_texts(embed: Mapping[str, Any]) -> Iterator[str]:
    yield embed.get("title", "")
    yield embed.get("description", "")
    yield embed.get("author", {}).get("name", "")
    yield embed.get("footer", {}).get("text", "")
    for part in embed.get("fields", ()):
        yield part["name"]
        yield part["value"]


def _total_embed_text(embeds: list[Any], path: Path) -> Iterator[Fault]:
    if sum(len(text) for embed in embeds for text in _embed_texts(embed)) > MAX_EMBED_TEXT:
        yield fault(path, "MAX_EMBED_SIZE_EXCEEDED", most=MAX_EMBED_TEXT)


_EMBED_PARTS: Final = ("title", "description", "author", "footer", "fields", "image", "thumbnail")


def _embed_shows_something(embed: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    if not any(embed.get(part) for part in _EMBED_PARTS):
        yield fault((*path, "description"), "BASE_TYPE_REQUIRED")


def _mentions_named_or_parsed(mentions: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    for kind in ("users", "roles"):
        if kind in mentions.get("parse", ()) and mentions.get(kind):
            yield fault(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", kind=kind)


_LINK: Final = Url(2_048)
_PICTURE_LINK: Final = Url(2_048, ("http", "https", "attachment"))
_PICTURE: Final = Model(needs={"url": _PICTURE_LINK})

# "Embed Limits" in https://discord.com/developers/docs/resources/message: white space around is not counted.
_EMBED: Final = Model(
    allows={
        "title": Text(0, 256, trimmed=True),
        "description": Text(0, 4_096, trimmed=True),
        "url": _LINK,
        "timestamp": Timestamp(),
        "color": Integer(0, 0xFFFFFF),
        "author": Model(needs={"name": Text(1, 256, trimmed=True)}, allows={"url": _LINK, "icon_url": _PICTURE_LINK}),
        "footer": Model(needs={"text": Text(1, 2_048, trimmed=True)}, allows={"icon_url": _PICTURE_LINK}),
        "image": _PICTURE,
        "thumbnail": _PICTURE,
        "fields": Items(
            Model(
                needs={"name": Text(1, 256, trimmed=True), "value": Text(1, 1_024, trimmed=True)},
                allows={"inline": Boolean()},
            ),
            0,
            25,
        ),
    },
    rules=(_embed_shows_something,),
)

# "Allowed Mentions Object" in the same place.
_ALLOWED_MENTIONS: Final = Model(
    allows={
        "parse": Items(OneOf(("users", "roles", "everyone")), 0, 3, unique=True),
        "users": Items(SNOWFLAKE, 0, 100, unique=True),
        "roles": Items(SNOWFLAKE, 0, 100, unique=True),
        "replied_user": Boolean(),
    },
    rules=(_mentions_named_or_parsed,),
)

# `MessageAttachmentRequest` in Discord's OpenAPI description; an id may be the number n of files[n].
_ATTACHMENT: Final = Model(
    needs={"id": SNOWFLAKE},
    allows={
        "filename": Text(1, 1_024),
        "title": Text(0, 1_024),
        "description": Text(0, 1_024),
        "duration_secs": Number(0, _INT32),
        "waveform": Text(0, 400),
        "is_spoiler": Boolean(),
    },
)

# https://discord.com/developers/docs/resources/poll: a question of 300 characters, answers of 55.
_POLL_EMOJI: Final = Model(allows={"id": SNOWFLAKE, "name": Text(0, 32), "animated": Boolean()})
_POLL: Final = Model(
    needs={
        "question": Model(needs={"text": Text(1, 300)}),
        "answers": Items(Model(needs={"poll_media": Model(allows={"text": Text(1, 55), "emoji": _POLL_EMOJI})}), 1, 10),
    },
    allows={"duration": Integer(1, 768), "allow_multiselect": Boolean(), "layout_type": OneOf((1,))},
)

# "Create Message": bots have 2,000 characters of content; the 4,000 of the OpenAPI description are for members
# with Nitro.
_FIELDS: Final[Mapping[str, Shape]] = {
    "content": Text(0, 2_000, trimmed=True),
    "embeds": Items(_EMBED, 0, 10, rules=(_total_embed_text,)),
    "allowed_mentions": _ALLOWED_MENTIONS,
    "attachments": Items(_ATTACHMENT, 0, 10),
    "sticker_ids": Items(SNOWFLAKE, 0, 3),
    "poll": _POLL,
    "flags": Integer(0, 2**53),
    "tts": Boolean(),
    "nonce": Nonce(),
    "enforce_nonce": Boolean(),
    "message_reference": Model(
        needs={"message_id": SNOWFLAKE},
        allows={
            "channel_id": SNOWFLAKE,
            "guild_id": SNOWFLAKE,
            "fail_if_not_exists": Boolean(),
            "type": OneOf((0, 1)),
        },
    ),
}
_LEGACY_MESSAGE: Final = Model(allows={**_FIELDS, "components": LEGACY_LAYOUT})
_MESSAGE: Final = Model(allows={**_FIELDS, "components": LAYOUT})

_EMPTY_IN_V2: Final[Mapping[str, tuple[Any, ...]]] = {
    "content": (None,),
    "embeds": (None, []),
    "poll": (None,),
    "sticker_ids": (None, []),
    "shared_client_theme": (None,),
}
"""The fields that a Components V2 message cannot use, and the values that count as unused.

Source: the notes under "Create Message" and "Edit Message" in
https://discord.com/developers/docs/resources/message. An empty string of content is a use of it.
"""


def message_faults(
    body: Any, *, files: int = 0, existing: Mapping[str, Any] | None = None, path: Path = ()
) -> list[Fault]:
    """Find what is wrong with a message that is created, or edited when `existing` is the stored one.

    Args:
        body: The request's JSON, or its `payload_json`.
        files: How many files the request carries, as `files[0]` and on.
        existing: The stored message under edit.
        path: Where the message stands in the request: `("data",)` in an interaction's answer.
    """
    stored = existing or {}
    is_v2 = bool((_flags(body) | _flags(stored)) & IS_COMPONENTS_V2)
    faults: list[Fault] = []
    known = (_MESSAGE if is_v2 else _LEGACY_MESSAGE).read(body, path, faults)
    if not faults:
        if is_v2:
            faults += _flag_kept(known, stored, path)
            faults += _legacy_fields(body, stored, path)
        faults += _attachments(known, files, stored, path)
    return faults


def is_empty_message(body: Any, files: int = 0, *, existing: Mapping[str, Any] | None = None) -> bool:
    """Tell whether a message would show nothing: Discord refuses it with code 50006.

    Components V2 show their layout alone. What an edit leaves out stays as it was.

    Source: the first note under "Create Message".
    """
    after: dict[str, Any] = {**(existing or {}), **_object(body)}
    if (_flags(body) | _flags(existing)) & IS_COMPONENTS_V2:
        return not after.get("components")
    content = after.get("content")
    if isinstance(content, str) and content.strip():
        return False
    shown = ("embeds", "sticker_ids", "components", "poll", "shared_client_theme", "attachments")
    return not files and not any(after.get(name) for name in shown)


def _object(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _flags(message: Any) -> int:
    flags = _object(message).get("flags")
    return flags if isinstance(flags, int) else 0


def _flag_kept(body: Mapping[str, Any], stored: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    if "flags" in body and _flags(stored) & ~body["flags"] & IS_COMPONENTS_V2:
        yield fault((*path, "flags"), "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG")


def _legacy_fields(body: Mapping[str, Any], stored: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """Refuse legacy fields in the body, and those that an edit to V2 leaves behind in the stored message."""
    for name, unused in _EMPTY_IN_V2.items():
        left_behind = name not in body and bool(stored.get(name))
        if left_behind or body.get(name) not in unused:
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            yield fault((*path, name), code, field=name)


def _attachments(body: Mapping[str, Any], files: int, stored: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """Match attachments with the files that come with them or are kept, and `attachment://` with their names.

    A file that no entry describes has a name this function is not told, so then no reference is refused.
    """
    held = {from_digits(part["id"]): part["filename"] for part in stored.get("attachments", ())}
    names: set[str] = set() if "attachments" in body else set(held.values())
    described: set[int] = set()
    for index, part in enumerate(body.get("attachments", ())):
        if part["id"] in held:
            names.add(held[part["id"]])
        elif part["id"] < files:
            described.add(part["id"])
            names.add(part.get("filename", ""))
        else:
            yield fault((*path, "attachments", index), "ATTACHMENT_NOT_FOUND")
    if len(described) == files:
        for url, at in media_urls(body.get("components", []), (*path, "components")):
            if url.startswith("attachment://") and url.removeprefix("attachment://") not in names:
                yield fault(at, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND")
