"""Comments and reactions: what the bot says in a conversation, never twice."""

from collections.abc import Callable
from typing import Any

from bot.github.access import Access, understood
from bot.github.question import Question

#: GitHub's own limit is told as 65,536 characters; the rest is left for what it adds.
LONGEST = 65_000
_CUT = "\n\n… *(cut here: longer than GitHub allows)*"


class Comments(Access):
    """The bot's comments on the issues and pull requests of a repository.

    A marker is a hidden line `<!-- intern:<job>:<purpose> -->`. It stands at the end of a comment, so that
    a comment of ours which quotes somebody's text can't be taken for another one.
    """

    def ensure_comment(self, issue: int, marker: str, body: str) -> int:
        """The id of the bot's comment with this marker; it is written if there is none yet.

        https://docs.github.com/rest/issues/comments#create-an-issue-comment
        """
        text = with_marker(body, marker)

        def create() -> int:
            path = "/issues/{number}/comments"
            answer = self._ask("POST", path, {"body": text}, repeatable=False, number=issue)
            return understood(lambda data: int(data["id"]), answer)

        return self._ensure(lambda: self.find_comment(issue, marker), create)

    def find_comment(self, issue: int, marker: str) -> int | None:
        """The id of the bot's own oldest comment that ends with this marker."""
        account = self.account()
        for comment in self._all("/issues/{number}/comments{?per_page}", number=issue):
            if understood(lambda c: _carries(c, account, marker), comment):
                return int(comment["id"])
        return None

    def edit_comment(self, comment: int, body: str, marker: str = "") -> None:
        """Replace a comment's text. Give the marker again, or it is lost.

        Raises:
            NotFound: somebody deleted the comment.
        """
        text = with_marker(body, marker)
        self._ask("PATCH", "/issues/comments/{id}", {"body": text}, repeatable=True, id=comment)

    async def editing(self, comment: int, text: Callable[[], str]) -> None:
        """Replace a comment's text by what `text` gives at the last moment; for `NewestEdit`."""
        path, variables = self._place("/issues/comments/{id}", {"id": comment})
        question = Question("PATCH", path, variables, body=lambda: {"body": text()}, repeatable=True)
        await self._portal.client.ask(question, self._authorization())

    def react_to_issue(self, number: int, content: str = "eyes") -> None:
        """React to an issue or pull request; a second time changes nothing."""
        self._ask("POST", "/issues/{n}/reactions", {"content": content}, repeatable=True, n=number)

    def react_to_comment(self, comment: int, content: str = "eyes") -> None:
        """React to a comment in a conversation; a second time changes nothing."""
        path = "/issues/comments/{id}/reactions"
        self._ask("POST", path, {"content": content}, repeatable=True, id=comment)


def with_marker(body: str, marker: str) -> str:
    """The text as it is sent: short enough, and with its marker as the last line."""
    text = body.removesuffix(marker).rstrip() if marker else body
    ending = f"\n\n{marker}" if marker else ""
    if len(text) + len(ending) > LONGEST:
        text = text[: LONGEST - len(ending) - len(_CUT)] + _CUT
    return text + ending


def _carries(comment: Any, account: str, marker: str) -> bool:
    user, body = comment["user"] or {}, comment.get("body") or ""
    return user.get("login") == account and body.rstrip().endswith(marker)
