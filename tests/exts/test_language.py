"""The language that a server has chosen comes first: in lessons, in what runs, and in the code of a run."""

from __future__ import annotations

import re

from tests.conftest import House
from tests.exts.demos import figures, result, without_node
from tests.person import Person, Seen


def fences(seen: Seen) -> list[str]:
    """The languages of the snippets, from the top."""
    return re.findall(r"^```(js|py)$", seen.text, re.MULTILINE)


async def test_node_comes_first_where_nothing_is_set(ada: Person) -> None:
    assert fences(await ada.type("lesson", topic="async", part="code")) == ["js", "js", "py", "py"]


async def test_python_comes_first_in_a_lesson_in_private_and_in_the_channel(
    house: House, ada: Person, grace: Person
) -> None:
    before = await ada.type("lesson", topic="async", part="code")
    await grace.type("settings", setting="language", value="python")

    seen = await ada.type("lesson", topic="async", part="code")
    assert fences(seen) == ["py", "py", "js", "js"]
    assert sorted(seen.text.split("\n")) == sorted(before.text.split("\n"))
    assert fences(await ada.press("Post to channel", seen)) == ["py", "py", "js", "js"]
    opened = await grace.press("Open in private", await grace.sees(lambda message: "Open in private" in message.labels))
    assert fences(opened) == ["py", "py", "js", "js"]
    await ada.press("Next", seen)
    assert fences(await ada.press("Previous", seen)) == ["py", "py", "js", "js"]
    assert fences(await ada.type("lesson", topic="async", part="snapshot")) == ["js"]


async def test_demos_run_in_the_servers_language_unless_somebody_says_otherwise(house: House, ada: Person) -> None:
    await ada.type("settings", setting="language", value="python")
    run = await result(ada, await ada.type("demo", demo="parallel", delays="20"))
    assert list(figures(run)) == ["Python"]
    node = await result(ada, await ada.type("demo", demo="parallel", delays="20", runtime="node"))
    assert list(figures(node)) == ["Node.js"]
    old = await house.presses(ada, "demo.run:parallel:20")
    assert list(figures(await result(ada, old))) == ["Python"]


async def test_the_code_of_a_run_begins_with_the_servers_language(ada: Person) -> None:
    run = await result(ada, await ada.type("demo", demo="compare", delays="20, 30", runtime="both"))
    assert fences(await ada.press("Code", run)) == ["js", "js", "py", "py"]
    await ada.type("settings", setting="language", value="python")
    assert fences(await ada.press("Code", run)) == ["py", "py", "js", "js"]


async def test_without_node_demos_run_in_python_whatever_is_set(house: House, ada: Person) -> None:
    await house.stop()
    house.runners = without_node
    await house.start()
    await ada.type("settings", setting="language", value="node")
    assert list(figures(await result(ada, await ada.type("demo", demo="parallel", delays="20")))) == ["Python"]
