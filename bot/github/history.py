"""History: what was merged into a repository, and what each merge changed. It only reads."""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.github.access import understood
from bot.github.files import Files
from bot.github.issues import Issues
from bot.words.merged_pull import MergedPull
from sandbox.files import File

_PAGE, _PAGES = 100, 10


class History(Files, Issues):
    """The merged pull requests of a repository."""

    def merged(self) -> Iterator[MergedPull]:
        """Merged pull requests, the newest first, of the newest thousand closed ones; asked for page by page.

        https://docs.github.com/rest/pulls/pulls#list-pull-requests
        """
        path = "/pulls{?state,sort,direction,per_page,page}"
        for page in range(1, _PAGES + 1):
            wanted = {"state": "closed", "sort": "created", "direction": "desc", "per_page": _PAGE, "page": page}
            items = understood(list, self._get(path, **wanted))
            yield from filter(None, (understood(_merged, item) for item in items))
            if len(items) < _PAGE:
                return

    def changed_paths(self, pull: int) -> list[str]:
        """Paths that a pull request changed. https://docs.github.com/rest/pulls/pulls#list-pull-requests-files ."""
        files = self._all("/pulls/{number}/files{?per_page}", number=pull)
        return understood(lambda found: [str(file["filename"]) for file in found], files)

    def parent(self, commit: str) -> str:
        """SHA of a commit's first parent; "" for the first commit of all.

        https://docs.github.com/rest/git/commits#get-a-commit-object
        """
        found = self._get("/git/commits/{sha}", sha=commit)
        return understood(lambda d: str(d["parents"][0]["sha"]) if d["parents"] else "", found)

    def some_files(self, commit: str, paths: Iterable[str]) -> dict[str, File]:
        """These files of a commit, those of them that are there and regular."""
        entries = self.listing(self.tree_sha(commit))
        return {path: self._blob(entries[path]) for path in paths if path in entries and entries[path].regular}


def _merged(data: Any) -> MergedPull | None:
    if not data["merged_at"] or not data.get("merge_commit_sha"):
        return None
    return MergedPull(
        number=data["number"], title=data["title"], body=data["body"] or "", commit=data["merge_commit_sha"]
    )
