"""A member takes a test: goes through it, leaves it, comes back in time and too late, and sees what it has shown."""

from __future__ import annotations

import asyncio
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import yaml
from PIL import Image

from bot.domain.lesson import Misconception
from bot.domain.timing import is_generated
from bot.settings import Settings
from tests.conftest import House
from tests.exts.demos import result as run_result
from tests.exts.demos import without_node
from tests.exts.papers import answer, asked, behind, closed, letter, number, set_up, through
from tests.person import Person, Seen

TIME_UP = "what you answered in time stands."


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of a bot with lessons of its own."""
    content = tmp_path / "content"
    shutil.copytree(settings.content_dir, content)
    return replace(settings, content_dir=content)


def deadline(seen: Seen) -> int:
    """Until when a test is open, in seconds since 1970."""
    return int(re.search(r"until <t:(\d+):t> \(<t:\1:R>\)", seen.text)[1])


async def test_ten_questions_in_private_and_no_word_on_right_or_wrong_until_the_end(house: House, ada: Person) -> None:
    seen = first = await ada.type("test", topic="async")
    assert seen.private
    assert abs(deadline(seen) - (house.now + timedelta(hours=1)).timestamp()) < 2
    levels, generated = [], 0
    for place in range(1, 11):
        assert f"### Question {place} of 10 · until <t:" in seen.text
        assert set(seen.labels) == set(behind(seen))
        assert asked(seen).hint not in seen.text
        assert seen.id == first.id
        levels.append(asked(seen).level.value)
        generated += is_generated(asked(seen).id)
        seen = await answer(ada, seen, right=place % 2 == 0)
        assert place == 10 or "Worked solution" not in seen.text
        assert place == 10 or "✓" not in seen.text

    assert levels == ["easy"] * 3 + ["medium"] * 4 + ["hard"] * 3
    assert 3 <= generated < 10
    assert "## 5 of 10: not passed yet" in seen.text
    assert "80 % passes" in seen.text


async def test_the_result_tells_levels_ideas_and_what_was_not_right_with_what_is(ada: Person) -> None:
    seen, wrong = await ada.type("test"), []
    for place in range(1, 11):
        if right := place not in (2, 9):
            seen = await answer(ada, seen)
        else:
            question = asked(seen)
            chosen = question.option(behind(seen)[letter(seen, right=False)][2])
            wrong.append((place, question, chosen))
            seen = await answer(ada, seen, right=right)

    assert "## 8 of 10: passed" in seen.text
    assert re.search(r"easy +█+░+ +2 of 3\nmedium +█{10} +4 of 4\nhard +█+░+ +2 of 3", seen.text)
    for place, question, chosen in wrong:
        assert f"✗ **{place}** {question.title}\n-# Right: {question.answer.text[:70]}" in seen.text
        assert f"- *{chosen.misconception.name}*, " in seen.text
        part = next(b for b in seen.buttons.values() if b["custom_id"] == f"lesson.read:async:{question.part}")
        read = await ada.press(part["label"], seen)
        assert (read.private, read.id == seen.id) == (True, False)
    assert "Your first test: it counts." in seen.text


async def test_the_same_wrong_idea_twice_is_told_so(house: House, ada: Person) -> None:
    await set_up(house, cooldown_h=0)
    ideas: list[Misconception] = []
    for _ in range(12):  # until a test happens to ask about one idea twice
        ideas, seen = [], await ada.type("test")
        while behind(seen):
            wrong = {name: asked(seen).option(ids[2]).misconception for name, ids in behind(seen).items()}
            pressed = max((name for name, idea in wrong.items() if idea), key=lambda name: wrong[name] in ideas)
            ideas.append(wrong[pressed])
            seen = await ada.press(pressed, seen)
        if len(set(ideas)) < len(ideas):
            break

    most = max(ideas, key=ideas.count)
    times = {2: "twice"}.get(ideas.count(most), f"{ideas.count(most)} times")
    assert ideas.count(most) >= 2
    assert f"- *{most.name}*, {times}." in seen.text
    assert "other idea" in seen.text


async def test_a_test_left_half_way_goes_on_after_a_restart_and_is_finished_within_its_hour(
    house: House, ada: Person
) -> None:
    seen = await ada.type("test")
    until = deadline(seen)
    for _ in range(4):
        seen = await answer(ada, seen)
    await house.restart()
    house.passes(minutes=50)

    assert number(await answer(ada, seen)) == 6  # the message of before the restart
    await house.restart()
    own = await ada.type("test")
    assert own.id != seen.id
    assert (number(own), deadline(own)) == (6, until)
    assert "where you left off: 5 questions to go" in own.text
    assert "## 10 of 10: passed" in (await through(ada, own, right=5)).text


async def test_a_test_left_overnight_gives_its_result_at_the_next_click(house: House, ada: Person) -> None:
    seen = await ada.type("test")
    for _ in range(3):
        seen = await answer(ada, seen)
    await house.stop()
    house.passes(hours=12)
    await house.start()

    over = await answer(ada, seen)
    assert over.id == seen.id
    assert TIME_UP in over.text
    assert "7 questions stayed open." in over.text
    assert "## 3 of 10: not passed yet" in over.text
    assert "○ **4**" in over.text
    assert "Test: 3 of 10 at first" in (await ada.type("score")).text


async def test_a_test_that_nobody_comes_back_to_is_closed_when_its_hour_is_over(house: House, ada: Person) -> None:
    seen = await answer(ada, await ada.type("test"))
    assert "Test: under way at question 2 of 10" in (await ada.type("score")).text
    house.passes(minutes=61)

    await closed(house, seen)
    assert "Test: 1 of 10 at first" in (await ada.type("score")).text
    assert f"<@{ada.id}> · 1 point of 10" in (await ada.type("leaderboard")).text
    assert TIME_UP in (await answer(ada, seen)).text


async def test_clicks_that_race_the_end_of_the_hour_are_answered(house: House, ada: Person) -> None:
    seen = await ada.type("test")
    house.comes(house.now + timedelta(minutes=59, seconds=59, milliseconds=990))
    presses = [ada.press(name, seen) for name in behind(seen)]
    house.passes(milliseconds=5)
    for said in await asyncio.gather(*presses):
        assert said.id == seen.id
    house.passes(seconds=1)
    assert TIME_UP in (await ada.press("A", seen) if "A" in ada.messages[seen.id].buttons else ada.last).text


async def test_the_second_press_on_a_question_keeps_the_first_answer_and_goes_on(house: House, ada: Person) -> None:
    seen = await ada.type("test")
    right, wrong = (":".join(behind(seen)[letter(seen, right=way)]) for way in (True, False))
    await answer(ada, seen, right=False)
    again = await house.presses(ada, f"test.answer:{right}")
    assert number(again) == 2
    assert number(await house.presses(ada, f"test.answer:{wrong}")) == 2
    assert "## 9 of 10" in (await through(ada, again, right=9)).text


async def test_two_clicks_at_once_answer_one_question(ada: Person) -> None:
    seen = await ada.type("test")
    await asyncio.gather(ada.press("A", seen), ada.press("B", seen))
    assert number(ada.messages[seen.id]) == 2


async def test_no_two_tests_are_alike(house: House, ada: Person, grace: Person) -> None:
    papers = []
    await set_up(house, cooldown_h=0)
    for person in (ada, grace, ada):
        seen, ids = await person.type("test"), []
        while behind(seen):
            ids.append(behind(seen)["A"][1])
            seen = await answer(person, seen)
        papers.append(tuple(ids))
    assert len(set(papers)) == 3
    made = [id_ for paper in papers for id_ in paper if is_generated(id_)]
    assert len(set(made)) == len(made)


async def test_without_node_generated_questions_are_about_python(house: House, ada: Person) -> None:
    await house.stop()
    house.runners = without_node
    await house.start()
    seen, made = await ada.type("test"), []
    while behind(seen):
        made += [asked(seen)] if is_generated(asked(seen).id) else []
        seen = await answer(ada, seen)
    assert {question.code.language for question in made} == {"py"}


async def test_the_next_test_waits_for_the_cooldown_and_says_until_when(house: House, ada: Person) -> None:
    await set_up(house, cooldown_h=6)
    done = await through(ada, await ada.type("test"), right=4)
    again_at = int(re.search(r"The next test can begin <t:(\d+):R>", done.text)[1])
    assert abs(again_at - (house.now + timedelta(hours=6)).timestamp()) < 2

    house.passes(hours=5, minutes=59)
    said = await ada.type("test")
    assert f"Your next test on this topic can begin <t:{again_at}:R>, at <t:{again_at}:t>." in said.text
    assert "## 4 of 10" in said.text
    house.passes(minutes=2)
    assert number(await ada.type("test")) == 1
    assert "Only the first test ranks." in (await through(ada, ada.last, right=10)).text


async def test_an_open_test_is_gone_on_with_whatever_the_cooldown(house: House, ada: Person) -> None:
    await set_up(house, cooldown_h=0)
    await through(ada, await ada.type("test"), right=4)
    await answer(ada, await ada.type("test"))
    await set_up(house, cooldown_h=168)
    assert number(await ada.type("test")) == 2


async def test_the_mark_is_that_of_the_server_when_the_test_began(house: House, ada: Person) -> None:
    await set_up(house, pass_mark=50)
    seen = await ada.type("test")
    await set_up(house, pass_mark=100)
    done = await through(ada, seen, right=5)
    assert "## 5 of 10: passed" in done.text
    assert "50 % passes" in done.text


async def test_a_finished_test_can_be_looked_through_and_proven(ada: Person) -> None:
    seen, questions = await ada.type("test"), []
    while behind(seen):
        questions.append(asked(seen))
        seen = await answer(ada, seen, right=len(questions) != 3)
    page = await ada.press("Look through", seen)
    assert page.id == seen.id
    assert f"### Question 3 of 10: {questions[2].title}" in page.text  # the first that was not right
    assert "### ✗ Not quite" in page.text
    assert all(step in page.text for step in questions[2].solution)

    page = await ada.press("◀ Previous", await ada.press("◀ Previous", page))
    proven = 0
    for place, question in enumerate(questions, 1):
        assert f"### Question {place} of 10: {question.title}" in page.text
        assert "Worked solution" in page.text
        assert ("Prove it" in page.labels) is (question.proof is not None)
        if question.proof is not None and not proven:
            proven += 1
            shown = await run_result(ada, await ada.press("Prove it", page))
            assert f"## Prove it: {question.title}" in shown.text
        page = await ada.press("Next ▶", page) if place < 10 else page
    assert proven
    assert "Next ▶" not in page.labels
    assert "## 9 of 10" in (await ada.press("Result", page)).text


async def test_an_open_question_is_explained_too_when_time_was_up(house: House, ada: Person) -> None:
    seen = await answer(ada, await ada.type("test"))
    house.passes(hours=2)
    page = await ada.press("Look through", await answer(ada, seen))
    assert "### Question 2 of 10" in page.text
    assert "### Left open" in page.text
    assert "Worked solution" in page.text


async def test_a_result_is_shared_as_a_card_that_leads_others_to_their_own_test(ada: Person, grace: Person) -> None:
    done = await through(ada, await ada.type("test"), right=9)
    await ada.press("Share result", done)
    shared = await grace.sees(lambda seen: f"<@{ada.id}> has passed the test with 9 of 10" in seen.text)
    assert (shared.private, shared.raw["mentions"]) == (False, [])
    (card,) = shared.pictures
    assert (
        "9 of 10 right. Passed. 80 percent passes. By level: easy 3 of 3, medium 4 of 4, hard 2 of 3."
        in (card["description"])
    )
    picture = Image.open(BytesIO(await grace.looks_at(card)))
    assert (picture.format, picture.size) == ("PNG", (800, 450))
    own = await grace.press("Take the test", shared)
    assert own.private
    assert number(own) == 1


async def test_every_way_leads_to_the_test(house: House, ada: Person) -> None:
    ways = [await ada.press("Start: 10 questions", await ada.type("lesson", topic="async", part="test"))]
    ways += [await ada.type("quiz", kind="test"), await ada.type("quiz", topic="async", kind="Test")]
    ways += [await house.presses(ada, custom_id) for custom_id in ("quiz.start:async:test", "quiz.retry:async:test")]
    assert [(seen.private, number(seen)) for seen in ways] == [(True, 1)] * 5
    assert len({behind(seen)["A"][0] for seen in ways}) == 1
    assert [c["value"] for c in await ada.suggestions("quiz", "kind", "")] == ["practice", "visual"]
    assert [c["value"] for c in await ada.suggestions("test", "topic", "asy")] == ["async"]


async def test_buttons_of_the_days_when_a_test_was_a_quiz_go_on_with_the_test(house: House, ada: Person) -> None:
    seen = await ada.type("test")
    ids = behind(seen)["A"]
    assert number(await house.presses(ada, f"quiz.answer:{':'.join(ids)}")) == 2
    assert number(await house.presses(ada, f"quiz.next:{ids[0]}:1")) == 2
    assert "A test gives no hints." in (await house.presses(ada, f"quiz.hint:{ids[0]}:{ids[1]}")).text
    assert "A test proves nothing until it is over." in (await house.presses(ada, f"quiz.prove:{ids[0]}:{ids[1]}")).text
    assert "This test is not over yet." in (await house.presses(ada, f"quiz.share:{ids[0]}")).text


async def test_nobody_answers_or_looks_through_somebody_elses_test(house: House, ada: Person, grace: Person) -> None:
    ids = behind(await ada.type("test"))["A"]
    for custom_id in (f"test.answer:{':'.join(ids)}", f"test.look:{ids[0]}:0", f"test.share:{ids[0]}"):
        said = await house.presses(grace, custom_id)
        assert (said.private, said.text.strip()) == (True, "This test is somebody else's. `/test` begins your own.")


@pytest.mark.parametrize(
    ("custom_id", "sentence"),
    [
        ("test.answer:nobody:p1-difference:x", "This test is not here any more. `/test` starts a new one."),
        ("test.next:nobody", "This test is not here any more. `/test` starts a new one."),
        ("test.look:nobody:1:on", "This test is not here any more. `/test` starts a new one."),
        ("test.start:rust", "There is no lesson “rust”."),
        ("test.answer:too:few", "This button is from another version of Tandem."),
    ],
)
async def test_a_button_of_something_gone_gets_a_sentence(
    house: House, ada: Person, custom_id: str, sentence: str
) -> None:
    said = await house.presses(ada, custom_id)
    assert said.private
    assert sentence in said.text


async def test_an_unknown_topic_gets_the_nearest(ada: Person) -> None:
    assert "Did you mean `async`?" in (await ada.type("test", topic="asnyc")).text


async def test_before_its_end_nothing_is_explained_or_shared(house: House, ada: Person) -> None:
    test_id = behind(await ada.type("test"))["A"][0]
    for verb in ("look", "share"):
        said = await house.presses(ada, f"test.{verb}:{test_id}" + (":0" if verb == "look" else ""))
        assert said.text.strip() == "This test is not over yet. `/test` goes on with it."


async def test_after_the_end_a_press_shows_the_result(house: House, ada: Person) -> None:
    seen = await ada.type("test")
    ids = ":".join(behind(seen)["A"])
    await through(ada, seen, right=10)
    assert "## 10 of 10: passed" in (await house.presses(ada, f"test.answer:{ids}")).text
    assert (
        "### Question 10 of 10" in (await house.presses(ada, f"test.look:{ids.split(':')[0]}:99:on")).text
    )  # brought into range


async def test_questions_that_are_gone_are_replaced_by_others_of_their_level(house: House, ada: Person) -> None:
    seen = await ada.type("test")
    while is_generated(asked(seen).id):
        seen = await answer(ada, seen)
    gone, place = asked(seen), number(seen)
    file = house.settings.content_dir / "async" / "questions.yaml"
    bank = yaml.safe_load(file.read_text("utf-8"))
    bank["questions"] = [question for question in bank["questions"] if question["id"] != gone.id]
    bank["quizzes"] = {kind: [i for i in ids if i != gone.id] for kind, ids in bank["quizzes"].items()}
    used = {option.get("misconception") for question in bank["questions"] for option in question["options"]}
    bank["misconceptions"] = {name: m for name, m in bank["misconceptions"].items() if name in used}
    file.write_text(yaml.safe_dump(bank, allow_unicode=True), "utf-8")
    await house.restart()

    said = await ada.press("A", seen)
    assert "The question that you answered has changed or is gone." in said.text
    assert number(said) == place
    levels = []
    while behind(said):
        levels.append(asked(said).level.value)
        said = await answer(ada, said)
    assert levels[-1] == gone.level
    assert f"{place - 1 + len(levels)} of 10" in said.text
    assert place - 1 + len(levels) == 10


async def test_a_finished_test_keeps_the_line_of_a_question_that_is_gone(house: House, ada: Person) -> None:
    seen = await ada.type("test")
    while is_generated(asked(seen).id):
        seen = await answer(ada, seen)
    gone, place = asked(seen).id, number(seen)
    done = await through(ada, await answer(ada, seen, right=False), right=9)
    (house.settings.content_dir / "async" / "questions.yaml").write_text(
        (house.settings.content_dir / "async" / "questions.yaml").read_text("utf-8").replace(gone, "renamed-since"),
        "utf-8",
    )
    await house.restart()

    result = await house.presses(ada, f"test.result:{done.buttons['Share result']['custom_id'].split(':')[1]}")
    assert f"✗ **{place}** no longer in the lesson" in result.text
    page = await ada.press("Look through", result)
    assert "cannot be shown. Your answer was not right." in page.text
