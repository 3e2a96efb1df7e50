"""Good bodies, one of every part that has a limit or a rule, and the parts to make more of."""

from typing import Any

from bot.playground.strict import IS_COMPONENTS_V2, Fault

Body = dict[str, Any]


def button(number: int = 0, **fields: Any) -> Body:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": f"go:{number}"} | fields


def buttons(count: int) -> list[Body]:
    return [button(n) for n in range(count)]


def pictures(count: int) -> list[Body]:
    return [{"media": {"url": "https://example.com/a.png"}, "description": "A timeline"} for _ in range(count)]


def row(*components: Body) -> Body:
    return {"type": 1, "components": list(components)}


def rows(count: int) -> list[Body]:
    return [row(button(n)) for n in range(count)]


def text(**fields: Any) -> Body:
    return {"type": 10, "content": "x"} | fields


def texts(count: int) -> list[Body]:
    return [text() for _ in range(count)]


def options(count: int, chosen: int = 0) -> list[Body]:
    return [{"label": "One", "value": str(n), "default": n < chosen} for n in range(count)]


def label(component: Body) -> Body:
    return {"type": 18, "label": "Delays", "component": component}


def labels(count: int) -> list[Body]:
    return [label({"type": 4, "style": 1, "custom_id": f"delays:{n}"}) for n in range(count)]


def parameter(number: int = 0, kind: int = 3, **fields: Any) -> Body:
    return {"type": kind, "name": f"topic-{number}", "description": "What about."} | fields


def commands(count: int) -> list[Body]:
    return [{"name": f"lesson-{n}", "description": "Read."} for n in range(count)]


def menus(count: int) -> list[Body]:
    return [{"name": f"Explain {n}", "type": 3} for n in range(count)]


# Good bodies, one of every part that has a limit.

MESSAGE: Body = {
    "content": "Ready?",
    "nonce": "1",
    "sticker_ids": ["1"],
    "allowed_mentions": {"parse": [], "users": ["1"], "roles": ["2"]},
    "embeds": [
        {
            "title": "Part 1",
            "author": {"name": "Ada"},
            "footer": {"text": "1 of 10"},
            "fields": [{"name": "Strength", "value": "Good"}],
            "color": 0x5865F2,
        }
    ],
}
ROWS: Body = {
    "components": [
        row(button()),
        row({"type": 2, "style": 5, "label": "Docs", "url": "https://example.com"}),
        row({"type": 3, "custom_id": "part", "placeholder": "Part", "options": options(3)}),
        row({"type": 5, "custom_id": "member", "max_values": 2}),
    ]
}
LAYOUT: Body = {
    "flags": IS_COMPONENTS_V2,
    "components": [
        {"type": 10, "content": "Parts"},
        {"type": 9, "components": texts(1), "accessory": button(1)},
        {"type": 12, "items": pictures(1)},
        {"type": 14, "spacing": 2},
        {"type": 17, "accent_color": 0, "components": [{"type": 10, "content": "Sum"}, *rows(1)]},
    ],
}
MODAL: Body = {
    "type": 9,
    "data": {
        "custom_id": "demo",
        "title": "Delays",
        "components": [
            label({"type": 4, "style": 1, "custom_id": "delays", "max_length": 20}) | {"description": "In ms"},
            label({"type": 21, "custom_id": "kind", "options": options(2)}),
            label({"type": 22, "custom_id": "tasks", "options": options(3), "min_values": 1}),
            label({"type": 19, "custom_id": "plan", "max_values": 1}),
            label({"type": 3, "custom_id": "part", "options": options(2)}),
        ],
    },
}
CHOICES: Body = {"type": 8, "data": {"choices": [{"name": "Async", "value": "async"}]}}
COMMAND: Body = {
    "name": "lesson",
    "description": "Read a lesson.",
    "contexts": [0],
    "integration_types": [0],
    "options": [
        parameter(0, choices=[{"name": "Async", "value": "async"}]),
        parameter(1, kind=4, min_value=1, max_value=8),
    ],
}


def layout(*components: Body, **fields: Any) -> Body:
    return {"flags": IS_COMPONENTS_V2, "components": list(components)} | fields


def told(faults: list[Fault]) -> list[tuple[str, str]]:
    """What a developer reads: where each fault is, and its code."""
    return [(".".join(map(str, fault.path)), fault.code) for fault in faults]
