"""What Tandem relies on of discord.py's internals is there, in the version that is pinned."""

from __future__ import annotations

import asyncio
import inspect
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands, gateway, http, shard, state
from discord.backoff import ExponentialBackoff
from discord.webhook import async_

from bot import underneath
from bot.settings import ROOT

SHARD: Any = underneath.PatientShard.__base__
"""discord.py's own: a client that was made before may have put ours in its place."""

KNOWN: list[tuple[Any, str]] = [
    *((shard.EventType, name) for name in ("identify", "reconnect", "resume", "terminate")),
    *((SHARD, name) for name in ("_cancel_task", "_handle_disconnect", "id", "reidentify", "worker")),
    (shard, "Shard"),
    (discord.AutoShardedClient, "launch_shard"),
    (discord.AutoShardedClient, "before_identify_hook"),
    (discord.VoiceClient, "warn_nacl"),
    (discord.VoiceClient, "warn_dave"),
    (gateway.DiscordWebSocket, "DEFAULT_GATEWAY"),
    (http.HTTPClient, "get_bot_gateway"),
    (http.HTTPClient, "get_global_commands"),
    (http.HTTPClient, "add_role"),
    (http.Route, "BASE"),
    (state.ConnectionState, "parse_interaction_create"),
    (async_, "async_context"),
    (async_.AsyncWebhookAdapter, "request"),
]


def test_the_discord_py_that_runs_is_the_one_that_is_pinned() -> None:
    (pinned,) = re.findall(r"^discord\.py==(.+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert version("discord.py") == pinned


@pytest.mark.parametrize(("owner", "name"), KNOWN, ids=lambda value: getattr(value, "__name__", value))
def test_a_name_is_there(owner: Any, name: str) -> None:
    assert hasattr(owner, name)


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (SHARD.__init__, ["self", "ws", "client", "queue_put"]),
        (SHARD._handle_disconnect, ["self", "e"]),
        (shard.EventItem.__init__, ["self", "etype", "shard", "error"]),
        (discord.AutoShardedClient.launch_shard, ["self", "gateway", "shard_id", "initial"]),
        (discord.AutoShardedClient.before_identify_hook, ["self", "shard_id", "initial"]),
        (
            async_.AsyncWebhookAdapter.create_interaction_response,
            ["self", "interaction_id", "token", "session", "proxy", "proxy_auth", "params"],
        ),
    ],
)
def test_what_is_overridden_takes_what_it_took(function: Any, names: list[str]) -> None:
    assert list(inspect.signature(function).parameters) == names


async def test_what_an_object_has_from_its_making() -> None:
    assert {"_max", "_reset_time"} <= vars(ExponentialBackoff()).keys()
    assert gateway.ReconnectWebSocket(0, resume=False).resume is False
    async with discord.AutoShardedClient(intents=discord.Intents(guilds=True)) as client:
        client._reconnect = True
        socket: Any = None
        found = vars(SHARD(gateway.DiscordWebSocket(socket, loop=asyncio.get_running_loop()), client, print))
        assert {"_backoff", "_client", "_dispatch", "_queue_put", "_task"} <= found.keys()
        assert "INTERACTION_CREATE" in client._connection.parsers


def test_the_tasks_of_handlers_have_the_names_by_which_they_are_known() -> None:
    invoker, event = underneath._WORK
    assert f"name='{invoker}'" in inspect.getsource(app_commands.CommandTree)
    assert event == "discord.py: on_interaction"
    assert "name=f'discord.py: {event_name}'" in inspect.getsource(discord.Client)


def test_no_other_module_looks_underneath() -> None:
    inside = re.compile(r"discord\.(backoff|gateway|http|shard|state|webhook)\b|\._connection\b")
    bot = Path(ROOT, "bot")
    found = [
        str(file.relative_to(bot)) for file in bot.rglob("*.py") if inside.search(file.read_text(encoding="utf-8"))
    ]
    assert found == ["underneath.py"]
