"""The message box: what a member types, what it offers, and what the bot gets."""

from typing import Any

import pytest
from playwright.async_api import expect

from bot.playground import Playground
from tests.page.conftest import Alarms, Person
from tests.page.showcase import Showcase

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_word_after_the_command_fills_its_first_option(ada: Person) -> None:
    await ada.runs("/lesson async")
    await ada.sees("Ada used /lesson")
    await ada.sees("Two tasks: flow")
    await ada.sees("Only you can see this")
    await expect(ada.box).to_have_value("")


async def test_options_can_be_named(ada: Person, bot: Showcase) -> None:
    bot.slow.set()
    await ada.runs("/demo demo:compare delays:300, 500")
    await ada.sees("compare with 300, 500 took 812 ms")


async def test_the_list_leads_from_a_slash_to_a_whole_command(ada: Person) -> None:
    suggestions = ada.page.get_by_role("listbox").get_by_role("option")
    await ada.types("/le")
    await expect(suggestions.first).to_contain_text("Read a lesson")
    await ada.presses("Tab")
    await expect(ada.box).to_have_value("/lesson ")
    await expect(suggestions).to_have_text(["Sequential and parallel", "Streams of events"])
    await ada.presses("ArrowDown", "ArrowUp", "Enter")
    await expect(ada.box).to_have_value("/lesson topic:Sequential and parallel ")
    await expect(suggestions).to_have_text(["partWhere to begin"])
    await ada.presses("Tab")
    await ada.types("co")
    await expect(suggestions).to_have_text(["code"])
    await ada.presses("Tab", "Enter")
    await ada.sees("Two tasks: code")


async def test_escape_closes_the_list_and_keeps_the_text(ada: Person) -> None:
    await ada.types("/le")
    await expect(ada.box).to_have_attribute("aria-expanded", "true")
    await ada.presses("Escape")
    await expect(ada.box).to_have_attribute("aria-expanded", "false")
    await expect(ada.box).to_have_value("/le")


async def test_members_and_truths_are_offered_and_sent(ada: Person) -> None:
    suggestions = ada.page.get_by_role("listbox").get_by_role("option")
    await ada.types("/hello gra")
    await expect(suggestions).to_have_text(["G@Gracegrace"])
    await ada.presses("Tab")
    await ada.types("loud:")
    await expect(suggestions).to_have_text(["True", "False"])
    await ada.presses("Tab", "Enter")
    await ada.sees("HELLO @Grace")


async def test_what_cannot_be_run_is_said_and_stays_in_the_box(ada: Person) -> None:
    alert = ada.page.locator("#composer-error")
    for line, reason in {
        "/nothing": "There is no such command",
        "/demo sideways": "demo is one of: sequential, parallel, compare",
    }.items():
        await ada.box.fill(line)
        await ada.presses("Enter")
        await expect(alert).to_contain_text(reason)
        await expect(ada.box).to_have_value(line)
    await expect(ada.messages).to_have_count(0)


async def test_enter_on_an_unfinished_command_asks_for_what_is_missing(ada: Person) -> None:
    await ada.runs("/demo")
    await expect(ada.box).to_have_value("/demo ")
    await expect(ada.page.get_by_role("listbox").get_by_role("option")).to_have_text(
        ["sequential", "parallel", "compare"]
    )


async def test_thinking_becomes_the_answer(ada: Person, bot: Showcase) -> None:
    await ada.runs("/demo parallel")
    await ada.sees("Tandem is thinking…")
    bot.slow.set()
    await ada.sees("parallel with 300, 500 took 812 ms")
    await expect(ada.messages).to_have_count(1)


async def test_a_silent_bot_is_told_apart(ada: Person, alarms: Alarms) -> None:
    await ada.runs("/silence")
    sending = ada.page.get_by_role("list", name="Being sent").locator("> li")
    await expect(sending).to_contain_text("Sending command…")
    await alarms.ring()
    await expect(sending).to_contain_text("The application did not respond")
    await sending.get_by_role("button", name="Dismiss message").click()
    await expect(sending).to_have_count(0)


async def test_plain_words_are_a_message_for_everybody(ada: Person, arrive: Any, playground: Playground) -> None:
    grace = await arrive(f"/?member={playground.world.people[1].user.id}")
    await ada.runs("Hello **you**")
    for person in (ada, grace):
        await person.sees("Hello you")
        await expect(person.newest.locator("strong")).to_have_text("you")


async def test_enter_in_an_open_code_block_is_a_new_line(ada: Person) -> None:
    await ada.runs("```js")
    await ada.runs("await task();")
    await ada.runs("```")
    await expect(ada.newest.locator("pre .hl-k")).to_have_text("await")


GRAMMAR = [
    ("/lesson", "lesson", {}),
    ("/lesson async", "lesson", {"topic": "async"}),
    ("/lesson async code", "lesson", {"topic": "async", "part": "code"}),
    ("/lesson part:code topic:async", "lesson", {"topic": "async", "part": "code"}),
    ("/lesson async part:code", "lesson", {"topic": "async", "part": "code"}),
    ("/lesson two words", "lesson", {"topic": "two words"}),
    ("/demo compare 300, 500", "demo", {"demo": "compare", "delays": "300, 500"}),
    ("/demo delays:300, 500 demo:compare", "demo", {"demo": "compare", "delays": "300, 500"}),
    ("/score of @Ada", "score of", {"member": "@Ada"}),
    ("/score", None, {}),
    ("/les", None, {}),
]


READ_ALL = """async (lines) => {
    const { readLine } = await import("/static/slash.js");
    const option = (name) => ({ name, type: 3 });
    const commands = [
        { name: "lesson", options: [option("topic"), option("part")] },
        { name: "demo", options: [option("demo"), option("delays")] },
        { name: "score", options: [{ name: "of", type: 1, options: [option("member")] }] },
    ];
    const known = ({ name }) => (name === "topic" ? ["Two words"] : []);
    return lines.map((line) => {
        const { command, entries } = readLine(line, commands, known);
        const values = entries.map(({ option, value }) => [option.name, value]);
        return [line, command?.name ?? null, Object.fromEntries(values)];
    });
}"""


async def test_the_grammar_of_a_line(arrive: Any) -> None:
    person = await arrive()
    read = await person.page.evaluate(READ_ALL, [line for line, *_ in GRAMMAR])
    assert [tuple(each) for each in read] == GRAMMAR
