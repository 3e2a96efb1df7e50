"""A member runs code live, in Node.js and Python: the message lives with the run, then tells what was measured."""

from __future__ import annotations

import asyncio
import io
import re
import threading
from collections.abc import Sequence
from itertools import pairwise

import discord
import pytest
from PIL import Image

from bot.domain.remarks import EARLY_MS
from bot.domain.trace import Trace
from bot.pictures import timeline
from tests.conftest import House
from tests.exts.demos import edits, figures, result, runs_stored, verdict
from tests.person import Person


async def test_compare_tells_measured_ideal_overhead_and_speed_up(ada: Person, grace: Person) -> None:
    seen = await ada.type("demo", demo="compare", delays="400, 500")
    assert not seen.private
    assert "not started" in seen.text

    final = await result(grace, seen)
    found = figures(final)
    assert {phase: values[1] for phase, values in found.items()} == {"sequential": 900, "concurrent": 500}
    for measured, ideal, overhead, _ in found.values():
        assert measured > ideal - 2 * EARLY_MS - 0.1  # two timers, and a figure with one decimal
        assert overhead == pytest.approx(measured - ideal, abs=0.2)
    ratio = found["sequential"][0] / found["concurrent"][0]
    told = re.fullmatch(r"“concurrent” was ([\d.]+)× as fast as “sequential”\.", verdict(final))
    assert float(told[1]) == pytest.approx(ratio, abs=0.02)
    assert 1 < found["concurrent"][3] <= 900 / found["concurrent"][0] + 0.01  # up to when nothing was left to do
    assert final.labels == ["Run again", "Steps", "Code", "As text"]


async def test_pictures_are_drawn_off_the_event_loop(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    real, drawn_in = timeline.draw, list[threading.Thread]()

    def draw(traces: Sequence[Trace]) -> bytes:
        drawn_in.append(threading.current_thread())
        return real(traces)

    monkeypatch.setattr(timeline, "draw", draw)
    assert (await result(ada, await ada.type("demo", demo="parallel", delays="20", runtime="python"))).pictures
    assert drawn_in != []
    assert threading.main_thread() not in drawn_in


async def test_without_a_word_on_it_node_runs(ada: Person) -> None:
    seen = await ada.type("demo", demo="parallel")
    assert "2 tasks of 400, 600 ms · Node.js · run by" in seen.text
    assert figures(await result(ada, seen))["Node.js"][1] == 600


async def test_one_picture_shows_that_the_runtimes_differ(ada: Person) -> None:
    seen = await ada.type("demo", demo="missing-await", runtime="both")
    assert "Node.js, then Python" in seen.text
    final = await result(ada, seen)
    assert verdict(final) == "Node.js started task 1, Python did not."
    assert "**What to notice**" in final.text
    (picture,) = final.pictures
    assert "Node.js" in picture["description"]
    assert "Python" in picture["description"]
    image = Image.open(io.BytesIO(await ada.looks_at(picture)))
    assert (image.format, image.width >= 600) == ("PNG", True)
    (attachment,) = final.raw["attachments"]
    assert attachment["description"] == picture["description"]


async def test_while_both_runtimes_run_it_is_told_which_one_does(ada: Person) -> None:
    seen = await ada.type("demo", demo="sequential", delays="2000", runtime="both")
    assert "**Node.js** · 1 of 2" in seen.text
    await ada.sees(lambda message: "**Python** · 2 of 2" in message.text)
    assert set(figures(await result(ada, seen))) == {"Node.js", "Python"}


async def test_a_plan_of_ones_own(ada: Person) -> None:
    seen = await ada.type("demo", demo="custom", plan="( a 600 & b 700) >c 50", runtime="python")
    assert "## A plan of your own" in seen.text
    assert "`(a 600 & b 700) > c 50`" in seen.text
    final = await result(ada, seen)
    assert figures(final)["Python"][1] == 750
    assert verdict(final).endswith("× as fast as one after the other.")


async def test_the_largest_plan_fits_its_message_and_all_that_opens_from_it(ada: Person) -> None:
    inner = " > ".join(f"abcdefghijk{letter} 10!" for letter in "abcd")
    groups = ") within 900 & (".join(inner.replace("abcdefghij", f"abcdefghi{letter}") for letter in "xyz")
    final = await result(
        ada, await ada.type("demo", demo="custom", plan=f"(({groups}) within 900) settled", runtime="both")
    )
    for button in ("Steps", "Code", "As text"):
        opened = await ada.press(button, final)
        assert opened.private
        assert "12" in opened.text or "abcdefghixka" in opened.text


async def test_any_number_of_tasks_where_the_demo_allows_it(ada: Person) -> None:
    times = " ".join(["10"] * 12)
    final = await result(ada, await ada.type("demo", demo="compare", delays=times, runtime="both"))
    assert "12 tasks of 10, 10" in final.text
    assert len(figures(final)) == 2  # a row a phase, twice
    steps = await ada.press("Steps", final)
    assert "**Step 1: call task 1**" in steps.text


async def test_the_message_is_edited_at_most_once_a_second_while_the_run_lives(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, times = discord.Interaction.edit_original_response, list[float]()

    async def edit(self: discord.Interaction, **fields: object) -> object:
        times.append(asyncio.get_running_loop().time())
        return await real(self, **fields)

    monkeypatch.setattr(discord.Interaction, "edit_original_response", edit)
    seen = await ada.type("demo", demo="sequential", delays="2000, 2000", runtime="python")
    final = await result(ada, seen)

    *under_way, _ = times
    assert len(under_way) >= 2
    assert min(later - earlier for earlier, later in pairwise(under_way)) > 1
    assert len(final.pictures) == 1


async def test_a_short_run_is_seen_alive_too(house: House, ada: Person) -> None:
    seen = await ada.type("demo", demo="sequential", delays="500", runtime="python")
    await result(ada, seen)
    assert len(edits(house, seen)) >= 2  # under way, and at the end


async def test_steps_tell_this_very_run_in_each_runtime(house: House, ada: Person) -> None:
    run = await result(ada, await ada.type("demo", demo="compare", delays="20, 30", runtime="both"))
    await house.restart()

    steps = await ada.press("Steps", run)
    assert steps.private
    assert "## Step by step in Node.js" in steps.text
    assert "**Step 1: call task 1**" in steps.text
    assert "pending" in steps.text.partition("Variable tracker")[2]
    assert "**Step 2: wait for task 1**" in (await ada.press("Step on ▶")).text
    other = await ada.press("See Python")
    assert other.id == steps.id
    assert "## Step by step in Python" in other.text
    assert "**Step 1: call task 1**" in other.text
    assert "**Step 2: wait for task 1**" in (await ada.press("Step on ▶")).text


async def test_code_shows_the_programs_that_ran(ada: Person) -> None:
    run = await result(ada, await ada.type("demo", demo="compare", delays="20, 30", runtime="both"))
    code = await ada.press("Code", run)

    assert code.private
    assert "**Node.js · concurrent**\n```js\nasync function main() {\n  await Promise.all([" in code.text
    assert "**Python · sequential**\n```py\nimport asyncio" in code.text


async def test_code_too_long_for_a_message_comes_in_pages(ada: Person) -> None:
    groups = " > ".join(f"(({a} 10 & {b} 10) limit 2 within 900)" for a, b in ("ab", "cd", "ef", "gh", "ij", "kl"))
    run = await result(ada, await ada.type("demo", demo="custom", plan=groups, runtime="both"))

    first = await ada.press("Code", run)
    assert "Page 1 of 2." in first.text
    assert "async function main" in first.text
    second = await ada.press("On ▶")
    assert second.id == first.id
    assert "async def main" in second.text
    assert "async function main" in (await ada.press("◀ Back")).text


async def test_as_text_shows_the_bars_and_what_main_gave(ada: Person) -> None:
    run = await result(ada, await ada.type("demo", demo="all-settled", runtime="both"))
    told = await ada.press("As text", run)
    assert told.private
    assert "█" in told.text
    assert 'returned `["fulfilled","rejected","fulfilled"]`' in told.text


async def test_an_error_that_ends_main_is_shown(ada: Person) -> None:
    final = await result(ada, await ada.type("demo", demo="no-array", runtime="both"))
    assert "threw `TypeError: object is not iterable" in final.text


async def test_run_again_runs_the_same_program_for_whoever_presses(ada: Person, grace: Person) -> None:
    first = await result(ada, await ada.type("demo", demo="custom", plan="a 20 & b 30", runtime="python"))
    await result(grace, first)
    again = await grace.press("Run again", first)

    assert again.id != first.id
    assert f"2 tasks of 20, 30 ms · Python · run by <@{grace.id}>" in again.text
    assert figures(await result(grace, again))["Python"][1] == 30


async def test_a_second_click_on_run_again_starts_no_second_run(house: House, ada: Person) -> None:
    first = await result(ada, await ada.type("demo", demo="parallel", delays="2000", runtime="python"))
    await asyncio.gather(ada.press("Run again", first), ada.press("Run again", first))
    await ada.sees(lambda seen: "You have this very run under way. Wait for it to end, then try again." in seen.text)
    await ada.sees(lambda _: sum("Steps" in seen.labels for seen in ada.messages.values()) == 2)
    assert runs_stored(house.settings) == 2


async def test_a_demo_tells_its_story_only_where_the_delays_keep_to_it(ada: Person) -> None:
    kept = await result(ada, await ada.type("demo", demo="any", delays="40, 60, 90", runtime="python"))
    assert "Task 1 is the first to end, but it fails" in kept.text
    assert "**What to notice**\nmain waits through the failure of task 1" in kept.text

    another = await result(ada, await ada.type("demo", demo="any", delays="90, 60, 40", runtime="python"))
    assert "## The first success wins" in another.text
    assert "With these delays it goes another way than this demo tells of." in another.text
    assert "first to end" not in another.text
    assert "What to notice" not in another.text


async def test_a_button_from_before_runs_were_stored_still_runs(house: House, ada: Person) -> None:
    again = await house.presses(ada, "demo.run:parallel:20,30")
    assert figures(await result(ada, again))["Node.js"][1] == 30


async def test_demos_are_suggested_by_name_and_title(ada: Person) -> None:
    assert [c["value"] for c in await ada.suggestions("demo", "demo", "par")] == ["parallel", "compare"]
    every = [c["value"] for c in await ada.suggestions("demo", "demo", "")]
    assert (every[0], every[-1], len(every)) == ("sequential", "custom", 18)


async def test_a_plan_is_told_what_it_comes_to_while_it_is_typed(ada: Person) -> None:
    (said,) = await ada.suggestions("demo", "plan", "(a 300 & b 500) > c 200")
    assert said["name"] == "(a 300 & b 500) > c 200 · is done after 700 ms in Node.js"
    assert said["value"] == "(a 300 & b 500) > c 200"
    (said,) = await ada.suggestions("demo", "plan", "(a 300 & b")
    assert said["name"] == "Found the end, expected how long “b” takes, in ms."
    assert await ada.suggestions("demo", "plan", "a" * 101) == []


async def test_plans_to_begin_with_are_suggested_and_can_all_be_run(ada: Person) -> None:
    examples = await ada.suggestions("demo", "plan", "")
    assert examples[0]["name"] == "(a 300 & b 500) > c 200 · a and b together, then c"
    for example in examples:
        (said,) = await ada.suggestions("demo", "plan", example["value"])
        assert " ms in Node.js" in said["name"]
