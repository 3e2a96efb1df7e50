"""A form that somebody has open is answered, whatever becomes of the bot meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import client
from bot.domain.guild import GuildSettings
from bot.playground.interaction import Ask
from bot.settings import Settings
from bot.storage.guilds import Guilds
from tests.conftest import House, running
from tests.person import Form, Person, Seen

SECTION = "select/settings.section"

Plan = Callable[[GuildSettings], datetime]


async def a_form(person: Person) -> tuple[Form, Seen]:
    """The form for the hour of the daily question, opened, and the panel under it."""
    seen = await person.choose("daily", await person.type("settings"), menu=SECTION)
    return await person.press_for_form("Time and time zone", seen), seen


async def test_a_form_that_stood_open_over_a_restart_is_answered_once(house: House, ada: Person) -> None:
    form, seen = await a_form(ada)
    await house.restart()
    changed = await ada.submits(form, {"Time": "7:05"})
    assert changed.id == seen.id
    assert "at 7:05 (UTC)" in changed.text
    answers = [sent for _, sent in house.sent if sent.path.endswith("/callback")]
    assert len(answers) == 4, "the command, the menu, the button and the form have one answer each"


@pytest.mark.parametrize("custom_id", ["older.form:1", "settings.time:1", "settings.time:1:2", ""])
async def test_a_form_that_this_version_does_not_know_gets_a_sentence(
    house: House, ada: Person, custom_id: str
) -> None:
    world = house.playground.world
    data = {"custom_id": custom_id, "components": []}
    world.ask(Ask.MODAL_SUBMIT, world.member(ada.id), world.guild.channels[0], data)
    told = await ada.sees(lambda message: "This form is from another version of Tandem." in message.text)
    assert told.private


async def test_a_closing_bot_answers_the_forms_it_has_taken_and_refuses_others(
    house: House, ada: Person, grace: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, go_on, real = asyncio.Event(), asyncio.Event(), Guilds.change

    async def change(self: Guilds, guild_id: int, values: Mapping[str, Any], plan: Plan) -> GuildSettings:
        taken.set()
        await go_on.wait()
        return await real(self, guild_id, values, plan)

    monkeypatch.setattr(Guilds, "change", change)
    monkeypatch.setattr(client, "DRAIN_S", 10.0)
    (hers, seen), (late, _) = await a_form(ada), await a_form(grace)
    async with asyncio.TaskGroup() as tasks:
        answered = tasks.create_task(ada.submits(hers, {"Time": "6:30"}))
        await taken.wait()
        stopped = tasks.create_task(house.stop())  # it lives on until what it has taken is answered
        refused = await grace.submits(late, {"Time": "7:30"})
        go_on.set()
        await stopped
    assert "Tandem is restarting." in refused.text
    assert (answered.result().id, "at 6:30 (UTC)" in answered.result().text) == (seen.id, True)


async def test_what_goes_wrong_with_a_form_is_told_with_an_id_that_the_log_has(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def change(self: Guilds, guild_id: int, values: Mapping[str, Any], plan: Plan) -> GuildSettings:
        raise RuntimeError("a fault of ours")

    with capture_logs() as logs:
        async with running(settings) as house:
            ada = await house.person("Ada")
            form, _ = await a_form(ada)
            monkeypatch.setattr(Guilds, "change", change)
            told = await ada.submits(form, {"Time": "6:30"})
    (failed,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert told.private
    assert f"Something went wrong on our side (error {failed['error_id']})." in told.text
    assert failed["what"] == "settings.time"
