"""What is sent: ids that were before somebody, changed a little or much; odd words; options; filled in forms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from discord import AppCommandOptionType, app_commands
from hypothesis import strategies as st

from bot.domain.lesson import Level, PartId, QuizKind
from bot.playground.wire import Json

BUTTON, STRING_SELECT, USER_SELECT, ROLE_SELECT, CHANNEL_SELECT, LABEL = 2, 3, 5, 6, 8, 18

PREFIXES = {BUTTON: "", STRING_SELECT: "select/", ROLE_SELECT: "role/", CHANNEL_SELECT: "channel/", USER_SELECT: ""}
"""What stands before the action in the id of each kind of component."""

ODD = (
    *("", " ", "0", "-1", "1", "2", "7", "1e9", "0x1", "9" * 18, "9" * 19, "9" * 40, "²", "٣", "𝟙", "None", "null"),
    *("\x00", "\t", "\r", "\n", "\x1b[31m", "\u202e", "\u200b", "\u2066", "\ufeff", "\u3164", "e" + "\u0301" * 30),
    *("a:b", ":", "::::", "../../etc/passwd", "' OR 1=1 --", "%s", "{0}", "$(id)", "<script>", "=1+1", "İ", "ß", "ﷺ"),
    *(
        "<@1>",
        "<@&1>",
        "@everyone",
        "@here",
        "```",
        "`",
        "**",
        "||",
        "# x",
        "[x](https://example.org)",
        "\\",
        "🏳️‍🌈",
        "🇩🇪",
    ),
)
KNOWN = (
    *("async", "parallel", "custom", "node", "python", "both", "off", "here", "on", "back", "next", "asked", "read"),
    *("server", "everywhere", "week", "month", "always", "pass-role", "pass-mark", "daily", "language", "hosts", "80"),
    *("all-lessons", "everybody", "managers", "none", "test", "rounds", "8:30", "Europe/Berlin", "10, 20, 30", "9"),
    *(*map(str, PartId), *map(str, QuizKind), *map(str, Level)),
)

texts = st.text(max_size=12) | st.text(st.sampled_from("<@>#&*_~`|\\:\u202e\u200b\u0301 a1"), max_size=40)
numbers = st.integers(-(2**70), 2**70).map(str)


@dataclass(frozen=True)
class Pool:
    """The ids that the one who tries has had before them, and those of somebody else."""

    mine: Sequence[str]
    theirs: Sequence[str]

    @property
    def words(self) -> st.SearchStrategy[str]:
        """What may stand between two colons."""
        mine, theirs = (
            sorted({word for id_ in ids for word in id_.split(":")[1:]}) for ids in (self.mine, self.theirs)
        )
        fitting = st.sampled_from(mine) | st.sampled_from(theirs) | st.sampled_from(theirs)
        return fitting | st.sampled_from(KNOWN) | st.sampled_from(ODD) | texts | numbers

    def arguments(self, action: str) -> st.SearchStrategy[list[str]]:
        """Arguments of an action: real ones, mine or somebody else's, with one or two changed, or any."""
        real = [
            id_.split(":")[1:]
            for id_ in (*self.mine, *self.theirs)
            if re.sub("^[a-z]+/", "", id_.split(":")[0]) == action
        ]
        made = st.lists(self.words, max_size=7)
        return st.one_of(st.sampled_from(real), self._changed(real), self._changed(real), made) if real else made

    @st.composite
    @staticmethod
    def _change(draw: st.DrawFn, real: list[list[str]], words: st.SearchStrategy[str]) -> list[str]:
        found = list(draw(st.sampled_from(real)))
        for _ in range(draw(st.integers(1, 2))):
            at = draw(st.integers(0, len(found)))
            match draw(st.sampled_from(["put", "put", "put", "add", "take"])):
                case "take":
                    del found[at : at + 1]
                case "put" if found:
                    found[min(at, len(found) - 1)] = draw(words)
                case _:
                    found.insert(at, draw(words))
        return found

    def _changed(self, real: list[list[str]]) -> st.SearchStrategy[list[str]]:
        return Pool._change(real, self.words)


@st.composite
def pressed(draw: st.DrawFn, pool: Pool, action: str) -> tuple[Json, Json]:
    """A component with the id of an action, of any kind, and the data of the interaction when it is used."""
    kinds = [BUTTON, *(kind for kind, before in PREFIXES.items() if f"{before}{action}" in _heads(pool))]
    kind = draw(st.sampled_from([*kinds, *kinds, *PREFIXES]))
    custom_id = PREFIXES[kind] + ":".join([action, *draw(pool.arguments(action))])
    return component(draw, kind, custom_id, pool)


def button(custom_id: str) -> tuple[Json, Json]:
    """A button with that id, and what comes when it is pressed."""
    return {"type": BUTTON, "style": 2, "label": "x", "custom_id": custom_id}, _used(BUTTON, custom_id)


def menu(custom_id: str, values: list[str], kind: int = STRING_SELECT) -> tuple[Json, Json]:
    """A menu with that id, and what comes when these values are chosen; of roles and channels that are gone."""
    options = {"options": [{"label": "x", "value": "x"}]} if kind == STRING_SELECT else {}
    return {"type": kind, "custom_id": custom_id} | options, _used(kind, custom_id) | {"values": values}


def component(draw: st.DrawFn, kind: int, custom_id: str, pool: Pool) -> tuple[Json, Json]:
    """A component of that kind, and what comes when it is used."""
    if kind == BUTTON:
        return button(custom_id)
    if kind == STRING_SELECT:
        return menu(custom_id, draw(st.lists(pool.words, max_size=3)))
    ids = draw(st.lists(st.integers(0, 2**63).map(str) | st.sampled_from(pool.mine[:1] or ["1"]), max_size=2))
    ids = [id_ for id_ in ids if id_.isdecimal()]
    what = {ROLE_SELECT: "roles", CHANNEL_SELECT: "channels", USER_SELECT: "users"}[kind]
    resolved = {what: {id_: _entity(kind, id_) for id_ in ids}} if draw(st.booleans()) else {}
    data = _used(kind, custom_id) | {"values": ids}
    return {"type": kind, "custom_id": custom_id}, data | ({"resolved": resolved} if draw(st.booleans()) else {})


@st.composite
def submitted(draw: st.DrawFn, pool: Pool, action: str) -> Json:
    """A form with the id of an action, filled in: with its fields, without them, with others, of other kinds."""
    fields = [draw(_field(pool)) for _ in range(draw(st.integers(0, 4)))]
    wrapped = [
        draw(st.sampled_from([{"type": LABEL, "id": 1, "component": f}, {"type": 1, "components": [f]}]))
        for f in fields
    ]
    return {"custom_id": ":".join([action, *draw(pool.arguments(action))]), "components": wrapped}


@st.composite
def _field(draw: st.DrawFn, pool: Pool) -> Json:
    name = draw(st.sampled_from(["time", "zone", "timezone"]) | st.sampled_from(["", "other", "\x00", "time "]))
    typed = pool.words | st.text(max_size=4000) | st.sampled_from(["8", "25:00", "Europe/Berlin", "x" * 4000])
    match draw(st.sampled_from(["text", "text", "text", "select", "radio", "check", "nothing"])):
        case "text":
            return {"type": 4, "id": 2, "custom_id": name, "value": draw(typed)}
        case "select":
            return {"type": 3, "id": 2, "custom_id": name, "values": draw(st.lists(typed, max_size=3))}
        case "radio":
            return {"type": 21, "id": 2, "custom_id": name, "value": draw(st.none() | typed)}
        case "check":
            return {"type": 23, "id": 2, "custom_id": name, "value": draw(st.booleans())}
        case _:
            return {"type": 4, "id": 2, "custom_id": name}


@st.composite
def typed(draw: st.DrawFn, pool: Pool, command: app_commands.Command[Any, ..., Any], people: Json) -> Json:
    """The data of a command with any options: mostly those it needs, of their types, with any values."""
    given = [each for each in command.parameters if draw(st.integers(0, 9)) < (9 if each.required else 6)]
    options = [_option(each, draw(_value(pool, each, people))) for each in given]
    if draw(st.integers(0, 9)) == 0:
        options.append({"name": "other", "type": 3, "value": "x"})
    return _nested(command, options)


@st.composite
def typing(draw: st.DrawFn, pool: Pool, command: app_commands.Command[Any, ..., Any], name: str) -> Json:
    """The data of a command while an option is typed."""
    others = [p for p in command.parameters if p.name != name and p.type is AppCommandOptionType.string]
    options = [_option(p, draw(st.text(max_size=20) | pool.words)) for p in others if draw(st.booleans())]
    what = draw(st.text(max_size=120) | pool.words | st.sampled_from(["", "a 300 > b 500", "x" * 6000, "(" * 300]))
    focused = {"name": name, "type": 3, "value": what, "focused": True}
    return _nested(command, [*options, focused])


def _value(pool: Pool, parameter: app_commands.Parameter, people: Json) -> st.SearchStrategy[Any]:
    chosen = [choice.value for choice in parameter.choices]
    match parameter.type:
        case AppCommandOptionType.integer:
            return st.integers(-(2**53), 2**53) | st.integers(-3, 40)
        case AppCommandOptionType.user:
            return st.sampled_from([*people["users"], "1", "9" * 18])
        case AppCommandOptionType.role:
            return st.sampled_from([*people["roles"], "1", "9" * 18])
        case AppCommandOptionType.channel:
            return st.sampled_from([*people["channels"], "1", "9" * 18])
        case _:
            plans = st.text(st.sampled_from("ab 10>&|()!~ settled within 20 any limit 2 cpu"), max_size=60)
            most = pool.words | plans | st.text(max_size=6000) | st.sampled_from(["x" * 6000, "9" * 6000, "(" * 400])
            return most | st.sampled_from(chosen) if chosen else most | st.sampled_from(KNOWN)


def _option(parameter: app_commands.Parameter, value: Any) -> Json:
    return {"name": parameter.name, "type": parameter.type.value, "value": value}


def _nested(command: app_commands.Command[Any, ..., Any], options: list[Json]) -> Json:
    *above, name = command.qualified_name.split(" ")
    if above:
        options = [{"name": name, "type": 1, "options": options}]
    return {"id": "1", "name": above[0] if above else name, "type": 1, "options": options}


def _heads(pool: Pool) -> set[str]:
    return {id_.split(":")[0] for id_ in (*pool.mine, *pool.theirs)}


def _used(kind: int, custom_id: str) -> Json:
    return {"custom_id": custom_id, "component_type": kind, "id": 2}


def _entity(kind: int, id_: str) -> Json:
    if kind == ROLE_SELECT:
        return {"id": id_, "name": "x", "permissions": "0", "position": 1, "color": 0, "hoist": False, "managed": False}
    if kind == CHANNEL_SELECT:
        return {"id": id_, "name": "x", "type": 0, "permissions": "0"}
    return {"id": id_, "username": "x", "discriminator": "0", "avatar": None, "global_name": None}
