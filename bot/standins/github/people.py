"""People: what somebody does on GitHub's pages, each act followed by its webhook."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.standins.github import acts, losses
from bot.standins.github.accounts import Account, Installation
from bot.standins.github.git import File
from bot.standins.github.issues import Comment, Issue, Pull, ReviewComment
from bot.standins.github.repositories import Repository

if TYPE_CHECKING:
    from bot.standins.github.github import GitHub


class Person(Account):
    """Somebody with an account.

    Every act gives the status that the receiver of its webhook answered, 0 if none was sent (no webhook URL,
    the App not installed or not subscribed) or nobody answered. With `send=False` the webhook is only
    remembered: `github.deliveries[-1].payload` is then what a workflow would find in its event file.
    """

    github: "GitHub"

    async def opens(self, found: Repository, title: str, body: str | None = "", *, send: bool = True) -> int:
        """Open an issue; it is `found.issues[number]`."""
        with self.github.posting(send=send) as post:
            acts.open_issue(self.github, found, title, body, self)
        return await post

    async def labels(self, one: Issue, name: str, *, send: bool = True) -> int:
        """Put a label on an issue or a pull request."""
        with self.github.posting(send=send) as post:
            acts.add_label(self.github, one, name, self)
        return await post

    async def unlabels(self, one: Issue, name: str, *, send: bool = True) -> int:
        """Take a label off."""
        with self.github.posting(send=send) as post:
            acts.remove_label(self.github, one, name, self)
        return await post

    async def comments(self, one: Issue, text: str, *, send: bool = True) -> int:
        """Comment in the conversation; the comment is `one.comments[-1]`."""
        with self.github.posting(send=send) as post:
            acts.comment(self.github, one, self, text)
        return await post

    async def edits_comment(self, one: Comment, text: str, *, send: bool = True) -> int:
        """Change a comment's text."""
        with self.github.posting(send=send) as post:
            acts.edit_comment(self.github, one, self, text)
        return await post

    async def deletes_comment(self, one: Comment, *, send: bool = True) -> int:
        """Remove a comment."""
        with self.github.posting(send=send) as post:
            acts.delete_comment(self.github, one, self)
        return await post

    async def edits(self, one: Issue, *, title: str | None = None, body: str | None = None, send: bool = True) -> int:
        """Change the title or the text of an issue or a pull request."""
        with self.github.posting(send=send) as post:
            acts.edit(self.github, one, self, title=title, body=body)
        return await post

    async def closes(self, one: Issue, *, send: bool = True) -> int:
        """Close an issue or a pull request."""
        with self.github.posting(send=send) as post:
            acts.close(self.github, one, self)
        return await post

    async def reopens(self, one: Issue, *, send: bool = True) -> int:
        """Open it again."""
        with self.github.posting(send=send) as post:
            acts.reopen(self.github, one, self)
        return await post

    async def merges(self, one: Pull, *, send: bool = True) -> int:
        """Merge a pull request that has no conflict."""
        with self.github.posting(send=send) as post:
            acts.merge(self.github, one, self)
        return await post

    async def deletes(self, one: Issue, *, send: bool = True) -> int:
        """Delete an issue."""
        with self.github.posting(send=send) as post:
            acts.delete(self.github, one, self)
        return await post

    async def transfers(self, one: Issue, to: Repository, *, send: bool = True) -> int:
        """Move an issue to another repository."""
        with self.github.posting(send=send) as post:
            acts.transfer(self.github, one, to, self)
        return await post

    async def locks(self, one: Issue, *, send: bool = True) -> int:
        """Lock the conversation."""
        with self.github.posting(send=send) as post:
            acts.lock(self.github, one, self, locked=True)
        return await post

    async def unlocks(self, one: Issue, *, send: bool = True) -> int:
        """Unlock the conversation."""
        with self.github.posting(send=send) as post:
            acts.lock(self.github, one, self, locked=False)
        return await post

    async def reviews(
        self,
        one: Pull,
        body: str = "",
        *,
        state: str = "COMMENTED",
        remarks: Mapping[tuple[str, int], str] | None = None,
        send: bool = True,
    ) -> int:
        """Submit a review ("APPROVED", "CHANGES_REQUESTED", "COMMENTED") with remarks by (path, line)."""
        with self.github.posting(send=send) as post:
            acts.review(self.github, one, self, body, state, remarks or {})
        return await post

    async def replies(self, to: ReviewComment, text: str, *, send: bool = True) -> int:
        """Answer a comment on the diff."""
        with self.github.posting(send=send) as post:
            acts.reply(self.github, to, self, text)
        return await post

    async def pushes(
        self,
        found: Repository,
        branch: str,
        files: Mapping[str, File | None],
        message: str = "Change",
        *,
        send: bool = True,
    ) -> int:
        """Commit files onto a branch (None removes one) and push it."""
        with self.github.posting(send=send) as post:
            acts.push(self.github, found, branch, files, self, message)
        return await post

    async def uninstalls(self, found: Installation, *, send: bool = True) -> int:
        """Take the App off an account."""
        with self.github.posting(send=send) as post:
            losses.uninstall(self.github, found, self)
        return await post

    async def suspends(self, found: Installation, *, send: bool = True) -> int:
        """Suspend the App on an account."""
        with self.github.posting(send=send) as post:
            losses.suspend(self.github, found, self, suspended=True)
        return await post

    async def unsuspends(self, found: Installation, *, send: bool = True) -> int:
        """Let the App work again."""
        with self.github.posting(send=send) as post:
            losses.suspend(self.github, found, self, suspended=False)
        return await post

    async def takes_away(self, found: Repository, *, send: bool = True) -> int:
        """Take a repository from the App."""
        with self.github.posting(send=send) as post:
            losses.take_away(self.github, found, self)
        return await post

    async def archives(self, found: Repository, *, send: bool = True) -> int:
        """Make a repository read-only."""
        with self.github.posting(send=send) as post:
            losses.archive(self.github, found, self)
        return await post

    async def deletes_repository(self, found: Repository, *, send: bool = True) -> int:
        """Delete a repository."""
        with self.github.posting(send=send) as post:
            losses.delete(self.github, found, self)
        return await post

    async def dispatches(
        self, found: Repository, workflow: str, inputs: Mapping[str, str], *, send: bool = False
    ) -> int:
        """Start a workflow by hand; no webhook, the payload is for a workflow's event file."""
        with self.github.posting(send=send) as post:
            acts.dispatch(self.github, found, workflow, inputs, self)
        return await post
