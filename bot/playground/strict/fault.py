"""What a refused body is told: a fault, its words and the nesting Discord sends them in. No rule lives here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Path = tuple[str | int, ...]

MESSAGES: Final[Mapping[str, str]] = {
    # Codes seen in Discord's answers, with its words where those were seen too.
    "BASE_TYPE_REQUIRED": "This field is required",
    "BASE_TYPE_CHOICES": "Value must be one of {choices}.",
    "BASE_TYPE_MAX_LENGTH": "Must be {most} or fewer in length.",
    "BASE_TYPE_BAD_LENGTH": "Must be between {least} and {most} in length.",
    "NUMBER_TYPE_MIN": "int value should be greater than or equal to {least}.",
    "NUMBER_TYPE_MAX": "int value should be less than or equal to {most}.",
    "NUMBER_TYPE_COERCE": 'Value "{value}" is not {kind}.',
    "STRING_TYPE_REGEX": "String value did not match validation regex.",
    "MODEL_TYPE_CONVERT": "Expected an object/dictionary.",
    "UNION_TYPE_CHOICES": 'Value of field "type" must be one of {choices}.',
    "SET_TYPE_ALREADY_CONTAINS_VALUE": "The set already contains this value",
    "DATE_TIME_TYPE_PARSE": "Could not parse {value}. Should be ISO8601.",
    "URL_TYPE_INVALID_URL": "Not a well formed URL.",
    "URL_TYPE_INVALID_SCHEME": 'Scheme "{scheme}" is not supported. Scheme must be one of {choices}.',
    "NONCE_TYPE_INVALID_TYPE": "This field must be a string or integer.",
    "NONCE_TYPE_TOO_LONG": "Must be {most} or fewer characters long.",
    "ATTACHMENT_NOT_FOUND": "Attachment data not found",
    "MAX_EMBED_SIZE_EXCEEDED": "Embed size exceeds maximum size of {most}",
    "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE": ('parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'),
    "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2": (
        "The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
    ),
    "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG": (
        "The IS_COMPONENTS_V2 flag cannot be removed from a message once it was set"
    ),
    "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED": "Total number of components exceeds maximum of {most}",
    "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED": ("Components displayable text size exceeds maximum size of {most}"),
    "COMPONENT_LAYOUT_WIDTH_EXCEEDED": "The specified component exceeds the maximum width",
    "COMPONENT_CUSTOM_ID_DUPLICATED": "Component custom id cannot be duplicated",
    "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED": "A custom id is required",
    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE": "A custom id and url cannot both be specified",
    "BUTTON_COMPONENT_INVALID_EMOJI": "Invalid emoji",
    "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED": "The specified option value is already used",
    "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES": (
        "The specified number of default values exceeds the specified maximum values"
    ),
    "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND": "The referenced attachment was not found",
    "APPLICATION_COMMAND_INVALID_NAME": "Command name is invalid",
    "APPLICATION_COMMAND_TOO_LARGE": "Command exceeds maximum size ({most})",
    "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID": ("Required options must be placed before non-required options"),
    "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID": (
        "Sub-command and sub-command group option types are mutually exclusive to all other types"
    ),
    "APPLICATION_COMMANDS_DUPLICATE_NAME": "Application command names must be unique",
    # Refusals that Discord documents without publishing a code: the names are ours, formed like its own.
    "STRING_TYPE_CONVERT": "Expected a string.",
    "BOOLEAN_TYPE_CONVERT": "Must be either true or false.",
    "LIST_TYPE_CONVERT": "Expected a list.",
    "COMPONENT_ID_DUPLICATED": "Component id cannot be duplicated",
    "COMPONENT_FIELD_INVALID": "This field cannot be used with this component here",
    "APPLICATION_COMMAND_FIELD_INVALID": "This field cannot be used with this type of command or option",
    "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS": "Option names must be unique",
    "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES_MUTUALLY_EXCLUSIVE": (
        "Autocomplete and choices cannot both be specified"
    ),
}
"""The words of each code; Discord publishes no complete list, so each code was taken from its answers.

Source: "Error Messages" in https://discord.com/developers/docs/reference and answers quoted in public issues.
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a body.

    Attributes:
        path: Keys and indexes that lead from the body to the value; empty for the body itself.
        code: Discord's name of the fault, a key of `MESSAGES`.
        message: A sentence for the developer of the bot.
    """

    path: Path
    code: str
    message: str


def fault(path: Path, code: str, **values: object) -> Fault:
    """Make a fault with the words of its code, `values` filled in."""
    return Fault(path, code, MESSAGES[code].format(**values))


def error_body(faults: Iterable[Fault]) -> dict[str, Any]:
    """Nest faults by path, as Discord answers them with status 400.

    Source: "Error Messages" in https://discord.com/developers/docs/reference
    """
    errors: dict[str, Any] = {}
    for found in faults:
        node = errors
        for step in found.path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": found.code, "message": found.message})
    return {"message": "Invalid Form Body", "code": 50035, "errors": errors}
