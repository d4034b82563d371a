"""Editing: what a model wrote, set into the files of a repository, and nothing beside it."""
