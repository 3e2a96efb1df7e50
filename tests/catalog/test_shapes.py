"""An author writes a value that cannot be: one mistake, one fault, on its own line."""

from __future__ import annotations

import pytest

from tests.catalog.conftest import LESSON, QUESTIONS, Desk

ID = "lower-case letters, digits and hyphens, at most 32, a letter first"
QUESTION_KEYS = "id, title, level, part, prompt, code, table, hint, options, answer, solution, proof"

# Each: the file, what stands there, what the author makes of it, where the fault is, the fault.
SHAPES = [
    (LESSON, "minutes: 5\n", "", "title: Tea", "minutes: the key is missing, expected “minutes” here"),
    (LESSON, "    title: The flow\n", "", "id: flow", "parts[0].title: the key is missing, expected “title” here"),
    (
        LESSON,
        "minutes: 5",
        "minutes: 5\nlength: 5",
        "length: 5",
        "length: this key is not known, expected one of title, summary, minutes, delays, parts",
    ),
    (
        LESSON,
        "caption: In turn",
        "captoin: In turn",
        "captoin",
        "parts[1].blocks[0].code.captoin: this key is not known, expected one of language, source, caption",
    ),
    (
        QUESTIONS,
        "    hint: Think",
        "    tip: Think\n    hint: Think",
        "tip:",
        f"questions[0].tip: this key is not known, expected one of {QUESTION_KEYS}",
    ),
    (
        QUESTIONS,
        "    name: Tea makes itself",
        "    name: Tea makes itself\n    lie: Tea",
        "lie:",
        "misconceptions.sloth.lie: this key is not known, expected one of name, truth",
    ),
    (LESSON, "title: Tea", "title: 7", "title: 7", "title: found 7, expected text"),
    (LESSON, "title: Tea", "title: true", "title: true", "title: found true, expected text"),
    (LESSON, "title: Tea", "title:", "title:\nsummary", "title: found nothing, expected text"),
    (LESSON, "minutes: 5", "minutes: five", "minutes", "minutes: found “five”, expected a whole number"),
    (LESSON, "minutes: 5", 'minutes: "5"', "minutes", "minutes: found “5”, expected a whole number"),
    (LESSON, "minutes: 5", "minutes: true", "minutes", "minutes: found true, expected a whole number"),
    (LESSON, "minutes: 5", "minutes: 5.0", "minutes", "minutes: found 5.0, expected a whole number"),
    (LESSON, "minutes: 5", "minutes: 0", "minutes", "minutes: found 0, expected at least 1"),
    (LESSON, "minutes: 5", "minutes: 121", "minutes", "minutes: found 121, expected at most 120"),
    (QUESTIONS, "  visual: [both-at-once]", "  visual: all", "visual", "quizzes.visual: found “all”, expected a list"),
    (
        LESSON,
        "- run: variable_tracker",
        "- run variable_tracker",
        "run variable_tracker",
        "parts[3].blocks[0]: found “run variable_tracker”, expected keys and values",
    ),
    (LESSON, "- text: One question.", "- text: [One]", "[One]", "parts[5].blocks[0].text: found a list, expected text"),
    (
        LESSON,
        "run: variable_tracker",
        "run: variable_table",
        "variable_table",
        "parts[3].blocks[0].run: found “variable_table”, expected execution_table or variable_tracker",
    ),
    (
        LESSON,
        "language: js",
        "language: rust",
        "rust",
        "parts[1].blocks[0].code.language: found “rust”, expected js, py or text",
    ),
    (
        QUESTIONS,
        "level: hard",
        "level: wild",
        "wild",
        "questions[2].level: found “wild”, expected easy, medium or hard",
    ),
    (
        QUESTIONS,
        "  practice: [",
        "  exam: [first-task]\n  practice: [",
        "exam",
        "quizzes.exam: found “exam”, expected practice or visual",
    ),
    (
        LESSON,
        "title: Tea",
        f"title: {'tea ' * 21}",
        "title: tea",
        "title: the text has 83 characters, expected at most 80",
    ),
    (LESSON, "title: Tea", 'title: "  "', 'title: "', "title: the text is blank, expected words"),
    (
        LESSON,
        "title: The flow",
        'title: "The\\nflow"',
        "The\\nflow",
        "parts[0].title: found “The flow”, expected a single line",
    ),
    (
        QUESTIONS,
        "    hint: Think of the kettle.",
        '    hint: ""',
        'hint: ""',
        "questions[0].hint: the text is blank, expected words",
    ),
    (
        QUESTIONS,
        "- id: by-itself",
        "- id: By itself",
        "By itself",
        f"questions[1].options[1].id: found “By itself”, expected {ID}",
    ),
    (
        QUESTIONS,
        "- id: by-itself",
        f"- id: {'b' * 33}",
        "- id: bb",
        f"questions[1].options[1].id: found “{'b' * 33}”, expected {ID}",
    ),
    (
        LESSON,
        "blocks:\n      - text: One question.",
        "blocks: []",
        "blocks: []",
        "parts[5].blocks: the list has 0 entries, expected 1 to 12",
    ),
    (
        QUESTIONS,
        "solution:\n      - Only one call is made.\n      - It boils the water.",
        "solution: [One, Two, Three, Four]",
        "[One",
        "questions[1].solution: the list has 4 entries, expected 2 to 3",
    ),
]

WRITING = [
    (
        LESSON,
        "minutes: 5\n",
        "minutes: 5\nminutes: 6\n",
        "minutes: 6",
        "minutes: this key stands twice, expected it once",
    ),
    (
        QUESTIONS,
        "    level: hard\n",
        "    level: hard\n    level: easy\n",
        "    level: easy\n    part: steps",
        "questions[2].level: this key stands twice, expected it once",
    ),
    (
        LESSON,
        "title: Tea",
        "title: !loud Tea",
        "title: !loud",
        "title: the tag !loud stands here, expected the value alone",
    ),
    (LESSON, "title: Tea", "title: Tea\n? [a, b]\n: c", "? [a", "(file): a key here is no text, expected a word"),
    (
        LESSON,
        "title: Tea",
        "title: [Tea",
        "summary",
        "(file): this is no YAML (expected ',' or ']', but got ':'), expected keys and values",
    ),
    (
        LESSON,
        "title: Tea",
        "title: *tea",
        "*tea",
        "(file): this is no YAML (found an alias), expected keys and values",
    ),
    (
        LESSON,
        "title: Tea",
        "title: T\0ea",
        "T\0ea",
        "(file): this is no YAML (special characters are not allowed), expected keys and values",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "words", "fault"), [*SHAPES, *WRITING])
def test_a_value_that_cannot_be_is_one_fault(desk: Desk, file: str, old: str, new: str, words: str, fault: str) -> None:
    desk.change(file, old, new)
    assert desk.check() == [f"content/small/{file}:{desk.line(file, words)}: {fault}"]
