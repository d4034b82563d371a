"""People: what an account may do here, and who an account in GitHub's JSON is."""

import logging
from typing import Any

from bot.decisions.admission.authorize import may_command
from bot.errors import GitHubError
from bot.github.access import Access
from bot.github.errors import NotFound
from bot.words.job import Person

_log = logging.getLogger(__name__)

#: Stands where the account was deleted; its id is nobody's.
GHOST = Person(id=0, login="ghost")


def person(user: Any) -> Person:
    """An account as it stands in GitHub's JSON; null is a deleted one."""
    return Person(id=user["id"], login=user["login"]) if user else GHOST


class People(Access):
    """The collaborators of a repository."""

    def permission(self, person: Person) -> bool:
        """Whether this person may give commands. Any error means no."""
        try:
            return self.may_write(person)
        except GitHubError as error:
            _log.info("GitHub: no permission found for account %d: %s", person.id, error)
            return False

    def may_write(self, person: Person) -> bool:
        """Whether this person may give commands: admin or write, looked up now. Raises GitHubError, never for a 404.

        https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user
        """
        if person.id <= 0 or not person.login.replace("-", "").replace("_", "").isalnum():
            return False
        try:
            return may_command(self._get("/collaborators/{login}/permission", login=person.login), person)
        except NotFound:
            return False
