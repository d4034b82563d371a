"""Blobs, trees, commits and references: https://docs.github.com/en/rest/git."""

import base64
import binascii
from fnmatch import fnmatchcase
from typing import Any

from bot.standins.github.acts import pushed
from bot.standins.github.call import Answer, Call, operation
from bot.standins.github.git import FILE, FOLDER, ZERO, GitError, Signature
from bot.standins.github.refusal import Refusal, forbidden, not_found
from bot.standins.github.shapes import commit as shapes

WORKFLOWS = ".github/workflows/"
MODES = {"100644", "100755", "040000", "160000", "120000"}
# GitHub makes and signs the commits of an App itself under this name.
GITHUB = ("GitHub", "noreply@github.com")


@operation("POST @/git/blobs", "contents")
def create_blob(call: Call) -> Answer:
    """https://docs.github.com/en/rest/git/blobs#create-a-blob."""
    found, text = call.filled, call.body["content"]
    if call.body.get("encoding", "utf-8") == "base64":
        try:
            data = base64.b64decode(text, validate=False)
        except binascii.Error:
            raise Refusal(422, "content is not valid Base64") from None
    else:
        data = text.encode()
    sha = found.git.blob(data)
    return Answer(201, {"sha": sha, "url": f"{call.url}/{sha}"})


@operation("GET @/git/blobs/{file_sha}", "contents")
def get_blob(call: Call) -> Answer:
    """https://docs.github.com/en/rest/git/blobs#get-a-blob."""
    sha = _object(call, call.parameters["file_sha"], "blob")
    return Answer(body=shapes.blob(call.world, call.repository, sha, call.repository.git.content(sha)))


@operation("POST @/git/trees", "contents")
def create_tree(call: Call) -> Answer:
    """https://docs.github.com/en/rest/git/trees#create-a-tree."""
    found, base = call.filled, call.body.get("base_tree")
    if base is not None and found.git.type(base) not in {"tree", "commit"}:
        raise Refusal(422, "base_tree is not a valid tree oid")
    changes = dict(_entry(call, entry) for entry in call.body["tree"])
    touched = any(path.startswith(WORKFLOWS) for path in changes)
    if touched and not call.access.may("workflows", "write"):
        raise forbidden()
    try:
        sha = found.git.tree(base, changes)
    except GitError as error:
        raise Refusal(422, f"GitRPC::BadObjectState: {error}") from None
    return Answer(201, shapes.tree(call.world, found, sha, found.git.entries(sha)))


def _entry(call: Call, entry: dict[str, Any]) -> tuple[str, tuple[str, str] | None]:
    path, mode = entry.get("path", ""), entry.get("mode", FILE)
    if mode not in MODES:
        raise Refusal(422, "Must supply a valid tree.mode")
    if "content" in entry and "sha" in entry:
        raise Refusal(422, "Must supply either tree.sha or tree.content")
    if "content" in entry:
        return path, (mode, call.repository.git.blob(entry["content"].encode()))
    if "sha" not in entry:
        raise Refusal(422, "Must supply tree.sha or tree.content")
    if entry["sha"] is None:
        return path, None
    kind = {"040000": "tree", "160000": None}.get(mode, "blob")
    if mode == FOLDER:
        raise Refusal(422, "the stand-in takes no tree inside a tree")
    if kind and call.repository.git.type(entry["sha"]) != kind:
        raise Refusal(422, f"tree.sha {entry['sha']} is not a valid {kind}")
    return path, (mode, entry["sha"])


@operation("GET @/git/trees/{tree_sha}", "contents")
def get_tree(call: Call) -> Answer:
    """https://docs.github.com/en/rest/git/trees#get-a-tree."""
    sha = call.filled.git.resolve(call.parameters["tree_sha"], "tree")
    if sha is None:
        raise not_found()
    # Any value of `recursive` counts, even "0".
    entries = call.repository.git.entries(sha, recursive="recursive" in call.query)
    return Answer(body=shapes.tree(call.world, call.repository, sha, entries))


@operation("POST @/git/commits", "contents")
def create_commit(call: Call) -> Answer:
    """https://docs.github.com/en/rest/git/commits#create-a-commit.

    Verified exactly when an App names no author, committer or signature.
    """
    found, body = call.filled, call.body
    tree = _known(call, body["tree"], "tree", "Tree SHA does not exist")
    parents = tuple(
        _known(call, sha, "commit", "Parent SHA does not exist or is not a commit object")
        for sha in body.get("parents", ())
    )
    own = call.world.signature(call.actor)
    by_github = not body.keys() & {"author", "committer", "signature"}
    author = _person(body["author"], own.date) if "author" in body else own
    default = Signature(*GITHUB, own.date) if by_github else author
    committer = _person(body["committer"], own.date) if "committer" in body else default
    sha = found.git.commit(tree, parents, body["message"], author, committer)
    if by_github:
        found.verified.add(sha)
    return Answer(201, shapes.git_commit(call.world, found, found.git.show(sha)))


def _known(call: Call, sha: str, kind: str, message: str) -> str:
    if call.repository.git.type(sha) != kind:
        raise Refusal(422, message)
    return sha


def _person(body: dict[str, str], now: int) -> Signature:
    return Signature(body["name"], body["email"], now)


@operation("GET @/git/commits/{commit_sha}", "contents")
def get_commit(call: Call) -> Answer:
    """https://docs.github.com/en/rest/git/commits#get-a-commit-object."""
    sha = _object(call, call.parameters["commit_sha"], "commit")
    return Answer(body=shapes.git_commit(call.world, call.repository, call.repository.git.show(sha)))


def _object(call: Call, sha: str, kind: str) -> str:
    if call.filled.git.type(sha) != kind:
        raise not_found()
    return sha


@operation("GET @/git/ref/{ref}", "contents")
def get_ref(call: Call) -> Answer:
    """https://docs.github.com/en/rest/git/refs#get-a-reference."""
    ref = f"refs/{call.parameters['ref']}"
    sha = call.filled.git.refs().get(ref)
    if sha is None:
        raise not_found()
    return Answer(body=shapes.reference(call.world, call.repository, ref, sha))


@operation("GET @/git/matching-refs/{ref}", "contents")
def matching_refs(call: Call) -> Answer:
    """https://docs.github.com/en/rest/git/refs#list-matching-references."""
    found = call.filled.git.refs(f"refs/{call.parameters['ref']}")
    return Answer(body=[shapes.reference(call.world, call.repository, ref, sha) for ref, sha in found.items()])


@operation("POST @/git/refs", "contents")
def create_ref(call: Call) -> Answer:
    """https://docs.github.com/en/rest/git/refs#create-a-reference."""
    found, ref, sha = call.filled, call.body["ref"], call.body["sha"]
    if not ref.startswith("refs/") or ref.count("/") < 2 or not found.git.well_formed(ref):
        raise Refusal(422, f"{ref} is not a valid ref name.")
    if ref in found.git.refs():
        raise Refusal(422, "Reference already exists")
    _known(call, sha, "commit", "Object does not exist")
    return _point(call, ref, sha, ZERO, 201)


@operation("PATCH @/git/refs/{ref}", "contents")
def update_ref(call: Call) -> Answer:
    """https://docs.github.com/en/rest/git/refs#update-a-reference."""
    found, ref, sha = call.filled, f"refs/{call.parameters['ref']}", call.body["sha"]
    old = found.git.refs().get(ref)
    if old is None:
        raise Refusal(422, "Reference does not exist")
    _known(call, sha, "commit", "Object does not exist")
    if not call.body.get("force", False) and found.git.merge_base(old, sha) != old:
        raise Refusal(422, "Update is not a fast forward")
    return _point(call, ref, sha, old, 200)


def _point(call: Call, ref: str, sha: str, old: str, status: int) -> Answer:
    found = call.repository
    if found.restricted and fnmatchcase(ref, found.restricted):
        what = "create ref due to creations" if old == ZERO else "update ref due to updates"
        raise Refusal(422, f"Repository rule violations found\n\nCannot {what} being restricted.\n\n")
    try:
        found.git.set_ref(ref, sha, old)
    except GitError:
        # "intern" stands in the way of "intern/issue-1".
        raise Refusal(422, f"Reference update failed: {ref}") from None
    pushed(call.world, found, ref, old, sha, call.actor)
    return Answer(status, shapes.reference(call.world, found, ref, sha))


@operation("DELETE @/git/refs/{ref}", "contents")
def delete_ref(call: Call) -> Answer:
    """https://docs.github.com/en/rest/git/refs#delete-a-reference."""
    found, ref = call.filled, f"refs/{call.parameters['ref']}"
    old = found.git.refs().get(ref)
    if old is None:
        raise Refusal(422, "Reference does not exist")
    found.git.delete_ref(ref)
    pushed(call.world, found, ref, old, ZERO, call.actor)
    return Answer(204)
