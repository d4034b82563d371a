"""Publisher: the only writer of code. One branch `intern/...`, one pull request, and nothing else."""

import re
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from bot.errors import Refusal
from bot.github.access import understood
from bot.github.comments import with_marker
from bot.github.commit_tree import check_branch, tree_items
from bot.github.errors import Conflict, Forbidden, NotFound, Unprocessable
from bot.github.files import Files
from bot.github.portal import Portal
from bot.github.stage import Credentials, Stage
from bot.sentences.obstacles import branch_refused, not_published, target_gone
from bot.stopping import to_the_end
from bot.words.job import Job, Repository
from bot.words.patch import Patch
from bot.words.pull import PullRequest

#: What GitHub says when a ruleset or a protected branch is in the way; the last names no reason at all.
#: https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets
_RULES = ("rule violations", "protected branch", "Protected branch", "Reference update failed")
_SHA = re.compile(r"[0-9a-f]{40}")


class Publisher(Files):
    """Writes patches to one repository.

    Args:
        portal: the open door to GitHub.
        credentials: the App's, or an Action's token.
        repository: which one.
        refused: names those of the given paths that no patch may touch, each with the reason
            (`bot.decisions.proof.protection.refused_paths`); asked again here, whoever asked before.
    """

    stage: ClassVar[Stage] = Stage.PUBLISH

    def __init__(
        self,
        portal: Portal,
        credentials: Credentials,
        repository: Repository,
        refused: Callable[[Sequence[str]], Sequence[str]],
    ) -> None:
        super().__init__(portal, credentials, repository)
        self._refused = refused

    def publish(
        self, job: Job, patch: Patch, parent: str, branch: str, message: str, expected_head: str | None = None
    ) -> str:
        """Commit a patch and point the branch at it; done twice, it gives the first commit again.

        Neither author nor committer is named, so that GitHub signs the commit as the App's:
        https://docs.github.com/authentication/managing-commit-signature-verification/about-commit-signature-verification

        Args:
            job: whose patch it is; its repository has to be this one.
            patch: the changes.
            parent: SHA of the commit that they are made on.
            branch: "intern/...".
            message: the commit's message.
            expected_head: where the branch stands now; None when it is to be made.

        Returns:
            The SHA of the commit that the branch points at.

        Raises:
            Refusal: a path or branch that may not be written, or the branch has commits of others.
        """
        self._check(job, patch, parent, branch)
        tree = self._tree(patch, parent)
        commits: list[str] = []

        def find() -> str | None:
            return self._published(branch, parent, tree, expected_head)

        def write() -> str:
            if not commits:
                commits.append(self._commit(message, tree, parent))
            try:
                with to_the_end():  # a branch that is there is to be told of
                    self._point(branch, commits[0], new=expected_head is None)
            except (Unprocessable, Conflict, Forbidden) as refusal:
                # Somebody was faster, perhaps a former run of ourselves.
                if (found := find()) is not None:
                    return found
                if any(words in str(refusal) for words in _RULES):
                    raise Refusal(branch_refused(branch, refusal.words)) from None
                raise
            return commits[0]

        return self._ensure(find, write)

    def published(
        self, job: Job, patch: Patch, parent: str, branch: str, expected_head: str | None = None
    ) -> str | None:
        """The SHA that `publish` would give, where the branch has that commit already. No branch is written."""
        self._check(job, patch, parent, branch)
        if self._head(branch) in (None, expected_head):
            return None
        try:
            return self._published(branch, parent, self._tree(patch, parent), expected_head)
        except Refusal:  # its commits are another's
            return None

    def open_pull(self, branch: str, base: str, title: str, body: str, *, draft: bool = True) -> PullRequest:
        """The pull request for what the branch holds; it is opened if there is none yet.

        One that an interrupted try has opened is found, whatever a person has done with it since.
        Drafts do not exist in private repositories of free plans: there it is opened as a normal one.
        https://docs.github.com/rest/pulls/pulls#create-a-pull-request
        """
        check_branch(branch)
        try:
            return self._ensure(
                lambda: self._opened(branch, base), lambda: self._open(branch, base, title, body, draft)
            )
        except Unprocessable as refusal:
            if (found := self._opened(branch, base)) is not None:
                return found
            if draft and "draft" in str(refusal).lower():
                return self.open_pull(branch, base, title, body, draft=False)
            if not self._head(base):
                raise Refusal(not_published(target_gone(base), branch)) from None
            raise
        except Forbidden as refusal:
            if "not permitted to create" in str(refusal):
                raise Refusal(
                    "GitHub Actions may not open pull requests here. Allow it under "
                    "Settings, Actions, General, Workflow permissions."
                ) from None
            raise

    def find_pull(self, branch: str, base: str) -> PullRequest | None:
        """The open pull request of a branch of this repository into another one."""
        found = [pull for pull in self._pulls(branch, "open") if understood(lambda p: p["base"]["ref"] == base, pull)]
        return understood(_pull_request, found[0]) if found else None

    def _opened(self, branch: str, base: str) -> PullRequest | None:
        """The open one; or, closed or led elsewhere by a person, one of the very commit that the branch points at.

        An older one may have had a branch of the same name.
        """
        if (found := self.find_pull(branch, base)) is not None:
            return found
        try:
            head = self.branch_head(branch)
        except NotFound:
            return None
        same = [pull for pull in self._pulls(branch, "all") if understood(lambda p: p["head"]["sha"] == head, pull)]
        return understood(_pull_request, same[0]) if same else None

    def _pulls(self, branch: str, state: str) -> list[Any]:
        """Those from a branch of this repository, whose owner may have another name by now."""
        head = f"{self.details().repository.owner}:{branch}"
        pulls = self._all("/pulls{?state,head,per_page}", state=state, head=head)
        return [pull for pull in pulls if understood(lambda p: self._is_from(p, branch), pull)]

    def update_pull_body(self, number: int, body: str) -> None:
        """Replace the text of a pull request."""
        text = with_marker(body, "")
        self._ask("PATCH", "/pulls/{number}", {"body": text}, repeatable=True, number=number)

    def _head(self, branch: str) -> str | None:
        try:
            return self.branch_head(branch)
        except NotFound:
            return None

    def _check(self, job: Job, patch: Patch, parent: str, branch: str) -> None:
        check_branch(branch)
        if job.repository.id != self.repository.id:
            raise Refusal("A patch can only be published to the repository that it was made for.")
        if not _SHA.fullmatch(parent):
            raise Refusal("A patch can only be published onto a commit.")
        if refused := list(self._refused([change.path for change in patch.changes])):
            named = "; ".join(refused[:5])
            raise Refusal(f"This patch touches what only a person may change: {named}.")

    def _tree(self, patch: Patch, parent: str) -> str:
        """SHA of the tree with the patch applied. Its content names it: asking twice does no harm."""
        base = self.tree_sha(parent)
        items = tree_items(patch, self.listing(base))
        answer = self._ask("POST", "/git/trees", {"base_tree": base, "tree": items}, repeatable=True)
        tree = understood(lambda d: str(d["sha"]), answer)
        if tree == base:
            raise Refusal("This patch changes nothing.")
        return tree

    def _published(self, branch: str, parent: str, tree: str, expected_head: str | None) -> str | None:
        """The branch's head if it is already this very change; None if the branch still waits for it."""
        head = self._head(branch)
        if head == expected_head:
            return None
        if head is None:
            raise Refusal(f"The branch `{branch}` was deleted meanwhile.")
        commit = self._get("/git/commits/{sha}", sha=head)
        found = understood(lambda d: (d["tree"]["sha"], [p["sha"] for p in d["parents"]]), commit)
        if found == (tree, [parent]):
            return head
        raise Refusal(f"The branch `{branch}` has other commits by now: they are not overwritten.")

    def _commit(self, message: str, tree: str, parent: str) -> str:
        # A commit that no branch points at is nowhere seen, so a second one after a lost answer does no harm.
        body = {"message": message, "tree": tree, "parents": [parent]}
        answer = self._ask("POST", "/git/commits", body, repeatable=True)
        return understood(lambda d: str(d["sha"]), answer)

    def _point(self, branch: str, commit: str, *, new: bool) -> None:
        if new:
            body: dict[str, object] = {"ref": f"refs/heads/{branch}", "sha": commit}
            self._ask("POST", "/git/refs", body, repeatable=False)
            return
        path = "/git/refs/heads{/branch*}"
        move = {"sha": commit, "force": False}
        self._ask("PATCH", path, move, repeatable=True, branch=branch.split("/"))

    def _open(self, branch: str, base: str, title: str, body: str, draft: bool) -> PullRequest:
        line = " ".join(title.split())[:250]
        pull = {"title": line, "head": branch, "base": base, "body": with_marker(body, ""), "draft": draft}
        return understood(_pull_request, self._ask("POST", "/pulls", pull, repeatable=False))

    def _is_from(self, pull: Any, branch: str) -> bool:
        head = pull["head"]
        return bool((head["repo"] or {}).get("id") == self.repository.id and head["ref"] == branch)


def _pull_request(data: Any) -> PullRequest:
    return PullRequest(number=data["number"], url=data["html_url"])
