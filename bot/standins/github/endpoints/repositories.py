"""Repositories, roles, accounts and the rate limit."""

from bot.standins.github.call import Answer, Call, operation
from bot.standins.github.refusal import Refusal, not_found
from bot.standins.github.shapes import account, repository


@operation("GET @", "metadata")
def get(call: Call) -> Answer:
    """https://docs.github.com/en/rest/repos/repos#get-a-repository."""
    return Answer(body=repository.full(call.world, call.repository))


@operation("GET @/collaborators/{username}/permission", "metadata")
def permission(call: Call) -> Answer:
    """https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user."""
    found = call.world.accounts.get(call.parameters["username"].lower())
    if found is None:
        raise Refusal(404, f"{call.parameters['username']} is not a user")
    return Answer(body=repository.permission(call.world, call.repository, found))


@operation("GET /users/{username}")
def user(call: Call) -> Answer:
    """https://docs.github.com/en/rest/users/users#get-a-user."""
    found = call.world.accounts.get(call.parameters["username"].lower())
    if found is None:
        raise not_found()
    return Answer(body=account.public_user(call.world, found))


@operation("GET /rate_limit")
def rate_limit(call: Call) -> Answer:
    """https://docs.github.com/en/rest/rate-limit/rate-limit."""
    core = call.meter.overview(call.access.bucket)
    search = {"limit": 30, "remaining": 30, "reset": core["reset"], "used": 0}
    return Answer(body={"resources": {"core": core, "search": search}, "rate": core})


@operation("POST @/labels", "issues", "pull_requests")
def create_label(call: Call) -> Answer:
    """https://docs.github.com/en/rest/issues/labels#create-a-label."""
    name = call.body["name"]
    if name.lower() in call.repository.labels:
        error = {"resource": "Label", "code": "already_exists", "field": "name"}
        raise Refusal(422, "Validation Failed", [error])
    made = call.world.new_label(call.repository, name)
    made.color = call.body.get("color", made.color)
    made.description = call.body.get("description", "")
    return Answer(201, repository.label(call.world, call.repository, made))
