"""What is said of work that was given up, without having come to a last word of its own. Markdown of ours."""

from bot.words.loss import Cause, Loss

_WHY = {
    Cause.UNFIT: "I was updated in the middle of it, and the new version can't go on where the old one was.",
    Cause.INTERRUPTED: "I was interrupted in it too often; whoever runs me can see in the log what ends me.",
    Cause.FAULT: "A fault of mine ended it; the log has the details.",
}
_AGAIN = "The issue is not at fault: ask again, and I begin anew."


def lost(loss: Loss) -> str:
    """A job was given up: why, what stands of it, and what to do."""
    stands = f"Draft pull request #{loss.pull}, which it had opened, stands." if loss.pull else ""
    published = "" if loss.published else " Nothing was published."
    parts = (f"**I lost this job and can't go on with it.** {_WHY[loss.cause]}{published}", stands, _AGAIN)
    return " ".join(part for part in parts if part)


def lost_request(cause: Cause) -> str:
    """A request was given up before it became a job."""
    return f"**I lost this request before I began.** {_WHY[cause]} {_AGAIN}"
