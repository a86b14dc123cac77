"""What the service takes and gives, as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0)."""

from __future__ import annotations

from typing import Any

from pipeline.service import problems
from pipeline.service.answering import REASONS
from pipeline.service.bodies import BatchLine, BatchQuery, RedactRequest

VERSION = "1"
_COUNTS = {
    "type": "object",
    "description": "Entity, then action: how many findings.",
    "additionalProperties": {"type": "object", "additionalProperties": {"type": "integer"}},
}
_SCHEMAS: dict[str, Any] = {
    "Redacted": {
        "type": "object",
        "required": ["text", "records", "counts"],
        "properties": {"text": {"type": "string"}, "records": {"type": "integer"}, "counts": _COUNTS},
        "additionalProperties": False,
    },
    "Access": {
        "type": "object",
        "required": ["client", "recipients"],
        "properties": {"client": {"type": "string"}, "recipients": {"type": "array", "items": {"type": "string"}}},
        "additionalProperties": False,
    },
    "Health": {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}},
    "Readiness": {"type": "object", "required": ["status"], "properties": {"status": {"const": "ready"}}},
}


def document(max_bytes: int) -> dict[str, Any]:
    """The document.

    Args:
      max_bytes: of a body, and of a line of a batch.
    """
    schemas = {
        **_SCHEMAS,
        "Problem": problems.schema(REASONS),
        "RedactRequest": RedactRequest.model_json_schema(),
        "BatchLine": BatchLine.model_json_schema(),
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "redact",
            "version": VERSION,
            "description": "Redacts texts of one client for one recipient. What cannot be proven free of originals is "
            f"refused, never returned. A body, or a line of a batch, holds at most {max_bytes} bytes.",
        },
        "paths": {
            "/v1/redact": {"post": _redact()},
            "/v1/redact/batch": {"post": _batch()},
            "/v1/access": {
                "get": _operation(
                    "access", "What the token is for.", _content("Access"), ("unauthorized",), secured=True
                )
            },
            "/healthz": {"get": _operation("health", "Whether the service answers.", _content("Health"))},
            "/readyz": {
                "get": _operation(
                    "readiness",
                    "Whether first answers take no longer than later ones.",
                    _content("Readiness"),
                    ("warming",),
                )
            },
            "/metrics": {
                "get": _operation("metrics", "Figures for Prometheus.", {"text/plain": {"schema": {"type": "string"}}})
            },
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _redact() -> dict[str, Any]:
    told = ("unauthorized", "forbidden", "slow", "too-large", "media-type", "invalid", "internal", "busy")
    operation = _operation("redact", "A text, redacted and verified.", _content("Redacted"), told, secured=True)
    operation["requestBody"] = {"required": True, "content": _content("RedactRequest")}
    return operation


def _batch() -> dict[str, Any]:
    told = ("unauthorized", "forbidden", "slow", "too-large", "media-type", "invalid", "internal", "busy")
    lines = {"application/x-ndjson": {"schema": {"type": "string"}}}
    operation = _operation(
        "redact_batch",
        "Many texts: a JSON document per line, each a BatchLine. For each a line comes back, in order: "
        '{"text": …} or {"refused": reason}; then {"texts": n, "refused": n, "counts": …}.',
        lines,
        told,
        secured=True,
    )
    operation["requestBody"] = {"required": True, "content": lines}
    query = BatchQuery.model_json_schema()
    operation["parameters"] = [
        {
            "name": name,
            "in": "query",
            "required": name in query["required"],
            "schema": {"type": "string", **{k: v for k, v in _plain(each).items() if k in ("pattern", "enum")}},
        }
        for name, each in query["properties"].items()
    ]
    return operation


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Of a member that may be null, what it is otherwise: a query holds no null."""
    found: dict[str, Any] = next((s for s in schema.get("anyOf", ()) if s.get("type") != "null"), schema)
    return found


def _operation(
    name: str, summary: str, content: dict[str, Any], kinds: tuple[str, ...] = (), *, secured: bool = False
) -> dict[str, Any]:
    responses: dict[str, Any] = {"200": {"description": summary, "content": content}}
    for kind in kinds:
        status = str(problems.KINDS[kind].status)
        responses[status] = {
            "description": problems.KINDS[kind].title,
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    made: dict[str, Any] = {"operationId": name, "summary": summary, "responses": responses}
    if secured:
        made["security"] = [{"token": []}]
    return made


def _content(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
