"""An author writes demos: each mistake is one fault, with its place, and what is left can be run."""

from __future__ import annotations

import pytest

from bot.domain.plan_text import parse_plan
from bot.domain.schedule import Runtime
from tests.catalog.conftest import Desk

TEA = """\
place: 2
title: Tea
story: The water boils. Then the tea brews.
notice: The tea begins when the water is done.
phases:
  - name: tea after water
    plan: boil 300 > brew 500
  - name: by hand
    plan: boil 300 & brew 500
    code:
      node: |
        async function main() {
          await Promise.all([boil(), brew()]);
        }
"""
NODE_CODE = "await Promise.all([boil(), brew()]);"

FAULTS = [
    (
        "> brew 500\n",
        "> brew\n",
        7,
        (
            "phases[0].plan: this is no plan. Found the end, expected how long “brew” takes, in ms. "
            "It is at character 16."
        ),
    ),
    (
        "> brew 500\n",
        "> boil 500\n",
        7,
        (
            "phases[0].plan: this is no plan. “boil” stands in the plan twice. "
            "Give every task a name of its own. It is at character 12."
        ),
    ),
    (
        "& brew 500",
        "& stew 500",
        9,
        "phases[1].plan: the tasks are boil, stew, expected those of the phase before: boil, brew",
    ),
    (
        "by hand",
        "tea after water",
        8,
        "phases[1].name: “tea after water” stands twice, expected it once",
    ),
    (
        "function main()",
        "function run()",
        12,
        "phases[1].code.node: main is missing, expected a line that reads “async function main() {”",
    ),
    (
        ", brew()",
        "",
        12,
        "phases[1].code.node: “brew” is not called, expected every task of the plan",
    ),
    (
        "await Promise",
        "return await await Promise",
        13,
        "phases[1].code.node: the line is 51 columns wide, expected at most 46",
    ),
    (
        "      node: |",
        "      ruby: |",
        12,
        "phases[1].code.ruby: this key is not known, expected one of node, python",
    ),
    (
        "place: 2",
        "place: 0",
        1,
        "place: found 0, expected at least 1",
    ),
    (
        "place: 2",
        "place: 2\nany_number: 3",
        2,
        "any_number: found 3, expected true or false",
    ),
    (
        "title: Tea\n",
        "title: Tea\nlevel: easy\n",
        3,
        ("level: this key is not known, expected one of place, title, story, notice, any_number, phases"),
    ),
    (
        "notice: The tea begins when the water is done.\n",
        "",
        1,
        "notice: the key is missing, expected “notice” here",
    ),
    (
        "story: The water boils.",
        "story: See option B.",
        3,
        "story: “option B” names an option by its place, expected its words: options are shuffled",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "fault"), FAULTS)
def test_a_mistake_in_a_demo_is_one_fault(desk: Desk, old: str, new: str, line: int, fault: str) -> None:
    assert TEA.count(old) == 1
    desk.write_demo("tea.yaml", TEA.replace(old, new))
    assert desk.check() == [f"content/demos/tea.yaml:{line}: {fault}"]
    assert list(desk.catalog().lessons) == ["small"], "the lesson can be taught all the same"
    assert desk.catalog().demos == {}


def test_python_that_is_none_is_shown_with_its_line(desk: Desk) -> None:
    python = "      python: |\n        async def main():\n            await boil()\n            await brew(\n"
    desk.write_demo("tea.yaml", TEA + python)
    assert desk.check() == [
        "content/demos/tea.yaml:18: phases[1].code.python: this is no Python ('(' was never closed), expected a program"
    ]


def test_any_number_of_tasks_goes_with_plain_plans_alone(desk: Desk) -> None:
    desk.write_demo("tea.yaml", TEA.replace("place: 2", "place: 2\nany_number: true"))
    (fault,) = desk.check()
    said = "any number of tasks is asked for, expected tasks in turn, or together, and no code"
    assert fault == f"content/demos/tea.yaml:9: phases[1]: {said}"


@pytest.mark.parametrize("name", ["Tea.yaml", "custom.yaml", "proof.yaml"])
def test_a_demo_has_a_name_of_its_own(desk: Desk, name: str) -> None:
    desk.write_demo(name, TEA)
    (fault,) = desk.check()
    assert fault.startswith(f"content/demos/{name}:1: (file): the name is no demo's, expected lower-case letters")


def test_two_demos_cannot_stand_in_one_place(desk: Desk) -> None:
    desk.write_demo("tea.yaml", TEA)
    desk.write_demo("toast.yaml", TEA)
    assert desk.check() == ["content/demos/toast.yaml:1: place: 2 is the place of “tea”, expected a number of its own"]


def test_demos_stand_in_their_places_and_not_by_their_names(desk: Desk) -> None:
    desk.write_demo("tea.yaml", TEA)
    desk.write_demo("toast.yaml", TEA.replace("place: 2", "place: 1"))
    desk.write_demo("notes.txt", "no demo")
    assert desk.check() == []
    assert list(desk.catalog().demos) == ["toast", "tea"]


def test_a_demo_is_read_with_its_code_and_the_rest_of_it_is_written(desk: Desk) -> None:
    desk.write_demo("tea.yaml", TEA)
    tea = desk.catalog().demos["tea"]
    assert (tea.id, tea.title, tea.any_number) == ("tea", "Tea", False)
    first, second = tea.program().phases
    assert first.plan == parse_plan("boil 300 > brew 500")
    assert "await boil();" in first.code[Runtime.NODE]
    assert NODE_CODE in second.code[Runtime.NODE]
    assert "asyncio.TaskGroup()" in second.code[Runtime.PYTHON], "only the code for Node.js is its own"
