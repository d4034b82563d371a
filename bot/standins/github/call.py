"""One request as an endpoint sees it, its answer, and the table of all endpoints."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from bot.standins.github.accounts import Access, Account
from bot.standins.github.issues import Issue, Pull
from bot.standins.github.limits import Meter
from bot.standins.github.refusal import Refusal, empty, forbidden, gone, not_found
from bot.standins.github.repositories import Repository
from bot.standins.github.world import World

T = TypeVar("T")
Json = dict[str, Any]


@dataclass
class Answer:
    """What an endpoint gives back: JSON, or raw bytes for a download."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """One admitted request.

    Attributes:
        parameters: the values in the path.
        query: the query string.
        body: the parsed JSON, {} for none.
        url: the request's own URL without its query, for the `Link` header.
    """

    world: World
    meter: Meter
    access: Access
    parameters: dict[str, str]
    query: dict[str, str]
    body: Json
    url: str
    found: Repository | None = None

    @property
    def repository(self) -> Repository:
        """The repository of the path, which the gate has let through."""
        if self.found is None:
            raise not_found()
        return self.found

    @property
    def filled(self) -> Repository:
        """The repository, which has to have a commit."""
        if self.repository.empty:
            raise empty()
        return self.repository

    @property
    def actor(self) -> Account:
        """The account that writes."""
        if self.access.actor is None:
            raise Refusal(401, "Requires authentication")
        return self.access.actor

    def number(self, name: str) -> int:
        """A number of the path."""
        return int(self.parameters[name])

    def issue(self, level: Literal["read", "write"] = "read") -> Issue:
        """The issue or pull request of the path; a plain issue needs the permission "issues"."""
        number = self.number("issue_number")
        one = self.world.find_issue(self.repository, number)
        if one is None:
            raise gone("This issue was deleted") if self.repository.gone.get(number, self) is None else not_found()
        if not one.pull and self.access.kind != "none" and not self.access.may("issues", level):
            raise forbidden()
        return one

    def pull(self) -> Pull:
        """The pull request of the path."""
        one = self.world.find_issue(self.repository, self.number("pull_number"))
        if not isinstance(one, Pull):
            raise not_found()
        return one

    def commit(self, name: str) -> str:
        """The SHA of a branch, tag or commit of a repository that is not empty."""
        sha = self.filled.git.resolve(name)
        if sha is None:
            raise Refusal(422, f"No commit found for SHA: {name}")
        return sha

    def page(self, items: Sequence[T]) -> tuple[list[T], dict[str, str]]:
        """One page of a list and its `Link` header.

        https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
        """
        size = min(max(_number(self.query.get("per_page"), 30), 1), 100)
        page = max(_number(self.query.get("page"), 1), 1)
        last = max(1, -(-len(items) // size))
        wanted = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        hidden = {*(("prev", "first") if page == 1 else ()), *(("next", "last") if page >= last else ())}
        rest = "".join(f"&{name}={value}" for name, value in self.query.items() if name not in {"page", "per_page"})
        links = [
            f'<{self.url}?per_page={size}&page={to}{rest}>; rel="{name}"'
            for name, to in wanted.items()
            if name not in hidden
        ]
        return list(items[(page - 1) * size : page * size]), ({"Link": ", ".join(links)} if links else {})


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default


def one_by_id(items: Sequence[T], number: int) -> T:
    """The item of that id.

    Raises:
        Refusal: 404, there is none.
    """
    for item in items:
        if getattr(item, "id", None) == number:
            return item
    raise not_found()


Endpoint = Callable[[Call], Answer]


@dataclass(frozen=True)
class Operation:
    """One endpoint and who may call it.

    Attributes:
        endpoint: the function.
        needs: permissions, of which one is enough; empty for any token.
        by: "app" for a JWT, "installation" for a token of an installation, "any" for every token.
        writes: whether it changes something.
    """

    endpoint: Endpoint
    needs: tuple[str, ...]
    by: Literal["app", "installation", "any"]
    writes: bool


OPERATIONS: dict[tuple[str, str], Operation] = {}


def operation(
    line: str, *needs: str, by: Literal["app", "installation", "any"] = "any"
) -> Callable[[Endpoint], Endpoint]:
    """Enter a function into the table as "METHOD /path"; "@" stands for the repository."""
    method, path = line.split()
    key = (method, path.replace("@", "/repos/{owner}/{repo}"))

    def enter(endpoint: Endpoint) -> Endpoint:
        OPERATIONS[key] = Operation(endpoint, needs, by, method != "GET")
        return endpoint

    return enter
