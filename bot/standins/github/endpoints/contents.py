"""Files, archives, branches, commits and comparisons."""

import secrets

from bot.standins.github.call import Answer, Call, operation
from bot.standins.github.diff import changes
from bot.standins.github.git import SUBMODULE, Object
from bot.standins.github.refusal import Refusal, not_found
from bot.standins.github.shapes import commit as shapes
from bot.standins.github.shapes.repository import api, html, quoted

FIVE_MINUTES = 300


@operation("GET @/contents/{path}", "contents")
def contents(call: Call) -> Answer:
    """https://docs.github.com/en/rest/repos/contents#get-repository-content."""
    found = call.repository
    if found.empty:
        raise Refusal(404, "This repository is empty.")
    ref, path = call.query.get("ref", found.default_branch), call.parameters["path"].strip("/")
    commit = found.git.resolve(ref)
    if commit is None:
        raise Refusal(404, f"No commit found for the ref {ref}")
    entries = {entry.path: entry for entry in found.git.entries(commit, recursive=True)}
    one = entries.get(path)
    if one is None:
        raise not_found()
    if one.type == "tree":
        inside = [entry for entry in entries.values() if entry.path.rpartition("/")[0] == path]
        return Answer(body=[shapes.content(call.world, found, ref, entry, None) for entry in inside])
    data = _data(call, one)
    return Answer(body=shapes.content(call.world, found, ref, one, data))


def _data(call: Call, one: Object) -> bytes:
    return b"" if one.mode == SUBMODULE else call.repository.git.content(one.sha)


@operation("GET @/tarball/{ref}", "contents")
def tarball(call: Call) -> Answer:
    """A redirect to a link that works without a token for five minutes.

    https://docs.github.com/en/rest/repos/contents#download-a-repository-archive-tar. An empty repository
    redirects too, and the link then answers 400: https://github.com/github/docs/issues/11512.
    """
    found, ref = call.repository, call.parameters["ref"]
    sha = "" if found.empty else found.git.resolve(ref)
    if sha is None:
        raise not_found()
    key = secrets.token_urlsafe(16)
    call.world.downloads[key] = (found, sha, call.world.clock() + FIVE_MINUTES)
    link = f"{call.world.url}/codeload/{found.full_name}/legacy.tar.gz/{quoted(ref)}?token={key}"
    return Answer(302, headers={"Location": link})


@operation("GET @/branches/{branch}", "contents")
def branch(call: Call) -> Answer:
    """https://docs.github.com/en/rest/branches/branches#get-a-branch."""
    name = call.parameters["branch"]
    sha = call.repository.branches.get(name)
    if sha is None:
        raise Refusal(404, "Branch not found")
    return Answer(body=shapes.branch(call.world, call.repository, name, call.repository.git.show(sha)))


@operation("GET @/commits/{ref}", "contents")
def commit(call: Call) -> Answer:
    """https://docs.github.com/en/rest/commits/commits#get-a-commit."""
    one = call.repository.git.show(call.commit(call.parameters["ref"]))
    return Answer(body=shapes.commit(call.world, call.repository, one, files=True))


@operation("GET @/compare/{basehead}", "contents")
def compare(call: Call) -> Answer:
    """https://docs.github.com/en/rest/commits/commits#compare-two-commits: "base...head"."""
    found, pair = call.filled, call.parameters["basehead"]
    base, dots, head = pair.partition("...")
    shas = [found.git.resolve(name.rpartition(":")[2]) for name in (base, head)]
    start = shas[0] and shas[1] and found.git.merge_base(shas[0], shas[1])
    if not dots or not shas[0] or not shas[1] or not start:
        raise not_found()
    ahead, behind = (found.git.log(span) for span in (f"{shas[0]}..{shas[1]}", f"{shas[1]}..{shas[0]}"))
    page, headers = call.page(ahead[::-1])
    states = {(True, True): "diverged", (True, False): "ahead", (False, True): "behind"}
    url = f"{html(call.world, found)}/compare/{quoted(pair)}"
    shown = {
        "url": f"{api(call.world, found)}/compare/{quoted(pair)}",
        "html_url": url,
        "permalink_url": url,
        "diff_url": f"{url}.diff",
        "patch_url": f"{url}.patch",
        "base_commit": shapes.commit(call.world, found, found.git.show(shas[0])),
        "merge_base_commit": shapes.commit(call.world, found, found.git.show(start)),
        "status": states.get((bool(ahead), bool(behind)), "identical"),
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [shapes.commit(call.world, found, one) for one in page],
        "files": [shapes.change(call.world, found, shas[1], one) for one in changes(found.git, start, shas[1])],
    }
    return Answer(body=shown, headers=headers)
