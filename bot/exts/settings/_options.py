"""The settings by name: what each takes, and what the words for it stand for. No Discord."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any

from bot.domain.errors import MemberError
from bot.domain.guild import COOLDOWNS_H, PASS_MARKS
from bot.domain.names import shown
from bot.domain.schedule import Runtime
from bot.exts.kit.words import count
from bot.services.lessons import nearest


class NoSuchSettingError(MemberError):
    """There is no such setting, or it does not take what was given."""


class Setting(StrEnum):
    """What can be set, by the word after `/settings`."""

    PASS_ROLE = "pass-role"  # noqa: S105 - who passes gets it
    PASS_MARK = "pass-mark"  # noqa: S105
    COOLDOWN = "cooldown"
    HOSTS = "hosts"
    DAILY = "daily"
    LANGUAGE = "language"


class Section(StrEnum):
    """The settings that are changed together; the panel shows one section at a time."""

    TEST = "test"
    ROUNDS = "rounds"
    DAILY = "daily"
    LANGUAGE = "language"

    @property
    def heading(self) -> str:
        """What it is about."""
        return _TITLES[self]


_TITLES = {
    Section.TEST: "Test",
    Section.ROUNDS: "Rounds",
    Section.DAILY: "Question of the day",
    Section.LANGUAGE: "Language",
}

SECTIONS = {
    Setting.PASS_ROLE: Section.TEST,
    Setting.PASS_MARK: Section.TEST,
    Setting.COOLDOWN: Section.TEST,
    Setting.HOSTS: Section.ROUNDS,
    Setting.DAILY: Section.DAILY,
    Setting.LANGUAGE: Section.LANGUAGE,
}

TAKES: Mapping[Setting, tuple[str, ...]] = {
    Setting.PASS_ROLE: ("role", "value"),
    Setting.PASS_MARK: ("value",),
    Setting.COOLDOWN: ("value",),
    Setting.HOSTS: ("role", "value"),
    Setting.DAILY: ("channel", "time", "timezone", "topic", "value"),
    Setting.LANGUAGE: ("value",),
}
"""The options of the command that belong to each setting."""

_EXAMPLES = {
    "role": "pass-role role:@Async",
    "channel": "daily channel:#general",
    "time": "daily time:9:00",
    "timezone": "daily timezone:Europe/Berlin",
    "topic": "daily topic:async",
    "value": "pass-mark value:80",
}

NOBODY, EVERYBODY, MANAGERS, OFF, ALL_LESSONS = "none", "everybody", "managers", "off", "all-lessons"
"""Values that are words: no role for passing, who hosts, no daily question, and one from any lesson."""


def setting_named(name: str) -> Setting:
    """The setting of that name; capitals do not matter.

    Raises:
        NoSuchSettingError: there is none; the sentence suggests the nearest.
    """
    word = name.strip().lower()
    if word not in set(Setting):
        raise NoSuchSettingError(f"There is no setting “{shown(name)}”. {nearest(word, list(Setting))}")
    return Setting(word)


def check_options(setting: Setting | None, given: Collection[str]) -> None:
    """Make sure that the options that were given belong to the setting.

    Raises:
        NoSuchSettingError: one does not; the sentence names where it belongs.
    """
    if setting is None:
        for option in given:
            raise NoSuchSettingError(f"Say which setting it is for, such as `/settings {_EXAMPLES[option]}`.")
        return
    takes = TAKES[setting]
    for option in given:
        if option not in takes:
            others = _listed([f"`{other}`" for other, taken in TAKES.items() if option in taken], "and")
            mine = _listed([f"`{name}`" for name in takes], "and")
            raise NoSuchSettingError(
                f"`{option}` does not belong to `{setting}`, which takes {mine}. It belongs to {others}."
            )
    if "value" in given and len(given) > 1:
        other = next(option for option in given if option != "value")
        raise NoSuchSettingError(f"Give `{setting}` either a `value` or a `{other}`, not both.")


def offers(setting: Setting) -> Sequence[tuple[str, str]]:
    """The values that a setting may have beside roles, channels and times: each as it is read and as it is typed."""
    match setting:
        case Setting.PASS_ROLE:
            return [("no role", NOBODY)]
        case Setting.PASS_MARK:
            return [(f"{mark} %", str(mark)) for mark in PASS_MARKS]
        case Setting.COOLDOWN:
            return [(wait(hours), str(hours)) for hours in COOLDOWNS_H]
        case Setting.HOSTS:
            return [("everybody", EVERYBODY), ("only those who manage the server", MANAGERS)]
        case Setting.DAILY:
            return [("off", OFF), ("from all lessons", ALL_LESSONS)]
        case Setting.LANGUAGE:
            return [(runtime.label, runtime.value) for runtime in Runtime]


def changes(setting: Setting, value: str, guild_id: int) -> dict[str, Any]:
    """What is stored for a value of a setting.

    Raises:
        NoSuchSettingError: the setting cannot have that value; the sentence lists those that it can.
    """
    match setting, _chosen(setting, value):
        case Setting.PASS_ROLE, _:
            return {"pass_role_id": None}
        case Setting.PASS_MARK, mark:
            return {"pass_mark": int(mark)}
        case Setting.COOLDOWN, hours:
            return {"cooldown_h": int(hours)}
        case Setting.HOSTS, who:
            return {"host_role_id": guild_id if who == EVERYBODY else None}
        case Setting.DAILY, what:
            return {"daily_channel_id": None} if what == OFF else {"daily_lesson_id": None}
        case Setting.LANGUAGE, language:
            return {"language": Runtime(language)}


def wait(hours: int) -> str:
    """The hours between two tests, in words."""
    if hours == 0:
        return "no wait"
    return count(hours, "hour") if hours % 24 else count(hours // 24, "day")


_UNIT = re.compile(r"(?<=[0-9])\s*(%|h|hours?)$")


def _chosen(setting: Setting, value: str) -> str:
    """The value among those offered, by what is typed or by what is read."""
    word = value.strip().lower()
    for name, typed in offers(setting):
        if word in (typed, name.lower()) or _UNIT.sub("", word) == typed:
            return typed
    mistaken = f"`{setting}` cannot be “{shown(value)}”."
    known = _listed([f"`{typed}`" for _, typed in offers(setting)], "or")
    match setting:
        case Setting.PASS_ROLE:
            raise NoSuchSettingError(f"{mistaken} Choose a `role`, or {known} to give none.")
        case Setting.HOSTS:
            raise NoSuchSettingError(f"{mistaken} Choose a `role`, or {known}.")
        case Setting.DAILY:
            raise NoSuchSettingError(f"{mistaken} Choose a `channel`, a `time`, a `timezone` or a `topic`, or {known}.")
        case Setting.COOLDOWN:
            raise NoSuchSettingError(f"{mistaken} Choose {known}: hours from one test to the next.")
        case _:
            raise NoSuchSettingError(f"{mistaken} Choose {known}.")


def _listed(words: Sequence[str], last: str) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end
