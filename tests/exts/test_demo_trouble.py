"""What can go wrong with a demo: each time a sentence, nothing left running, and a message that is no dead end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import aiohttp
import discord
import pytest
from structlog.testing import capture_logs

from bot import client
from bot.domain.schedule import Runtime
from bot.exts.demo import _views
from bot.exts.kit import patience
from bot.pictures import timeline
from bot.runners.pool import installed
from bot.settings import Settings
from tests.conftest import House, running
from tests.exts.demos import edits, figures, result, runners, under_way, without_node
from tests.person import Person

BEGUN = '{"at_ms": 0, "kind": "phase_started", "phase": 0}'
"""What a runner says first."""


@pytest.mark.parametrize("runtime", ["node", "python"])
async def test_a_run_that_dies_says_so_and_can_be_run_again(ada: Person, runtime: str) -> None:
    seen = await ada.type("demo", demo="sequential", delays="5000", runtime=runtime)
    await under_way(ada, seen)
    (runner,) = runners()
    os.kill(runner, signal.SIGKILL)

    broken = await ada.sees(lambda message: message.id == seen.id and "broke off" in message.text)
    assert broken.labels == ["Run again"]
    assert runners() == []


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ("print('rubbish'); input()", "This run reported something impossible, so it was ended. Run it again."),
        ("print('x' * 10**6)", "This run reported something impossible, so it was ended. Run it again."),
        ("import sys; sys.exit(3)", "This run broke off before it was done. Run it again."),
        (f"print('{BEGUN}', flush=True); import time; time.sleep(99)", "This run took far longer than it should"),
    ],
    ids=["rubbish", "too much", "an error", "no end"],
)
async def test_whatever_a_runner_does_the_message_says_so_and_goes_on(
    house: House, ada: Person, program: str, sentence: str
) -> None:
    house.runners = lambda: {Runtime.PYTHON: (sys.executable, "-c", program)}
    await house.restart()
    seen = await ada.type("demo", demo="parallel", delays="20", runtime="python")
    broken = await ada.sees(lambda message: message.id == seen.id and "Run again" in message.labels)
    assert sentence in broken.text

    house.runners = installed
    await house.restart()
    await ada.press("Run again", broken)
    assert figures(await result(ada, seen))["Python"][1] == 20


async def test_the_ninth_run_waits_its_turn_and_says_so(house: House, ada: Person, grace: Person) -> None:
    linus = await house.person("Linus")
    people = enumerate([ada, grace, linus] * 3)
    await asyncio.gather(
        *(who.type("demo", demo="sequential", delays=f"{4000 + n}", runtime="python") for n, who in people)
    )

    await ada.sees(lambda seen: "Waiting for a free place: number 1 in line." in seen.text)
    await ada.sees(lambda _: sum("Steps" in m.labels for m in ada.messages.values()) == 9)
    assert {figures(run)["Python"][1] for run in ada.messages.values()} == set(range(4_000, 4_009))


async def test_one_member_cannot_fill_all_places(ada: Person, grace: Person) -> None:
    for delay in ("4000", "4100", "4200"):
        await ada.type("demo", demo="sequential", delays=delay, runtime="python")
    said = await ada.type("demo", demo="parallel")
    assert said.private
    assert said.text.strip() == "You have 3 runs under way. Wait for one of them to end, then try again."

    hers = await grace.type("demo", demo="sequential", delays="10", runtime="python")
    await result(grace, hers)
    await ada.sees(lambda _: sum("Steps" in m.labels for m in ada.messages.values()) == 4)
    assert not (await ada.type("demo", demo="parallel", delays="10", runtime="python")).private


async def test_a_bot_that_goes_down_leaves_no_run_under_way(house: House, ada: Person) -> None:
    seen = await ada.type("demo", demo="sequential", delays="5000")
    await under_way(ada, seen)
    await house.stop()

    await ada.sees(lambda message: message.id == seen.id and "going down" in message.text)
    assert runners() == []


async def test_one_that_goes_down_takes_no_more_work_and_says_so(
    house: House, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, ending, told = discord.Interaction.edit_original_response, asyncio.Event(), asyncio.Event()

    async def edit(self: discord.Interaction, **fields: object) -> object:
        if ending.is_set():
            await told.wait()
        return await real(self, **fields)

    monkeypatch.setattr(discord.Interaction, "edit_original_response", edit)
    monkeypatch.setattr(client, "DRAIN_S", 10.0)
    run = await ada.type("demo", demo="sequential", delays="5000")
    await under_way(ada, run)
    ending.set()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(house.stop())  # it lives on until the run's message has had its last edit
        said = await ada.type("help")
        told.set()

    assert (said.private, said.text.strip()[:21]) == (True, "Tandem is restarting.")


async def test_without_node_demos_run_in_python_and_node_says_how_to_get_it(house: House, ada: Person) -> None:
    await house.stop()
    house.runners = without_node
    await house.start()

    for runtime in ("node", "both"):
        said = await ada.type("demo", demo="compare", runtime=runtime)
        assert said.private
        assert "This bot has no Node.js 18 or newer: choose Python" in said.text
    seen = await ada.type("demo", demo="parallel", delays="20")
    assert figures(await result(ada, seen))["Python"][1] == 20


async def test_a_run_in_node_cannot_be_run_again_without_it(house: House, ada: Person) -> None:
    run = await result(ada, await ada.type("demo", demo="parallel", delays="20", runtime="node"))
    await house.stop()
    house.runners = without_node
    await house.start()

    said = await ada.press("Run again", run)
    assert said.private
    assert "This bot has no Node.js" in said.text


async def test_an_edit_that_fails_once_is_made_good(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    real, failures = discord.Interaction.edit_original_response, [OSError(), ValueError("no JSON")]

    async def edit(self: discord.Interaction, **fields: object) -> object:
        if failures:
            raise failures.pop()
        return await real(self, **fields)

    monkeypatch.setattr(discord.Interaction, "edit_original_response", edit)
    run = await ada.type("demo", demo="sequential", delays="2000", runtime="python")
    final = await result(ada, run)
    assert figures(final)["Python"][1] == 2000
    assert len(final.pictures) == 1
    assert failures == []


async def test_an_edit_that_hangs_is_given_up_and_made_good(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    real, hanging = discord.Interaction.edit_original_response, [asyncio.Event()]

    async def edit(self: discord.Interaction, **fields: object) -> object:
        if hanging:
            await hanging.pop().wait()
        return await real(self, **fields)

    monkeypatch.setattr(discord.Interaction, "edit_original_response", edit)
    monkeypatch.setattr(patience, "LATER_S", 1.0)
    run = await ada.type("demo", demo="sequential", delays="2000", runtime="python")
    assert figures(await result(ada, run))["Python"][1] == 2000


async def test_a_result_that_cannot_be_sent_does_not_leave_the_message_at_running(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = discord.Interaction.edit_original_response

    async def edit(self: discord.Interaction, **fields: object) -> object:
        if fields["attachments"]:
            raise aiohttp.ServerDisconnectedError
        return await real(self, **fields)

    monkeypatch.setattr(discord.Interaction, "edit_original_response", edit)
    run = await ada.type("demo", demo="parallel", delays="20", runtime="python")
    told = await ada.sees(lambda seen: seen.id == run.id and "cannot be shown here" in seen.text)
    assert told.labels == ["Run again"]


async def test_a_fault_of_ours_gets_a_sentence_with_an_id_in_the_message_itself(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(_: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(timeline, "draw", draw)
    async with running(settings) as house:
        ada = await house.person("Ada")
        run = await ada.type("demo", demo="parallel", delays="20", runtime="python")
        told = await ada.sees(lambda seen: seen.id == run.id and "Something went wrong on our side" in seen.text)
        assert "(error " in told.text
        assert told.labels == ["Run again"]


async def test_a_fault_of_ours_does_not_tell_the_log_what_a_member_has_planned(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither when the run is shown, nor by its buttons, which know no more than its id."""
    planned = "confessional"

    def fails(*_: object) -> bytes:
        raise KeyError(planned)

    async with running(settings) as house:
        ada = await house.person("Ada")
        run = await ada.type("demo", demo="custom", plan=f"{planned} 20", runtime="python")
        go_on = run.buttons["Go on"]["custom_id"]
        shown = await result(ada, run)
        monkeypatch.setattr(timeline, "draw", fails)
        monkeypatch.setattr(_views, "steps", fails)
        with capture_logs() as logs:
            for told in (await house.presses(ada, go_on), await ada.press("Steps", shown)):
                assert "Something went wrong on our side" in told.text
            again = await ada.press("Run again", shown)
            await ada.sees(lambda seen: seen.id == again.id and "Something went wrong" in seen.text)
    failed = [entry for entry in logs if entry["event"] == "failed"]
    assert [planned in entry["hide"] for entry in failed] == [True] * 3


async def test_a_message_that_is_deleted_under_the_run_troubles_nobody(house: House, ada: Person) -> None:
    seen = await ada.type("demo", demo="sequential", delays="2700", runtime="python")
    await house.delete(seen)
    other = await ada.type("demo", demo="parallel", delays="4000", runtime="python")  # outlives the deleted one

    assert figures(await result(ada, other))["Python"][1] == 4000
    assert seen.id not in ada.messages
    assert 1 <= len(edits(house, seen)) <= 2  # the one by which it is noticed, and one that came before


@pytest.mark.parametrize(
    ("delays", "sentence"),
    [
        ("fast", "“fast” is not a whole number of milliseconds."),
        ("300, 5", "5 ms is too short"),
        ("6000", "6,000 ms is too long"),
        (" ".join(["10"] * 13), "13 durations are too many."),
        ("5000 5000 5000 5000 10", "add up to 20,010 ms"),
        (", ,", "There is no duration."),
    ],
)
async def test_delays_that_cannot_be_used_get_a_sentence(ada: Person, delays: str, sentence: str) -> None:
    said = await ada.type("demo", demo="compare", delays=delays)
    assert said.private
    assert sentence in said.text


async def test_a_demo_of_fixed_tasks_takes_one_delay_for_each(ada: Person) -> None:
    said = await ada.type("demo", demo="race", delays="10")
    assert said.private
    assert "one for each task, and 1 came." in said.text


async def test_a_plan_that_does_not_parse_is_shown_with_a_caret_under_the_place(ada: Person) -> None:
    said = await ada.type("demo", demo="custom", plan="(a 300 & b) > c 200")
    assert said.private
    assert said.text.strip() == (
        "Found “)”, expected how long “b” takes, in ms.\n```\n(a 300 & b) > c 200\n          ^\n```"
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"demo": "custom"}, "Write your plan too, such as `/demo custom plan:(a 300 & b 500) > c 200`."),
        ({"demo": "custom", "plan": "a 20", "delays": "30"}, "Leave the delays out."),
        ({"demo": "compare", "plan": "a 20"}, "`compare` has a plan of its own. Yours goes with custom:"),
        ({"demo": "custom", "plan": "a 5000 > b 5000 > c 5000 > d 5000 > e 10"}, "add up to 20,010 ms"),
        ({"demo": "paralel"}, "There is no demo “paralel”. Did you mean `parallel`?"),
        ({"demo": "zzz"}, "There is no demo “zzz”. Choose one from the list that appears as you type."),
    ],
)
async def test_what_cannot_be_run_gets_a_sentence(ada: Person, options: dict[str, str], sentence: str) -> None:
    said = await ada.type("demo", **options)
    assert said.private
    assert sentence in said.text


@pytest.mark.parametrize(
    "custom_id",
    [
        "demo.again:nothing",
        "demo.steps:nothing",
        "demo.code:nothing",
        "demo.text:nothing",
        "demo.page:nothing:1:on",
        "demo.step:nothing:1:on:node",
        "demo.step:nothing:1:on",
    ],
)
async def test_a_button_of_a_run_that_is_gone_gets_a_sentence(house: House, ada: Person, custom_id: str) -> None:
    assert "This run is not here any more." in (await house.presses(ada, custom_id)).text
