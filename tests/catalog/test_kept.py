"""A start reads no YAML that was read before; but never is anything taken for the content that is not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.catalog import kept
from bot.catalog.__main__ import main
from bot.catalog.apart import ReadApart, load_apart
from bot.catalog.loader import load
from bot.errors import ContentError
from bot.settings import ROOT
from tests.program import ROOT as CHECKOUT

QUESTIONS = Path("async/questions.yaml")


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A content folder of its own, and a place of its own where what was read of it is kept."""
    monkeypatch.setattr(kept, "PLACE", tmp_path / "kept" / "content.pickle")
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    kept.PLACE.parent.mkdir()
    return shutil.copytree(ROOT / "content", tmp_path / "content")


def is_kept(content: Path) -> bool:
    return kept.find(kept.state_of(content)) is not None


@pytest.fixture
def reads(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[[Path], None]:
    """Have a content folder read; what is found is kept."""

    def read(content: Path) -> None:
        main(content)
        assert capfdbinary.readouterr().out, "whoever had it read is told"
        assert is_kept(content)

    return read


def test_content_that_is_as_it_was_is_not_read_again(content: Path, reads: Callable[[Path], None]) -> None:
    assert not is_kept(content)
    reads(content)
    with ReadApart(content) as reader:
        assert reader.process is None, "so no process was started to read it"
        found = reader.catalog(content)
    here = load(content)
    assert (found.lessons, found.demos) == (here.lessons, here.demos)
    assert list(kept.PLACE.parent.iterdir()) == [kept.PLACE]


def test_content_at_another_place_is_the_same_content(
    content: Path, tmp_path: Path, reads: Callable[[Path], None]
) -> None:
    reads(content)
    assert is_kept(content.rename(tmp_path / "elsewhere"))


def _one_letter(content: Path) -> None:
    path = content / QUESTIONS
    path.write_text(path.read_text("utf-8").replace("Promise", "promise", 1), "utf-8")


def _one_file_less(content: Path) -> None:
    (content / "demos" / "race.yaml").unlink()


def _one_folder_more(content: Path) -> None:
    (content / "threads").mkdir()


def _a_name(content: Path) -> None:
    (content / "demos" / "race.yaml").rename(content / "demos" / "rush.yaml")


@pytest.mark.parametrize("change", [_one_letter, _one_file_less, _one_folder_more, _a_name])
def test_content_that_was_changed_is_read(
    content: Path, change: Callable[[Path], None], reads: Callable[[Path], None]
) -> None:
    reads(content)
    change(content)
    assert not is_kept(content)


def test_content_that_was_changed_behind_a_link_is_read(
    content: Path, tmp_path: Path, reads: Callable[[Path], None]
) -> None:
    moved = (content / "async").rename(tmp_path / "mounted")
    (content / "async").symlink_to(moved)
    reads(content)
    _one_letter(content)
    assert not is_kept(content)


def test_what_another_python_or_library_kept_is_not_taken(
    content: Path, monkeypatch: pytest.MonkeyPatch, reads: Callable[[Path], None]
) -> None:
    reads(content)
    for module, name in ((sys, "version"), (kept.msgspec, "__version__")):
        with monkeypatch.context() as other:
            other.setattr(module, name, "another")
            assert not is_kept(content)
    assert is_kept(content)


def test_a_file_that_was_not_written_to_its_end_is_not_taken(content: Path, reads: Callable[[Path], None]) -> None:
    reads(content)
    whole = kept.PLACE.read_bytes()
    for broken in (b"", whole[:20], whole[:-1], whole[:-8] + bytes(8), bytes(32) + whole[32:]):
        kept.PLACE.write_bytes(broken)
        assert not is_kept(content)


def test_content_with_a_fault_is_not_kept(content: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (content / "threads").mkdir()
    main(content)
    assert b"threads" in capfdbinary.readouterr().out
    assert not kept.PLACE.exists()


def test_what_changed_while_it_was_read_is_not_kept(
    content: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    def changed_meanwhile(folder: Path) -> object:
        found = load(folder)
        _one_letter(folder)
        return found

    monkeypatch.setattr("bot.catalog.loader.load", changed_meanwhile)
    main(content)
    assert capfdbinary.readouterr().out
    assert not kept.PLACE.exists()


def test_a_folder_that_is_not_there_yet_is_not_an_empty_one(
    content: Path, tmp_path: Path, reads: Callable[[Path], None]
) -> None:
    (content / "threads").symlink_to(tmp_path / "mounted later")
    reads(content)
    (tmp_path / "mounted later").mkdir()
    assert not is_kept(content)


def test_a_file_with_a_name_from_another_time_is_no_trouble(content: Path, reads: Callable[[Path], None]) -> None:
    Path(os.fsdecode(os.fsencode(content) + b"/caf\xe9.txt")).touch()
    reads(content)


def test_what_does_not_fit_the_code_is_read_anew(content: Path) -> None:
    """As when code was exchanged in the middle of a start, which kept what the old one had made."""
    state = kept.state_of(content)
    assert state
    kept.keep(state, b"cbot.domain.lesson\nALessonOfOld\n.")
    assert is_kept(content)
    with ReadApart(content) as reader:
        assert reader.process is None
        assert reader.catalog(content).lessons.keys() == {"async"}
        assert reader.process is not None


def test_who_cannot_keep_leaves_no_draft_behind(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, _target: Path) -> None:
        assert path.exists()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    kept.keep(bytes(32), b"told")
    assert not list(kept.PLACE.parent.iterdir())


@pytest.mark.parametrize(
    ("python", "said"), [("/nowhere/python", "No such file"), (shutil.which("false"), "ended with 1")]
)
def test_content_that_no_process_reads_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python: str, said: str
) -> None:
    monkeypatch.setattr(sys, "executable", python)
    with pytest.raises(ContentError, match=said):
        load_apart(tmp_path)


def test_where_nothing_may_be_written_the_content_is_read_each_time(
    content: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    with monkeypatch.context() as told:
        told.setattr(sys, "dont_write_bytecode", True)
        main(content)
    kept.PLACE.parent.rmdir()
    main(content)
    assert capfdbinary.readouterr().out
    assert not is_kept(content)


def test_content_that_may_not_be_read_is_nothing_to_go_by(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_path: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", refused)  # root may read all
    assert kept.state_of(content) is None
    assert kept.find(None) is None


def test_whatever_the_reader_opens_is_looked_at_for_changes() -> None:
    """Each file of the content, and each module of the bot that makes something of it."""
    code = """
import json, sys
from pathlib import Path
opened = set()
sys.addaudithook(lambda event, args: opened.add(str(args[0])) if event == "open" else None)
from bot.catalog.loader import load
load(Path(sys.argv[1]))
modules = [m.__file__ for name, m in sys.modules.items() if name.startswith("bot.")]
print(json.dumps([sorted(opened), modules]))
"""
    content, bot = ROOT / "content", CHECKOUT / "bot"
    command = [sys.executable, "-c", code, str(content)]
    said = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    opened, modules = json.loads(said.stdout)
    read = {path for path in map(Path, opened) if path.is_relative_to(content) and path.is_file()}
    made = {path for path in map(Path, modules) if path.name != "__init__.py"}
    assert len(read) > 15
    assert len(made) > 15
    assert read <= {path for pattern in kept.READ for path in content.glob(pattern)}
    assert made <= {path for pattern in kept.CODE for path in bot.glob(pattern)}
