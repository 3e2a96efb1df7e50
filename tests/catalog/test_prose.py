"""Prose calls no option by a letter, a number or a place: options are shuffled each time they are shown."""

from __future__ import annotations

import pytest

from tests.catalog.conftest import LESSON, Desk

REFUSED = [
    "option B",
    "Option b",
    "options B and C",
    "Answer: B",
    "answer: **B**",
    "answer (a)",
    "answer (c)",
    "choice “D”",
    "choice `d`",
    "option B's text",
    "letter A",
    "button C",
    "option 2",
    "answer number 3",
    "choice #4",
    "option two",
    "the second option",
    "the 2nd answer",
    "the last option",
    "the first two answers",
    "the third of the options",
    "the first wrong answer",
    "the bottom choice",
    "the option above",
    "the above options",
    "all of the above",
    "None of the above",
    "both of the below",
    "It is (B).",
    "(B) is right",
    "Take the second\noption.",
]

ALLOWED = [
    "A and B, then C",
    "tasks A and B run together",
    "`await Promise.all([A(), B()])` calls both",
    "call f(B) first",
    "task 2 starts in row 3",
    "step 3",
    "10 questions",
    "answer 10 questions",
    "answer 3 questions, then rest",
    "Answer two easy questions",
    "answers: 1,000 ms in turn, 600 ms together",
    "The answer: A promise keeps its result.",
    "answer a question",
    "an option a learner may choose",
    "the second task answers first",
    "the last row",
    "one option is right",
    "five options",
    "the wait above it",
    "all of the tasks above",
    "the right answer",
    "Ten answers. 3 of them are wrong.",
]


@pytest.mark.parametrize("words", REFUSED)
def test_words_that_name_an_option_by_its_place_are_refused(desk: Desk, words: str) -> None:
    lines = "".join(f"\n          {line}" for line in ("Look here.", *words.split("\n")))
    desk.change(LESSON, "text: One question.", f"text: |-{lines}")
    (fault,) = desk.check()
    assert fault.startswith(f"content/small/{LESSON}:{desk.line(LESSON, 'Look here.') + 1}: parts[5].blocks[0].text: “")
    assert fault.endswith("” names an option by its place, expected its words: options are shuffled")


@pytest.mark.parametrize("words", ALLOWED)
def test_other_letters_numbers_and_places_are_welcome(desk: Desk, words: str) -> None:
    desk.change(LESSON, "text: One question.", f"text: |-\n          {words}")
    assert desk.check() == []


def test_code_is_not_prose(desk: Desk) -> None:
    desk.change(LESSON, "await brew();", "await brew(); // option B")
    assert desk.check() == []
