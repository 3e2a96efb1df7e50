"""What people have left on a server before anybody sends it anything strange: each of them something of every kind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from tests.conftest import House
from tests.person import Person, Seen

SECRET_ZONE = "Pacific/Chatham"
"""Where Grace is, which is nobody's business. Nobody else here is there."""

PEOPLE = ("Ada", "Grace", "Linus")
"""An owner with all permissions, a teacher, a student."""

LAB = "async-lab"
"""The channel in which a round and the question of the day are; what is tried is tried elsewhere."""


async def leave_traces(house: House) -> dict[str, list[str]]:
    """Let everybody do all there is to do; the ids of components and forms that each has had before them."""
    async with AsyncExitStack() as stack:
        ada, grace, linus = [await stack.enter_async_context(Person.at(house.playground.url, name)) for name in PEOPLE]
        people = (ada, grace, linus)
        await asyncio.gather(*map(_finish_things, people))
        await ada.type("settings", setting="daily", channel=f"#{LAB}")
        house.passes(days=3)  # what was learned is due by then, and the next test may begin
        await asyncio.gather(*(_daily(person) for person in people))
        await asyncio.gather(*map(_begin_things, people))
        await _round(grace, (ada, linus))  # its host only leads: whoever may do everything may lead it too
        await grace.type("remind", time="3:33", timezone=SECRET_ZONE)
        await grace.press("Hide me", await grace.type("score"))
        for person in (ada, linus):
            await person.type("remind", time="8:00", timezone="Europe/Berlin")
        await _look_at_settings(ada)
        return {name: sorted(ids_before(person)) for name, person in zip(PEOPLE, people, strict=True)}


def ids_before(person: Person) -> set[str]:
    """The ids of all components and forms that somebody has had before them, also those that are gone."""
    found = set[str]()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("custom_id"), str):
                found.add(value["custom_id"])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(person._frames)
    return found


async def _finish_things(person: Person) -> None:
    """A quiz and a test to their ends, a proof, a demo and a prediction."""
    await person.type("lesson", topic="async")
    await _through(person, await person.type("quiz", topic="async", kind="visual"))
    result = await _through(person, await person.type("test", topic="async"))
    await person.press("Look through", result)
    await person.type("score")
    seen = await person.type("quiz", topic="async", kind="practice")
    while "Prove it" not in seen.labels:  # not every question has a program
        seen = await person.press("A", seen)
        seen = await person.press("Next", seen) if "Prove it" not in seen.labels else seen
    await _until(person, await person.press("Prove it", seen), lambda m: "Steps" in m.labels)
    demo = await person.type("demo", demo="custom", plan="one 10 > two 10")
    demo = await _until(person, demo, lambda m: "Steps" in m.labels)
    await person.press("Steps", demo, aside=True)
    seen = await person.type("predict", level="easy")
    await person.press("A", seen)
    await _until(person, seen, lambda m: "Steps" in m.labels or "Run again" in m.labels)


async def _begin_things(person: Person) -> None:
    """One of each that is not finished, and one of each message that there is."""
    quiz = await person.type("quiz", topic="async", kind="practice")
    if "Hint" in quiz.labels:
        quiz = await person.press("Hint", quiz)
    await person.press("A", quiz)
    await person.press("A", await person.type("test", topic="async"))
    await person.press("Start", await person.type("review"))
    await person.type("predict", level="hard")
    await person.type("leaderboard")
    await person.type("privacy delete")
    await person.type_for_form("remind", time="8:00")


async def _daily(person: Person) -> None:
    person.goes_to(LAB)
    question = await person.sees(lambda m: "## Question of the day" in m.text and "A" in m.labels)
    await person.press("A", question, aside=True)
    person.goes_to("general")


async def _round(host: Person, people: tuple[Person, ...]) -> None:
    """A round that is paused, so that it stays where it is."""
    host.goes_to(LAB)
    panel = await host.type("round start", topic="async")
    for person in people:
        question = await person.sees(lambda m: not m.private and "## Question 1 of " in m.text and "A" in m.labels)
        await person.press("A", question, aside=True)
    await host.press("Pause", panel)
    host.goes_to("general")


async def _look_at_settings(ada: Person) -> None:
    """Every section of the settings, and what is under insights."""
    for section in ("Rounds", "Question of the day", "Language", "Test"):
        seen = await ada.choose(section, await ada.type("settings"))
        if "Time and time zone" in seen.labels:
            await ada.press_for_form("Time and time zone", seen)
    await ada.type("insights", topic="async")


async def _through(person: Person, seen: Seen) -> Seen:
    """Press A until there is no question any more."""
    while "A" in seen.labels or "Next" in seen.labels or "See the result" in seen.labels:
        label = next(each for each in ("A", "Next", "See the result") if each in seen.labels)
        seen = await person.press(label, seen)
    return seen


async def _until(person: Person, message: Seen, done: Callable[[Seen], bool]) -> Seen:
    return await person.sees(lambda m: m.id == message.id and done(m))
