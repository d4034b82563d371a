"""Commits, references, trees, file changes and files as JSON."""

import base64
from typing import Any

from bot.standins.github.accounts import Account
from bot.standins.github.diff import EMPTY_TREE, Change, changes
from bot.standins.github.git import SUBMODULE, SYMLINK, Commit, Object, Signature
from bot.standins.github.repositories import Repository
from bot.standins.github.shapes.account import moment, node, user
from bot.standins.github.shapes.repository import api, html, quoted
from bot.standins.github.world import World

Json = dict[str, Any]


def git_commit(world: World, found: Repository, one: Commit) -> Json:
    """https://docs.github.com/en/rest/git/commits#get-a-commit-object."""
    return {
        "sha": one.sha,
        "node_id": f"C_{one.sha}",
        "url": f"{api(world, found)}/git/commits/{one.sha}",
        "html_url": f"{html(world, found)}/commit/{one.sha}",
        "author": _person(one.author),
        "committer": _person(one.committer),
        "tree": {"sha": one.tree, "url": f"{api(world, found)}/git/trees/{one.tree}"},
        "message": one.message,
        "parents": [_parent(world, found, sha, "git/commits") for sha in one.parents],
        "verification": verification(found, one),
    }


def verification(found: Repository, one: Commit) -> Json:
    """Whether GitHub signed the commit itself, which it does for an App that names no author.

    https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification
    """
    signed = one.sha in found.verified
    return {
        "verified": signed,
        "reason": "valid" if signed else "unsigned",
        "signature": "-----BEGIN PGP SIGNATURE-----\n(a stand-in's)\n-----END PGP SIGNATURE-----" if signed else None,
        "payload": f"tree {one.tree}\n" if signed else None,
        "verified_at": moment(one.committer.date) if signed else None,
    }


def commit(world: World, found: Repository, one: Commit, *, files: bool = False) -> Json:
    """https://docs.github.com/en/rest/commits/commits#get-a-commit."""
    url = f"{api(world, found)}/commits/{one.sha}"
    shown: Json = {
        "sha": one.sha,
        "node_id": f"C_{one.sha}",
        "commit": {
            "author": _person(one.author),
            "committer": _person(one.committer),
            "message": one.message,
            "tree": {"sha": one.tree, "url": f"{api(world, found)}/git/trees/{one.tree}"},
            "url": f"{api(world, found)}/git/commits/{one.sha}",
            "comment_count": 0,
            "verification": verification(found, one),
        },
        "url": url,
        "html_url": f"{html(world, found)}/commit/{one.sha}",
        "comments_url": f"{url}/comments",
        "author": _account(world, one.author),
        "committer": _account(world, one.committer),
        "parents": [_parent(world, found, sha, "commits") for sha in one.parents],
    }
    if files:
        changed = changes(found.git, one.parents[0] if one.parents else EMPTY_TREE, one.sha)
        plus, minus = sum(file.additions for file in changed), sum(file.deletions for file in changed)
        shown["stats"] = {"additions": plus, "deletions": minus, "total": plus + minus}
        shown["files"] = [change(world, found, one.sha, file) for file in changed]
    return shown


def change(world: World, found: Repository, head: str, one: Change) -> Json:
    """A "diff entry": one file of a comparison, a commit or a pull request."""
    path = quoted(one.path)
    shown = {
        "sha": one.sha,
        "filename": one.path,
        "status": one.status,
        "additions": one.additions,
        "deletions": one.deletions,
        "changes": one.additions + one.deletions,
        "blob_url": f"{html(world, found)}/blob/{head}/{path}",
        "raw_url": f"{html(world, found)}/raw/{head}/{path}",
        "contents_url": f"{api(world, found)}/contents/{path}?ref={head}",
    }
    optional = {"patch": one.patch, "previous_filename": one.previous}
    return shown | {name: value for name, value in optional.items() if value}


def reference(world: World, found: Repository, ref: str, sha: str) -> Json:
    """https://docs.github.com/en/rest/git/refs#get-a-reference."""
    return {
        "ref": ref,
        "node_id": f"REF_{ref}",
        "url": f"{api(world, found)}/git/{quoted(ref)}",
        "object": {"type": "commit", "sha": sha, "url": f"{api(world, found)}/git/commits/{sha}"},
    }


def tree(world: World, found: Repository, sha: str, entries: list[Object]) -> Json:
    """https://docs.github.com/en/rest/git/trees#get-a-tree."""
    return {
        "sha": sha,
        "url": f"{api(world, found)}/git/trees/{sha}",
        "tree": [_entry(world, found, entry) for entry in entries],
        "truncated": False,
    }


def content(world: World, found: Repository, ref: str, one: Object, data: bytes | None) -> Json:
    """https://docs.github.com/en/rest/repos/contents#get-repository-content: `data` is None in a listing."""
    path = quoted(one.path)
    kind = {SYMLINK: "symlink", SUBMODULE: "submodule"}.get(one.mode, "dir" if one.type == "tree" else "file")
    url = f"{api(world, found)}/contents/{path}?ref={quoted(ref)}"
    links = {
        "self": url,
        "git": f"{api(world, found)}/git/{one.type}s/{one.sha}",
        "html": f"{html(world, found)}/blob/{quoted(ref)}/{path}",
    }
    shown: Json = {
        "name": one.path.rsplit("/", 1)[-1],
        "path": one.path,
        "sha": one.sha,
        "size": one.size,
        "url": url,
        "html_url": links["html"],
        "git_url": links["git"],
        "download_url": f"{html(world, found)}/raw/{quoted(ref)}/{path}" if kind == "file" else None,
        "type": kind,
        "_links": links,
    }
    if data is None:
        return shown
    if kind == "symlink":
        return {**shown, "target": data.decode(errors="replace")}
    if kind == "submodule":
        return {**shown, "submodule_git_url": "https://example.com/elsewhere.git"}
    # Over 1 MB GitHub gives the entry without the content.
    small = one.size <= 1_000_000
    text = base64.encodebytes(data).decode() if small else ""
    return {**shown, "content": text, "encoding": "base64" if small else "none"}


def _entry(world: World, found: Repository, one: Object) -> Json:
    shown: Json = {"path": one.path, "mode": one.mode, "type": one.type, "sha": one.sha}
    if one.type == "commit":
        return shown
    shown["url"] = f"{api(world, found)}/git/{one.type}s/{one.sha}"
    return {**shown, "size": one.size} if one.type == "blob" else shown


def _person(one: Signature) -> Json:
    return {"name": one.name, "email": one.email, "date": moment(one.date)}


def _parent(world: World, found: Repository, sha: str, kind: str) -> Json:
    page = f"{html(world, found)}/commit/{sha}"
    return {"sha": sha, "url": f"{api(world, found)}/{kind}/{sha}", "html_url": page}


def _account(world: World, one: Signature) -> Json | None:
    known: list[Account] = [account for account in world.accounts.values() if account.email == one.email]
    return user(world, known[0]) if known else None


def branch(world: World, found: Repository, name: str, head: Commit) -> Json:
    """https://docs.github.com/en/rest/branches/branches#get-a-branch."""
    url = f"{api(world, found)}/branches/{quoted(name)}"
    return {
        "name": name,
        "commit": commit(world, found, head),
        "protected": False,
        "protection": {"enabled": False, "required_status_checks": {"contexts": [], "checks": []}},
        "protection_url": f"{url}/protection",
        "_links": {"self": url, "html": f"{html(world, found)}/tree/{quoted(name)}"},
    }


def blob(world: World, found: Repository, sha: str, data: bytes) -> Json:
    """https://docs.github.com/en/rest/git/blobs#get-a-blob."""
    return {
        "sha": sha,
        "node_id": node("B", int(sha[:8], 16)),
        "size": len(data),
        "url": f"{api(world, found)}/git/blobs/{sha}",
        "content": base64.encodebytes(data).decode(),
        "encoding": "base64",
    }
