"""How many entries a list in a lesson file may hold, as a pydantic annotation. Nothing else."""

from __future__ import annotations

from typing import Any, cast

from msgspec import Struct
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError, ValidatorFunctionWrapHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError, core_schema


class Entries(Struct, frozen=True):
    """From `least` to `most` entries. pydantic's own bound would hide the faults of the entries themselves."""

    least: int
    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._validate, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(schema) | {"minItems": self.least, "maxItems": self.most}

    def _validate(self, value: Any, inner: ValidatorFunctionWrapHandler) -> Any:
        if not isinstance(value, list):
            return inner(value)
        entries = cast("list[Any]", value)
        if self.least <= len(entries) <= self.most:
            return inner(value)
        said = f"the list has {len(entries)} entries, expected {self.least} to {self.most}"
        found = [InitErrorDetails(type=_entries({"said": said}), input=entries)]
        try:
            inner(value)
        except ValidationError as error:
            found += [_again(details) for details in error.errors()]
        raise ValidationError.from_exception_data("entries", found)


def _entries(context: dict[str, Any]) -> PydanticCustomError:
    return PydanticCustomError("entries", "{said}", context)


def _again(details: ErrorDetails) -> InitErrorDetails:
    context = details.get("ctx", {})
    kind = _entries(context) if details["type"] == "entries" else details["type"]
    return InitErrorDetails(type=kind, loc=details["loc"], input=details["input"], ctx=context)
