"""An operator puts a copy in the place of a database whose bot was killed, as the README says."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

from bot.playground import Playground
from bot.settings import ROOT
from tests.person import Person
from tests.program import program, run


def put_back(copy: Path, folder: Path) -> None:
    """Do in the folder of the database what the README does in the container's."""
    (script,) = re.findall(r"'(cd /data && [^']*)' < backup\.db", (ROOT / "README.md").read_text(encoding="utf-8"))
    command = ("/bin/sh", "-c", script.replace("/data", str(folder)))
    subprocess.run(command, input=copy.read_bytes(), check=True, timeout=60)


async def test_a_copy_takes_the_place_of_a_database_whose_bot_was_killed(tmp_path: Path) -> None:
    database, copy = tmp_path / "tandem.db", tmp_path / "copy.db"
    address = {"TANDEM_DATABASE_URL": f"sqlite:///{database}", "TANDEM_LOG_FORMAT": "json"}
    async with Playground() as discord, Person.at(discord.url, "Ada") as ada:
        environment = {**address, "DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}
        async with program(**environment) as bot:
            await bot.says('"ready"')
            await ada.type("quiz", topic="async")
            await ada.press("A")
            assert (await run("backup", str(copy), **address)).code == 0
            await ada.press("Next")
            await ada.press("B")
            bot.signal(signal.SIGKILL)
            await bot.ended()

        beside = [database.with_name(f"{database.name}-{end}") for end in ("wal", "shm")]
        assert all(file.exists() for file in beside), "a killed bot leaves what would be mixed into the copy"
        put_back(copy, database.parent)
        assert not any(file.exists() for file in beside)

        async with program(**environment) as bot:
            await bot.says('"ready"')
            assert "Question 2 of 5" in (await ada.type("quiz", topic="async")).text
            await ada.press("B")
            assert "Question 3 of 5" in (await ada.press("Next")).text
            bot.signal(signal.SIGTERM)
            assert (await bot.ended()).code == 0
