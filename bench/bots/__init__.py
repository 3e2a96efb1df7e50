"""Bare bots to hold Tandem against. Each is what a good author writes for its task; none knows Tandem."""
