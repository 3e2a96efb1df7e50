"""The programs of a plan: the very text that is shown to members and that the runners execute, for each runtime.

A program defines `main`, and calls functions that the runner provides: one a task, and `inWorker` in Node.js. Parts
within parts become functions of their own, above `main`. Names of tasks are lower case letters and digits, so a name
with a capital or an underscore cannot clash with one. No line is wider than `WIDTH`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.domain.plan import Doing, InTurn, Plan, Task, Together, Unawaited, Until, Within
from bot.domain.schedule import Runtime

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 46
"""The most columns of a line: what a phone shows of a code block."""


def source_of(plan: Plan, runtime: Runtime) -> str:
    """The program of a plan in the language of a runtime. Nothing in it but the names of tasks is a member's."""
    return _Writer(_Node() if runtime is Runtime.NODE else _Python()).program(plan)


class _Language(Protocol):
    """How the pieces of a program are written. Statements are lists of lines; a call is an expression."""

    def call(self, task: Task) -> str: ...
    def name(self, kind: str, number: int) -> str: ...
    def function(self, name: str, body: list[str]) -> list[str]: ...
    def wait(self, call: str) -> list[str]: ...
    def together(self, calls: list[str], until: Until) -> list[str]: ...
    def limited(self, functions: list[str], limit: int) -> list[str]: ...
    def within(self, call: str, ms: int) -> list[str]: ...
    def ignore(self, call: str) -> str: ...
    def reference(self, task: Task) -> str | None: ...
    def fits(self, task: Task) -> bool: ...

    imports: tuple[str, ...]


class _Writer:
    """Writes one program."""

    def __init__(self, language: _Language) -> None:
        self._language = language
        self._functions: list[list[str]] = []

    def program(self, plan: Plan) -> str:
        main = self._language.function("main", self._body(plan))
        blocks = [block for block in [self._language.imports, *self._functions, main] if block]
        gap = "\n\n\n" if self._language.imports else "\n\n"  # each language's own habit
        return gap.join("\n".join(block) for block in blocks) + "\n"

    def _body(self, plan: Plan) -> list[str]:
        match plan:
            case Task():
                return self._language.wait(self._language.call(plan))
            case Unawaited(task):
                return [self._language.ignore(self._language.call(task))]
            case InTurn(parts):
                return [line for part in parts for line in self._step(part)]
            case Together(parts, _, limit) if limit is not None:
                return self._language.limited([self._reference(part) for part in parts], limit)
            case Together(parts, until):
                return self._language.together([self._call(part) for part in parts], until)
            case Within(part, ms):
                return self._language.within(self._call(part), ms)

    def _step(self, part: Plan) -> list[str]:
        """A part of a sequence. What declares names gets a function, so that none is declared twice."""
        declares = isinstance(part, Within) or (isinstance(part, Together) and part.limit is not None)
        return self._language.wait(self._call(part)) if declares else self._body(part)

    def _call(self, part: Plan) -> str:
        if isinstance(part, Task) and self._language.fits(part):
            return self._language.call(part)
        return f"{self._function(part)}()"

    def _reference(self, part: Plan) -> str:
        """A function that starts a part, as an expression."""
        known = self._language.reference(part) if isinstance(part, Task) else None
        return known or self._function(part)

    def _function(self, part: Plan) -> str:
        body = self._body(part)  # its own parts are functions above it
        kind = {InTurn: "turn", Together: "group", Within: "timed", Task: "step", Unawaited: "step"}[type(part)]
        name = self._language.name(kind, len(self._functions) + 1)
        self._functions.append(self._language.function(name, body))
        return name


class _Node:
    imports: tuple[str, ...] = ()

    def call(self, task: Task) -> str:
        return f"inWorker({task.name})" if task.doing is Doing.THREAD else f"{task.name}()"

    def reference(self, task: Task) -> str | None:
        return None if task.doing is Doing.THREAD else task.name

    def fits(self, task: Task) -> bool:
        return True

    def name(self, kind: str, number: int) -> str:
        return f"{kind}No{number}"

    def function(self, name: str, body: list[str]) -> list[str]:
        return [f"async function {name}() {{", *_indented(body, 2), "}"]

    def wait(self, call: str) -> list[str]:
        return [f"await {call};"]

    def ignore(self, call: str) -> str:
        return f"{call};"

    def together(self, calls: list[str], until: Until) -> list[str]:
        method = {Until.ALL: "all", Until.SETTLED: "allSettled", Until.RACE: "race", Until.ANY: "any"}[until]
        return [f"await Promise.{method}([", *(f"  {call}," for call in calls), "]);"]

    def limited(self, functions: list[str], limit: int) -> list[str]:
        return [
            "const queue = [",
            *(f"  {function}," for function in functions),
            "].values();",
            "async function worker() {",
            "  for (const next of queue) {",
            "    await next();",
            "  }",
            "}",
            *(
                ["await Promise.all([", *["  worker(),"] * limit, "]);"]
                if limit <= 3
                else [
                    "const workers = Array.from(",
                    f"  {{ length: {limit} }},",
                    "  worker,",
                    ");",
                    "await Promise.all(workers);",
                ]
            ),
        ]

    def within(self, call: str, ms: int) -> list[str]:
        return [
            "const late = new Promise((_, reject) => {",
            f'  setTimeout(reject, {ms}, Error("late"));',
            "});",
            "await Promise.race([",
            f"  {call},",
            "  late,",
            "]);",
        ]


class _Python:
    imports: tuple[str, ...] = ("import asyncio",)

    def call(self, task: Task) -> str:
        return f"asyncio.to_thread({task.name})" if task.doing is Doing.THREAD else f"{task.name}()"

    def reference(self, task: Task) -> str | None:
        return None if task.doing is Doing.THREAD else task.name

    def fits(self, task: Task) -> bool:
        return task.doing is not Doing.THREAD  # such a call is too wide to stand inside another

    def name(self, kind: str, number: int) -> str:
        return f"{kind}_{number}"

    def function(self, name: str, body: list[str]) -> list[str]:
        return [f"async def {name}():", *_indented(body, 4)]

    def wait(self, call: str) -> list[str]:
        return [f"await {call}"]

    def ignore(self, call: str) -> str:
        return call

    def together(self, calls: list[str], until: Until) -> list[str]:
        match until:
            case Until.ALL:
                return ["async with asyncio.TaskGroup() as group:", *_started(calls)]
            case Until.SETTLED:
                lines = [f"    {call}," for call in calls]
                return ["await asyncio.gather(", *lines, "    return_exceptions=True,", ")"]
            case Until.RACE:
                return [*_jobs(calls), "try:", "    await next(asyncio.as_completed(jobs))", *_CANCEL]
            case Until.ANY:
                first = [
                    "for job in asyncio.as_completed(jobs):",
                    "    try:",
                    "        await job",
                    "        break",
                    "    except Exception as error:",
                    "        late = error",
                    "else:",
                    "    raise late",
                ]
                return [*_jobs(calls), "try:", *_indented(first, 4), *_CANCEL]

    def limited(self, functions: list[str], limit: int) -> list[str]:
        return [
            "queue = iter([",
            *(f"    {function}," for function in functions),
            "])",
            "",
            "async def worker():",
            "    for job in queue:",
            "        await job()",
            "",
            "async with asyncio.TaskGroup() as group:",
            f"    for _ in range({limit}):",
            "        group.create_task(worker())",
        ]

    def within(self, call: str, ms: int) -> list[str]:
        return [f"async with asyncio.timeout({ms / 1000:g}):", f"    await {call}"]


_CANCEL = ("finally:", "    for job in jobs:", "        job.cancel()")
"""Those who lost are cancelled, and all of them when the race itself is: `asyncio.wait` would leave them running."""


def _jobs(calls: Sequence[str]) -> list[str]:
    return ["jobs = [", *(f"    asyncio.create_task({call})," for call in calls), "]"]


def _started(calls: Sequence[str]) -> list[str]:
    return [f"    group.create_task({call})" for call in calls]


def _indented(lines: Sequence[str], columns: int) -> list[str]:
    return [f"{' ' * columns}{line}" if line else "" for line in lines]
