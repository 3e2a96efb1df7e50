"""Lesson files (YAML) to domain objects; every fault names its file, line and key. No Discord, no SQL."""
