"""Comments in the conversation: https://docs.github.com/en/rest/issues/comments."""

from typing import Literal

from bot.standins.github import acts
from bot.standins.github.call import Answer, Call, one_by_id, operation
from bot.standins.github.endpoints.issues import BODY, reacted
from bot.standins.github.issues import Comment, Issue
from bot.standins.github.refusal import Refusal, forbidden, invalid
from bot.standins.github.shapes import issue as shapes

LOCKED = "Unable to create comment because issue is locked."


def check_comment(resource: str, body: str) -> None:
    """Refuse a comment that is blank or too long (422)."""
    if not body.strip():
        raise invalid(resource, "body", "missing_field", "Body can't be blank")
    if len(body) > BODY:
        message = f"Body is too long (maximum is {BODY} characters)"
        raise invalid(resource, "data", "unprocessable", message)


def check_unlocked(one: Issue) -> None:
    """Refuse a comment on a locked conversation (403): an App is no collaborator, whatever it may write.

    https://github.com/renovatebot/renovate/issues/6215
    """
    if one.locked:
        raise Refusal(403, LOCKED)


def _comment(call: Call, level: Literal["read", "write"]) -> Comment:
    one = one_by_id(call.repository.comments, call.number("comment_id"))
    if not one.issue.pull and call.access.kind != "none" and not call.access.may("issues", level):
        raise forbidden()
    return one


@operation("GET @/issues/{issue_number}/comments", "issues", "pull_requests")
def comments(call: Call) -> Answer:
    """The oldest first; `since` keeps those that were updated at that time or later."""
    since = call.query.get("since", "")
    shown = [shapes.comment(call.world, one) for one in call.issue().comments]
    page, headers = call.page([one for one in shown if one["updated_at"] >= since])
    return Answer(body=page, headers=headers)


@operation("POST @/issues/{issue_number}/comments", "issues", "pull_requests")
def create(call: Call) -> Answer:
    """https://docs.github.com/en/rest/issues/comments#create-an-issue-comment."""
    one = call.issue("write")
    check_unlocked(one)
    check_comment("IssueComment", call.body["body"])
    made = acts.comment(call.world, one, call.actor, call.body["body"])
    return Answer(201, shapes.comment(call.world, made))


@operation("GET @/issues/comments/{comment_id}", "issues", "pull_requests")
def get(call: Call) -> Answer:
    """https://docs.github.com/en/rest/issues/comments#get-an-issue-comment."""
    return Answer(body=shapes.comment(call.world, _comment(call, "read")))


@operation("PATCH @/issues/comments/{comment_id}", "issues", "pull_requests")
def update(call: Call) -> Answer:
    """https://docs.github.com/en/rest/issues/comments#update-an-issue-comment."""
    one = _comment(call, "write")
    check_comment("IssueComment", call.body["body"])
    acts.edit_comment(call.world, one, call.actor, call.body["body"])
    return Answer(body=shapes.comment(call.world, one))


@operation("DELETE @/issues/comments/{comment_id}", "issues", "pull_requests")
def delete(call: Call) -> Answer:
    """https://docs.github.com/en/rest/issues/comments#delete-an-issue-comment."""
    acts.delete_comment(call.world, _comment(call, "write"), call.actor)
    return Answer(204)


@operation("POST @/issues/comments/{comment_id}/reactions", "issues", "pull_requests")
def react(call: Call) -> Answer:
    """https://docs.github.com/en/rest/reactions/reactions#create-reaction-for-an-issue-comment."""
    return reacted(call, _comment(call, "write").reactions)
