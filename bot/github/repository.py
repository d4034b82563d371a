"""RepositoryClient: all that may be read of a repository, and the bot's own words in its conversations."""

from bot.github.checks import Checks
from bot.github.comments import Comments
from bot.github.files import Files
from bot.github.issues import Issues
from bot.github.pulls import Pulls


class RepositoryClient(Issues, Comments, Files, Pulls, Checks):
    """One repository through a token that can't write code. The methods stand with their nouns."""
