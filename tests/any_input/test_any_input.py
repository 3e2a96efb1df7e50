"""Whatever is sent to the bot, it answers with a sentence: nothing breaks, and nobody gets at what is somebody else's.

`pytest tests/any_input --hypothesis-profile thorough` tries much more, and other things each time.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from discord import app_commands
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.interaction import Answer, Ask
from bot.settings import Settings
from tests.any_input import made
from tests.any_input.ground import Ground, Told, a_ground
from tests.any_input.made import Pool
from tests.any_input.planted import SECRET_ZONE

VICTIM = "Grace"
TRYING = ("Linus", "Ada")
"""A student, then one who may do everything."""

FEW = dict.fromkeys(
    ["demo.again", "demo.resume", "demo.run", "quiz.prove", "quiz.resume", "predict.pick", "predict.run"], 3
)
"""How often an action is tried that starts programs, which takes its time."""

FORMS = ("review.reminded", "settings.time")
"""The actions that forms are for; all others are tried with forms, too, but less."""


class Trial:
    """One who tries things on a ground, and what must hold after each."""

    def __init__(self, runner: asyncio.Runner, ground: Ground, name: str) -> None:
        self._runner, self.ground = runner, ground
        self.member, self.victim = ground.member(name), ground.member(VICTIM)
        self.pool = Pool(ground.seen[name], ground.seen[VICTIM])
        self.rooms = ground.rooms(self.member)
        self.secrets = [SECRET_ZONE, *_private_ids(ground, VICTIM)]

    def ask(self, ask: Ask, room: int, data: Any, message: Any = None) -> Told:
        """Try it: it is answered, nothing is logged as an error, and what is Grace's is untouched and unsaid."""
        kept = self._kept()
        told = self._runner.run(self.ground.ask(ask, self.member, self.rooms[room], data, message))
        assert told.errors == []
        assert told.interaction.answer is not None, "silence"
        assert "Something went wrong" not in told.text
        assert self._kept() == kept
        typed = str(data) if ask is not Ask.COMPONENT else ""
        said = re.sub("“[^”]*”", "", told.text)  # what was typed is told back between these
        assert [secret for secret in self.secrets if secret in said and secret not in typed] == []
        return told

    def _kept(self) -> dict[str, list[Any]]:
        """What is Grace's. Who may do everything may end the question of the day: she learns by that."""
        rows = self.ground.rows(self.victim)
        return rows if self.member.user.display_name == "Linus" else rows | {"cards": []}

    def use(self, used: tuple[Any, Any], room: int, *, private: bool) -> Told:
        """Use a component of a message that was left by some version of the bot."""
        component, data = used
        message = self.ground.message(self.rooms[room], component, private=private)
        return self.ask(Ask.COMPONENT, room, data, message)

    def submit(self, data: Any, room: int) -> Told:
        """Send a form that was opened by some version of the bot."""
        return self.ask(Ask.MODAL_SUBMIT, room, data)

    def type(self, data: Any, room: int) -> Told:
        """Use a command."""
        return self.ask(Ask.COMMAND, room, data | {"resolved": _people(self)})

    def look_up(self, data: Any) -> None:
        """Be suggested something, while a command is typed."""
        assert self.ask(Ask.AUTOCOMPLETE, 0, data).interaction.answer is Answer.CHOICES


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Trial]]:
    """Somebody ordinary, and somebody who may do everything, on the same ground."""
    database = tmp_path_factory.mktemp("ground") / "tandem.db"
    where = replace(Settings(), database_url=f"sqlite:///{database}")
    with asyncio.Runner() as runner:
        entering = a_ground(where)
        ground = runner.run(entering.__aenter__())
        try:
            yield [Trial(runner, ground, name) for name in TRYING]
        finally:
            runner.run(entering.__aexit__(None, None, None))


def tried(check: Callable[..., object], few: int, **strategies: st.SearchStrategy[Any]) -> None:
    """Run a check with what is made for it: a `few` things, always the same; many and others under `thorough`."""

    @given(values=st.fixed_dictionaries(strategies))
    def once(values: dict[str, Any]) -> None:
        check(**values)

    if settings.get_current_profile_name() != "thorough":
        once = settings(max_examples=few, derandomize=True, database=None)(once)
    once()


rooms, privately = st.sampled_from([0, 0, 0, 1]), st.booleans()


def test_any_id_of_a_component(trials: list[Trial]) -> None:
    for trial in trials:
        for action in _actions(trial):
            tried(trial.use, FEW.get(action, 12), used=made.pressed(trial.pool, action), room=rooms, private=privately)


def test_any_form(trials: list[Trial]) -> None:
    for trial in trials:
        for action in _actions(trial):
            tried(trial.submit, 40 if action in FORMS else 3, data=made.submitted(trial.pool, action), room=rooms)


def test_any_command(trials: list[Trial]) -> None:
    for trial in trials:
        for command in _commands(trial):
            tried(trial.type, 15, data=made.typed(trial.pool, command, _people(trial)), room=rooms)


def test_anything_while_it_is_typed(trials: list[Trial]) -> None:
    for trial in trials:
        for command in _commands(trial):
            for name in (p.name for p in command.parameters if p.autocomplete):
                tried(trial.look_up, 10, data=made.typing(trial.pool, command, name))


def test_any_id_that_no_version_has_made(trials: list[Trial]) -> None:
    for trial in trials:
        ids = st.text(max_size=100) | st.from_regex(r"[a-z/]+\.[a-z]+(:.*)?", fullmatch=True)
        tried(trial.use, 50, used=ids.map(made.button), room=rooms, private=privately)


@pytest.mark.parametrize(
    ("used", "sentence"),
    [
        (made.menu("select/lesson.choose:async", []), "This menu is from another version"),
        (made.menu("select/settings.section", []), "This menu is from another version"),
        (made.menu("role/lesson.choose:async", [], kind=made.ROLE_SELECT), "This menu is from another version"),
        (made.menu("role/settings.role:hosts", ["77"], kind=made.ROLE_SELECT), "This role was deleted"),
        (made.menu("channel/settings.channel", ["77"], kind=made.CHANNEL_SELECT), "does not see this channel"),
        (made.button("lesson.choose:async:code"), "This button is from another version"),
        (made.button("review.reminded:8:00"), "This button is from another version"),
        (made.button("settings.role:hosts:1"), "This button is from another version"),
        (made.button("quiz.share:\x00"), "This button is from another version"),
    ],
)
def test_an_id_with_another_kind_of_component(trials: list[Trial], used: Any, sentence: str) -> None:
    _, ada = trials
    assert sentence in ada.use(used, 0, private=False).text


def test_a_form_whose_field_is_no_text(trials: list[Trial]) -> None:
    linus, _ = trials
    field = {"type": 3, "id": 2, "custom_id": "time", "values": []}
    data = {"custom_id": "review.reminded", "components": [{"type": made.LABEL, "id": 1, "component": field}]}
    assert "There is no time" in linus.submit(data, 0).text
    assert "This form is from another version" in linus.submit({"custom_id": "quiz.share", "components": []}, 0).text


def test_a_part_of_thousands_of_digits(trials: list[Trial]) -> None:
    linus, _ = trials
    options = [{"name": "topic", "type": 3, "value": "async"}, {"name": "part", "type": 3, "value": "9" * 6000}]
    data = {"id": "1", "name": "lesson", "type": 1, "options": options}
    assert "There is no part “999999" in linus.type(data, 0).text


@pytest.mark.parametrize("action", ["demo.steps", "demo.code", "demo.text", "demo.again", "demo.resume", "quiz.prove"])
def test_a_run_that_somebody_made_in_private(trials: list[Trial], action: str) -> None:
    linus, _ = trials
    ids = [id_ for id_ in linus.pool.theirs if id_.startswith(f"{action}:") and any(s in id_ for s in linus.secrets)]
    if action in ("demo.again", "demo.resume"):
        ids = [f"{action}:{id_.split(':')[1]}" for id_ in linus.pool.theirs if id_.startswith("demo.steps:")]
        ids = [id_ for id_ in ids if id_.split(":")[1] in linus.secrets]
    assert ids
    for id_ in ids:
        told = linus.use(made.button(id_), 0, private=False).text
        assert "is somebody else's" in told
        assert f"<@{linus.victim.user.id}>" not in told


def _actions(trial: Trial) -> list[str]:
    """Every action there is; what forgets the one who tries comes last."""
    found = sorted(trial.ground.bot.actions.names, key=lambda name: name == "privacy.delete")
    assert found, "else nothing would be tried"
    return found


def _commands(trial: Trial) -> list[app_commands.Command[Any, ..., Any]]:
    found = [each for each in trial.ground.bot.tree.walk_commands() if isinstance(each, app_commands.Command)]
    assert found, "else nothing would be tried"
    return found


def _people(trial: Trial) -> Any:
    """Whom, and what, an option may name: all that there is here."""
    world = trial.ground.world
    return {
        "users": {str(m.user.id): m.user.payload() for m in world.guild.members},
        "members": {str(m.user.id): m.partial() | {"permissions": "0"} for m in world.guild.members},
        "roles": {str(role.id): role.payload() for role in world.guild.roles},
        "channels": {str(c.id): c.payload() | {"permissions": "0"} for c in world.guild.channels},
    }


def _private_ids(ground: Ground, name: str) -> list[str]:
    """The ids of what only one member may open: attempts, predictions, and runs of programs that no demo is."""
    rows = ground.rows(ground.member(name))
    runs = [row[0] for row in rows["runs"] if re.search('"demo": "(predict|proof)"', str(row))]
    return [*(row[0] for row in (*rows["attempts"], *rows["predictions"])), *runs]
