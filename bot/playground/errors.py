"""Discord's REST errors by their published codes; which request earns which stands in the routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.playground.wire import Json


class ApiError(Exception):
    """A refusal as Discord words it: an HTTP status and a JSON body with `code` and `message`."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"message": message, "code": code}


class InvalidFormError(ApiError):
    """400 / 50035: the body has faults, each at its path."""

    def __init__(self, body: Json) -> None:
        super().__init__(400, 50035, "Invalid Form Body")
        self.body = body


# Codes, statuses and words: Discord's API reference, "JSON Error Codes" and "HTTP Response Codes".
_TABLE: dict[str, tuple[int, int, str]] = {
    "unauthorized": (401, 0, "401: Unauthorized"),
    "not_found": (404, 0, "404: Not Found"),
    "method_not_allowed": (405, 0, "405: Method Not Allowed"),
    "unknown_channel": (404, 10003, "Unknown Channel"),
    "unknown_guild": (404, 10004, "Unknown Guild"),
    "unknown_member": (404, 10007, "Unknown Member"),
    "unknown_message": (404, 10008, "Unknown Message"),
    "unknown_role": (404, 10011, "Unknown Role"),
    "unknown_user": (404, 10013, "Unknown User"),
    "unknown_webhook": (404, 10015, "Unknown Webhook"),
    "unknown_interaction": (404, 10062, "Unknown interaction"),
    "unknown_command": (404, 10063, "Unknown application command"),
    "not_your_application": (403, 20012, "You are not authorized to perform this action on this application"),
    "too_large": (413, 40005, "Request entity too large"),
    "already_acknowledged": (400, 40060, "Interaction has already been acknowledged."),
    "missing_access": (403, 50001, "Missing Access"),
    "not_the_author": (403, 50005, "Cannot edit a message authored by another user"),
    "empty_message": (400, 50006, "Cannot send an empty message"),
    "cannot_message_user": (403, 50007, "Cannot send messages to this user"),
    "missing_permissions": (403, 50013, "Missing Permissions"),
    "no_mutual_guilds": (403, 50278, "Cannot send messages to this user due to having no mutual guilds"),
    "reply_without_history": (400, 160002, "Cannot reply without permission to read message history"),
    "invalid_webhook_token": (401, 50027, "Invalid Webhook Token"),
    "invalid_json": (400, 50109, "The request body contains invalid JSON."),
}


def refusal(name: str) -> ApiError:
    """Return the error of that name, ready to raise."""
    return ApiError(*_TABLE[name])
