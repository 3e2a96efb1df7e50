"""The command line of the measurements. Each prints a table, and writes it into `bench/RESULTS.md` with `--write`."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console

from bench import boards as board_bench
from bench import clicks as click_bench
from bench import crash as crash_bench
from bench import demos as demo_bench
from bench import faults as fault_bench
from bench import start as start_bench
from bench import wide as wide_bench
from bench.machine import described
from bench.results import RESULTS, put

try:
    from uvloop import new_event_loop
except ImportError:  # Windows
    new_event_loop = None

ResultT = TypeVar("ResultT")
Write = Annotated[bool, typer.Option("--write", help=f"Put the figures into {RESULTS.name}.")]

cli = typer.Typer(help="Measure Tandem on this machine.", add_completion=False, pretty_exceptions_enable=False)


@cli.callback(invoke_without_command=True)
def everything(context: typer.Context, write: Write = False) -> None:
    """Measure Tandem on this machine: one figure, or without a command all of them, one after another."""
    if context.invoked_subcommand is None:
        for measure in (clicks, start, boards, demos):
            measure(write=write)


@cli.command()
def clicks(
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of each bot.")] = 5,
    members: Annotated[int, typer.Option(min=1, help="Members who answer five questions each in a round.")] = 300,
    at_once: Annotated[int, typer.Option(min=1, help="Clicks that come at once.")] = 3000,
    rushes: Annotated[int, typer.Option(min=0, help="How often they do.")] = 3,
    write: Write = False,
) -> None:
    """What a quiz click costs, beside two bare bots."""
    figures = _run(click_bench.measure(rounds, members, at_once, rushes, Console(stderr=True)))
    _tell("Clicks", f"clicks --rounds {rounds} --members {members}", click_bench.table(figures), write=write)


@cli.command()
def boards(
    few: Annotated[int, typer.Option(min=1000, help="Answers in one database.")] = 5_000,
    many: Annotated[int, typer.Option(min=1000, help="Answers in the other one.")] = 5_000_000,
    rounds: Annotated[int, typer.Option(min=1, help="How often each is asked for everything.")] = 30,
    write: Write = False,
) -> None:
    """What rankings and insights take with millions of answers, against thousands. Making those takes minutes."""
    figures = _run(board_bench.measure(few, many, rounds, Console(stderr=True)))
    _tell("Rankings and insights", f"boards --rounds {rounds}", board_bench.table(few, many, figures), write=write)


@cli.command()
def start(
    starts: Annotated[int, typer.Option(min=1, help="Starts of each bot.")] = 20,
    attempts: Annotated[int, typer.Option(min=1, help="Quizzes that are open while memory is measured.")] = 10_000,
    write: Write = False,
) -> None:
    """How long the bot takes to be ready, and how much memory it holds, beside a bare bot."""
    floor, tandem = _run(start_bench.measure(starts, attempts, Console(stderr=True)))
    table = start_bench.table(floor, tandem, attempts)
    _tell("Start and memory", f"start --starts {starts}", table, write=write)


@cli.command()
def demos(
    runs: Annotated[int, typer.Option(min=1, help="Runs of the comparison in each runtime and state.")] = 50,
    seconds: Annotated[float, typer.Option(min=1, help="How long clicks are measured, with runs and without.")] = 20,
    write: Write = False,
) -> None:
    """What a demo's run costs beyond its ideal time, and what eight runs at once cost the bot's clicks."""
    figures = asyncio.run(demo_bench.measure(runs, seconds, Console(stderr=True)))
    _tell("Demos", f"demos --runs {runs}", demo_bench.table(figures), write=write)


def _run(main: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run on uvloop where there is one, so that the playground is in nobody's way."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main)


def _tell(title: str, command: str, table: str, *, write: bool) -> None:
    text = f"`python -m bench {command}` on {described()}\n\n{table}\n"
    typer.echo(f"## {title}\n\n{text}")
    if write:
        put(title, text)


def _judge(failures: Sequence[str]) -> NoReturn:
    """Say why it was not survived, and end with 1; with 0 if it was."""
    for failure in failures:
        typer.echo(failure, err=True)
    raise typer.Exit(1 if failures else 0)


@cli.command()
def faults(
    attempts: Annotated[int, typer.Option(min=2, help="Quizzes that are taken to their end.")] = 1000,
    seed: Annotated[int, typer.Option(help="Which faults happen when; the same seed, the same mix.")] = 1,
    write: Write = False,
) -> None:
    """Members take quizzes while everything goes wrong with Discord that can; exit code 1 if anything is lost."""
    outcome = asyncio.run(fault_bench.run(attempts, seed, Console(stderr=True)))
    command = f"faults --attempts {attempts} --seed {seed}"
    _tell("Faults of Discord", command, fault_bench.table(outcome), write=write)
    _judge(fault_bench.failures(outcome))


@cli.command()
def crash(
    members: Annotated[int, typer.Option(min=1, help="Members who answer at once.")] = 100,
    kills: Annotated[int, typer.Option(min=0, help="How often the bot is killed.")] = 100,
    server_kills: Annotated[int, typer.Option(min=0, help="How often a PostgreSQL is, which it then runs on.")] = 0,
    seed: Annotated[int, typer.Option(help="When each is killed; the same seed, the same moments.")] = 1,
    write: Write = False,
) -> None:
    """Members answer without pause while the bot is killed again and again; exit code 1 if anything is lost."""
    outcome = asyncio.run(crash_bench.measure(members, kills, server_kills, seed, Console(stderr=True)))
    command = f"crash --members {members} --kills {kills} --server-kills {server_kills} --seed {seed}"
    title = "Killed, with PostgreSQL" if server_kills else "Killed"
    _tell(title, command, crash_bench.table(outcome), write=write)
    _judge(crash_bench.failures(outcome))


@cli.command()
def wide(
    attempts: Annotated[int, typer.Option(min=1, help="Quizzes that are taken to their end.")] = 300,
    seed: Annotated[int, typer.Option(help="What members press.")] = 1,
    write: Write = False,
) -> None:
    """Three processes share one PostgreSQL, and one is killed; exit code 1 if anything is lost or happens twice."""
    from bench.postgres import a_postgres  # noqa: PLC0415 - it needs what only developers have

    with a_postgres() as server:
        outcome = asyncio.run(wide_bench.run(server.store_url(), attempts, seed, Console(stderr=True)))
    _tell("Three processes", f"wide --attempts {attempts} --seed {seed}", wide_bench.table(outcome), write=write)
    _judge(wide_bench.failures(outcome))


if __name__ == "__main__":
    cli()
