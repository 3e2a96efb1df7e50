"""Plans as text, there and back: `(a 300 & b 500) > c 200`. The text of a plan, read again, is that plan.

    in turn       a 300 > b 500              fails at its end     a 300!
    together      a 300 & b 500              computes on the loop a 300 cpu
    first of all  a 300 | b 500              … in a thread        a 300 thread
    first success (a 300! | b 500) any       nobody awaits it     ~a 300 > b 500
    all, well or not  (a 300! & b 500) settled
    at most two   (a 300 & b 500 & c 200) limit 2
    a deadline    (a 300 > b 500) within 400

`>` binds less than `&` and `|`, which do not stand side by side without brackets.

lark was tried. The rules are few lines of its grammar, but its mistakes are sets of token names, a dozen of them after
`a 300 b`, and at the end of a text they lie one token too early. So every sentence below would be there as well, with a
table from such sets to sentences, and the functions that make a plan of lark's tree.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.domain.names import plain
from bot.domain.plan import (
    DEEPEST,
    LONGEST_MS,
    MOST_TASKS,
    Doing,
    InTurn,
    Plan,
    PlanError,
    Task,
    Together,
    Unawaited,
    Until,
    Within,
    check_duration,
    checked,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    _MadeT = TypeVar("_MadeT")

LONGEST_TEXT = 400
"""Characters that a member may write. `text_of` may make more of them, because it is generous with spaces."""

_EXAMPLE = "(a 300 & b 500) > c 200"
_MARKED = {
    "settled": "(a 300 & b 500) settled",
    "any": "(a 300 | b 500) any",
    "limit": "(a 300 & b 500) limit 2",
}
"""What a mark goes with, as an example."""
_SHOWN = 44
"""How much of a plan is shown above the caret: what a phone shows of a code block."""


class PlanTextError(PlanError):
    """The text is no plan. `shown` is the place with a caret under it, to be set in monospace."""

    def __init__(self, sentence: str, text: str, at: int) -> None:
        super().__init__(sentence)
        start = max(0, min(at - _SHOWN // 2, len(text) - _SHOWN))
        line = "".join(char if char.isprintable() else " " for char in text[start : start + _SHOWN])
        self.at = at
        self.shown = f"{line}\n{' ' * (at - start)}^"


def text_of(plan: Plan) -> str:
    """The text of a plan; `parse_plan` gives the plan again."""
    match plan:
        case Task(name, ms, fails, doing):
            return f"{name} {ms}{'!' if fails else ''}{'' if doing is Doing.WAIT else f' {doing}'}"
        case Unawaited(task):
            return f"~{text_of(task)}"
        case Within(part, ms):
            return f"{_in_brackets(part)} within {ms}"
        case InTurn(parts):
            return " > ".join(map(_in_brackets, parts))
        case Together(parts, until, limit):
            sign = " | " if until in (Until.RACE, Until.ANY) else " & "
            joined = sign.join(map(_in_brackets, parts))
            if limit is not None:
                return f"({joined}) limit {limit}"
            return joined if until in (Until.ALL, Until.RACE) else f"({joined}) {until}"


def parse_plan(text: str, longest: int | None = LONGEST_TEXT) -> Plan:
    """The plan that a member wrote, in at most `longest` characters; None for what `text_of` has written.

    Raises:
        PlanTextError: it does not parse, or is beyond what may be run; the error shows where, and what is expected.
    """
    if longest is not None and len(text) > longest:
        raise PlanTextError(f"The plan has {len(text):,} characters. Write at most {longest}.", text, longest)
    parser = _Parser(text)
    plan = parser.plan()
    try:
        return checked(plan)
    except PlanError as error:
        place = 0 if error.task is None else parser.places[error.task]
        raise PlanTextError(str(error), text, place) from error


def _in_brackets(part: Plan) -> str:
    """The text of a part inside another: in brackets, unless it holds together by itself."""
    bare = isinstance(part, InTurn) or (
        isinstance(part, Together) and part.limit is None and part.until in (Until.ALL, Until.RACE)
    )
    return f"({text_of(part)})" if bare else text_of(part)


class _Token(NamedTuple):
    kind: str  # a sign, "name", "number", or "" at the end
    text: str
    at: int

    @property
    def word(self) -> str:
        """Its text, as it would be without capitals: phones begin with one."""
        return self.text.lower()


_TOKEN = re.compile(r"\s*(?:(?P<sign>[>&|()~!])|(?P<number>[0-9]+)\s*(?:[mM][sS]\b)?|(?P<name>[A-Za-z_][A-Za-z0-9_]*))")


class _Parser:
    """Reads one text from left to right, a method for each rule."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(self._split())
        self._next = 0
        self._deep = 0
        self.places: list[int] = []
        """Where each task begins, in the order in which they are written."""

    def plan(self) -> Plan:
        plan = self._sequence()
        if self._token.kind == ")":
            raise PlanTextError("This bracket closes none. Leave it out.", self._text, self._token.at)
        if self._token.kind:
            raise self._error(">, & or | between two tasks" if self._token.kind in ("name", "(", "~") else "the end")
        return plan

    def _sequence(self) -> Plan:
        parts = [self._group()]
        while self._take(">"):
            parts.append(self._group())
        return parts[0] if len(parts) == 1 else self._made(lambda: InTurn(tuple(parts)))

    def _group(self) -> Plan:
        begins, parts = [self._token], [self._part()]
        sign = self._token.kind if self._token.kind in ("&", "|") else ""
        while sign and self._take(sign):
            begins.append(self._token)
            parts.append(self._part())
        if sign and self._token.kind in ("&", "|"):
            raise self._error(f"{sign}, or brackets around what belongs together")
        if not sign:
            return parts[0]
        until = Until.ALL if sign == "&" else Until.RACE
        alone = next((at for at, part in zip(begins, parts, strict=True) if isinstance(part, Unawaited)), None)
        return self._made(lambda: Together(tuple(parts), until), alone)

    def _part(self) -> Plan:
        if self._take("~"):
            task = self._task()
            return Unawaited(task)
        if self._take("("):
            self._deep += 1
            if self._deep > DEEPEST:
                raise self._error(f"at most {DEEPEST} brackets inside each other")
            part = self._sequence()
            if not self._take(")"):
                raise self._error(") or one more task after >, & or |")
            self._deep -= 1
        else:
            part = self._task()
        while self._token.word in ("within", *_MARKED):
            part = self._marked_part(part)
        return part

    def _marked_part(self, part: Plan) -> Plan:
        mark, word = self._token, self._token.word
        if word == "within":
            self._next += 1
            deadline = self._number("the deadline in ms, such as within 400")
            return self._made(lambda: Within(part, deadline))
        goes_with = Until.RACE if word == "any" else Until.ALL
        if not isinstance(part, Together) or part.limit is not None or part.until is not goes_with:
            sign = "|" if word == "any" else "&"
            sentence = f"“{word}” goes once after tasks joined by {sign}, such as {_MARKED[word]}."
            raise PlanTextError(sentence, self._text, mark.at)
        self._next += 1
        if word == "limit":
            limit = self._number(f"how many at once, 1 to {MOST_TASKS}")
            return self._made(lambda: Together(part.parts, part.until, limit))
        return Together(part.parts, Until(word))

    def _task(self) -> Task:
        name = self._token
        if name.kind != "name":
            raise self._error("a task such as a 300")
        self._next += 1
        self.places.append(name.at)
        at = self._token
        ms = self._number(f"how long “{_clip(name.text)}” takes, in ms")
        self._made(lambda: check_duration(ms), at)
        fails = self._take("!")
        doing = self._token.word
        doing = Doing(doing) if self._token.kind == "name" and doing in (Doing.CPU, Doing.THREAD) else Doing.WAIT
        self._next += doing is not Doing.WAIT
        fails = fails or self._take("!")
        return self._made(lambda: Task(name.word, ms, fails, doing), name)

    def _number(self, expected: str) -> int:
        token = self._token
        if token.kind != "number":
            raise self._error(expected)
        self._next += 1
        digits = token.text.lstrip("0") or "0"
        if len(digits) > 9:  # int() refuses thousands of digits
            raise PlanTextError(f"This is far too long. A task takes at most {LONGEST_MS:,} ms.", self._text, token.at)
        return int(digits)

    def _made(self, make: Callable[[], _MadeT], at: _Token | None = None) -> _MadeT:
        """What `make` gives; what it refuses is shown at its place."""
        before = at or self._tokens[self._next - 1]
        try:
            return make()
        except PlanTextError:
            raise
        except PlanError as error:
            raise PlanTextError(str(error), self._text, before.at) from error

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self, kind: str) -> bool:
        found = self._token.kind == kind
        self._next += found
        return found

    def _error(self, expected: str) -> PlanTextError:
        found = f"“{_clip(self._token.text)}”" if self._token.kind else "the end"
        return PlanTextError(f"Found {found}, expected {expected}.", self._text, self._token.at)

    def _split(self) -> Iterator[_Token]:
        at, end = 0, len(self._text.rstrip())
        while at < end:
            found = _TOKEN.match(self._text, at)
            if found is None:
                at += len(self._text[at:]) - len(self._text[at:].lstrip())
                sentence = f"“{_clip(self._text[at])}” has no place in a plan. Write one such as {_EXAMPLE}."
                raise PlanTextError(sentence, self._text, at)
            kind = str(found.lastgroup)
            word = found[kind]
            yield _Token(word if kind == "sign" else kind, word, found.start(kind))
            at = found.end()
        yield _Token("", "", end)


def _clip(word: str) -> str:
    """At most 20 letters of what a member wrote, so that a sentence stays one."""
    return plain(word, 20)
