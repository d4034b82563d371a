"""Access: the synchronous ground that every noun of a repository stands on."""

import contextlib
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, ClassVar, Self, TypeVar

from bot.errors import GitHubError
from bot.github.errors import Unsure
from bot.github.portal import Portal
from bot.github.question import Authorization, Question
from bot.github.stage import Credentials, Stage
from bot.github.transport import Caps
from bot.words.job import Repository

T = TypeVar("T")
_LOOKS = 4


class Access:
    """One repository, seen with one stage's token. Closing it revokes that token.

    Args:
        portal: the open door to GitHub.
        credentials: the App's, or an Action's token.
        repository: which one.
    """

    stage: ClassVar[Stage] = Stage.READ

    def __init__(self, portal: Portal, credentials: Credentials, repository: Repository) -> None:
        self._portal = portal
        self._credentials = credentials
        self.repository = repository
        self._lock = threading.Lock()
        self._access: Authorization | None = None

    def account(self) -> str:
        """Login of the bot's own account, as it stands on its comments ("code-intern[bot]")."""
        return self._portal.run(self._credentials.account(self._portal.client))

    def close(self) -> None:
        """Revoke the token of this repository and stage; if that fails, it ends by itself within the hour."""
        with self._lock:
            access, self._access = self._access, None
        if access is not None:
            with contextlib.suppress(GitHubError):
                self._portal.run(self._credentials.revoke(self._portal.client, access), timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _get(self, path: str, **variables: object) -> Any:
        return self._ask("GET", path, None, repeatable=True, **variables)

    def _ask(self, method: str, path: str, body: object, *, repeatable: bool, **variables: object) -> Any:
        """The JSON of one request below `/repos/{owner}/{repo}`."""
        question = Question(method, *self._place(path, variables), body=body, repeatable=repeatable)
        client = self._portal.client
        return self._portal.run(client.ask(question, self._authorization())).data

    def _all(self, path: str, key: str | None = None, **variables: object) -> list[Any]:
        """Every item of all pages."""
        question = Question("GET", *self._place(path, {"per_page": 100, **variables}))
        client = self._portal.client
        return self._portal.run(client.all(question, self._authorization(), key))

    def _download(self, path: str, caps: Caps, **variables: object) -> bytes:
        question = Question("GET", *self._place(path, variables))
        client = self._portal.client
        return self._portal.run(client.download(question, self._authorization(), caps))

    def _ensure(self, find: Callable[[], T | None], create: Callable[[], T]) -> T:
        """Look, then create. When the answer to the creation is lost, look again: nothing is made twice."""
        for _ in range(_LOOKS - 1):
            if (found := find()) is not None:
                return found
            try:
                return create()
            except Unsure:
                self._portal.run(self._portal.clock.sleep(1.0))
        return found if (found := find()) is not None else create()

    def _place(self, path: str, variables: dict[str, object]) -> tuple[str, dict[str, object]]:
        names = {"owner": self.repository.owner, "repo": self.repository.name}
        return "/repos/{owner}/{repo}" + path, names | variables

    def _authorization(self) -> Authorization:
        with self._lock:
            if self._access is None:
                self._access = self._credentials.open(self._portal.client, self.repository, self.stage)
            return self._access


def understood(parse: Callable[[Any], T], data: object) -> T:
    """Parse GitHub's JSON; a shape that is not the documented one is GitHub's error, not ours.

    Raises:
        GitHubError: the answer lacks something.
    """
    try:
        return parse(data)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise GitHubError("GitHub's answer lacks something that its documentation promises.") from None
