"""Make `github.json` again: GitHub's OpenAPI description, cut to the operations that the bot may use.

The whole description has 13 MB and 1,223 operations. What is not listed in `OPERATIONS` does not exist for
the stand-in, so a bot that starts to use a new operation has to add it here first. To run it::

    npm pack @octokit/openapi@23.0.2
    tar -xzf octokit-openapi-23.0.2.tgz
    python -m bot.standins.github.description.trim package/generated/api.github.com.json

Source: https://github.com/octokit/openapi (MIT, see NOTICE).
"""

import argparse
import json
from pathlib import Path
from typing import Any

REPOSITORY = "/repos/{owner}/{repo}"
OPERATIONS = """
GET /app
GET /app/installations/{installation_id}
POST /app/installations/{installation_id}/access_tokens
GET /app/hook/deliveries
POST /app/hook/deliveries/{delivery_id}/attempts
GET /installation/repositories
DELETE /installation/token
GET /rate_limit
GET /users/{username}
GET @
GET @/installation
GET @/collaborators/{username}/permission
GET @/contents/{path}
GET @/tarball/{ref}
GET @/branches/{branch}
GET @/commits/{ref}
GET @/commits/{ref}/check-runs
GET @/commits/{ref}/status
GET @/compare/{basehead}
GET @/issues/{issue_number}
PATCH @/issues/{issue_number}
GET @/issues/{issue_number}/comments
POST @/issues/{issue_number}/comments
GET @/issues/{issue_number}/events
GET @/issues/comments/{comment_id}
PATCH @/issues/comments/{comment_id}
DELETE @/issues/comments/{comment_id}
GET @/issues/{issue_number}/reactions
POST @/issues/{issue_number}/reactions
DELETE @/issues/{issue_number}/reactions/{reaction_id}
POST @/issues/comments/{comment_id}/reactions
POST @/pulls/comments/{comment_id}/reactions
POST @/issues/{issue_number}/labels
DELETE @/issues/{issue_number}/labels/{name}
POST @/labels
POST @/git/blobs
GET @/git/blobs/{file_sha}
POST @/git/trees
GET @/git/trees/{tree_sha}
POST @/git/commits
GET @/git/commits/{commit_sha}
GET @/git/ref/{ref}
GET @/git/matching-refs/{ref}
POST @/git/refs
PATCH @/git/refs/{ref}
DELETE @/git/refs/{ref}
GET @/pulls
POST @/pulls
GET @/pulls/{pull_number}
PATCH @/pulls/{pull_number}
GET @/pulls/{pull_number}/files
GET @/pulls/{pull_number}/comments
POST @/pulls/{pull_number}/comments/{comment_id}/replies
GET @/pulls/comments/{comment_id}
GET @/pulls/{pull_number}/reviews
GET @/pulls/{pull_number}/reviews/{review_id}/comments
POST @/check-runs
PATCH @/check-runs/{check_run_id}
""".replace("@", REPOSITORY).split("\n")[1:-1]

DROPPED = {"examples", "example", "externalDocs"}


def without_prose(node: Any) -> Any:
    """The same node without descriptions, examples and extensions."""
    if isinstance(node, list):
        return [without_prose(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: without_prose(value) for key, value in node.items() if not _prose(key, value)}


def _prose(key: str, value: Any) -> bool:
    # "description" is prose only as a string; as an object it is a property called so.
    return key in DROPPED or key.startswith("x-") or (key == "description" and isinstance(value, str))


def references(node: Any) -> set[str]:
    """Every local `$ref` inside the node, as "#/components/<group>/<name>"."""
    if isinstance(node, list):
        return set().union(*map(references, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    found = set().union(*map(references, node.values())) if node else set()
    target = node.get("$ref")
    return found | {target} if isinstance(target, str) else found


def trim(source: dict[str, Any]) -> dict[str, Any]:
    """The description with `OPERATIONS` and what they refer to.

    Raises:
        KeyError: the source lacks one of the operations.
    """
    paths: dict[str, Any] = {}
    for line in OPERATIONS:
        method, path = line.split()
        paths.setdefault(path, {})[method.lower()] = without_prose(source["paths"][path][method.lower()])
    components: dict[str, Any] = {}
    seen: set[str] = set()
    wanted = references(paths)
    while wanted:
        target = wanted.pop()
        seen.add(target)
        _, _, group, name = target.split("/")
        component = without_prose(source["components"][group][name])
        components.setdefault(group, {})[name] = component
        wanted |= references(component) - seen
    return {"openapi": source["openapi"], "info": source["info"], "paths": paths, "components": components}


def main() -> None:
    """Read the path given on the command line and write `github.json` beside this file."""
    arguments = argparse.ArgumentParser(description="Cut GitHub's OpenAPI description.")
    arguments.add_argument("source", type=Path, help="generated/api.github.com.json of @octokit/openapi")
    source = json.loads(arguments.parse_args().source.read_text("utf-8"))
    target = Path(__file__).with_name("github.json")
    target.write_text(json.dumps(trim(source), separators=(",", ":"), sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
