"""A member has an answer proven: only after giving one, in private, what was claimed beside what was observed."""

from __future__ import annotations

import asyncio
import re
from io import BytesIO

import pytest
from PIL import Image

from bot.catalog.loader import load
from bot.domain.lesson import Lesson
from bot.domain.schedule import Runtime
from tests.conftest import House
from tests.exts.demos import result, runs_stored, without_node
from tests.person import Person, Seen

LETTERS = "ABCDE"


V3, V1, P4 = "v3-dropped-await", "v1-sequential-start", "p4-two-arguments"


@pytest.fixture
def lesson(house: House) -> Lesson:
    """The lesson that is asked about."""
    return load(house.settings.content_dir).lessons["async"]


def ids(seen: Seen) -> dict[str, list[str]]:
    """Attempt, question and option behind each letter."""
    return {name: b["custom_id"].split(":")[1:] for name, b in seen.buttons.items() if name in LETTERS}


async def answered(person: Person, lesson: Lesson, question_id: str, *, right: bool) -> Seen:
    """Go through the quiz that asks a question up to it, and answer it right or wrong; its feedback."""
    kind = next(kind for kind, asked in lesson.quizzes.items() if question_id in asked)
    seen = await person.type("quiz", topic="async", kind=kind.value)
    while True:
        behind = ids(seen)
        question = lesson.questions[behind["A"][1]]
        here = question.id == question_id
        wanted = right or not here
        letter = next(name for name, (_, _, option) in behind.items() if (option == question.answer.id) is wanted)
        feedback = await person.press(letter)
        if here:
            return feedback
        seen = await person.press("Next")


async def test_what_happened_is_shown_beside_what_the_key_says(ada: Person, lesson: Lesson) -> None:
    feedback = await answered(ada, lesson, V3, right=True)
    proven = await result(ada, await ada.press("Prove it", feedback))

    assert proven.private
    assert proven.id != feedback.id
    assert f"## Prove it: {lesson.questions[V3].title}" in proven.text
    assert lesson.questions[V3].answer.text in proven.text
    assert "Expected: " in proven.text
    assert re.search(r"^> ✓ \*\*Node\.js\*\*: task 1 started at \d+ ms, ", proven.text, re.MULTILINE)
    assert "✗" not in proven.text
    (picture,) = proven.pictures
    assert "Node.js" in picture["description"]
    assert Image.open(BytesIO(await ada.looks_at(picture))).format == "PNG"
    assert proven.labels == ["Run again", "Steps", "Code", "As text"]
    assert "async function main()" in (await ada.press("Code", proven)).text


async def test_a_wrong_answer_is_held_against_the_same_run(ada: Person, lesson: Lesson) -> None:
    proven = await result(ada, await ada.press("Prove it", await answered(ada, lesson, V3, right=False)))

    right, _, wrong = proven.text.partition("**Your answer**")
    assert "✗" not in right
    assert "> ✗ **Node.js**: " in wrong


async def test_the_run_of_a_proof_can_be_run_again_after_a_restart(house: House, ada: Person, lesson: Lesson) -> None:
    proven = await result(ada, await ada.press("Prove it", await answered(ada, lesson, P4, right=True)))
    assert "TypeError" in proven.text
    await house.restart()
    again = await ada.press("Run again", proven)
    assert again.id != proven.id
    assert "TypeError" in (await result(ada, again)).text


async def test_a_proof_that_was_cut_off_goes_on_in_the_same_message(house: House, ada: Person, lesson: Lesson) -> None:
    begun = await ada.press("Prove it", await answered(ada, lesson, V1, right=True))
    assert begun.labels == ["Go on"]
    await house.restart()
    cut_off = ada.messages[begun.id]
    assert "going down" in cut_off.text

    await ada.press("Run again", cut_off)
    finished = await result(ada, begun)
    assert "> ✓ **Node.js**" in finished.text
    shown = await result(ada, await house.presses(ada, begun.buttons["Go on"]["custom_id"]))
    assert "> ✓ **Node.js**" in shown.text
    assert runs_stored(house.settings) == 1


async def test_a_second_click_starts_no_second_run(house: House, ada: Person, lesson: Lesson) -> None:
    feedback = await answered(ada, lesson, V1, right=True)
    await asyncio.gather(ada.press("Prove it", feedback), ada.press("Prove it", feedback))
    await ada.sees(lambda seen: "You have this very run under way." in seen.text)
    await ada.sees(lambda seen: "Steps" in seen.labels)
    assert runs_stored(house.settings) == 1


async def test_before_the_answer_nothing_is_proven(house: House, ada: Person) -> None:
    seen = await ada.type("quiz", topic="async", kind="practice")
    assert "Prove it" not in seen.buttons
    attempt, question, _ = ids(seen)["A"]
    said = await house.presses(ada, f"quiz.prove:{attempt}:{question}")
    assert said.private
    assert said.text.strip() == "Answer this question first. Then a run shows whether it is so."


async def test_nobody_else_proves_with_my_quiz(house: House, ada: Person, grace: Person, lesson: Lesson) -> None:
    feedback = await answered(ada, lesson, V1, right=True)
    said = await house.presses(grace, feedback.buttons["Prove it"]["custom_id"])
    assert "somebody else's" in said.text


async def test_without_node_a_proof_in_node_alone_says_how_to_get_it(house: House, ada: Person, lesson: Lesson) -> None:
    await house.stop()
    house.runners = without_node
    await house.start()
    alone = next(q.id for q in lesson.questions.values() if q.proof and q.proof.runtimes == (Runtime.NODE,))

    said = await ada.press("Prove it", await answered(ada, lesson, alone, right=True))
    assert said.private
    assert "This bot has no Node.js 18 or newer" in said.text


async def test_every_proof_of_the_content_has_its_button(house: House, lesson: Lesson, ada: Person) -> None:
    for kind in ("practice", "visual"):
        seen = await ada.type("quiz", topic="async", kind=kind)
        while "See the result" not in seen.labels:
            seen = await ada.press("A", seen)
            question = lesson.questions[ids(seen)["A"][1]]
            assert ("Prove it" in seen.labels) is (question.proof is not None), question.id
            if "Next" in seen.labels:
                seen = await ada.press("Next", seen)
