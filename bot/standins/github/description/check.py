"""Compare requests and responses with GitHub's own OpenAPI description.

The description is OpenAPI 3.0.3 of API version 2022-11-28, see
https://docs.github.com/en/rest/about-the-rest-api/about-the-openapi-description-for-the-rest-api.
"""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

# These parameters may contain slashes ("src/app.py", "heads/intern/issue-1").
MANY_SEGMENTS = {"path", "ref", "branch", "basehead"}
DOCUMENT = "urn:github"
FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time")
def _date_time(value: object) -> bool:
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
    return not isinstance(value, str) or re.fullmatch(pattern, value) is not None


@FORMATS.checks("uri")
def _uri(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[a-z+]+:\S+", value) is not None


@dataclass(frozen=True, slots=True)
class Match:
    """One operation of the description, found for a request.

    Attributes:
        template: the path as GitHub writes it ("/repos/{owner}/{repo}").
        parameters: the values in the path, unquoted.
        operation: the operation object of the description.
    """

    template: str
    parameters: dict[str, str]
    operation: dict[str, Any]


class GitHubDescription:
    """The description, ready to judge.

    Paths are given as they stand in the request line, still percent-encoded. Every verdict is a list of
    sentences; an empty one means that nothing is wrong.
    """

    def __init__(self, path: Path | None = None) -> None:
        text = (path or Path(__file__).with_name("github.json")).read_text("utf-8")
        self._document: dict[str, Any] = json.loads(text)
        _allow_null(self._document["paths"])
        _allow_null(self._document["components"])
        resource = DRAFT202012.create_resource(self._document)
        self._registry = Registry().with_resource(DOCUMENT, resource)
        self._routes = sorted(self._patterns(), key=lambda route: (route[1].count("{"), -len(route[1])))
        self._validator = functools.cache(self._make_validator)

    @property
    def operations(self) -> list[tuple[str, str]]:
        """Every operation as (method, template)."""
        paths = self._document["paths"]
        return [(method.upper(), template) for template in paths for method in paths[template]]

    def match(self, method: str, path: str) -> Match | None:
        """The operation that a request is for, or None if the description has none."""
        for pattern, template in self._routes:
            operation = self._document["paths"][template].get(method.lower())
            if operation and (found := pattern.fullmatch(path)):
                values = {name: unquote(value) for name, value in found.groupdict().items()}
                return Match(template, values, operation)
        return None

    def request_errors(
        self, method: str, path: str, body: object = None, query: Mapping[str, str] | None = None
    ) -> list[str]:
        """What is wrong with a request. `body` is the parsed JSON, None for none.

        Fields and query parameters that GitHub would silently ignore count as wrong.
        """
        if (match := self.match(method, path)) is None:
            return [f"no such operation: {method} {path}"]
        errors = self._query_errors(match, query or {})
        declared = match.operation.get("requestBody")
        if declared is None:
            return errors if body is None else [*errors, "the operation takes no body"]
        if body is None:
            return [*errors, "a body is required"] if declared.get("required") else errors
        media = next(iter(declared["content"]))
        pointer = f"{_pointer(match.template, method)}/requestBody/content/{_escape(media)}/schema"
        schema = declared["content"][media]["schema"]
        return [*errors, *self._unknown(schema, body, ""), *self._schema_errors(pointer, body)]

    def response_errors(self, method: str, path: str, status: int, body: object = None) -> list[str]:
        """What is wrong with a response. `body` is the parsed JSON, None for none."""
        if (match := self.match(method, path)) is None:
            return [f"no such operation: {method} {path}"]
        declared = match.operation["responses"].get(str(status))
        if declared is None:
            return [f"status {status} is not described for {method} {match.template}"]
        pointer = f"{_pointer(match.template, method)}/responses/{status}"
        if "$ref" in declared:
            pointer = declared["$ref"].removeprefix("#")
            declared = self._target(declared["$ref"])
        content = declared.get("content", {})
        if "application/json" not in content:
            return [] if body is None else ["the response has no described body"]
        schema = content["application/json"]["schema"]
        errors = self._schema_errors(f"{pointer}/content/application~1json/schema", body)
        return [*self._unknown(schema, body, ""), *errors]

    def _query_errors(self, match: Match, query: Mapping[str, str]) -> list[str]:
        declared = [self._resolved(parameter) for parameter in match.operation.get("parameters", ())]
        known = {parameter["name"]: parameter["schema"] for parameter in declared if parameter["in"] == "query"}
        errors = [f"unknown query parameter {name!r}" for name in query if name not in known]
        for name in query.keys() & known.keys():
            choices = known[name].get("enum")
            if choices and query[name] not in choices:
                errors.append(f"query parameter {name!r} is not one of {choices}")
        return errors

    def _unknown(self, schema: dict[str, Any], value: object, where: str) -> Iterator[str]:
        schema = self._resolved(schema)
        if isinstance(value, list) and "items" in schema:
            for item in value:
                yield from self._unknown(schema["items"], item, f"{where}[]")
        if isinstance(value, dict) and "properties" in schema and "allOf" not in schema:
            known = schema["properties"]
            if not schema.get("additionalProperties"):
                yield from (f"{where}/{name}: unknown field" for name in value if name not in known)
            for name in value.keys() & known.keys():
                yield from self._unknown(known[name], value[name], f"{where}/{name}")

    def _schema_errors(self, pointer: str, value: object) -> list[str]:
        errors = self._validator(pointer).iter_errors(value)
        return ["/".join(map(str, ["", *error.absolute_path])) + f": {error.message[:200]}" for error in errors]

    def _make_validator(self, pointer: str) -> Draft202012Validator:
        schema = {"$ref": f"{DOCUMENT}#{pointer}"}
        return Draft202012Validator(schema, registry=self._registry, format_checker=FORMATS)

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        return self._target(node["$ref"]) if "$ref" in node else node

    def _target(self, reference: str) -> dict[str, Any]:
        node: dict[str, Any] = self._document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
        return node

    def _patterns(self) -> Iterator[tuple[re.Pattern[str], str]]:
        for template, operations in self._document["paths"].items():
            declared = next(iter(operations.values())).get("parameters", ())
            types = {(found := self._resolved(item))["name"]: found["schema"].get("type") for item in declared}
            pattern = re.sub(r"\\\{(\w+)\\\}", functools.partial(_group, types), re.escape(template))
            yield re.compile(pattern), template


@functools.cache
def description() -> GitHubDescription:
    """The description that ships, loaded once: it takes a tenth of a second and never changes."""
    return GitHubDescription()


def _group(types: dict[str, str], part: re.Match[str]) -> str:
    name = part[1]
    if types.get(name) == "integer":
        return rf"(?P<{name}>\d+)"
    return rf"(?P<{name}>.+)" if name in MANY_SEGMENTS else rf"(?P<{name}>[^/]+)"


def _escape(part: str) -> str:
    return quote(part.replace("~", "~0").replace("/", "~1"), safe="~")


def _pointer(template: str, method: str) -> str:
    return f"/paths/{_escape(template)}/{method.lower()}"


def _allow_null(node: Any) -> None:
    """Turn OpenAPI 3.0's `nullable: true` into JSON Schema, in place."""
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _allow_null(child)
    if not isinstance(node, dict) or node.get("nullable") is not True:
        return
    del node["nullable"]
    if isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
        if "enum" in node:
            node["enum"] = [*node["enum"], None]
    else:
        inner = {key: node.pop(key) for key in list(node)}
        node["anyOf"] = [inner, {"type": "null"}]
