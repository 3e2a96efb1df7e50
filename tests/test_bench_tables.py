"""What the tables of the measurements hold figures against."""

from __future__ import annotations

from dataclasses import replace

from bench import clicks, start


def test_memory_with_quizzes_open_is_judged_against_a_floor_that_holds_none() -> None:
    """The floor keeps a view of discord.py's for each quiz: held against that, any memory at all would do."""
    floor = start.Bot("floor", (), [100], [90], ready_mb=[30, 32, 34], used_mb=120)
    tandem = start.Bot("Tandem", (), [150], [140], ready_mb=[60, 62, 64], used_mb=80)
    lines = start.table(floor, tandem, 10_000).splitlines()
    assert "| Tandem, 10,000 quizzes open | 80 MB | 48 MB | ≤ 40 MB |" in lines
    assert "| floor, 10,000 quizzes open, each with a view that it holds | 120 MB | 88 MB |  |" in lines


def test_what_the_playground_has_to_do_with_the_figures_is_told_where_it_is_much() -> None:
    bots = (clicks.TANDEM, clicks.FLOOR, clicks.YARDSTICK)
    little = clicks.Figures(cpu_ms=0.8, steady_cpu_ms=1, a_second=900, p99_ms=60, playground_cpu_ms=0.3)
    told = "spends 0.75 times as much CPU on a click as Tandem"
    for figures, is_told in ((little, False), (replace(little, playground_cpu_ms=0.6), True)):
        table = clicks.table(clicks.Measured({bot.name: [figures] for bot in bots}))
        assert (told in table) is is_told
        assert f"| CPU of the playground per click | {figures.playground_cpu_ms:.3f} ms |" in table
