"""Measurements that anyone can repeat: `python -m bench --help`. Not part of the installed bot."""
