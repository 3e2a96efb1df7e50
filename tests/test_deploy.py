"""The files for running Tandem wide say what the bot understands, and give every shard to one process."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import _VARIABLES, _shard_ids

ROOT = Path(__file__).parent.parent
VARIABLES = {variable for variable, _ in _VARIABLES.values()}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


@pytest.fixture(scope="module")
def stateful_set() -> dict[str, Any]:
    documents = yaml.safe_load_all((ROOT / "deploy/kubernetes/tandem.yaml").read_text())
    return next(each for each in documents if each["kind"] == "StatefulSet")


def container(stateful_set: dict[str, Any]) -> dict[str, Any]:
    return stateful_set["spec"]["template"]["spec"]["containers"][0]


def bots(services: dict[str, Any]) -> list[dict[str, Any]]:
    return [service for name, service in services.items() if name.startswith("bot-")]


def test_in_compose_every_shard_has_one_process(services: dict[str, Any]) -> None:
    shards = [shard for bot in bots(services) for shard in _shard_ids(bot["environment"]["TANDEM_SHARD_IDS"]) or ()]
    (count,) = {int(bot["environment"]["TANDEM_SHARD_COUNT"]) for bot in bots(services)}
    assert sorted(shards) == [*range(count)]


def test_in_compose_the_bot_is_told_what_it_understands(services: dict[str, Any]) -> None:
    for bot in bots(services):
        assert set(bot["environment"]) <= VARIABLES
        assert bot["read_only"]
        assert bot["cap_drop"] == ["ALL"]


def test_prometheus_asks_every_process_of_compose(services: dict[str, Any]) -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    asked = {target for job in config["scrape_configs"] for each in job["static_configs"] for target in each["targets"]}
    assert asked == {f"{name}:9464" for name in services if name.startswith("bot-")}


def test_in_kubernetes_the_ordinal_of_a_pod_gives_its_shards(stateful_set: dict[str, Any]) -> None:
    given = {each["name"]: each["value"] for each in container(stateful_set)["env"] if "value" in each}
    script = container(stateful_set)["args"][0].replace("exec python -m bot run", 'echo "$TANDEM_SHARD_IDS"')
    shards = list[int]()
    for ordinal in range(stateful_set["spec"]["replicas"]):
        ran = subprocess.run(
            ["/bin/sh", "-c", script],
            env=given | {"POD_ORDINAL": str(ordinal)},
            capture_output=True,
            text=True,
            check=True,
        )
        shards += _shard_ids(ran.stdout.strip()) or ()
    assert shards == [*range(int(given["TANDEM_SHARD_COUNT"]))]


def test_in_kubernetes_the_bot_is_told_what_it_understands(stateful_set: dict[str, Any]) -> None:
    told = {each["name"] for each in container(stateful_set)["env"]} - {"POD_ORDINAL", "SHARDS_A_POD"}
    assert told | {"TANDEM_SHARD_IDS"} <= VARIABLES
    assert container(stateful_set)["securityContext"]["readOnlyRootFilesystem"]
