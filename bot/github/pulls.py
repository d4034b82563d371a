"""Pulls: a pull request as it stands, and what people with write access said about its lines."""

from typing import Any

from bot.decisions.admission.authorize import is_human
from bot.github.access import understood
from bot.github.people import People, person
from bot.words.job import Person
from bot.words.pull import Pull

_COMMENTS = 50
_AUTHORS = 30
_LENGTH = 2000


class Pulls(People):
    """The pull requests of a repository."""

    def pull(self, number: int) -> Pull:
        """A pull request as it stands now. https://docs.github.com/rest/pulls/pulls#get-a-pull-request .

        Raises:
            NotFound: there is none with this number.
        """
        data = self._get("/pulls/{number}", number=number)
        ends = understood(lambda d: (d["base"]["sha"], d["head"]["sha"]), data)
        # The comparison is paged by commits; only the merge base is wanted.
        path = "/compare/{basehead}{?per_page}"
        comparison = self._get(path, basehead="...".join(ends), per_page=1)
        return understood(lambda d: _pull(d, comparison["merge_base_commit"]["sha"]), data)

    def review_comments_of_writers(self, number: int) -> list[str]:
        """Remarks on lines and reviews by people who may command, oldest first: "path:line: text" or "text".

        Strangers' words are left out, and bots'. At most 50 remarks of 2,000 characters are given, and 30
        authors looked up, newest remarks first, so that a crowd can't make us ask without end.
        """
        comments = self._all("/pulls/{number}/comments{?per_page}", number=number)
        reviews = self._all("/pulls/{number}/reviews{?per_page}", number=number)
        said = [understood(_remark, item) for item in [*comments, *reviews]]
        writers: dict[int, bool] = {}
        chosen: list[str] = []
        for _, author, text in sorted(said, key=lambda remark: remark[0], reverse=True):
            if text and author is not None and self._writes(author, writers):
                chosen.append(text)
        return chosen[:_COMMENTS][::-1]

    def _writes(self, author: Person, known: dict[int, bool]) -> bool:
        if author.id not in known:
            known[author.id] = len(known) < _AUTHORS and self.permission(author)
        return known[author.id]


def _remark(item: Any) -> tuple[str, Person | None, str]:
    """When, by whom (None for a bot), what."""
    user = item["user"] or {}
    by_hand = is_human(user.get("type"), user.get("login"), item.get("performed_via_github_app"))
    text = (item.get("body") or "").strip()[:_LENGTH]
    if text and item.get("path"):
        line = item.get("line") or item.get("original_line")
        text = f"{item['path']}:{line}: {text}" if line else f"{item['path']}: {text}"
    moment = item.get("created_at") or item.get("submitted_at") or ""
    return moment, person(user) if by_hand else None, text


def _pull(data: Any, merge_base: str) -> Pull:
    return Pull(
        number=data["number"],
        open=data["state"] == "open",
        merged=bool(data.get("merged")),
        author=person(data["user"]),
        head=data["head"]["sha"],
        branch=data["head"]["ref"],
        head_repository=(data["head"]["repo"] or {}).get("id", 0),
        base_branch=data["base"]["ref"],
        merge_base=merge_base,
        title=data["title"],
        body=data["body"] or "",
    )
