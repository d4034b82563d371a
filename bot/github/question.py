"""Question and Answer: one request to GitHub and what it said; Authorization: who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Authorization(Protocol):
    """Who asks. `gate` names whose rate limit it is; a token that got a 401 is given back by `refused`."""

    @property
    def gate(self) -> str:
        """Requests with the same word share their pace and their pauses."""

    async def headers(self) -> dict[str, str]:
        """The Authorization header, minted if need be."""

    def refused(self) -> bool:
        """GitHub did not accept the last header; whether a fresh one can be had."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request.

    Attributes:
        method: "GET", "POST", ...
        path: a URI template below the API's root ("/repos/{owner}/{repo}"), or a whole URL of a next page.
        variables: for the template; a list fills several segments of a path.
        body: what is sent as JSON, or a function that gives it at the last moment; None for nothing.
        repeatable: whether asking twice is the same as asking once. Always so for GET.
        paced: whether it counts as a write that keeps its distance.
    """

    method: str
    path: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    repeatable: bool = False
    paced: bool = True

    @property
    def writes(self) -> bool:
        """Whether it waits for a write's turn."""
        return self.paced and self.method != "GET"

    @property
    def again(self) -> bool:
        """Whether it may be asked again when nobody knows if it was applied."""
        return self.repeatable or self.method == "GET"

    def __str__(self) -> str:
        """Method and template: no values, so nothing secret and nothing from outside."""
        return f"{self.method} {self.path.partition('{?')[0].partition('?')[0]}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What GitHub said: the parsed JSON (None for an empty body) and the URL of the next page."""

    data: Any
    next: str | None = None
