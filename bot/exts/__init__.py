"""The Discord edge, a package a feature: `_commands` parses, `_views` lays out, `_render` words.

No feature imports another; what they share stands in `kit`.
"""
