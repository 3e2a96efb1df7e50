"""A class of four plays a round; one of them fails the test, reviews what was missed and passes; the teacher sees."""

from __future__ import annotations

from bot.catalog.loader import load
from bot.domain.lesson import Level, Question
from bot.domain.timing import made_again
from tests.conftest import House
from tests.person import Person, Seen

LETTERS = "ABCDE"


class Book:
    """The answer key, of the lesson's questions and of generated ones."""

    LEVELS = tuple(Level)

    def __init__(self, house: House) -> None:
        self._bank = load(house.settings.content_dir).lessons["async"].questions

    def asked(self, seen: Seen) -> Question:
        """The question of a message, told by its buttons."""
        question_id = next(button["custom_id"].split(":")[2] for name, button in seen.buttons.items() if name == "A")
        found = self._bank.get(question_id) or made_again(question_id)
        assert found is not None
        return found

    def letter(self, seen: Seen, *, right: bool) -> str:
        """The letter of the right option, or of the first wrong one."""
        key = self.asked(seen).answer.id
        options = {name: button["custom_id"].split(":")[3] for name, button in seen.buttons.items() if name in LETTERS}
        return next(name for name, option in options.items() if (option == key) is right)

    def polled(self, seen: Seen, *, right: bool) -> str:
        """The same of a round's question, which everybody sees."""
        options = {name: button["custom_id"].split(":")[2] for name, button in seen.buttons.items() if name in LETTERS}
        keys = {
            found.answer.id for found in self._bank.values() if set(options.values()) == {o.id for o in found.options}
        }
        return next(name for name, option in options.items() if (option in keys) is right)


async def takes_the_test(person: Person, book: Book, *, knows: set[Level]) -> Seen:
    """Answer right what is of those levels, and wrong what is not; the result."""
    seen = await person.type("test", topic="async")
    while "A" in seen.buttons:
        right = book.asked(seen).level in knows
        seen = await person.press(book.letter(seen, right=right), seen)
    return seen


async def test_a_class_plays_one_fails_reviews_and_passes_and_the_teacher_sees_what_to_mend(house: House) -> None:
    ada, grace, linus, margaret = [await house.person(name) for name in ("Ada", "Grace", "Linus", "Margaret")]
    book = Book(house)

    await grace.type("round start", topic="async", questions=3, seconds=20)
    for number in (1, 2, 3):
        for person in (ada, linus, margaret, grace):
            asked = await person.sees(lambda seen, number=number: f"Question {number} of 3" in seen.text)
            told = await person.press(book.polled(asked, right=person is not margaret), asked, aside=True)
            assert told.private
        house.passes(seconds=20)
        await grace.sees(lambda seen, number=number: f"Question {number} of 3" in seen.text and "Standing" in seen.text)
        house.passes(seconds=10)
    over = await linus.sees(lambda seen: "The round is over" in seen.text)
    assert over.text.count("🥇") == 3
    assert f"**4.** <@{margaret.id}> · 0 points" in over.text

    failed = await takes_the_test(linus, book, knows={Level.EASY, Level.MEDIUM})
    assert "## 7 of 10" in failed.text
    assert "hard    ░░░░░░░░░░  0 of 3" in failed.text
    assert "Your next test on this topic can begin" in (await linus.type("test", topic="async")).text

    house.passes(days=7)
    seen = await linus.type("review")
    seen = await linus.press("Start", seen)
    reviewed = 0
    while "A" in seen.buttons:
        seen = await linus.press(book.letter(seen, right=True), seen)
        reviewed += 1
        seen = await linus.press("Next" if "Next" in seen.labels else "See the result", seen)
    assert reviewed >= 6  # what was wrong, and what was right a week ago
    assert "when the next" not in seen.text

    passed = await takes_the_test(linus, book, knows=set(Level))
    assert "## 10 of 10" in passed.text
    await linus.press("Share result", passed)
    shared = await margaret.sees(lambda seen: "10 of 10" in seen.text and bool(seen.pictures))
    assert "10 of 10" in shared.pictures[0]["description"]

    insights = await grace.type("insights", topic="async")
    assert insights.private
    assert "Nobody" not in insights.text.split("\n")[0]
    csv = await grace.press("CSV", insights)
    lines = (await grace.downloads(csv, next(iter(csv.files)))).decode("utf-8-sig").splitlines()
    assert len(lines) > 8
