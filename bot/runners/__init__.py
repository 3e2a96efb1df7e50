"""Runs plans for real, each in a process of its own. What a plan or a trace is stands in `domain`."""
