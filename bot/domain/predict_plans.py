"""Random plans to predict: what each level may ask about. What is asked, and what is right, stands in `predict`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.lesson import Level
from bot.domain.plan_text import parse_plan

if TYPE_CHECKING:
    from random import Random

    from bot.domain.plan import Plan

STEP_MS = 50
SHORTEST_MS, LONGEST_MS = 100, 900
"""Durations are multiples of `STEP_MS` between these, so that they can be added in the head."""


SHAPES = {
    Level.EASY: ("a > b", "a > b > c", "a & b", "a & b & c", "~a > b", "~a > ~b"),
    Level.MEDIUM: (
        "(a & b) > c",
        "a > (b & c)",
        "(a > b) & c",
        "(a & b & c) limit 2",
        "(a & b & c & d) limit 2",
        "a | b | c",
        "(a | b) > c",
        "a > (b | c)",
        "~a > b",
        "~a > ~b",
        "~a > ~b > ~c",
        "a > ~b > c",
        "~a > (b & c)",
    ),
    Level.HARD: (
        "(a > b) & (c > d)",
        "((a & b) > c) & d",
        "(a & (b > c)) > d",
        "(a & b & c & d) limit 2",
        "(a & b & c & d & e) limit 2",
        "(a & b & c & d & e) limit 3",
        "((a & b & c) limit 2) > d",
        "a! & b & c",
        "(a! & b) > c",
        "(a! & b & c) settled",
        "((a! & b) settled) > c",
        "(a! & b & c & d) limit 2",
        "(a! | b | c) any",
        "((a! | b | c) any) > d",
        "a! | b | c",
        "(a! | b) > c",
        "(a & b) within D",
        "(a > b) within D",
        "((a > b) within D) & c",
        "(a within D) > b",
        "~a > (b & c)",
        "~a > b > ~c > d",
        "~a > ~b > ~c > ~d",
        "(~a > b) | c",
        "((a > b) | c) > d",
    ),
}
"""The plans of each level in their text form, with letters for tasks and D for a deadline."""

_NAMES = (
    ("tea", "toast", "eggs", "juice", "rice"),
    ("bus", "train", "boat", "taxi", "plane"),
    ("user", "posts", "photos", "likes", "friends"),
    ("text", "logo", "font", "sound", "film"),
    ("cart", "stock", "price", "coupon", "mail"),
    ("news", "weather", "sports", "music", "maps"),
)


def random_plan(rng: Random, level: Level) -> Plan:
    """A plan of that level: names that belong together, durations in milliseconds that all differ."""
    names = rng.sample(rng.choice(_NAMES), 5)
    durations = rng.sample(range(SHORTEST_MS, LONGEST_MS + STEP_MS, STEP_MS), 5)
    text = rng.choice(SHAPES[level]).replace("D", str(rng.randrange(200, 1_000, STEP_MS)))

    def named(letter: re.Match[str]) -> str:
        place = "abcde".index(letter[1])
        return f"{names[place]} {durations[place]}"

    return parse_plan(re.sub(r"\b([a-e])\b", named, text))
