"""What goes wrong with a request, as RFC 9457 problem documents: fixed words, never text of the request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: HTTP status, title, and what to do."""

    status: int
    title: str
    detail: str


KINDS: Mapping[str, Kind] = {
    "unauthorized": Kind(
        401, "Unauthorized", "give a bearer token, as 'redact token add' makes it, that has not expired"
    ),
    "forbidden": Kind(403, "Forbidden", "the token is not for this client and recipient"),
    "not-found": Kind(404, "Not Found", "there is nothing here; see /openapi.json"),
    "method": Kind(405, "Method Not Allowed", "see /openapi.json for the methods"),
    "slow": Kind(408, "Request Timeout", "the body did not arrive in time"),
    "too-large": Kind(413, "Content Too Large", "cut it, or start the service with a larger --max-bytes"),
    "media-type": Kind(415, "Unsupported Media Type", "see /openapi.json for the media type"),
    "invalid": Kind(422, "Unprocessable Content", "the body is not what /openapi.json asks for"),
    "refused": Kind(422, "Unprocessable Content", "not proven to be free of originals, so it is not returned"),
    "internal": Kind(500, "Internal Server Error", "a defect; its place is in the service's log"),
    "busy": Kind(503, "Service Unavailable", "too many requests wait; try again in a second"),
    "warming": Kind(503, "Service Unavailable", "it has begun, and answers, but the first answers still take seconds"),
    "unavailable": Kind(503, "Service Unavailable", "keys or workspace cannot be used; the service's log says why"),
}
_HEADERS: Mapping[str, Mapping[str, str]] = {
    "unauthorized": {"WWW-Authenticate": "Bearer"},
    "busy": {"Retry-After": "1"},
    "warming": {"Retry-After": "1"},
    "unavailable": {"Retry-After": "5"},
}


class Problem(Exception):
    """Ends a request.

    Args:
      kind: a key of KINDS.
      more: further members of the document: fixed words and numbers.
      headers: further headers of the response.
    """

    def __init__(self, kind: str, headers: Mapping[str, str] | None = None, **more: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.more = more
        self.headers = headers or {}

    def response(self) -> Response:
        kind = KINDS[self.kind]
        document = {
            "type": "about:blank",
            "title": kind.title,
            "status": kind.status,
            "detail": kind.detail,
            "problem": self.kind,
            **self.more,
        }
        return Response(
            json.dumps(document),
            kind.status,
            {**_HEADERS.get(self.kind, {}), **self.headers},
            media_type=MEDIA_TYPE,
        )


def schema(reasons: Sequence[str]) -> dict[str, Any]:
    """JSON Schema of a problem document.

    Args:
      reasons: why a text may be refused.
    """
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail", "problem"],
        "properties": {
            "type": {"const": "about:blank"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "problem": {"enum": list(KINDS)},
            "reason": {"enum": list(reasons)},
            "records": {"type": "integer", "description": "How many records of the text failed."},
            "fields": {"type": "array", "items": {"type": "string"}, "description": "Members that are not as asked."},
        },
        "additionalProperties": False,
    }
