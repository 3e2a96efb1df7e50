"""How long Discord is waited for. By itself, discord.py waits for five minutes."""

from __future__ import annotations

FIRST_S = 3.0
"""For its word on the first answer to an interaction: by then it takes none any more.
https://discord.com/developers/docs/interactions/receiving-and-responding
"""

LATER_S = 10.0
"""For its word on anything else; waiting out a rate limit is part of it."""
