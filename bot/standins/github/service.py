"""The HTTP side: a request is recorded, may be hit by a fault, is judged, admitted and answered."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.standins.github.accounts import Access, Level
from bot.standins.github.call import Answer, Call
from bot.standins.github.description import Match, description
from bot.standins.github.endpoints import OPERATIONS, Operation
from bot.standins.github.faults import APPLIED, PAGE, Fault, Order
from bot.standins.github.gate import UNREADABLE, authenticate
from bot.standins.github.limits import PRIMARY, Meter, secondary
from bot.standins.github.refusal import Refusal, forbidden, moved, not_found
from bot.standins.github.repositories import Repository
from bot.standins.github.world import World

ARCHIVED = "Repository was archived so is read-only."
CODELOAD = "/codeload/"
NUMBERED = "/repositories/"


@dataclass
class Recorded:
    """One request as it came in.

    Attributes:
        path: as in the request line, percent-encoded, without the query.
        query: name to value.
        body: the parsed JSON; None for none.
        kind: of the credential: "app", "installation", "actions", "none" or "bad"; "download" for an archive.
        status: of the answer; 0 while there is none, or when the connection was closed instead.
        fault: the fault that hit it, or None.
    """

    method: str
    path: str
    query: dict[str, str]
    body: Any = None
    kind: str = "bad"
    status: int = 0
    fault: Fault | None = None
    bucket: str = field(default="none", repr=False)


#: Sees each request twice: before it is looked at (its status is 0), and when it was done and is about to be answered.
#: False hangs up there.
Watch = Callable[[Recorded], bool]


class Violation(Exception):
    """A request or a response is not as GitHub describes it."""


class Service:
    """Answers for a world."""

    def __init__(self, world: World, meter: Meter, changed: Callable[[int], None]) -> None:
        self._world = world
        self._meter = meter
        self._changed = changed
        self._description = description()
        self.requests: list[Recorded] = []
        self.violations: list[str] = []
        self.orders: list[Order] = []
        self.watch: Watch = lambda _: True
        self.closing = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one HTTP request."""
        path = request.rel_url.raw_path
        raw = await request.read()
        seen = Recorded(request.method, path, dict(request.query))
        self.requests.append(seen)
        order = next((order for order in self.orders if order.takes(seen.method, path)), None)
        seen.fault = order.how if order else None
        if order and order.how not in APPLIED:
            return await self._fail(request, seen, order)
        if not self.watch(seen):
            return _abort(request)
        if path.startswith(CODELOAD):
            seen.kind = "download"
            response = self._download(request.query.get("token", ""))
        else:
            answer = self._answer(request, raw, seen)
            response = _response(answer, {**answer.headers, **self._meter.headers(seen.bucket)})
        if order:
            return await self._spoil(request, seen, order, response)
        seen.status = response.status
        return response if self.watch(seen) else _abort(request)

    def _answer(self, request: web.Request, raw: bytes, seen: Recorded) -> Answer:
        mark = len(self._world.deliveries)
        try:
            return self._judged(request, raw, seen)
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body, refusal.headers)
        except Violation as violation:
            self.violations.append(str(violation))
            return Answer(500, {"message": str(violation)})
        finally:
            self._changed(mark)

    def _judged(self, request: web.Request, raw: bytes, seen: Recorded) -> Answer:
        access = authenticate(self._world, request.headers.get("Authorization", ""))
        seen.kind, seen.bucket = access.kind, access.bucket
        self._meter.admit(seen.bucket, writes=seen.method != "GET")
        seen.body = _json(raw)
        path = self._named(seen.path)
        where = f"{seen.method} {path}"
        errors = self._description.request_errors(seen.method, path, seen.body, seen.query)
        if errors:
            raise Violation(f"request violates GitHub's description: {where}: {'; '.join(errors)}")
        match = self._description.match(seen.method, path)
        operation = OPERATIONS.get((seen.method, match.template)) if match else None
        if match is None or operation is None:
            raise Violation(f"the stand-in lacks {where}")
        url = f"{self._world.url}{seen.path}"
        call = Call(self._world, self._meter, access, match.parameters, seen.query, seen.body or {}, url)
        query = request.rel_url.raw_query_string
        call.found = self._admitted(match, operation, access, f"{path}?{query}" if query else path)
        answer = operation.endpoint(call)
        if errors := self._description.response_errors(seen.method, path, answer.status, answer.body):
            raise Violation(f"response violates GitHub's description: {where}: {'; '.join(errors)}")
        return answer

    def _named(self, path: str) -> str:
        """The path by the repository's present name, where it has its number, as redirects do."""
        number, slash, rest = path.removeprefix(NUMBERED).partition("/")
        if not path.startswith(NUMBERED) or not number.isdecimal():
            return path
        found = next((one for one in self._world.repositories.values() if one.id == int(number)), None)
        if found is None:
            raise not_found()
        return f"/repos/{found.full_name}{slash}{rest}"

    def _admitted(self, match: Match, operation: Operation, access: Access, path: str) -> Repository | None:
        if operation.by == "app" and access.kind != "app":
            raise Refusal(401, UNREADABLE)
        if operation.by == "installation" and access.kind != "installation":
            raise forbidden()
        if operation.by == "any" and access.kind == "app":
            raise forbidden()
        if "repo" not in match.parameters:
            return None
        name = f"{match.parameters['owner']}/{match.parameters['repo']}"
        found = self._world.repositories.get(name.lower())
        former = self._world.former.get(name.lower())
        if found is None and former is not None and self._world.reaches(access, former):
            rest = path.removeprefix(f"/repos/{name}")
            raise moved(f"{self._world.url}/repositories/{former.id}{rest}", writes=operation.writes)
        if found is None:
            raise not_found()
        if operation.by != "app":
            self._check_scope(operation, access, found)
        return found

    def _check_scope(self, operation: Operation, access: Access, found: Repository) -> None:
        if not self._world.reaches(access, found):
            raise not_found()
        if operation.writes and access.kind == "none":
            raise Refusal(401, "Requires authentication")
        if operation.writes and found.archived:
            raise Refusal(403, ARCHIVED)
        level: Level = "write" if operation.writes else "read"
        if access.kind != "none" and not any(access.may(name, level) for name in operation.needs or ("metadata",)):
            raise forbidden()

    def _download(self, key: str) -> web.Response:
        found, sha, expires = self._world.downloads.get(key, (None, "", 0.0))
        if found is None or expires <= self._world.clock():
            return web.Response(status=404, text="404: Not Found")
        if not sha:
            return web.Response(status=400, text="400: Invalid request")
        name = f"{found.owner.login}-{found.name}-{sha[:7]}"
        headers = {"Content-Disposition": f"attachment; filename={name}.tar.gz", "ETag": f'"{sha}"'}
        data = found.git.archive(sha, f"{name}/")
        return web.Response(body=data, content_type="application/x-gzip", headers=headers)

    async def _fail(self, request: web.Request, seen: Recorded, order: Order) -> web.StreamResponse:
        if order.how is Fault.TIMEOUT:
            await self.closing.wait()
        if order.how in {Fault.TIMEOUT, Fault.CLOSED}:
            return _abort(request)
        if order.how is Fault.HTML:
            seen.status = 200
            return web.Response(text=PAGE, content_type="text/html")
        answer, headers = self._error(order)
        seen.status = answer.status
        return _response(answer, {**self._meter.headers(seen.bucket), **headers})

    def _error(self, order: Order) -> tuple[Answer, dict[str, str]]:
        if order.how is Fault.PRIMARY:
            reset = int(self._world.clock() + (order.retry_after or 0)) + 1
            limits = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
            return Answer(403, Refusal(403, PRIMARY.format("installation")).body), limits
        if order.how in {Fault.SECONDARY_403, Fault.SECONDARY_429}:
            refusal = secondary(order.retry_after, int(order.how[-3:]))
            return Answer(refusal.status, refusal.body), refusal.headers
        status = int(order.how)
        return Answer(status, {"message": "Server Error"}), {}

    async def _spoil(
        self, request: web.Request, seen: Recorded, order: Order, response: web.Response
    ) -> web.StreamResponse:
        if order.how is Fault.LATE:
            await self.closing.wait()
        if order.how is not Fault.TRUNCATED:
            return _abort(request)
        whole = response.body if isinstance(response.body, bytes) else b""
        seen.status = response.status
        cut = web.StreamResponse(status=response.status, headers=response.headers)
        cut.content_length = len(whole)
        await cut.prepare(request)
        await cut.write(whole[: len(whole) // 2])
        if request.transport:
            request.transport.close()
        return cut


def _abort(request: web.Request) -> web.Response:
    if isinstance(request.transport, asyncio.WriteTransport):
        request.transport.abort()
    return web.Response()


def _json(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        return json.loads(raw)
    except ValueError:
        raise Refusal(400, "Problems parsing JSON") from None


def _response(answer: Answer, headers: Mapping[str, str]) -> web.Response:
    common = {"Server": "github.com", "X-GitHub-Media-Type": "github.v3; format=json", **headers}
    if answer.body is None:
        return web.Response(status=answer.status, headers=common)
    text = json.dumps(answer.body, ensure_ascii=False).encode(errors="replace")
    return web.Response(
        status=answer.status, body=text, content_type="application/json", charset="utf-8", headers=common
    )
