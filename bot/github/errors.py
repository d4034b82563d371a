"""What can go wrong with GitHub. Each takes one message, so that it survives being stored and loaded."""

from bot.errors import GitHubError


class Unreachable(GitHubError):
    """No usable answer after bounded retries: no connection, a timeout, 5xx, or a body that is not JSON."""


class Unsure(Unreachable):
    """The answer to a write was lost: it may or may not have been applied. Look before writing again."""


class RateLimited(GitHubError):
    """GitHub asks for a longer wait than this client may spend."""


class Refused(GitHubError):
    """GitHub understood and said no (4xx). Nothing was applied. `words` are its own."""

    words = ""


class Unauthorized(Refused):
    """401: the credentials are not accepted, not even fresh ones."""


class Forbidden(Refused):
    """403 or 451: a permission is missing, or the repository is archived or locked."""


class Ungranted(Forbidden):
    """The installation does not grant a permission that is needed; `permissions` names what was asked for."""

    def __init__(self, message: str, permissions: str = "") -> None:
        super().__init__(message)
        self.permissions = permissions


class NotFound(Refused):
    """404 or 410: not there, or not visible with this token."""


class Conflict(Refused):
    """409: the state does not allow it (an empty repository, a merge that can't be done)."""


class Unprocessable(Refused):
    """422: a value is not accepted, or the thing exists already."""


#: The error for a status; everything else below 500 is `Refused`.
BY_STATUS: dict[int, type[Refused]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: NotFound,
    422: Unprocessable,
    451: Forbidden,
}
