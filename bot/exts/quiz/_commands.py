"""`/quiz`: what a member types or presses, parsed; the answer comes from the service, its look from the views."""

from __future__ import annotations

from discord import app_commands

from bot.domain.attempt import Attempt
from bot.domain.errors import MemberError
from bot.domain.lesson import LISTED, QuizKind
from bot.domain.names import shown
from bot.exts.kit import links, run_picture
from bot.exts.kit.complete import topics
from bot.exts.kit.host import Interaction
from bot.exts.kit.live import go_on_live, run_live
from bot.exts.kit.panel import Panel
from bot.exts.kit.replies import show, update
from bot.exts.kit.slash import slash
from bot.exts.quiz import _proof, _views
from bot.services.lessons import nearest
from bot.services.quizzes import GoneError, Sheet

RESUMED = "where you left off"

KINDS = {
    QuizKind.PRACTICE: "practice: five questions",
    QuizKind.VISUAL: "visual: read a real run, its picture and table",
}


@slash(name="quiz", description="Answer questions on a lesson; goes on where you left off")
@app_commands.describe(topic="Which lesson", kind="Which questions")
@app_commands.autocomplete(topic=topics)
async def quiz(interaction: Interaction, topic: str | None = None, kind: str | None = None) -> None:
    """Begin a quiz, or go on with the one left half done."""
    services = interaction.client.services
    if topic is None and kind is None:
        attempt = await services.quizzes.resume(interaction.user.id, interaction.guild_id)
        if attempt is not None:
            await show(interaction, await _current(interaction, attempt, RESUMED))
            return
    await start(interaction, topic or services.lessons.lessons[0].id, kind or QuizKind.PRACTICE)


@quiz.autocomplete("kind")
async def kinds(_interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """The quizzes, by name."""
    word = typed.strip().lower()
    return [app_commands.Choice(name=name, value=kind.value) for kind, name in KINDS.items() if word in name]


async def start(interaction: Interaction, topic: str, kind: str) -> None:
    """Begin a quiz, or go on with it, in a message of its own. A test, which was a quiz once, is another feature's."""
    name = kind.strip().lower()
    if name == QuizKind.TEST:
        await interaction.client.run_action(interaction, links.START_TEST, (topic,))
        return
    await show(interaction, await _current(interaction, await _begin(interaction, topic, name), RESUMED))


async def retry(interaction: Interaction, topic: str, kind: str) -> None:
    """Begin the quiz anew in the same message."""
    if kind == QuizKind.TEST:
        await start(interaction, topic, kind)
        return
    await update(interaction, await _current(interaction, await _begin(interaction, topic, kind)))


async def answer(interaction: Interaction, attempt_id: str, question_id: str, option_id: str) -> None:
    """Take an answer; it is on disk before the feedback is shown."""
    quizzes = interaction.client.services.quizzes
    sheet = await quizzes.answer(interaction.user.id, attempt_id, question_id, option_id)
    if sheet.attempt.kind is QuizKind.TEST:  # a button of the days when a test was a quiz
        await interaction.client.run_action(interaction, links.GO_ON_TEST, (attempt_id,))
        return
    await update(interaction, await _question(interaction, sheet, pressed=option_id))


async def hint(interaction: Interaction, attempt_id: str, question_id: str) -> None:
    """Show the hint."""
    quizzes = interaction.client.services.quizzes
    sheet = await quizzes.hint(interaction.user.id, attempt_id, question_id)
    await update(interaction, await _question(interaction, sheet))


async def prove(interaction: Interaction, attempt_id: str, question_id: str) -> None:
    """Run the program behind an answered question, in private, and show what happened beside what the key says."""
    services = interaction.client.services
    sheet, proof = await services.quizzes.proven(interaction.user.id, attempt_id, question_id)
    runtimes = services.demos.present(proof.runtimes)
    async with services.demos.ask(interaction.user.id, interaction.guild_id, proof.program, runtimes) as kept:
        await run_live(interaction, kept, _proof.Look(services.demos, sheet, proof), show)


async def resume(interaction: Interaction, attempt_id: str, question_id: str, run_id: str) -> None:
    """Go on with the run of a proof that was cut off or not followed to its end, in the same message."""
    services = interaction.client.services
    sheet, proof = await services.quizzes.proven(interaction.user.id, attempt_id, question_id)
    async with services.demos.go_on(interaction.user.id, run_id) as kept:
        if kept.program != proof.program:
            raise GoneError("This question has another program now. Press *Prove it* under the question again.")
        await go_on_live(interaction, kept, _proof.Look(services.demos, sheet, proof))


async def next_question(interaction: Interaction, attempt_id: str, _index: str) -> None:
    """Go to the question to answer next, or to the result."""
    attempt = await interaction.client.services.quizzes.go_on(interaction.user.id, attempt_id)
    if attempt.kind is QuizKind.TEST:
        await interaction.client.run_action(interaction, links.GO_ON_TEST, (attempt_id,))
        return
    await update(interaction, await _current(interaction, attempt))


async def open_question(interaction: Interaction, attempt_id: str) -> None:
    """As `next_question`, in a message of its own."""
    attempt = await interaction.client.services.quizzes.go_on(interaction.user.id, attempt_id)
    await show(interaction, await _current(interaction, attempt))


async def share(interaction: Interaction, attempt_id: str) -> None:
    """Post the result to the channel."""
    services = interaction.client.services
    attempt = await services.quizzes.load(interaction.user.id, attempt_id)
    if attempt.kind is QuizKind.TEST:
        await interaction.client.run_action(interaction, links.SHARE_TEST, (attempt_id,))
        return
    if not attempt.finished:
        raise MemberError("This quiz is not finished yet. `/quiz` goes on with it.")
    await show(interaction, _views.shared(attempt, services.lessons.lesson(attempt.lesson_id).title), private=False)


async def _begin(interaction: Interaction, topic: str, kind: str) -> Attempt:
    if kind not in set(LISTED):
        raise MemberError(f"There is no quiz “{shown(kind)}”. {nearest(kind, [*LISTED, QuizKind.TEST])}")
    quizzes = interaction.client.services.quizzes
    return await quizzes.begin(interaction.user.id, interaction.guild_id, topic, QuizKind(kind))


async def _current(interaction: Interaction, attempt: Attempt, note: str = "") -> Panel:
    """Where the member is: the question to answer next, or the result."""
    services = interaction.client.services
    if not attempt.finished:
        sheet = services.quizzes.sheet(attempt, attempt.position)
        return await _question(interaction, sheet, note=note if attempt.answers else "")
    if shown := interaction.client.results.get(attempt.kind):
        return await shown(interaction, attempt)
    sheets = [_sheet(interaction, attempt, index) for index in range(len(attempt.layout))]
    return _views.result(attempt, sheets, services.lessons.lesson(attempt.lesson_id).title)


async def _question(interaction: Interaction, sheet: Sheet, *, pressed: str | None = None, note: str = "") -> Panel:
    picture = await run_picture.beside(interaction, sheet)
    return _views.question(sheet, picture, pressed=pressed, note=note)


def _sheet(interaction: Interaction, attempt: Attempt, index: int) -> Sheet | None:
    try:
        return interaction.client.services.quizzes.sheet(attempt, index)
    except GoneError:
        return None
