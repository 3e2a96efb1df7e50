"""A member predicts a program, sees it run, is graded by what was measured; leaves, comes back, presses twice."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import make_url

from bot.domain.lesson import Level
from bot.domain.predict import Ask, Challenge, challenge
from bot.domain.schedule import Runtime, schedule
from bot.domain.trace import Trace
from bot.pictures import timeline
from bot.runners.pool import Commands, installed
from tests.conftest import House
from tests.exts.demos import result, runners, runs_stored, under_way, without_node
from tests.person import Person, Seen

LETTERS = "ABCD"
SEEN_LIVE_MS = 1_600
"""A run of this length is redrawn at least once on its way."""


def behind(house: House, seen: Seen) -> Challenge:
    """The challenge that a message asks about."""
    row = _stored(house, seen)
    return challenge(row["seed"], Level(row["level"]))


def _stored(house: House, seen: Seen) -> sqlite3.Row:
    prediction = seen.buttons["A"]["custom_id"].split(":")[1]
    with closing(sqlite3.connect(make_url(house.settings.database_url).database)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute("SELECT * FROM predictions WHERE id = ?", (prediction,)).fetchone()


async def asked(
    house: House, person: Person, runtime: Runtime = Runtime.PYTHON, ask: Ask | None = None, least_ms: int = 0
) -> Seen:
    """A prediction to make in that runtime, about that if it matters, of a program that takes so long at least."""
    for _ in range(80):
        seen = await person.type("predict", level="hard" if least_ms else "easy")
        found = behind(house, seen)
        if found.runtime is runtime and ask in (None, found.ask) and found.program.longest_ms(runtime) >= least_ms:
            return seen
    raise AssertionError(f"no prediction in {runtime}")


def right(house: House, seen: Seen) -> str:
    """The letter of the right option."""
    return LETTERS[behind(house, seen).right]


def wrong(house: House, seen: Seen) -> str:
    """A letter of a wrong option."""
    return LETTERS[(behind(house, seen).right + 1) % len(LETTERS)]


async def graded(person: Person, message: Seen) -> Seen:
    """The grade of a prediction. Where a busy machine was late, it is run again, as a member would do."""
    for _ in range(3):
        seen = await result(person, message)
        if "### No result this time" not in seen.text:
            return seen
        await person.press("Run again", seen)
    raise AssertionError("the machine was too busy three times")


def late(total_ms: int) -> Commands:
    """A machine on which a program in Python takes so long."""
    happened = {"phase_started": 0, "returned": total_ms, "phase_ended": total_ms}
    lines = [json.dumps({"at_ms": at_ms, "kind": kind, "phase": 0}) for kind, at_ms in happened.items()]
    return {Runtime.PYTHON: (sys.executable, "-c", f"print({chr(10).join(lines)!r})")}


@pytest.mark.parametrize(("runtime", "fence"), [(Runtime.NODE, "```js\n"), (Runtime.PYTHON, "```py\n")])
async def test_a_program_is_shown_with_its_times_and_four_options(
    house: House, ada: Person, runtime: Runtime, fence: str
) -> None:
    seen = await asked(house, ada, runtime)
    found = behind(house, seen)

    assert seen.private
    assert fence + found.code.rstrip() in seen.text
    assert runtime.label in seen.text
    assert all(f"`{task.name}` {task.ms} ms" in seen.text for task in found.program.tasks)
    assert all(
        f"**{letter}** · {option.text}" in seen.text for letter, option in zip(LETTERS, found.options, strict=True)
    )
    assert seen.labels == list(LETTERS)
    assert "✓" not in seen.text


@pytest.mark.parametrize("runtime", Runtime)
async def test_a_right_prediction_is_graded_by_the_run(house: House, ada: Person, runtime: Runtime) -> None:
    seen = await asked(house, ada, runtime, Ask.TOTAL)
    found = behind(house, seen)
    during = await ada.press(right(house, seen), seen)
    assert f"Your prediction: **{right(house, seen)}**. It is saved." in during.text
    final = await graded(ada, seen)

    assert "### ✓ Right" in final.text
    assert f"Measured in {runtime.label}: `main` took" in final.text
    assert f"**{right(house, seen)}** · {found.options[found.right].text} **✓**" in final.text
    assert "idea behind" not in final.text
    assert final.labels == ["Another", "Steps", "Code", "As text"]
    (picture,) = final.pictures
    assert picture["description"]
    assert Image.open(BytesIO(await ada.looks_at(picture))).format == "PNG"


async def test_a_wrong_prediction_is_explained_by_the_idea_behind_it(house: House, ada: Person) -> None:
    seen = await asked(house, ada)
    found, letter = behind(house, seen), wrong(house, seen)
    idea = found.options[LETTERS.index(letter)].misconception
    await ada.press(letter, seen)
    final = await graded(ada, seen)

    assert idea is not None
    assert "### ✗ Not what happened" in final.text
    assert f"**The mistaken idea behind {letter}:** *{idea.name}.*" in final.text
    assert idea.truth in final.text
    assert final.text.count("**✗**") == final.text.count("**✓**") == 1


async def test_a_program_that_fails_is_said_to_have_failed(house: House, ada: Person) -> None:
    for _ in range(80):
        seen = await ada.type("predict", level="hard")
        found = behind(house, seen)
        if found.ask is Ask.TOTAL and not schedule(found.plan, found.runtime).succeeds:
            break
    await ada.press(right(house, seen), seen)
    assert f"Measured in {found.runtime.label}: `main` failed after **" in (await graded(ada, seen)).text


async def test_an_order_is_told_as_it_was_measured(house: House, ada: Person) -> None:
    seen = await asked(house, ada, ask=Ask.ORDER)
    found = behind(house, seen)
    await ada.press(right(house, seen), seen)
    final = await graded(ada, seen)

    assert "What ends in which order?" in seen.text
    assert f"Measured in Python: **{' → '.join(found.options[found.right].order or ())}**" in final.text


async def test_steps_and_code_tell_this_very_run(house: House, ada: Person) -> None:
    seen = await asked(house, ada)
    await ada.press(right(house, seen), seen)
    final = await graded(ada, seen)

    assert behind(house, seen).code.rstrip() in (await ada.press("Code", final)).text
    assert "**Step 1:" in (await ada.press("Steps", final)).text


async def test_another_one_comes_at_the_same_level_in_a_message_of_its_own(house: House, ada: Person) -> None:
    seen = await ada.type("predict", level="hard")
    await ada.press("A", seen)
    await graded(ada, seen)
    other = await ada.press("Another", seen)

    assert other.id != seen.id
    assert other.private
    assert "Hard · " in other.text
    assert behind(house, other) != behind(house, seen)


async def test_what_was_predicted_stands(house: House, ada: Person) -> None:
    seen = await asked(house, ada)
    better = seen.buttons[right(house, seen)]["custom_id"]
    await ada.press(wrong(house, seen), seen)
    await graded(ada, seen)

    again = await house.presses(ada, better)
    assert "### ✗ Not what happened" in again.text
    assert "Your first prediction stands." in again.text
    assert len(again.pictures) == 1


async def test_two_clicks_at_once_make_one_prediction_and_one_run(house: House, ada: Person) -> None:
    seen = await asked(house, ada)
    await asyncio.gather(ada.press("A", seen), ada.press("B", seen))
    await result(ada, seen)
    assert runs_stored(house.settings) == 1

    final = await graded(ada, seen)
    stored = _stored(house, final)
    assert stored["observed"] == behind(house, final).right
    assert final.text.count("**✗**") == (stored["choice"] != stored["observed"])


async def test_a_message_of_last_week_is_answered_after_a_restart(house: House, ada: Person) -> None:
    seen = await asked(house, ada)
    await house.restart()
    await ada.press(right(house, seen), seen)
    assert "### ✓ Right" in (await graded(ada, seen)).text


@pytest.mark.parametrize("button", ["Go on", "the letter"])
async def test_one_that_was_cut_off_in_the_middle_is_finished_by_a_press(
    house: House, ada: Person, button: str
) -> None:
    seen = await asked(house, ada, least_ms=SEEN_LIVE_MS)
    letter = wrong(house, seen)
    ids = {"the letter": seen.buttons[letter]["custom_id"]}
    await under_way(ada, await ada.press(letter, seen))
    ids["Go on"] = ada.messages[seen.id].buttons["Go on"]["custom_id"]
    await house.restart()
    assert _stored(house, seen)["observed"] is None

    final = await graded(ada, await house.presses(ada, ids[button]))
    assert f"The mistaken idea behind {letter}" in final.text


async def test_another_letter_after_a_cut_is_told_that_the_first_stands(house: House, ada: Person) -> None:
    seen = await asked(house, ada, ask=Ask.ORDER, least_ms=SEEN_LIVE_MS)  # no late machine changes an order
    other = seen.buttons[right(house, seen)]["custom_id"]
    await under_way(ada, await ada.press(wrong(house, seen), seen))
    await house.restart()

    final = await result(ada, await house.presses(ada, other))
    assert "### ✗ Not what happened" in final.text
    assert "Your first prediction stands." in final.text


async def test_one_that_is_under_way_is_not_run_twice(house: House, ada: Person) -> None:
    seen = await asked(house, ada, least_ms=SEEN_LIVE_MS)
    await ada.press(right(house, seen), seen)
    await ada.press("Go on", seen)
    await ada.sees(lambda message: "still in line or under way" in message.text)
    await result(ada, seen)
    assert runs_stored(house.settings) == 1
    assert "### ✓ Right" in (await graded(ada, seen)).text


async def test_a_graded_one_is_answered_before_its_picture_is_drawn(
    house: House, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = await asked(house, ada)
    letter = seen.buttons["A"]["custom_id"]
    await ada.press("A", seen)
    await graded(ada, seen)
    real, before = timeline.draw, list[str]()

    def draw(traces: Sequence[Trace]) -> bytes:
        before.append(house.sent[-1][1].path)
        return real(traces)

    monkeypatch.setattr(timeline, "draw", draw)
    assert (await result(ada, await house.presses(ada, letter))).pictures
    assert before == ["/interactions/{interaction_id}/{interaction_token}/callback"]


async def test_a_run_that_dies_says_so_and_can_be_run_again(house: House, ada: Person) -> None:
    seen = await asked(house, ada, least_ms=SEEN_LIVE_MS)
    letter = right(house, seen)
    await under_way(ada, await ada.press(letter, seen))
    (runner,) = runners()
    os.kill(runner, signal.SIGKILL)

    broken = await ada.sees(lambda message: message.id == seen.id and "broke off" in message.text)
    assert broken.labels == ["Run again", "Another"]
    await ada.press("Run again", broken)
    assert "### ✓ Right" in (await graded(ada, seen)).text


async def test_a_machine_too_busy_to_tell_is_no_grade(house: House, ada: Person) -> None:
    seen = await asked(house, ada, ask=Ask.TOTAL, least_ms=SEEN_LIVE_MS)
    letter = right(house, seen)
    await under_way(ada, await ada.press(letter, seen))
    (runner,) = runners()
    os.kill(runner, signal.SIGSTOP)
    edits = len(ada.times_of(seen.id))
    await ada.sees(lambda _: len(ada.times_of(seen.id)) >= edits + 3)  # longer than any option
    os.kill(runner, signal.SIGCONT)

    busy = await result(ada, seen)
    assert "### No result this time" in busy.text
    assert "✓" not in busy.text
    await ada.press("Run again", busy)
    assert "### ✓ Right" in (await graded(ada, seen)).text


async def test_a_machine_so_late_that_another_option_comes_out_is_no_grade(house: House, ada: Person) -> None:
    seen = await asked(house, ada, ask=Ask.TOTAL)
    other = next(option.total_ms for option in behind(house, seen).options if option.misconception)
    house.runners = lambda: late(other or 0)
    await house.restart()
    await ada.press(right(house, seen), seen)
    busy = await result(ada, seen)
    assert "### No result this time\nThe machine was busy, so its times say nothing. Press *Run again*." in busy.text
    assert not {"✓", "✗"} & set(busy.text)
    assert _stored(house, seen)["observed"] is None

    house.runners = installed
    await house.restart()
    await ada.press("Run again", busy)
    assert "### ✓ Right" in (await graded(ada, seen)).text


async def test_a_grade_is_shown_when_its_run_is_not_kept_any_more(house: House, ada: Person) -> None:
    seen = await asked(house, ada)
    letter = seen.buttons[right(house, seen)]["custom_id"]
    await ada.press(right(house, seen), seen)
    await graded(ada, seen)
    with closing(sqlite3.connect(make_url(house.settings.database_url).database)) as connection, connection:
        connection.execute("DELETE FROM runs")

    again = await house.presses(ada, letter)
    assert "### ✓ Right" in again.text
    assert "Its run is not kept any more." in again.text
    assert again.labels == ["Another"]
    assert again.pictures == []


async def test_without_node_programs_are_in_python(house: House, ada: Person) -> None:
    house.runners = without_node
    await house.restart()
    for _ in range(6):
        assert " · Python · " in (await ada.type("predict")).text


async def test_one_in_node_waits_until_node_is_there_again(house: House, ada: Person) -> None:
    seen = await asked(house, ada, Runtime.NODE)
    letter = right(house, seen)
    house.runners = without_node
    await house.restart()
    told = await ada.press(letter, seen)
    assert "Node.js" in told.text
    assert f"Your prediction: **{letter}**. It is saved." in told.text
    assert told.labels == ["Run again", "Another"]

    house.runners = installed
    await house.restart()
    await ada.press("Run again", told)
    assert "### ✓ Right" in (await graded(ada, seen)).text


async def test_one_with_too_many_runs_under_way_keeps_the_prediction(house: House, ada: Person) -> None:
    seen = await asked(house, ada)
    delays = ("2000", "2100", "2200")
    others = [await ada.type("demo", demo="sequential", delays=delay, runtime="python") for delay in delays]
    told = await ada.press(right(house, seen), seen)
    assert "You have 3 runs under way." in told.text
    for other in others:
        await result(ada, other)

    await ada.press("Run again", told)
    assert "### ✓ Right" in (await graded(ada, seen)).text


async def test_somebody_elses_prediction_cannot_be_made(house: House, ada: Person, grace: Person) -> None:
    seen = await asked(house, ada)
    said = await house.presses(grace, seen.buttons["A"]["custom_id"])
    assert (said.private, said.text.strip()) == (
        True,
        "This prediction is somebody else's. `/predict` makes your own.",
    )
    assert _stored(house, seen)["choice"] is None


async def test_a_challenge_that_another_version_made_is_not_graded(house: House, ada: Person) -> None:
    action, mark, choice = (await asked(house, ada)).buttons["A"]["custom_id"].rsplit(":", 2)
    other = f"{action}:{'0' * len(mark)}:{choice}"
    assert "This prediction is not here any more." in (await house.presses(ada, other)).text


async def test_nothing_runs_before_a_prediction(house: House, ada: Person) -> None:
    _, prediction, mark, _ = (await asked(house, ada)).buttons["A"]["custom_id"].split(":")
    said = await house.presses(ada, f"predict.run:{prediction}:{mark}")
    assert "Pick one of the four first" in said.text


@pytest.mark.parametrize(
    ("custom_id", "sentence"),
    [
        ("predict.pick:nobody:00000000:0", "This prediction is not here any more."),
        ("predict.run:nobody:00000000", "This prediction is not here any more."),
        ("predict.pick:nobody:00000000:x", "This button is from another version of Tandem."),
        ("predict.another:insane", "There is no level “insane”."),
    ],
)
async def test_a_button_of_something_gone_gets_a_sentence(
    house: House, ada: Person, custom_id: str, sentence: str
) -> None:
    said = await house.presses(ada, custom_id)
    assert said.private
    assert sentence in said.text
