"""Generated questions about timing: a challenge in the form of a lesson's question, so that tests and reviews ask it.

Its id says all that it takes to make it again: `g.hard.order.k3j9x2.1a2b3c4d` is level, kind, seed in base 36, and the
challenge's mark. A version that makes another challenge of that seed finds another mark, and the question is gone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from random import Random

from bot.domain.lesson import Code, Level, Option, PartId, Question
from bot.domain.predict import NEVER, Ask, Challenge, challenge
from bot.domain.schedule import Runtime

SEED_BITS = 32
"""A longer seed would make an id longer than the store takes."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ID = re.compile(r"g\.(?P<level>[a-z]+)\.(?P<ask>[a-z]+)\.(?P<seed>[0-9a-z]{1,7})\.(?P<mark>[0-9a-f]{8})")
_ITEM = re.compile(r"g\.(?P<level>[a-z]+)\.(?P<ask>[a-z]+)")

ASKS = {Ask.TOTAL: "How long does `main` take?", Ask.ORDER: "What ends in which order?"}
TITLES = {Ask.TOTAL: "Predict the total", Ask.ORDER: "Predict the order"}
_HINTS = {
    Ask.TOTAL: "Mark each wait: which tasks were started before it, and which of them is the longest?",
    Ask.ORDER: "Write beside each task when it starts and how long it takes. Then read the ends in order.",
}


def item_of(question_id: str) -> str:
    """What is learned by a question: its own id, or of a generated one its kind, `g.hard.order`."""
    found = _ID.fullmatch(question_id)
    return question_id if found is None else f"g.{found['level']}.{found['ask']}"


def is_generated(question_or_item_id: str) -> bool:
    """Whether an id is that of a generated question, or of a kind of them."""
    return question_or_item_id.startswith("g.")


def items() -> Sequence[str]:
    """All kinds of generated questions, from easy to hard."""
    return tuple(f"g.{level.value}.{ask.value}" for level in Level for ask in Ask)


def title_of(item_id: str) -> str:
    """What a kind of generated questions is called: `Predict the order (hard)`."""
    found = _ITEM.fullmatch(item_id)
    if found is None or found["ask"] not in set(Ask):
        return "A question of another version"
    return f"{TITLES[Ask(found['ask'])]} ({found['level']})"


def level_of(item_id: str) -> Level | None:
    """The level of a kind of generated questions; None if this version has none such."""
    found = _ITEM.fullmatch(item_id)
    return Level(found["level"]) if found and found["level"] in set(Level) else None


@lru_cache(1024)
def made_again(question_id: str) -> Question | None:
    """The generated question of that id; None if it is no such id, or this version makes another one of its seed."""
    found = _ID.fullmatch(question_id)
    if found is None or found["level"] not in set(Level):
        return None
    asked = challenge(int(found["seed"], 36), Level(found["level"]))
    return _question(asked) if _id(asked) == question_id else None


def fresh(item_id: str, rng: Random, *, has_node: bool = True) -> Question | None:
    """A new question of a kind; None if this version knows no such kind. Without Node.js it is about Python."""
    found = _ITEM.fullmatch(item_id)
    if found is None or found["level"] not in set(Level) or found["ask"] not in set(Ask):
        return None
    while True:  # every second seed is of either kind, and every second of either runtime
        asked = challenge(rng.getrandbits(SEED_BITS), Level(found["level"]))
        if asked.ask == found["ask"] and (has_node or asked.runtime is Runtime.PYTHON):
            return _question(asked)


def _question(asked: Challenge) -> Question:
    return Question(
        id=_id(asked),
        title=TITLES[asked.ask],
        level=asked.level,
        part=PartId.MOMENTS,
        prompt=_prompt(asked),
        code=Code("js" if asked.runtime is Runtime.NODE else "py", asked.code.rstrip()),
        table=None,
        hint=_HINTS[asked.ask],
        options=tuple(_option(asked, index) for index in range(len(asked.options))),
        solution=(f"In {asked.runtime.label}: {asked.options[asked.right].text}.", "Try one yourself: `/predict`."),
    )


def _prompt(asked: Challenge) -> str:
    tasks = " · ".join(
        f"`{task.name}` {task.ms:,} ms{', then fails' if task.fails else ''}" for task in asked.program.tasks
    )
    note = ""
    if any(NEVER in option.text for option in asked.options):
        note = "\n-# A task that is cancelled, or that never starts, never ends."
    return f"**{asked.runtime.label}.** {tasks}\n**{ASKS[asked.ask]}**{note}"


def _option(asked: Challenge, index: int) -> Option:
    found = asked.options[index]
    mistake = (
        None if found.misconception is None else f"That would be so if this were true: {found.misconception.name}."
    )
    return Option(f"o{index}", found.text, mistake, found.misconception)


def _id(asked: Challenge) -> str:
    return f"g.{asked.level.value}.{asked.ask.value}.{_base36(asked.seed)}.{asked.mark}"


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def choice_of(question_id: str, option_id: str) -> str:
    """What a chosen option is counted as: its id, or of a generated question the wrong idea behind it."""
    made = made_again(question_id) if is_generated(question_id) else None
    option = None if made is None else made.option(option_id)
    return option_id if option is None or option.misconception is None else option.misconception.id
