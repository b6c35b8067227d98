"""Google's own description of the Gmail API, used as the law for both sides of the wire.

The document is the one inside google-api-python-client; nothing is fetched. Every request is matched against its
methods, parameters and schemas, and so is every answer that the fake gives.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

Json = dict[str, Any]

_RANGES = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*={0,2}\Z")


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the API: `id` is Google's name without "gmail.users.", such as "drafts.create"."""

    id: str
    http: str
    pattern: re.Pattern[str]
    parameters: Json
    request: str
    response: str
    scopes: frozenset[str]


@lru_cache(maxsize=1)
def document() -> Json:
    """The discovery document of Gmail v1 that the installed client library ships."""
    from googleapiclient.discovery_cache import get_static_doc  # heavy: only when a fake is really started

    loaded: Json = json.loads(get_static_doc("gmail", "v1"))
    return loaded


def document_for(root: str) -> Json:
    """A copy of the document whose addresses all point to `root` (no slash at the end), for `build_from_document`."""
    copy: Json = json.loads(json.dumps(document()))
    copy["rootUrl"] = copy["baseUrl"] = root + "/"
    copy["mtlsRootUrl"] = root + "/"
    return copy


@lru_cache(maxsize=1)
def methods() -> tuple[Method, ...]:
    """Every method of the document."""
    found: list[Method] = []

    def walk(resource: Json) -> None:
        for raw in resource.get("methods", {}).values():
            path = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape("/" + raw["flatPath"]))
            found.append(
                Method(
                    id=raw["id"].removeprefix("gmail.users."),
                    http=raw["httpMethod"],
                    pattern=re.compile(path + r"\Z"),
                    parameters=raw.get("parameters", {}),
                    request=raw.get("request", {}).get("$ref", ""),
                    response=raw.get("response", {}).get("$ref", ""),
                    scopes=frozenset(raw.get("scopes", ())),
                )
            )
        for child in resource.get("resources", {}).values():
            walk(child)

    for top in document()["resources"].values():
        walk(top)
    return tuple(found)


def find_method(http: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """The method of that verb and (still quoted) path, with its unquoted path parameters; None if Google has none."""
    best: tuple[Method, dict[str, str]] | None = None
    for method in methods():
        hit = method.pattern.match(path)
        if method.http == http and hit:
            values = {key: unquote(value) for key, value in hit.groupdict().items()}
            if best is None or len(values) < len(best[1]):  # /drafts/send wins over /drafts/{id}
                best = (method, values)
    return best


def query_problems(method: Method, query: dict[str, list[str]]) -> list[str]:
    """What Google's description says against these query parameters; [] if nothing."""
    found: list[str] = []
    common = document()["parameters"]
    for name, values in query.items():
        rule = method.parameters.get(name) or common.get(name)
        if rule is None or rule.get("location") == "path":
            found.append(f"unknown query parameter {name!r}")
            continue
        if len(values) > 1 and not rule.get("repeated"):
            found.append(f"query parameter {name!r} given {len(values)} times")
        for value in values:
            found += _text_problems(rule, value, name)
    for name, rule in method.parameters.items():
        if rule.get("required") and rule.get("location") == "query" and name not in query:
            found.append(f"missing query parameter {name!r}")
    return found


def _text_problems(rule: Json, value: str, name: str) -> list[str]:
    if "enum" in rule and value not in rule["enum"]:
        return [f"{name}={value!r} is not one of {rule['enum']}"]
    if rule["type"] == "boolean" and value not in ("true", "false"):
        return [f"{name}={value!r} is not a boolean"]
    if rule["type"] == "integer" or rule.get("format") in ("uint64", "int64"):
        return _number_problems(rule.get("format", "int32"), value, name)
    return []


def _number_problems(kind: str, value: str, where: str) -> list[str]:
    low, high = _RANGES[kind]
    if not re.fullmatch(r"-?\d+", value) or not low <= int(value) <= high:
        return [f"{where}={value!r} is no {kind}"]
    return []


def schema_problems(name: str, value: Any) -> list[str]:
    """What the schema `name` says against a JSON value; unknown fields, null and wrong types are problems."""
    return _problems({"$ref": name}, value, name)


def _problems(schema: Json, value: Any, where: str) -> list[str]:
    if "$ref" in schema:
        schema = document()["schemas"][schema["$ref"]]
    kind = schema.get("type", "any")
    if kind == "object":
        return _object_problems(schema, value, where)
    if kind == "array":
        if not isinstance(value, list):
            return [f"{where} is no list"]
        return [p for i, item in enumerate(value) for p in _problems(schema["items"], item, f"{where}[{i}]")]
    if kind == "string":
        return _string_problems(schema, value, where)
    if kind == "integer":
        if type(value) is not int:
            return [f"{where} is no integer"]
        return _number_problems(schema.get("format", "int32"), str(value), where)
    if kind == "boolean" and type(value) is not bool:
        return [f"{where} is no boolean"]
    return []


def _object_problems(schema: Json, value: Any, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} is no object"]
    known = schema.get("properties", {})
    extra = schema.get("additionalProperties")
    found: list[str] = []
    for key, item in value.items():
        rule = known.get(key, extra)
        if rule is None:
            found.append(f"{where} has the unknown field {key!r}")
        else:
            found += _problems(rule, item, f"{where}.{key}")
    return found


def _string_problems(schema: Json, value: Any, where: str) -> list[str]:
    if not isinstance(value, str):
        return [f"{where} is no string"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where} is not one of {schema['enum']}"]
    shape = schema.get("format")
    if shape in _RANGES:
        return _number_problems(shape, value, where)
    if shape == "byte" and not _BASE64URL.match(value):
        return [f"{where} is not base64url"]
    return []
