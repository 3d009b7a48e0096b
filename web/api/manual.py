"""The OpenAPI document as a page that people read: no script, nothing from another host."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A named thing with its kind: a parameter, a field, a body, an answer."""

    name: str
    kind: str
    required: bool = False
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class CallEntry:
    """One call, as it is shown."""

    id: str
    title: str
    paragraphs: tuple[str, ...]
    parameters: tuple[Entry, ...]
    bodies: tuple[Entry, ...]
    answers: tuple[Entry, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ModelEntry:
    """One model with its fields."""

    name: str
    about: str
    fields: tuple[Entry, ...]


def calls(document: Schema, prefix: str) -> Iterator[CallEntry]:
    """Every call, in the document's order."""
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            answers = call["responses"]
            yield CallEntry(
                id=call["operationId"],
                title=f"{method.upper()} {prefix}{path}",
                paragraphs=tuple(call["description"].split("\n\n")),
                parameters=tuple(map(_parameter, call.get("parameters", ()))),
                bodies=tuple(_contents(call.get("requestBody", {}))),
                answers=tuple(_answer(s, a) for s, a in answers.items() if s < "400"),
                problems=tuple(status for status in answers if status >= "400"),
            )


def models(document: Schema) -> Iterator[ModelEntry]:
    """Every model, in the document's order."""
    for name, schema in document["components"]["schemas"].items():
        required = schema.get("required", ())
        fields = [
            Entry(name=n, kind=_kind(s), required=n in required, about=s.get("description", ""))
            for n, s in schema.get("properties", {}).items()
        ]
        yield ModelEntry(name=name, about=schema.get("description", ""), fields=tuple(fields))


def _parameter(given: Schema) -> Entry:
    return Entry(
        name=given["name"],
        kind=given["in"],
        required=given.get("required", False),
        about=given.get("description", ""),
    )


def _contents(holder: Schema) -> Iterator[Entry]:
    for media_type, content in holder.get("content", {}).items():
        schema = content.get("schema", {})
        parts = [f"{name}: {_kind(inner)}" for name, inner in schema.get("properties", {}).items()]
        yield Entry(name=media_type, kind=", ".join(parts) or _kind(schema))


def _answer(status: str, answer: Schema) -> Entry:
    kinds = ", ".join(entry.kind for entry in _contents(answer))
    return Entry(name=status, kind=kinds, about=answer.get("description", ""))


def _kind(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    limit = f", at most {schema['maxLength']} signs" if "maxLength" in schema else ""
    choices = f" ({', '.join(map(str, schema['enum']))})" if "enum" in schema else ""
    return f"{schema.get('format') or schema.get('type', 'any')}{choices}{limit}"
