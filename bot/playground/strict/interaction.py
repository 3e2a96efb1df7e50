"""What an application may answer to each kind of interaction. When it may (3 s, once) is the server's to know.

Source: https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.playground.strict.fault import Fault, Path, fault
from bot.playground.strict.message import message_faults
from bot.playground.strict.modals import MODAL
from bot.playground.strict.shape import Integer, Items, Model, Number, OneOf, Shape, Text, faults_of

PING: Final = 1
COMMAND: Final = 2
COMPONENT: Final = 3
AUTOCOMPLETE: Final = 4
MODAL_SUBMIT: Final = 5

_PONG: Final = 1
_MESSAGE: Final = 4
_DEFERRED_MESSAGE: Final = 5
_DEFERRED_UPDATE: Final = 6
_UPDATE: Final = 7
_CHOICES: Final = 8
_MODAL: Final = 9

_ANSWERS: Final[Mapping[int, tuple[int, ...]]] = {
    PING: (_PONG,),
    COMMAND: (_MESSAGE, _DEFERRED_MESSAGE, _MODAL),
    COMPONENT: (_MESSAGE, _DEFERRED_MESSAGE, _DEFERRED_UPDATE, _UPDATE, _MODAL),
    AUTOCOMPLETE: (_CHOICES,),
    MODAL_SUBMIT: (_MESSAGE, _DEFERRED_MESSAGE, _DEFERRED_UPDATE),
}

_EPHEMERAL: Final = 1 << 6
_INT53: Final = 2**53 - 1


class _ChoiceValue:
    """The value of an autocomplete choice: text up to 100 characters, or a number."""

    def read(self, value: Any, path: Path, faults: list[Fault]) -> Any:
        """See `Shape`."""
        shape: Shape = Text(0, 100)
        if isinstance(value, int):
            shape = Integer(-_INT53, _INT53)
        elif isinstance(value, float):
            shape = Number(-_INT53, _INT53)
        return shape.read(value, path, faults)


def _one_kind_of_value(data: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """All choices answer one option, so their values are all text or all numbers."""
    choices: list[Any] = data.get("choices", [])
    for index, choice in enumerate(choices):
        if isinstance(choice["value"], str) != isinstance(choices[0]["value"], str):
            yield fault((*path, "choices", index, "value"), "STRING_TYPE_CONVERT")


# "Application Command Option Choice Structure" in
# https://discord.com/developers/docs/interactions/application-commands
_CHOICE: Final = Model(needs={"name": Text(1, 100), "value": _ChoiceValue()})
_CHOICES_DATA: Final = Model(allows={"choices": Items(_CHOICE, 0, 25)}, rules=(_one_kind_of_value,))
# "the only valid message flag you may use is EPHEMERAL"
_DEFERRAL: Final = Model(allows={"flags": OneOf((0, _EPHEMERAL))})

_BODIES: Final[Mapping[int, Model]] = {
    _PONG: Model(),
    _DEFERRED_MESSAGE: Model(allows={"data": _DEFERRAL}),
    _DEFERRED_UPDATE: Model(allows={"data": Model()}),
    _CHOICES: Model(needs={"data": _CHOICES_DATA}),
    _MODAL: Model(needs={"data": MODAL}),
}


def interaction_response_faults(
    body: Any, *, files: int = 0, interaction_type: int, existing: Mapping[str, Any] | None
) -> list[Fault]:
    """Find what is wrong with the body of `POST /interactions/{id}/{token}/callback`.

    Args:
        body: The request's JSON, or its `payload_json`.
        files: How many files the request carries.
        interaction_type: 1 ping, 2 command, 3 component, 4 autocomplete, 5 modal submit.
        existing: The message that carries the component, or from which the modal was opened.
    """
    allowed = _ANSWERS[interaction_type]
    if interaction_type == MODAL_SUBMIT and existing is not None:
        allowed += (_UPDATE,)
    faults = faults_of(Model(needs={"type": OneOf(allowed)}), body)
    if faults:
        return faults
    answer: int = body["type"]
    if answer in _BODIES:
        return faults_of(_BODIES[answer], body)
    data = body.get("data")
    edited = existing if answer == _UPDATE else None
    return message_faults({} if data is None else data, files=files, existing=edited, path=("data",))
