"""Errors as GitHub words them."""

from typing import Any

DOCUMENTATION = "https://docs.github.com/rest"


class Refusal(Exception):
    """An answer of 4xx.

    Attributes:
        status: the HTTP status.
        body: `message`, `documentation_url`, and `errors` where GitHub has details.
        headers: further headers of the answer.
    """

    def __init__(
        self,
        status: int,
        message: str,
        errors: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.headers = headers or {}
        self.body: dict[str, Any] = {"message": message}
        if errors is not None:
            self.body["errors"] = errors
        self.body |= {"documentation_url": DOCUMENTATION, "status": str(status)}


def not_found() -> Refusal:
    """What is not there, and what the token may not see."""
    return Refusal(404, "Not Found")


def gone(message: str) -> Refusal:
    """What was there once."""
    return Refusal(410, message)


def moved(url: str, *, writes: bool) -> Refusal:
    """What is somewhere else now: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects."""
    refusal = Refusal(307 if writes else 301, "Temporary Redirect" if writes else "Moved Permanently")
    refusal.body["url"] = refusal.headers["Location"] = url
    return refusal


def forbidden() -> Refusal:
    """The token lacks a permission."""
    return Refusal(403, "Resource not accessible by integration")


def empty() -> Refusal:
    """The repository has no commit."""
    return Refusal(409, "Git Repository is empty.")


def invalid(resource: str, field: str, code: str, message: str = "") -> Refusal:
    """One field is wrong: https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed."""
    error = {"resource": resource, "field": field, "code": code}
    return Refusal(422, "Validation Failed", [{**error, "message": message} if message else error])
