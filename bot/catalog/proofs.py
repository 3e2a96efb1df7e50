"""Proofs in `questions.yaml`: what is wrong with their claims, and whether what is proven is what is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

from msgspec.structs import replace
from pydantic import ValidationError

from bot.catalog.programs import phases_of, program_faults
from bot.catalog.schema import ClaimModel, ProofModel
from bot.catalog.yaml_file import Fault, Key, YamlFile
from bot.domain.demo import Demo
from bot.domain.plan import PlanError
from bot.domain.program import Phase, Program
from bot.domain.proof import PROOF, Claim, Proof, happening_fault
from bot.domain.schedule import Runtime

_LANGUAGES = {runtime.suffix: runtime for runtime in Runtime}


def proof_faults(bank: YamlFile, at: Key, question: Mapping[str, Any], demos: Mapping[str, Demo]) -> Iterator[Fault]:
    """The faults of a question's proof. Where it is not of the right shape, the schema says so."""
    try:
        model = ProofModel.model_validate(question.get("proof"))
    except ValidationError:
        return
    key: Key = (*at, "proof")
    if (model.demo is None) == (model.phases is None):
        yield bank.fault(key, "expected exactly one of demo, phases")
        return
    if model.demo is not None and model.demo not in demos:
        said = f"“{model.demo}” is no demo without fault, expected one of {', '.join(demos) or 'none'}"
        yield bank.fault((*key, "demo"), said)
        return
    if model.phases is not None:
        faults = list(program_faults(bank, (*key, "phases"), question["proof"]["phases"], same_order=False))
        yield from faults
        if faults:
            return
    try:
        program = _program(model, demos)
    except PlanError as error:
        yield bank.fault((*key, "results"), f"{error}")
        return
    yield from _Against(bank, key, question, model, program).faults()


def proof_of(model: ProofModel, options: Sequence[str], demos: Mapping[str, Demo]) -> Proof:
    """The proof that a file describes."""
    program = _program(model, demos)
    places = {phase.name: place for place, phase in enumerate(program.phases)}
    if model.wanted:
        claims = {option: tuple(_claim(claim, places, places[option]) for claim in model.wanted) for option in options}
    else:
        claims = {option: tuple(_claim(claim, places) for claim in said) for option, said in model.claims.items()}
    return Proof(program, model.runtimes, tuple(claims.items()))


def _program(model: ProofModel, demos: Mapping[str, Demo]) -> Program:
    if model.demo is not None:
        return demos[model.demo].program()
    first, *others = (phase.phase(None, any_number=False) for phase in phases_of(model.phases or ()))
    names = tuple(task.name for task in first.tasks)
    return Program(PROOF, (first, *(_ordered(phase, names) for phase in others)), MappingProxyType(dict(model.results)))


def _ordered(phase: Phase, names: tuple[str, ...]) -> Phase:
    """A phase whose tasks are counted like those of the first: an option may name them in another order."""
    return phase if tuple(task.name for task in phase.tasks) == names else replace(phase, order=names)


def _claim(model: ClaimModel, places: Mapping[str, int], phase: int = 0) -> Claim:
    return Claim(
        phase=phase if model.phase is None else places[model.phase],
        total_ms=model.total_ms,
        faster_than=None if model.faster_than is None else places[model.faster_than],
        order=model.order,
        never=model.never,
        first_step=tuple(model.first_step.items()),
        returns=model.returns,
        throws=model.throws,
        prints=model.prints,
    )


class _Against:
    """Holds a proof against its question."""

    def __init__(
        self, bank: YamlFile, key: Key, question: Mapping[str, Any], model: ProofModel, program: Program
    ) -> None:
        self._bank, self._key, self._question, self._model, self._program = bank, key, question, model, program
        self._phases = [phase.name for phase in program.phases]
        self._tasks = [task.name for task in program.tasks]
        self._options = dict(_texts_of_options(question.get("options")))

    def faults(self) -> Iterator[Fault]:
        if bool(self._model.claims) == bool(self._model.wanted):
            yield self._bank.fault(self._key, "expected exactly one of claims, wanted")
        elif self._model.claims:
            yield from self._claims()
        else:
            yield from self._wanted()
        yield from self._code()

    def _claims(self) -> Iterator[Fault]:
        for option, claims in self._model.claims.items():
            key: Key = (*self._key, "claims", option)
            if option not in self._options:
                yield self._bank.fault(key, f"“{option}” is no option, expected one of {', '.join(self._options)}")
            for index, claim in enumerate(claims):
                yield from self._claim((*key, index), claim)
        answer = self._question.get("answer")
        if not self._model.claims.get(str(answer)):
            yield self._bank.fault((*self._key, "claims"), f"the answer “{answer}” claims nothing, expected a claim")

    def _wanted(self) -> Iterator[Fault]:
        for index, claim in enumerate(self._model.wanted):
            key: Key = (*self._key, "wanted", index)
            if claim.phase is not None:
                yield self._bank.fault((*key, "phase"), "found a phase, expected none: each option has its own")
            yield from self._claim(key, claim)
        for option, text in self._options.items():
            if option not in self._phases:
                yield self._bank.fault(self._key, f"there is no phase “{option}”, expected one for each option")
                continue
            code = self._program.phases[self._phases.index(option)].code[self._model.runtimes[0]]
            if _packed(text.strip("`")) not in _packed(code):
                place = self._phases.index(option)
                said = "the option's text does not stand in this code, expected what is offered to be run"
                yield self._bank.fault((*self._key, "phases", place, "code"), said)

    def _claim(self, key: Key, claim: ClaimModel) -> Iterator[Fault]:
        if claim == ClaimModel(phase=claim.phase):
            yield self._bank.fault(key, "nothing is claimed, expected something that a run can show")
        for field, phase in (("phase", claim.phase), ("faster_than", claim.faster_than)):
            if phase is not None and phase not in self._phases:
                said = f"there is no phase “{phase}”, expected one of {', '.join(self._phases)}"
                yield self._bank.fault((*key, field), said)
        for field, happenings in (("order", claim.order), ("never", claim.never)):
            for index, happening in enumerate(happenings):
                if said := happening_fault(happening, self._tasks):
                    yield self._bank.fault((*key, field, index), said)
        for task in set(claim.first_step) - set(self._tasks):
            said = f"there is no task “{task}”, expected one of {', '.join(self._tasks)}"
            yield self._bank.fault((*key, "first_step", task), said)
        if claim.returns is not None:
            try:
                json.loads(claim.returns)
            except ValueError:
                yield self._bank.fault((*key, "returns"), 'this is no JSON, expected a value such as \'["a", "b"]\'')

    def _code(self) -> Iterator[Fault]:
        """What the question shows has to be in what is run: else something else would be proven."""
        match self._question.get("code"):
            case {"language": "js" | "py" as language, "source": str(source)}:
                runtime = _LANGUAGES[language]
            case _:
                return
        if runtime not in self._model.runtimes:
            said = f"the question shows {runtime.label}, expected {runtime} among the runtimes"
            yield self._bank.fault((*self._key, "runtimes"), said)
        if not any(_packed(source) in _packed(phase.code[runtime]) for phase in self._program.phases):
            said = "the code of the question does not stand in that of the proof, expected what is asked to be run"
            yield self._bank.fault(self._key, said)


def _texts_of_options(options: Any) -> Iterator[tuple[str, str]]:
    for option in cast("list[Any]", options) if isinstance(options, list) else ():
        match option:
            case {"id": str(id_), "text": str(text)}:
                yield id_, text
            case _:
                continue


def _packed(code: str) -> str:
    """Code without blanks, so that how it is laid out makes no difference."""
    return "".join(code.split())
