"""The command line of the measurements. Each prints a table, and writes it into `bench/RESULTS.md` with `--write`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench import crash as crash_bench
from bench import demos as demo_bench
from bench import faults as fault_bench
from bench.machine import described

RESULTS = Path(__file__).with_name("RESULTS.md")

cli = typer.Typer(
    help="Measure Tandem on this machine.", add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False
)


@cli.callback()
def root() -> None:
    """Measure Tandem on this machine."""


@cli.command()
def demos(
    runs: Annotated[int, typer.Option(min=1, help="Runs of the comparison in each runtime and state.")] = 50,
    seconds: Annotated[float, typer.Option(min=1, help="How long clicks are measured, with runs and without.")] = 20,
    write: Annotated[bool, typer.Option("--write", help=f"Put the figures into {RESULTS.name}.")] = False,
) -> None:
    """What a demo's run costs beyond its ideal time, and what eight runs at once cost the bot's clicks."""
    figures = asyncio.run(demo_bench.measure(runs, seconds, Console(stderr=True)))
    text = f"## Demos\n\n`python -m bench demos --runs {runs}` on {described()}\n\n{demo_bench.table(figures)}\n"
    typer.echo(text)
    if write:
        RESULTS.write_text(f"# Results\n\nRatios tell more than times: machines differ.\n\n{text}", encoding="utf-8")


@cli.command()
def faults(
    attempts: Annotated[int, typer.Option(min=2, help="Quizzes that are taken to their end.")] = 1000,
    seed: Annotated[int, typer.Option(help="Which faults happen when; the same seed, the same mix.")] = 1,
) -> None:
    """Members take quizzes while everything goes wrong with Discord that can; exit code 1 if anything is lost."""
    outcome = asyncio.run(fault_bench.run(attempts, seed, Console(stderr=True)))
    command = f"python -m bench faults --attempts {attempts} --seed {seed}"
    typer.echo(f"## Faults of Discord\n\n`{command}` on {described()}\n\n{fault_bench.table(outcome)}\n")
    for failure in (found := fault_bench.failures(outcome)):
        typer.echo(failure, err=True)
    raise typer.Exit(1 if found else 0)


@cli.command()
def crash(
    members: Annotated[int, typer.Option(min=1, help="Members who answer at once.")] = 100,
    kills: Annotated[int, typer.Option(min=0, help="How often the bot is killed.")] = 100,
    server_kills: Annotated[int, typer.Option(min=0, help="How often a PostgreSQL is, which it then runs on.")] = 0,
    seed: Annotated[int, typer.Option(help="When each is killed; the same seed, the same moments.")] = 1,
) -> None:
    """Members answer without pause while the bot is killed again and again; exit code 1 if anything is lost."""
    outcome = asyncio.run(crash_bench.measure(members, kills, server_kills, seed, Console(stderr=True)))
    command = f"python -m bench crash --members {members} --kills {kills} --server-kills {server_kills} --seed {seed}"
    typer.echo(f"## Killed\n\n`{command}` on {described()}\n\n{crash_bench.table(outcome)}\n")
    for failure in (found := crash_bench.failures(outcome)):
        typer.echo(failure, err=True)
    raise typer.Exit(1 if found else 0)


if __name__ == "__main__":
    cli()
