"""Deliveries: GitHub's own list of the webhooks that it sent to the App, and asking for one once more."""

from datetime import datetime
from typing import Any

from bot.github.access import understood
from bot.github.credentials import AppCredentials
from bot.github.portal import Portal
from bot.github.question import Question
from bot.words.delivery_attempt import DeliveryAttempt


class Deliveries:
    """The webhooks of the App.

    Args:
        portal: the open door to GitHub.
        credentials: the App's.
    """

    def __init__(self, portal: Portal, credentials: AppCredentials) -> None:
        self._portal, self._credentials = portal, credentials

    def now(self) -> float:
        """GitHub's idea of the time, in seconds since the epoch."""
        return self._portal.client.now()

    def attempts(self, since: float, pages: int, *, arrived: bool) -> list[DeliveryAttempt]:
        """The tries that arrived, or those that failed, the newest first.

        https://docs.github.com/rest/apps/webhooks#list-deliveries-for-an-app-webhook

        Args:
            since: no older ones, in seconds since the epoch.
            pages: at most so many hundreds of them are read.
            arrived: which of them.
        """
        path, wanted = "/app/hook/deliveries{?per_page,status}", "success" if arrived else "failure"
        question = Question("GET", path, {"per_page": 100, "status": wanted})
        found: list[DeliveryAttempt] = []
        for _ in range(pages):
            answer = self._portal.run(self._portal.client.ask(question, self._credentials.as_app(self._portal.client)))
            page = [understood(_attempt, item) for item in understood(list, answer.data)]
            found += [attempt for attempt in page if attempt.moment >= since and attempt.arrived == arrived]
            if answer.next is None or not page or page[-1].moment < since:
                break
            question = Question("GET", answer.next)
        return found

    def ask_for(self, attempt: DeliveryAttempt) -> None:
        """Let GitHub deliver it once more; it comes through the webhook like any other, under the same guid.

        https://docs.github.com/rest/apps/webhooks#redeliver-a-delivery-for-an-app-webhook
        """
        path = "/app/hook/deliveries/{id}/attempts"
        question = Question("POST", path, {"id": attempt.id}, repeatable=True)
        self._portal.run(self._portal.client.ask(question, self._credentials.as_app(self._portal.client)))


def _attempt(item: Any) -> DeliveryAttempt:
    return DeliveryAttempt(
        id=item["id"],
        guid=item["guid"],
        event=item["event"],
        action=item["action"] or "",
        moment=datetime.fromisoformat(item["delivered_at"]).timestamp(),
        arrived=item["status"] == "OK" and 200 <= item["status_code"] < 300,
        status=item["status"],
    )
