"""What stands in the way on GitHub once a change is proven: causes, and sentences with what to do about them."""

from bot.sentences.harmless import inline_code, one_line


def not_published(cause: str, branch: str = "") -> str:
    """A proven change that is not wanted any more.

    Args:
        cause: one of the causes below.
        branch: where it was committed to before that was known; "" for nowhere.
    """
    if branch:
        return f"{cause}, after the change was committed to {inline_code(branch)}. Nothing more was published."
    return f"{cause}, so nothing was published. If it is still wanted, ask again when that has changed."


def no_writer(login: str) -> str:
    """Whoever asked has lost the permission."""
    return f"{one_line(login, 100)} may no longer write to this repository"


def issue_closed() -> str:
    """Somebody closed the issue."""
    return "The issue was closed meanwhile"


def issue_gone() -> str:
    """The issue was deleted or transferred."""
    return "The issue is no longer here: it was deleted, or moved to another repository"


def pull_ended(*, merged: bool) -> str:
    """Somebody closed the pull request that was to be changed."""
    return f"The pull request was {'merged' if merged else 'closed'} meanwhile"


def archived() -> str:
    """The repository became read-only."""
    return "The repository was archived meanwhile"


def target_gone(branch: str) -> str:
    """The branch that the pull request was to go into."""
    return f"The branch {inline_code(branch)}, which the change was made for, was deleted or renamed meanwhile"


def branch_refused(branch: str, words: str) -> str:
    """The rules of the repository refuse our branch; `words` are GitHub's."""
    return (
        f"The rules of this repository refuse my branch {inline_code(branch)}, so nothing was published. "
        f"GitHub says: {one_line(words, 200)}. Let this App bypass the rule, or leave `intern/*` out of it, and ask "
        "again."
    )


def ungranted(permissions: str) -> str:
    """The installation does not grant what publishing needs ("contents: write")."""
    return (
        f"This App is not allowed what publishing needs ({permissions}), so nothing was published. Whoever administers "
        "the installation can accept its permissions under Settings, GitHub Apps; then ask again."
    )
