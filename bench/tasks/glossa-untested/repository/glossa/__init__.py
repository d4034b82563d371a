"""Texts in several languages."""

from glossa.catalogue import Catalogue, merge
from glossa.errors import CatalogueError, MissingText
from glossa.reader import parse

__all__ = ["Catalogue", "CatalogueError", "MissingText", "merge", "parse"]
