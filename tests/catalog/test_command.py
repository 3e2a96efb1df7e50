"""`python -m bot check`, as an author runs it."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE

from bot.settings import ROOT
from tests.catalog.conftest import LESSON, QUESTIONS, Desk

WELL = "All is well: 1 lesson(s), 3 questions, 0 demo(s).\n"


async def run(*arguments: str, **variables: str) -> tuple[int | None, str, str]:
    """The exit code and what is printed, on both streams."""
    command = (sys.executable, "-m", "bot", "check", *arguments)
    env = {**os.environ, **variables}
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env, stdout=PIPE, stderr=PIPE)
    async with asyncio.timeout(30):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_all_is_well(desk: Desk) -> None:
    assert await run(TANDEM_CONTENT_DIR=str(desk.content)) == (0, WELL, "")


async def test_every_fault_has_a_line_and_the_exit_code_is_1(desk: Desk) -> None:
    desk.change(LESSON, "minutes: 5", "minutes: 0")
    desk.change(QUESTIONS, "[both-at-once]", "[gone]")
    code, out, err = await run(TANDEM_CONTENT_DIR=str(desk.content))
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        f"content/small/{LESSON}:3: minutes: found 0, expected at least 1",
        f"content/small/{QUESTIONS}:74: quizzes.visual[0]: “gone” is not known, expected the id of a question",
    ]


async def test_the_schema_is_printed_as_it_is_published() -> None:
    published = (ROOT / "content" / "schema.json").read_text(encoding="utf-8")
    assert await run("--schema") == (0, published, "")
