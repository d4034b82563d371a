"""GitHub's own OpenAPI description, cut to the operations that the bot may use, and the check against it."""

from bot.standins.github.description.check import GitHubDescription, Match, description

__all__ = ["GitHubDescription", "Match", "description"]
