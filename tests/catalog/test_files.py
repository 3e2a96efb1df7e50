"""An author's files are missing, unreadable, out of order, or broken in many places at once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot.catalog.loader import RECORDED_RUN, check, load
from bot.errors import ContentError
from tests.catalog.conftest import LESSON, QUESTIONS, Desk

PARTS = "flow, code, steps, variables, moments, visual, snapshot, transcript, practice, test"
GARBLED = "this is no recorded run ({}), expected what the recorder wrote"


@pytest.mark.parametrize("name", [LESSON, QUESTIONS, RECORDED_RUN])
def test_a_file_that_is_missing(desk: Desk, name: str) -> None:
    (desk.lesson / name).unlink()
    assert desk.check() == [f"content/small/{name}:1: (file): the file is missing, expected one with this name"]


@pytest.mark.parametrize("name", [LESSON, QUESTIONS, RECORDED_RUN])
def test_a_file_that_is_not_utf_8_on_its_third_line(desk: Desk, name: str) -> None:
    (desk.lesson / name).write_bytes("# one\n# two\n# thé\n".encode("latin-1"))
    assert desk.check() == [f"content/small/{name}:3: (file): this is not UTF-8, expected a text file in UTF-8"]


def test_a_folder_in_place_of_a_file(desk: Desk) -> None:
    (desk.lesson / QUESTIONS).unlink()
    (desk.lesson / QUESTIONS).mkdir()
    said = "the file cannot be read (Is a directory), expected a text file"
    assert desk.check() == [f"content/small/{QUESTIONS}:1: (file): {said}"]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "- a\n- list\n", "just words\n"])
def test_a_file_that_holds_no_keys(desk: Desk, text: str) -> None:
    desk.write(QUESTIONS, text)
    said = "this is not a mapping, expected keys and values"
    assert desk.check() == [f"content/small/{QUESTIONS}:1: (file): {said}"]


def test_a_file_nested_too_deep(desk: Desk) -> None:
    desk.write(QUESTIONS, "a: " + "[" * 1_000)
    said = "this is nested too deep to read, expected keys and values"
    assert desk.check() == [f"content/small/{QUESTIONS}:1: (file): {said}"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('{\n "plan":\n', 3, "Expecting value"),
        ("[]", 1, "This trace cannot be read: it is a program, a runtime and events, no more."),
        (
            '{"program": {}, "runtime": "node", "events": []}',
            1,
            "This program cannot be read: it is a demo, phases and results, no more.",
        ),
    ],
)
def test_a_recorded_run_that_is_garbled(desk: Desk, text: str, line: int, said: str) -> None:
    desk.write(RECORDED_RUN, text)
    assert desk.check() == [f"content/small/{RECORDED_RUN}:{line}: (file): {GARBLED.format(said)}"]


def test_a_recorded_run_that_breaks_off(desk: Desk) -> None:
    run = json.loads(desk.text(RECORDED_RUN))
    desk.write(RECORDED_RUN, json.dumps(run | {"events": run["events"][:-1]}))
    said = GARBLED.format("This run is not finished: a phase has not ended.")
    assert desk.check() == [f"content/small/{RECORDED_RUN}:1: (file): {said}"]


def test_a_recorded_run_of_another_demo(desk: Desk) -> None:
    run = json.loads(desk.text(RECORDED_RUN))
    run["program"] |= {"demo": "sequential"}
    desk.write(RECORDED_RUN, json.dumps(run))
    said = "this is a run of “sequential”, expected one of “compare” as recorded"
    assert desk.check() == [f"content/small/{RECORDED_RUN}:1: program: {said}"]


def test_parts_out_of_order_are_named_where_they_stand(desk: Desk) -> None:
    visual = "  - id: visual\n    title: The visual quiz\n    blocks:\n      - text: One question.\n"
    desk.change(LESSON, visual, "")
    desk.write(LESSON, desk.text(LESSON) + visual)
    line, said = desk.line(LESSON, "- id: visual"), f"“visual” stands after “test”, expected the order {PARTS}"
    assert desk.check() == [f"content/small/{LESSON}:{line}: parts[9].id: {said}"]


def test_a_part_that_stands_twice(desk: Desk) -> None:
    again = "  - id: test\n    title: Again\n    blocks:\n      - text: Again.\n"
    desk.write(LESSON, desk.text(LESSON) + again)
    line = desk.line(LESSON, "- id: test\n    title: Again")
    assert desk.check() == [f"content/small/{LESSON}:{line}: parts[10].id: “test” stands twice, expected it once"]


def test_a_question_that_stands_twice(desk: Desk) -> None:
    desk.change(QUESTIONS, "- id: both-at-once", "- id: who-brews")
    assert f"content/small/{QUESTIONS}:49: questions[2].id: “who-brews” stands twice, expected it once" in desk.check()


def test_many_faults_in_both_files_are_found_at_once_in_the_order_of_lines(desk: Desk) -> None:
    desk.change(LESSON, "minutes: 5", "minutes: long")
    desk.change(LESSON, "Boil the water.", "See option B.")
    desk.change(LESSON, "Then brew the tea.", "See the last option.")
    desk.change(LESSON, "await boil();", "\tawait boil();" + " " * 40)
    desk.change(LESSON, "  - id: steps", "  - id: stairs")
    desk.change(QUESTIONS, "misconceptions:\n  haste:", "misconceptions:\n  Haste:")
    desk.change(QUESTIONS, "prompt: What comes first?", "prompt: [What, comes, first]")
    desk.change(QUESTIONS, "answer: water", "answer: milk")
    desk.change(QUESTIONS, "level: medium", "level: odd")
    desk.change(QUESTIONS, "[both-at-once]", "[gone]")
    found = desk.check()
    assert [fault.partition(": ")[0] for fault in found] == sorted(
        (fault.partition(": ")[0] for fault in found), key=lambda at: (at.split(":")[0], int(at.split(":")[1]))
    )
    assert [fault.split(": ")[1] for fault in found] == [
        "minutes",
        "parts",
        "parts[0].blocks[0].text",
        "parts[0].blocks[0].text",
        "parts[1].blocks[0].code.source",
        "parts[1].blocks[0].code.source",
        "parts[2].id",
        "misconceptions.Haste",
        "misconceptions.Haste",
        "questions[0].prompt",
        "questions[0].options[1].misconception",
        "questions[0].answer",
        "questions[1].level",
        "questions[2].options[1].misconception",
        "quizzes.visual[0]",
    ]


def test_a_question_beyond_repair_hides_no_fault_of_others(desk: Desk) -> None:
    text = desk.text(QUESTIONS)
    head, _, rest = text.partition("  - id: first-task\n")
    desk.write(QUESTIONS, f"{head}  - {{id: [7], options: none}}\n\n  - id: who-brews{rest.partition('who-brews')[2]}")
    desk.change(QUESTIONS, "misconception: haste", "misconception: greed")
    found = [fault.split(": ", 1)[1] for fault in desk.check()]
    assert "questions[0].id: found a list, expected text" in found
    assert "questions[0].options: found “none”, expected a list" in found
    assert "questions[2].options[1].misconception: “greed” is not known, expected one of haste, sloth" in found
    assert "quizzes.practice[0]: “first-task” is not known, expected the id of a question" in found


def test_a_list_too_long_hides_no_fault_of_its_entries(desk: Desk) -> None:
    desk.change(
        QUESTIONS,
        "      - id: anyhow\n",
        "".join(f"      - {{id: Extra {n}, text: [], mistake: No., misconception: sloth}}\n" for n in range(3))
        + "      - id: anyhow\n",
    )
    found = [fault.split(": ", 1)[1] for fault in desk.check()]
    assert found[0] == "questions[2].options: the list has 6 entries, expected 2 to 5"
    assert [fault.partition(":")[0] for fault in found[1:]] == [
        f"questions[2].options[{n}].{key}" for n in (2, 3, 4) for key in ("id", "text")
    ]


def test_a_text_too_long_hides_no_reference_in_it(desk: Desk) -> None:
    desk.change(QUESTIONS, "hint: Think of the kettle.", f"hint: See option B. {'tea ' * 80}")
    assert [fault.split(": ")[2].split(",")[0] for fault in desk.check()] == [
        "the text has 333 characters",
        "“option B” names an option by its place",
    ]


def test_a_file_beyond_reading_hides_no_fault_of_the_other(desk: Desk) -> None:
    desk.write(LESSON, "title: [")
    desk.change(QUESTIONS, "[both-at-once]", "[gone]")
    assert [fault.split(":")[0] for fault in desk.check()] == [f"content/small/{LESSON}", f"content/small/{QUESTIONS}"]


def test_a_folder_whose_name_is_no_topic(desk: Desk) -> None:
    desk.lesson.rename(desk.content / "Small Lesson")
    said = "the name is no topic, expected lower-case letters, digits and hyphens, at most 32, a letter first"
    assert desk.check() == [f"content/Small Lesson:1: (folder): {said}"]


def test_hidden_folders_and_loose_files_are_no_lessons(desk: Desk) -> None:
    (desk.content / ".notes").mkdir()
    (desk.content / "schema.json").write_text("{}")
    assert desk.check() == []


def test_a_content_folder_without_lessons(tmp_path: Path) -> None:
    (fault,) = check(tmp_path)[1]
    assert str(fault) == f"{tmp_path.name}:1: (folder): no lesson found, expected a folder for each lesson"


@pytest.mark.parametrize(("name", "said"), [("none", "No such file or directory"), ("file", "Not a directory")])
def test_a_content_folder_that_is_none(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "file").write_text("")
    (fault,) = check(tmp_path / name)[1]
    assert str(fault) == f"{name}:1: (folder): cannot be read ({said}), expected a folder of lessons"


def test_one_broken_lesson_leaves_the_others(desk: Desk) -> None:
    shutil.copytree(desk.lesson, desk.content / "whole")
    desk.change(LESSON, "minutes: 5", "minutes: 0")
    assert list(desk.catalog().lessons) == ["whole"]


def test_the_bot_does_not_start_on_broken_content(desk: Desk) -> None:
    desk.change(LESSON, "minutes: 5", "minutes: 0")
    first = f"content/small/{LESSON}:3: minutes: found 0, expected at least 1"
    with pytest.raises(ContentError) as one:
        load(desk.content)
    assert str(one.value) == f"The content is broken: {first}. `python -m bot check` lists all faults."
    desk.change(QUESTIONS, "[both-at-once]", "[gone]")
    with pytest.raises(ContentError) as two:
        load(desk.content)
    assert str(two.value) == f"The content is broken: {first} (and 1 more). `python -m bot check` lists all faults."
