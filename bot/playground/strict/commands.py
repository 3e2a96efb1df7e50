"""Limits of application commands: names, options, nesting, size, and of the list a bot registers at once.

Source: https://discord.com/developers/docs/interactions/application-commands and `ApplicationCommand…` in
Discord's OpenAPI description.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from bot.playground.strict.components import CHANNEL_TYPES
from bot.playground.strict.fault import Fault, Path, fault
from bot.playground.strict.shape import (
    Boolean,
    Digits,
    Integer,
    Items,
    Model,
    Number,
    OneOf,
    Rule,
    Shape,
    Text,
    Union,
    Unused,
    faults_of,
)

CHAT_INPUT: Final = 1
USER: Final = 2
MESSAGE: Final = 3
PRIMARY_ENTRY_POINT: Final = 4

SUB_COMMAND: Final = 1
SUB_COMMAND_GROUP: Final = 2
STRING: Final = 3
INTEGER: Final = 4
BOOLEAN: Final = 5
USER_OPTION: Final = 6
CHANNEL: Final = 7
ROLE: Final = 8
MENTIONABLE: Final = 9
NUMBER: Final = 10
ATTACHMENT: Final = 11

MAX_COMMANDS: Final[Mapping[int, int]] = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15, PRIMARY_ENTRY_POINT: 1}
"""How many commands of each type an application may have, globally and in each server."""

# `maxItems` of the bulk overwrite in the OpenAPI description.
MAX_LIST: Final = 130
MAX_SIZE: Final = 8_000

_INT53: Final = 2**53 - 1

# Code points of `\p{sc=Deva}` and `\p{sc=Thai}`, from Unicode's Scripts.txt: their vowel signs are no letters.
_SCRIPTS: Final = (
    (0x0900, 0x0950),
    (0x0955, 0x0963),
    (0x0966, 0x097F),
    (0xA8E0, 0xA8FF),
    (0x11B00, 0x11B09),
    (0x0E01, 0x0E3A),
    (0x0E40, 0x0E5B),
)

# The API reference's locales; `ar` and `he` are in the OpenAPI description (`AvailableLocalesEnum`) alone.
_LOCALES: Final = (
    *("ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr", "hu"),
    *("id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk", "vi"),
    *("zh-CN", "zh-TW"),
)


def _fits_name(char: str) -> bool:
    if char in "-_'" or unicodedata.category(char)[0] in "LN":
        return True
    return any(first <= ord(char) <= last for first, last in _SCRIPTS)


@dataclass(frozen=True, slots=True)
class Name:
    r"""The name of a slash command or an option: `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`, lower case."""

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`."""
        before = len(faults)
        Text(1, 32).read(value, path, faults)
        if len(faults) > before:
            return value
        fits = all(map(_fits_name, value))
        if not fits:
            faults.append(fault(path, "STRING_TYPE_REGEX"))
        if not fits or value != value.lower():
            faults.append(fault(path, "APPLICATION_COMMAND_INVALID_NAME"))
        return value


@dataclass(frozen=True, slots=True)
class Localizations:
    """Texts by locale."""

    of: Shape

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`."""
        if not isinstance(value, Mapping):
            faults.append(fault(path, "MODEL_TYPE_CONVERT"))
            return {}
        texts = cast("Mapping[str, Any]", value)
        if not texts.keys() <= set(_LOCALES):
            # Told of the whole: a key that a bot made up leads no path.
            faults.append(fault(path, "BASE_TYPE_CHOICES", choices=_LOCALES))
            return {}
        return {locale: self.of.read(text, (*path, locale), faults) for locale, text in texts.items()}


# Rules between the parts of a command.


def _ordered(low: str, high: str) -> Rule:
    def rule(option: Mapping[str, Any], path: Path) -> Iterator[Fault]:
        if low in option and high in option and option[low] > option[high]:
            yield fault((*path, low), "NUMBER_TYPE_MAX", most=option[high])

    return rule


def _choices_or_autocomplete(option: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    if option.get("autocomplete") and option.get("choices"):
        yield fault((*path, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES_MUTUALLY_EXCLUSIVE")


def _option_names(options: list[Any], path: Path) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, option in enumerate(options):
        if option["name"] in seen:
            yield fault((*path, index, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS")
        seen.add(option["name"])


def _required_first(options: list[Any], path: Path) -> Iterator[Fault]:
    optional_seen = False
    for index, option in enumerate(options):
        if optional_seen and option.get("required"):
            yield fault((*path, index), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID")
        optional_seen = optional_seen or not option.get("required")


def _subcommands_alone(options: list[Any], path: Path) -> Iterator[Fault]:
    if len({option["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP) for option in options}) > 1:
        yield fault(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID")


def _size(command: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    if _command_size(command) > MAX_SIZE:
        yield fault(path, "APPLICATION_COMMAND_TOO_LARGE", most=MAX_SIZE)


def _command_size(part: Mapping[str, Any]) -> int:
    """Count the characters of names, descriptions and values; of translations the longest counts."""
    size = 0
    for name in ("name", "description"):
        translations: Mapping[str, str] = part.get(f"{name}_localizations", {})
        size += max(len(text) for text in (part.get(name, ""), *translations.values()))
    if "value" in part:
        size += len(str(part["value"]))
    return size + sum(map(_command_size, (*part.get("options", ()), *part.get("choices", ()))))


# The tables.

_DESCRIPTION: Final = Text(1, 100)
_CHOICE_NAME: Final = Text(1, 100)
_NAMED: Final[Mapping[str, Shape]] = {"name": Name(), "description": _DESCRIPTION}
_TRANSLATED: Final[Mapping[str, Shape]] = {
    "name_localizations": Localizations(Name()),
    "description_localizations": Localizations(_DESCRIPTION),
}
_UNUSED: Final = Unused("APPLICATION_COMMAND_FIELD_INVALID")
_OPTIONAL: Final[Mapping[str, Shape]] = {**_TRANSLATED, "required": Boolean()}


def _plain(**fields: Shape) -> Model:
    """Make the table of an option that a member fills in from what the server has."""
    return Model(needs=_NAMED, allows={**_OPTIONAL, "autocomplete": _UNUSED, "choices": _UNUSED, **fields})


def _typed(value: Shape, *rules: Rule, **fields: Shape) -> Model:
    """Make the table of an option that a member types; `value` is the shape of a choice's value."""
    choice = Model(
        needs={"name": _CHOICE_NAME, "value": value}, allows={"name_localizations": Localizations(_CHOICE_NAME)}
    )
    offers: dict[str, Shape] = {"autocomplete": Boolean(), "choices": Items(choice, 0, 25)}
    return Model(needs=_NAMED, allows={**_OPTIONAL, **offers, **fields}, rules=(*rules, _choices_or_autocomplete))


_INT: Final = Integer(-_INT53, _INT53)
_FLOAT: Final = Number(-(2**53), 2**53)
_LENGTHS: Final = _ordered("min_length", "max_length")
_VALUES: Final = _ordered("min_value", "max_value")

_PARAMETERS: Final[Mapping[int, Model]] = {
    STRING: _typed(Text(0, 100), _LENGTHS, min_length=Integer(0, 6_000), max_length=Integer(1, 6_000)),
    INTEGER: _typed(_INT, _VALUES, min_value=_INT, max_value=_INT),
    BOOLEAN: _plain(),
    USER_OPTION: _plain(),
    CHANNEL: _plain(channel_types=CHANNEL_TYPES),
    ROLE: _plain(),
    MENTIONABLE: _plain(),
    NUMBER: _typed(_FLOAT, _VALUES, min_value=_FLOAT, max_value=_FLOAT),
    ATTACHMENT: _plain(),
}
_PARAMETER_LIST: Final = Items(Union(_PARAMETERS), 0, 25, rules=(_option_names, _required_first))
_SUB_FIELDS: Final[Mapping[str, Shape]] = {**_TRANSLATED, "required": _UNUSED}
_SUB_COMMAND: Final = Model(needs=_NAMED, allows={**_SUB_FIELDS, "options": _PARAMETER_LIST})
_SUB_COMMANDS: Final = Items(Union({SUB_COMMAND: _SUB_COMMAND}), 0, 25, rules=(_option_names,))
_GROUP: Final = Model(needs=_NAMED, allows={**_SUB_FIELDS, "options": _SUB_COMMANDS})
_OPTIONS: Final = Items(
    Union({SUB_COMMAND: _SUB_COMMAND, SUB_COMMAND_GROUP: _GROUP, **_PARAMETERS}),
    0,
    25,
    rules=(_subcommands_alone, _option_names, _required_first),
)

_COMMON: Final[Mapping[str, Shape]] = {
    "default_member_permissions": Digits("int", 2**54 - 1),
    "dm_permission": Boolean(),
    "nsfw": Boolean(),
    "contexts": Items(OneOf((0, 1, 2)), 1, 3, unique=True),
    "integration_types": Items(OneOf((0, 1)), 1, 2, unique=True),
}
_MENU: Final = Model(
    needs={"name": Text(1, 32)},
    allows={
        **_COMMON,
        "name_localizations": Localizations(Text(1, 32)),
        "description": _UNUSED,
        "options": _UNUSED,
        "handler": _UNUSED,
    },
)
_COMMANDS: Final[Mapping[int, Model]] = {
    CHAT_INPUT: Model(
        needs=_NAMED,
        allows={**_TRANSLATED, **_COMMON, "options": _OPTIONS, "handler": _UNUSED},
        rules=(_size,),
    ),
    USER: _MENU,
    MESSAGE: _MENU,
    PRIMARY_ENTRY_POINT: Model(
        needs={"name": Name()},
        allows={**_TRANSLATED, **_COMMON, "description": Text(0, 100), "options": _UNUSED, "handler": OneOf((1, 2))},
    ),
}


@dataclass(frozen=True, slots=True)
class _Command:
    """A command of the type it names, or a slash command when it names none. No server has an entry point."""

    guild: bool

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`."""
        before = len(faults)
        kinds = tuple(kind for kind in _COMMANDS if not (self.guild and kind == PRIMARY_ENTRY_POINT))
        known = Model(allows={"type": OneOf(kinds)}).read(value, path, faults)
        if len(faults) > before:
            return known
        kind = known.get("type", CHAT_INPUT)
        return {"type": kind, **_COMMANDS[kind].read(value, path, faults)}


def _together(commands: list[Any], path: Path) -> Iterator[Fault]:
    """Count the commands of each type; names are unique within a type."""
    seen: set[tuple[int, str]] = set()
    for index, command in enumerate(commands):
        if (command["type"], command["name"]) in seen:
            yield fault((*path, index), "APPLICATION_COMMANDS_DUPLICATE_NAME")
        seen.add((command["type"], command["name"]))
    count = Counter(command["type"] for command in commands)
    for kind, most in MAX_COMMANDS.items():
        if count[kind] > most:
            yield fault(path, "BASE_TYPE_MAX_LENGTH", most=most)


def command_faults(body: Any, *, guild: bool) -> list[Fault]:
    """Find what is wrong with one command.

    A partial body (`PATCH`) is checked as the command it makes: lay it over the stored one first. A server's
    command may carry `contexts` and the like, which Discord ignores there, as libraries send them anyway.

    Args:
        body: The command's JSON.
        guild: Whether the command is registered in one server.
    """
    return faults_of(_Command(guild), body)


def command_list_faults(body: Any, *, guild: bool) -> list[Fault]:
    """Find what is wrong with all commands of a bot, as `PUT …/commands` overwrites them in bulk."""
    return faults_of(Items(_Command(guild), 0, MAX_LIST, rules=(_together,)), body)
