"""The command line. A start error becomes one line on standard error and its exit code, never a traceback."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from collections.abc import Coroutine
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy import make_url

from bot import logs
from bot.catalog import loader
from bot.catalog.schema import json_schema
from bot.domain.errors import MemberError
from bot.errors import SettingsError, StartError
from bot.settings import read_settings

try:
    from uvloop import new_event_loop
except ImportError:  # Windows
    new_event_loop = None

ResultT = TypeVar("ResultT")

cli = typer.Typer(
    help="Tandem: a Discord bot that teaches asynchronous programming by running it.\n\n"
    "Without a command it runs on Discord if DISCORD_TOKEN is set, and in the playground if not.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

PORT = 8123
THREADS_TAKE_TURNS_S = 0.0002
Port = Annotated[int, typer.Option(min=0, max=65535, help="The playground's port on 127.0.0.1; 0 takes a free one.")]


@cli.callback(invoke_without_command=True)
def default(context: typer.Context, port: Port = PORT) -> None:
    """Run on Discord or in the playground, whichever the environment says."""
    if context.invoked_subcommand is not None:
        return

    if read_settings().token is None:
        playground(port)
    else:
        run()


@cli.command()
def run() -> None:
    """Run the bot on Discord. DISCORD_TOKEN must be set."""
    settings = read_settings()
    if settings.token is None:
        raise SettingsError("DISCORD_TOKEN is not set. Set it, or try the bot without: python -m bot playground.")
    token = settings.token.get_secret_value()
    logs.set_up(settings.log_level, settings.log_format, settings.secrets)

    app = _bot()

    async def main() -> None:
        async with app.stopping_on_signals() as stop:
            await app.run(settings, token, app.real_world(), stop)

    _run(main())


@cli.command()
def playground(port: Port = PORT) -> None:
    """Run the bot in an embedded local Discord, with a chat page in the browser."""
    settings = read_settings()
    logs.set_up(settings.log_level, settings.log_format, settings.secrets)

    app = _bot()

    async def main() -> None:
        async with app.stopping_on_signals() as stop:
            await app.play(settings, port, app.real_world(), stop, _announce)

    _run(main())


@cli.command()
def check(
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON schema of the content files.")] = False,
) -> None:
    """Check the lessons and demos; every fault on a line of its own, exit code 1 if there is one."""
    if schema:
        typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
        return
    catalog, faults = loader.check(read_settings().content_dir)
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(1)
    typer.echo(
        f"All is well: {len(catalog.lessons)} lesson(s), {catalog.questions} questions, {len(catalog.demos)} demo(s)."
    )


@cli.command()
def backup(file: Annotated[Path, typer.Argument(help="Where to put the copy; a file that is not there yet.")]) -> None:
    """Copy the database into a file, also while the bot runs. To restore it, put it in the place of the database."""
    from bot.storage.backup import back_up  # noqa: PLC0415 - only this command needs it

    asyncio.run(back_up(make_url(read_settings().database_url), file))
    typer.echo(f"The scores are in {file}.")


@cli.command()
def migrate(
    to: Annotated[str | None, typer.Argument(metavar="VERSION", help="Such as 0002; the newest if left out.")] = None,
) -> None:
    """Bring the database to a version, forward or back. Stop the bot, and make a backup, before you go back."""
    from bot.storage.migrate import VERSION, migrate  # noqa: PLC0415 - only this command needs it

    logs.set_up("WARNING", read_settings().log_format)
    version = to or VERSION
    asyncio.run(migrate(make_url(read_settings().database_url), version))
    typer.echo(f"The database has version {version}.")


class RuntimeChoice(StrEnum):
    """Where a demo runs."""

    NODE = "node"
    PYTHON = "python"
    BOTH = "both"


@cli.command()
def demo(
    name: Annotated[str, typer.Argument(metavar="DEMO", help="A demo of the catalogue, or custom.")],
    runtime: Annotated[RuntimeChoice | None, typer.Option(help="Where to run it; in Node.js, if it is there.")] = None,
    delays: Annotated[str | None, typer.Option(help='Milliseconds of each task, such as "300, 500".')] = None,
    plan: Annotated[str | None, typer.Option(help='With custom: a plan such as "(a 300 & b 500) > c 200".')] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the trace as JSON, as lessons keep it.")] = False,
) -> None:
    """Run a demo here, with live bars and measured times."""
    from bot import terminal  # noqa: PLC0415 - the bot does without

    settings = read_settings()
    logs.set_up("ERROR", settings.log_format)
    catalog, faults = loader.check(settings.content_dir)  # what is wrong elsewhere is no matter to this demo
    screen = terminal.Screen(highlight=False)
    try:
        program = terminal.program_of(catalog.demos, name, delays, plan)
        work = (
            terminal.record(program, runtime)
            if as_json
            else terminal.perform(program, runtime, catalog.demos.get(program.demo), screen)
        )
        code = _run(terminal.unless_told_to_end(work))
    except MemberError as error:
        terminal.complain(error, faults, terminal.Screen(stderr=True, highlight=False))
        raise typer.Exit(2) from error
    raise typer.Exit(code)


def _bot() -> ModuleType:
    """The bot itself, which `check` and `--help` do without.

    What is imported stays, so no search for garbage among it is worth its time: measured, a tenth of the start.
    """
    gc.disable()
    from bot import app  # noqa: PLC0415 - see above

    gc.freeze()
    gc.enable()
    return app


def _announce(url: str) -> None:
    typer.echo(f"\n  Tandem's playground: {url}\n  Open it, and type /lesson async. Ctrl+C ends it.\n")


def _run(main: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run on uvloop where there is one: measured, it halves the CPU time of a click.

    The threads that read and write the store ask for short turns, many a click: with Python's 5 ms between two, a
    busy event loop would keep each waiting. Measured with 200 clicks a second: a third less at the 99th percentile.
    """
    sys.setswitchinterval(THREADS_TAKE_TURNS_S)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main)


def main() -> None:
    """Run the command line; a start error ends it with one line."""
    try:
        cli()
    except StartError as error:
        sys.stderr.write(f"tandem: {error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
