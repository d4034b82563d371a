"""Issues, their history, labels and reactions: https://docs.github.com/en/rest/issues."""

from bot.standins.github import acts
from bot.standins.github.call import Answer, Call, one_by_id, operation
from bot.standins.github.issues import Reaction
from bot.standins.github.refusal import forbidden, invalid, moved, not_found
from bot.standins.github.shapes import issue as shapes
from bot.standins.github.shapes.repository import label

# Measured by users: https://github.com/dead-claudia/github-limits
BODY, TITLE = 65536, 256


def check_title(resource: str, title: str) -> None:
    """Refuse a title that is blank or too long (422)."""
    if not title.strip():
        raise invalid(resource, "title", "missing_field")
    if len(title) > TITLE:
        raise invalid(resource, "title", "custom", f"title is too long (maximum is {TITLE} characters)")


def check_body(resource: str, body: str | None) -> None:
    """Refuse a text that is too long (422)."""
    if body and len(body) > BODY:
        raise invalid(resource, "body", "custom", f"body is too long (maximum is {BODY} characters)")


@operation("GET @/issues/{issue_number}", "issues", "pull_requests")
def get(call: Call) -> Answer:
    """https://docs.github.com/en/rest/issues/issues#get-an-issue: of a transferred one only this leads on."""
    there = call.repository.gone.get(call.number("issue_number"))
    if there is not None and call.world.reads(call.access, there.repository):
        raise moved(f"{call.world.url}/repositories/{there.repository.id}/issues/{there.number}", writes=False)
    return Answer(body=shapes.issue(call.world, call.issue()))


@operation("PATCH @/issues/{issue_number}", "issues", "pull_requests")
def update(call: Call) -> Answer:
    """https://docs.github.com/en/rest/issues/issues#update-an-issue: title, body, state and labels."""
    one, body = call.issue("write"), call.body
    if "title" in body:
        check_title("Issue", str(body["title"]))
    check_body("Issue", body.get("body"))
    acts.edit(call.world, one, call.actor, title=body.get("title"), body=body.get("body"))
    if "labels" in body:
        wanted = {name if isinstance(name, str) else name["name"] for name in body["labels"]}
        for name in wanted:
            acts.add_label(call.world, one, name, call.actor)
        for worn in [each.name for each in one.labels if each.name not in wanted]:
            acts.remove_label(call.world, one, worn, call.actor)
    if body.get("state", one.state) != one.state:
        if body["state"] == "closed":
            acts.close(call.world, one, call.actor, body.get("state_reason") or "completed")
        else:
            acts.reopen(call.world, one, call.actor)
    return Answer(body=shapes.issue(call.world, one))


@operation("GET @/issues/{issue_number}/events", "issues", "pull_requests")
def events(call: Call) -> Answer:
    """https://docs.github.com/en/rest/issues/events#list-issue-events: the oldest first."""
    page, headers = call.page(call.issue().history)
    return Answer(body=[shapes.happening(call.world, call.repository, one) for one in page], headers=headers)


@operation("POST @/issues/{issue_number}/labels", "issues", "pull_requests")
def add_labels(call: Call) -> Answer:
    """https://docs.github.com/en/rest/issues/labels#add-labels-to-an-issue."""
    one = call.issue("write")
    for name in call.body.get("labels", ()):
        acts.add_label(call.world, one, name if isinstance(name, str) else name["name"], call.actor)
    return Answer(body=[label(call.world, call.repository, each) for each in one.labels])


@operation("DELETE @/issues/{issue_number}/labels/{name}", "issues", "pull_requests")
def remove_label(call: Call) -> Answer:
    """https://docs.github.com/en/rest/issues/labels#remove-a-label-from-an-issue."""
    one = call.issue("write")
    try:
        acts.remove_label(call.world, one, call.parameters["name"], call.actor)
    except KeyError:
        raise not_found() from None
    return Answer(body=[label(call.world, call.repository, each) for each in one.labels])


def reacted(call: Call, reactions: list[Reaction]) -> Answer:
    """The answer to a reaction: 201 if it is new, 200 if it was there."""
    reaction, new = acts.react(call.world, reactions, call.body["content"], call.actor)
    return Answer(201 if new else 200, shapes.reaction(call.world, reaction))


@operation("GET @/issues/{issue_number}/reactions", "issues", "pull_requests")
def reactions(call: Call) -> Answer:
    """https://docs.github.com/en/rest/reactions/reactions#list-reactions-for-an-issue."""
    wanted = call.query.get("content")
    kept = [one for one in call.issue().reactions if wanted in {None, one.content}]
    page, headers = call.page(kept)
    return Answer(body=[shapes.reaction(call.world, one) for one in page], headers=headers)


@operation("POST @/issues/{issue_number}/reactions", "issues", "pull_requests")
def react(call: Call) -> Answer:
    """https://docs.github.com/en/rest/reactions/reactions#create-reaction-for-an-issue."""
    return reacted(call, call.issue("write").reactions)


@operation("DELETE @/issues/{issue_number}/reactions/{reaction_id}", "issues", "pull_requests")
def unreact(call: Call) -> Answer:
    """https://docs.github.com/en/rest/reactions/reactions#delete-an-issue-reaction."""
    given = call.issue("write").reactions
    one = one_by_id(given, call.number("reaction_id"))
    if one.by is not call.actor:
        raise forbidden()
    given.remove(one)
    return Answer(204)
