"""A bot's hands, as small as can be: it signs its JWT, takes a token and asks."""

import functools
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.standins.github import GitHub

REPO = "/repos/alice/tally"


@functools.cache
def _key(pem: str) -> Any:
    # Reading the key takes longer than all the rest of a request.
    return load_pem_private_key(pem.encode(), None)


@dataclass
class Reply:
    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


class Client:
    def __init__(self, github: GitHub, session: aiohttp.ClientSession) -> None:
        self.github = github
        self.session = session
        self.token = ""

    def sign(self, **claims: object) -> str:
        now = int(self.github.clock())
        usual = {"iat": now - 60, "exp": now + 540, "iss": str(self.github.app.id)}
        return jwt.encode({**usual, **claims}, _key(self.github.app.private_key), "RS256")

    async def ask(
        self, method: str, path: str, body: object = None, *, token: str | None = None, jwt: str = ""
    ) -> Reply:
        credential = jwt or (self.token if token is None else token)
        headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        timeout = aiohttp.ClientTimeout(total=5)
        url = path if path.startswith("http") else self.github.url + path
        async with self.session.request(
            method, url, json=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as answer:
            data = await answer.json() if answer.content_type == "application/json" else await answer.read()
            return Reply(answer.status, data, {name.title(): value for name, value in answer.headers.items()})

    async def get(self, path: str, **options: Any) -> Any:
        reply = await self.ask("GET", path, **options)
        assert reply.status == 200, reply
        return reply.body

    async def post(self, path: str, body: object, **options: Any) -> Any:
        reply = await self.ask("POST", path, body, **options)
        assert reply.status in {200, 201}, reply
        return reply.body

    async def log_in(self, owner: str = "alice", **narrowed: object) -> Any:
        installation = self.github.installation(self.github.user(owner))
        assert installation is not None
        path = f"/app/installations/{installation.id}/access_tokens"
        made = await self.post(path, narrowed or None, jwt=self.sign())
        self.token = made["token"]
        return made

    async def branch(self, name: str, files: dict[str, str | None], *, base: str = "main") -> str:
        """Commit files onto a new branch by the Git Data API and give the SHA."""
        head = (await self.get(f"{REPO}/git/ref/heads/{base}"))["object"]["sha"]
        entries: list[dict[str, str | None]] = []
        for path, text in files.items():
            entry: dict[str, str | None] = {"path": path, "mode": "100644", "type": "blob"}
            entries.append({**entry, "sha": None} if text is None else {**entry, "content": text})
        tree = await self.post(f"{REPO}/git/trees", {"base_tree": head, "tree": entries})
        commit = {"message": f"Change {name}", "tree": tree["sha"], "parents": [head]}
        sha: str = (await self.post(f"{REPO}/git/commits", commit))["sha"]
        await self.post(f"{REPO}/git/refs", {"ref": f"refs/heads/{name}", "sha": sha})
        return sha
