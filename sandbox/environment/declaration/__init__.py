"""Declarations: what a repository's own files say that it needs, one reader per kind of file."""
