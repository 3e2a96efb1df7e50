"""Tandem: a Discord bot that teaches asynchronous programming by running it."""

__version__ = "0.1.0"
