"""Issues: their text and their history."""

from typing import Any

from bot.github.access import Access, understood
from bot.github.errors import NotFound
from bot.github.people import person
from bot.words.events import IssueText
from bot.words.label_event import LabelEvent


class Issues(Access):
    """The issues of a repository (a pull request is one as well)."""

    def issue(self, number: int) -> IssueText:
        """An issue as it stands now. https://docs.github.com/rest/issues/issues#get-an-issue .

        Raises:
            NotFound: there is none, or it was deleted or transferred.
        """
        data = self._get("/issues/{number}", number=number)
        place = understood(lambda d: str(d["repository_url"]), data)
        # GitHub leads from a transferred issue on to the new one, and from a renamed repository as well.
        elsewhere = not place.endswith(f"/repos/{self.repository.full_name}")
        if elsewhere and understood(lambda d: d["url"] != place, self._get("")):
            raise NotFound(f"Issue {number} was transferred to another repository.")
        return understood(_issue, data)

    def newest_label_event(self, issue: int, label: str) -> LabelEvent | None:
        """GitHub's record of who put exactly this label there last; None when nobody did, or it was taken off since.

        The record can come a moment later than the delivery, so a caller may ask again before it says no.
        All pages are read: https://docs.github.com/rest/issues/events#list-issue-events lists oldest first.
        """
        newest = max(self._label_events(issue, label), key=lambda e: int(e["id"]), default=None)
        return None if newest is None or newest["event"] != "labeled" else understood(_label_event, newest)

    def taken_off(self, issue: int, label: str, event: int) -> bool:
        """Whether exactly this label was put on by that entry of the issue's history, and taken off since."""
        found = {int(each["id"]): each["event"] for each in self._label_events(issue, label)}
        return found.get(event) == "labeled" and any(
            other > event and what == "unlabeled" for other, what in found.items()
        )

    def _label_events(self, issue: int, label: str) -> list[Any]:
        events = self._all("/issues/{number}/events{?per_page}", number=issue)
        return [each for each in events if understood(lambda e: _is_about(e, label), each)]


def _is_about(event: Any, label: str) -> bool:
    about = event["event"] in ("labeled", "unlabeled") and int(event["id"]) > 0
    return about and (event.get("label") or {}).get("name") == label


def _label_event(event: Any) -> LabelEvent:
    return LabelEvent(
        id=event["id"],
        actor=person(event["actor"]),
        created_at=event["created_at"],
        through_app=bool(event.get("performed_via_github_app")),
    )


def _issue(data: Any) -> IssueText:
    return IssueText(
        number=data["number"],
        title=data["title"],
        body=data["body"] or "",
        open=data["state"] == "open",
        locked=bool(data.get("locked")),
        pull_request=bool(data.get("pull_request")),
        author=person(data["user"]),
    )
