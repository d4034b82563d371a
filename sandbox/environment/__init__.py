"""Environments: what a repository's tests need, found out as data and installed once, read-only for every room."""
