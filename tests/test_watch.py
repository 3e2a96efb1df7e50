"""The bot as whoever watches it sees it: alive, ready, and its figures. The dashboard shows none that is not there."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import make_url
from structlog.testing import capture_logs

from bench.postgres import Postgres
from bot import health
from bot.health import health_served
from bot.metrics import Metrics
from bot.playground.faults import Fault
from bot.services.guilds import GuildService
from bot.settings import ROOT, Settings
from bot.storage.guilds import Guilds
from bot.storage.migrate import STEPS_LOCK
from bot.storage.store import Store
from tests.conftest import House, running
from tests.person import Person
from tests.program import free_port, program

DASHBOARD = ROOT / "deploy" / "grafana" / "tandem.json"

Figures = dict[tuple[str, str], float]
"""By name and labels, such as `("tandem_runs_total", "demo=compare runtime=node")`."""


class Watcher:
    """Somebody who asks at the port."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session, self.port = session, port

    async def asks(self, path: str) -> tuple[int, str]:
        async with self._session.get(f"http://127.0.0.1:{self.port}/{path}") as answer:
            return answer.status, await answer.text()

    async def figures(self) -> Figures:
        _, text = await self.asks("metrics")
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return {(s.name, " ".join(f"{k}={v}" for k, v in sorted(s.labels.items()))): s.value for s in samples}

    async def finds_the_port_open(self) -> None:
        """Wait until somebody answers at all."""
        async with asyncio.timeout(15):
            while True:
                with suppress(aiohttp.ClientConnectionError):
                    await self.asks("healthz")
                    return
                await asyncio.sleep(0.02)

    async def hears_that_these_are_missing(self, *parts: str) -> None:
        """Wait until these parts, and no others, are not ready."""
        async with asyncio.timeout(15):
            while await self.asks("readyz") != (503, "".join(f"{part}\n" for part in parts)):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def sees(self, name: str, labels: str, value: float) -> None:
        """Wait until a figure is what it must become."""
        async with asyncio.timeout(15):
            while (await self.figures()).get((name, labels)) != value:  # noqa: ASYNC110 - figures are asked for
                await asyncio.sleep(0.02)


@pytest.fixture
async def watcher() -> AsyncGenerator[Watcher]:
    async with aiohttp.ClientSession() as session:
        yield Watcher(session, free_port())


@pytest.fixture
async def watched(settings: Settings, watcher: Watcher) -> AsyncGenerator[House]:
    """The whole bot, with a port for whoever watches; some of its errors are wanted here."""
    async with running(replace(settings, metrics_port=watcher.port)) as house:
        yield house


async def test_what_members_do_is_counted(watched: House, watcher: Watcher) -> None:
    ada = await watched.person("Ada")
    await ada.type("quiz")
    await ada.press("A")
    await ada.suggestions("lesson", "topic", "a")
    reminder = await ada.type("remind")
    form = await ada.press_for_form(next(iter(reminder.buttons)), reminder)
    await ada.submits(form, {"Time of the day": "25:00", "Your time zone": "Berlin"})
    await ada.choose("daily", await ada.type("settings"), menu="select/settings.section")
    await watched.presses(ada, "nobody.knows:this")
    await watched.presses(ada, "quiz.answer")
    run = await ada.type("demo", demo="sequential", delays="20 20", runtime="python")
    await ada.sees(lambda seen: seen.id == run.id and "Run again" in seen.buttons)
    custom = await ada.type("demo", demo="custom", plan="secretly 20", runtime="python")
    await ada.sees(lambda seen: seen.id == custom.id and "Run again" in seen.buttons)

    found = await watcher.figures()
    expected = {
        "kind=command name=quiz": 1,
        "kind=button name=quiz.answer": 2,
        "kind=autocomplete name=lesson": 1,
        "kind=button name=review.remind": 1,
        "kind=form name=review.reminded": 1,
        "kind=menu name=settings.section": 1,
        "kind=button name=unknown": 1,
        "kind=command name=demo": 2,
    }
    counted = {labels: value for (name, labels), value in found.items() if name == "tandem_interactions_total"}
    assert counted.items() >= expected.items()
    acknowledged = {labels: v for (name, labels), v in found.items() if name == "tandem_acknowledgement_seconds_count"}
    assert (acknowledged["by=suggestions"], acknowledged["by=form"]) == (1, 1)
    assert sum(acknowledged.values()) == sum(counted.values()), "every interaction was acknowledged once"
    within = [
        v for (n, labels), v in found.items() if n == "tandem_acknowledgement_seconds_bucket" and "le=3.0" in labels
    ]
    assert sum(within) == sum(acknowledged.values())
    assert found["tandem_errors_total", "kind=refused"] == 3, "the time, and two buttons"
    assert found["tandem_errors_total", "kind=failed"] == 0
    assert found["tandem_runs_total", "demo=sequential outcome=finished runtime=python"] == 1
    assert found["tandem_runs_total", "demo=other outcome=finished runtime=python"] == 1
    assert found["tandem_commit_works_sum", ""] >= found["tandem_commit_works_count", ""] >= 5
    assert found["tandem_commit_seconds_count", ""] == found["tandem_commit_works_count", ""]
    assert (found["tandem_shards", ""], found["tandem_shards_up", ""], found["tandem_servers", ""]) == (1, 1, 1)
    assert (found["tandem_writes_waiting", ""], found["tandem_runs_running", ""]) == (0, 0)
    assert not any("secretly" in labels for _, labels in found)


async def test_runs_that_wait_and_runs_that_go_on_are_seen(watched: House, watcher: Watcher) -> None:
    people = [await watched.person(name) for name in ("Ada", "Grace", "Linus")]

    async def starts_three(person: Person) -> None:
        for number in range(3):
            await person.type("demo", demo="sequential", delays=f"4000 {4000 + number}", runtime="python")

    await asyncio.gather(*map(starts_three, people))
    await watcher.sees("tandem_runs_running", "", 8)
    await watcher.sees("tandem_runs_queued", "", 1)
    await watched.stop()


async def test_a_lost_connection_is_not_ready_and_is_counted(watched: House, watcher: Watcher) -> None:
    assert await watcher.asks("readyz") == (200, "ready\n")
    watched.playground.gateway.close()
    await watcher.sees("tandem_gateway_events_total", "event=disconnected", 1)
    await watcher.sees("tandem_gateway_events_total", "event=resumed", 1)
    await watcher.sees("tandem_shards_up", "", 1)
    assert await watcher.asks("readyz") == (200, "ready\n")
    found = await watcher.figures()
    assert found["tandem_gateway_events_total", "event=connected"] == 1


async def test_one_outage_is_one_disconnection_however_many_tries_it_takes(watched: House, watcher: Watcher) -> None:
    watched.playground.faults.aim(Fault.UNREACHABLE, times=2)
    watched.playground.gateway.close()
    await watcher.sees("tandem_gateway_events_total", "event=connected", 2)
    assert watched.playground.faults.happened == {Fault.UNREACHABLE: 2}
    assert (await watcher.figures())["tandem_gateway_events_total", "event=disconnected"] == 1


async def test_a_store_that_does_not_answer_is_named(watched: House, watcher: Watcher) -> None:
    with closing(sqlite3.connect(make_url(watched.settings.database_url).database or "")) as database:
        database.execute("ALTER TABLE alembic_version RENAME TO elsewhere")
        assert await watcher.asks("readyz") == (503, "store\n")
        assert await watcher.asks("healthz") == (200, "alive\n")
        database.execute("ALTER TABLE elsewhere RENAME TO alembic_version")
    assert await watcher.asks("readyz") == (200, "ready\n")


async def test_a_failure_and_a_job_that_fails_are_counted(watched: House, watcher: Watcher) -> None:
    ada = await watched.person("Ada")
    await ada.type("test")
    with capture_logs(), closing(sqlite3.connect(make_url(watched.settings.database_url).database or "")) as database:
        database.execute("DROP TABLE attempts")
        await ada.type("score")
        await watcher.sees("tandem_errors_total", "kind=failed", 1)
        watched.passes(hours=2)  # the test is over, and to be closed
        await watcher.sees("tandem_jobs_failed_total", "name=tests", 1)


async def test_what_cannot_be_posted_is_counted(watched: House, watcher: Watcher) -> None:
    ada, faults, guild = await watched.person("Ada"), watched.playground.faults, watched.playground.world.guild
    posting = "POST", "/channels/{channel_id}/messages"
    await watched.stop()
    async with Store(watched.settings.database_url) as store:
        values = {"daily_minute": 9 * 60, "daily_channel_id": guild.channels[0].id}
        await GuildService(Guilds(store), watched.clock.now).change(guild.id, **values)
    await watched.start()
    faults.aim(Fault.CUT, *posting)
    watched.passes(days=1)
    await watcher.sees("tandem_jobs_failed_total", "name=daily", 1)
    faults.aim(Fault.CUT, *posting)  # the day's question is tried again in a minute, which does not pass here
    await ada.type("round start", topic="async", questions=1, seconds=60)
    await watcher.sees("tandem_jobs_failed_total", "name=rounds", 1)
    await ada.sees(lambda message: "## Question 1 of 1" in message.text)


async def test_parts_that_hang_are_asked_once_and_named(watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "READY_WITHIN_S", 0.05)
    asked, answers = 0, asyncio.Event()

    async def hangs() -> bool:
        nonlocal asked
        asked += 1
        return await answers.wait()

    async def fails() -> bool:
        raise OSError("gone")

    async def well() -> bool:
        return True

    async with health_served(watcher.port, {"gateway": fails, "one": well, "store": hangs}, bytes):
        both = await asyncio.gather(watcher.asks("readyz"), watcher.asks("readyz"))
        assert both == [(503, "gateway\nstore\n")] * 2
        assert await watcher.asks("readyz") == (503, "gateway\nstore\n")
        assert asked == 1
        answers.set()
        assert await watcher.asks("readyz") == (503, "gateway\n")


async def test_a_part_that_answered_too_late_is_asked_anew(watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "READY_WITHIN_S", 0.05)
    go_on, answered, well = asyncio.Event(), asyncio.Event(), True

    async def store() -> bool:
        await go_on.wait()
        answered.set()
        return well

    async with health_served(watcher.port, {"store": store}, bytes):
        assert await watcher.asks("readyz") == (503, "store\n")
        go_on.set()
        await answered.wait()
        well = False
        assert await watcher.asks("readyz") == (503, "store\n")


async def test_before_discord_lets_the_bot_in_it_is_alive_and_not_ready(watcher: Watcher, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        environment = {
            "DISCORD_TOKEN": "a token",
            "DISCORD_API_URL": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "TANDEM_DATABASE_URL": f"sqlite:///{tmp_path / 'tandem.db'}",
            "TANDEM_METRICS_PORT": str(watcher.port),
        }
        async with program("run", **environment):
            await watcher.finds_the_port_open()
            assert await watcher.asks("healthz") == (200, "alive\n")
            await watcher.hears_that_these_are_missing("gateway")


async def test_while_another_migrates_it_is_alive_and_not_ready_and_ends_when_told(
    watcher: Watcher, postgres: Postgres
) -> None:
    environment = {
        "DISCORD_TOKEN": "a token",
        "TANDEM_DATABASE_URL": postgres.url(database := postgres.database()),
        "TANDEM_METRICS_PORT": str(watcher.port),
    }
    async with await psycopg.AsyncConnection.connect(postgres.address(database)) as other:
        await other.execute("SELECT pg_advisory_lock(%s)", (STEPS_LOCK,))
        async with program("run", **environment) as bot:
            await watcher.finds_the_port_open()
            await watcher.hears_that_these_are_missing("store", "gateway")
            assert await watcher.asks("healthz") == (200, "alive\n")
            assert await watcher.asks("metrics") == (200, "")
            bot.signal(signal.SIGTERM)
            ended = await bot.ended()  # though its turn has not come
    assert (ended.code, "stopped" in ended.err, "Traceback" in ended.err) == (0, True, False), ended.err


def test_what_has_not_failed_yet_is_told_as_none_so_that_the_first_time_is_seen() -> None:
    metrics = Metrics()
    metrics.job("daily")
    assert b'tandem_jobs_failed_total{name="daily"} 0.0' in metrics.text()
    assert b'tandem_errors_total{kind="trouble"} 0.0' in metrics.text()


def test_two_bots_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.error("failed")
    assert b'tandem_errors_total{kind="failed"} 1.0' in one.text()
    assert b'tandem_errors_total{kind="failed"} 0.0' in other.text()


async def test_the_dashboard_shows_figures_that_there_are(watched: House, watcher: Watcher) -> None:
    ada = await watched.person("Ada")
    await ada.type("quiz")
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    queries = [target["expr"] for panel in panels for target in panel["targets"]]
    variables = [variable["query"]["query"] for variable in dashboard["templating"]["list"][1:]]
    shown = {name for query in [*queries, *variables] for name in re.findall(r"(?:tandem|process)_\w+", query)}
    _, text = await watcher.asks("metrics")
    # A counter that has not counted yet has no sample; its type is there from the start.
    typed = re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE)
    ends = {"histogram": ("_bucket", "_sum", "_count")}
    there = {name + end for name, kind in typed for end in ends.get(kind, ("",))}
    assert shown - there == set()
    assert {
        name for name in there if name.startswith("tandem_") and not name.endswith(("_sum", "_count"))
    } - shown == set()


def test_the_dashboard_is_whole() -> None:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert {json.dumps(panel["datasource"]) for panel in panels if panel["type"] != "row"} == {
        '{"type": "prometheus", "uid": "${datasource}"}'
    }
    places = [
        (p["gridPos"]["x"] + dx, p["gridPos"]["y"] + dy)
        for p in panels
        for dx in range(p["gridPos"]["w"])
        for dy in range(p["gridPos"]["h"])
    ]
    assert len(set(places)) == len(places), "no panel lies over another"
    assert max(x for x, _ in places) < 24


def test_prometheus_is_told_of_the_port_that_the_image_opens() -> None:
    config = (ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")
    (port,) = re.findall(r"TANDEM_METRICS_PORT=(\d+)", Path(ROOT, "Dockerfile").read_text(encoding="utf-8"))
    assert set(re.findall(r"bot-\d:(\d+)", config)) == {port}
