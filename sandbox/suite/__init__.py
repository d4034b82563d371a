"""Suites: running pytest in a room and reading what our own reporter said of it."""
