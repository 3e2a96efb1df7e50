"""Hours of the day in somebody's time zone: read from words, and found again on each day, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import (
    MOST_SUGGESTED,
    NoSuchTimeError,
    clock_time,
    matching_zones,
    minute_of_day,
    next_at,
    next_on_another_day,
    time_zones,
    zone,
    zone_or_utc,
)

BERLIN = ZoneInfo("Europe/Berlin")

zones = st.sampled_from(time_zones()).map(ZoneInfo)
minutes = st.integers(0, 24 * 60 - 1)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants it naive


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "minute"),
    [("8", 480), ("8:30", 510), ("08.30", 510), (" 0:00 ", 0), ("23:59", 1439), ("00", 0), ("7:05", 425)],
)
def test_a_time_is_read_as_people_write_it(said: str, minute: int) -> None:
    assert minute_of_day(said) == minute


@pytest.mark.parametrize("said", ["25", "24:00", "8:60", "8:5", "", "eight", "-1", "8:30:00", "8 pm", "٨", "1e1"])
def test_what_is_no_time_is_refused_with_an_example(said: str) -> None:
    with pytest.raises(NoSuchTimeError, match=r"8:30\.$"):
        minute_of_day(said)


@given(minutes)
def test_a_time_is_told_as_it_is_read(minute: int) -> None:
    assert minute_of_day(clock_time(minute)) == minute


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (" europe/berlin ", "Europe/Berlin"),
        ("america/new york", "America/New_York"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_a_time_zone_is_found_by_its_name_or_its_city(said: str, name: str) -> None:
    assert zone(said).key == name


@pytest.mark.parametrize("said", ["", "Mars/Olympus", "/", "Europe/", "../../etc/passwd", "x" * 500])
def test_what_is_no_time_zone_is_refused_with_an_example(said: str) -> None:
    with pytest.raises(NoSuchTimeError, match="There is no time zone"):
        zone(said)
    assert zone_or_utc(said).key == "UTC"


def test_a_time_zone_with_a_slip_gets_the_nearest() -> None:
    with pytest.raises(NoSuchTimeError, match=r"Did you mean Europe/Berlin\?"):
        zone("Europe/Berln")


@given(st.text(max_size=12))
def test_zones_are_suggested_by_what_was_typed_anywhere_in_them(typed: str) -> None:
    found = matching_zones(typed)
    assert len(found) <= MOST_SUGGESTED
    assert all(typed.strip().replace(" ", "_").lower() in name.lower() for name in found) or not typed.strip()
    assert set(found) <= set(time_zones())


@pytest.mark.parametrize(
    ("typed", "name"), [("berl", "Europe/Berlin"), ("new yo", "America/New_York"), ("/TOKYO", "Asia/Tokyo")]
)
def test_a_part_of_a_zone_suggests_it(typed: str, name: str) -> None:
    assert name in matching_zones(typed)


def test_before_anything_is_typed_places_from_everywhere_are_suggested() -> None:
    found = matching_zones("")
    assert len(set(found)) == len(found) == MOST_SUGGESTED
    assert {name.partition("/")[0] for name in found} == {"Africa", "America", "Asia", "Australia", "Europe", "UTC"}


@given(zones, minutes, moments)
def test_the_next_moment_is_ahead_within_two_days_and_shows_the_minute(
    where: ZoneInfo, minute: int, after: datetime
) -> None:
    found = next_at(minute, where, after)
    assert found.tzinfo is UTC
    assert after < found <= after + timedelta(hours=26)
    local = found.astimezone(where)
    shown = 60 * local.hour + local.minute
    leapt = (found - timedelta(hours=2)).astimezone(where).utcoffset() != local.utcoffset()
    assert shown == minute or leapt


@given(zones, minutes, moments)
def test_one_after_the_other_there_is_one_a_day(where: ZoneInfo, minute: int, after: datetime) -> None:
    first = next_at(minute, where, after)
    second = next_at(minute, where, first)
    assert timedelta(hours=21) <= second - first <= timedelta(hours=27)
    assert next_at(minute, where, second - timedelta(milliseconds=1)) == second


@given(zones, minutes, moments, moments)
def test_on_another_day_is_never_on_the_same_and_never_skips_two(
    where: ZoneInfo, minute: int, after: datetime, last: datetime
) -> None:
    found = next_on_another_day(minute, where, after, last)
    assert found > after
    assert found.astimezone(where).date() > last.astimezone(where).date()
    assert next_on_another_day(minute, where, after, None) == next_at(minute, where, after) <= found


def test_eight_in_berlin_is_an_hour_earlier_once_summer_time_has_begun() -> None:
    found, at = [], utc(3, 27, 12)
    for _ in range(3):
        at = next_at(480, BERLIN, at)
        found.append(at)
    assert found == [utc(3, 28, 7), utc(3, 29, 6), utc(3, 30, 6)]


def test_a_time_that_the_clocks_leap_over_comes_an_hour_later_once() -> None:
    found, at = [], utc(3, 27, 12)
    for _ in range(3):
        at = next_at(150, BERLIN, at)
        found.append(at)
    assert found == [utc(3, 28, 1, 30), utc(3, 29, 1, 30), utc(3, 30, 0, 30)]
    assert found[1].astimezone(BERLIN).strftime("%H:%M") == "03:30"


def test_a_time_that_the_clocks_show_twice_comes_once_at_the_first() -> None:
    found, at = [], utc(10, 23, 12)
    for _ in range(3):
        at = next_at(150, BERLIN, at)
        found.append(at)
    assert found == [utc(10, 24, 0, 30), utc(10, 25, 0, 30), utc(10, 26, 1, 30)]
