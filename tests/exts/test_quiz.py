"""A member takes a quiz: answers, hints, feedback, the result; leaves it, comes back, presses twice."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import make_url

from bot.catalog.loader import load
from bot.domain.lesson import Question, QuizKind
from bot.exts.kit import run_picture
from bot.playground.interaction import ACKNOWLEDGE_WITHIN
from bot.storage import store
from tests.conftest import House
from tests.person import Person, Seen

LETTERS = "ABCDE"


@pytest.fixture
def bank(house: House) -> dict[str, Question]:
    """The questions of the lesson."""
    return dict(load(house.settings.content_dir).lessons["async"].questions)


def asked(seen: Seen, bank: dict[str, Question]) -> Question:
    """The question of a message, told by its buttons."""
    return bank[_ids(seen)["A"][1]]


def letter(seen: Seen, bank: dict[str, Question], *, right: bool) -> str:
    """The letter of the right option, or of the first wrong one."""
    question = asked(seen, bank)
    return next(name for name, ids in _ids(seen).items() if (ids[2] == question.answer.id) is right)


def _ids(seen: Seen) -> dict[str, list[str]]:
    """Attempt, question and option behind each letter."""
    return {name: b["custom_id"].split(":")[1:] for name, b in seen.buttons.items() if name in LETTERS}


async def answer(person: Person, bank: dict[str, Question], *, right: bool) -> Seen:
    return await person.press(letter(person.last, bank, right=right))


async def finish(person: Person, bank: dict[str, Question], *, right: int) -> Seen:
    """Answer what is left, the first `right` of it right, up to the result."""
    while True:
        seen = await answer(person, bank, right=right > 0)
        right -= 1
        if "See the result" in seen.labels:
            return await person.press("See the result")
        await person.press("Next")


async def test_a_wrong_answer_is_explained_by_the_misconception_behind_it(ada: Person, bank) -> None:
    seen = await ada.type("quiz")
    question = asked(seen, bank)
    chosen = question.option(_ids(seen)[letter(seen, bank, right=False)][2])
    seen = await answer(ada, bank, right=False)

    assert seen.private
    for said in (
        "### ✗ Not quite",
        chosen.mistake,
        chosen.misconception.name,
        chosen.misconception.truth,
        *question.solution,
    ):
        assert said in seen.text
    part = await ada.press(next(label for label in seen.labels if label.startswith("Read: ")))
    assert f"lesson.post:async:{question.part}" in [b["custom_id"] for b in part.buttons.values()]


async def test_a_right_answer_is_told_with_its_solution_and_no_misconception(ada: Person, bank) -> None:
    question = asked(await ada.type("quiz"), bank)
    seen = await answer(ada, bank, right=True)

    assert "### ✓ Right" in seen.text
    assert all(step in seen.text for step in question.solution)
    assert "idea behind it" not in seen.text
    assert seen.labels == ["Next", "Prove it"]


async def test_five_questions_lead_to_a_score_with_a_line_each(ada: Person, bank) -> None:
    await ada.type("quiz")
    seen = await finish(ada, bank, right=3)

    assert "## 3 of 5" in seen.text
    assert [line[0] for line in seen.text.split("\n") if line[:1] in "✓✗" and line] == ["✓", "✓", "✓", "✗", "✗"]
    assert "it counts" in seen.text
    assert seen.labels == ["Retry", "Share result"]


async def test_a_retry_is_practice_and_shuffles_anew(ada: Person, bank) -> None:
    first = await ada.type("quiz")
    await finish(ada, bank, right=5)
    second = await ada.press("Retry")

    assert "Question 1 of 5" in second.text
    assert [ids[2] for ids in _ids(first).values()] != [ids[2] for ids in _ids(second).values()]
    assert "Practice: only first attempts rank." in (await finish(ada, bank, right=0)).text


async def test_a_shared_result_is_public_and_leads_others_to_their_own_quiz(ada: Person, grace: Person, bank) -> None:
    await ada.type("quiz", kind="visual")
    await finish(ada, bank, right=2)
    shared = await ada.press("Share result")

    assert not shared.private
    assert f"<@{ada.id}> has 2 of 3" in shared.text
    assert shared.raw["mentions"] == []
    await grace.sees(lambda message: message.id == shared.id)
    own = await grace.press("Try it yourself", shared)
    assert own.private
    assert "Question 1 of 3" in own.text


async def test_the_visual_quiz_is_asked_over_the_picture_and_the_table_of_a_run(ada: Person, bank) -> None:
    seen = await ada.type("quiz", kind="visual")
    for number in range(1, 4):
        assert f"Question {number} of 3" in seen.text
        hinted = await ada.press("Hint")
        feedback = await answer(ada, bank, right=number != 2)
        for shown in (seen, hinted, feedback):
            (picture,) = shown.pictures
            assert picture["description"].startswith("Timeline of compare, all times in milliseconds.")
            assert "call task 1" in shown.text
        assert Image.open(BytesIO(await ada.looks_at(picture))).format == "PNG"
        seen = await ada.press(feedback.labels[0])
    assert "## 2 of 3" in seen.text


async def test_the_picture_of_a_question_tells_no_step_and_a_question_without_a_table_has_none(
    ada: Person, bank
) -> None:
    (picture,) = (await ada.type("quiz", kind="visual")).pictures
    assert "step" not in picture["description"].lower()
    assert (await ada.type("quiz", kind="practice")).pictures == []


async def test_a_picture_that_takes_too_long_is_not_waited_for(
    ada: Person, bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_picture, "WAIT_S", 0.0)
    assert (await ada.type("quiz", kind="visual")).pictures == []
    monkeypatch.undo()
    assert len((await answer(ada, bank, right=True)).pictures) == 1


async def test_a_hint_is_shown_and_stays(house: House, ada: Person, bank) -> None:
    hint = asked(await ada.type("quiz"), bank).hint
    assert hint in (await ada.press("Hint")).text
    await house.restart()

    seen = await ada.type("quiz")
    assert hint in seen.text
    assert "Hint" not in seen.labels


@pytest.mark.parametrize(("kind", "questions"), [("practice", 5), ("visual", 3)])
async def test_each_kind_asks_its_questions(ada: Person, bank, kind: str, questions: int) -> None:
    assert f"Question 1 of {questions}" in (await ada.type("quiz", topic="async", kind=kind)).text
    assert f"## {questions} of {questions}" in (await finish(ada, bank, right=questions)).text


async def test_a_quiz_left_half_done_goes_on_after_a_restart(house: House, ada: Person, bank) -> None:
    await ada.type("quiz", kind="practice")
    await answer(ada, bank, right=True)
    await ada.press("Next")
    await answer(ada, bank, right=True)
    old = ada.last
    await house.restart()

    assert "Question 3 of 5" in (await ada.press("Next", old)).text  # the button under the thumb
    seen = await ada.type("quiz")  # and the command, without a word of which quiz it was
    assert "Question 3 of 5" in seen.text
    assert "where you left off" in seen.text


async def test_of_two_quizzes_left_half_done_the_one_touched_last_goes_on(ada: Person, bank) -> None:
    practice = await ada.type("quiz", kind="practice")
    await ada.type("quiz", kind="visual")
    await ada.press("A", practice)

    assert "Question 2 of 5" in (await ada.type("quiz")).text


async def test_a_store_that_somebody_else_holds_is_told_in_time(
    house: House, ada: Person, bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store.BUSY_TIMEOUT_MS < 1000 * ACKNOWLEDGE_WITHIN
    monkeypatch.setattr(store, "BUSY_TIMEOUT_MS", 500)
    await house.restart()
    seen = await ada.type("quiz")
    with closing(sqlite3.connect(make_url(house.settings.database_url).database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = await ada.press("A", seen)
        other.execute("ROLLBACK")

    assert (said.private, said.text.strip()[:19]) == (True, "The scores are busy")
    assert "Worked solution" in (await ada.press("A", seen)).text


async def test_a_double_click_changes_nothing_and_gets_the_same_feedback(house: House, ada: Person, bank) -> None:
    seen = await ada.type("quiz")
    wrong = letter(seen, bank, right=False)
    ids = ":".join(_ids(seen)[wrong])
    feedback = await ada.press(wrong)

    again = await house.presses(ada, f"quiz.answer:{ids}")
    assert again.text.strip() == feedback.text.strip()
    assert "Question 2 of 5" in (await ada.press("Next", feedback)).text


async def test_two_clicks_at_once_store_one_answer(ada: Person, bank) -> None:
    seen = await ada.type("quiz")
    a, b = await asyncio.gather(ada.press("A", seen), ada.press("B", seen))

    assert a.id == b.id == seen.id
    final = ada.messages[seen.id].text
    assert final.count("**✓**") == 1
    assert "Question 2 of 5" in (await ada.press("Next", ada.messages[seen.id])).text


async def test_another_option_afterwards_leaves_the_first_answer(house: House, ada: Person, bank) -> None:
    seen = await ada.type("quiz")
    right = ":".join(_ids(seen)[letter(seen, bank, right=True)])
    await answer(ada, bank, right=False)

    again = await house.presses(ada, f"quiz.answer:{right}")
    assert "### ✗ Not quite" in again.text
    assert "Your first answer stands." in again.text


async def test_a_click_on_a_finished_quiz_gets_the_score(house: House, ada: Person, bank) -> None:
    seen = await ada.type("quiz", kind="visual")
    attempt, question, _ = _ids(seen)["A"]
    await finish(ada, bank, right=2)

    said = await house.presses(ada, f"quiz.hint:{attempt}:{question}")
    assert "This quiz is finished: 2 of 3. `/quiz` starts a new one." in said.text
    assert "## 2 of 3" in (await house.presses(ada, f"quiz.next:{attempt}:1")).text


async def test_somebody_elses_quiz_cannot_be_answered(house: House, ada: Person, grace: Person, bank) -> None:
    seen = await ada.type("quiz")
    right = ":".join(_ids(seen)[letter(seen, bank, right=True)])

    said = await house.presses(grace, f"quiz.answer:{right}")
    assert (said.private, said.text.strip()) == (True, "This quiz is somebody else's. `/quiz` starts your own.")
    assert "### ✗ Not quite" in (await answer_at(ada, seen, bank)).text


async def answer_at(person: Person, seen: Seen, bank: dict[str, Question]) -> Seen:
    return await person.press(letter(seen, bank, right=False), seen)


async def test_a_question_ahead_cannot_be_answered(house: House, ada: Person, bank) -> None:
    attempt = _ids(await ada.type("quiz"))["A"][0]
    later = load(house.settings.content_dir).lessons["async"].quizzes[QuizKind.PRACTICE][-1]

    said = await house.presses(ada, f"quiz.answer:{attempt}:{later}:{bank[later].answer.id}")
    assert "An earlier question is still open." in said.text


@pytest.mark.parametrize(
    ("custom_id", "sentence"),
    [
        ("quiz.answer:nobody:p1-difference:x", "This quiz is not here any more."),
        ("quiz.start:async:exam", "There is no quiz “exam”. There is `practice`, `visual`, `test`."),
        ("quiz.start:async:review", "There is no quiz “review”."),
        ("quiz.start:rust:practice", "There is no lesson “rust”."),
        ("quiz.next:nobody:1", "This quiz is not here any more."),
        ("quiz.answer:too:few", "This button is from another version of Tandem."),
        ("quiz.fly:1", "This button is from another version of Tandem."),
        ("Somebody else's 🦊", "This button is from another version of Tandem."),
    ],
)
async def test_a_button_of_something_gone_gets_a_sentence(
    house: House, ada: Person, custom_id: str, sentence: str
) -> None:
    said = await house.presses(ada, custom_id)
    assert said.private
    assert sentence in said.text
    assert "`" in said.text  # the remedy: what to type instead


async def test_an_unknown_topic_gets_the_nearest(ada: Person) -> None:
    assert "Did you mean `async`?" in (await ada.type("quiz", topic="asnyc")).text
