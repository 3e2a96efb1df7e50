"""A member reviews what they missed and what they are about to forget: what is due, served one by one, in private."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.catalog.loader import load
from bot.domain import timing
from bot.domain.schedule import Runtime
from bot.runners.pool import installed
from bot.services.reviews import MOST_A_SITTING
from tests.conftest import House
from tests.exts.reviewing import answer, asked, finish, ids, learn, quizzed, stored
from tests.exts.test_changed_content import drop_question, settings  # noqa: F401 - lessons of their own, which change
from tests.person import Person


async def test_a_week_later_what_was_missed_comes_back_and_then_what_was_known(house: House, ada: Person) -> None:
    quiz = await quizzed(house, ada, wrong=2)
    assert "## Nothing is due" in (await ada.type("review")).text
    house.passes(days=7)

    seen = await ada.type("review")
    assert seen.private
    assert "## 5 questions are due" in seen.text
    question = await ada.press("Start", seen)
    assert question.id == seen.id
    assert "Question 1 of 5" in question.text
    assert "· Review ·" in question.text
    found, end = await finish(house, ada, question)
    assert found == quiz
    assert "## 5 of 5 right" in end.text
    assert re.search(r"The next comes <t:\d+:R> · 5 questions learned in all", end.text)
    assert "Go on" not in end.labels


async def test_what_was_missed_comes_back_tomorrow_and_nothing_else(house: House, ada: Person) -> None:
    quiz = await quizzed(house, ada, wrong=1)
    house.passes(days=1, minutes=1)

    seen = await ada.type("review", topic="async")
    assert "## 1 question is due" in seen.text
    found, end = await finish(house, ada, await ada.press("Start", seen), right=False)
    assert found == quiz[:1]
    assert "## 0 of 1 right" in end.text
    assert "✗ " in end.text
    due = int(re.search(r"<t:(\d+):R>", end.text)[1]) - house.now.timestamp()
    assert timedelta(hours=23) < timedelta(seconds=due) <= timedelta(days=1)


async def test_feedback_hint_and_proof_are_those_of_a_quiz(house: House, ada: Person) -> None:
    await quizzed(house, ada, wrong=5)
    house.passes(days=2)
    seen = await ada.press("Start", await ada.type("review"))
    question = asked(house, seen)

    assert f"> **Hint:** {question.hint}" in (await ada.press("Hint", seen)).text
    seen = await answer(house, ada, ada.messages[seen.id], right=True)
    assert "### ✓ Right" in seen.text
    assert seen.labels == ["Next", "Prove it"]
    _, end = await finish(house, ada, await ada.press("Next", seen))
    assert end.text.count(" · with a hint") == 1


async def test_a_hint_brings_a_question_back_sooner(house: House, ada: Person) -> None:
    learn(house, ada, *timing.items()[:2], due_in=timedelta(hours=-1))
    seen = await ada.press("Start", await ada.type("review"))
    await ada.press("Hint", seen)
    await finish(house, ada, ada.messages[seen.id])

    hinted, known = (due for (due,) in stored(house, "SELECT due_at FROM cards ORDER BY item_id"))
    assert hinted < known


async def test_a_generated_question_comes_back_as_a_new_one_of_its_kind(house: House, ada: Person) -> None:
    learn(house, ada, "g.medium.total")
    house.passes(hours=1)
    first, _ = await finish(house, ada, await ada.press("Start", await ada.type("review")), right=False)
    house.passes(days=2)
    second, _ = await finish(house, ada, await ada.press("Start", await ada.type("review")))

    assert [timing.item_of(found[0]) for found in (first, second)] == ["g.medium.total"] * 2
    assert first != second
    assert stored(house, "SELECT item_id FROM cards") == [("g.medium.total",)]


async def test_a_review_neither_ranks_nor_counts(house: House, ada: Person) -> None:
    learn(house, ada, "g.easy.total", "g.easy.order")
    house.passes(hours=1)
    await finish(house, ada, await ada.press("Start", await ada.type("review")))

    assert stored(house, "SELECT kind, first FROM attempts WHERE finished_at IS NOT NULL") == [("review", 0)]
    assert stored(house, "SELECT * FROM standings") == stored(house, "SELECT * FROM tallies") == []


async def test_a_sitting_has_an_end_and_the_rest_is_a_button_away(house: House, ada: Person) -> None:
    bank = sorted(load(house.settings.content_dir).lessons["async"].questions)
    everything = [*bank, *timing.items()]
    assert len(everything) > MOST_A_SITTING
    learn(house, ada, *everything)
    house.passes(hours=1)

    seen = await ada.type("review")
    assert f"## {len(everything)} questions are due" in seen.text
    assert f"A sitting asks {MOST_A_SITTING} of them" in seen.text
    found, end = await finish(house, ada, await ada.press("Start", seen))
    assert len(found) == MOST_A_SITTING
    left = len(everything) - MOST_A_SITTING
    assert f"**{left} question{'' if left == 1 else 's'}" in end.text
    more, _ = await finish(house, ada, await ada.press("Go on", end))
    assert {timing.item_of(question) for question in (*found, *more)} == set(everything)


async def test_a_review_left_half_done_goes_on_after_a_restart(house: House, ada: Person) -> None:
    learn(house, ada, *timing.items()[:3])
    house.passes(hours=1)
    seen = await ada.press("Start", await ada.type("review"))
    question = await ada.press("Next", await answer(house, ada, seen, right=True))
    await house.restart()

    seen = await ada.type("review")
    assert "You are at question 2 of 3." in seen.text
    again = await ada.press("Go on", seen)
    assert ids(again) == ids(question)
    assert "Question 3 of 3" in (await ada.press("Next", await answer(house, ada, question, right=True))).text


async def test_a_review_left_overnight_gives_way_to_what_is_due_now(house: House, ada: Person) -> None:
    learn(house, ada, "g.easy.total", "g.easy.order")
    learn(house, ada, "g.hard.total", due_in=timedelta(hours=20))
    house.passes(hours=1)
    old = await ada.press("Start", await ada.type("review"))
    left = await ada.press("Next", await answer(house, ada, old, right=True))
    house.passes(days=1)

    seen = await ada.type("review")
    assert "## 2 questions are due" in seen.text
    found, end = await finish(house, ada, await ada.press("Start", seen))
    assert [timing.item_of(question) for question in found] == ["g.easy.total", "g.hard.total"]
    assert "## 2 of 2 right" in end.text
    said = await ada.press("A", left)
    assert said.text.strip() == ("This question is not part of your review any more. `/review` goes on where you were.")
    assert "## 1 of 1 right" in (await house.presses(ada, f"quiz.next:{ids(left)['A'][0]}:1")).text


async def test_a_question_that_is_gone_is_neither_counted_nor_asked(house: House, ada: Person) -> None:
    quiz = await quizzed(house, ada, wrong=5)
    drop_question(house.settings.content_dir, 0)
    learn(house, ada, "g.impossible.total", "g.hard.colour", "once-was")
    await house.restart()
    house.passes(days=2)

    seen = await ada.type("review")
    assert "## 4 questions are due" in seen.text
    found, _ = await finish(house, ada, await ada.press("Start", seen))
    assert found == quiz[1:]


async def test_a_question_that_goes_while_it_is_open_leaves_the_review(house: House, ada: Person) -> None:
    await quizzed(house, ada, wrong=5)
    house.passes(days=2)
    seen = await ada.press("Start", await ada.type("review"))
    drop_question(house.settings.content_dir, 0)
    await house.restart()

    said = await ada.press("A", seen)
    assert said.text.strip() == "This question is not part of the lesson any more. `/review` goes on without it."
    assert "Question 1 of 4" in (await ada.press("Go on", await ada.type("review"))).text


async def test_of_a_lesson_that_is_gone_nothing_is_asked(house: House, ada: Person) -> None:
    learn(house, ada, "g.easy.total")
    house.passes(hours=1)
    seen = await ada.press("Start", await ada.type("review"))
    (house.settings.content_dir / "async").rename(house.settings.content_dir / "waiting")
    await house.restart()

    assert "There is no lesson “async”." in (await ada.press("A", seen)).text
    assert "## Nothing to review yet" in (await ada.type("review")).text


async def test_with_nothing_due_it_says_when_the_next_is(house: House, ada: Person) -> None:
    await quizzed(house, ada, wrong=1)
    seen = await ada.type("review")

    assert "## Nothing is due" in seen.text
    assert re.search(r"The next comes <t:\d+:R> · 5 questions learned in all", seen.text)
    assert seen.labels == ["Remind me daily"]


async def test_with_nothing_learned_it_says_how_to_begin(ada: Person) -> None:
    seen = await ada.type("review")

    assert "`/quiz` or `/test`" in seen.text
    assert "Question 1 of 5" in (await ada.press("Start a quiz", seen)).text


async def test_a_start_button_of_last_week_serves_what_is_due_now_or_says_that_nothing_is(
    house: House, ada: Person
) -> None:
    assert "Nothing to review yet" in (await house.presses(ada, "review.start")).text
    learn(house, ada, "g.easy.total")
    house.passes(days=7)
    assert "Question 1 of 1" in (await house.presses(ada, "review.start:async")).text


async def test_an_unknown_topic_gets_the_nearest(house: House, ada: Person) -> None:
    assert "Did you mean `async`?" in (await ada.type("review", topic="asnyc")).text
    assert "There is no lesson “rust”." in (await house.presses(ada, "review.start:rust")).text
    assert [found["value"] for found in await ada.suggestions("review", "topic", "asy")] == ["async"]


async def test_somebody_elses_review_cannot_be_answered(house: House, ada: Person, grace: Person) -> None:
    learn(house, ada, "g.easy.total")
    house.passes(hours=1)
    seen = await ada.press("Start", await ada.type("review"))

    for custom_id in (f"quiz.answer:{':'.join(ids(seen)['A'])}", f"quiz.next:{ids(seen)['A'][0]}:1"):
        said = await house.presses(grace, custom_id)
        assert (said.private, said.text.strip()) == (
            True,
            "This review is somebody else's. `/review` starts your own.",
        )


async def test_two_reviews_at_once_are_one(house: House, ada: Person) -> None:
    learn(house, ada, *timing.items())
    house.passes(hours=1)
    one, two = await ada.type("review"), await ada.type("review")
    one, two = await ada.press("Start", one), await ada.press("Start", two)
    assert ids(one) == ids(two)


async def test_without_nodejs_the_questions_are_about_python(house: House, ada: Person) -> None:
    house.runners = lambda: {Runtime.PYTHON: installed()[Runtime.PYTHON]}
    await house.restart()
    learn(house, ada, *timing.items())
    house.passes(hours=1)
    found, _ = await finish(house, ada, await ada.press("Start", await ada.type("review")))
    assert {timing.made_again(question).code.language for question in found} == {"py"}
