"""Test in words. No Discord."""

from __future__ import annotations
