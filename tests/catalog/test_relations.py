"""An author writes values that do not fit each other, or texts that break the law: one mistake, one fault."""

from __future__ import annotations

import pytest

from tests.catalog.conftest import LESSON, QUESTIONS, Desk

PARTS = "flow, code, steps, variables, moments, visual, snapshot, transcript, practice, test"
PLACE = "names an option by its place, expected its words: options are shuffled"

# Each: the file, what stands there, what the author makes of it, where the fault is, the fault.
TEXTS = [
    (
        LESSON,
        "await brew();",
        "await brew();" + "x" * 34,
        "await brew();x",
        "parts[1].blocks[0].code.source: the line is 47 columns wide, expected at most 46",
    ),
    (
        LESSON,
        "await brew();",
        "\tawait brew();",
        "await brew",
        "parts[1].blocks[0].code.source: found a tab, expected spaces",
    ),
    (
        QUESTIONS,
        "source: await boil();",
        "source: '```'",
        "source:",
        "questions[1].code.source: found ```, which ends a code block, expected code without it",
    ),
    (
        LESSON,
        "Then brew the tea.",
        "Then brew option B.",
        "option B",
        "parts[0].blocks[0].text: “option B” " + PLACE,
    ),
    (
        QUESTIONS,
        "mistake: Nothing here calls it.",
        "mistake: The second\n          option is right.",
        "The second",
        "questions[1].options[1].mistake: “second option” " + PLACE,
    ),
    (
        LESSON,
        "columns: [task, waits for]",
        "columns: [task, option B]",
        "columns",
        "parts[4].blocks[0].table.columns[1]: “option B” " + PLACE,
    ),
    (
        LESSON,
        "[brew, hot water]",
        '[brew, ""]',
        "[brew",
        "parts[4].blocks[0].table.rows[1][1]: the text is blank, expected words",
    ),
    (
        LESSON,
        "[brew, hot water]",
        "[brew]",
        "[brew",
        "parts[4].blocks[0].table.rows[1]: found 1 cells, expected 2",
    ),
    (
        LESSON,
        "[brew, hot water]",
        f"[brew, {'w' * 41}]",
        "- table:",
        "parts[4].blocks[0].table: the table is 47 columns wide, expected at most 46",
    ),
    (
        LESSON,
        "      - text: One question.",
        "      - text: One question.\n        run: execution_table",
        "One question.",
        "parts[5].blocks[0]: found text and run, expected exactly one of text, code, table, run",
    ),
    (
        LESSON,
        "      - text: One question.",
        "      - {}",
        "- {}",
        "parts[5].blocks[0]: found none of them, expected exactly one of text, code, table, run",
    ),
    (
        LESSON,
        "- text: One question.",
        "- text:",
        "- text:\n",
        "parts[5].blocks[0].text: found nothing, expected what the block shows",
    ),
    (
        LESSON,
        "      - text: One question.",
        f"      - text: {'tea ' * 600}\n      - text: {'tee ' * 600}",
        "blocks:\n      - text: tea",
        "parts[5].blocks: the part has 4798 characters, expected at most 3200",
    ),
    (
        QUESTIONS,
        "prompt: What comes first?",
        f"prompt: {'tea ' * 700}",
        "- id: first-task",
        "questions[0]: the question has 2957 characters, expected at most 2800",
    ),
]

RELATIONS = [
    (
        QUESTIONS,
        "mistake: Nothing here calls it.\n        misconception: sloth",
        "mistake: Nothing here calls it.\n        misconception: greed",
        "greed",
        "questions[1].options[1].misconception: “greed” is not known, expected one of haste, sloth",
    ),
    (
        QUESTIONS,
        "        mistake: Nothing here calls it.\n        misconception: sloth\n",
        "        mistake: Nothing here calls it.\n",
        "- id: by-itself",
        "questions[1].options[1].misconception: this option is wrong, expected its misconception",
    ),
    (
        QUESTIONS,
        "        mistake: Nothing here calls it.\n",
        "",
        "- id: by-itself",
        "questions[1].options[1].mistake: this option is wrong, expected its mistake",
    ),
    (
        QUESTIONS,
        "text: Water\n",
        "text: Water\n        misconception: sloth\n",
        "misconception: sloth\n      - id: leaves",
        "questions[0].options[0].misconception: this option is the answer, expected no misconception",
    ),
    (
        QUESTIONS,
        "text: Water\n",
        "text: Water\n        mistake: It is wet.\n",
        "It is wet",
        "questions[0].options[0].mistake: this option is the answer, expected no mistake",
    ),
    (
        QUESTIONS,
        "answer: water",
        "answer: milk",
        "answer: milk",
        "questions[0].answer: “milk” is no option, expected one of water, leaves",
    ),
    (
        QUESTIONS,
        "- id: anyhow",
        "- id: together",
        "- id: together\n        text: They always",
        "questions[2].options[2].id: “together” stands twice, expected it once",
    ),
    (
        QUESTIONS,
        "[both-at-once]",
        "[both-at-all]",
        "both-at-all",
        "quizzes.visual[0]: “both-at-all” is not known, expected the id of a question",
    ),
    (
        QUESTIONS,
        "[both-at-once]",
        "[both-at-once, who-brews-2]",
        "who-brews-2",
        "quizzes.visual[1]: “who-brews-2” is not known, expected the id of a question",
    ),
    (
        QUESTIONS,
        "practice: [first-task, who-brews]",
        "practice: [first-task, first-task]",
        "practice:",
        "quizzes.practice[1]: “first-task” stands twice, expected it once",
    ),
    (
        QUESTIONS,
        "level: hard",
        "level: medium",
        "questions:",
        "questions: no question is hard, expected at least one of each level",
    ),
    (
        QUESTIONS,
        "  visual: [both-at-once]\n",
        "",
        "quizzes:",
        "quizzes.visual: the quiz is missing, expected a list of question ids",
    ),
    (
        QUESTIONS,
        "questions:\n",
        "  greed:\n    name: More tea is better\n    truth: It is not.\n\nquestions:\n",
        "greed",
        "misconceptions.greed: no option names this misconception, expected at least one",
    ),
    (
        LESSON,
        "  - id: test\n    title: The test\n    blocks:\n      - text: All of them.\n",
        "",
        "parts:",
        f"parts: the part “test” is missing, expected all ten: {PARTS}",
    ),
    (
        LESSON,
        "delays: [400, 600]",
        "delays: [400, 500]",
        "delays:",
        "delays: found 400, 500, expected those of the recorded run: 400, 600",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "words", "fault"), [*TEXTS, *RELATIONS])
def test_values_that_do_not_fit_are_one_fault(
    desk: Desk, file: str, old: str, new: str, words: str, fault: str
) -> None:
    desk.change(file, old, new)
    assert desk.check() == [f"content/small/{file}:{desk.line(file, words)}: {fault}"]
