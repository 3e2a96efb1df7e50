"""The command line, but for what `__main__` does without it."""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url

from bot import begin, logs
from bot.catalog import loader
from bot.catalog.apart import ReadApart
from bot.catalog.schema import json_schema
from bot.domain.errors import MemberError
from bot.settings import Settings, content_dir, read_settings

cli = typer.Typer(
    help="Tandem: a Discord bot that teaches asynchronous programming by running it.\n\n"
    "Without a command it runs on Discord if DISCORD_TOKEN is set, and in the playground if not.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Port = Annotated[int, typer.Option(min=0, max=65535, help="The playground's port on 127.0.0.1; 0 takes a free one.")]


@cli.callback(invoke_without_command=True)
def default(context: typer.Context, port: Port = begin.PORT) -> None:
    """Run on Discord or in the playground, whichever the environment says."""
    if context.invoked_subcommand is not None:
        return

    with ReadApart(content_dir()) as content:
        begin.wherever(read_settings(), content, port)


@cli.command()
def run() -> None:
    """Run the bot on Discord. DISCORD_TOKEN must be set."""
    with ReadApart(content_dir()) as content:
        begin.run(read_settings(), content)


@cli.command()
def playground(port: Port = begin.PORT) -> None:
    """Run the bot in an embedded local Discord, with a chat page in the browser."""
    with ReadApart(content_dir()) as content:
        begin.play(read_settings(), content, port)


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
    """Copy the database into a file, also while the bot runs. The README tells how to restore it."""
    from bot.storage.backup import back_up  # noqa: PLC0415 - only this command needs it

    settings = _settings("WARNING")
    asyncio.run(back_up(make_url(settings.database_url), file))
    typer.echo(f"The scores are in {file}.")


@cli.command()
def migrate(
    to: Annotated[str | None, typer.Argument(metavar="VERSION", help="Such as 0002; the newest if left out.")] = None,
) -> None:
    """Bring the database to a version, forward or back. Stop the bot, and make a backup, before you go back."""
    from bot.storage.migrate import VERSION, migrate  # noqa: PLC0415 - only this command needs it

    settings, version = _settings("WARNING"), to or VERSION
    asyncio.run(migrate(make_url(settings.database_url), version))
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

    settings = _settings("ERROR")
    catalog, faults = loader.check(settings.content_dir)  # what is wrong elsewhere is no matter to this demo
    screen = terminal.Screen(highlight=False)
    try:
        program = terminal.program_of(catalog.demos, name, delays, plan)
        work = (
            terminal.record(program, runtime)
            if as_json
            else terminal.perform(program, runtime, catalog.demos.get(program.demo), screen)
        )
        code = begin.on_uvloop(terminal.unless_told_to_end(work))
    except MemberError as error:
        terminal.complain(error, faults, terminal.Screen(stderr=True, highlight=False))
        raise typer.Exit(2) from error
    raise typer.Exit(code)


def _settings(log_level: str) -> Settings:
    """The settings of a command that is no service: it logs trouble alone, and no secrets either."""
    settings = read_settings()
    logs.set_up(log_level, settings.log_format, settings.secrets)
    return settings
