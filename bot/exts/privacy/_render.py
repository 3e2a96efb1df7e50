"""Privacy in words. No Discord."""

from __future__ import annotations

from bot.exts.kit.words import count
from bot.services.privacy import Document

NOTHING = "Tandem holds nothing about you. Once you open a lesson or take a quiz, `/privacy export` gives it to you."

ASKED = (
    "## Delete everything about you?\n"
    "Quizzes, tests and reviews with all answers and hints, parts read, what you have learned, predictions, runs, "
    "answers in rounds and to questions of the day, points, reminders and other choices: all of it goes, in all "
    "servers, for good.\n"
    "What stays: sums that name nobody, such as how often a question was answered right, and messages that you have "
    "shared to a channel, which you can delete in Discord.\n"
    "-# `/privacy export` gives you all of it first. This question stands for ten minutes."
)

DELETED = (
    "## Everything about you is deleted\n"
    "Tandem holds nothing about you any more. Buttons under older messages will say that this is gone.\n"
    "-# You are welcome to begin anew: `/lesson`."
)

KEPT = "## Nothing was deleted\nAll is as it was. `/privacy export` shows what that is."

TOO_OLD = "This question is older than ten minutes, so nothing was deleted. `/privacy delete` asks you again."


def handed_out(document: Document) -> str:
    """What is told with the file."""
    told = f"All that Tandem holds about you: {count(document.entries, 'record')}. Nobody else sees this."
    return f"{told} It is large, so it is compressed: unpack it with gzip." if document.compressed else told
