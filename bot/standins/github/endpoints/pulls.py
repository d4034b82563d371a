"""Pull requests, reviews and comments on the diff: https://docs.github.com/en/rest/pulls."""

from bot.standins.github import acts
from bot.standins.github.call import Answer, Call, one_by_id, operation
from bot.standins.github.diff import changes
from bot.standins.github.endpoints.issues import check_body, check_title, reacted
from bot.standins.github.endpoints.talk import check_comment, check_unlocked
from bot.standins.github.refusal import Refusal, invalid
from bot.standins.github.shapes import commit, pull

NO_DRAFTS = "Draft pull requests are not supported in this repository."
NO_ACTIONS = "GitHub Actions is not permitted to create or approve pull requests."


@operation("GET @/pulls", "pull_requests")
def pulls(call: Call) -> Answer:
    """https://docs.github.com/en/rest/pulls/pulls#list-pull-requests: the newest first.

    `head` is "owner:branch"; without the owner GitHub ignores it, and so does this.
    """
    state, head, base = call.query.get("state", "open"), call.query.get("head", ""), call.query.get("base")
    owner = call.repository.owner.login.lower()
    kept = [
        one
        for one in reversed(call.repository.pulls)
        if state in {"all", one.state}
        and (":" not in head or [owner, one.head] == [head.split(":")[0].lower(), head.split(":", 1)[1]])
        and base in {None, one.base}
    ]
    if call.query.get("direction") == "asc":
        kept.reverse()
    page, headers = call.page(kept)
    return Answer(body=[pull.simple(call.world, one) for one in page], headers=headers)


@operation("POST @/pulls", "pull_requests")
def create(call: Call) -> Answer:
    """https://docs.github.com/en/rest/pulls/pulls#create-a-pull-request, no fork."""
    found, body = call.filled, call.body
    check_title("PullRequest", str(body.get("title", "")))
    check_body("Issue", body.get("body"))
    if call.access.kind == "actions" and not found.actions_open_pulls:
        raise Refusal(403, NO_ACTIONS)
    head, base = _ends(call)
    if any(one.state == "open" and (one.head, one.base) == (head, base) for one in found.pulls):
        raise _custom(f"A pull request already exists for {found.owner.login}:{head}.")
    if not found.git.log(f"refs/heads/{base}..refs/heads/{head}"):
        raise _custom(f"No commits between {base} and {head}")
    draft = bool(body.get("draft", False))
    if draft and not found.drafts:
        raise Refusal(422, NO_DRAFTS)
    one = acts.open_pull(
        call.world, found, body["title"], body.get("body"), call.actor, head=head, base=base, draft=draft
    )
    return Answer(201, pull.pull(call.world, one))


def _ends(call: Call) -> tuple[str, str]:
    owner, _, head = call.body["head"].rpartition(":")
    branches, base = call.repository.branches, call.body["base"]
    if head not in branches or owner.lower() not in {"", call.repository.owner.login.lower()}:
        raise invalid("PullRequest", "head", "invalid")
    if base not in branches:
        raise invalid("PullRequest", "base", "invalid")
    return head, base


def _custom(message: str) -> Refusal:
    error = {"resource": "PullRequest", "code": "custom", "message": message}
    return Refusal(422, "Validation Failed", [error])


@operation("GET @/pulls/{pull_number}", "pull_requests")
def get(call: Call) -> Answer:
    """https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request."""
    return Answer(body=pull.pull(call.world, call.pull()))


@operation("PATCH @/pulls/{pull_number}", "pull_requests")
def update(call: Call) -> Answer:
    """https://docs.github.com/en/rest/pulls/pulls#update-a-pull-request: title, body and state."""
    one, body = call.pull(), call.body
    if "title" in body:
        check_title("PullRequest", body["title"])
    check_body("Issue", body.get("body"))
    acts.edit(call.world, one, call.actor, title=body.get("title"), body=body.get("body"))
    if body.get("state", one.state) != one.state:
        change = acts.close if body["state"] == "closed" else acts.reopen
        change(call.world, one, call.actor)
    return Answer(body=pull.pull(call.world, one))


@operation("GET @/pulls/{pull_number}/files", "pull_requests")
def files(call: Call) -> Answer:
    """https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files."""
    one = call.pull()
    start = call.repository.git.merge_base(one.base_sha, one.head_sha) or one.base_sha
    page, headers = call.page(changes(call.repository.git, start, one.head_sha))
    shown = [commit.change(call.world, call.repository, one.head_sha, file) for file in page]
    return Answer(body=shown, headers=headers)


@operation("GET @/pulls/{pull_number}/comments", "pull_requests")
def review_comments(call: Call) -> Answer:
    """https://docs.github.com/en/rest/pulls/comments#list-review-comments-on-a-pull-request."""
    since = call.query.get("since", "")
    shown = [pull.review_comment(call.world, one) for one in call.pull().review_comments]
    page, headers = call.page([one for one in shown if one["updated_at"] >= since])
    return Answer(body=page, headers=headers)


@operation("POST @/pulls/{pull_number}/comments/{comment_id}/replies", "pull_requests")
def reply(call: Call) -> Answer:
    """https://docs.github.com/en/rest/pulls/comments#create-a-reply-for-a-review-comment.

    Replies to replies are not supported.
    """
    one = call.pull()
    to = one_by_id(one.review_comments, call.number("comment_id"))
    if to.answers is not None:
        raise invalid("PullRequestReviewComment", "in_reply_to", "invalid")
    check_unlocked(one)
    check_comment("PullRequestReviewComment", call.body["body"])
    made = acts.reply(call.world, to, call.actor, call.body["body"])
    return Answer(201, pull.review_comment(call.world, made))


@operation("GET @/pulls/comments/{comment_id}", "pull_requests")
def review_comment(call: Call) -> Answer:
    """https://docs.github.com/en/rest/pulls/comments#get-a-review-comment-for-a-pull-request."""
    one = one_by_id(call.repository.review_comments, call.number("comment_id"))
    return Answer(body=pull.review_comment(call.world, one))


@operation("POST @/pulls/comments/{comment_id}/reactions", "pull_requests")
def react(call: Call) -> Answer:
    """https://docs.github.com/en/rest/reactions/reactions#create-reaction-for-a-pull-request-review-comment."""
    return reacted(call, one_by_id(call.repository.review_comments, call.number("comment_id")).reactions)


@operation("GET @/pulls/{pull_number}/reviews", "pull_requests")
def reviews(call: Call) -> Answer:
    """https://docs.github.com/en/rest/pulls/reviews#list-reviews-for-a-pull-request."""
    page, headers = call.page(call.pull().reviews)
    return Answer(body=[pull.review(call.world, one) for one in page], headers=headers)


@operation("GET @/pulls/{pull_number}/reviews/{review_id}/comments", "pull_requests")
def comments_of_review(call: Call) -> Answer:
    """https://docs.github.com/en/rest/pulls/reviews#list-comments-for-a-pull-request-review."""
    one = call.pull()
    review = one_by_id(one.reviews, call.number("review_id"))
    page, headers = call.page([each for each in one.review_comments if each.review == review.id])
    return Answer(body=[pull.review_comment(call.world, each) for each in page], headers=headers)
