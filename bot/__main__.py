"""`python -m bot`. A start error becomes one line on standard error and its exit code, never a traceback.

The two ways in which a service is started need no command line, which would be a tenth of their start.
"""

from __future__ import annotations

import gc
import sys

from bot.errors import StartError


def main() -> None:
    """Do what the command line says."""
    try:
        match sys.argv[1:]:
            case [] | ["run"] as words:
                gc.disable()  # `begin` tells until when
                from bot.catalog.apart import ReadApart  # noqa: PLC0415 - see above
                from bot.settings import content_dir, read_settings  # noqa: PLC0415

                with ReadApart(content_dir()) as content:  # first of all: it takes as long as the rest
                    from bot import begin  # noqa: PLC0415

                    start = begin.run if words else begin.wherever
                    start(read_settings(), content)
            case _:
                from bot.cli import cli  # noqa: PLC0415 - see above

                cli()
    except StartError as error:
        sys.stderr.write(f"tandem: {error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
