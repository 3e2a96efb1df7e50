"""An author's desk: a small lesson on disk, without fault, to be broken in one place or many."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.catalog.loader import DEMOS, RECORDED_RUN, Catalog, check
from bot.settings import ROOT

LESSON, QUESTIONS = "lesson.yaml", "questions.yaml"
SMALL = Path(__file__).with_name("small")


class Desk:
    """The content folder that an author works in. It holds one lesson, `small`."""

    def __init__(self, folder: Path) -> None:
        self.content = folder / "content"
        self.lesson = self.content / "small"
        shutil.copytree(SMALL, self.lesson)
        (self.lesson / RECORDED_RUN).parent.mkdir()
        shutil.copy(ROOT / "content" / "async" / RECORDED_RUN, self.lesson / RECORDED_RUN)

    def change(self, name: str, old: str, new: str) -> None:
        """Replace the only place in a file that reads `old`."""
        text = self.text(name)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def text(self, name: str) -> str:
        return (self.lesson / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        (self.lesson / name).write_text(text, encoding="utf-8")

    def line(self, name: str, words: str) -> int:
        """The number of the line on which the only place that reads `words` begins."""
        before, found, after = self.text(name).partition(words)
        assert found, f"{words!r} does not stand in {name}"
        assert words not in after, f"{words!r} stands more than once in {name}"
        return before.count("\n") + 1

    def write_demo(self, name: str, text: str) -> None:
        """Write a file of the content folder's demos."""
        folder = self.content / DEMOS
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    def check(self) -> list[str]:
        """What the check prints: the faults."""
        return [str(fault) for fault in check(self.content)[1]]

    def catalog(self) -> Catalog:
        return check(self.content)[0]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
