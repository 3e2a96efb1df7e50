"""A member runs code live: the message lives with the run, then tells what was measured."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from itertools import pairwise
from pathlib import Path

import aiohttp
import discord
import pytest

from tests.conftest import House
from tests.person import Person, Seen

ROW = re.compile(r"^(sequential|concurrent) +([\d,.]+) ms +([\d,.]+) ms +([\d,.-]+) ms$", re.MULTILINE)


def measured(seen: Seen) -> dict[str, tuple[float, float, float]]:
    """Measured, ideal and overhead of each mode, in milliseconds."""
    return {mode: tuple(float(v.replace(",", "")) for v in values) for mode, *values in ROW.findall(seen.text)}  # type: ignore[misc]


async def result(person: Person, message: Seen) -> Seen:
    """The message once the run is over."""
    return await person.sees(lambda seen: seen.id == message.id and "overhead" in seen.text)


async def test_compare_tells_measured_ideal_overhead_and_speed_up(ada: Person, grace: Person) -> None:
    seen = await ada.type("demo", demo="compare", delays="40, 60")
    assert not seen.private
    assert "not started" in seen.text

    found = measured(await result(grace, seen))
    assert {mode: values[1] for mode, values in found.items()} == {"sequential": 100, "concurrent": 60}
    for whole, ideal, overhead in found.values():
        assert whole >= ideal
        assert overhead == pytest.approx(whole - ideal, abs=1)
    final = ada.messages[seen.id]
    speed_up = float(re.search(r"Together was ([\d.]+)× as fast", final.text)[1])
    assert speed_up == pytest.approx(found["sequential"][0] / found["concurrent"][0], rel=0.05)
    assert final.labels == ["Run again", "Steps", "Code"]


@pytest.mark.parametrize(("demo", "mode", "ideal"), [("sequential", "sequential", 100), ("parallel", "concurrent", 50)])
async def test_one_mode_alone(ada: Person, demo: str, mode: str, ideal: int) -> None:
    found = measured(await result(ada, await ada.type("demo", demo=demo, delays="30 20ms 50")))
    assert [(name, values[1]) for name, values in found.items()] == [(mode, ideal)]


async def test_without_delays_the_tasks_of_the_lesson_run(ada: Person) -> None:
    seen = await ada.type("demo", demo="parallel")
    assert "2 tasks of 400, 600 ms" in seen.text
    assert measured(await result(ada, seen))["concurrent"][1] == 600


async def test_the_message_is_edited_at_most_once_a_second_while_the_run_lives(ada: Person) -> None:
    seen = await ada.type("demo", demo="sequential", delays="1200, 1000")
    await result(ada, seen)

    times = ada.times_of(seen.id)
    assert len(times) >= 3  # at first, under way, at the end
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.9


async def test_steps_tell_this_very_run(house: House, ada: Person) -> None:
    run = await result(ada, await ada.type("demo", demo="compare", delays="20, 30"))
    await house.restart()

    steps = await ada.press("Steps", run)
    assert steps.private
    assert "**Step 1: call task 1**" in steps.text
    assert "Variable tracker" in steps.text
    assert "**Step 2: wait for task 1**" in (await ada.press("Step on ▶")).text


async def test_code_shows_the_programs_that_ran(ada: Person) -> None:
    run = await result(ada, await ada.type("demo", demo="compare", delays="20, 30"))
    code = await ada.press("Code", run)

    assert code.private
    assert "async def sequential():" in code.text
    assert "async def concurrent():" in code.text


async def test_run_again_runs_the_same_tasks_for_whoever_presses(ada: Person, grace: Person) -> None:
    first = await result(ada, await ada.type("demo", demo="parallel", delays="20, 30"))
    await grace.sees(lambda seen: seen.id == first.id)
    again = await grace.press("Run again", first)

    assert again.id != first.id
    assert f"2 tasks of 20, 30 ms · run by <@{grace.id}>" in again.text
    assert measured(await result(grace, again))["concurrent"][1] == 30


async def test_the_ninth_run_waits_its_turn_and_says_so(ada: Person) -> None:
    await asyncio.gather(*(ada.type("demo", demo="sequential", delays="2000") for _ in range(9)))

    await ada.sees(lambda seen: "Waiting for a free place: number 1 in line." in seen.text)
    await ada.sees(lambda _: len(ada.messages) == 9 and all("overhead" in m.text for m in ada.messages.values()))
    assert all(measured(run)["sequential"][1] == 2_000 for run in ada.messages.values())


async def test_a_run_that_dies_says_so_and_can_be_run_again(ada: Person) -> None:
    seen = await ada.type("demo", demo="sequential", delays="5000")
    await _under_way(ada, seen)
    os.kill(_runner(), signal.SIGKILL)

    broken = await ada.sees(lambda message: message.id == seen.id and "broke off" in message.text)
    assert broken.labels == ["Run again"]


async def test_a_bot_that_goes_down_leaves_no_run_under_way(house: House, ada: Person) -> None:
    seen = await ada.type("demo", demo="sequential", delays="5000")
    await _under_way(ada, seen)
    await house.stop()

    assert "going down" in ada.messages[seen.id].text


async def test_one_that_goes_down_takes_no_more_work_and_says_so(house: House, ada: Person) -> None:
    run = await ada.type("demo", demo="sequential", delays="5000")
    await _under_way(ada, run)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(house.stop())  # it lives on until the run's message has had its last edit
        said = await ada.type("help")

    assert (said.private, said.text.strip()[:21]) == (True, "Tandem is restarting.")


async def test_an_edit_that_fails_once_is_made_good(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    real, failures = discord.Interaction.edit_original_response, [aiohttp.ServerDisconnectedError(), OSError()]

    async def edit(self: discord.Interaction, **fields: object) -> object:
        if failures:
            raise failures.pop()
        return await real(self, **fields)

    monkeypatch.setattr(discord.Interaction, "edit_original_response", edit)
    run = await ada.type("demo", demo="sequential", delays="1100")
    assert measured(await result(ada, run))["sequential"][1] == 1100
    assert failures == []


async def test_a_message_that_is_deleted_under_the_run_troubles_nobody(house: House, ada: Person) -> None:
    seen = await ada.type("demo", demo="sequential", delays="1500")
    await house.delete(seen)
    other = await result(ada, await ada.type("demo", demo="parallel", delays="1800"))  # outlives the deleted one

    assert seen.id not in ada.messages
    assert measured(other)["concurrent"][1] == 1800


@pytest.mark.parametrize(
    ("delays", "sentence"),
    [
        ("fast", "“fast” is not a whole number of milliseconds."),
        ("300, 5", "5 ms is too short"),
        ("6000", "6,000 ms is too long"),
        ("10 10 10 10 10 10 10 10 10", "9 tasks are too many."),
        ("5000 5000 5000 5000 10", "add up to 20,010 ms"),
        (", ,", "There is no delay."),
    ],
)
async def test_delays_that_cannot_be_used_get_a_sentence(ada: Person, delays: str, sentence: str) -> None:
    said = await ada.type("demo", demo="compare", delays=delays)
    assert said.private
    assert sentence in said.text


async def test_an_unknown_demo_gets_the_nearest(ada: Person) -> None:
    said = await ada.type("demo", demo="paralel")
    assert (said.private, said.text.strip()) == (True, "There is no demo “paralel”. Did you mean parallel?")


async def test_demos_are_suggested(ada: Person) -> None:
    assert [c["value"] for c in await ada.suggestions("demo", "demo", "pa")] == ["parallel", "compare"]


@pytest.mark.parametrize("custom_id", ["demo.steps:nothing", "demo.code:nothing", "demo.step:nothing:1:on"])
async def test_a_button_of_a_run_that_is_gone_gets_a_sentence(house: House, ada: Person, custom_id: str) -> None:
    assert "This run is not here any more." in (await house.presses(ada, custom_id)).text


async def _under_way(person: Person, message: Seen) -> None:
    """Wait until the message shows a task under way."""
    await person.sees(lambda seen: seen.id == message.id and "▒" in seen.text)


def _runner() -> int:
    """The process of the only run under way, among those that this process has started."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return next(int(pid) for pid in children if b"asyncio_program" in Path(f"/proc/{pid}/cmdline").read_bytes())
