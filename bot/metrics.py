"""The figures for Prometheus. What they count is told to `Metrics`; what is measured at a look is handed in.

How they are named: https://prometheus.io/docs/practices/naming/
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot import __version__
from bot.meter import Meter

ACKNOWLEDGED_S = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.5, 0.75, 1, 1.5, 2, 2.5, 3)
"""Discord gives up after 3 s. https://discord.com/developers/docs/interactions/receiving-and-responding"""
COMMITTED_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2)
TOGETHER = (1, 2, 4, 8, 16, 32, 64, 128, 256)

BY = ("answer", "deferral", "form", "suggestions")
ERRORS = ("refused", "trouble", "unknown command", "too late", "discord failed", "failed", "unsaid")
EVENTS = ("connected", "ready", "resumed", "disconnected")

MetricT = TypeVar("MetricT", Counter, Histogram)

OTHER = "other"
"""The label of a demo that the catalogue does not know: a member's own plan, or a question made by chance."""


class Metrics(Meter):
    """Counts for one bot, in a registry of its own. `demos` are those that are counted by name."""

    def __init__(self, demos: Collection[str] = ()) -> None:
        disable_created_metrics()  # a series more for each, of use to OpenMetrics alone
        self.registry = registry = CollectorRegistry()
        self._demos = frozenset(demos)
        ProcessCollector(registry=registry)
        Gauge("tandem_build_info", "The version that runs; always 1.", ("version",), registry=registry).labels(
            __version__
        ).set(1)
        self._interactions = _Children(
            Counter("tandem_interactions", "Interactions received.", ("kind", "name"), registry=registry)
        )
        self._acknowledged = _Children(
            Histogram(
                "tandem_acknowledgement_seconds",
                "From the making of an interaction at Discord, by this machine's clock, to its first answer.",
                ("by",),
                buckets=ACKNOWLEDGED_S,
                registry=registry,
            )
        )
        self._errors = _Children(
            Counter("tandem_errors", "Interactions not answered as wished.", ("kind",), registry=registry)
        )
        self._jobs_failed = _Children(
            Counter("tandem_jobs_failed", "Due work that failed.", ("name",), registry=registry)
        )
        self._works = Histogram("tandem_commit_works", "Works committed together.", buckets=TOGETHER, registry=registry)
        self._commit = Histogram(
            "tandem_commit_seconds", "Time of a transaction that writes.", buckets=COMMITTED_S, registry=registry
        )
        self._runs = _Children(
            Counter("tandem_runs", "Runs of programs that are over.", ("demo", "runtime", "outcome"), registry=registry)
        )
        self._gateway = _Children(Counter("tandem_gateway_events", "Events of shards.", ("event",), registry=registry))

        for known, labels in ((self._acknowledged, BY), (self._errors, ERRORS), (self._gateway, EVENTS)):
            for label in labels:  # from 0 on, so that the first of a kind is seen as a change
                known[label,]

    def interaction(self, kind: str, name: str) -> None:
        """Count it."""
        self._interactions[kind, name].inc()

    def acknowledged(self, by: str, seconds: float) -> None:
        """Note the time. Where Discord's clock is ahead of this machine's, it is none."""
        self._acknowledged[by,].observe(max(0.0, seconds))

    def error(self, kind: str) -> None:
        """Count it."""
        self._errors[kind,].inc()

    def job(self, job: str) -> None:
        """Count its failures from 0 on."""
        self._jobs_failed[job,]

    def job_failed(self, job: str) -> None:
        """Count it."""
        self._jobs_failed[job,].inc()

    def committed(self, works: int, seconds: float) -> None:
        """Note how many, and how long."""
        self._works.observe(works)
        self._commit.observe(seconds)

    def ran(self, demo: str, runtime: str, outcome: str) -> None:
        """Count it."""
        self._runs[demo if demo in self._demos else OTHER, runtime, outcome].inc()

    def gateway(self, event: str) -> None:
        """Count it."""
        self._gateway[event,].inc()

    def looks_at(self, name: str, meaning: str, look: Callable[[], float]) -> None:
        """Have a gauge of that name, whose value is `look()` whenever somebody asks."""
        Gauge(name, meaning, registry=self.registry).set_function(look)

    def text(self) -> bytes:
        """All figures, as Prometheus reads them."""
        return generate_latest(self.registry)


class _Children(dict[tuple[str, ...], MetricT]):
    """The children of a metric by the values of its labels. To ask the metric for them takes three times as long."""

    def __init__(self, metric: MetricT) -> None:
        super().__init__()
        self._metric = metric

    def __missing__(self, labels: tuple[str, ...]) -> MetricT:
        self[labels] = child = self._metric.labels(*labels)
        return child
