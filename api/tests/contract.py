"""Finds what a change of `openapi.json` breaks for callers that know the version before."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

# What bounds a value: less is allowed afterwards if one grows, or the other shrinks.
_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")


def breaks(old: Json, new: Json) -> list[str]:
    """Every break, each with its place. Additions that nobody has to know are none."""
    found: list[str] = []
    for path, methods in old["paths"].items():
        for method, before in methods.items():
            place = f"{method.upper()} {path}"
            after = new["paths"].get(path, {}).get(method)
            if after is None:
                found.append(f"{place}: is gone")
                continue
            _parameters(place, before, after, found, old, new)
            _body(place, before, after, found, old, new)
            _responses(place, before, after, found, old, new)
    return found


def _parameters(
    place: str, before: Json, after: Json, found: list[str], old: Json, new: Json
) -> None:
    def named(operation: Json) -> dict[tuple[str, str], Json]:
        return {(p["in"], p["name"]): p for p in operation.get("parameters", [])}

    known, now = named(before), named(after)
    for key, parameter in known.items():
        if key not in now:
            found.append(f"{place}: parameter {key[1]} is gone")
            continue
        if now[key].get("required") and not parameter.get("required"):
            found.append(f"{place}: parameter {key[1]} is required now")
        _taken(f"{place} {key[1]}", parameter["schema"], now[key]["schema"], found, old, new)
    for key in now.keys() - known.keys():
        if now[key].get("required"):
            found.append(f"{place}: parameter {key[1]} is new and required")
    if after.get("security") and not before.get("security"):
        found.append(f"{place}: needs a token now")


def _body(place: str, before: Json, after: Json, found: list[str], old: Json, new: Json) -> None:
    if "requestBody" not in after:
        if "requestBody" in before:
            found.append(f"{place}: takes no body any more")
        return
    if "requestBody" not in before:
        if after["requestBody"].get("required"):
            found.append(f"{place}: needs a body now")
        return
    schemas = [
        each["requestBody"]["content"]["application/json"]["schema"] for each in (before, after)
    ]
    _taken(f"{place} body", schemas[0], schemas[1], found, old, new)


def _responses(
    place: str, before: Json, after: Json, found: list[str], old: Json, new: Json
) -> None:
    for status, response in before["responses"].items():
        now = after["responses"].get(status)
        if now is None:
            found.append(f"{place}: {status} is gone")
            continue
        for media, content in response.get("content", {}).items():
            if media not in now.get("content", {}):
                found.append(f"{place}: {status} is no {media} any more")
            elif content.get("schema"):
                told = now["content"][media]["schema"]
                _given(f"{place} {status}", content["schema"], told, found, old, new)
    found.extend(
        f"{place}: {status} is a new success"
        for status in after["responses"].keys() - before["responses"].keys()
        if status.startswith("2")
    )


def _taken(place: str, before: Json, after: Json, found: list[str], old: Json, new: Json) -> None:
    """Whatever was allowed must go on to be allowed."""
    before, after = _resolved(before, old), _resolved(after, new)
    if not _kinds(before, old) <= _kinds(after, new):
        found.append(f"{place}: takes less kinds of values")
    if "enum" in after and not set(before.get("enum", ["anything"])) <= set(after["enum"]):
        found.append(f"{place}: takes less values")
    if after.get("pattern") != before.get("pattern") and "pattern" in after:
        found.append(f"{place}: has another form")
    for name in _LOWER:
        if name in after and after[name] > before.get(name, float("-inf")):
            found.append(f"{place}: {name} has grown")
    for name in _UPPER:
        if name in after and after[name] < before.get(name, float("inf")):
            found.append(f"{place}: {name} has shrunk")
    for name in set(after.get("required", [])) - set(before.get("required", [])):
        found.append(f"{place}: {name} is required now")
    for name, known in before.get("properties", {}).items():
        if name not in after.get("properties", {}):
            found.append(f"{place}: {name} is gone")
        else:
            _taken(f"{place} {name}", known, after["properties"][name], found, old, new)
    if "items" in before and "items" in after:
        _taken(f"{place} []", before["items"], after["items"], found, old, new)


def _given(place: str, before: Json, after: Json, found: list[str], old: Json, new: Json) -> None:
    """Whatever was promised must go on to come, and nothing that nobody can expect."""
    before, after = _resolved(before, old), _resolved(after, new)
    if not _kinds(after, new) <= _kinds(before, old):
        found.append(f"{place}: may be of another kind")
    if "enum" in before and not set(after.get("enum", ["anything"])) <= set(before["enum"]):
        found.append(f"{place}: may have other values")
    for name in set(before.get("required", [])) - set(after.get("required", [])):
        found.append(f"{place}: {name} may be missing")
    for name, known in before.get("properties", {}).items():
        if name not in after.get("properties", {}):
            found.append(f"{place}: {name} is gone")
        else:
            _given(f"{place} {name}", known, after["properties"][name], found, old, new)
    if "items" in before and "items" in after:
        _given(f"{place} []", before["items"], after["items"], found, old, new)


def _resolved(schema: Json, document: Json) -> Json:
    """The schema itself. Of one that may be null, the other part; see `_kinds`."""
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        else:
            parts = [each for each in schema["anyOf"] if each.get("type") != "null"]
            assert len(parts) == 1, f"no rule for {json.dumps(schema)}"
            schema = parts[0] | {"nullable": len(parts) < len(schema["anyOf"])}
            if "$ref" in schema:
                nullable = schema["nullable"]
                schema = _resolved({"$ref": schema["$ref"]}, document) | {"nullable": nullable}
    return schema


def _kinds(schema: Json, document: Json) -> set[str]:
    schema = _resolved(schema, document)
    return {schema.get("type", "any")} | ({"null"} if schema.get("nullable") else set())
