"""The App itself, its installations, their tokens and its webhooks: https://docs.github.com/en/rest/apps."""

from bot.standins.github.accounts import Installation
from bot.standins.github.call import Answer, Call, operation
from bot.standins.github.refusal import Refusal, not_found
from bot.standins.github.shapes import account as shapes
from bot.standins.github.shapes.repository import repository
from bot.standins.github.world import HOUR, Delivery

THREE_DAYS = 3 * 24 * HOUR
UNGRANTED = "The permissions requested are not granted to this installation."
UNREACHED = "There is at least one repository that does not exist or is not accessible to the parent installation."


@operation("GET /app", by="app")
def app(call: Call) -> Answer:
    """The App."""
    return Answer(body=shapes.integration(call.world))


@operation("GET /app/installations/{installation_id}", by="app")
def installation(call: Call) -> Answer:
    """One installation."""
    return Answer(body=shapes.installation(call.world, _installation(call)))


@operation("POST /app/installations/{installation_id}/access_tokens", by="app")
def access_token(call: Call) -> Answer:
    """A token, narrowed to `repositories` or `repository_ids` and to `permissions`."""
    found = _installation(call)
    if found.suspended is not None:
        raise Refusal(403, "This installation has been suspended")
    wanted = call.body.get("permissions", found.permissions)
    order = ("read", "write", "admin")
    for name, level in wanted.items():
        granted = found.permissions.get(name, "read" if name == "metadata" else None)
        if granted is None or order.index(level) > order.index(granted):
            raise Refusal(422, UNGRANTED)
    access = call.world.installation_token(found, wanted, _wanted_repositories(call, found))
    shown = shapes.token(access)
    if access.repositories is not None:
        shown["repositories"] = [repository(call.world, one) for one in call.world.covered(access)]
    return Answer(201, shown)


def _wanted_repositories(call: Call, found: Installation) -> set[int] | None:
    covered = [one for one in call.world.repositories.values() if call.world.installed_on(one) is found]
    by_name = {one.name.lower(): one.id for one in covered}
    names, ids = call.body.get("repositories"), call.body.get("repository_ids")
    if names is None and ids is None:
        return None
    wanted = {by_name.get(name.lower()) for name in names or ()} | set(ids or ())
    if not wanted <= set(by_name.values()):
        raise Refusal(422, UNREACHED)
    return {number for number in wanted if number is not None}


def _installation(call: Call) -> Installation:
    if found := call.world.installations.get(call.number("installation_id")):
        return found
    raise not_found()


@operation("GET @/installation", by="app")
def installation_of_repository(call: Call) -> Answer:
    """The installation that covers a repository."""
    if found := call.world.installed_on(call.repository):
        return Answer(body=shapes.installation(call.world, found))
    raise not_found()


@operation("GET /installation/repositories", by="installation")
def repositories(call: Call) -> Answer:
    """What a token reaches."""
    covered = call.world.covered(call.access)
    page, headers = call.page(covered)
    shown = [repository(call.world, found) for found in page]
    return Answer(body={"total_count": len(covered), "repositories": shown}, headers=headers)


@operation("DELETE /installation/token", by="installation")
def revoke(call: Call) -> Answer:
    """Revoke the token that asks."""
    del call.world.tokens[call.access.text]
    return Answer(204)


@operation("GET /app/hook/deliveries", by="app")
def deliveries(call: Call) -> Answer:
    """Every attempt to deliver a webhook, the newest first."""
    attempts = [(delivery, attempt) for delivery in _kept(call) for attempt in delivery.attempts]
    attempts.sort(key=lambda pair: pair[1][0], reverse=True)
    wanted = call.query.get("status")
    shown = [_attempt(delivery, *attempt) for delivery, attempt in attempts]
    kept = [one for one in shown if wanted is None or (one["status"] == "OK") == (wanted == "success")]
    cursor = int(call.query["cursor"]) if call.query.get("cursor", "").isdecimal() else None
    left = [one for one in kept if cursor is None or int(str(one["id"])) < cursor]
    size = int(call.query.get("per_page", 30))
    more = f'<{call.url}?per_page={size}&cursor={left[size - 1]["id"]}>; rel="next"' if len(left) > size else ""
    return Answer(body=left[:size], headers={"Link": more} if more else {})


def _kept(call: Call) -> list[Delivery]:
    """Three days: https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks."""
    oldest = call.world.clock() - THREE_DAYS
    return [one for one in call.world.deliveries if one.attempts and one.attempts[0][1] >= oldest]


def _attempt(delivery: Delivery, number: int, when: float, status: int) -> dict[str, object]:
    first = delivery.attempts[0][0]
    return {
        "id": number,
        "guid": delivery.guid,
        "delivered_at": shapes.moment(when),
        "redelivery": number != first,
        "duration": 0.1,
        "status": "OK" if 200 <= status < 300 else f"Invalid HTTP Response: {status}",
        "status_code": status,
        "event": delivery.event,
        "action": delivery.payload.get("action"),
        "installation_id": delivery.installation.id if delivery.installation else None,
        "repository_id": delivery.repository.id if delivery.repository else None,
        "throttled_at": None,
    }


@operation("POST /app/hook/deliveries/{delivery_id}/attempts", by="app")
def redeliver(call: Call) -> Answer:
    """Deliver a webhook once more."""
    number = call.number("delivery_id")
    for delivery in _kept(call):
        if any(attempt[0] == number for attempt in delivery.attempts):
            call.world.again.append(delivery)
            return Answer(202, {})
    raise not_found()
