"""Check runs and commit statuses: https://docs.github.com/en/rest/checks."""

from typing import Any

from bot.standins.github.call import Answer, Call, one_by_id, operation
from bot.standins.github.refusal import Refusal, invalid
from bot.standins.github.repositories import CheckRun
from bot.standins.github.shapes import pull as shapes
from bot.standins.github.shapes.account import moment


@operation("POST @/check-runs", "checks")
def create(call: Call) -> Answer:
    """https://docs.github.com/en/rest/checks/runs#create-a-check-run."""
    found, head = call.filled, call.body["head_sha"]
    if found.git.type(head) != "commit":
        raise Refusal(422, f"No commit found for SHA: {head}")
    suites = {one.head: one.suite for one in found.checks}
    suite = suites.get(head) or next(call.world.ids)
    one = CheckRun(next(call.world.ids), head, suite, call.world.clock(), {})
    _take(call, one)
    found.checks.append(one)
    return Answer(201, shapes.check_run(call.world, found, one))


@operation("PATCH @/check-runs/{check_run_id}", "checks")
def update(call: Call) -> Answer:
    """https://docs.github.com/en/rest/checks/runs#update-a-check-run; annotations are appended."""
    one = one_by_id(call.repository.checks, call.number("check_run_id"))
    _take(call, one)
    return Answer(body=shapes.check_run(call.world, call.repository, one))


def _take(call: Call, one: CheckRun) -> None:
    fields = dict(call.body)
    if fields.get("conclusion"):
        fields["status"] = "completed"
        fields.setdefault("completed_at", moment(call.world.clock()))
    elif fields.get("status") == "completed":
        raise invalid("CheckRun", "conclusion", "missing_field")
    output: dict[str, Any] = fields.get("output") or {}
    one.annotations += output.get("annotations", [])
    one.fields |= fields


@operation("GET @/commits/{ref}/check-runs", "checks")
def for_ref(call: Call) -> Answer:
    """https://docs.github.com/en/rest/checks/runs#list-check-runs-for-a-git-reference."""
    sha = call.commit(call.parameters["ref"])
    found = [one for one in call.repository.checks if one.head == sha]
    for field, name in (("name", "check_name"), ("status", "status")):
        if name in call.query:
            found = [one for one in found if one.fields.get(field, "queued") == call.query[name]]
    if call.query.get("filter", "latest") == "latest":
        found = list({str(one.fields["name"]): one for one in found}.values())
    page, headers = call.page(found)
    shown = [shapes.check_run(call.world, call.repository, one) for one in page]
    return Answer(body={"total_count": len(found), "check_runs": shown}, headers=headers)


@operation("GET @/commits/{ref}/status", "statuses")
def status(call: Call) -> Answer:
    """https://docs.github.com/en/rest/commits/statuses#get-the-combined-status-for-a-specific-reference."""
    sha = call.commit(call.parameters["ref"])
    latest = {one.context: one for one in call.repository.statuses if one.sha == sha}
    page, headers = call.page(list(latest.values()))
    return Answer(body=shapes.combined_status(call.world, call.repository, sha, page), headers=headers)
