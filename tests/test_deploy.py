"""The files for running Tandem wide say what the bot understands, and give every shard to one process."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from bot.metrics import Metrics
from bot.settings import _VARIABLES, _shard_ids
from bot.storage.tables import VERSION

ROOT = Path(__file__).parent.parent
VARIABLES = {variable for variable, _ in _VARIABLES.values()}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


@pytest.fixture(scope="module")
def stateful_set() -> dict[str, Any]:
    documents = yaml.safe_load_all((ROOT / "deploy/kubernetes/tandem.yaml").read_text())
    return next(each for each in documents if each["kind"] == "StatefulSet")


@pytest.fixture(scope="module")
def job() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "deploy/kubernetes/migrate.yaml").read_text())


def container(workload: dict[str, Any]) -> dict[str, Any]:
    return workload["spec"]["template"]["spec"]["containers"][0]


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


def test_in_compose_no_two_bots_share_the_processes_that_a_user_may_have(services: dict[str, Any]) -> None:
    assert len({bot["user"] for bot in bots(services)}) == len(bots(services))
    assert all(bot["pids_limit"] and bot["mem_limit"] for bot in bots(services))


def test_in_compose_the_bots_wait_for_the_database_that_can_be_reached(services: dict[str, Any]) -> None:
    assert "--host" in services["database"]["healthcheck"]["test"], "the first run of the image has a socket only"


def test_the_file_with_the_secrets_goes_nowhere() -> None:
    for name in (".gitignore", ".dockerignore"):
        assert ".env" in (ROOT / name).read_text().splitlines()


def test_prometheus_asks_every_process_of_compose(services: dict[str, Any]) -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    asked = {target for job in config["scrape_configs"] for each in job["static_configs"] for target in each["targets"]}
    assert asked == {f"{name}:9464" for name in services if name.startswith("bot-")}


def shards_of(stateful_set: dict[str, Any], ordinal: str) -> subprocess.CompletedProcess[str]:
    """What the script of a pod with that ordinal says, up to the start of the bot."""
    given = {each["name"]: each["value"] for each in container(stateful_set)["env"] if "value" in each}
    script = container(stateful_set)["args"][0].replace("exec python -m bot run", 'echo "$TANDEM_SHARD_IDS"')
    command = ("/bin/sh", "-c", script)
    return subprocess.run(
        command, env=given | {"POD_ORDINAL": ordinal}, capture_output=True, text=True, check=False, timeout=60
    )


def test_in_kubernetes_the_ordinal_of_a_pod_gives_its_shards(stateful_set: dict[str, Any]) -> None:
    shards = list[int]()
    for ordinal in range(stateful_set["spec"]["replicas"]):
        shards += _shard_ids(shards_of(stateful_set, str(ordinal)).stdout.strip()) or ()
    (count,) = (each["value"] for each in container(stateful_set)["env"] if each["name"] == "TANDEM_SHARD_COUNT")
    assert shards == [*range(int(count))]


def test_in_kubernetes_a_pod_without_an_ordinal_does_not_take_the_first_shards(stateful_set: dict[str, Any]) -> None:
    ran = shards_of(stateful_set, "")
    assert ran.returncode != 0
    assert ran.stdout == ""
    assert "needs Kubernetes 1.28 or newer" in ran.stderr


def test_in_kubernetes_the_bot_is_told_what_it_understands(stateful_set: dict[str, Any]) -> None:
    told = {each["name"] for each in container(stateful_set)["env"]} - {"POD_ORDINAL", "SHARDS_A_POD"}
    assert told | {"TANDEM_SHARD_IDS"} <= VARIABLES
    assert container(stateful_set)["securityContext"]["readOnlyRootFilesystem"]


def test_in_kubernetes_the_tables_are_changed_by_the_version_that_will_run(
    stateful_set: dict[str, Any], job: dict[str, Any]
) -> None:
    assert container(job)["image"] == container(stateful_set)["image"]
    secrets = [each for each in container(stateful_set)["env"] if each["name"] == "TANDEM_DATABASE_URL"]
    assert container(job)["env"] == secrets
    assert container(job)["securityContext"] == container(stateful_set)["securityContext"]


def test_the_dashboard_asks_for_labels_that_there_are() -> None:
    of_metric = {
        metric._name: {"job", "instance", "le", *metric._labelnames}
        for metric in Metrics().registry._collector_to_names
        if isinstance(metric, MetricWrapperBase)
    }
    dashboard = json.loads((ROOT / "deploy/grafana/tandem.json").read_text())
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    told = (ROOT / "bot/exts/kit/replies.py").read_text()
    assert queries
    for query in queries:
        for name, selector in re.findall(r"(tandem_\w+)\{([^}]*)\}", query):
            asked = re.findall(r"(\w+)=~?", selector) + re.findall(
                r"\w+", "".join(re.findall(r"by \(([^)]*)\)", query))
            )
            labels = of_metric.get(re.sub(r"_(total|bucket|sum|count)$", "", name), {"job", "instance"})
            assert set(asked) <= labels, query
        for kinds in re.findall(r'tandem_errors_total\{[^}]*kind=~?"([^"]*)"', query):
            assert all(f'"{kind}"' in told for kind in kinds.split("|")), query


def test_the_changelog_tells_to_which_version_of_the_database_one_goes_back() -> None:
    newest = (ROOT / "CHANGELOG.md").read_text().split("\n## ")[1]
    assert f"The database has version {VERSION}." in newest
