"""Lessons and demos change while a member is in the middle of a quiz, or has messages of them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.settings import Settings
from tests.conftest import House
from tests.exts.demos import result
from tests.person import Person


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of a bot with lessons of its own."""
    content = tmp_path / "content"
    shutil.copytree(settings.content_dir, content)
    return replace(settings, content_dir=content)


def drop_question(content: Path, position: int) -> None:
    """Take a question of the practice quiz out of the lesson."""
    file = content / "async" / "questions.yaml"
    bank = yaml.safe_load(file.read_text("utf-8"))
    gone = bank["quizzes"]["practice"][position]
    bank["questions"] = [question for question in bank["questions"] if question["id"] != gone]
    bank["quizzes"] = {kind: [i for i in ids if i != gone] for kind, ids in bank["quizzes"].items()}
    used = {option.get("misconception") for question in bank["questions"] for option in question["options"]}
    bank["misconceptions"] = {name: m for name, m in bank["misconceptions"].items() if name in used}
    file.write_text(yaml.safe_dump(bank, allow_unicode=True), "utf-8")


async def test_a_question_that_is_gone_is_told_and_the_quiz_goes_on_without_it(house: House, ada: Person) -> None:
    seen = await ada.type("quiz")
    drop_question(house.settings.content_dir, 0)
    await house.restart()

    said = await ada.press("A", seen)
    assert said.private
    assert said.text.strip() == "This question is not part of the lesson any more. `/quiz` goes on without it."
    assert "Question 1 of 4" in (await ada.type("quiz")).text


async def test_a_question_with_a_new_option_is_asked_as_it_is_now(house: House, ada: Person) -> None:
    seen = await ada.type("quiz")
    await ada.press("A", seen)
    file = house.settings.content_dir / "async" / "questions.yaml"
    bank = yaml.safe_load(file.read_text("utf-8"))
    second = next(q for q in bank["questions"] if q["id"] == bank["quizzes"]["practice"][1])
    second.pop("proof", None)  # its programs are of the options that it had
    old = second["options"][0]
    second["options"].append({**old, "id": "new-one", "text": "Something new"})
    if "mistake" not in old:
        second["answer"] = "new-one"
        old |= {"mistake": "Not any more.", "misconception": next(iter(bank["misconceptions"]))}
    file.write_text(yaml.safe_dump(bank, allow_unicode=True), "utf-8")
    await house.restart()

    assert "Something new" in (await ada.press("Next", seen)).text


async def test_a_result_keeps_the_line_of_a_question_that_is_gone(house: House, ada: Person) -> None:
    await ada.type("quiz")
    for _ in range(4):
        await ada.press("A")
        await ada.press("Next")
    seen = await ada.press("A")
    drop_question(house.settings.content_dir, 1)
    await house.restart()

    result = await ada.press("See the result", seen)
    assert "**2** no longer in the lesson" in result.text


async def test_a_run_of_a_demo_that_is_gone_keeps_its_name_and_has_no_story(house: House, ada: Person) -> None:
    run = await result(ada, await ada.type("demo", demo="mixed", runtime="python"))
    (house.settings.content_dir / "demos" / "mixed.yaml").unlink()
    await house.restart()

    again = await result(ada, await ada.press("Run again", run))
    assert "## mixed\n" in again.text
    assert "another demo of this name now, or none" in again.text
    assert "A plan of your own" not in again.text
    assert "What to notice" not in again.text


async def test_a_run_of_a_demo_that_has_changed_is_not_told_the_new_story(house: House, ada: Person) -> None:
    run = await result(ada, await ada.type("demo", demo="mixed", runtime="python"))
    file = house.settings.content_dir / "demos" / "mixed.yaml"
    model = yaml.safe_load(file.read_text("utf-8"))
    model |= {"title": "In turn", "story": "One, two. Three.", "notice": "Nothing."}
    model["phases"][0]["plan"] = "a 400 > b 600 > c 300"
    file.write_text(yaml.safe_dump(model), "utf-8")
    await house.restart()

    again = await result(ada, await ada.press("Run again", run))
    assert "## mixed\n" in again.text
    assert "One, two. Three." not in again.text


async def test_a_lesson_that_is_gone_is_told(house: House, ada: Person) -> None:
    seen, quiz = await ada.type("lesson", topic="async"), await ada.type("quiz")
    (house.settings.content_dir / "async").rename(house.settings.content_dir / "waiting")
    await house.restart()

    for said in (await ada.press("Next", seen), await ada.press("A", quiz)):
        assert said.private
        assert "There is no lesson “async”. There is `waiting`." in said.text
    assert "Question 1 of 5" in (await ada.type("quiz")).text
